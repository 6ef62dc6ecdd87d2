import { Long, Timestamp } from 'bson'
import { add, multiply } from '../arithmetic.js'
import { fail } from '../errors.js'
import { isNum, kindOf, type Num, num } from '../numbers.js'
import { show } from '../show.js'
import { compare, get, isPlain, typeAlias } from '../values.js'

/** Where a change lands, for error messages. */
export type Where = { path: string; name: string; id: unknown }

/** A change of one value: gets the current one (`undefined` when missing), answers the new one or `undefined` for none. */
export type Change = (current: unknown, where: Where) => unknown

/** `$inc` and `$mul`. */
export function arithmeticChange(op: '$inc' | '$mul', path: string, arg: unknown): Change {
  if (!isNum(arg)) {
    const verb = op === '$inc' ? 'increment' : 'multiply'
    return fail(14, `Cannot ${verb} with non-numeric argument: {${path}: ${show(arg)}}`)
  }
  const f = op === '$inc' ? add : multiply
  return (current, where) => {
    if (current === undefined) return op === '$inc' ? arg : f(0, arg)
    if (!isNum(current)) {
      const doc = `{_id: ${show(where.id)}} has the field '${where.name}' of non-numeric type ${typeAlias(current)[0]}`
      return fail(14, `Cannot apply ${op} to a value of non-numeric type. ${doc}`)
    }
    return (
      f(current, arg) ??
      fail(
        2,
        `Failed to apply ${op} operations to current value (${show(current)}) for document {_id: ${show(where.id)}}`,
      )
    )
  }
}

/** `$min` and `$max`. */
export function extremeChange(op: '$min' | '$max', arg: unknown): Change {
  const dir = op === '$min' ? -1 : 1
  return (current) => (current === undefined || compare(arg, current) * dir > 0 ? arg : undefined)
}

/** `$currentDate`. */
export function dateChange(arg: unknown, now: Date): Change {
  const type = typeof arg === 'boolean' ? 'date' : isPlain(arg) ? dateType(arg) : undefined
  if (type === undefined) {
    const given = typeAlias(arg)[0]
    return fail(
      2,
      `${given} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    )
  }
  const value = type === 'date' ? new Date(now) : new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
  return () => value
}

function dateType(arg: Record<string, unknown>): string {
  for (const k of Object.keys(arg)) if (k !== '$type') fail(2, `Unrecognized $currentDate option: ${k}`)
  const type = get(arg, '$type')
  if (type !== 'date' && type !== 'timestamp')
    return fail(
      2,
      "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
    )
  return type
}

/** `$bit`: and, or, xor in the order given. */
export function bitChange(path: string, arg: unknown): Change {
  if (!isPlain(arg))
    return fail(
      2,
      `The $bit modifier is not compatible with a ${typeAlias(arg)[0]}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    )
  const steps = Object.keys(arg).map((k): { op: string; by: Num } => {
    if (k !== 'and' && k !== 'or' && k !== 'xor')
      return fail(
        2,
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${k}' which is an unknown operator: {${k}: ${show(get(arg, k))}}`,
      )
    const by = get(arg, k)
    if (!integral(by))
      return fail(
        2,
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeAlias(by)[0]}' is not supported here: {${k}: ${show(by)}}`,
      )
    return { op: k, by }
  })
  if (steps.length === 0)
    fail(2, `You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}`)
  return (current, where) => {
    if (current !== undefined && !integral(current)) {
      return fail(
        2,
        `Cannot apply $bit to a value of non-integral type.{_id: ${show(where.id)}} has the field ${path} of non-integer type ${typeAlias(current)[0]}`,
      )
    }
    let value = BigInt(current === undefined ? 0 : num(current))
    let long = current !== undefined && kindOf(current) === 'long'
    for (const { op, by } of steps) {
      const b = BigInt(num(by))
      long ||= kindOf(by) === 'long'
      value = op === 'and' ? value & b : op === 'or' ? value | b : value ^ b
    }
    return long ? Long.fromBigInt(value) : Number(value)
  }
}

function integral(v: unknown): v is Num {
  if (!isNum(v)) return false
  const kind = kindOf(v)
  return kind === 'int' || kind === 'long'
}
