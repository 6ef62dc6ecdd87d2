import { deserialize } from 'bson'

/** A cursor whose rows were asked for as bytes (`raw: true`), which the driver's types do not say. */
export interface RawCursor {
  hasNext(): Promise<boolean>
  readBufferedDocuments(): Buffer[]
  close(): Promise<void>
}

/*
 * Single fields of a row as the store sent it, without decoding the rest: of a hundred thousand rows only a little is
 * asked, and decoding all of each would take many times as long.
 */

/** Types of BSON 1.1 that are told apart here. */
export const BSON = { string: 2, document: 3, array: 4, boolean: 8, date: 9 } as const

/** Where a value stands, and of what type it is. */
export interface RawField {
  type: number
  /** Where the value begins. */
  at: number
}

/** Names of fields by their length in bytes, so that a name in a row is compared with one or two of them. */
export type RawNames = readonly (readonly { name: string; bytes: Buffer }[] | undefined)[]

/** The names that somebody looks for, ready to be compared. ASCII only. */
export function rawNames(...names: string[]): RawNames {
  const table: { name: string; bytes: Buffer }[][] = []
  for (const name of names) {
    table[name.length] ??= []
    table[name.length]?.push({ name, bytes: Buffer.from(name, 'latin1') })
  }
  return table
}

/** Calls back for every field of the document at `start` whose name is one of `names`. */
export function eachField(
  row: Buffer,
  start: number,
  names: RawNames,
  take: (name: string, type: number, at: number) => void,
): void {
  for (let at = start + 4; ; ) {
    const type = row[at]
    if (type === undefined || type === 0) return
    const end = nameEnd(row, at + 1)
    const name = nameAt(row, at + 1, end, names)
    if (name !== undefined) take(name, type, end + 1)
    at = end + 1 + sizeOf(row, type, end + 1)
  }
}

/** Calls back for every element of the list at `start`. */
export function eachElement(row: Buffer, start: number, take: (type: number, at: number) => void): void {
  for (let at = start + 4; ; ) {
    const type = row[at]
    if (type === undefined || type === 0) return
    const from = nameEnd(row, at + 1) + 1
    take(type, from)
    at = from + sizeOf(row, type, from)
  }
}

function nameEnd(row: Buffer, from: number): number {
  let end = from
  while (end < row.length && row[end] !== 0) end++
  return end
}

function nameAt(row: Buffer, from: number, end: number, names: RawNames): string | undefined {
  const alike = names[end - from]
  if (alike === undefined) return undefined
  for (const { name, bytes } of alike) {
    let at = 0
    while (at < bytes.length && row[from + at] === bytes[at]) at++
    if (at === bytes.length) return name
  }
  return undefined
}

/** The text whose value begins there. */
export const textAt = (row: Buffer, at: number): string => row.toString('utf8', at + 4, at + 3 + row.readInt32LE(at))

/** The moment, in ms. */
export const dateAt = (row: Buffer, at: number): number => row.readUInt32LE(at) + row.readInt32LE(at + 4) * 2 ** 32

/** The document or list, decoded. */
export const documentAt = (row: Buffer, at: number): Record<string, unknown> =>
  row.readInt32LE(at) === EMPTY_BYTES ? {} : deserialize(row.subarray(at, at + row.readInt32LE(at)))

const EMPTY_BYTES = 5

/** The name that `rawField` and its kind look for, as bytes. */
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

/** A text; undefined when there is none. */
export function rawText(row: Buffer, name: Buffer): string | undefined {
  const field = rawField(row, name)
  if (field?.type !== BSON.string) return undefined
  return textAt(row, field.at)
}

/** A date in ms; undefined when there is none. */
export function rawDate(row: Buffer, name: Buffer): number | undefined {
  const field = rawField(row, name)
  return field?.type === BSON.date ? dateAt(row, field.at) : undefined
}

/** A document or a list, decoded; undefined when there is none. */
export function rawDocument(row: Buffer, name: Buffer): Record<string, unknown> | undefined {
  const field = rawField(row, name)
  if (field?.type !== BSON.document && field?.type !== BSON.array) return undefined
  return documentAt(row, field.at)
}

/** The bytes that a value of a type takes; the types of BSON 1.1. */
function sizeOf(row: Buffer, type: number, at: number): number {
  switch (type) {
    case 1:
    case 9:
    case 17:
    case 18:
      return 8
    case BSON.string:
    case 13:
    case 14:
      return 4 + row.readInt32LE(at)
    case BSON.document:
    case BSON.array:
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
