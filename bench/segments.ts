/**
 * Counts and pages of segments over a store of many contacts and facts: the embedded store, or the server of MONGODB_URI
 * (in a database of its own, dropped afterwards).
 * `node dist/bench/segments.js [--contacts 100000] [--events 1000000] [--rounds 3] [--dir keep/the/store/here]`
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ContactRow, contactModel, contactRows } from '../src/contacts/model.js'
import { silentLogger } from '../src/core/log.js'
import { type EventRow, eventModel, eventRows } from '../src/events/model.js'
import type { Rule } from '../src/library/rule.js'
import { createSegments, type Segments } from '../src/segments/segments.js'
import { connectStore, type Store } from '../src/store/connect.js'
import { insertRaw } from '../src/store/raw-commands.js'

const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '100000' },
    events: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    dir: { type: 'string', default: '' },
  },
})
const [people, facts, rounds] = [Number(values.contacts), Number(values.events), Number(values.rounds)]

const NOW = Date.parse('2026-03-04T10:30:00+08:00')
const DAY = 86_400_000
const YEAR_S = 365 * 86_400
/** Of ten facts one is an order; most are looks at pages, as in life. */
const TYPES = [
  ...['order.paid', 'order.shipped', 'order.delivered', 'coupon.claimed', 'mp.launch'],
  ...['mp.page-view', 'mp.page-view', 'mp.page-view', 'mp.page-view', 'mp.page-view'],
]
const CATEGORIES = ['四件套', '被芯', '枕头', '毛巾', '睡衣']

const idOf = (n: number) => `${(0x65000000 + n).toString(16)}a1b2c3d4e5${(n % 0xffffff).toString(16).padStart(6, '0')}`
/** Looks random, is the same in every run. */
function spread(n: number, below: number): number {
  let mixed = Math.imul(n ^ (n >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) % below
}

function contact(n: number): ContactRow {
  const [at, _id] = [new Date(NOW - (spread(n, 700) + 1) * DAY), idOf(n)]
  const orders = n % 3
  return {
    _id,
    status: 'active',
    identities: [
      {
        key: `official-account:shop:o${n}`,
        platform: 'official-account',
        account: 'shop',
        externalId: `o${n}`,
        boundAt: at,
        follow: { following: n % 5 > 0, at },
      },
    ],
    tags: n % 100 === 0 ? ['vip'] : [],
    profile: { nickname: `顾客${n}`, city: n % 7 === 0 ? '杭州' : '上海' },
    consents: n % 4 > 0 ? { marketing: { allowed: n % 8 > 0, at, source: 'bench' } } : {},
    firstSeenAt: at,
    lastSeenAt: new Date(NOW - spread(n + 7, 120) * DAY),
    ...(orders > 0 && {
      shop: {
        orderCount: orders,
        paidFen: orders * 20_000,
        refundedFen: 0,
        firstOrderAt: at,
        lastOrderAt: new Date(NOW - spread(n + 3, 365) * DAY),
        runOut: [],
        version: 1,
      },
    }),
  }
}

function fact(n: number): EventRow {
  const at = new Date(NOW - spread(n * 5 + 1, YEAR_S) * 1000)
  const category = CATEGORIES[spread(n * 7 + 5, 5)] ?? ''
  return {
    _id: `bench:${n}`,
    source: 'bench',
    type: TYPES[n % TYPES.length] ?? '',
    contact: idOf(spread(n * 3 + 11, people)),
    account: 'shop',
    occurredAt: at,
    receivedAt: at,
    props: { orderNo: `N${n}`, paidFen: spread(n * 11 + 2, 60_000), items: [{ sku: `s${n % 50}`, category, qty: 1 }] },
  }
}

const following: Rule = { follow: { channel: 'oa', state: 'following' } }
const marketing: Rule = { consent: { purpose: 'marketing' } }
const silent: Rule = { not: { event: { type: 'inbound', within: '30d' } } }
const bought = (category: string): Rule => ({
  event: { type: 'order.paid', where: [{ field: 'items.category', op: 'eq', value: category }], within: '90d' },
})

const SEGMENTS: Record<string, Rule> = {
  'recall by the contact (orders.lastAt)': {
    all: [following, marketing, silent, { profile: { field: 'orders.lastAt', op: 'olderThan', value: '45d' } }],
  },
  'recall by facts (last order.paid)': {
    all: [following, marketing, silent, { last: { type: 'order.paid', olderThan: '45d' } }],
  },
  'cross-sell (two conditions on items)': { all: [following, bought('四件套'), { not: bought('被芯') }] },
  'paid 1000 yuan in 90 days': { sum: { type: 'order.paid', field: 'paidFen', op: 'gte', n: 100_000, within: '90d' } },
  'vips who bought this year': { all: [{ tag: { in: ['vip'] } }, { event: { type: 'order.paid', within: '365d' } }] },
  newcomers: {
    all: [{ follow: { state: 'following', within: '7d' } }, { profile: { field: 'orders.count', op: 'eq', value: 0 } }],
  },
  'looked 4 times in 90 days': { event: { type: 'mp.page-view', within: '90d', count: { op: 'gte', n: 4 } } },
}

async function fill(store: Store): Promise<void> {
  const { connection } = store
  contactModel(connection)
  eventModel(connection)
  await store.ensureIndexes()
  if ((await eventRows(connection).estimatedDocumentCount()) === facts) return
  await insert(store, contactRows(connection).collectionName, people, contact)
  await insert(store, eventRows(connection).collectionName, facts, fact)
}

/** Rows in commands of a thousand; a command that a busy machine cut short is sent again, what is there stays. */
async function insert(store: Store, collection: string, count: number, row: (n: number) => object): Promise<void> {
  const SIZE = 1000
  for (let from = 0, tries = 0; from < count; ) {
    const rows = Array.from({ length: Math.min(SIZE, count - from) }, (_, at) => row(from + at))
    try {
      await insertRaw(store.connection, collection, rows)
      from += SIZE
      tries = 0
    } catch (error) {
      if (++tries > 20) throw error
    }
  }
}

function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  return String(Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0))
}

