import { type ContactRow, contactModel, contactRows } from '../src/contacts/model.js'
import { type EventRow, eventModel, eventRows } from '../src/events/model.js'
import type { Store } from '../src/store/connect.js'
import { insertRaw } from '../src/store/raw-commands.js'

/** The time by which the crowd was made: fixed, so that each run counts the same people. */
export const NOW = Date.parse('2026-03-04T10:30:00+08:00')
const DAY = 86_400_000
const YEAR_S = 365 * 86_400
/** Of ten facts one is an order; most are looks at pages, as in life. */
const TYPES = [
  ...['order.paid', 'order.shipped', 'order.delivered', 'coupon.claimed', 'mp.launch'],
  ...['mp.page-view', 'mp.page-view', 'mp.page-view', 'mp.page-view', 'mp.page-view'],
]
const CATEGORIES = ['四件套', '被芯', '枕头', '毛巾', '睡衣']

/** The contact's id of a number. */
export const idOf = (n: number) =>
  `${(0x65000000 + n).toString(16)}a1b2c3d4e5${(n % 0xffffff).toString(16).padStart(6, '0')}`
/** Below `below`; looks random, is the same in every run. */
export function spread(n: number, below: number): number {
  let mixed = Math.imul(n ^ (n >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) % below
}

/** A follower: three of four allow marketing, two of three bought something. */
export function contact(n: number): ContactRow {
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

/** A fact of one of `people` contacts within the year before NOW. */
export function fact(n: number, people: number): EventRow {
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

/** Fills a store with contacts and facts, unless they are there. */
export async function fillCrowd(store: Store, people: number, facts: number): Promise<void> {
  const { connection } = store
  contactModel(connection)
  eventModel(connection)
  await store.ensureIndexes()
  if ((await eventRows(connection).estimatedDocumentCount()) === facts) return
  await insert(store, contactRows(connection).collectionName, people, contact)
  await insert(store, eventRows(connection).collectionName, facts, (n) => fact(n, people))
}

/** Rows in commands of a thousand; a command that a busy machine cut short is sent again, what is there stays. */
export async function insert(
  store: Store,
  collection: string,
  count: number,
  row: (n: number) => object,
): Promise<void> {
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

/** The middle one, as a whole number in words. */
export function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  return String(Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0))
}
