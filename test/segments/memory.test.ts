import { describe, expect, test } from '@jest/globals'
import { deserialize, serialize } from 'bson'
import fc from 'fast-check'
import { bucketOf } from '../../src/segments/bucket.js'
import { createIdIndex } from '../../src/segments/id-index.js'
import { compareText } from '../../src/segments/values.js'
import { rawDate, rawDocument, rawName, rawText } from '../../src/store/raw-row.js'

const hex = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 24, maxLength: 24 })
  .map((all) => all.join(''))

describe('the index of ids', () => {
  test('numbers ids as a map would, hex or not', () => {
    const few = fc.constantFrom(
      '',
      'a',
      '0'.repeat(24),
      'f'.repeat(24),
      'F'.repeat(24),
      `${'0'.repeat(23)}g`,
      '0'.repeat(25),
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(hex, few, fc.string()), { maxLength: 400 }), (ids) => {
        const index = createIdIndex()
        const known = new Map<string, number>()
        for (const id of ids) {
          expect(index.find(id)).toBe(known.get(id) ?? -1)
          if (!known.has(id)) known.set(id, known.size)
          expect(index.add(id)).toBe(known.get(id))
        }
        for (const [id, number] of known) expect(index.find(id)).toBe(number)
        expect(index.size).toBe(known.size)
      }),
    )
  })

  test('holds a hundred thousand that follow each other', () => {
    const index = createIdIndex()
    const id = (n: number) => (0x65000000 + n).toString(16).padEnd(24, '0')
    for (let n = 0; n < 100_000; n++) index.add(id(n))
    for (let n = 0; n < 100_000; n += 997) expect(index.find(id(n))).toBe(n)
    expect(index.find(id(100_000))).toBe(-1)
  })
})

describe('raw rows', () => {
  test('give the same as decoding all of them, whatever stands in front', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
      fc.boolean(),
      fc.constant(null),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc.array(fc.string(), { maxLength: 4 }),
      fc.constant(/a.b/i),
      fc.record({ a: fc.string(), b: fc.array(fc.integer()) }),
    )
    const names = fc.uniqueArray(fc.constantFrom('_id', 'contact', 'contact2', 'c', 'type', 'occurredAt', 'props'), {
      minLength: 1,
    })
    fc.assert(
      fc.property(names, fc.array(value, { minLength: 7, maxLength: 7 }), (order, values) => {
        const row = Buffer.from(serialize(Object.fromEntries(order.map((name, at) => [name, values[at]]))))
        const whole = deserialize(row)
        for (const name of ['contact', 'occurredAt', 'props', 'nothing']) {
          const plain: unknown = whole[name]
          const raw = rawName(name)
          expect(rawText(row, raw)).toEqual(typeof plain === 'string' ? plain : undefined)
          expect(rawDate(row, raw)).toEqual(plain instanceof Date ? plain.getTime() : undefined)
          const inner = rawDocument(row, raw)
          if (Array.isArray(plain)) expect(Object.values(inner ?? {})).toEqual(plain)
          else if (plain?.constructor === Object) expect(inner).toEqual(plain)
          else expect(inner).toBeUndefined()
        }
      }),
    )
  })
})

describe('texts', () => {
  test('are ordered by their bytes, as the store orders them', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '￥', '中', '😀', '𠮷', '\uffff') })
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })
})

describe('a bucket', () => {
  test('stays, lies between 0 and 100, is spread evenly and says nothing about another salt', () => {
    const ids = Array.from({ length: 20_000 }, (_, n) => (0x65000000 + n).toString(16).padEnd(24, '0'))
    expect(bucketOf('a', ids[7] ?? '')).toBe(bucketOf('a', ids[7] ?? ''))
    const counts = Array.from({ length: 20 }, () => 0)
    let both = 0
    for (const id of ids) {
      const place = bucketOf('a', id)
      expect(place >= 0 && place < 100).toBe(true)
      counts[Math.floor(place / 5)] = (counts[Math.floor(place / 5)] ?? 0) + 1
      if (place < 50 && bucketOf('b', id) < 50) both++
    }
    for (const found of counts) expect(Math.abs(found - 1000)).toBeLessThan(150)
    expect(Math.abs(both - 5000)).toBeLessThan(300)
  })
})
