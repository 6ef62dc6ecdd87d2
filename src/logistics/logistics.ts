import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Events } from '../events/events.js'
import type { Fact, StoredFact } from '../events/fact.js'
import type { Outbox } from '../outbox/outbox.js'
import { keyOf, newsOf, type OrderNews, RANKS, sourceOf, TOLD } from './news.js'
import { type Addressee, FRESH_MS, type OrderDetails, planOf, REPORT_MS } from './plan.js'

/** What became of a fact. */
export type Told =
  /** A delivery was put now, or had been before. */
  | 'put'
  | 'known'
  /** Nobody is told of facts of this kind, or of orders that were brought in. */
  | 'none'
  /** Nobody was told, for a reason that is recorded as `logistics.skipped`. */
  | 'skipped'

/** Tells buyers what happens to their orders: each thing once, and in order for every order. */
export interface Logistics {
  /** Takes one fact in; resolves when what follows from it is durable. The same one again changes nothing. */
  apply(fact: Fact): Promise<Told>
  /** The same for facts that come together: of one parcel only the latest is told. For `onFacts` of the shop's intake. */
  take(facts: readonly Fact[]): Promise<Told[]>
  /**
   * Finds facts of the last days whose delivery was never put, because a process ended in between, and takes them in;
   * gives how many. Any number of processes may sweep.
   */
  sweep(): Promise<number>
}

/** What telling needs. */
export interface LogisticsPorts {
  outbox: Pick<Outbox, 'put' | 'list' | 'known'>
  events: Pick<Events, 'append' | 'read'>
  /** Where a contact can be reached from an account (the only one, when the fact names none); undefined: nowhere. */
  addressee(contact: string | undefined, account: string | undefined): Promise<Addressee | undefined>
  /** The whole order, when the shop told it: `source` and number. */
  order(source: string, orderNo: string): Promise<OrderDetails | undefined>
  /** Whether content has a notice of that name. */
  hasNotice(name: string): boolean
  clock: Clock
  log: Logger
  /** Facts that the sweep reads at a time. */
  page?: number
}

const SOURCE = 'logistics'
const PAGE = 500

/** Logistics over the outbox. */
export function createLogistics(ports: LogisticsPorts): Logistics {
  const { outbox, events, clock, log, page: size = PAGE } = ports

  /** The news of one order, in the order in which it happened. */
  async function tell(batch: readonly OrderNews[]): Promise<Map<OrderNews, Told>> {
    const results = new Map<OrderNews, Told>()
    const [first] = batch
    if (first === undefined) return results
    const sorted = batch.toSorted((a, b) => a.at.getTime() - b.at.getTime() || RANKS[a.type] - RANKS[b.type])
    const before = await outbox.list({ source: sourceOf(first), limit: 200 })
    const keys = new Set(before.map(({ _id }) => _id))
    const details = await ports.order(first.source, first.orderNo)
    for (const news of sorted) {
      const later = sorted.some((one) => supersedes(keyOf(one), one.type, news)) || isBehind(news, keys)
      results.set(news, keys.has(keyOf(news)) ? 'known' : await tellOne(news, details, later))
    }
    return results
  }

  async function tellOne(news: OrderNews, details: OrderDetails | undefined, behind: boolean): Promise<Told> {
    const now = clock.now()
    const age = now.getTime() - news.at.getTime()
    if (age > REPORT_MS) return 'none'
    const to = await addresseeOf(news, details)
    if (to?.to === undefined && to?.visitor === undefined) return skip(news, 'no-identity')
    const old = behind || age > FRESH_MS[news.type]
    const plan = planOf({ news, to, details, has: ports.hasNotice }, old)
    if (plan.length === 0) return skip(news, behind ? 'superseded' : old ? 'expired' : 'no-channel')
    const results = await outbox.put(plan)
    const result = results.includes('new') ? 'put' : 'known'
    log.info({ order: news.orderNo, type: news.type, deliveries: plan.length, result }, 'order news put')
    return result
  }

  /** Without a contact the payer is known to the mini program at least. */
  async function addresseeOf(news: OrderNews, details: OrderDetails | undefined): Promise<Addressee | undefined> {
    const found = await ports.addressee(news.contact, news.account)
    const payer = (news.payment ?? details?.payment)?.payerOpenid
    if (found?.visitor !== undefined || payer === undefined) return found
    const account = found?.account ?? news.account
    return account === undefined ? undefined : { ...found, account, visitor: payer }
  }

  async function skip(news: OrderNews, reason: string): Promise<Told> {
    const { contact, account, type, orderNo, at: occurredAt } = news
    await events.append([
      {
        source: SOURCE,
        id: keyOf(news),
        type: 'logistics.skipped',
        ...(contact !== undefined && { contact }),
        ...(account !== undefined && { account }),
        occurredAt,
        props: { reason, orderNo, of: type, shop: news.source },
      },
    ])
    return 'skipped'
  }

  async function take(facts: readonly Fact[]): Promise<Told[]> {
    const all = facts.map(newsOf)
    const orders = new Map<string, OrderNews[]>()
    for (const news of all) if (news) orders.set(sourceOf(news), [...(orders.get(sourceOf(news)) ?? []), news])
    const results = new Map<OrderNews, Told>()
    for (const batch of orders.values()) for (const [news, told] of await tell(batch)) results.set(news, told)
    return all.map((news) => (news && results.get(news)) ?? 'none')
  }

  return {
    apply: async (fact) => (await take([fact]))[0] ?? 'none',
    take,
    async sweep() {
      let found = 0
      for await (const page of recent()) {
        const asked = page.flatMap((fact) => {
          const news = newsOf(fact)
          return news ? [{ fact, key: keyOf(news) }] : []
        })
        const known = await outbox.known(asked.map(({ key }) => key))
        const lost = asked.filter(({ key }) => !known.has(key)).map(({ fact }) => fact)
        found += (await take(lost)).filter((told) => told === 'put').length
      }
      if (found > 0) log.warn({ facts: found }, 'order news put that a process had left')
      return found
    },
  }

  /** Order facts that may still be news, kind by kind and newest first. */
  async function* recent(): AsyncIterable<StoredFact[]> {
    for (const type of TOLD) {
      const from = new Date(clock.now().getTime() - FRESH_MS[type])
      let before: Date | undefined
      for (;;) {
        const page = await events.read({ type, from, limit: size, ...(before && { before }) })
        if (page.length > 0) yield page
        const last = page.at(-1)
        if (last === undefined || page.length < size) break
        // Facts of one moment may lie on both sides of a page's end: the next one begins with that moment again.
        const again = new Date(last.occurredAt.getTime() + 1)
        before = before && again >= before ? last.occurredAt : again
      }
    }
  }
}

/** Whether `one` tells of a later moment of the same parcel, or of any parcel when `news` is the payment. */
function supersedes(key: string, type: OrderNews['type'], news: OrderNews): boolean {
  if (news.type === 'order.refunded' || type === 'order.refunded') return false
  if (RANKS[type] <= RANKS[news.type]) return false
  return news.type === 'order.paid' || key === keyOf({ ...news, type })
}

/** Whether something later was put before. */
function isBehind(news: OrderNews, keys: ReadonlySet<string>): boolean {
  if (news.type === 'order.paid') return [...keys].some((key) => AFTER_PAID.test(key.slice(sourceOf(news).length)))
  return TOLD.some(
    (type) =>
      RANKS[type] < RANKS['order.refunded'] && RANKS[type] > RANKS[news.type] && keys.has(keyOf({ ...news, type })),
  )
}

const AFTER_PAID = /^:(shipped|out-for-delivery|delivered)(:|$)/
