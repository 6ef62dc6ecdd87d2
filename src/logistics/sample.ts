import type { OrderNews, ToldType } from './news.js'
import { dataOf, FRESH_MS, NOTICES, type OrderDetails } from './plan.js'

/** A kind of news that buyers are told, in words, with the notices that say it in their order of preference. */
export interface NoticeEvent {
  event: ToldType
  title: { zh: string; en: string }
  /** How long it is news, in hours. */
  freshHours: number
  /** Names in `content/notices`; the first that is there and reaches the person is taken. */
  names: string[]
}

const TITLES: Readonly<Record<ToldType, { zh: string; en: string }>> = {
  'order.paid': { zh: '付款成功', en: 'paid' },
  'order.shipped': { zh: '发货', en: 'shipped' },
  'order.out-for-delivery': { zh: '派送中', en: 'out for delivery' },
  'order.delivered': { zh: '签收', en: 'delivered' },
  'order.refunded': { zh: '退款完成', en: 'refunded' },
}

/** What each kind of news is answered with. */
export const noticeEvents: readonly NoticeEvent[] = (Object.keys(TITLES) as ToldType[]).map((event) => ({
  event,
  title: TITLES[event],
  freshHours: FRESH_MS[event] / 3_600_000,
  names: ['', '.subscription', '.mini-program'].map((suffix) => NOTICES[event] + suffix),
}))

/** The data of a notice for an order such as the shop sends; for previews and trials. */
export function sampleData(event: ToldType, now: Date): Record<string, unknown> {
  const at = new Date(now.getTime() - 90 * 60_000)
  const details: OrderDetails = {
    items: [
      { sku: 'WC-1501', name: '水洗棉四件套 1.5m 雾蓝', qty: 1 },
      { sku: 'PL-0302', name: '泰国乳胶枕', qty: 2 },
    ],
    paidFen: 45_900,
    shipments: [{ trackingNo: 'SF1234567890123', carrier: 'SF', shippedAt: at }],
  }
  const ofParcel = event !== 'order.paid' && event !== 'order.refunded'
  const news: OrderNews = {
    type: event,
    source: 'shop-sample',
    orderNo: '202603040001',
    at,
    fen: event === 'order.refunded' ? 12_900 : 45_900,
    ...(ofParcel && { tracking: 'SF1234567890123', carrier: 'SF' }),
    ...(event === 'order.refunded' && { refundNo: 'R202603040001' }),
  }
  return dataOf(news, details)
}
