import { fail } from '../errors.js'
import { isNum, toDouble } from '../numbers.js'
import { type Doc, get, isPlain, set, typeAlias } from '../values.js'

/** A compiled expression: missing is `undefined`. */
export type Expr = (doc: unknown, vars: Doc) => unknown

/** Compiles a sub-expression. */
export type Compile = (e: unknown) => Expr

/** How one `$operator` compiles its argument. */
export type Operator = (arg: unknown, compile: Compile, name: string) => Expr

/** A table of operators by name. */
export type Operators = Readonly<Record<string, Operator>>

/** Null or missing. */
export function nil(v: unknown): v is null | undefined {
  return v === null || v === undefined
}

/** What counts as true: everything but false, null, missing and zero. */
export function truthy(v: unknown): boolean {
  if (typeof v === 'boolean') return v
  return !(v === null || v === undefined || (isNum(v) && toDouble(v) === 0))
}

/** The type name of a value as error messages and `$type` give it. */
export function typeName(v: unknown): string {
  return v === undefined ? 'missing' : typeAlias(v)[0]
}

/** The operands of an operator, checked for number. */
export function operands(arg: unknown, name: string, min: number, max = min): unknown[] {
  const list = Array.isArray(arg) ? arg : [arg]
  if (list.length >= min && list.length <= max) return list
  const want = min === max ? `exactly ${min}` : `at least ${min} arguments, and at most ${max}`
  return fail(min === max ? 16020 : 28667, `Expression ${name} takes ${want} arguments. ${list.length} were passed in.`)
}

/** An operator of one operand. */
export function unary(f: (a: unknown, name: string) => unknown): Operator {
  return (arg, compile, name) => {
    const a = compile(operands(arg, name, 1)[0])
    return (d, v) => f(a(d, v), name)
  }
}

/** An operator of two operands. */
export function binary(f: (a: unknown, b: unknown, name: string) => unknown): Operator {
  return (arg, compile, name) => {
    const list = operands(arg, name, 2)
    const a = compile(list[0])
    const b = compile(list[1])
    return (d, v) => f(a(d, v), b(d, v), name)
  }
}

/** An operator of `min` to `max` operands, given as an array. */
export function several(min: number, max: number, f: (args: unknown[], name: string) => unknown): Operator {
  return (arg, compile, name) => {
    const list = operands(arg, name, min, max).map(compile)
    return (d, v) =>
      f(
        list.map((e) => e(d, v)),
        name,
      )
  }
}

/** An operator of any number of operands. */
export function variadic(f: (args: unknown[], name: string) => unknown): Operator {
  return several(0, Number.POSITIVE_INFINITY, f)
}

/** An operator with named arguments; absent ones are `undefined`. Unknown and missing names are refused. */
export function named(required: string[], optional: string[], f: (args: Doc, name: string) => unknown): Operator {
  const known = new Set([...required, ...optional])
  return (arg, compile, name) => {
    const fields = namedArgs(arg, name, required, known).map(([k, e]) => [k, compile(e)] as const)
    return (d, v) => {
      const args: Doc = {}
      for (const [k, e] of fields) args[k] = e(d, v)
      return f(args, name)
    }
  }
}

/** The named arguments as given, checked against what the operator knows. */
export function namedArgs(arg: unknown, name: string, required: string[], known: Set<string>): [string, unknown][] {
  if (!isPlain(arg)) return fail(9, `${name} only supports an object as its argument`)
  for (const k of Object.keys(arg)) if (!known.has(k)) fail(9, `${name} found an unknown argument: ${k}`)
  for (const k of required) if (!Object.hasOwn(arg, k)) fail(9, `${name} requires '${k}' to be specified`)
  return Object.keys(arg).map((k) => [k, get(arg, k)])
}

/** Evaluates with one more variable per element; the scope object is reused between elements. */
export function scope(vars: Doc): Doc {
  return { ...vars }
}

/** A copy of a document with one field replaced or, when `v` is missing, removed. */
export function withField(doc: Doc, key: string, v: unknown): Doc {
  const out = { ...doc }
  if (v === undefined) delete out[key]
  else set(out, key, v)
  return out
}

/** An array operand, or the operator's own error. */
export function arrayOf(v: unknown, code: number, message: (type: string) => string): unknown[] {
  return Array.isArray(v) ? v : fail(code, message(typeName(v)))
}

/** A whole number of 32 bits, or the operator's own error. */
export function int32Of(v: unknown, code: number, message: string): number {
  const n = isNum(v) ? toDouble(v) : Number.NaN
  return Number.isInteger(n) && Math.abs(n) <= 0x80000000 ? n : fail(code, message)
}
