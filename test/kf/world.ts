import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { KfControl } from '../../simulator/control/kf.js'
import { demoCorp } from '../../simulator/options.js'
import type { WecomKfConfig } from '../../src/config/accounts.js'
import { createWindows, type Windows } from '../../src/contacts/windows.js'
import { silentLogger } from '../../src/core/log.js'
import type { Reply } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import { createPeople } from '../../src/customers/people.js'
import { createActs } from '../../src/inbox/acts.js'
import { createInbox, type Inbox } from '../../src/inbox/inbox.js'
import { inboxModel } from '../../src/inbox/model.js'
import { openSpool } from '../../src/inbox/spool.js'
import { createKf, type Kf } from '../../src/kf/kf.js'
import type { KfPorts } from '../../src/kf/ports.js'
import { createGuards } from '../../src/outbox/guards/guards.js'
import { outboxModel } from '../../src/outbox/model.js'
import { createOutbox, type Outbox } from '../../src/outbox/outbox.js'
import { createSpends } from '../../src/outbox/spends.js'
import type { Platform } from '../../src/platforms/platform.js'
import { createDownloads } from '../../src/platforms/shared/download.js'
import { createHttpClient } from '../../src/platforms/shared/http-client.js'
import { createMemoryMediaStore } from '../../src/platforms/shared/media-store.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { parseXml } from '../../src/platforms/shared/xml.js'
import { createWecomClient } from '../../src/platforms/wecom/client.js'
import { decode } from '../../src/platforms/wecom/decode.js'
import { connectKf } from '../../src/platforms/wecom/kf/connect.js'
import { createLeases } from '../../src/store/lease.js'
import { openPeople, type People } from '../contacts/people.js'
import { type CorpWorld, startCorpWorld } from '../simulator/wecom-setup.js'

export const KF = 'wkDEMO0000000001'
const { corpid, agentId, secret } = demoCorp

/** A process of the product, as far as the desk of the platform concerns it. */
export interface DeskProcess {
  kf: Kf
  inbox: Inbox
  /** Hands on what the corporation was told, and lets everything come to its end. */
  takeAll(): Promise<void>
  close(): Promise<void>
}

/** The simulator, and the product's parts around the desk over the typed client. */
export interface DeskWorld {
  world: CorpWorld
  desk: KfControl
  people: People
  outbox: Outbox
  windows: Windows
  platform: Platform
  /** Whom handlers saw, oldest first. */
  seen: Update[]
  handler: (update: Update) => Reply | Promise<Reply>
  now(): Date
  pass(ms: number): void
  /** Another process on the same store. */
  process(options?: Partial<KfPorts>): Promise<DeskProcess>
  /** What a person's phone shows of the desk, in words. */
  phone(person: string): Promise<string[]>
  rows(): Promise<{ _id: string; state: string; reason?: string; attempts: number }[]>
  /** Waits until no delivery is open. */
  delivered(): Promise<void>
  close(): Promise<void>
}

