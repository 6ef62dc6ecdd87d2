import type { ObjectId } from 'bson'
import { isNum, kindOf, num } from './numbers.js'
import { asDoc, get, rank, regexParts } from './values.js'

/** A value as the server prints it in error messages: `{ a: "x", b: ObjectId('…') }`. */
export function show(v: unknown): string {
  if (isNum(v)) {
    const n = num(v)
    if (kindOf(v) === 'decimal') return String(v)
    return kindOf(v) === 'double' && Number.isInteger(n) ? `${n}.0` : String(n)
  }
  if (Array.isArray(v)) return v.length === 0 ? '[]' : `[ ${v.map(show).join(', ')} ]`
  switch (rank(v)) {
    case 10:
      return v === null ? 'null' : 'undefined'
    case 30:
      return `"${String(v)}"`
    case 40: {
      const doc = asDoc(v) ?? {}
      const keys = Object.keys(doc)
      return keys.length === 0 ? '{}' : `{ ${keys.map((k) => `${k}: ${show(get(doc, k))}`).join(', ')} }`
    }
    case 70:
      return `ObjectId('${(v as ObjectId).toHexString()}')`
    case 80:
      return String(v)
    case 90:
      return `new Date(${(v as Date).getTime()})`
    case 110: {
      const re = regexParts(v)
      return `/${re?.pattern}/${re?.options}`
    }
    case 1:
      return 'MinKey'
    case 255:
      return 'MaxKey'
    default:
      return String(v)
  }
}
