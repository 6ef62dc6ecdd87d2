import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createDirectory } from '../../src/contacts/directory.js'
import { identityKey, type Person } from '../../src/contacts/identity.js'
import { contactRows } from '../../src/contacts/model.js'
import { openPeople, type People } from './people.js'

const NOW = new Date('2026-03-04T04:00:00Z')
const person = (n: number): Person => ({ platform: 'official-account', account: 'shop', externalId: `o${n}` })
const key = (n: number) => identityKey(person(n))

let people: People
beforeAll(async () => {
  people = await openPeople(() => NOW)
})
afterAll(() => people.close())

const open = (remember: number) => {
  const { connection } = people.store
  return createDirectory(connection, () => contactRows(connection), { remember })
}

describe('the memory of the directory', () => {
  test('is bounded, keeps whoever came last, and those who come again', async () => {
    const directory = open(8)
    for (let n = 0; n < 40; n++) {
      await directory.resolve(person(n), NOW)
      expect(directory.peek(key(0))).toBeDefined()
    }
    const known = Array.from({ length: 40 }, (_, n) => n).filter((n) => directory.peek(key(n)) !== undefined)
    expect(known.length).toBeLessThanOrEqual(8)
    expect(known).toEqual(expect.arrayContaining([0, 39]))
  })

  test('holds one object for a person, and forgets it wherever it stands', async () => {
    const directory = open(4)
    const first = await directory.resolve(person(0), NOW)
    for (const n of [1, 2, 3]) await directory.resolve(person(n), NOW)
    expect(directory.peek(key(0))).toBe(first)
    directory.forget([key(0), key(3)])
    expect([directory.peek(key(0)), directory.peek(key(3))]).toEqual([undefined, undefined])
    expect((await directory.resolve(person(0), NOW)).contact).toBe(first.contact)
  })
})
