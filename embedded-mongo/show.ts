import type { Binary, ObjectId } from 'bson'
import { isNum, kindOf, num } from './numbers.js'
import { asDoc, get, rank, regexParts } from './values.js'

/** A value as the server prints it in error messages: `{ a: "x", b: ObjectId('…') }`. */
export function show(v: unknown): string {
  if (isNum(v)) {
    const n = num(v)
    if (kindOf(v) === 'decimal') return String(v)
    return kindOf(v) === 'double' && Number.isInteger(n) ? `${Object.is(n, -0) ? '-0' : n}.0` : String(n)
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
    case 60: {
      const { sub_type, buffer, position } = v as Binary
      const hex = Buffer.from(buffer.subarray(0, position)).toString('hex')
      const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
      return sub_type === 4 && uuid !== hex ? `UUID("${uuid}")` : `BinData(${sub_type}, ${hex.toUpperCase()})`
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
