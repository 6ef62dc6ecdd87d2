import { createContacts } from '../../src/contacts/contacts.js'
import { type ContactRow, contactRows } from '../../src/contacts/model.js'
import { systemClock } from '../../src/core/clock.js'
import { silentLogger } from '../../src/core/log.js'
import { contactKey } from '../../src/core/update.js'
import { createEvents } from '../../src/events/events.js'
import { createActs } from '../../src/inbox/acts.js'
import { inboxModel } from '../../src/inbox/model.js'
import type { BulkPorts } from '../../src/outbox/bulk/ports.js'
import { outboxModel } from '../../src/outbox/model.js'
import { connectReach } from '../../src/outbox/reach/connect.js'
import type { Judged, Question, Reachable } from '../../src/outbox/reach/reach.js'
import type { Connection } from '../../src/store/connect.js'
import { insertRaw } from '../../src/store/raw-commands.js'
import { contactOf, openidOf } from './people.js'

/** What the bulk sender asks of the resolver. */
export type BenchReach = BulkPorts['reach']

/** Round trips of the product's own resolver and books for a thousand people, as they were counted. */
const READS = 5
const WRITES = 2

/** Lets everybody through, after as many round trips to the store as the product's own resolver makes. */
export function openReach(connection: Connection): BenchReach {
  const ask = async (times: number) => {
    for (let left = times; left > 0; left--) await connection.db?.command({ ping: 1 })
  }
  return {
    async judge(people: readonly Reachable[], question: Question): Promise<Judged[]> {
      await ask(READS)
      const channel = question.channels[0] ?? 'customer-message'
      return people.map((person) => ({
        facts: {
          contact: 'contact' in person ? person.contact : String(person._id),
          to: undefined,
          following: true,
          consents: {},
          openWindow: 5,
          massThisMonth: 0,
          touches: { day: 0, week: 0, month: 0 },
          credits: {},
        },
        resolution: { channel },
      }))
    },
    async book(people) {
      await ask(WRITES)
      return people.map(() => undefined)
    },
    release: async () => undefined,
    block: async () => undefined,
    count: () => undefined,
    park: async (_account, _channel, now) => now,
  }
}

/** The product's own resolver and books. Quiet hours do not hold it up, whenever the bench is run. */
export function bookReach(connection: Connection) {
  const events = createEvents({ connection, clock: systemClock })
  const contacts = createContacts({ connection, clock: systemClock, log: silentLogger, events })
  inboxModel(connection)
  outboxModel(connection)
  const platform = { decode: (body: string) => readUpdate(body) }
  return connectReach({
    connection,
    clock: systemClock,
    log: silentLogger,
    config: {
      caps: { day: 100, week: 100, month: 100 },
      quietHours: { hours: '22:00-08:00', mode: 'ignore' },
      requireConsent: [],
      quotas: { shop: { 'customer-message': 100_000_000 } },
    },
    timeZone: 'Asia/Shanghai',
    contacts,
    platform: () => 'official-account',
    may: () => true,
    hasMiniProgram: () => false,
    acts: createActs({ connection, platform: () => platform }),
  }).reach
}

function readUpdate(body: string) {
  const update = JSON.parse(body)
  return { ...update, at: new Date(update.at) }
}

/** Stores so many followers, all of whom wrote a moment ago. */
export async function fillPeople(connection: Connection, people: number): Promise<void> {
  const now = new Date()
  for (let from = 0; from < people; from += 1000) {
    const numbers = Array.from({ length: Math.min(1000, people - from) }, (_, n) => from + n)
    await insertRaw(
      connection,
      contactRows(connection).collectionName,
      numbers.map((n) => contact(n, now)),
    )
    await insertRaw(
      connection,
      'inbox',
      numbers.map((n) => message(n, now)),
    )
  }
}

function contact(n: number, now: Date): ContactRow {
  const identity = {
    key: `official-account:shop:${openidOf(n)}`,
    platform: 'official-account' as const,
    account: 'shop',
    externalId: openidOf(n),
    boundAt: now,
    follow: { following: true, at: now },
  }
  return {
    _id: contactOf(n),
    status: 'active',
    identities: [identity],
    tags: [],
    profile: {},
    consents: { marketing: { allowed: true, at: now, source: 'bench' } },
    firstSeenAt: now,
    lastSeenAt: now,
  }
}

function message(n: number, at: Date): object {
  const from = openidOf(n)
  const update = {
    kind: 'message.text',
    id: from,
    platform: 'official-account',
    account: 'shop',
    from,
    at,
    text: '你好',
  }
  return {
    _id: `shop:${from}:1`,
    account: 'shop',
    platform: 'official-account',
    contact: contactKey({ account: 'shop', from }),
    kind: 'message.text',
    at,
    receivedAt: at,
    envelope: { body: JSON.stringify(update), mode: 'plain', format: 'json' },
    state: 'done',
    fence: 1,
    attempts: 1,
  }
}
