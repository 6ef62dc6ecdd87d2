import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Credits, createCredits } from '../../src/contacts/credits/credits.js'
import type { Person } from '../../src/contacts/identity.js'
import type { ContactRow } from '../../src/contacts/model.js'
import type { Fact } from '../../src/events/fact.js'
import { createAddressee } from '../../src/outbox/addressee.js'
import type { Attempt, AttemptEnd, DeliveryRow } from '../../src/outbox/delivery.js'
import { createFollow } from '../../src/outbox/follow.js'
import { createRecords } from '../../src/outbox/record.js'
import { openTestStore, type TestStore } from '../store/open.js'

let store: TestStore
let credits: Credits
beforeAll(async () => {
  store = await openTestStore()
  credits = createCredits({ connection: store.connection })
  await store.ensureIndexes()
})
afterAll(() => store.dispose())

const AT = new Date('2026-03-02T02:00:00Z')
const since = (seconds: number) => new Date(AT.getTime() + seconds * 1000)
const ended = (state: AttemptEnd['state'], reason?: string): AttemptEnd => ({
  at: since(1),
  state,
  ...(reason !== undefined && { reason }),
})
/** A call of the platform for a subscription notice. */
const call = (end?: AttemptEnd, about: Partial<Attempt> = {}): Attempt => ({
  at: AT,
  option: 0,
  kind: 'filled-notice',
  channel: 'subscription',
  owner: 'w',
  template: 'T',
  ...(end && { end }),
  ...about,
})

let count = 0
function row(tries: Record<string, Attempt>, about: Partial<DeliveryRow> = {}): DeliveryRow {
  const to = `p${++count}`
  const ids = { _id: `k${count}`, account: 'shop', to, contact: `shop:${to}`, source: 's', seq: 1, fence: 1 }
  const message = { kind: 'text' as const, text: '好' }
  const times = { createdAt: AT, dueAt: AT, nextAt: AT }
  return { ...ids, ...times, purpose: 'service', message, state: 'sent', attempts: 1, tries, ...about }
}
const person = ({ to }: DeliveryRow): Person => ({ platform: 'official-account', account: 'shop', externalId: to })
const platform = (account: string) => (account === 'shop' ? ('official-account' as const) : undefined)

describe('what follows from the attempts of a delivery', () => {
  /** Three acceptances, then the row is told, twice. */
  async function left(told: DeliveryRow, who = person(told)): Promise<number> {
    for (let at = 0; at < 3; at++) {
      const base = {
        id: `${told._id}:a${at}`,
        platform: who.platform as 'official-account',
        account: 'shop',
        at: since(at - 10),
      }
      const items = [{ templateId: 'T', accepted: true, popup: '1' }]
      await credits.apply({ kind: 'event.subscription.answered', ...base, from: who.externalId, items })
    }
    const follow = createFollow({ platform, credits })
    await follow([told])
    await follow([told])
    return credits.of(who, 'T')
  }

  test('sent, unclear or cut short uses up one acceptance; a definite failure none; 43101 all', async () => {
    expect(await left(row({ 1: call(ended('sent')) }))).toBe(2)
    expect(await left(row({ 1: call(ended('uncertain')) }))).toBe(2)
    expect(await left(row({ 1: call() }))).toBe(2)
    expect(await left(row({ 1: call(ended('retry')), 2: call(ended('sent')) }))).toBe(2)
    expect(await left(row({ 1: call(ended('failed')) }))).toBe(3)
    expect(await left(row({ 1: call(ended('skipped', 'refused')) }))).toBe(0)
  })

  test('of a template message uses up nothing; in the mini program it is the person there', async () => {
    const { template: _, ...plain } = call(ended('sent'), { channel: 'template' })
    expect(await left(row({ 1: plain }))).toBe(3)
    const mini = row({ 1: call(ended('sent'), { channel: 'mini-program', visitor: 'm1' }) })
    expect(await left(mini, { platform: 'mini-program', account: 'shop', externalId: 'm1' })).toBe(2)
  })

  test('43004 tells that the person left; what was booked for a delivery that went nowhere is given back', async () => {
    const gone: [Person, Date][] = []
    const released: string[] = []
    const follow = createFollow({
      platform,
      unfollowed: async (who, at) => void gone.push([who, at]),
      books: { release: async (rows) => void released.push(...rows.map(({ _id }) => _id)) },
    })
    const left = row({ 1: call(ended('skipped', 'not-following')) }, { state: 'skipped' })
    const sent = row({ 1: call(ended('sent')) })
    await follow([left, sent, row({}, { account: 'nobody', state: 'uncertain' })])
    expect(gone).toEqual([[person(left), since(1)]])
    expect(released).toEqual([left._id])
  })
})

