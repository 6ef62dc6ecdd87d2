import { miniProgramLimits as limits } from '../../rules/mini-program/limits.js'
import { asRecord, type JsonRecord, list, number, record, text } from '../json.js'
import { type Answer, type Call, type Endpoint, fail, ok } from '../official-account/api/answer.js'
import { posted } from '../official-account/api/posted.js'
import { miniRecordsOf } from './mini-program.js'
import { orderBy, type PaidOrder } from './payments.js'
import { reminded, shipped } from './trade.js'

const PATH = '/wxa/sec/order'
const own = (run: Endpoint['run']): Endpoint => ({ method: 'POST', run })

/** Shipping information (发货信息管理). */
export const orderEndpoints: Record<string, Endpoint> = {
  [`${PATH}/upload_shipping_info`]: own(posted(upload)),
  [`${PATH}/upload_combined_shipping_info`]: own(posted(uploadCombined)),
  [`${PATH}/get_order`]: own(posted(get)),
  [`${PATH}/get_order_list`]: own(posted(page)),
  [`${PATH}/notify_confirm_receive`]: own(posted(remind)),
  [`${PATH}/set_msg_jump_path`]: own(posted(jumpTo)),
  [`${PATH}/is_trade_managed`]: own(posted((call, body) => ofSelf(call, body, { is_trade_managed: true }))),
  [`${PATH}/is_trade_management_confirmation_completed`]: own(
    posted((call, body) => ofSelf(call, body, { completed: true })),
  ),
  [`${PATH}/opspecialorder`]: own(posted(special)),
}

const EXPRESS = 1
const UNIFIED = 1
const SPLIT = 2
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

function keyFault(key: JsonRecord | undefined): number | undefined {
  const type = number(key, 'order_number_type')
  if (type !== 1 && type !== 2) return 268485194
  if (type === 2) return text(key, 'transaction_id') ? undefined : 268485195
  if (!text(key, 'mchid')) return 268485196
  return text(key, 'out_trade_no') ? undefined : 268485197
}

function shippingFault(body: JsonRecord): number | undefined {
  const type = number(body, 'logistics_type') ?? 0
  const mode = number(body, 'delivery_mode')
  const parcels = (list(body, 'shipping_list') ?? []).map(asRecord)
  if (!Number.isInteger(type) || type < 1 || type > 4) return 10060005
  if (mode !== UNIFIED && mode !== SPLIT) return 268485224
  if (mode === SPLIT && type !== EXPRESS) return 10060006
  if (mode === SPLIT && typeof body['is_all_delivered'] !== 'boolean') return 10060007
  if (mode === UNIFIED && parcels.length !== 1) return 268485228
  if (parcels.length > limits.parcels.value) return 10060024
  for (const parcel of parcels) {
    const fault = parcelFault(parcel, type)
    if (fault !== undefined) return fault
  }
  return undefined
}

function parcelFault(parcel: JsonRecord | undefined, type: number): number | undefined {
  const goods = text(parcel, 'item_desc') ?? ''
  if (goods === '') return 10060008
  if ([...goods].length > limits.itemDescription.value) return 10060009
  if (type !== EXPRESS) return undefined
  const number = text(parcel, 'tracking_no') ?? ''
  const company = text(parcel, 'express_company') ?? ''
  if (number === '') return 268485226
  if (company === '') return 268485227
  if (Buffer.byteLength(number) > limits.trackingNumber.value) return 10060026
  if (Buffer.byteLength(company) > limits.trackingNumber.value) return 10060025
  const contact = record(parcel, 'contact')
  const named = text(contact, 'receiver_contact') ?? text(contact, 'consignor_contact') ?? ''
  return company === 'SF' && !/\d{4}$/.test(named) ? 10060014 : undefined
}

function upload(call: Call, body: JsonRecord): Answer {
  const time = text(body, 'upload_time') ?? ''
  if (!RFC3339.test(time)) return fail(268485216)
  const code = ship(call, record(body, 'order_key'), body, text(record(body, 'payer'), 'openid'), Date.parse(time))
  return code === undefined ? ok() : fail(code)
}

