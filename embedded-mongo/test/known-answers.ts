import { describe, expect, test } from '@jest/globals'
import { Double, Int32, Long, ObjectId } from 'bson'
import { MongoError } from '../errors.js'
import { isPlain } from '../values.js'

/** The error a row expects, by MongoDB's code. */
export type Code = { code: number }
export const code = (n: number): Code => ({ code: n })

/** A number by its BSON type, for rows about types: `int(1)` differs from `double(1)`. */
export const int = (n: number) => new Int32(n)
export const double = (n: number) => new Double(n)
export const long = (n: number | bigint) => Long.fromBigInt(BigInt(n))
export const oid = (n: number) => new ObjectId(n.toString(16).padStart(24, '0'))
export const at = (iso: string) => new Date(iso)

/** One test per row `[name, input, expected]`; `expected` is what `run` answers, or the code it throws. */
export function table<I, O>(
  title: string,
  rows: readonly (readonly [string, I, O | Code])[],
  run: (input: I) => unknown,
) {
  describe(title, () => {
    for (const [name, input, expected] of rows) {
      test(name, () => {
        expect(outcome(() => run(input))).toEqual(plain(expected))
      })
    }
  })
}

/** What a call answers, or the code of the MongoError it throws. */
export function outcome(f: () => unknown): unknown {
  try {
    return plain(f())
  } catch (e) {
    if (e instanceof MongoError) return { code: e.code }
    throw e
  }
}

/** Numbers of any type as plain ones, so that rows can be written plainly. */
export function plain(v: unknown): unknown {
  if (v instanceof Int32 || v instanceof Double) return v.valueOf()
  if (v instanceof Long) return v.toNumber()
  if (v instanceof ObjectId) return `oid ${v.toHexString()}`
  if (Array.isArray(v)) return v.map(plain)
  if (!isPlain(v)) return v
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]))
}

/** Numbers as text with their type, for rows about types. */
export function typed(v: unknown): unknown {
  if (v instanceof Int32) return `int ${v}`
  if (v instanceof Double) return `double ${v}`
  if (v instanceof Long) return `long ${v}`
  if (typeof v === 'number') return `${Number.isInteger(v) && Math.abs(v) <= 0x7fffffff ? 'int' : 'double'} ${v}`
  if (Array.isArray(v)) return v.map(typed)
  if (!isPlain(v)) return v
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, typed(x)]))
}
