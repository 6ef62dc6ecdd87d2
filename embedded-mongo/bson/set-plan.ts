// `$set` and `$unset` of whole top-level fields, applied to stored bytes: nothing is decoded, and what stays is copied.
import { int32, MAX_DOCUMENT, nameEnd, putInt32, skip, TYPE, tooLarge } from './raw.js'

/** Most fields one plan sets; more go the general way. */
const MAX_FIELDS = 32

const DOLLAR = 36
const DOT = 46

// the element of each field in the statement, and where the document walked last has that field
interface SetField {
  name: string
  nameAt: number
  nameLength: number
  /** Type of the new value; 0 takes the field away. */
  type: number
  at: number
  to: number
  docFrom: number
  docTo: number
}

/** The result of a splice: undefined `bytes` when the document already is as asked. */
export interface Spliced {
  bytes: Buffer | undefined
  /** Names of the fields that differ. */
  changed: string[]
}

/** A compiled `$set` and `$unset` (with an optional `$setOnInsert`, which changes no existing document). */
export class SetPlan {
  private readonly b: Buffer
  private readonly fields: SetField[]

  constructor(b: Buffer, fields: SetField[]) {
    this.b = b
    this.fields = fields
  }

  /** The changed document. Throws 10334 when it would pass 16 MiB. */
  apply(doc: Buffer): Spliced {
    const size = int32(doc, 0)
    this.locate(doc, size)
    const changed: string[] = []
    let length = size
    let inPlace = true
    for (const f of this.fields) {
      const width = f.type === 0 ? 0 : f.to - f.nameAt + 1
      if (f.docFrom > 0) {
        if (width > 0 && this.same(doc, f)) continue
        if (f.docTo - f.docFrom !== width) inPlace = false
        length += width - (f.docTo - f.docFrom)
      } else {
        if (width === 0) continue
        inPlace = false
        length += width
      }
      changed.push(f.name)
    }
    if (changed.length === 0) return { bytes: undefined, changed }
    if (length > MAX_DOCUMENT) throw tooLarge(length)
    const bytes = Buffer.allocUnsafe(length)
    if (inPlace) this.overwrite(doc, size, bytes)
    else this.rebuild(doc, size, bytes)
    return { bytes, changed }
  }

  private locate(doc: Buffer, size: number): void {
    const { fields, b } = this
    for (const f of fields) f.docFrom = 0
    const stop = size - 1
    let p = 4
    while (p < stop) {
      const type = doc[p] ?? 0
      const nul = nameEnd(doc, p + 1, stop)
      const to = skip(doc, type, nul + 1, stop)
      const length = nul - p - 1
      for (const f of fields) {
        if (f.nameLength === length && sameBytes(doc, p + 1, b, f.nameAt, length)) {
          f.docFrom = p
          f.docTo = to
          break
        }
      }
      p = to
    }
  }

  private same(doc: Buffer, f: SetField): boolean {
    const width = f.to - f.nameAt + 1
    if (doc[f.docFrom] !== f.type || f.docTo - f.docFrom !== width) return false
    return sameBytes(doc, f.docFrom + 1, this.b, f.nameAt, width - 1)
  }

  private overwrite(doc: Buffer, size: number, out: Buffer): void {
    out.set(doc.subarray(0, size))
    for (const f of this.fields) {
      if (f.docFrom === 0) continue
      out[f.docFrom] = f.type
      this.b.copy(out, f.docFrom + 1, f.nameAt, f.to)
    }
  }

  private rebuild(doc: Buffer, size: number, out: Buffer): void {
    const present = this.fields.filter((f) => f.docFrom > 0)
    present.sort((x, y) => x.docFrom - y.docFrom)
    let from = 0
    let p = 0
    for (const f of present) {
      p += copyPart(doc, from, f.docFrom, out, p)
      if (f.type !== 0) p = this.put(f, out, p)
      from = f.docTo
    }
    p += copyPart(doc, from, size - 1, out, p)
    for (const f of this.fields) if (f.docFrom === 0 && f.type !== 0) p = this.put(f, out, p)
    out[p] = 0
    putInt32(out, 0, out.length)
  }

  private put(f: SetField, out: Buffer, p: number): number {
    out[p] = f.type
    return p + 1 + this.b.copy(out, p + 1, f.nameAt, f.to)
  }
}

function copyPart(from: Buffer, start: number, end: number, out: Buffer, at: number): number {
  out.set(from.subarray(start, end), at)
  return end - start
}

function sameBytes(a: Buffer, p: number, b: Buffer, q: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[p + i] !== b[q + i]) return false
  return true
}

/**
 * Compiles the update document at `p` of `b`, or answers undefined when it is anything but a plain `$set` or `$unset` of
 * top-level fields: then the general compiler decides, and words the errors. `b` must stay as it is while the plan is used.
 */
