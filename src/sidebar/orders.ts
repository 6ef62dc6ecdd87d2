import type { OrderLike } from './ports.js'

/** An order as the page shows it. Money is fen. */
export interface OrderView {
  shop: string
  orderNo: string
  state: OrderState
  createdAt: Date
  paidFen?: number
  refundedFen: number
  items: { name: string; qty: number }[]
  /** How many lines there are beside those. */
  more: number
  parcels: { carrier: string; trackingNo: string; state: '已发货' | '派送中' | '已签收'; at: Date }[]
}

/** Where an order stands. */
export type OrderState =
  | '已取消'
  | '已退款'
  | '已完成'
  | '已签收'
  | '派送中'
  | '已发货'
  | '部分签收'
  | '待发货'
  | '待付款'

const SHOWN_ITEMS = 5

/** An order in the words of the page. */
export function orderView({ shop, orderNo, order }: OrderLike): OrderView {
  const refundedFen = order.refunds.reduce((sum, { amountFen }) => sum + amountFen, 0)
  const items = order.items.slice(0, SHOWN_ITEMS).map(({ sku, name, qty }) => ({ name: name ?? sku, qty }))
  const paid = order.paidFen ?? order.totalFen
  return {
    shop,
    orderNo,
    state: stateOf(order, refundedFen),
    createdAt: order.createdAt,
    ...(paid !== undefined && { paidFen: paid }),
    refundedFen,
    items,
    more: order.items.length - items.length,
    parcels: order.shipments.map(({ carrier, trackingNo, shippedAt, outForDeliveryAt, deliveredAt }) => {
      const state = deliveredAt ? '已签收' : outForDeliveryAt ? '派送中' : '已发货'
      return { carrier, trackingNo, state, at: deliveredAt ?? outForDeliveryAt ?? shippedAt }
    }),
  }
}

function stateOf(order: OrderLike['order'], refundedFen: number): OrderState {
  if (order.cancelledAt) return '已取消'
  if (refundedFen > 0 && refundedFen >= (order.paidFen ?? 0)) return '已退款'
  if (order.completedAt) return '已完成'
  if (order.shipments.length > 0) {
    const delivered = order.shipments.filter(({ deliveredAt }) => deliveredAt).length
    if (delivered === order.shipments.length) return '已签收'
    if (order.shipments.some((one) => one.outForDeliveryAt && !one.deliveredAt)) return '派送中'
    return delivered > 0 ? '部分签收' : '已发货'
  }
  return order.paidAt ? '待发货' : '待付款'
}
