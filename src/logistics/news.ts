import { z } from 'zod'
import type { Fact } from '../events/fact.js'

/** The order facts that people are told of, in the order in which they happen to a parcel. */
export const TOLD = [
  'order.paid',
  'order.shipped',
  'order.out-for-delivery',
  'order.delivered',
  'order.refunded',
] as const
export type ToldType = (typeof TOLD)[number]

/** How an order was paid, as far as the platform's shipping reports need it. */
export interface Payment {
  /** WeChat Pay's number. */
  transactionId?: string | undefined
  merchantId?: string | undefined
  tradeNo?: string | undefined
  /** The payer's id in the mini program. */
  payerOpenid?: string | undefined
}

/** One thing that happened to an order. */
export interface OrderNews {
  type: ToldType
  /** The source of the fact: `shop-<name>`. */
  source: string
  orderNo: string
  at: Date
  contact?: string
  account?: string
  /** `order.shipped` and what follows: the parcel; `''` where the shop brings it itself. */
  tracking?: string
  /** The carrier's code or name, as the shop wrote it. */
  carrier?: string
  /** What is in it, in words. */
  goods?: string
  refundNo?: string
  /** Integer fen: what was paid, or given back. */
  fen?: number
  payment?: Payment
  /** The order's page in the mini program. */
  page?: string
}

const optional = z.string().min(1).optional().catch(undefined)
const props = z.object({
  orderNo: z.string().min(1),
  trackingNo: z.string().optional().catch(undefined),
  carrier: optional,
  goods: optional,
  refundNo: optional,
  paidFen: z.int().optional().catch(undefined),
  amountFen: z.int().optional().catch(undefined),
  page: optional,
  payment: z
    .object({ transactionId: optional, merchantId: optional, tradeNo: optional, payerOpenid: optional })
    .optional()
    .catch(undefined),
  imported: z.boolean().optional().catch(undefined),
})

/** What a fact tells of an order; undefined when nobody is told of it, as of orders of the past that were brought in. */
export function newsOf(fact: Fact): OrderNews | undefined {
  const type = TOLD.find((one) => one === fact.type)
  if (type === undefined) return undefined
  const read = props.safeParse(fact.props ?? {})
  if (!read.success || read.data.imported) return undefined
  const { orderNo, trackingNo, carrier, goods, refundNo, paidFen, amountFen, page, payment } = read.data
  const { source, occurredAt: at, contact, account } = fact
  const fen = type === 'order.refunded' ? amountFen : paidFen
  const ofParcel = RANKS[type] > 0 && type !== 'order.refunded'
  return {
    type,
    source,
    orderNo,
    at,
    ...(contact !== undefined && { contact }),
    ...(account !== undefined && { account }),
    ...(ofParcel && { tracking: trackingNo ?? '' }),
    ...(carrier !== undefined && { carrier }),
    ...(goods !== undefined && { goods }),
    ...(refundNo !== undefined && { refundNo }),
    ...(fen !== undefined && { fen }),
    ...(page !== undefined && { page }),
    ...(payment && { payment }),
  }
}

/** How far a parcel has come; what is behind it is no news any more. A refund is always news. */
export const RANKS: Readonly<Record<ToldType, number>> = {
  'order.paid': 0,
  'order.shipped': 1,
  'order.out-for-delivery': 2,
  'order.delivered': 3,
  'order.refunded': 9,
}

/** Deliveries about an order keep their order under this source. */
export function sourceOf({ source, orderNo }: Pick<OrderNews, 'source' | 'orderNo'>): string {
  return `order:${source}:${orderNo}`
}

/** The key of the delivery that tells the news: once for an order, a parcel or a refund. */
export function keyOf(news: OrderNews): string {
  const kind = news.type.slice('order.'.length)
  const part = news.type === 'order.refunded' ? news.refundNo : news.tracking
  return `${sourceOf(news)}:${kind}${part === undefined || part === '' ? '' : `:${part}`}`
}

/** The key of the delivery that makes the platform follow a parcel. */
export function followKeyOf(news: OrderNews): string {
  return `${sourceOf(news)}:follow:${news.tracking ?? ''}`
}
