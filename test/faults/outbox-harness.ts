import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { demoAccount } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { systemClock } from '../../src/core/clock.js'
import { silentLogger } from '../../src/core/log.js'
import type { Message } from '../../src/core/message.js'
import { createEvents } from '../../src/events/events.js'
import { eventRows } from '../../src/events/model.js'
import type { DeliveryRow, NewDelivery } from '../../src/outbox/delivery.js'
import { outboxModel } from '../../src/outbox/model.js'
import { createOutbox, type Outbox, type OutboxDeps } from '../../src/outbox/outbox.js'
import { deliveries } from '../../src/outbox/queue.js'
import { createRecords } from '../../src/outbox/record.js'
import { createClient, type OfficialAccountClient } from '../../src/platforms/official-account/client.js'
import { createDeliver } from '../../src/platforms/official-account/deliver.js'
import { createAccountDeliver } from '../../src/platforms/official-account/deliver-account.js'
import { createNoticeDeliver } from '../../src/platforms/official-account/deliver-notice.js'
import { createHttpClient } from '../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { fakePlatform } from '../inbox/setup.js'
import { type FakeProduct, startFakeProduct } from '../simulator/fake-product.js'
import { openTestStore, type TestStore } from '../store/open.js'

/** The compiled product that workers run on; `npm test` builds it. */
const DIST = process.env['WELOOP_DIST'] ?? 'dist'
const WORKER = path.join(import.meta.dirname, 'outbox-worker.mjs')
/** Whether it is there, and knows what these tests need. */
export const built = existsSync(path.join(DIST, 'src/outbox/choose.js'))

export const LEASE_MS = 1500
export const CUSTOM = '/cgi-bin/message/custom/send'
export const TEMPLATE = '/cgi-bin/message/template/send'

/** A worker process. */
export interface Worker {
  child: ChildProcess
  /** Resolves when it has ended, however. */
  ended: Promise<unknown>
  /** Ends it in order. */
  stop(): Promise<void>
}

/** What a worker shall die of. */
export interface Kill {
  point: 'claimed' | 'cleared' | 'sending' | 'delivered' | 'ended' | 'told'
  /** At the so-manieth passing. */
  times: number
}

/** How everything ended, and what the phones show. */
export interface Tally {
  planned: number
  states: Record<string, number>
  /** Rows that have not ended. */
  open: number
  /** Sent by our books, and not on any phone. */
  lost: string[]
  /** On a phone more than once. */
  doubled: string[]
  /** Unclear by our books and arrived all the same. */
  uncertainArrived: number
  /** Calls of the platform by our evidence. */
  attempts: number
  /** Ends that are facts. */
  told: number
  /** Given up because processes ended over them again and again. */
  poison: number
}

/** A store, a platform with people on it, and workers that can be killed. */
export interface Field {
  store: TestStore
  simulator: Simulator
  /** Puts and looks; sends nothing itself. */
  outbox: Outbox
  /** Adds so many people, each with a delivery: every other one with a key (template), the others without. */
  add(count: number, about?: (at: number) => Partial<NewDelivery>): Promise<void>
  /** A worker in this process. */
  here(deps?: Partial<OutboxDeps>): { outbox: Outbox; client: OfficialAccountClient }
  worker(kill?: Kill, about?: { concurrency?: number }): Promise<Worker>
  /** Resolves when no delivery is open and every end is told, or after `ms`. */
  settled(ms?: number): Promise<boolean>
  tally(): Promise<Tally>
  rows(): Promise<DeliveryRow[]>
  close(): Promise<void>
}

