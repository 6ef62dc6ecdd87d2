import { better, deviation, Sum } from '../accumulators.js'
import { fail, unsupported } from '../errors.js'
import { type Doc, get, isPlain, set } from '../values.js'
import { arithmetic } from './arithmetic.js'
import { arrays, fieldPath } from './arrays.js'
import { conversions } from './convert.js'
import { dates } from './dates.js'
import { logic } from './logic.js'
import { objects } from './objects.js'
import type { Expr, Operators } from './operators.js'
import { variadic } from './operators.js'
import { scopes } from './scopes.js'
import { strings } from './strings.js'

export { fieldPath } from './arrays.js'
export { order } from './logic.js'
export { type Expr, nil, truthy } from './operators.js'

/**
 * Compiles an aggregation expression once. `doc` is the document `$field` paths read, `vars` the user variables by
 * name (own properties; `NOW` too). Unknown operators answer 168, known ones that are not carried 115.
 */
export function compileExpr(e: unknown): Expr {
  if (typeof e === 'string') return e[0] === '$' ? reference(e) : () => e
  if (Array.isArray(e)) return list(e)
  if (!isPlain(e)) return () => e
  const keys = Object.keys(e)
  const first = keys[0]
  if (first?.[0] !== '$') return document(e, keys)
  if (keys.length !== 1)
    fail(15983, `an object representing an expression must have exactly one field: ${keys.join(', ')}`)
  const op = Object.hasOwn(OPERATORS, first) ? OPERATORS[first] : undefined
  if (op) return op(get(e, first), compileExpr, first)
  if (KNOWN.has(first)) throw unsupported(`the expression ${first}`)
  return fail(168, `Unrecognized expression '${first}'`)
}

/** Compiles and evaluates once (for `let` values). */
export function evalExpr(doc: unknown, e: unknown, vars: Doc = {}): unknown {
  return compileExpr(e)(doc, { NOW: new Date(), ...vars })
}

const accumulate: Operators = {
  $sum: variadic((args) => summed(args).total()),
  $avg: variadic((args) => summed(args).mean()),
  $min: variadic((args) => spread(args).reduce((best, v) => better(best, v, -1), null)),
  $max: variadic((args) => spread(args).reduce((best, v) => better(best, v, 1), null)),
  $stdDevPop: variadic((args) => deviation(spread(args), false)),
  $stdDevSamp: variadic((args) => deviation(spread(args), true)),
  $rand: (arg) => {
    if (typeof arg !== 'object' || arg === null) fail(10065, 'invalid parameter: expected an object ($rand)')
    if (Object.keys(arg).length > 0) fail(3040501, '$rand does not currently accept arguments')
    return () => Math.random()
  },
}

const OPERATORS: Operators = {
  ...logic,
  ...arithmetic,
  ...arrays,
  ...strings,
  ...objects,
  ...scopes,
  ...conversions,
  ...dates,
  ...accumulate,
}

const KNOWN = new Set([
  '$function',
  '$accumulator',
  '$meta',
  '$median',
  '$percentile',
  '$bsonSize',
  '$asinh',
  '$acosh',
  '$atanh',
  '$sampleRate',
  '$toHashedIndexKey',
  '$toUUID',
  '$toArray',
  '$toObject',
  '$encStrStartsWith',
  '$createObjectId',
])

function summed(args: unknown[]): Sum {
  const sum = new Sum()
  for (const v of spread(args)) sum.add(v)
  return sum
}

/** One array operand stands for its elements. */
function spread(args: unknown[]): unknown[] {
  return args.length === 1 && Array.isArray(args[0]) ? args[0] : args
}

function list(e: unknown[]): Expr {
  const items = e.map(compileExpr)
  return (d, v) => items.map((f) => f(d, v) ?? null)
}

function document(e: Doc, keys: string[]): Expr {
  const fields = keys.map((k) => {
    if (k[0] === '$')
      fail(15983, `an object representing an expression must have exactly one field: ${keys.join(', ')}`)
    if (k.includes('.'))
      fail(16412, `FieldPath field names may not contain '.'. Consider using $getField or $setField.`)
    return [k, compileExpr(get(e, k))] as const
  })
  return (d, v) => {
    const out: Doc = {}
    for (const [k, f] of fields) {
      const value = f(d, v)
      if (value !== undefined) set(out, k, value)
    }
    return out
  }
}

const REFUSED_VARIABLES = new Set([
  'DESCEND',
  'PRUNE',
  'KEEP',
  'CLUSTER_TIME',
  'USER_ROLES',
  'SEARCH_META',
  'JS_SCOPE',
  'IS_MR',
])

function reference(e: string): Expr {
  if (e.startsWith('$$')) return variable(e)
  const path = e.slice(1)
  if (path === '') fail(16872, "'$' by itself is not a valid FieldPath")
  const parts = checkPath(path)
  if (parts.length > 1) return (d) => fieldPath(d, parts)
  return (d) => (isPlain(d) ? get(d, path) : undefined)
}

function variable(e: string): Expr {
  const parts = e.slice(2).split('.')
  const name = parts[0] ?? ''
  if (name === '') fail(16869, 'empty variable names are not allowed')
  if (parts.length > 1) checkPath(parts.slice(1).join('.'))
  if (REFUSED_VARIABLES.has(name)) throw unsupported(`the variable $$${name}`)
  const read = variableReader(name)
  return parts.length > 1 ? (d, v) => fieldPath(read(d, v), parts, 1) : read
}

function variableReader(name: string): Expr {
  switch (name) {
    case 'CURRENT':
    case 'ROOT':
      return (d) => d
    case 'REMOVE':
      return () => undefined
    case 'NOW':
      return (_, v) => (Object.hasOwn(v, 'NOW') ? v['NOW'] : new Date())
    default:
      return (_, v) => (Object.hasOwn(v, name) ? v[name] : fail(17276, `Use of undefined variable: ${name}`))
  }
}

function checkPath(path: string): string[] {
  if (path === '') fail(40352, 'FieldPath cannot be constructed with empty string')
  if (path.endsWith('.')) fail(40353, "FieldPath must not end with a '.'.")
  const parts = path.split('.')
  for (const p of parts) {
    if (p === '') fail(15998, 'FieldPath field names may not be empty strings.')
    if (p[0] === '$' && p !== '$id' && p !== '$ref' && p !== '$db')
      fail(16410, `FieldPath field names may not start with '$'. Consider using $getField or $setField.`)
  }
  return parts
}
