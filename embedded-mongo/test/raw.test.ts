import { describe, expect, test } from '@jest/globals'
import { Binary, Decimal128, Double, Int32, Long, ObjectId, serialize, Timestamp } from 'bson'
import fc from 'fast-check'
import { conditionAt, meets } from '../bson/conditions.js'
import { decodeExact, decodeFields, decodePlain, encode } from '../bson/decode.js'
import { FieldTable } from '../bson/field-table.js'
import { check, int32, nameEnd, skip } from '../bson/raw.js'
import { compileSetPlan } from '../bson/set-plan.js'
import { encodeKey } from '../keys.js'
import { compileFilter } from '../match/index.js'
import { addNull, addValue, begin, taken } from '../storage/key-writer.js'
import { compileUpdate } from '../update/index.js'
import type { Doc } from '../values.js'

const scalar = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('', '中文', 'a\0b', 'é'),
  fc.integer({ min: -5, max: 5 }).map((n) => new Int32(n)),
  fc.double().map((n) => new Double(n)),
  fc.constantFrom(Long.fromString('9007199254740993'), Decimal128.fromString('1.5'), new Timestamp({ t: 1, i: 2 })),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.constantFrom(new ObjectId('0'.repeat(24)), new ObjectId('f'.repeat(24))),
  fc.constant(new Binary(Buffer.from([1, 2]), 4)),
)
const name = fc.constantFrom('a', 'b', 'state', 'name', 'z', 'ab', 'ä')
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(name, scalar, { maxKeys: 3 }))
const doc = fc.dictionary(name, value, { maxKeys: 6 })
const raw = (d: Doc) => Buffer.from(serialize(d))

describe('BSON bytes in place', () => {
  test('every document js-bson writes is found sound, and any cut of it is refused', () => {
    fc.assert(
      fc.property(doc, fc.nat(), (d, n) => {
        const bytes = raw(d)
        expect(check(bytes, 0, bytes.length)).toBe(bytes.length)
        const cut = bytes.subarray(0, n % bytes.length)
        expect(() => check(cut, 0, cut.length)).toThrow()
      }),
    )
  })

  test('random bytes are refused or walked, never read past their end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 60 }), (noise) => {
        const b = Buffer.from(noise)
        b.writeInt32LE(b.length)
        b[b.length - 1] = 0
        try {
          expect(check(b, 0, b.length)).toBe(b.length)
        } catch (error) {
          expect(String(error)).toMatch(/invalid BSON|nested/)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('fields decoded alone are what the whole document holds', () => {
    fc.assert(
      fc.property(doc, fc.uniqueArray(name, { maxLength: 4 }), (d, names) => {
        const bytes = raw(d)
        const whole = decodePlain(bytes)
        const wanted = Object.fromEntries(Object.entries(whole).filter(([k]) => names.some((n) => n === k)))
        expect(decodeFields(bytes, names)).toEqual(wanted)
      }),
    )
  })

  test('a field called __proto__ is decoded as a field', () => {
    const bytes = raw(JSON.parse('{"__proto__": {"x": 1}, "b": 2}'))
    const out = decodeFields(bytes, ['__proto__'])
    expect(Object.keys(out)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(out)).toBe(Object.prototype)
  })
})

test('index keys written from bytes are the keys of the decoded values', () => {
  fc.assert(
    fc.property(scalar, fc.constantFrom<1 | -1>(1, -1), (v, direction) => {
      const bytes = raw({ v })
      const table = new FieldTable(['v'])
      table.locate(bytes)
      begin(7)
      if (!addValue(bytes, table.types[0] ?? 0, table.at[0] ?? 0, direction)) return
      const expected = encodeKey([decodeExact(bytes)['v']], [direction])
      expect(taken().subarray(5)).toEqual(expected)
    }),
    { numRuns: 500 },
  )
  begin(7)
  addNull(-1)
  expect(taken().subarray(5)).toEqual(encodeKey([undefined], [-1]))
})

test('conditions checked on bytes decide as the compiled filter does, or leave it to that', () => {
  let decided = 0
  const plain = fc.oneof(scalar, fc.constantFrom('x', new Int32(1), new Double(1), [new Int32(1)], ['x']))
  fc.assert(
    fc.property(fc.dictionary(name, plain, { maxKeys: 4 }), name, plain, (d, field, wanted) => {
      const filter = raw({ [field]: wanted })
      const nul = nameEnd(filter, 5, filter.length)
      const condition = conditionAt(filter, 4, nul, skip(filter, filter[4] ?? 0, nul + 1, int32(filter, 0) - 1))
      if (condition === undefined) return
      const met = meets(raw(d), filter, [condition])
      if (met === undefined) return
      decided++
      expect(met).toBe(compileFilter(decodePlain(filter))(decodePlain(raw(d))))
    }),
    { numRuns: 2000 },
  )
  expect(decided).toBeGreaterThan(200)
})

describe('$set and $unset on bytes', () => {
  const keys = (of: object) => Object.keys(of).length
  const plan = (update: Doc) => compileSetPlan(raw(update), 0)

  test('gives the bytes the general update gives', () => {
    let planned = 0
    fc.assert(
      fc.property(doc, fc.dictionary(name, value, { maxKeys: 3 }), fc.uniqueArray(name), (d, set, gone) => {
        const before = raw({ _id: 1, ...d })
        const $unset = Object.fromEntries(gone.filter((k) => !(k in set)).map((k) => [k, '']))
        const parts = { ...(keys(set) > 0 && { $set: set }), ...(keys($unset) > 0 && { $unset }) }
        const spliced = plan(parts)
        if (spliced === undefined) return
        planned++
        const after = compileUpdate(decodeExact(raw(parts)), undefined, { now: new Date(0) }).apply(decodeExact(before))
        const expected = encode(after)
        const { bytes, changed } = spliced.apply(before)
        expect(bytes ?? before).toEqual(expected)
        expect(bytes === undefined).toBe(before.equals(expected))
        expect(changed.every((k) => k in set || k in $unset)).toBe(true)
      }),
      { numRuns: 500 },
    )
    expect(planned).toBeGreaterThan(100)
  })

  test.each([
    ['a path', { $set: { 'a.b': 1 } }],
    ['the _id', { $set: { _id: 1 } }],
    ['a dollar name', { $set: { $a: 1 } }],
    ['a number name', { $set: { 0: 1 } }],
    ['an empty name', { $set: { '': 1 } }],
    ['dollar names inside', { $set: { a: { $b: 1 } } }],
    ['nothing', { $set: {} }],
    ['another operator', { $set: { a: 1 }, $inc: { b: 1 } }],
    ['a replacement', { a: 1 }],
    ['a conflict of $set and $unset', { $set: { a: 1 }, $unset: { a: '' } }],
    ['a path in $unset', { $unset: { 'a.b': '' } }],
    ['the _id in $unset', { $unset: { _id: '' } }],
    ['an empty $unset', { $set: { a: 1 }, $unset: {} }],
    ['a conflict with $setOnInsert', { $set: { a: 1 }, $setOnInsert: { a: 2 } }],
    ['a path in $setOnInsert', { $set: { a: 1 }, $setOnInsert: { 'a.b': 2 } }],
  ])('leaves %s to the general update', (_, update) => {
    expect(plan(update)).toBeUndefined()
  })

  test('keeps a document that already is as asked', () => {
    const before = raw({ _id: 1, a: 'x' })
    expect(plan({ $set: { a: 'x' }, $setOnInsert: { b: 1 } })?.apply(before).bytes).toBeUndefined()
  })
})
