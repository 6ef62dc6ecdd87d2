import { fail } from '../errors.js'
import { isRegex, toRegex } from '../match/regex.js'
import { isNum, toDouble } from '../numbers.js'
import { compareStrings, type Doc, rank, regexParts } from '../values.js'
import { bounds } from './arrays.js'
import { toText } from './convert.js'
import { binary, int32Of, named, nil, type Operators, several, typeName, unary, variadic } from './operators.js'

/** Operators on strings. */
export const strings: Operators = {
  $concat: variadic((args) => {
    let out = ''
    for (const v of args) {
      if (nil(v)) return null
      if (typeof v !== 'string') return fail(16702, `$concat only supports strings, not ${typeName(v)}`)
      out += v
    }
    return out
  }),
  $toUpper: unary((v) => textOf(v).replace(/[a-z]+/g, (m) => m.toUpperCase())),
  $toLower: unary((v) => textOf(v).replace(/[A-Z]+/g, (m) => m.toLowerCase())),
  $strcasecmp: binary((a, b) => {
    const upper = (v: unknown) => textOf(v).replace(/[a-z]+/g, (m) => m.toUpperCase())
    return compareStrings(upper(a), upper(b))
  }),
  $split: binary((s, by) => {
    if (nil(s) || nil(by)) return null
    if (typeof s !== 'string')
      return fail(
        40085,
        `$split requires an expression that evaluates to a string as a first argument, found: ${typeName(s)}`,
      )
    if (typeof by !== 'string')
      return fail(
        40086,
        `$split requires an expression that evaluates to a string as a second argument, found: ${typeName(by)}`,
      )
    return by === '' ? fail(40087, '$split requires a non-empty separator') : s.split(by)
  }),
  $strLenCP: unary((s) =>
    typeof s === 'string' ? [...s].length : fail(34471, `$strLenCP requires a string argument, found: ${typeName(s)}`),
  ),
  $strLenBytes: unary((s) =>
    typeof s === 'string'
      ? Buffer.byteLength(s)
      : fail(34473, `$strLenBytes requires a string argument, found: ${typeName(s)}`),
  ),
  $substr: several(3, 3, substrBytes),
  $substrBytes: several(3, 3, substrBytes),
  $substrCP: several(3, 3, ([s, from, count]) => {
    const start = int32Of(
      from,
      34450,
      `$substrCP: starting index must be a numeric type (is BSON type ${typeName(from)})`,
    )
    const n = int32Of(count, 34452, `$substrCP: length must be a numeric type (is BSON type ${typeName(count)})`)
    if (start < 0) fail(34455, '$substrCP: the starting index must be nonnegative integer.')
    if (n < 0) fail(34454, '$substrCP: length must be a nonnegative integer.')
    return [...textOf(s)].slice(start, start + n).join('')
  }),
  $indexOfCP: several(2, 4, ([s, token, from, to]) => {
    if (nil(s)) return null
    const [text, sought] = haystack('$indexOfCP', s, token)
    const points = [...text]
    const [start, end] = bounds('$indexOfCP', from, to, points.length)
    if (start > end) return -1
    const at = points.slice(start, end).join('').indexOf(sought)
    return at < 0 ? -1 : start + [...points.slice(start, end).join('').slice(0, at)].length
  }),
  $indexOfBytes: several(2, 4, ([s, token, from, to]) => {
    if (nil(s)) return null
    const [text, sought] = haystack('$indexOfBytes', s, token)
    const bytes = Buffer.from(text)
    const [start, end] = bounds('$indexOfBytes', from, to, bytes.length)
    if (start > end) return -1
    const at = bytes.subarray(start, end).indexOf(sought)
    return at < 0 ? -1 : start + at
  }),
  $trim: named(['input'], ['chars'], (a) => trim(a, true, true)),
  $ltrim: named(['input'], ['chars'], (a) => trim(a, true, false)),
  $rtrim: named(['input'], ['chars'], (a) => trim(a, false, true)),
  $replaceOne: named(['input', 'find', 'replacement'], [], (args, op) => {
    const [input, find, by] = replacing(args, op)
    return input === null ? null : input.replace(find, () => by)
  }),
  $replaceAll: named(['input', 'find', 'replacement'], [], (args, op) => {
    const [input, find, by] = replacing(args, op)
    return input === null ? null : find === '' ? input.replaceAll('', () => by) : input.split(find).join(by)
  }),
  $regexMatch: named(['input', 'regex'], ['options'], (args, op) => {
    const found = search(args, op)
    return found ? found.re.test(found.input) : false
  }),
  $regexFind: named(['input', 'regex'], ['options'], (args, op) => {
    const found = search(args, op)
    const m = found?.re.exec(found.input)
    return m ? matchDoc(m) : null
  }),
  $regexFindAll: named(['input', 'regex'], ['options'], (args, op) => {
    const found = search(args, op)
    if (!found) return []
    return [...found.input.matchAll(new RegExp(found.re.source, `${found.re.flags}g`))].map(matchDoc)
  }),
}

