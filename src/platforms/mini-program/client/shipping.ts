import { miniProgramLimits as limits } from '../../../../rules/mini-program/limits.js'
import { atMost, characters, filled, some } from '../../official-account/client/check.js'
import { refusedBefore } from '../../official-account/errors.js'

/** A payment: WeChat Pay's number, or the merchant and the shop's own number. */
export type OrderKey = { transactionId: string } | { merchantId: string; tradeNo: string }

/** One parcel. */
export interface Parcel {
  trackingNo: string
  /** E.g. `SF`, from `logistics.companies`. */
  company: string
  /** E.g. `面霜*1`; at most 120 characters. */
  goods: string
  /** Needed for 顺丰 (SF): one of the two, masked but for the last 4 digits, e.g. `138****1234`. */
  receiverContact?: string
  senderContact?: string
}

/** How an order is shipped. */
export interface Shipping {
  order: OrderKey
  /** Her openid of the mini program. */
  payer: string
  by:
    | {
        kind: 'express'
        parcels: readonly Parcel[] /** Standard true: no more parcels will follow. */
        complete?: boolean
      }
    | { kind: 'same-city' | 'virtual' | 'pick-up'; goods: string }
}

const KINDS = { express: 1, 'same-city': 2, virtual: 3, 'pick-up': 4 } as const
const UNIFIED = 1
const SPLIT = 2

/** Throws WeChatApiError that names what is wrong. */
export function checkShipping(endpoint: string, { payer, by, order }: Shipping): void {
  filled(endpoint, 'payer', payer)
  if ('transactionId' in order) filled(endpoint, 'transactionId', order.transactionId)
  else {
    filled(endpoint, 'merchantId', order.merchantId)
    filled(endpoint, 'tradeNo', order.tradeNo)
  }
  if (by.kind !== 'express') {
    some(endpoint, 'goods', characters(by.goods), limits.itemDescription)
    return
  }
  some(endpoint, 'parcels', by.parcels.length, limits.parcels)
  for (const [index, parcel] of by.parcels.entries()) checkParcel(endpoint, `parcels[${index}]`, parcel)
}

function checkParcel(endpoint: string, at: string, parcel: Parcel): void {
  filled(endpoint, `${at}.trackingNo`, parcel.trackingNo)
  atMost(endpoint, `${at}.trackingNo`, Buffer.byteLength(parcel.trackingNo), limits.trackingNumber)
  filled(endpoint, `${at}.company`, parcel.company)
  some(endpoint, `${at}.goods`, characters(parcel.goods), limits.itemDescription)
  const contact = parcel.receiverContact ?? parcel.senderContact
  if (parcel.company === 'SF' && contact === undefined) {
    throw refusedBefore(
      endpoint,
      `${at}.receiverContact`,
      'SF needs the contact of receiver or sender, masked but for the last 4 digits',
      '顺丰须填写收件人或寄件人联系方式（掩码，保留后 4 位）',
    )
  }
  if (contact !== undefined && !/\d{4}$/.test(contact.replaceAll('-', ''))) {
    throw refusedBefore(endpoint, `${at}.receiverContact`, 'must end with 4 clear digits', '最后 4 位须为明文数字')
  }
}

/** The payment in the platform's form. */
export const wireKey = (key: OrderKey): object =>
  'transactionId' in key
    ? { order_number_type: 2, transaction_id: key.transactionId }
    : { order_number_type: 1, mchid: key.merchantId, out_trade_no: key.tradeNo }

/** The shipping in the platform's form, without payer and time. */
export function wireShipping({ order, by }: Shipping): object {
  const split = by.kind === 'express' && (by.parcels.length > 1 || by.complete === false)
  return {
    order_key: wireKey(order),
    logistics_type: KINDS[by.kind],
    delivery_mode: split ? SPLIT : UNIFIED,
    ...(split && { is_all_delivered: by.complete !== false }),
    shipping_list: by.kind === 'express' ? by.parcels.map(wireParcel) : [{ item_desc: by.goods }],
  }
}

function wireParcel(parcel: Parcel): object {
  const contact = {
    ...(parcel.receiverContact !== undefined && { receiver_contact: parcel.receiverContact }),
    ...(parcel.senderContact !== undefined && { consignor_contact: parcel.senderContact }),
  }
  return {
    tracking_no: parcel.trackingNo,
    express_company: parcel.company,
    item_desc: parcel.goods,
    ...(Object.keys(contact).length > 0 && { contact }),
  }
}
