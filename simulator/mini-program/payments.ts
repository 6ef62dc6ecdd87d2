import { randomInt } from 'node:crypto'
import type { JsonRecord } from '../json.js'
import type { Account } from '../official-account/account.js'
import { miniRecordsOf } from './mini-program.js'

/** A payment that waits for shipping information. */
export interface PaidOrder {
  transactionId: string
  merchantId: string
  tradeNo: string
  openid: string
  amount: number
  description: string
  paidAt: number
  /** 1 to ship, 2 shipped, 3 received, 4 done, 5 refunded. */
  state: number
  shipping: JsonRecord[]
  deliveryMode: number
  logisticsType: number
  complete: boolean
  timesComplete: number
  uploadedAt: number
  reminded: boolean
}

/** Payments by WeChat Pay's number. */
export type Orders = Map<string, PaidOrder>

const MERCHANT = '1900000001'

/** A person pays in the mini program. */
export function pay(
  mini: Account,
  given: { openid: string; amount: number; tradeNo: string; description: string },
  now: number,
): PaidOrder {
  const { orders } = miniRecordsOf(mini)
  const order: PaidOrder = {
    transactionId: `42000${String(randomInt(100_000_000, 999_999_999))}${String(now).padStart(14, '0')}`,
    merchantId: MERCHANT,
    ...given,
    paidAt: now,
    state: 1,
    shipping: [],
    deliveryMode: 0,
    logisticsType: 0,
    complete: false,
    timesComplete: 0,
    uploadedAt: 0,
    reminded: false,
  }
  orders.set(order.transactionId, order)
  return order
}

/** The payment behind an `order_key` or its fields, or undefined. */
export function orderBy(mini: Account, key: JsonRecord | undefined): PaidOrder | undefined {
  const { orders } = miniRecordsOf(mini)
  const transaction = key?.['transaction_id']
  if (typeof transaction === 'string' && transaction !== '') return orders.get(transaction)
  const trade = key?.['out_trade_no'] ?? key?.['merchant_trade_no']
  const merchant = key?.['mchid'] ?? key?.['merchant_id']
  return [...orders.values()].find((order) => order.tradeNo === trade && order.merchantId === merchant)
}
