import { fail } from '../errors.js'
import { compare, type Doc, equal, get, isPlain } from '../values.js'
import {
  binary,
  type Compile,
  type Expr,
  nil,
  type Operator,
  type Operators,
  operands,
  truthy,
  typeName,
  unary,
} from './operators.js'

/** Order of two expression values; missing sorts below null. */
export function order(a: unknown, b: unknown): number {
  if (a === undefined) return b === undefined ? 0 : -1
  return b === undefined ? 1 : compare(a, b)
}

/** Comparison, boolean and conditional operators. */
export const logic: Operators = {
  $eq: binary((a, b) => order(a, b) === 0),
  $ne: binary((a, b) => order(a, b) !== 0),
  $gt: binary((a, b) => order(a, b) > 0),
  $gte: binary((a, b) => order(a, b) >= 0),
  $lt: binary((a, b) => order(a, b) < 0),
  $lte: binary((a, b) => order(a, b) <= 0),
  $cmp: binary((a, b) => Math.sign(order(a, b))),
  $not: unary((a) => !truthy(a)),
  $and: (arg, compile) => {
    const all = list(arg).map(compile)
    return (d, v) => all.every((e) => truthy(e(d, v)))
  },
  $or: (arg, compile) => {
    const all = list(arg).map(compile)
    return (d, v) => all.some((e) => truthy(e(d, v)))
  },
  $in: binary((v, a) => {
    if (!Array.isArray(a)) return fail(40081, `$in requires an array as a second argument, found: ${typeName(a)}`)
    return a.some((x) => equal(x, v))
  }),
  $cond,
  $ifNull: (arg, compile) => {
    const all = list(arg).map(compile)
    if (all.length < 2) fail(1257300, `$ifNull needs at least two arguments, had: ${all.length}`)
    return (d, v) => {
      let last: unknown
      for (const e of all) {
        last = e(d, v)
        if (!nil(last)) return last
      }
      return last
    }
  },
  $switch: switchOf,
  $literal: (arg) => () => arg,
  $expr: (arg, compile) => compile(arg),
}

function list(arg: unknown): unknown[] {
  return Array.isArray(arg) ? arg : [arg]
}

function $cond(arg: unknown, compile: Compile, name: string): Expr {
  const [test, then, other] = (isPlain(arg) ? condFields(arg) : operands(arg, name, 3)).map(compile)
  if (!test || !then || !other) return fail(16020, 'Expression $cond takes exactly 3 arguments.')
  return (d, v) => (truthy(test(d, v)) ? then(d, v) : other(d, v))
}

function condFields(arg: Doc): unknown[] {
  for (const k of Object.keys(arg)) {
    if (k !== 'if' && k !== 'then' && k !== 'else') fail(17083, `Unrecognized parameter to $cond: ${k}`)
  }
  const codes: [string, number][] = [
    ['if', 17080],
    ['then', 17081],
    ['else', 17082],
  ]
  for (const [k, code] of codes) {
    if (!Object.hasOwn(arg, k)) fail(code, `Missing '${k}' parameter to $cond`)
  }
  return [get(arg, 'if'), get(arg, 'then'), get(arg, 'else')]
}

function switchOf(...[arg, compile]: Parameters<Operator>): Expr {
  if (!isPlain(arg)) return fail(40060, `$switch requires an object as an argument, found: ${typeName(arg)}`)
  for (const k of Object.keys(arg)) {
    if (k !== 'branches' && k !== 'default') fail(40067, `$switch found an unknown argument: ${k}`)
  }
  const given = get(arg, 'branches')
  if (!Array.isArray(given)) return fail(40061, `$switch expected an array for 'branches', found: ${typeName(given)}`)
  if (given.length === 0) fail(40068, '$switch requires at least one branch.')
  const branches = given.map((b) => {
    if (!isPlain(b)) return fail(40062, `$switch expected each branch to be an object, found: ${typeName(b)}`)
    if (!Object.hasOwn(b, 'case')) fail(40064, "$switch requires each branch have a 'case' expression")
    if (!Object.hasOwn(b, 'then')) fail(40065, "$switch requires each branch have a 'then' expression.")
    return { test: compile(get(b, 'case')), value: compile(get(b, 'then')) }
  })
  const other = Object.hasOwn(arg, 'default') ? compile(get(arg, 'default')) : undefined
  return (d, v) => {
    for (const b of branches) if (truthy(b.test(d, v))) return b.value(d, v)
    if (other) return other(d, v)
    return fail(40066, '$switch could not find a matching branch for an input, and no default was specified.')
  }
}
