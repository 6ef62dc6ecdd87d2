import { describe, expect, test } from '@jest/globals'
import { Decimal128, Double, Int32, Long, ObjectId } from 'bson'
import fc from 'fast-check'
import { encodeKey } from '../keys.js'
import { compileFilter } from '../match/index.js'
import { compareSortKeys, parseSort, sortKey } from '../sort.js'
import { compileUpdate } from '../update/index.js'
import { compare, type Doc, EMPTY_ARRAY } from '../values.js'
import { outcome, plain } from './known-answers.js'
import { type Json, type JsonDoc, naiveKeyOrder, naiveMatch, naiveSortKey, naiveUpdate } from './naive.js'

/** Set ENGINE_SEED to repeat a run; the seed is in every test's name. */
const seed = Number(process.env['ENGINE_SEED'] ?? Math.trunc(Math.random() * 0x7fffffff))
const settings = (numRuns: number) => ({ seed, numRuns: numRuns * Number(process.env['ENGINE_RUNS'] ?? 1) })

const scalar = fc.constantFrom<Json>(null, true, false, -1, 0, 1, 2, 1.5, '', 'a', 'b', '微')
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { arbitrary: scalar, weight: 4 },
    { arbitrary: fc.array(tie('value'), { maxLength: 3 }), weight: 2 },
    {
      arbitrary: fc.dictionary(fc.constantFrom('a', 'b', '0'), tie('value'), { maxKeys: 2, noNullPrototype: true }),
      weight: 2,
    },
  ),
}))
const doc = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { maxKeys: 3, noNullPrototype: true })
const path = fc.constantFrom('a', 'b', 'a.b', 'a.0', 'a.1.b', 'b.a', 'a.b.a', 'a.0.b')
const one = (op: string, arg: fc.Arbitrary<Json>) => arg.map((x): JsonDoc => ({ [op]: x }))
const bound = value.filter((v) => v !== null)
const leafTest = fc.oneof(
  one('$eq', value),
  one('$ne', value),
  one('$gt', bound),
  one('$gte', bound),
  one('$lt', bound),
  one('$lte', bound),
  one('$in', fc.array(value, { maxLength: 3 })),
  one('$nin', fc.array(value, { maxLength: 3 })),
)
const condition = fc.oneof(
  { arbitrary: leafTest, weight: 4 },
  { arbitrary: one('$exists', fc.boolean()), weight: 1 },
  { arbitrary: one('$size', fc.nat(2)), weight: 1 },
  { arbitrary: one('$all', fc.array(scalar, { maxLength: 2 })), weight: 1 },
  { arbitrary: leafTest.map((t): JsonDoc => ({ $not: t })), weight: 1 },
  { arbitrary: leafTest.map((t): JsonDoc => ({ $elemMatch: t })), weight: 1 },
)
const fieldFilter = fc.tuple(path, condition).map(([p, c]): JsonDoc => ({ [p]: c }))
const filter = fc.oneof(
  { arbitrary: fieldFilter, weight: 4 },
  {
    arbitrary: fc.array(fieldFilter, { minLength: 1, maxLength: 3 }).map((list): JsonDoc => ({ $and: list })),
    weight: 1,
  },
  {
    arbitrary: fc.array(fieldFilter, { minLength: 1, maxLength: 3 }).map((list): JsonDoc => ({ $or: list })),
    weight: 1,
  },
  {
    arbitrary: fc.array(fieldFilter, { minLength: 1, maxLength: 2 }).map((list): JsonDoc => ({ $nor: list })),
    weight: 1,
  },
)

