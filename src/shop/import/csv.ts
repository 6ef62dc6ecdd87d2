import { type FileHandle, open } from 'node:fs/promises'
import type { TextDecoder as Decoder } from 'node:util'

/** One record of a file, which may span several lines. */
export interface CsvRecord {
  /** 1-based number of its first line. */
  line: number
  /** Where it begins and where the next one does, in bytes. */
  start: number
  end: number
  /** The number of the line at `end`. */
  nextLine: number
  /** Absent for a record that cannot be read. */
  fields?: string[]
  /** What is wrong with it, and how it stands there. */
  problem?: string
  raw?: string
}

/** How a file is written. */
export interface CsvForm {
  encoding: 'utf-8' | 'gb18030'
  delimiter: ',' | ';' | '\t'
}

const CHUNK = 262_144
/** A quote that is never closed must not swallow the rest of the file. */
const MAX_RECORD = 131_072
const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/**
 * Reads records (RFC 4180) from a byte and line on; memory holds one chunk. Delimiters and quotes are looked for in the
 * bytes: in GB 18030 they never are part of a longer character either.
 */
export async function* readCsv(
  file: string,
  form: CsvForm,
  from: { offset: number; line: number } = { offset: 0, line: 1 },
): AsyncGenerator<CsvRecord> {
  const handle = await open(file, 'r')
  try {
    yield* records(handle, form, from)
  } finally {
    await handle.close()
  }
}

async function* records(
  handle: FileHandle,
  { encoding, delimiter }: CsvForm,
  from: { offset: number; line: number },
): AsyncGenerator<CsvRecord> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: false })
  const separator = delimiter.charCodeAt(0)
  let buffer = Buffer.alloc(0)
  let { offset, line } = from
  let ended = false
  for (;;) {
    const found = scan(buffer, ended)
    if (found === 'more') {
      const chunk = await read(handle, offset + buffer.length)
      if (chunk.length === 0) ended = true
      else buffer = Buffer.concat([buffer, chunk])
      continue
    }
    if (found === 'end') return
    const bytes = buffer.subarray(0, found.length)
    const base = { line, start: offset, end: offset + found.next, nextLine: line + found.lines }
    const body = found.problem === undefined ? fieldsOf(bytes, separator, decoder) : { problem: found.problem }
    yield 'fields' in body ? { ...base, ...body } : { ...base, ...body, raw: new TextDecoder(encoding).decode(bytes) }
    line += found.lines
    offset += found.next
    buffer = buffer.subarray(found.next)
  }
}

async function read(handle: FileHandle, position: number): Promise<Buffer> {
  const chunk = Buffer.allocUnsafe(CHUNK)
  const { bytesRead } = await handle.read(chunk, 0, CHUNK, position)
  return chunk.subarray(0, bytesRead)
}

interface Scanned {
  /** Bytes of the record without its line end, and with it. */
  length: number
  next: number
  lines: number
  problem?: string
}

/** Finds the end of the record at the buffer's beginning. */
function scan(buffer: Buffer, ended: boolean): Scanned | 'more' | 'end' {
  if (buffer.length === 0) return ended ? 'end' : 'more'
  let quoted = false
  let lines = 1
  for (let at = 0; at < buffer.length; at++) {
    const byte = buffer[at]
    if (byte === QUOTE) quoted = !quoted
    else if (byte === LF) {
      if (!quoted) return { length: at > 0 && buffer[at - 1] === CR ? at - 1 : at, next: at + 1, lines }
      lines += 1
    }
    if (at > MAX_RECORD) return firstLine(buffer, quoted ? 'a quote is never closed' : 'the line is too long')
  }
  if (!ended) return 'more'
  if (quoted) return firstLine(buffer, 'a quote is never closed')
  return { length: buffer.length, next: buffer.length, lines }
}

/** Only the first line is given up: the next ones are read again. */
function firstLine(buffer: Buffer, problem: string): Scanned {
  const end = buffer.indexOf(LF)
  const length = end < 0 ? buffer.length : end
  return { length, next: end < 0 ? buffer.length : end + 1, lines: 1, problem }
}

function fieldsOf(bytes: Buffer, separator: number, decoder: Decoder): { fields: string[] } | { problem: string } {
  const fields: string[] = []
  let start = 0
  let quoted = false
  try {
    for (let at = 0; at <= bytes.length; at++) {
      const byte = bytes[at]
      if (byte === QUOTE) quoted = !quoted
      if (at < bytes.length && (quoted || byte !== separator)) continue
      const text = decoder.decode(bytes.subarray(start, at)).trim()
      fields.push(text.startsWith('"') && text.endsWith('"') && text.length > 1 ? unquoted(text) : text)
      start = at + 1
    }
    return { fields }
  } catch {
    return { problem: 'is not written in the file’s encoding' }
  }
}

const unquoted = (text: string) => text.slice(1, -1).replaceAll('""', '"')

/** One record as text, quoted where needed. */
export function csvLine(fields: readonly string[]): string {
  const quoted = fields.map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
  return `${quoted.join(',')}\n`
}
