import { carrierNamed } from '../../rules/mini-program/carriers.js'
import type { Message, ShippedParcel, ShippingReport } from '../core/message.js'
import type { NewDelivery } from '../outbox/delivery.js'
import { followKeyOf, keyOf, type OrderNews, sourceOf, type ToldType } from './news.js'

/** Where a buyer can be reached. */
export interface Addressee {
  account: string
  /** The person's id on the account; absent: known in the mini program only. */
  to?: string | undefined
  /** The person's id in the mini program. */
  visitor?: string | undefined
}

/** What the shop told of an order besides its facts. Names and telephone numbers are in here only. */
export interface OrderDetails {
  items: readonly { sku: string; name?: string | undefined; qty: number }[]
  paidFen?: number | undefined
  shipments: readonly {
    trackingNo: string
    carrier: string
    goods?: string | undefined
    shippedAt: Date
    items?: readonly { sku: string; qty: number }[] | undefined
  }[]
  receiver?: { phone?: string | undefined } | undefined
  picture?: string | undefined
  page?: string | undefined
  payment?: OrderNews['payment']
}

/** What a plan is made of. */
export interface PlanInput {
  news: OrderNews
  to: Addressee
  /** Absent: the shop told events only, not the whole order. */
  details?: OrderDetails | undefined
  /** Whether content has a notice of that name. */
  has(name: string): boolean
}

