import type { Fact } from '../../events/fact.js'
import type { OrderRow } from '../model.js'
import { orderFactId } from '../types/order.js'

/** The source of a shop's facts; the prefix keeps a shop from speaking in the name of a part of the product. */
export function sourceOf(shop: string): string {
  return `shop-${shop}`
}

/** Everything that happened to an order, one fact for each moment it tells. The same order gives the same facts. */
export function orderFacts(row: OrderRow): Fact[] {
  const { order, shop, contact, account } = row
  const { page, payment, extra } = order
  const shared = {
    orderNo: row.orderNo,
    ...(page !== undefined && { page }),
    ...(payment && { payment }),
    ...(extra && { extra }),
    ...(row.imported && { imported: true }),
  }
  const facts: Fact[] = []
  const add = (type: string, occurredAt: Date | undefined, more: Record<string, unknown> = {}) => {
    if (occurredAt === undefined) return
    const props = { ...shared, ...more }
    const id = orderFactId(type, props) ?? ''
    const about = { ...(contact !== undefined && { contact }), ...(account !== undefined && { account }) }
    facts.push({ source: sourceOf(shop), id, type, occurredAt, props, ...about })
  }
  const items = order.items.map(({ name: _, ...item }) => item)
  add('order.created', order.createdAt, { ...(order.totalFen !== undefined && { totalFen: order.totalFen }), items })
  add('order.paid', order.paidAt, { paidFen: order.paidFen ?? 0, items })
  for (const shipment of order.shipments) {
    const { carrier, trackingNo, shippedAt, outForDeliveryAt, deliveredAt, goods } = shipment
    const parcel = { carrier, trackingNo }
    const about = { ...(shipment.items && { items: shipment.items }), goods: goods ?? goodsOf(row) }
    add('order.shipped', shippedAt, { ...parcel, ...about })
    add('order.out-for-delivery', outForDeliveryAt, parcel)
    add('order.delivered', deliveredAt, parcel)
  }
  add('order.completed', order.completedAt)
  const reason = order.cancelReason
  add('order.cancelled', order.cancelledAt, { ...(reason !== undefined && { reason }) })
  for (const { refundNo, amountFen, at, items: returned } of order.refunds) {
    add('order.refunded', at, { refundNo, amountFen, ...(returned && { items: returned }) })
  }
  return facts
}

/** The goods in words, as people see them on a notice: `面霜*1 等3件`. */
function goodsOf({ order }: OrderRow): string {
  const [first] = order.items
  if (!first) return ''
  const pieces = order.items.reduce((sum, { qty }) => sum + qty, 0)
  const head = `${first.name ?? first.sku}*${first.qty}`
  return order.items.length === 1 ? head : `${head} 等${pieces}件`
}
