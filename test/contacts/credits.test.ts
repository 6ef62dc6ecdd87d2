import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createCredits, creditsOf, withEntry } from '../../src/contacts/credits/credits.js'
import type { CreditEntry } from '../../src/contacts/credits/model.js'
import type { Person } from '../../src/contacts/identity.js'
import { openPeople, type People, updateOf } from './people.js'

const START = new Date('2026-03-04T04:00:00Z')
const at = (seconds: number) => new Date(START.getTime() + seconds * 1000)
const person = (externalId: string): Person => ({ platform: 'official-account', account: 'shop', externalId })
let people: People
beforeAll(async () => {
  people = await openPeople(() => START)
})
afterAll(() => people.close())

const answers = (openid: string, seconds: number, ...accepted: boolean[]) => {
  const items = accepted.map((yes) => ({ templateId: 'SHIP', accepted: yes, popup: '1' }))
  return updateOf(openid, at(seconds), { kind: 'event.subscription.answered', items })
}

describe('acceptances of subscription templates', () => {
  test('each allows one message, counts once however often its update is handled, and a refusal takes all', async () => {
    const { contacts } = people
    const ann = person('ann')
    const yes = answers('ann', 1, true)
    await contacts.apply(yes)
    await contacts.apply(yes)
    await contacts.apply(answers('ann', 2, true))
    expect(await contacts.credits.of(ann, 'SHIP')).toBe(2)
    await contacts.credits.spend(ann, 'SHIP', 'k1', at(3))
    await contacts.credits.spend(ann, 'SHIP', 'k1', at(3))
    expect(await contacts.credits.of(ann, 'SHIP')).toBe(1)
    expect(await contacts.credits.of(ann, 'OTHER')).toBe(0)
    await contacts.apply(answers('ann', 4, false))
    expect(await contacts.credits.of(ann, 'SHIP')).toBe(0)
  })

  test('a refusal in the settings, or 43101 in a report, leaves nothing; an acceptance after it counts again', async () => {
    const { contacts } = people
    const bob = person('bob')
    await contacts.apply(answers('bob', 1, true))
    const change = { kind: 'event.subscription.changed', items: [{ templateId: 'SHIP', accepted: false }] } as const
    await contacts.apply(updateOf('bob', at(2), { ...change, items: [...change.items] }))
    expect(await contacts.credits.of(bob, 'SHIP')).toBe(0)
    await contacts.apply(answers('bob', 3, true))
    await contacts.apply(
      updateOf('bob', at(4), {
        kind: 'event.subscription.sent',
        items: [{ templateId: 'SHIP', messageId: '1', code: '43101', status: 'failed' }],
      }),
    )
    expect(await contacts.credits.of(bob, 'SHIP')).toBe(0)
    await contacts.credits.exhaust(bob, 'SHIP', 'k9', at(5))
    await contacts.apply(answers('bob', 6, true))
    expect(await contacts.credits.of(bob, 'SHIP')).toBe(1)
  })

  test('a refusal that was overtaken by an acceptance does not take it', async () => {
    await people.contacts.apply(answers('eve', 10, true))
    await people.contacts.apply(answers('eve', 5, false))
    expect(await people.contacts.credits.of(person('eve'), 'SHIP')).toBe(1)
  })

  test('many at once, in two processes, are all counted', async () => {
    const other = createCredits({ connection: people.store.connection })
    const yes = Array.from({ length: 12 }, (_, index) => answers('storm', index, true))
    await Promise.all(yes.map((update, index) => (index % 2 ? other : people.contacts.credits).apply(update)))
    expect(await other.of(person('storm'), 'SHIP')).toBe(12)
  })

  test('they are part of what is exported, and gone when the person is erased', async () => {
    await people.contacts.apply(answers('gone', 1, true))
    const contact = await people.contacts.resolve(person('gone'))
    expect(await people.contacts.privacy.export(contact)).toMatchObject({ subscriptions: [{ credits: 1 }] })
    await people.contacts.privacy.erase(contact, at(9))
    expect(await people.contacts.credits.of(person('gone'), 'SHIP')).toBe(0)
  })

  test('order and repetition do not change the sum', () => {
    const entries = fc.uniqueArray(
      fc.record({
        id: fc.string({ minLength: 1, maxLength: 6 }),
        at: fc.integer({ min: 0, max: 50 }).map(at),
        change: fc.constantFrom<CreditEntry['change'][]>('accepted', 'accepted', 'spent', 'none'),
      }),
      { selector: ({ id }) => id, maxLength: 25 },
    )
    const told = (list: readonly CreditEntry[]) =>
      creditsOf(list.reduce<CreditEntry[]>((sum, entry) => withEntry(sum, entry) ?? sum, []))
    fc.assert(
      fc.property(entries, fc.infiniteStream(fc.nat()), (list, random) => {
        const shuffled = list
          .map((entry) => ({ entry, rank: random.next().value ?? 0 }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ entry }) => entry)
        expect(told([...shuffled, ...list])).toBe(told(list))
      }),
    )
  })

  test('a ledger stays small and keeps its sum', () => {
    let entries: CreditEntry[] = []
    for (let n = 0; n < 500; n++) {
      const change = n % 3 === 2 ? 'spent' : 'accepted'
      entries = withEntry(entries, { id: `e${n}`, at: at(n), change }) ?? entries
    }
    expect(entries.length).toBeLessThanOrEqual(60)
    expect(creditsOf(entries)).toBe(334 - 166)
  })
})