describe('ends and acts as facts', () => {
  test('name the contact, the channel and every refusal, each once', async () => {
    const facts: Fact[] = []
    const records = createRecords({
      events: {
        async append(list) {
          facts.push(...list)
          return list.map(() => 'new' as const)
        },
      },
      platform,
      find: async ({ externalId }) => (externalId === 'lin' ? 'c1' : undefined),
    })
    const one = row({}, { to: 'lin' })
    const end = { key: 'k', account: 'shop', to: 'lin', contact: 'shop:lin', purpose: 'service', kind: 'text' } as const
    const reasons = [{ option: 0, channel: 'subscription' as const, reason: 'refused', code: 43101, at: AT }]
    await records.record([{ ...end, source: 's', state: 'sent', attempts: 2, at: AT, channel: 'template', reasons }])
    await records.record([{ ...end, key: 'x'.repeat(400), source: 's', state: 'failed', attempts: 1, at: AT }])
    await records.audit([{ act: 'resent', row: one, at: AT, by: 'ming', id: 'k:again-2', props: { as: 'k:again-2' } }])
    expect(facts[0]).toEqual({
      source: 'outbox',
      id: 'k:sent',
      type: 'delivery.sent',
      contact: 'c1',
      account: 'shop',
      occurredAt: AT,
      props: {
        key: 'k',
        purpose: 'service',
        kind: 'text',
        source: 's',
        attempts: 2,
        channel: 'template',
        refused: [{ channel: 'subscription', reason: 'refused', code: 43101 }],
      },
    })
    expect(facts[1]?.id).toMatch(/^sha256-[0-9a-f]{64}:failed$/)
    expect(facts[2]).toMatchObject({
      type: 'delivery.resent',
      id: `${one._id}:resent:k:again-2`,
      props: { by: 'ming' },
    })
  })
})

describe('where a contact can be reached', () => {
  const identity = (platform: 'official-account' | 'mini-program', account: string, externalId: string) => ({
    key: `${platform}:${account}:${externalId}`,
    platform,
    account,
    externalId,
    boundAt: AT,
    follow: { following: true, at: AT },
  })
  const rows: Record<string, Partial<ContactRow>> = {
    lin: {
      status: 'active',
      identities: [identity('official-account', 'shop', 'o'), identity('mini-program', 'shop', 'm')],
    },
    other: { status: 'active', identities: [identity('official-account', 'club', 'o2')] },
    moved: { status: 'merged', merge: { into: 'lin' } as ContactRow['merge'] & object },
    gone: { status: 'erased', identities: [] },
  }
  const contacts = { get: async (id: string) => rows[id] as ContactRow | undefined }
  const of = createAddressee({ contacts, accounts: ['shop', 'club'] })

  test('is said by the account that knows the person, also after a merge', async () => {
    const lin = { account: 'shop', to: 'o', visitor: 'm' }
    expect(await of('lin', 'shop')).toEqual(lin)
    expect(await of('moved', undefined)).toEqual(lin)
    expect(await of('other', undefined)).toEqual({ account: 'club', to: 'o2' })
    expect(await of('other', 'shop')).toEqual({ account: 'shop' })
    expect(await of('gone', 'shop')).toBeUndefined()
    expect(await of('nobody', 'shop')).toBeUndefined()
    expect(await of('lin', 'elsewhere')).toBeUndefined()
    expect(await of(undefined, undefined)).toBeUndefined()
    expect(await of(undefined, 'club')).toEqual({ account: 'club' })
  })
})
