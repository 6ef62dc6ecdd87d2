/** Where an order is. */
export type OrderState =
  | 'placed'
  | 'paid'
  | 'shipped'
  | 'out-for-delivery'
  | 'delivered'
  | 'received'
  | 'refunded'
  | 'cancelled'

/** One line of an order. Money is integer fen. */
export interface OrderLine {
  sku: string
  product: string
  name: string
  spec: string
  category: string
  fen: number
  count: number
  lastsDays?: number
}

/** A step of a parcel's way, newest last. */
export interface Trace {
  at: number
  text: string
}

/** A parcel of an order. `carrier` is the company's code (`SF`). */
export interface OrderParcel {
  carrier: string
  carrierName: string
  tracking: string
  shippedAt: number
  trace: Trace[]
}

/** Who bought, as the shop knows her. */
export interface Buyer {
  /** The openid at the account, which the phone goes by. */
  follower: string
  /** The openid in the mini program. */
  openid: string
  unionid: string
  /** Her number in the shop. */
  userId: string
  name: string
  phone: string
  address: string
}

/** An order with everything the shop knows of it. */
export interface Order {
  no: string
  /** Grows by one with every change. */
  rev: number
  state: OrderState
  buyer: Buyer
  lines: OrderLine[]
  amountFen: number
  placedAt: number
  changedAt: number
  paidAt?: number
  /** WeChat Pay's number of the payment. */
  transactionId?: string
  parcels: OrderParcel[]
  outAt?: number
  deliveredAt?: number
  receivedAt?: number
  cancelledAt?: number
  refundedFen: number
  refunds: { id: string; fen: number; reason: string; at: number }[]
}

/** What may be done with an order. */
export type OrderAct =
  | { act: 'pay'; transactionId: string }
  | { act: 'ship'; carrier: string; carrierName: string; tracking: string }
  | { act: 'out' }
  | { act: 'deliver' }
  | { act: 'receive' }
  | { act: 'refund'; fen: number; reason: string }
  | { act: 'cancel' }

const FROM: Record<OrderAct['act'], readonly OrderState[]> = {
  pay: ['placed'],
  ship: ['paid', 'shipped'],
  out: ['shipped'],
  deliver: ['shipped', 'out-for-delivery'],
  receive: ['shipped', 'out-for-delivery', 'delivered'],
  refund: ['paid', 'shipped', 'out-for-delivery', 'delivered', 'received'],
  cancel: ['placed'],
}

/** The order after the act, or in words why that is not possible now. The order given is not changed. */
export function advance(order: Order, given: OrderAct, now: number): Order | { refused: string } {
  if (!FROM[given.act].includes(order.state)) return { refused: `order ${order.no} is ${order.state}` }
  const next: Order = { ...order, rev: order.rev + 1, changedAt: now }
  switch (given.act) {
    case 'pay':
      return { ...next, state: 'paid', paidAt: now, transactionId: given.transactionId }
    case 'ship': {
      if (order.parcels.some((item) => item.tracking === given.tracking)) return { refused: 'that parcel is shipped' }
      const { carrier, carrierName, tracking } = given
      const trace = [{ at: now, text: `商家已发货，${carrierName}已揽收` }]
      const parcel = { carrier, carrierName, tracking, shippedAt: now, trace }
      return { ...next, state: 'shipped', parcels: [...order.parcels, parcel] }
    }
    case 'out':
      return {
        ...next,
        state: 'out-for-delivery',
        outAt: now,
        parcels: traced(order.parcels, [
          { at: now - 1, text: '快件已到达【本地转运中心】' },
          { at: now, text: '快递员正在派送，请保持电话畅通' },
        ]),
      }
    case 'deliver':
      return {
        ...next,
        state: 'delivered',
        deliveredAt: now,
        parcels: traced(order.parcels, [{ at: now, text: '已签收，签收人：本人' }]),
      }
    case 'receive':
      return { ...next, state: 'received', receivedAt: now }
    case 'refund': {
      const left = order.amountFen - order.refundedFen
      if (given.fen < 1 || given.fen > left) return { refused: `at most ${left} fen can be given back` }
      const refund = { id: `${order.no}-R${order.refunds.length + 1}`, fen: given.fen, reason: given.reason, at: now }
      const refundedFen = order.refundedFen + given.fen
      const state = refundedFen === order.amountFen ? 'refunded' : order.state
      return { ...next, state, refundedFen, refunds: [...order.refunds, refund] }
    }
    case 'cancel':
      return { ...next, state: 'cancelled', cancelledAt: now }
  }
}

function traced(parcels: readonly OrderParcel[], steps: readonly Trace[]): OrderParcel[] {
  return parcels.map((parcel) => ({ ...parcel, trace: [...parcel.trace, ...steps] }))
}

/** `水洗棉四件套 · 陶土 1.8 米床*1 等 2 件`, as parcels and notices name the goods. */
export function goodsOf(order: Order): string {
  const [first] = order.lines
  if (!first) return ''
  const pieces = order.lines.reduce((sum, line) => sum + line.count, 0)
  return `${first.name} ${first.spec}*${first.count}${order.lines.length > 1 ? ` 等 ${pieces} 件` : ''}`
}
