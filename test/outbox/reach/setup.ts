import { type Contacts, createContacts } from '../../../src/contacts/contacts.js'
import type { Act } from '../../../src/contacts/windows.js'
import { silentLogger } from '../../../src/core/log.js'
import type { Purpose } from '../../../src/core/outcome.js'
import { createEvents } from '../../../src/events/events.js'
import { CHANNELS, type Channel } from '../../../src/outbox/channel.js'
import { outboxModel } from '../../../src/outbox/model.js'
import {
  type Booking,
  type ChannelQuota,
  createReach,
  type QuotaState,
  type Reach,
  type ReachFacts,
  type ReachPolicy,
  type ReachPorts,
} from '../../../src/outbox/reach/reach.js'
import { movableClock } from '../../inbox/setup.js'
import { openTestStore, type TestStore } from '../../store/open.js'

/** A Monday noon in Shanghai, well ahead of any machine's clock: the store drops rows that are too old by its own. */
export const NOON = new Date('2030-03-04T04:00:00Z')
export const DAY_MS = 86_400_000

/** The standard rules of the house. */
export const POLICY: ReachPolicy = {
  caps: { day: 1, week: 3, month: 8 },
  quiet: { hours: '22:00-08:00', mode: 'next', timeZone: 'Asia/Shanghai' },
  requireConsent: [],
}

/** Somebody who follows, and whom everything may reach. */
export function anybody(change: Partial<ReachFacts> = {}): ReachFacts {
  return {
    contact: 'c1',
    to: 'o1',
    miniProgram: 'm1',
    wecom: true,
    following: true,
    consents: {},
    openWindow: 5,
    windowUnexpired: true,
    massThisMonth: 0,
    touches: { day: 0, week: 0, month: 0 },
    credits: { SUB: 1, MINI: 1 },
    ...change,
  }
}

/** The templates of a message that has one everywhere. */
export const TEMPLATES = { template: 'TPL', subscription: 'SUB', 'mini-program': 'MINI' } as const

/** Channels that can all be used without limit, but for the change. */
export function quotas(change: Partial<ChannelQuota> = {}, only?: Channel): QuotaState {
  const open: ChannelQuota = {
    permitted: true,
    left: Number.POSITIVE_INFINITY,
    perDay: Number.POSITIVE_INFINITY,
    rollsAt: new Date('2030-03-04T16:00:00Z'),
  }
  const entries = CHANNELS.map((channel) => {
    return [channel, only === undefined || only === channel ? { ...open, ...change } : open]
  })
  return Object.fromEntries(entries) as Record<Channel, ChannelQuota>
}

/** Contacts and books on a store of their own. */
export interface World {
  store: TestStore
  clock: ReturnType<typeof movableClock>
  contacts: Contacts
  reach: Reach
  /** What people did, by `<account>:<openid>`. */
  acts: Map<string, Act[]>
  /** Another process on the same store. */
  another(change?: Partial<ReachPorts>): Reach
  /** A follower of `shop`; gives the id of the contact. */
  person(openid: string, change?: Record<string, unknown>): Promise<string>
  close(): Promise<void>
}

/** Opens one; processes see each other's bookings at once unless said otherwise. */
export async function openWorld(change: Partial<ReachPorts> = {}): Promise<World> {
  const store = await openTestStore()
  const clock = movableClock(NOON)
  const { connection } = store
  const events = createEvents({ connection, clock })
  const contacts = createContacts({ connection, clock, log: silentLogger, events })
  outboxModel(connection)
  const acts = new Map<string, Act[]>()
  const another = (more: Partial<ReachPorts> = {}) =>
    createReach({
      connection,
      clock,
      log: silentLogger,
      policy: POLICY,
      setup: (account) =>
        account === 'shop' ? { platform: 'official-account', miniProgram: true, may: () => true } : undefined,
      acts: async (contact, since) => (acts.get(contact) ?? []).filter(({ at }) => at >= since),
      refreshMs: 0,
      ...change,
      ...more,
    })
  const reach = another()
  await store.ensureIndexes()
  return {
    store,
    clock,
    contacts,
    reach,
    acts,
    another,
    async person(openid, fields = {}) {
      const id = await contacts.resolve(
        { platform: 'official-account', account: 'shop', externalId: openid },
        clock.now(),
      )
      await connection
        .collection('contacts')
        .updateOne({ _id: id as never }, { $set: { lastSeenAt: clock.now(), ...fields } })
      return id
    },
    async close() {
      await contacts.close()
      await reach.close()
      await store.dispose()
    },
  }
}

/** What is booked, by standard a mass send of a campaign. */
export function booking(now: Date, change: Partial<Booking> = {}): Booking {
  const purpose: Purpose = 'marketing'
  return { account: 'shop', purpose, channel: 'mass', source: 'spring:1', now, ...change }
}
