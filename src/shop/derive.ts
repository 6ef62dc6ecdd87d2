import type { Bought } from '../contacts/model.js'
import type { StoredFact } from '../events/fact.js'

/** The facts that `derive` reads; all others change nothing. */
export const DERIVED_FROM = ['order.paid', 'order.refunded'] as const

/** What the reducer looks at of a fact. */
export type OrderFact = Pick<StoredFact, 'source' | 'type' | 'occurredAt' | 'props'>

/** One order as its facts tell it, in whatever order they came. */
export interface Purchase {
  paid?: { at: Date; fen: number; items: readonly Item[] }
  refunds: ReadonlyMap<string, { fen: number; items: readonly Item[] }>
}

interface Item {
  sku: string
  qty: number
  consumeDays?: number
}

/** Orders by shop and number. */
export type Purchases = ReadonlyMap<string, Purchase>

const DAY_MS = 86_400_000
const KEPT = 200
/** Somebody may buy for a thousand years; dates end here. */
const END_MS = Date.UTC(2200, 0)

/** Takes in one fact. Facts may come in any order and more than once. */
export function addFact(purchases: Purchases, { source, type, occurredAt, props }: OrderFact): Purchases {
  const key = `${source}:${String(props['orderNo'])}`
  const known = purchases.get(key) ?? { refunds: new Map() }
  switch (type) {
    case 'order.paid': {
      const paid = { at: occurredAt, fen: whole(props['paidFen']), items: itemsOf(props['items']) }
      return new Map(purchases).set(key, { ...known, paid })
    }
    case 'order.refunded': {
      const refund = { fen: whole(props['amountFen']), items: itemsOf(props['items']) }
      const refunds = new Map(known.refunds).set(String(props['refundNo']), refund)
      return new Map(purchases).set(key, { ...known, refunds })
    }
    default:
      return purchases
  }
}

/** What a person bought, over all shops; undefined when nothing was ever paid. */
export function summarise(purchases: Purchases): Omit<Bought, 'version'> | undefined {
  const paid = [...purchases].flatMap(([key, { paid: payment, refunds }]) => {
    if (!payment) return []
    const refundedFen = sum([...refunds.values()].map(({ fen }) => fen))
    return [{ key, ...payment, refunds, refundedFen, counted: payment.fen === 0 || refundedFen < payment.fen }]
  })
  if (paid.length === 0) return undefined
  const counted = paid
    .filter((one) => one.counted)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.key < b.key ? -1 : 1))
  const [first, last] = [counted[0], counted.at(-1)]
  return {
    orderCount: counted.length,
    paidFen: sum(paid.map(({ fen }) => fen)),
    refundedFen: sum(paid.map(({ refundedFen }) => refundedFen)),
    ...(first && { firstOrderAt: first.at }),
    ...(last && { lastOrderAt: last.at }),
    runOut: runOutOf(counted),
  }
}

/** Everything at once: what a rebuild gives. */
export function derive(facts: Iterable<OrderFact>): Omit<Bought, 'version'> | undefined {
  let purchases: Purchases = new Map()
  for (const fact of facts) purchases = addFact(purchases, fact)
  return summarise(purchases)
}

/**
 * When what was bought of each product will be used up: a purchase lasts qty x consumeDays from its payment, or from the
 * end of what was left at that moment. Pieces that went back do not count.
 */
function runOutOf(
  orders: readonly { at: Date; items: readonly Item[]; refunds: Purchase['refunds'] }[],
): { product: string; at: Date }[] {
  const ends = new Map<string, number>()
  for (const { at, items, refunds } of orders) {
    const returned = new Map<string, number>()
    for (const { items: back } of refunds.values()) {
      for (const { sku, qty } of back) returned.set(sku, (returned.get(sku) ?? 0) + qty)
    }
    for (const { sku, qty, consumeDays } of items) {
      const back = Math.min(qty, returned.get(sku) ?? 0)
      returned.set(sku, (returned.get(sku) ?? 0) - back)
      if (consumeDays === undefined || qty === back) continue
      const from = Math.max(at.getTime(), ends.get(sku) ?? 0)
      ends.set(sku, Math.min(END_MS, from + (qty - back) * consumeDays * DAY_MS))
    }
  }
  return [...ends]
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, KEPT)
    .toReversed()
    .map(([product, end]) => ({ product, at: new Date(end) }))
}

function itemsOf(value: unknown): Item[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('sku' in entry) || !('qty' in entry)) return []
    const days = 'consumeDays' in entry ? whole(entry.consumeDays) : 0
    return [{ sku: String(entry.sku), qty: whole(entry.qty), ...(days > 0 && { consumeDays: days }) }]
  })
}

const whole = (value: unknown) => {
  const number = Number(value)
  return Number.isFinite(number) && number > 0 ? Math.trunc(number) : 0
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
