// A long read lets others in between: what they read and write must not change what it gives.
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { decodePlain, encode } from '../bson/decode.js'
import { select } from '../query/select.js'
import { Store } from '../storage/store.js'
import { newDir } from './helpers.js'

const PEOPLE = 3000
const doc = (n: number, text: string) => ({ _id: `p${String(n).padStart(5, '0')}`, n, text: `${n}:${text}` })

test('a read that pauses gives every document once and whole, whatever is read and written meanwhile', () => {
  const store = new Store(join(newDir(), 'data.mdb'))
  const collection = store.transact(() => {
    const made = store.ensure('t.people')
    for (let n = 0; n < PEOPLE; n++) made.insert(encode(doc(n, 'x'.repeat(n % 700))))
    return made
  })
  const query = { filter: { n: { $gte: 0 } } }
  const found: number[] = []
  let pauses = 0
  for (const hit of select(collection, query)) {
    if (hit === undefined) {
      pauses++
      for (let n = 0; n < 20; n++) collection.peek(1 + ((pauses * 131 + n * 17) % PEOPLE))
      store.transact(() => collection.insert(encode({ _id: `new${pauses}`, n: -1, text: 'y'.repeat(900) })))
      continue
    }
    const { n, text } = decodePlain(hit.raw)
    expect(String(text)).toBe(`${n}:${'x'.repeat(Number(n) % 700)}`)
    found.push(Number(n))
  }
  expect(pauses).toBeGreaterThan(5)
  expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: PEOPLE }, (_, n) => n))
})
