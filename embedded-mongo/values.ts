import { type Binary, BSONRegExp, type Code, type DBRef, type ObjectId, type Timestamp } from 'bson'
import { compareNumbers, isNum, kindOf, type Num, tagOf } from './numbers.js'

export { isNum, num } from './numbers.js'

/** A document: own string keys only. Read and write unknown keys with `get` and `set`, never by plain indexing. */
export type Doc = Record<string, unknown>

/** What an empty array sorts and is indexed as: just below null. */
export const EMPTY_ARRAY: unique symbol = Symbol('[]')

/** MongoDB's order of types, as one byte: values of different ranks never compare equal. Missing ranks as null. */
export function rank(v: unknown): number {
  switch (typeof v) {
    case 'number':
    case 'bigint':
      return 20
    case 'string':
      return 30
    case 'boolean':
      return 80
    case 'symbol':
      return 5
    case 'object':
      return v === null ? 10 : rankOfObject(v)
    default:
      return 10
  }
}

function rankOfObject(v: object): number {
  if (Array.isArray(v)) return 50
  switch (tagOf(v)) {
    case undefined:
      return v instanceof Date ? 90 : v instanceof RegExp ? 110 : 40
    case 'Int32':
    case 'Double':
    case 'Long':
    case 'Decimal128':
      return 20
    case 'BSONSymbol':
      return 30
    case 'Binary':
      return 60
    case 'ObjectId':
      return 70
    case 'Timestamp':
      return 100
    case 'BSONRegExp':
      return 110
    case 'Code':
      return (v as Code).scope ? 130 : 120
    case 'MinKey':
      return 1
    case 'MaxKey':
      return 255
    default:
      return 40
  }
}

/** A document, not an array, BSON scalar, date or DBRef. */
export function isPlain(v: unknown): v is Doc {
  return typeof v === 'object' && v !== null && !Array.isArray(v) && tagOf(v) === undefined && !isBuiltIn(v)
}

function isBuiltIn(v: object): boolean {
  return v instanceof Date || v instanceof RegExp
}

/** A document or something stored as one (the driver decodes `{$ref, $id}` into a DBRef): its fields, else `undefined`. */
export function asDoc(v: unknown): Doc | undefined {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) return undefined
  const tag = tagOf(v)
  if (tag === undefined) return isBuiltIn(v) ? undefined : (v as Doc)
  if (tag !== 'DBRef') return undefined
  const ref = v as DBRef
  return { $ref: ref.collection, $id: ref.oid, ...(ref.db ? { $db: ref.db } : {}), ...ref.fields }
}

/** Reads an own property; never what `Object.prototype` holds (functions and the `__proto__` accessor, none of which BSON can hold). */
export function get(doc: Doc, key: string): unknown {
  const v = doc[key]
  if (typeof v !== 'function' && key !== '__proto__') return v
  return Object.hasOwn(doc, key) ? v : undefined
}

/** Writes an own property, also for `__proto__`. */
export function set(doc: Doc, key: string, v: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(doc, key, { value: v, writable: true, enumerable: true, configurable: true })
  } else doc[key] = v
}

/** MongoDB's total order of values; 0 means equal (numbers across types, missing and null alike). */
export function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') {
    return a < b ? -1 : a > b ? 1 : a === b ? 0 : compareNumbers(a, b)
  }
  const ra = rank(a)
  const rb = rank(b)
  if (ra !== rb) return ra < rb ? -1 : 1
  switch (ra) {
    case 20:
      return compareNumbers(a as Num, b as Num)
    case 30:
      return compareStrings(String(a), String(b))
    case 40:
      return compareDocs(asDoc(a) ?? {}, asDoc(b) ?? {})
    case 50:
      return compareArrays(a as unknown[], b as unknown[])
    case 60:
      return compareBinary(a as Binary, b as Binary)
    case 70:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id)
    case 80:
      return a === b ? 0 : a ? 1 : -1
    case 90:
      return compare((a as Date).getTime(), (b as Date).getTime())
    case 100:
      return compareBig((a as Timestamp).toBigInt(), (b as Timestamp).toBigInt())
    case 110:
      return compareRegex(a, b)
    case 120:
    case 130:
      return (
        compareStrings(String((a as Code).code), String((b as Code).code)) ||
        compare((a as Code).scope, (b as Code).scope)
      )
    default:
      return 0
  }
}