/** The notice of each kind of news in `content/notices`. */
export const NOTICES: Readonly<Record<ToldType, string>> = {
  'order.paid': 'order.paid',
  'order.shipped': 'order.shipped',
  'order.out-for-delivery': 'order.out-for-delivery',
  'order.delivered': 'order.delivered',
  'order.refunded': 'refund.done',
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How long news is news, in ms. */
export const FRESH_MS: Readonly<Record<ToldType, number>> = {
  'order.paid': DAY_MS,
  'order.shipped': 2 * DAY_MS,
  'order.out-for-delivery': 12 * HOUR_MS,
  'order.delivered': 2 * DAY_MS,
  'order.refunded': 3 * DAY_MS,
}

/** The money of an order stays frozen until it was reported as shipped: that is done even when it is no news any more. */
export const REPORT_MS = 15 * DAY_MS

/**
 * The deliveries that tell a buyer the news: the report after which WeChat itself writes where the payment is known,
 * else template, subscription notice, mini-program subscribe message, at last words in an open window; and, beside a
 * report, the parcel for WeChat to follow. News that is `old` is told to nobody, but shipping is still reported.
 */
export function planOf(input: PlanInput, old: boolean): NewDelivery[] {
  const { news, to } = input
  const report = news.type === 'order.shipped' ? reportOf(input) : undefined
  const ways = old ? [] : noticesOf(input)
  const [message, ...alternatives] = report ? [report, ...ways] : ways
  const address = to.to ?? to.visitor ?? report?.visitor
  if (message === undefined || address === undefined) return []
  const source = sourceOf(news)
  const shared = { account: to.account, to: address, purpose: 'service', source } as const
  const life = report ? REPORT_MS : FRESH_MS[news.type]
  const covered = ['order.out-for-delivery', 'order.delivered'].includes(news.type) && news.tracking !== ''
  const notice: NewDelivery = {
    ...shared,
    key: keyOf(news),
    message,
    ...(alternatives.length > 0 && { alternatives }),
    expiresAt: new Date(news.at.getTime() + life),
    ...(covered && { unless: followKeyOf(news) }),
  }
  const follow = report && !old ? followOf(report, input) : undefined
  if (!follow) return [notice]
  const expiresAt = new Date(news.at.getTime() + FRESH_MS['order.shipped'])
  return [notice, { ...shared, key: followKeyOf(news), message: follow, expiresAt }]
}

/** The news' own parcel, for the platform to follow; it needs WeChat Pay's number and the receiver's telephone. */
function followOf(upload: ShippingReport, { news, details }: PlanInput): ShippingReport | undefined {
  const { payment, visitor } = upload
  const page = news.page ?? details?.page
  const phone = details?.receiver?.phone
  const parcel = upload.parcels.find(({ tracking }) => tracking === news.tracking)
  if (!('transactionId' in payment) || phone === undefined || parcel === undefined) return undefined
  return {
    kind: 'shipping',
    report: 'follow',
    payment,
    visitor,
    parcels: [parcel],
    receiverPhone: phone,
    ...(details?.picture !== undefined && { picture: details.picture }),
    ...(page !== undefined && { page }),
  }
}

/** What the platform must be told of a shipped order; undefined where the payment or the payer is not known. */
function reportOf({ news, to, details }: PlanInput): ShippingReport | undefined {
  const paid = news.payment ?? details?.payment
  const visitor = paid?.payerOpenid ?? to.visitor
  const payment =
    paid?.transactionId !== undefined
      ? { transactionId: paid.transactionId }
      : paid?.merchantId !== undefined && paid.tradeNo !== undefined
        ? { merchantId: paid.merchantId, tradeNo: paid.tradeNo }
        : undefined
  if (payment === undefined || visitor === undefined) return undefined
  const goods = goodsOf(news, details)
  const shipments = (details?.shipments ?? []).filter(
    ({ trackingNo, shippedAt }) => trackingNo !== '' && trackingNo !== news.tracking && shippedAt <= news.at,
  )
  const own = { trackingNo: news.tracking ?? '', carrier: news.carrier ?? '', goods }
  const parcels = [...shipments, ...(own.trackingNo === '' ? [] : [own])].map(
    ({ trackingNo, carrier, goods: inside = goods }): ShippedParcel => ({
      carrier: carrierOf(carrier),
      tracking: trackingNo,
      goods: inside,
      ...contactOf(details),
    }),
  )
  const complete = details === undefined || isComplete(details, news)
  return { kind: 'shipping', report: 'upload', payment, visitor, parcels, goods, ...(!complete && { complete }) }
}

/** Whether everything that was bought is in the parcels so far; parcels whose content is not told hold all of it. */
function isComplete({ items, shipments }: OrderDetails, { at, tracking }: OrderNews): boolean {
  const sent = shipments.filter(({ shippedAt, trackingNo }) => shippedAt <= at || trackingNo === tracking)
  if (sent.length === 0 || sent.some((shipment) => shipment.items === undefined)) return true
  const pieces = sent.flatMap((shipment) => shipment.items ?? []).reduce((sum, { qty }) => sum + qty, 0)
  return pieces >= items.reduce((sum, { qty }) => sum + qty, 0)
}

/** The company as the platform's table has it, else as the shop wrote it. */
function carrierOf(words: string): ShippedParcel['carrier'] {
  const { code, name } = carrierNamed(words) ?? { code: words, name: words }
  return { code, name }
}

/** The telephone number, masked but for the last four digits, which 顺丰 needs. */
function contactOf(details: OrderDetails | undefined): Pick<ShippedParcel, 'receiverContact'> {
  const digits = details?.receiver?.phone?.replace(/\D/g, '') ?? ''
  return digits.length < 7 ? {} : { receiverContact: `${digits.slice(0, 3)}****${digits.slice(-4)}` }
}

/** The ways to say it oneself, those that content has. */
function noticesOf({ news, to, details, has }: PlanInput): Message[] {
  const name = NOTICES[news.type]
  const data = dataOf(news, details)
  const page = news.page ?? details?.page
  const notice = (suffix = '', more: { as?: 'text'; visitor?: string } = {}): Message[] =>
    has(name + suffix)
      ? [{ kind: 'notice', name: name + suffix, data, ...more, ...(page !== undefined && { page }) }]
      : []
  return [
    ...(to.to === undefined ? [] : [...notice(), ...notice('.subscription')]),
    ...(to.visitor === undefined ? [] : notice('.mini-program', { visitor: to.visitor })),
    ...(to.to === undefined ? [] : notice('', { as: 'text' })),
  ]
}

/** What notices are filled with. */
export function dataOf(news: OrderNews, details: OrderDetails | undefined): Record<string, unknown> {
  const { type, orderNo, at, tracking, carrier, fen, refundNo } = news
  const amount = type === 'order.refunded' ? details?.paidFen : (fen ?? details?.paidFen)
  const when = type === 'order.paid' ? { paidAt: at } : {}
  const shipment = details?.shipments.find(({ trackingNo }) => trackingNo === tracking)
  const company = carrier ?? shipment?.carrier
  const moment = { 'order.shipped': 'shippedAt', 'order.out-for-delivery': 'outAt', 'order.delivered': 'deliveredAt' }
  const parcel = type in moment && {
    ...(company !== undefined && { carrier: carrierOf(company).name }),
    ...(tracking !== undefined && tracking !== '' && { tracking }),
    [moment[type as keyof typeof moment]]: at,
  }
  return {
    order: { number: orderNo, goods: goodsOf(news, details), ...(amount !== undefined && { amount }), ...when },
    ...(parcel && { parcel }),
    ...(type === 'order.refunded' && { refund: { amount: fen, number: refundNo, doneAt: at } }),
  }
}

/** The goods in words: `水洗棉四件套*1 等2件`. */
function goodsOf({ goods, tracking }: OrderNews, details: OrderDetails | undefined): string {
  if (goods !== undefined) return goods
  const inside = details?.shipments.find(({ trackingNo }) => tracking !== undefined && trackingNo === tracking)?.goods
  if (inside !== undefined) return inside
  const [first, ...others] = details?.items ?? []
  if (first === undefined) return '您的订单'
  const pieces = (details?.items ?? []).reduce((sum, { qty }) => sum + qty, 0)
  const head = `${first.name ?? first.sku}*${first.qty}`
  return others.length === 0 ? head : `${head} 等${pieces}件`
}
