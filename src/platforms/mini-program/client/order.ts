import { dateOf, type Fields, fieldsOf, numberOf, rowsOf, textOf } from '../../official-account/client/read.js'

/** Where an order stands. */
export type OrderState = 'to-ship' | 'shipped' | 'received' | 'done' | 'refunded' | 'funds-waiting'

/** The platform's numbers 1 to 6. */
export const orderStates: readonly OrderState[] = [
  'to-ship',
  'shipped',
  'received',
  'done',
  'refunded',
  'funds-waiting',
]

/** A parcel as the platform has it. */
export interface Parcel {
  trackingNo: string
  company: string
  goods: string
  uploadedAt: Date
}

/** An order of the shipping information. */
export interface Order {
  transactionId: string
  merchantId: string
  tradeNo: string
  description: string
  paidFen: number
  openid: string
  paidAt: Date
  state: OrderState
  inComplaint: boolean
  /** All of it is shipped. */
  shippedWhole: boolean
  /** How often shipping was completed: 2 is the most. */
  timesShipped: number
  parcels: Parcel[]
}

/** An order from the platform's fields. */
export function orderOf(fields: Fields): Order {
  const shipping = fieldsOf(fields['shipping'])
  return {
    transactionId: textOf(fields, 'transaction_id'),
    merchantId: textOf(fields, 'merchant_id'),
    tradeNo: textOf(fields, 'merchant_trade_no'),
    description: textOf(fields, 'description'),
    paidFen: numberOf(fields, 'paid_amount'),
    openid: textOf(fields, 'openid'),
    paidAt: dateOf(fields, 'pay_time'),
    state: orderStates[numberOf(fields, 'order_state') - 1] ?? 'to-ship',
    inComplaint: fields['in_complaint'] === true,
    shippedWhole: shipping['finish_shipping'] === true,
    timesShipped: numberOf(shipping, 'finish_shipping_count'),
    parcels: rowsOf(shipping['shipping_list']).map((row) => ({
      trackingNo: textOf(row, 'tracking_no'),
      company: textOf(row, 'express_company'),
      goods: textOf(row, 'goods_desc'),
      uploadedAt: dateOf(row, 'upload_time'),
    })),
  }
}
