import { open, stat } from 'node:fs/promises'
import type { Refused } from './assemble.js'
import { csvLine } from './csv.js'
import type { RawRecord } from './groups.js'

/** The file of what was not taken: the lines as they were, with line, field, message and fix behind them. */
export interface Rejects {
  write(refusals: readonly { records: readonly RawRecord[]; refused: Refused }[]): Promise<void>
  /** How much of the file counts; what a cut-off run wrote beyond it is cut away. */
  bytes(): number
  close(): Promise<void>
}

/** Opens it behind the first `before` bytes; nothing is made before there is something to write. */
export async function openRejects(file: string, before: number, header: readonly string[]): Promise<Rejects> {
  let size = before
  const known = await stat(file).catch(() => undefined)
  if (!known || known.size < size) size = 0
  let handle: Awaited<ReturnType<typeof open>> | undefined
  const names = header.filter((name) => !name.startsWith('_'))

  /** As it was, column by column; a line of another width stands whole in the first column. */
  function columnsOf(fields: readonly string[]): string[] {
    if (fields.length === header.length) return fields.filter((_, index) => !header[index]?.startsWith('_'))
    const whole = fields.length === 1 ? (fields[0] ?? '') : csvLine(fields).trimEnd()
    return names.map((_, index) => (index === 0 ? whole : ''))
  }

  async function begin() {
    const opened = await open(file, size > 0 ? 'r+' : 'w')
    await opened.truncate(size)
    if (size === 0) {
      const head = Buffer.from(`\uFEFF${csvLine([...names, '_line', '_field', '_message', '_fix'])}`)
      await opened.write(head, 0, head.length, 0)
      size = head.length
    }
    return opened
  }

  return {
    async write(refusals) {
      if (refusals.length === 0) return
      handle ??= await begin()
      const lines = refusals.flatMap(({ records, refused: { line, field, message, fix } }) =>
        records.map((record) => {
          const about =
            record.line === line || records.length === 1 ? [field, message, fix] : ['', `belongs to line ${line}`, '']
          return csvLine([...columnsOf(record.fields), String(record.line), ...about])
        }),
      )
      const bytes = Buffer.from(lines.join(''))
      await handle.write(bytes, 0, bytes.length, size)
      await handle.datasync()
      size += bytes.length
    },
    bytes: () => size,
    async close() {
      await handle?.close()
    },
  }
}
