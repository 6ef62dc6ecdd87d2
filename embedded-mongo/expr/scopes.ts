import { fail, unsupported } from '../errors.js'
import { isNum, toDouble } from '../numbers.js'
import { get, isPlain, set } from '../values.js'
import {
  arrayOf,
  type Expr,
  namedArgs,
  nil,
  type Operator,
  type Operators,
  scope,
  truthy,
  typeName,
} from './operators.js'

/** Operators that bind variables. */
export const scopes: Operators = { $let: letIn, $map: mapIn, $filter: filterIn, $reduce: reduceIn }

/** Checks a user variable's name: a lower-case ASCII letter (or any beyond ASCII) first. */
export function variableName(name: string): string {
  if (name === 'CURRENT') throw unsupported('rebinding $$CURRENT')
  if (name === '') fail(16866, 'empty variable names are not allowed')
  if (!/^[a-z\u0080-\uffff]/.test(name)) {
    fail(16867, `'${name}' starts with an invalid character for a user variable name`)
  }
  if (!/^[\w\u0080-\uffff]*$/.test(name)) fail(16868, `'${name}' contains an invalid character for a variable name`)
  return name
}

function letIn(...[arg, compile]: Parameters<Operator>): Expr {
  if (!isPlain(arg)) return fail(16874, '$let only supports an object as its argument')
  for (const k of Object.keys(arg)) if (k !== 'vars' && k !== 'in') fail(16875, `Unrecognized parameter to $let: ${k}`)
  const given = get(arg, 'vars')
  if (given === undefined) fail(16876, "Missing 'vars' parameter to $let")
  if (!Object.hasOwn(arg, 'in')) fail(16877, "Missing 'in' parameter to $let")
  if (!isPlain(given)) return fail(10065, 'invalid parameter: expected an object (vars)')
  const bound = Object.keys(given).map((k) => [variableName(k), compile(get(given, k))] as const)
  const body = compile(get(arg, 'in'))
  return (d, v) => {
    const inner = scope(v)
    for (const [k, e] of bound) set(inner, k, e(d, v))
    return body(d, inner)
  }
}

function mapIn(...[arg, compile, name]: Parameters<Operator>): Expr {
  const args = new Map(namedArgs(arg, name, ['input', 'in'], new Set(['input', 'as', 'in'])))
  const input = compile(args.get('input'))
  const body = compile(args.get('in'))
  const as = binding(args.get('as'))
  return (d, v) => {
    const a = input(d, v)
    if (nil(a)) return null
    const inner = scope(v)
    return arrayOf(a, 16883, (t) => `input to $map must be an array not ${t}`).map((x) => {
      inner[as] = x
      return body(d, inner) ?? null
    })
  }
}

function filterIn(...[arg, compile, name]: Parameters<Operator>): Expr {
  const args = new Map(namedArgs(arg, name, ['input', 'cond'], new Set(['input', 'as', 'cond', 'limit'])))
  const input = compile(args.get('input'))
  const cond = compile(args.get('cond'))
  const limit = args.has('limit') ? compile(args.get('limit')) : undefined
  const as = binding(args.get('as'))
  return (d, v) => {
    const a = input(d, v)
    if (nil(a)) return null
    const inner = scope(v)
    const most = filterLimit(limit?.(d, v))
    const out: unknown[] = []
    for (const x of arrayOf(a, 28651, (t) => `input to $filter must be an array not ${t}`)) {
      if (out.length >= most) break
      inner[as] = x
      if (truthy(cond(d, inner))) out.push(x)
    }
    return out
  }
}

function filterLimit(v: unknown): number {
  if (nil(v)) return Number.POSITIVE_INFINITY
  const n = isNum(v) ? toDouble(v) : Number.NaN
  if (!Number.isInteger(n))
    fail(327391, `$filter: limit must be represented as a 32-bit integral value: ${typeName(v)}`)
  return n >= 1 ? n : fail(327392, '$filter: limit must be greater than 0')
}

function reduceIn(...[arg, compile, name]: Parameters<Operator>): Expr {
  const known = new Set(['input', 'initialValue', 'in'])
  const args = new Map(namedArgs(arg, name, ['input', 'initialValue', 'in'], known))
  const input = compile(args.get('input'))
  const initial = compile(args.get('initialValue'))
  const body = compile(args.get('in'))
  return (d, v) => {
    const a = input(d, v)
    if (nil(a)) return null
    const inner = scope(v)
    let value = initial(d, v)
    for (const x of arrayOf(a, 40080, (t) => `$reduce requires that 'input' be an array, found: ${t}`)) {
      inner['value'] = value
      inner['this'] = x
      value = body(d, inner)
    }
    return value
  }
}

function binding(as: unknown): string {
  return as === undefined
    ? 'this'
    : typeof as === 'string'
      ? variableName(as)
      : fail(16866, 'a variable name must be a string')
}
