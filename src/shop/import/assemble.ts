import type { Cells, Column } from './columns.js'

/** A record of the file with its cells. */
export interface ImportRecord {
  line: number
  end: number
  fields: readonly string[]
  cells: Cells
}

/** Why the records of an order are not taken. */
export interface Refused {
  line: number
  field: string
  message: string
  fix: string
}

/** What every record of an order must agree on, where it says it. */
const SHARED: readonly Column[] = [
  ...(['rev', 'user', 'openid', 'miniOpenid', 'unionid', 'phone', 'createdAt', 'paidAt', 'completedAt'] as const),
  ...(['cancelledAt', 'totalFen', 'paidFen', 'transactionId'] as const),
]

/** Makes one order of its records: a line of goods each, and what they agree on. Checked later like any order. */
export function assemble(records: readonly ImportRecord[]): { order: Record<string, unknown> } | Refused {
  const first = records[0]
  const orderNo = first?.cells.orderNo
  if (!first || orderNo === undefined) {
    return { line: first?.line ?? 0, field: 'order_no', message: 'is empty', fix: 'every line names its order' }
  }
  const shared: Cells = {}
  for (const { cells, line } of records) {
    if (cells.shippedAt === undefined && (cells.trackingNo ?? cells.deliveredAt) !== undefined) {
      return {
        line,
        field: 'shipped_at',
        message: 'is empty although there is a parcel',
        fix: 'say when it was shipped',
      }
    }
    for (const column of SHARED) {
      const value = cells[column]
      if (value === undefined) continue
      if (shared[column] !== undefined && shared[column] !== value) {
        const fix = 'all lines of one order say the same, or leave it empty'
        return { line, field: column, message: 'differs from an earlier line of the order', fix }
      }
      shared[column] = value
    }
  }
  const { user, openid, miniOpenid, unionid, phone, transactionId, rev = 0, ...order } = shared
  const person = defined({ user, openid, miniOpenid, unionid, phone })
  const shipments = unique(records.flatMap(shipmentOf), (one) => String(one['trackingNo']))
  const refunds = unique(
    records.flatMap((record) => refundOf(record)),
    (one) => String(one['refundNo']),
  )
  return {
    order: {
      orderNo: String(orderNo),
      rev,
      ...(Object.keys(person).length > 0 && { person: texts(person) }),
      ...order,
      items: records.map(({ cells }) => itemOf(cells)),
      ...(shipments.length > 0 && { shipments }),
      ...(refunds.length > 0 && { refunds }),
      ...(transactionId !== undefined && { payment: { transactionId: String(transactionId) } }),
    },
  }
}

function itemOf({ sku, name, category, line, qty, amountFen, consumeDays }: Cells): Record<string, unknown> {
  return { ...texts(defined({ sku, name, category, line })), ...defined({ qty, amountFen, consumeDays }) }
}

function shipmentOf({ cells }: ImportRecord): Record<string, unknown>[] {
  const { carrier, trackingNo, shippedAt, deliveredAt } = cells
  if (shippedAt === undefined) return []
  const parcel = { carrier: String(carrier ?? '其他'), trackingNo: String(trackingNo ?? '') }
  return [{ ...parcel, ...defined({ shippedAt, deliveredAt }) }]
}

function refundOf({ cells }: ImportRecord): Record<string, unknown>[] {
  const { orderNo, refundNo, refundFen, refundAt, paidAt, createdAt } = cells
  if (refundFen === undefined || refundFen === 0) return []
  const at = refundAt ?? paidAt ?? createdAt
  return [{ refundNo: String(refundNo ?? orderNo), amountFen: refundFen, ...defined({ at }) }]
}

const defined = (fields: Record<string, string | number | undefined>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

const texts = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]))

function unique<T>(all: readonly T[], name: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [name(one), one])).values()]
}