function ship(
  call: Call,
  key: JsonRecord | undefined,
  body: JsonRecord,
  payer: string | undefined,
  time: number,
): number | undefined {
  const fault = keyFault(key) ?? shippingFault(body)
  if (fault !== undefined) return fault
  const order = orderBy(call.account, key)
  if (!order) return 10060001
  if (order.openid !== payer) return 10060031
  if (order.state > 2) return 10060004
  if (order.timesComplete >= 2) return 10060003
  if (time <= order.uploadedAt) return 10060014
  const mode = number(body, 'delivery_mode') ?? UNIFIED
  const parcels = (list(body, 'shipping_list') ?? []).map((item) => ({
    tracking_no: text(asRecord(item), 'tracking_no') ?? '',
    express_company: text(asRecord(item), 'express_company') ?? '',
    goods_desc: text(asRecord(item), 'item_desc') ?? '',
    upload_time: Math.floor(time / 1000),
  }))
  const same = JSON.stringify(parcels.map(({ upload_time: _, ...rest }) => rest))
  const before = JSON.stringify(order.shipping.map(({ upload_time: _, ...rest }) => rest))
  if (order.complete && same === before) return 10060023
  const complete = mode === UNIFIED || body['is_all_delivered'] === true
  Object.assign(order, {
    shipping: parcels,
    deliveryMode: mode,
    logisticsType: number(body, 'logistics_type') ?? EXPRESS,
    uploadedAt: time,
    complete,
    timesComplete: order.timesComplete + (complete ? 1 : 0),
    state: complete ? 2 : 1,
  })
  if (complete) shipped(call.platform, call.account, order)
  return undefined
}

function jumpTo(call: Call, body: JsonRecord): Answer {
  const path = text(body, 'path')
  if (!path) return fail(10060014)
  miniRecordsOf(call.account).jumpPath = path
  return ok()
}

function uploadCombined(call: Call, body: JsonRecord): Answer {
  const time = text(body, 'upload_time') ?? ''
  if (!RFC3339.test(time)) return fail(268485216)
  const fault = keyFault(record(body, 'order_key'))
  if (fault !== undefined) return fail(fault)
  const payer = text(record(body, 'payer'), 'openid')
  for (const part of list(body, 'sub_orders') ?? []) {
    const given = asRecord(part) ?? {}
    const code = ship(call, record(given, 'order_key'), given, payer, Date.parse(time))
    if (code !== undefined) return fail(code)
  }
  return ok()
}

function view(order: PaidOrder): JsonRecord {
  return {
    transaction_id: order.transactionId,
    merchant_id: order.merchantId,
    sub_merchant_id: '',
    merchant_trade_no: order.tradeNo,
    description: order.description,
    paid_amount: order.amount,
    openid: order.openid,
    trade_create_time: Math.floor(order.paidAt / 1000),
    pay_time: Math.floor(order.paidAt / 1000),
    order_state: order.state,
    in_complaint: false,
    shipping: {
      delivery_mode: order.deliveryMode,
      logistics_type: order.logisticsType,
      finish_shipping: order.complete,
      finish_shipping_count: order.timesComplete,
      goods_desc: order.description,
      shipping_list: order.shipping,
    },
  }
}

function get(call: Call, body: JsonRecord): Answer {
  const order = orderBy(call.account, body)
  return order ? ok({ order: view(order) }) : fail(10060001)
}

function page(call: Call, body: JsonRecord): Answer {
  const size = number(body, 'page_size') ?? limits.orderPage.value
  if (size < 1 || size > limits.orderPage.value) return fail(10060014)
  const range = record(body, 'pay_time_range')
  const from = number(range, 'begin_time') ?? 0
  const to = number(range, 'end_time') ?? Number.POSITIVE_INFINITY
  const state = number(body, 'order_state')
  const openid = text(body, 'openid')
  const all = [...miniRecordsOf(call.account).orders.values()]
    .filter((order) => order.paidAt >= from * 1000 && order.paidAt <= to * 1000)
    .filter((order) => (state === undefined || order.state === state) && (openid ?? order.openid) === order.openid)
  const start = Number(text(body, 'last_index') ?? 0)
  if (!Number.isInteger(start) || start < 0) return fail(10060011)
  const orders = all.slice(start, start + size)
  const end = start + orders.length
  return ok({ last_index: String(end), has_more: end < all.length, order_list: orders.map(view) })
}

function remind(call: Call, body: JsonRecord): Answer {
  const order = orderBy(call.account, body)
  if (!order) return fail(10060001)
  if (order.state !== 2 || order.reminded) return fail(10060004)
  order.reminded = true
  reminded(call.platform, call.account, order)
  return ok()
}

function ofSelf(call: Call, body: JsonRecord, answer: JsonRecord): Answer {
  return text(body, 'appid') === call.account.options.appid ? ok(answer) : fail(40013)
}

function special(_: Call, body: JsonRecord): Answer {
  const type = number(body, 'type')
  if (!text(body, 'order_id') || (type !== 1 && type !== 2)) return fail(10060014)
  return type === 1 && number(body, 'delay_to') === undefined ? fail(10060014) : ok()
}