/** Equality as the query language sees it. */
export function equal(a: unknown, b: unknown): boolean {
  return a === b || compare(a, b) === 0
}

/** Order by UTF-8 bytes, which differs from JavaScript's only above U+D7FF. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    if (x >= 0xd800 && y >= 0xd800) {
      const sx = x <= 0xdfff
      if (sx !== y <= 0xdfff) return sx ? 1 : -1
    }
    return x < y ? -1 : 1
  }
  return a.length < b.length ? -1 : 1
}

/** Pattern and sorted options of a regex in either spelling. js-bson writes the option `s` as the JavaScript flag `g`. */
export function regexParts(v: unknown): { pattern: string; options: string } | undefined {
  if (v instanceof BSONRegExp) return { pattern: v.pattern, options: [...v.options].sort().join('') }
  if (!(v instanceof RegExp)) return undefined
  const options = new Set([...v.flags.replace('g', 's')].filter((f) => 'imsxu'.includes(f)))
  return { pattern: v.source, options: [...options].sort().join('') }
}

/** Name and number of a value's BSON type, as `$type` knows them. A plain whole number of 32 bits reads as int. */
export function typeAlias(v: unknown): [name: string, code: number] {
  const r = rank(v)
  if (r === 10) return v === null ? ['null', 10] : ['undefined', 6]
  if (r === 20 && isNum(v)) return numberAliases[kindOf(v)]
  if (r === 30) return typeof v === 'string' ? ['string', 2] : ['symbol', 14]
  return aliases[r] ?? ['object', 3]
}

const numberAliases: Readonly<Record<'int' | 'long' | 'double' | 'decimal', [string, number]>> = {
  int: ['int', 16],
  long: ['long', 18],
  double: ['double', 1],
  decimal: ['decimal', 19],
}

const aliases: Readonly<Record<number, [string, number]>> = {
  1: ['minKey', -1],
  5: ['array', 4],
  50: ['array', 4],
  60: ['binData', 5],
  70: ['objectId', 7],
  80: ['bool', 8],
  90: ['date', 9],
  100: ['timestamp', 17],
  110: ['regex', 11],
  120: ['javascript', 13],
  130: ['javascriptWithScope', 15],
  255: ['maxKey', 127],
}

function compareDocs(a: Doc, b: Doc): number {
  const ka = Object.keys(a)
  const kb = Object.keys(b)
  const n = Math.min(ka.length, kb.length)
  for (let i = 0; i < n; i++) {
    const x = ka[i] ?? ''
    const y = kb[i] ?? ''
    const va = get(a, x)
    const vb = get(b, y)
    const c = rank(va) - rank(vb) || compareStrings(x, y) || compare(va, vb)
    if (c !== 0) return c < 0 ? -1 : 1
  }
  return Math.sign(ka.length - kb.length)
}

function compareArrays(a: unknown[], b: unknown[]): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const c = compare(a[i], b[i])
    if (c !== 0) return c
  }
  return Math.sign(a.length - b.length)
}

function compareBinary(a: Binary, b: Binary): number {
  return (
    Math.sign(a.length() - b.length()) || Math.sign(a.sub_type - b.sub_type) || Buffer.compare(a.value(), b.value())
  )
}

function compareBig(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareRegex(a: unknown, b: unknown): number {
  const x = regexParts(a)
  const y = regexParts(b)
  if (!x || !y) return 0
  return compareStrings(x.pattern, y.pattern) || compareStrings(x.options, y.options)
}