export function compileSetPlan(b: Buffer, p: number): SetPlan | undefined {
  const stop = p + int32(b, p) - 1
  let fields: SetField[] | undefined
  let unset: SetField[] | undefined
  let onInsert: string[] | undefined
  let q = p + 4
  while (q < stop) {
    const type = b[q] ?? 0
    const nul = nameEnd(b, q + 1, stop)
    const at = nul + 1
    if (type !== TYPE.object) return undefined
    const length = nul - q - 1
    if (length === 4 && isName(b, q + 1, '$set') && fields === undefined) {
      fields = setFields(b, at)
      if (fields === undefined) return undefined
    } else if (length === 6 && isName(b, q + 1, '$unset') && unset === undefined) {
      unset = unsetFields(b, at)
      if (unset === undefined) return undefined
    } else if (length === 12 && isName(b, q + 1, '$setOnInsert') && onInsert === undefined) {
      onInsert = insertRoots(b, at)
      if (onInsert === undefined) return undefined
    } else return undefined
    q = skip(b, type, at, stop)
  }
  const all = [...(fields ?? []), ...(unset ?? [])]
  if (fields?.length === 0 || unset?.length === 0 || all.length === 0) return undefined
  const names = [...all.map((f) => f.name), ...(onInsert ?? [])]
  if (new Set(names).size < names.length) return undefined
  return new SetPlan(b, all)
}

function isName(b: Buffer, p: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) if (b[p + i] !== name.charCodeAt(i)) return false
  return true
}

function setFields(b: Buffer, p: number): SetField[] | undefined {
  const stop = p + int32(b, p) - 1
  const fields: SetField[] = []
  let q = p + 4
  while (q < stop) {
    const type = b[q] ?? 0
    const nul = nameEnd(b, q + 1, stop)
    const at = nul + 1
    const to = skip(b, type, at, stop)
    if (!plainName(b, q + 1, nul) || !plainValue(b, type, at, to) || fields.length === MAX_FIELDS) return undefined
    const name = b.toString('utf8', q + 1, nul)
    if (name === '_id' || fields.some((f) => f.name === name)) return undefined
    fields.push({ name, nameAt: q + 1, nameLength: nul - q - 1, type, at, to, docFrom: 0, docTo: 0 })
    q = to
  }
  // new fields are appended in the order of their names, as since MongoDB 5.0
  if (fields.length > 1) fields.sort((x, y) => (x.name < y.name ? -1 : 1))
  return fields
}

function unsetFields(b: Buffer, p: number): SetField[] | undefined {
  const stop = p + int32(b, p) - 1
  const fields: SetField[] = []
  let q = p + 4
  while (q < stop) {
    const nul = nameEnd(b, q + 1, stop)
    const to = skip(b, b[q] ?? 0, nul + 1, stop)
    const name = b.toString('latin1', q + 1, nul)
    if (!plainName(b, q + 1, nul) || name === '_id' || fields.length === MAX_FIELDS) return undefined
    fields.push({ name, nameAt: q + 1, nameLength: nul - q - 1, type: 0, at: nul + 1, to, docFrom: 0, docTo: 0 })
    q = to
  }
  return fields
}

// a name that is a path of one part, and no number (numbers have an order of their own)
function plainName(b: Buffer, from: number, nul: number): boolean {
  const first = b[from] ?? 0
  if (nul === from || first === DOLLAR || (first >= 48 && first <= 57)) return false
  for (let i = from; i < nul; i++) {
    const byte = b[i] ?? 0
    if (byte === DOT || byte > 127) return false
  }
  return true
}

function plainValue(b: Buffer, type: number, at: number, to: number): boolean {
  switch (type) {
    case TYPE.double:
    case TYPE.string:
    case TYPE.binary:
    case TYPE.objectId:
    case TYPE.bool:
    case TYPE.date:
    case TYPE.null:
    case TYPE.int32:
    case TYPE.long:
    case TYPE.decimal:
      return true
    case TYPE.object:
    case TYPE.array:
      return plainInside(b, at, to)
  }
  return false
}

function plainInside(b: Buffer, p: number, to: number): boolean {
  let q = p + 4
  while (q < to - 1) {
    const type = b[q] ?? 0
    const nul = nameEnd(b, q + 1, to)
    const end = skip(b, type, nul + 1, to)
    if (b[q + 1] === DOLLAR || !plainValue(b, type, nul + 1, end)) return false
    q = end
  }
  return true
}

// first parts of the paths; undefined when one of them needs the general compiler's judgement
function insertRoots(b: Buffer, p: number): string[] | undefined {
  const stop = p + int32(b, p) - 1
  const roots: string[] = []
  let q = p + 4
  while (q < stop) {
    const nul = nameEnd(b, q + 1, stop)
    if (!plainName(b, q + 1, nul)) return undefined
    roots.push(b.toString('latin1', q + 1, nul))
    q = skip(b, b[q] ?? 0, nul + 1, stop)
  }
  return roots
}