describe(`the engine against a naive reading of the rules (seed ${seed})`, () => {
  test('filters match the same documents, with and without a positional index asked for', () => {
    fc.assert(
      fc.property(filter, doc, (f, d) => {
        const matches = compileFilter(f)
        const expected = naiveMatch(f, d)
        expect(matches(d)).toBe(expected)
        expect(matches(d, {})).toBe(expected)
        expect(matches(wrapped(d) as Doc)).toBe(expected)
      }),
      settings(1500),
    )
  })

  test('a positional index is the index of an element that alone makes the filter match', () => {
    fc.assert(
      fc.property(leafTest, fc.array(scalar, { minLength: 1, maxLength: 4 }), (t, list) => {
        const hit: { pos?: number } = {}
        if (!compileFilter({ a: t })({ a: list }, hit) || hit.pos === undefined) return
        expect(naiveMatch({ a: t }, { a: list[hit.pos] ?? null })).toBe(true)
      }),
      settings(500),
    )
  })

  test('updates give the same document or the same refusal, and leave the input alone', () => {
    const update = fc.oneof(
      fc.tuple(fc.constantFrom('$set', '$min', '$max', '$push', '$addToSet'), path, value),
      fc.tuple(fc.constantFrom('$pull'), path, scalar),
      fc.tuple(fc.constant('$unset'), path, fc.constant<Json>('')),
      fc.tuple(fc.constant('$inc'), path, fc.constantFrom<Json>(1, -2, 0.5)),
      fc.tuple(fc.constant('$pop'), path, fc.constantFrom<Json>(1, -1)),
    )
    fc.assert(
      fc.property(update, doc, ([op, p, arg], d) => {
        fc.pre(!(op === '$addToSet' && hasKey(arg, '$each')))
        const before = JSON.stringify(d)
        const apply = compileUpdate({ [op]: { [p]: arg } }, undefined, { now: new Date(0) }).apply
        const naive = naiveUpdate(d, op, p, arg)
        const expected = typeof naive === 'number' ? { code: naive } : naive
        const got = outcome(() => apply(d))
        expect(JSON.stringify(got)).toBe(JSON.stringify(expected))
        expect(JSON.stringify(d)).toBe(before)
        expect(outcome(() => plain(apply(wrapped(d) as Doc)))).toEqual(expected)
      }),
      settings(1500),
    )
  })

  test('a sort by one field orders the same', () => {
    fc.assert(
      fc.property(
        fc.array(doc, { maxLength: 6 }),
        fc.constantFrom('a', 'a.b', 'b.a'),
        fc.constantFrom(1, -1),
        (docs, p, dir) => {
          const spec = parseSort({ [p]: dir })
          const sorted = [...docs].sort((a, b) => compareSortKeys(sortKey(a, spec), sortKey(b, spec), spec))
          const naive = [...docs].sort(
            (a, b) => naiveKeyOrder(naiveSortKey(a, p.split('.'), dir), naiveSortKey(b, p.split('.'), dir)) * dir,
          )
          expect(sorted).toEqual(naive)
        },
      ),
      settings(800),
    )
  })

  test('keys sort as values compare, in both directions', () => {
    const number = fc.oneof(
      fc.double(),
      fc.integer().map((n) => new Int32(n)),
      fc.double().map((n) => new Double(n)),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => Long.fromBigInt(n)),
      fc
        .tuple(fc.bigInt({ min: -(10n ** 33n), max: 10n ** 33n }), fc.integer({ min: -40, max: 40 }))
        .map(([n, e]) => Decimal128.fromString(`${n}E${e}`)),
      fc.constantFrom(
        0,
        -0,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        0.1,
        Decimal128.fromString('0.1'),
        Decimal128.fromString('1E400'),
        Decimal128.fromString('Infinity'),
        Decimal128.fromString('-1E-400'),
        Long.fromString('9007199254740993'),
        9007199254740992,
      ),
    )
    const any = fc.oneof(
      number,
      value,
      fc.string({ unit: 'binary' }),
      fc.date({ noInvalidDate: true }),
      fc.constantFrom<unknown>(
        undefined,
        EMPTY_ARRAY,
        new ObjectId('0123456789abcdef01234567'),
        /a/i,
        'a\0b',
        'a',
        'a\0',
      ),
    )
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const expected = Math.sign(compare(a, b))
        expect(Math.sign(Buffer.compare(encodeKey([a], [1]), encodeKey([b], [1])))).toBe(expected)
        expect(Math.sign(Buffer.compare(encodeKey([a], [-1]), encodeKey([b], [-1])))).toBe(0 - expected)
        if (expected !== 0)
          expect(Math.sign(Buffer.compare(encodeKey([a, c], [1, 1]), encodeKey([b, a], [1, 1])))).toBe(expected)
        expect(Math.sign(compare(b, a))).toBe(0 - expected)
      }),
      settings(1200),
    )
  })
})

/** The same document as an exact decoder gives it: numbers in their BSON types. */
function wrapped(v: Json): unknown {
  if (typeof v === 'number') return Number.isInteger(v) ? new Int32(v) : new Double(v)
  if (Array.isArray(v)) return v.map(wrapped)
  if (typeof v !== 'object' || v === null) return v
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, wrapped(x)]))
}

function hasKey(v: Json, key: string): boolean {
  return typeof v === 'object' && v !== null && !Array.isArray(v) && key in v
}