/** A field with `count` people on it. */
export async function openField(count: number): Promise<Field> {
  const store = await openTestStore()
  outboxModel(store.connection)
  const events = createEvents({ connection: store.connection })
  await store.ensureIndexes()
  const product: FakeProduct = await startFakeProduct()
  const account = { ...demoAccount, callbackUrl: product.url }
  const simulator = await startSimulator({ port: 0, accounts: [account], quotas: 'off', timing: { receiptMs: 0 } })
  const records = createRecords({ events, platform: () => 'official-account', find: async () => undefined })
  const standard = {
    connection: store.connection,
    config: { concurrency: 4, expireAfter: 172_800_000 },
    clock: systemClock,
    leaseClock: store.clock,
    log: silentLogger,
    platform: () => fakePlatform(),
    resolve: (message: Message) => message as never,
    guards: [],
    record: records.record,
    timing: { poll: 20 },
  } satisfies OutboxDeps
  const outbox = createOutbox(standard)
  const closers: (() => Promise<unknown>)[] = []
  const people: string[] = []

  async function add(more: number, about: (at: number) => Partial<NewDelivery> = () => ({})): Promise<void> {
    const puts: NewDelivery[] = []
    for (const end = people.length + more; people.length < end; ) {
      const at = people.length
      const { id } = simulator.control.addFollower({ openid: openidOf(at), following: true })
      simulator.control.say(id, '在吗')
      people.push(id)
      const [key, to, dueAt] = [`f${at}`, openidOf(at), new Date(Date.now() - 60_000)]
      puts.push({
        key,
        account: 'shop',
        to,
        purpose: 'service',
        message: messageOf(at),
        source: key,
        dueAt,
        ...about(at),
      })
    }
    await simulator.control.settled()
    if (puts.length > 0) await outbox.put(puts)
  }
  await add(count)
  const children = new Set<ChildProcess>()
  const rows = () => deliveries(store.connection).find({}).sort({ seq: 1 }).toArray()

  async function settled(ms = 30_000): Promise<boolean> {
    for (const until = Date.now() + ms; Date.now() < until; ) {
      const left = await deliveries(store.connection).countDocuments({ $or: [{ open: true }, { untold: true }] })
      if (left === 0) return true
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return false
  }

  /** How often each person's phone shows what we sent. */
  async function arrivals(): Promise<Map<string, number>> {
    const found = new Map<string, number>()
    for (const [at, id] of people.entries()) {
      const entries = await simulator.control.thread(id)
      const ours = entries.filter(({ from, via }) => from === 'account' && (via === 'custom' || via === 'template'))
      found.set(`f${at}`, ours.length)
    }
    return found
  }

  return {
    store,
    simulator,
    outbox,
    settled,
    rows,
    add,
    here(deps = {}) {
      const { appid, secret } = demoAccount
      const http = createHttpClient({ headersTimeoutMs: 400 })
      const shared = { apiBase: simulator.url, http, clock: systemClock, log: silentLogger }
      const tokenStore = createMemoryTokenStore(systemClock)
      const client = createClient({ ...shared, account: 'shop', appid, secret, tokenStore })
      const clock = deps.clock ?? systemClock
      const media = { idOf: async () => '', replace: async () => undefined }
      const wait = async () => undefined
      const platform = fakePlatform(
        createAccountDeliver({
          customer: createDeliver({ messages: client.messages, media, clock, wait }),
          notice: createNoticeDeliver({ templates: client.templates, subscriptions: client.subscriptions, clock }),
        }),
      )
      const made = createOutbox({ ...standard, platform: () => platform, ...deps })
      closers.push(async () => {
        await made.close(0)
        await client.close()
        await http.close()
      })
      made.start()
      return { outbox: made, client }
    },
    async worker(kill, { concurrency = 8 } = {}) {
      const { appid, secret } = demoAccount
      const orders = {
        store: store.config,
        apiBase: simulator.url,
        account: { account: 'shop', appid, secret },
        lease: LEASE_MS,
        concurrency,
        ...(kill && { kill }),
      }
      const child = spawn(process.execPath, [WORKER, JSON.stringify(orders)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        env: { PATH: process.env['PATH'], WELOOP_DIST: DIST },
      })
      children.add(child)
      const ended = once(child, 'exit').then(() => children.delete(child))
      await Promise.race([once(child, 'message'), ended])
      return {
        child,
        ended,
        async stop() {
          if (child.connected) child.send('end')
          await ended
        },
      }
    },
    async tally() {
      const [all, phones] = [await rows(), await arrivals()]
      const states: Record<string, number> = {}
      for (const { state } of all) states[state] = (states[state] ?? 0) + 1
      const times = ({ _id }: DeliveryRow) => phones.get(_id) ?? 0
      return {
        planned: people.length,
        states,
        open: all.filter(({ open }) => open).length,
        lost: all.filter((row) => row.state === 'sent' && times(row) === 0).map(({ _id }) => _id),
        doubled: all.filter((row) => times(row) > 1).map(({ _id }) => _id),
        uncertainArrived: all.filter((row) => row.state === 'uncertain' && times(row) === 1).length,
        attempts: all.reduce((sum, { attempts }) => sum + attempts, 0),
        poison: all.filter((row) => row.reason === 'poison' && times(row) === 0).length,
        told: await eventRows(store.connection).countDocuments({ source: 'outbox' }),
      }
    },
    async close() {
      for (const child of children) child.kill('SIGKILL')
      for (const end of closers) await end()
      await outbox.close(0)
      await simulator.close()
      await product.close()
      await store.dispose()
    },
  }
}

const openidOf = (at: number) => `oFault${String(at).padStart(20, '0')}`

function messageOf(at: number): Message {
  if (at % 2 === 0) return { kind: 'text', text: `第${at}条` }
  const fields = { character_string1: `SO${at}`, thing2: '顺丰速运', time3: '2026年1月1日 10:00' }
  return { kind: 'filled-notice', channel: 'template', template: 'TPL_SHIP_demo', fields }
}

/** Whether a delivery has no key under which the platform would drop a repetition. */
export const unkeyed = ({ channel }: DeliveryRow): boolean => channel !== 'template'

/** Unclear by the evidence: a call that was begun and whose end nobody knows. */
export const ambiguous = (row: DeliveryRow): boolean =>
  Object.values(row.tries ?? {}).some(({ end }) => end === undefined || end.state === 'uncertain')