export async function startDeskWorld(settings: Partial<WecomKfConfig> = {}): Promise<DeskWorld> {
  const world = await startCorpWorld({ boundAccount: 'shop' }, { timing: { receiptMs: 0 } })
  const { simulator, corp } = world
  const now = () => new Date(simulator.control.clock())
  const clock = { now }
  const people = await openPeople(now)
  const { connection } = people.store
  inboxModel(connection)
  outboxModel(connection)
  const http = createHttpClient()
  const shared = { clock, log: silentLogger }
  const tokenStore = createMemoryTokenStore(clock)
  const client = createWecomClient({ corpid, agentId, secret, apiBase: simulator.url, http, tokenStore, ...shared })
  const downloads = createDownloads()
  const { platform, kf: account } = connectKf({
    account: 'desk',
    settings: { platform: 'wecom', kind: 'kf', corp: 'corp', openKfId: KF, history: 600_000, ...settings },
    client,
    mediaStore: createMemoryMediaStore(clock),
    mediaDir: people.store.kind,
    downloads,
    ...shared,
  })
  const find = (id: string) => (id === 'desk' ? platform : undefined)
  const windows = createWindows({
    acts: createActs({ connection, platform: find }),
    spends: createSpends({ connection }),
  })
  const told: { kf: Kf }[] = []
  const outbox = createOutbox({
    connection,
    config: { concurrency: 4, expireAfter: 48 * 3_600_000 },
    leaseClock: people.store.clock,
    platform: find,
    resolve: (message) => {
      if (message.kind === 'text' || message.kind === 'choices') return message
      throw new Error(`there is no ${message.kind}`)
    },
    guards: createGuards({
      contacts: people.contacts,
      windows,
      platform: (id) => (id === 'desk' ? 'wecom' : undefined),
    }),
    record: async (ends) => {
      for (const { kf } of told) await kf.ended(ends)
    },
    timing: { poll: 20 },
    ...shared,
  })
  const learner = createPeople({ connection, contacts: people.contacts, log: silentLogger })
  const closers: (() => Promise<void>)[] = []

  const it: DeskWorld = {
    world,
    desk: corp.kf,
    people,
    outbox,
    windows,
    platform,
    seen: [],
    handler: () => undefined,
    now,
    pass: (advance) => simulator.control.clock({ advance }),
    async process(options = {}) {
      const dir = await mkdtemp(join((await import('node:os')).tmpdir(), 'weloop-kf-'))
      const spool = await openSpool({ dir, maxBytes: 1_000_000, log: silentLogger })
      const kf = createKf({
        connection,
        leases: createLeases(connection),
        events: people.events,
        contacts: people.contacts,
        outbox,
        accounts: [account],
        accept: (_account, update, envelope) => inbox.accept(platform, update, envelope),
        learn: learner.learn,
        resolve: (message) => {
          if (message.kind === 'text' || message.kind === 'choices') return message
          throw new Error(`there is no ${message.kind}`)
        },
        ...shared,
        ...options,
      })
      const inbox = createInbox({
        connection,
        config: { replyBudget: 4500, warnAfter: 2000 },
        leaseClock: people.store.clock,
        run: async (update) => {
          await Promise.all([kf.apply(update), outbox.settle(update), people.contacts.apply(update)])
          if (await kf.silent(update)) return undefined
          return kf.answered(update, () => {
            it.seen.push(update)
            return it.handler(update)
          })
        },
        resolve: (message) => {
          if (message.kind === 'text' || message.kind === 'choices') return message
          throw new Error(`there is no ${message.kind}`)
        },
        platform: find,
        outbox,
        spool,
        ...shared,
      })
      await people.store.ensureIndexes()
      const mine = { kf }
      told.push(mine)
      let open = true
      const made: DeskProcess = {
        kf,
        inbox,
        async takeAll() {
          await simulator.control.settled()
          const pushes = world.pushes.splice(0)
          await Promise.all(
            pushes.map(async ({ xml }) => {
              const fields = parseXml(xml)
              if (typeof fields === 'string') throw new Error(fields)
              const update = decode(xml, fields, { id: 'corp', corpid, agentId })
              if (typeof update === 'string') throw new Error(update)
              await kf.apply(update)
            }),
          )
          await kf.pull('desk')
        },
        async close() {
          if (!open) return
          open = false
          told.splice(told.indexOf(mine), 1)
          await kf.close()
          await inbox.close()
        },
      }
      closers.push(made.close)
      return made
    },
    async phone(person) {
      const entries = await corp.kf.thread(KF, person)
      return entries.map((entry) => {
        const { from, content } = entry as unknown as {
          from: string
          content: { kind: string; text?: string; head?: string }
        }
        return `${from}: ${content.text ?? content.head ?? content.kind}`
      })
    },
    rows: () =>
      connection
        .collection<{ _id: string; state: string; reason?: string; attempts: number; seq: number }>('outbox')
        .find({})
        .sort({ seq: 1 })
        .toArray(),
    async delivered() {
      while ((await connection.collection('outbox').countDocuments({ open: true })) > 0) await new Promise(setImmediate)
    },
    async close() {
      for (const close of closers) await close()
      await outbox.close()
      await downloads.close()
      await client.close()
      await http.close()
      await people.close()
      await world.close()
    },
  }
  outbox.start()
  return it
}
