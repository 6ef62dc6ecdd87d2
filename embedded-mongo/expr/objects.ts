import { fail } from '../errors.js'
import { type Doc, get, isPlain, set } from '../values.js'
import {
  arrayOf,
  type Compile,
  type Expr,
  namedArgs,
  nil,
  type Operators,
  typeName,
  unary,
  variadic,
  withField,
} from './operators.js'

/** Operators on documents. */
export const objects: Operators = {
  $mergeObjects: variadic((args) => mergeAll(args.length === 1 && Array.isArray(args[0]) ? args[0] : args)),
  $objectToArray: unary((o) => {
    if (nil(o)) return null
    if (!isPlain(o)) return fail(40390, `$objectToArray requires a document input, found: ${typeName(o)}`)
    return Object.keys(o).map((k) => ({ k, v: get(o, k) }))
  }),
  $arrayToObject: unary(arrayToObject),
  $getField: (arg, compile, name) => {
    const byName = isPlain(arg) && (Object.hasOwn(arg, 'field') || Object.hasOwn(arg, 'input'))
    const args = byName
      ? new Map(namedArgs(arg, name, ['field'], new Set(['field', 'input'])))
      : new Map([['field', arg]])
    const field = fieldName(args.get('field'), compile, name)
    const input = args.has('input') ? compile(args.get('input')) : (d: unknown) => d
    return (d, v) => {
      const key = field(d, v)
      const o = input(d, v)
      if (typeof key !== 'string')
        return fail(3041704, `${name} requires 'field' to evaluate to type String, but got ${typeName(key)}`)
      if (o === null) return null
      return isPlain(o) ? get(o, key) : undefined
    }
  },
  $setField: setField(['field', 'input', 'value']),
  $unsetField: setField(['field', 'input']),
}

/** Merges documents left to right, skipping null and missing. */
export function mergeAll(list: unknown[]): Doc {
  const out: Doc = {}
  for (const o of list) {
    if (nil(o)) continue
    if (!isPlain(o))
      return fail(40400, `$mergeObjects requires object inputs, but input ${typeName(o)} is of type ${typeName(o)}`)
    for (const k of Object.keys(o)) set(out, k, get(o, k))
  }
  return out
}

function arrayToObject(a: unknown): unknown {
  if (nil(a)) return null
  const out: Doc = {}
  for (const e of arrayOf(a, 40386, (t) => `$arrayToObject requires an array input, found: ${t}`)) {
    if (Array.isArray(e)) {
      if (e.length !== 2)
        fail(40397, `$arrayToObject requires an array of size 2 arrays,found array of size: ${e.length}`)
      put(out, e[0], e[1], 40395)
    } else if (isPlain(e)) {
      if (Object.keys(e).length !== 2)
        fail(
          40392,
          `$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys:${Object.keys(e).length}`,
        )
      if (!Object.hasOwn(e, 'k') || !Object.hasOwn(e, 'v'))
        fail(40393, "$arrayToObject requires an object with keys 'k' and 'v'.")
      put(out, get(e, 'k'), get(e, 'v'), 40394)
    } else fail(40398, `Unrecognised input type format for $arrayToObject: ${typeName(e)}`)
  }
  return out
}

function put(out: Doc, k: unknown, v: unknown, code: number): void {
  if (typeof k !== 'string')
    fail(code, `$arrayToObject requires an object or array with keys of type string, but found type: ${typeName(k)}`)
  if (v !== undefined) set(out, k, v)
}

function setField(known: string[]) {
  return (arg: unknown, compile: Compile, name: string): Expr => {
    const args = new Map(namedArgs(arg, name, known, new Set(known)))
    const field = fieldName(args.get('field'), compile, name)
    const input = compile(args.get('input'))
    const value = args.has('value') ? compile(args.get('value')) : () => undefined
    return (d, v) => {
      const o = input(d, v)
      if (nil(o)) return null
      if (!isPlain(o)) return fail(4161105, `${name} requires 'input' to evaluate to type Object`)
      const key = field(d, v)
      if (typeof key !== 'string') return fail(4161107, `${name} requires 'field' to evaluate to a constant string`)
      return withField(o, key, value(d, v))
    }
  }
}

/** The field name of $getField and $setField; a constant `$name` must be wrapped in $literal. */
function fieldName(e: unknown, compile: Compile, name: string): Expr {
  if (typeof e === 'string' && e.startsWith('$')) {
    if (name !== '$getField' || e.startsWith('$$')) return compile(e)
    fail(5654600, `A field path reference which is not allowed in this context. Did you mean {$literal: '${e}'}?`)
  }
  return compile(e)
}
