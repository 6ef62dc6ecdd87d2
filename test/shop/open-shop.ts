import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Contacts, createContacts } from '../../src/contacts/contacts.js'
import { silentLogger } from '../../src/core/log.js'
import type { Message } from '../../src/core/message.js'
import { createEvents, type Events } from '../../src/events/events.js'
import type { Fact } from '../../src/events/fact.js'
import { SCOPES } from '../../src/http/api/route.js'
import { createApiRoutes } from '../../src/http/api/routes.js'
import type { PutDelivery } from '../../src/shop/messages.js'
import { shopPersonalData } from '../../src/shop/personal-data.js'
import { schemas } from '../../src/shop/schemas.js'
import { createShop, type Shop } from '../../src/shop/shop.js'
import { connectStore, type Store } from '../../src/store/connect.js'
import { type ServedApi, serveApi, testKey } from '../helpers/api.js'

/** When the tests begin; `pass` moves on from here. */
export const START = new Date('2026-03-04T04:00:00Z')

/** The shop's side of the product on a store of its own. */
export interface OpenShop extends Shop {
  store: Store
  contacts: Contacts
  events: Events
  /** Order facts that were told, in order. */
  told: Fact[]
  /** What was put into the outbox, by key. */
  outbox: Map<string, PutDelivery>
  now(): Date
  pass(ms: number): void
  /** What goes wrong on purpose: called before order facts are told. */
  breaking: { onOrderFacts?: () => void; append?: () => void }
  /** The routes, served; signed with a key of the shop `demo` for the account `shop`. */
  serve(options?: Parameters<typeof serveApi>[1]): Promise<ServedApi>
  /** Another process on the same store. */
  another(options?: { production?: boolean; masterKey?: string }): Promise<Shop>
  close(): Promise<void>
}

/** Opens a store in this thread (or the server of MONGODB_URI, in a database of its own). */
export async function openShop(): Promise<OpenShop> {
  const dir = await mkdtemp(path.join(tmpdir(), 'weloop-shop-'))
  const database = `weloop-shop-${process.pid}-${Math.trunc(performance.now())}`
  const uri = process.env['MONGODB_URI'] ?? ''
  const store = await connectStore({ uri, dir, database }, silentLogger, { inProcess: true, attempts: 1 })
  const { connection } = store
  let time = START.getTime()
  const clock = { now: () => new Date(time) }
  const breaking: OpenShop['breaking'] = {}
  const made = createEvents({ connection, clock })
  const events: Events = {
    ...made,
    async append(facts) {
      breaking.append?.()
      return made.append(facts)
    },
  }
  const parts = [shopPersonalData(connection)]
  const contacts = createContacts({ connection, clock, log: silentLogger, events: made, parts })
  const told: Fact[] = []
  const outbox = new Map<string, PutDelivery>()
  const make = (options: { production?: boolean; masterKey?: string } = {}) =>
    createShop({
      connection,
      clock,
      leaseClock: clock,
      log: silentLogger,
      contacts,
      events,
      masterKey: options.masterKey ?? '',
      dataDir: path.join(dir, 'keys'),
      production: options.production ?? false,
      scopes: SCOPES,
      accounts: ['shop'],
      async put(delivery) {
        if (outbox.has(delivery.key)) return ['known']
        outbox.set(delivery.key, delivery)
        return ['new']
      },
      resolve: (message: Message) =>
        'slug' in message && message.slug === 'missing'
          ? { missing: { kind: message.kind, name: message.slug } }
          : message,
      async onOrderFacts(facts) {
        breaking.onOrderFacts?.()
        told.push(...facts)
      },
    })
  const shop = await make()
  await store.ensureIndexes()
  return {
    ...shop,
    store,
    contacts,
    events,
    told,
    outbox,
    breaking,
    now: clock.now,
    pass: (ms) => {
      time += ms
    },
    another: make,
    serve(options = {}) {
      const routes = createApiRoutes({
        ...shop,
        schemas,
        privacy: contacts.privacy,
        windows: { of: async () => ({ open: [{ trigger: 'message', remaining: 4, until: clock.now() }] }) },
        now: clock.now,
      })
      return serveApi(routes, { clock, nonces: shop.nonces, answers: shop.answers, key: testKey(), ...options })
    },
    async close() {
      await contacts.close()
      if (uri !== '') await connection.dropDatabase()
      await store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** An order of the sample shop with sensible fields. */
export function order(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    orderNo: 'A1001',
    rev: 1,
    person: { user: 'u1' },
    createdAt: '2026-03-04T11:00:00+08:00',
    totalFen: 12_900,
    items: [{ sku: 'milk-2', name: '奶粉2段', category: '奶粉2段', line: 'milk', qty: 2, consumeDays: 20 }],
    ...change,
  }
}

/** The same, paid at noon. */
export function paid(change: Record<string, unknown> = {}): Record<string, unknown> {
  return order({ paidAt: '2026-03-04T11:30:00+08:00', paidFen: 12_900, ...change })
}
