import { carriers } from '../../rules/mini-program/carriers.js'
import { seconds } from '../clock.js'
import type { Content } from '../content.js'
import type { Account } from '../official-account/account.js'
import { fateOf, pushReceipt } from '../official-account/receipts.js'
import { background, type Platform } from '../platform.js'
import { miniRecordsOf } from './mini-program.js'
import type { PaidOrder } from './payments.js'
import { showInMini } from './service.js'

/** Money settles so long after shipping when nobody confirms. */
const SETTLE_MS = 10 * 86_400_000
const AUTO = 1
const BY_HAND = 2

/** An order was shipped whole: the platform tells the buyer, then the merchant (trade_manage_order_settlement). */
export function shipped(platform: Platform, mini: Account, order: PaidOrder): void {
  const parcels = order.shipping.map((parcel) => `${companyName(parcel['express_company'])} ${parcel['tracking_no']}`)
  const fields = [
    { label: '商品', value: String(order.shipping[0]?.['goods_desc'] ?? order.description) },
    ...(order.logisticsType === 1 ? [{ label: '快递', value: parcels.join('、') }] : []),
    { label: '订单号', value: order.tradeNo },
    { label: '发货时间', value: clock(order.uploadedAt) },
  ]
  tellBuyer(platform, mini, order, { title: '订单发货通知', lead: '你购买的商品已发货', fields })
  settlement(platform, mini, order, {})
}

/** The buyer confirmed the receipt, or the platform did for her: the money is settled. */
export function received(platform: Platform, mini: Account, order: PaidOrder, how: 'buyer' | 'platform'): void {
  const now = platform.clock.now()
  order.state = 3
  settlement(platform, mini, order, {
    confirm_receive_method: how === 'buyer' ? BY_HAND : AUTO,
    confirm_receive_time: seconds(now),
    settlement_time: seconds(now),
  })
}

/** The shop asked to remind her (notify_confirm_receive). */
export function reminded(platform: Platform, mini: Account, order: PaidOrder): void {
  const fields = [
    { label: '商品', value: order.description },
    { label: '订单号', value: order.tradeNo },
  ]
  tellBuyer(platform, mini, order, { title: '确认收货提醒', lead: '你的快递已签收，请确认收货', fields })
}

/** The order waits too long for its shipping information (trade_manage_remind_shipping). */
export function overdue(platform: Platform, mini: Account, order: PaidOrder): void {
  const msg = '订单即将超时，请尽快发货'
  tellShop(platform, mini, order, 'trade_manage_remind_shipping', { ...named(order), msg })
}

function settlement(platform: Platform, mini: Account, order: PaidOrder, end: Record<string, number>): void {
  const fields = {
    ...named(order),
    shipped_time: seconds(order.uploadedAt),
    estimated_settlement_time: seconds(order.uploadedAt + SETTLE_MS),
    ...end,
  }
  tellShop(platform, mini, order, 'trade_manage_order_settlement', fields)
}

const named = (order: PaidOrder) => ({
  transaction_id: order.transactionId,
  merchant_id: order.merchantId,
  sub_merchant_id: '',
  merchant_trade_no: order.tradeNo,
  pay_time: seconds(order.paidAt),
})

function tellShop(
  platform: Platform,
  mini: Account,
  order: PaidOrder,
  name: string,
  fields: Record<string, string | number>,
): void {
  const follower = mini.followers.get(order.openid)
  const fate = fateOf(platform, mini, 'trade')
  background(platform, pushReceipt(platform, { account: mini, follower }, fate, { name, fields: () => fields }))
}

function tellBuyer(
  platform: Platform,
  mini: Account,
  order: PaidOrder,
  words: { title: string; lead: string; fields: { label: string; value: string }[] },
): void {
  const visitor = mini.followers.get(order.openid)
  if (!visitor) return
  const { appid, name } = mini.options
  const { jumpPath } = miniRecordsOf(mini)
  const path = jumpPath === undefined ? '' : withQuery(jumpPath, order)
  const content: Content = { kind: 'notice', ...words, miniProgram: { appid, appName: name, path } }
  showInMini(platform, mini, visitor, { at: platform.clock.now(), via: 'platform', content })
}

/** The platform adds the payment's numbers to the page that set_msg_jump_path named. */
function withQuery(path: string, { transactionId, merchantId, tradeNo }: PaidOrder): string {
  const query = new URLSearchParams({
    transaction_id: transactionId,
    merchant_id: merchantId,
    merchant_trade_no: tradeNo,
  })
  return `${path}${path.includes('?') ? '&' : '?'}${query}`
}

/** Name of a company by its code; the code itself for an unknown one. */
export function companyName(code: unknown): string {
  return carriers.find((item) => item.code === code)?.name ?? String(code ?? '')
}

/** `2026年1月1日 10:00` in Shanghai. */
export function clock(at: number): string {
  const date = new Date(at + 8 * 3_600_000)
  const minutes = String(date.getUTCMinutes()).padStart(2, '0')
  return `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日 ${date.getUTCHours()}:${minutes}`
}