async function measure(segments: Segments): Promise<void> {
  for (const [name, rule] of Object.entries(SEGMENTS)) {
    const [times, cpus]: [number[], number[]] = [[], []]
    let count = 0
    for (let round = 0; round < rounds; round++) {
      const [began, cpu] = [performance.now(), process.cpuUsage()]
      count = (await segments.count(rule, { asOf: new Date(NOW) })).count
      times.push(performance.now() - began)
      const { user, system } = process.cpuUsage(cpu)
      cpus.push((user + system) / 1000)
    }
    console.log(
      `count  ${name.padEnd(40)} ${String(count).padStart(7)} people  ${median(times).padStart(6)} ms` +
        `  ${median(cpus).padStart(6)} ms of CPU in all threads`,
    )
  }
  for (const name of ['recall by the contact (orders.lastAt)', 'recall by facts (last order.paid)']) {
    const rule = SEGMENTS[name]
    if (rule === undefined) continue
    const began = performance.now()
    let [rows, first, held] = [0, 0, 0]
    for await (const page of segments.pages(rule, { asOf: new Date(NOW) })) {
      if (rows === 0) first = performance.now() - began
      rows += page.length
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      held = Math.max(held, heapUsed + arrayBuffers)
    }
    const seconds = (performance.now() - began) / 1000
    console.log(
      `pages  ${name.padEnd(40)} ${String(rows).padStart(7)} people  ${String(Math.round(seconds * 1000)).padStart(6)} ms` +
        `  first page after ${Math.round(first)} ms, ${Math.round(rows / seconds)} rows/s, holding ${Math.round(held / 2 ** 20)} MB`,
    )
  }
}

const uri = process.env['MONGODB_URI'] ?? ''
const dir = values.dir === '' ? mkdtempSync(join(tmpdir(), 'weloop-bench-')) : values.dir
if (!existsSync(dir)) mkdirSync(dir, { recursive: true })
const store = await connectStore({ uri, dir, database: 'weloop-bench-segments' }, silentLogger)
const files = { segment: () => undefined, segments: () => [] }
const clock = { now: () => new Date(NOW) }
const { connection, kind } = store
const segments = createSegments({ connection, files, clock, timeZone: 'Asia/Shanghai', kind })
const began = performance.now()
await fill(store)
console.log(
  `${kind} store, ${people} contacts, ${facts} facts, filled in ${Math.round((performance.now() - began) / 1000)} s`,
)
await measure(segments)
if (uri !== '') await connection.dropDatabase()
await store.close()
if (values.dir === '') rmSync(dir, { recursive: true, force: true })
