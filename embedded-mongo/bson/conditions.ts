// Equality conditions of a filter, checked on stored bytes.
import { int32, nameEnd, skip, TYPE } from './raw.js'

/** `field: value` of a filter, where `value` is a string, an ObjectId, a boolean or an Int32. */
export interface Condition {
  nameAt: number
  nameLength: number
  type: number
  at: number
  to: number
}

/** Whether a document meets all conditions; undefined when bytes cannot tell and it must be decoded. */
export function meets(doc: Buffer, b: Buffer, conditions: readonly Condition[]): boolean | undefined {
  for (const c of conditions) {
    const met = meetsOne(doc, b, c)
    if (met !== true) return met
  }
  return true
}

function meetsOne(doc: Buffer, b: Buffer, c: Condition): boolean | undefined {
  const stop = int32(doc, 0) - 1
  let p = 4
  while (p < stop) {
    const type = doc[p] ?? 0
    const nul = nameEnd(doc, p + 1, stop)
    const to = skip(doc, type, nul + 1, stop)
    if (nul - p - 1 === c.nameLength && same(doc, p + 1, b, c.nameAt, c.nameLength)) {
      // another type may be equal all the same: 1 and 1.0, an array that holds the value
      if (type !== c.type) return undefined
      return to - nul - 1 === c.to - c.at && same(doc, nul + 1, b, c.at, c.to - c.at)
    }
    p = to
  }
  return false
}

function same(a: Buffer, p: number, b: Buffer, q: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[p + i] !== b[q + i]) return false
  return true
}

/** The condition of the element at `p` of a filter whose value ends at `to`; undefined when it is not one of these. */
export function conditionAt(b: Buffer, p: number, nul: number, to: number): Condition | undefined {
  const type = b[p] ?? 0
  if (type !== TYPE.string && type !== TYPE.objectId && type !== TYPE.bool && type !== TYPE.int32) return undefined
  if (nul === p + 1 || b[p + 1] === DOLLAR) return undefined
  for (let i = p + 1; i < nul; i++) if (b[i] === DOT) return undefined
  return { nameAt: p + 1, nameLength: nul - p - 1, type, at: nul + 1, to }
}

const DOLLAR = 36
const DOT = 46
