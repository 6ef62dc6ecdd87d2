import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { TextDecoder as Decoder } from 'node:util'
import { AppError } from '../../core/errors.js'
import { type CsvForm, readCsv } from './csv.js'

/** What a file is, before anything of it is imported. */
export interface Inspected {
  /** SHA-256 of its content: the same file goes on, a changed one begins anew. */
  digest: string
  bytes: number
  form: CsvForm
  header: string[]
  /** Where the first record behind the header begins. */
  offset: number
  line: number
}

/**
 * Reads a file once: its digest, whether it is UTF-8 or GB 18030 (what spreadsheets in China write), its delimiter and
 * header. Throws AppError `import.file`.
 */
export async function inspect(file: string, encoding?: CsvForm['encoding']): Promise<Inspected> {
  const hash = createHash('sha256')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let utf8 = true
  let bytes = 0
  let head = ''
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      if (bytes === 0) head = chunk.subarray(0, 65_536).toString('latin1')
      bytes += chunk.length
      utf8 &&= decodes(decoder, chunk)
    }
  } catch (error) {
    throw new AppError('import.file', `cannot read ${file}`, { cause: error, fix: 'check the name and its rights' })
  }
  const found = encoding ?? (utf8 && decodes(decoder) ? 'utf-8' : 'gb18030')
  const form: CsvForm = { encoding: found, delimiter: delimiterOf(head.split('\n', 1)[0] ?? '') }
  for await (const record of readCsv(file, form)) {
    const header = record.fields?.map((name) => name.replace(/^\uFEFF/, ''))
    if (!header || header.length < 2) break
    return { digest: hash.digest('hex'), bytes, form, header, offset: record.end, line: 2 }
  }
  throw new AppError('import.file', `${file} has no header line`, {
    fix: 'the first line names the columns: order_no,user,created_at,paid_at,paid_yuan,sku,qty ...',
  })
}

function decodes(decoder: Decoder, chunk?: Buffer): boolean {
  try {
    if (chunk) decoder.decode(chunk, { stream: true })
    else decoder.decode()
    return true
  } catch {
    return false
  }
}

function delimiterOf(header: string): CsvForm['delimiter'] {
  const count = (sign: string) => header.split(sign).length
  const [best = ','] = ([',', '\t', ';'] as const).toSorted((a, b) => count(b) - count(a))
  return best
}
