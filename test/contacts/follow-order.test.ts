import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Person } from '../../src/contacts/identity.js'
import type { Update } from '../../src/core/update.js'
import { openPeople, type People, updateOf } from './people.js'

const START = new Date('2026-03-04T04:00:00Z')
const at = (seconds: number) => new Date(START.getTime() + seconds * 1000)
let people: People
beforeAll(async () => {
  people = await openPeople(() => START)
})
afterAll(() => people.close())

let run = 0

test('follow state is that of the latest event, however events overtake each other and repeat', async () => {
  const kind = fc.constantFrom('event.subscribe', 'event.unsubscribe', 'event.scan', 'message.text')
  const story = fc.uniqueArray(fc.record({ second: fc.integer({ min: 1, max: 60 }), kind }), {
    minLength: 1,
    maxLength: 7,
    selector: ({ second }) => second,
  })
  await fc.assert(
    fc.asyncProperty(story, fc.array(fc.nat({ max: 6 }), { maxLength: 14 }), async (events, order) => {
      const externalId = `fuzz${++run}`
      const person: Person = { platform: 'official-account', account: 'shop', externalId }
      const updates = events.map(({ second, kind: what }) => {
        const scene = what === 'event.scan' ? { scene: `s${second}` } : {}
        return updateOf(externalId, at(second), { kind: what, ...scene } as Partial<Update> & Pick<Update, 'kind'>)
      })
      const first = updates.find(({ kind: what }) => what === 'event.subscribe')
      const rest = order.flatMap((index) => updates[index] ?? [])
      const other = people.another().contacts
      for (const [index, update] of [first, ...rest, ...updates].entries()) {
        if (update) await (index % 3 === 2 ? other : people.contacts).apply(update)
      }
      await people.contacts.flush()
      await other.flush()
      const decisive = updates.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0]
      const standing = await people.contacts.standing(person)
      const onlyLeft = updates.every(({ kind: what }) => what === 'event.unsubscribe')
      if (onlyLeft) expect(standing).toBeUndefined()
      else if (decisive?.kind === 'event.subscribe') expect(standing).toMatchObject({ following: true })
      else if (decisive?.kind === 'event.unsubscribe' && first) expect(standing).toMatchObject({ following: false })
      if (updates.every(({ kind: what }) => what !== 'event.unsubscribe')) {
        expect(standing).toMatchObject({ following: true })
      }
      const contact = await people.contacts.find(person)
      const facts = contact === undefined ? [] : await people.events.read({ contact })
      const ids = facts.map(({ source, id }) => `${source}:${id}`)
      expect(new Set(ids).size).toBe(ids.length)
    }),
    { numRuns: 40 },
  )
})
