import { createHash } from 'node:crypto'
import type { OrderRow } from '../model.js'
import type { Order } from './schema.js'

/** What becomes of an order that a shop sends. */
export type Decision =
  | { result: 'created' | 'updated' }
  /** The same was told before. */
  | { result: 'duplicate' }
  /** A later revision is there; nothing was changed. */
  | { result: 'stale'; rev: number }
  | { result: 'rejected'; field: string; message: string; fix: string }

/** Judges a revision against what is there. What has been paid stays paid: corrections are refunds. */
export function decide(known: Pick<OrderRow, 'rev' | 'hash' | 'order'> | undefined, order: Order): Decision {
  if (!known) return { result: 'created' }
  if (order.rev < known.rev) return { result: 'stale', rev: known.rev }
  if (order.rev === known.rev) {
    if (hashOf(order) === known.hash) return { result: 'duplicate' }
    return refuse('rev', `revision ${order.rev} was told with another content`, 'send the change with a higher rev')
  }
  const { paidAt, paidFen, refunds } = known.order
  if (paidAt && order.paidAt?.getTime() !== paidAt.getTime()) {
    return refuse('paidAt', `was ${paidAt.toISOString()} and cannot change`, 'send refunds or cancelledAt instead')
  }
  if (paidAt && order.paidFen !== paidFen) {
    return refuse('paidFen', `was ${String(paidFen)} and cannot change`, 'send the difference as a refund')
  }
  const gone = refunds.find(({ refundNo, amountFen }) => {
    return !order.refunds.some((one) => one.refundNo === refundNo && one.amountFen === amountFen)
  })
  if (gone) return refuse('refunds', `the refund ${gone.refundNo} was told before`, 'repeat it unchanged')
  return { result: 'updated' }
}

/** A fingerprint of an order's content, whatever the order of its keys. */
export function hashOf(order: Order): string {
  return createHash('sha256').update(canonical(order)).digest('base64url')
}

function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}

const refuse = (field: string, message: string, fix: string): Decision => ({ result: 'rejected', field, message, fix })
