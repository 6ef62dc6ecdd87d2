import { deserialize } from 'bson'

/** A cursor whose rows were asked for as bytes (`raw: true`), which the driver's types do not say. */
export interface RawCursor {
  hasNext(): Promise<boolean>
  readBufferedDocuments(): Buffer[]
  close(): Promise<void>
}

/**
 * Single fields of a row as the store sent it, without decoding the rest: of a hundred thousand facts only who and when
 * is asked, and decoding all of each would take twice as long.
 */
export interface RawField {
  type: number
  /** Where the value begins. */
  at: number
}

/** The names that `fieldOf` looks for, as bytes. */
export const rawName = (name: string): Buffer => Buffer.from(`${name}\0`, 'latin1')

/** The field of that name at the top of a row; undefined when there is none. */
export function rawField(row: Buffer, name: Buffer): RawField | undefined {
  let at = 4
  for (let type = row[at]; type !== undefined && type !== 0; type = row[at]) {
    const from = at + 1
    const end = row.indexOf(0, from)
    if (end < 0) return undefined
    if (end - from === name.length - 1 && row.compare(name, 0, name.length - 1, from, end) === 0) {
      return { type, at: end + 1 }
    }
    at = end + 1 + sizeOf(row, type, end + 1)
  }
  return undefined
}

const STRING = 2
const DOCUMENT = 3
const ARRAY = 4
const DATE = 9

/** A text; undefined when there is none. */
export function rawText(row: Buffer, name: Buffer): string | undefined {
  const field = rawField(row, name)
  if (field?.type !== STRING) return undefined
  const from = field.at + 4
  return row.toString('utf8', from, from + row.readInt32LE(field.at) - 1)
}

/** A date in ms; undefined when there is none. */
export function rawDate(row: Buffer, name: Buffer): number | undefined {
  const field = rawField(row, name)
  return field?.type === DATE ? Number(row.readBigInt64LE(field.at)) : undefined
}

/** A document or a list, decoded; undefined when there is none. */
export function rawDocument(row: Buffer, name: Buffer): Record<string, unknown> | undefined {
  const field = rawField(row, name)
  if (field?.type !== DOCUMENT && field?.type !== ARRAY) return undefined
  return deserialize(row.subarray(field.at, field.at + row.readInt32LE(field.at)))
}

/** The bytes that a value of a type takes; the types of BSON 1.1. */
function sizeOf(row: Buffer, type: number, at: number): number {
  switch (type) {
    case 1:
    case 9:
    case 17:
    case 18:
      return 8
    case STRING:
    case 13:
    case 14:
      return 4 + row.readInt32LE(at)
    case DOCUMENT:
    case ARRAY:
    case 15:
      return row.readInt32LE(at)
    case 5:
      return 5 + row.readInt32LE(at)
    case 7:
      return 12
    case 8:
      return 1
    case 11:
      return row.indexOf(0, row.indexOf(0, at) + 1) + 1 - at
    case 12:
      return 16 + row.readInt32LE(at)
    case 16:
      return 4
    case 19:
      return 16
    default:
      return 0
  }
}
