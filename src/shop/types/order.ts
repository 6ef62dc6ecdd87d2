import { z } from 'zod'
import { extra, fen, page, word } from './fields.js'
import type { EventType } from './type.js'

/** One line of an order. */
export const itemSchema = z
  .strictObject({
    sku: word(64).describe('the product’s code'),
    name: word(120).optional(),
    category: word(64).optional().describe('奶粉2段'),
    line: word(64).optional().describe('the product line, for cross-selling'),
    qty: z.int().min(1).max(10_000),
    amountFen: fen.optional().describe('what was paid for this line'),
    consumeDays: z.int().min(1).max(3650).optional().describe('how many days one piece lasts'),
  })
  .meta({ id: 'OrderItem', description: 'One line of an order.' })

/** How an order was paid; WeChat's shipping reports need it. */
export const paymentSchema = z
  .strictObject({
    transactionId: word(64).optional().describe('WeChat Pay’s number'),
    merchantId: word(32).optional().describe('mchid'),
    tradeNo: word(64).optional().describe('the shop’s own number (out_trade_no)'),
    payerOpenid: word(128).optional().describe('the payer’s openid in the mini program'),
  })
  .meta({ id: 'Payment', description: 'How an order was paid; WeChat’s shipping reports need it.' })

/** Part of an order line. */
export const partSchema = z.strictObject({ sku: word(64), qty: z.int().min(1).max(10_000) })

export const orderNo = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'must be 1 to 64 letters, digits, _ . or -')
  .describe('the shop’s number of the order')

/** A parcel's number; empty where the shop delivers itself. */
export const trackingNo = z.string().regex(/^[\w-]{0,64}$/, 'must be letters, digits, _ or -, at most 64')

export const carrier = word(32).describe('the carrier’s code or name: SF, 顺丰, ZTO ...')

const order = { orderNo, page: page.optional(), payment: paymentSchema.optional(), extra: extra.optional() }
const parcel = { ...order, carrier: carrier.optional(), trackingNo: trackingNo.default('') }
/** True on facts of past orders that were brought in: nobody is to be told of them now. */
const imported = z.boolean().optional()

/** A year beyond what repurchase and cohorts look at. */
const KEEP = 1095
const about = { person: 'optional', personal: ['payment', 'extra'], keepDays: KEEP } as const

/** What happens to orders. Each fact is kept once per order (parcel, refund), whoever tells it. */
export const orderTypes: readonly EventType[] = [
  {
    type: 'order.created',
    title: '下单',
    props: z.strictObject({
      ...order,
      totalFen: fen.optional(),
      items: z.array(itemSchema).max(100).optional(),
      imported,
    }),
    ...about,
  },
  {
    type: 'order.paid',
    title: '付款',
    props: z.strictObject({ ...order, paidFen: fen, items: z.array(itemSchema).min(1).max(100), imported }),
    ...about,
  },
  {
    type: 'order.shipped',
    title: '发货',
    props: z.strictObject({
      ...parcel,
      carrier,
      items: z.array(partSchema).max(100).optional(),
      goods: word(120).optional().describe('what is in it, in words'),
      imported,
    }),
    ...about,
  },
  { type: 'order.out-for-delivery', title: '派送中', props: z.strictObject({ ...parcel, imported }), ...about },
  { type: 'order.delivered', title: '签收', props: z.strictObject({ ...parcel, imported }), ...about },
  { type: 'order.completed', title: '完成', props: z.strictObject({ ...order, imported }), ...about },
  {
    type: 'order.cancelled',
    title: '取消',
    props: z.strictObject({ ...order, reason: word(120).optional(), imported }),
    ...about,
  },
  {
    type: 'order.refund-asked',
    title: '申请退款',
    props: z.strictObject({
      ...order,
      refundNo: orderNo.optional().describe('the number of the request, where it has one'),
      amountFen: fen.optional(),
      reason: word(120).optional(),
    }),
    ...about,
  },
  {
    type: 'order.refunded',
    title: '退款',
    props: z.strictObject({
      ...order,
      refundNo: orderNo.describe('the number of the refund'),
      amountFen: fen,
      items: z.array(partSchema).max(100).optional(),
      imported,
    }),
    ...about,
  },
]

/** What tells one fact of an order from the next; undefined for types that are none of an order's. */
export function orderFactId(type: string, props: Record<string, unknown>): string | undefined {
  if (!type.startsWith('order.')) return undefined
  const kind = type.slice('order.'.length)
  const part = REFUND.has(kind) ? props['refundNo'] : PARCEL.has(kind) ? props['trackingNo'] : undefined
  return `order:${String(props['orderNo'])}:${kind}${part === undefined ? '' : `:${String(part)}`}`
}

const REFUND: ReadonlySet<string> = new Set(['refund-asked', 'refunded'])
const PARCEL: ReadonlySet<string> = new Set(['shipped', 'out-for-delivery', 'delivered'])
