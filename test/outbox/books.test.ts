import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Purpose } from '../../src/core/outcome.js'
import { createBooks } from '../../src/outbox/books.js'
import { createFollow } from '../../src/outbox/follow.js'
import type { Booking } from '../../src/outbox/reach/reach.js'
import { delivery, notice, type OutboxBench, openBench } from './setup.js'

let bench: OutboxBench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

/** Ledgers that say what was asked of them; `full` contacts have no room left. */
function ledgers(full: readonly string[] = []) {
  const said: string[] = []
  const about = ({ purpose, channel, source, single }: Booking) => `${purpose} ${channel} ${source} ${single}`
  const books = createBooks({
    platform: (account) => (account === 'shop' ? 'official-account' : undefined),
    find: async ({ externalId }) => (externalId === 'nobody' ? undefined : `c-${externalId}`),
    reach: {
      async book(people, booking) {
        said.push(...people.map(({ contact }) => `book ${contact} ${about(booking)}`))
        return people.map(({ contact }) => (full.includes(contact) ? 'cap-day' : undefined))
      },
      release: async (contacts, source) => void said.push(`release ${contacts.join()} ${source}`),
      block: async (people) => void said.push(`block ${people.map(({ contact }) => contact).join()}`),
      count: (account, channel, calls) => void said.push(`count ${account} ${channel} ${calls}`),
      async park(account, channel, now) {
        said.push(`park ${account} ${channel}`)
        return now
      },
    },
  })
  return { said, books }
}
const care = (what: string, about: { to: string; purpose?: Purpose }) => delivery(what, { purpose: 'care', ...about })

describe('the books of single deliveries', () => {
  test('are written before a care message leaves; who has no room left gets none, and nothing is booked for a service', async () => {
    const { said, books } = ledgers(['c-full'])
    const outbox = bench.open({ books, answer: () => ({ state: 'sent' }) })
    const [fine, full, stranger, service] = [
      care('a', { to: 'ming' }),
      care('b', { to: 'full' }),
      care('c', { to: 'nobody' }),
      care('d', { to: 'hua', purpose: 'service' }),
    ]
    await outbox.put([fine, full, stranger, service])
    outbox.start()
    for (const one of [fine, stranger, service]) await bench.state(one.key, 'sent')
    expect(await bench.state(full.key, 'skipped')).toMatchObject({ reason: 'cap-day', attempts: 0 })
    expect(said.filter((line) => line.startsWith('book'))).toEqual([
      `book c-ming care customer-message ${fine.key} true`,
      `book c-full care customer-message ${full.key} true`,
    ])
    expect(said.filter((line) => line === 'count shop customer-message 1')).toHaveLength(3)
  })

  test('give back what surely went nowhere, remember who is blocked, and keep what may have arrived', async () => {
    const { said, books } = ledgers()
    const outbox = bench.open({
      books,
      follow: createFollow({ platform: () => 'official-account', books }),
      answer: (what) => {
        if (what === 'blocked') return { state: 'skipped', reason: 'blocked' }
        return what === 'unclear' ? { state: 'uncertain', reason: 'timeout' } : { state: 'failed', reason: 'no' }
      },
    })
    const all = ['blocked', 'unclear', 'broken'].map((what) => care(what, { to: what }))
    await outbox.put(all)
    outbox.start()
    for (const [at, state] of ['skipped', 'uncertain', 'failed'].entries()) await bench.state(all[at]?.key ?? '', state)
    await outbox.close()
    expect(said).toContain('block c-blocked')
    expect(said.filter((line) => line.startsWith('release')).toSorted()).toEqual(
      [`release c-blocked ${all[0]?.key}`, `release c-broken ${all[2]?.key}`].toSorted(),
    )
  })

  test('park a channel in every process when its quota of the day is used up, not when it is only too fast', async () => {
    const { said, books } = ledgers()
    const outbox = bench.open({
      books,
      answer: (what) => ({
        state: 'retry',
        reason: 'quota',
        code: what === 'T' ? 45009 : 45011,
        afterMs: what === 'T' ? 3_600_000 : 60_000,
        park: true,
      }),
    })
    const [day, minute] = [delivery(notice('template', 'T')), delivery('fast')]
    await outbox.put([day, minute])
    outbox.start()
    for (const one of [day, minute]) await bench.state(one.key, 'retry')
    expect(said.filter((line) => line.startsWith('park'))).toEqual(['park shop template'])
  })
})
