import { assemble, type ImportRecord, type Refused } from './assemble.js'
import { type Header, readCells } from './columns.js'
import { type CsvForm, type CsvRecord, readCsv } from './csv.js'

/** A line of the file as it stands there. */
export interface RawRecord {
  line: number
  fields: readonly string[]
}

/** The lines of one order, or of one that cannot be taken. */
export type Group = {
  records: readonly RawRecord[]
  /** Where the next group begins. */
  end: number
  line: number
} & ({ order: object } | { refused: Refused })

/** What a file is read with. */
export interface GroupOptions {
  file: string
  form: CsvForm
  header: Header
  timeZone: string
}

/** More lines are not gathered into one order: it would be refused anyway. */
const MAX_LINES = 1000

/** Gathers the lines that belong together. One bad line spoils its order: half an order is never taken. */
export async function* groupsOf(options: GroupOptions, from: { offset: number; line: number }): AsyncGenerator<Group> {
  const place = options.header.columns.findIndex((known) => known?.column === 'orderNo')
  let good: ImportRecord[] = []
  let all: RawRecord[] = []
  let spoilt: Refused | undefined
  let order: string | undefined
  let end = from.offset
  let line = from.line
  const close = (): Group => {
    const where = { records: all, end, line }
    const made = spoilt ? { refused: spoilt } : assembled(good)
    good = []
    all = []
    spoilt = undefined
    return { ...where, ...made }
  }
  for await (const record of readCsv(options.file, options.form, from)) {
    if (isBlank(record)) continue
    const fields = record.fields ?? []
    const named = fields[place]?.trim()
    if (all.length > 0 && (named !== order || all.length >= MAX_LINES)) yield close()
    order = named
    const read = readRecord(options, record)
    all.push({ line: record.line, fields: record.fields ?? [record.raw ?? ''] })
    if ('cells' in read) good.push({ line: record.line, end: record.end, fields, cells: read.cells })
    else spoilt ??= { line: record.line, ...read }
    end = record.end
    line = record.nextLine
  }
  if (all.length > 0) yield close()
}

function assembled(records: readonly ImportRecord[]): { order: object } | { refused: Refused } {
  const made = assemble(records)
  return 'order' in made ? made : { refused: made }
}

const isBlank = ({ fields }: CsvRecord) => fields?.every((field) => field.trim() === '') ?? false

function readRecord({ header, timeZone }: GroupOptions, { fields, problem }: CsvRecord) {
  if (!fields) {
    return { field: '', message: problem ?? 'cannot be read', fix: 'mend the line and import it again' }
  }
  const width = header.names.length
  if (fields.length !== width) {
    const message = `has ${fields.length} fields where the header has ${width}`
    return { field: '', message, fix: 'put fields with commas into "quotes"' }
  }
  return readCells(header, fields, timeZone)
}