function textOf(v: unknown): string {
  if (nil(v)) return ''
  if (typeof v === 'string') return v
  const r = rank(v)
  if (isNum(v) || r === 90 || r === 30) return toText(v)
  return fail(16007, `can't convert from BSON type ${typeName(v)} to String`)
}

function substrBytes([s, from, count]: unknown[]): string {
  if (!isNum(from))
    return fail(16034, `$substrBytes: starting index must be a numeric type (is BSON type ${typeName(from)})`)
  if (!isNum(count)) return fail(16035, `$substrBytes: length must be a numeric type (is BSON type ${typeName(count)})`)
  const bytes = Buffer.from(textOf(s))
  const start = Math.trunc(toDouble(from))
  const n = Math.trunc(toDouble(count))
  if (start < 0) fail(50752, `$substrBytes: starting index must be non-negative (got: ${start})`)
  const end = n < 0 ? bytes.length : Math.min(bytes.length, start + n)
  const inside = (i: number) => i < bytes.length && ((bytes[i] ?? 0) & 0xc0) === 0x80
  if (inside(start)) fail(28656, '$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.')
  if (inside(end)) fail(28657, '$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.')
  return bytes.subarray(start, end).toString()
}

function haystack(op: string, s: unknown, token: unknown): [string, string] {
  if (typeof s !== 'string') return fail(40093, `${op} requires a string as the first argument, found: ${typeName(s)}`)
  if (typeof token !== 'string')
    return fail(40094, `${op} requires a string as the second argument, found: ${typeName(token)}`)
  return [s, token]
}

const SPACES = new Set([
  ...'\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a',
])

function trim(args: Doc, left: boolean, right: boolean): string | null {
  const { input, chars } = args
  if (nil(input)) return null
  if (typeof input !== 'string')
    return fail(50699, `$trim requires its input to be a string, got ${typeName(input)} instead.`)
  if ('chars' in args && nil(chars)) return null
  if (chars !== undefined && typeof chars !== 'string')
    return fail(50700, `$trim requires 'chars' to be a string, got ${typeName(chars)} instead.`)
  const set = typeof chars === 'string' ? new Set(chars) : SPACES
  const points = [...input]
  let a = 0
  let b = points.length
  while (left && a < b && set.has(points[a] ?? '')) a++
  while (right && b > a && set.has(points[b - 1] ?? '')) b--
  return points.slice(a, b).join('')
}

function replacing({ input, find, replacement }: Doc, op: string): [string | null, string, string] {
  if (!nil(input) && typeof input !== 'string')
    return fail(51746, `${op} requires that 'input' be a string, found: ${typeName(input)}`)
  if (!nil(find) && typeof find !== 'string')
    return fail(51745, `${op} requires that 'find' be a string, found: ${typeName(find)}`)
  if (!nil(replacement) && typeof replacement !== 'string')
    return fail(51744, `${op} requires that 'replacement' be a string, found: ${typeName(replacement)}`)
  return nil(input) || nil(find) || nil(replacement) ? [null, '', ''] : [input, find, replacement]
}

function search({ input, regex, options }: Doc, op: string): { re: RegExp; input: string } | undefined {
  if (!nil(input) && typeof input !== 'string') return fail(51104, `${op} needs 'input' to be of type string`)
  if (!nil(regex) && typeof regex !== 'string' && !isRegex(regex))
    return fail(51105, `${op} needs 'regex' to be of type string or regex`)
  if (!nil(options) && typeof options !== 'string') return fail(51106, `${op} needs 'options' to be of type string`)
  if (nil(regex)) return undefined
  const own = regexParts(regex)?.options
  if (own && typeof options === 'string')
    return fail(51107, `${op}: found regex option(s) specified in both 'regex' and 'option' fields`)
  const re = toRegex(regex, options ?? undefined)
  return nil(input) ? undefined : { re, input }
}

function matchDoc(m: RegExpExecArray | RegExpMatchArray): Doc {
  const before = (m.input ?? '').slice(0, m.index)
  return { match: m[0], idx: [...before].length, captures: m.slice(1).map((c) => c ?? null) }
}
