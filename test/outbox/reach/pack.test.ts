import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { openPack, packIds } from '../../../src/outbox/reach/pack.js'

const hex = fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: 24, maxLength: 24 }).map((c) => c.join(''))
const near = fc.tuple(fc.constantFrom('65e1a2b3', '65e1a2b4'), fc.integer({ min: 0, max: 0xffff })).map(([at, n]) => {
  return `${at}aabbccddee${String(n.toString(16)).padStart(6, '0')}`
})
const word = fc.string({ minLength: 1, maxLength: 40 })
const lists = fc.oneof(
  fc.uniqueArray(hex, { maxLength: 200 }),
  fc.uniqueArray(near, { maxLength: 200 }),
  fc.uniqueArray(word, { maxLength: 80 }),
)

function idsOf(packed: Uint8Array, lo?: string, hi?: string): string[] {
  const pack = openPack(packed)
  const found: string[] = []
  pack.within(lo ?? pack.lo, hi ?? pack.hi, (id) => found.push(id))
  return found
}

test('what is packed comes out again, in order', () => {
  fc.assert(
    fc.property(lists, (ids) => {
      const pack = openPack(packIds(ids))
      const sorted = [...ids].sort()
      expect(idsOf(packIds(ids))).toEqual(sorted)
      expect([pack.count, pack.lo, pack.hi]).toEqual([ids.length, sorted[0] ?? '', sorted.at(-1) ?? ''])
    }),
    { numRuns: 300 },
  )
})

test('a stretch of it is what lies between two ids, both included', () => {
  fc.assert(
    fc.property(lists, fc.oneof(hex, near, word), fc.oneof(hex, near, word), (ids, a, b) => {
      const [lo, hi] = a < b ? [a, b] : [b, a]
      const inside = [...ids].sort().filter((id) => id >= lo && id <= hi)
      expect(idsOf(packIds(ids), lo, hi)).toEqual(inside)
      for (const id of ids.slice(0, 3)) expect(idsOf(packIds(ids), id, id)).toEqual([id])
    }),
    { numRuns: 300 },
  )
})

test('neighbours share their bytes: a thousand contacts of an import take under 4 KB', () => {
  const ids = Array.from(
    { length: 1000 },
    (_, at) => `65e1a2b3aabbccddee${(0x10000 + at).toString(16).padStart(6, '0')}`,
  )
  expect(packIds(ids).length).toBeLessThan(4096)
})

test('an id that is too long is refused, not cut', () => {
  expect(() => packIds(['x'.repeat(300)])).toThrow('255')
})
