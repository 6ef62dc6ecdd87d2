import { miniProgramLimits as limits } from '../../../../rules/mini-program/limits.js'
import type { Clock } from '../../../core/clock.js'
import type { WeChatApi } from '../../official-account/client/api.js'
import { whole } from '../../official-account/client/check.js'
import { fieldsOf, rowsOf, textOf } from '../../official-account/client/read.js'
import { type Order, orderOf, orderStates } from './order.js'
import { checkShipping, type OrderKey, type Shipping, wireKey, wireShipping } from './shipping.js'

export type { Order, OrderState, Parcel as ShippedParcel } from './order.js'
export type { OrderKey, Parcel, Shipping } from './shipping.js'

/** Orders of one payment that several sellers share (合单). */
export interface CombinedShipping {
  order: OrderKey
  payer: string
  parts: readonly Omit<Shipping, 'payer'>[]
}

/**
 * Shipping information (发货信息管理): the money of a covered mini program stays frozen until shipping is uploaded and
 * receipt confirmed. The platform itself tells the buyer when it is uploaded: send no second notice.
 */
export interface Orders {
  /** Repeating it after the order is complete is possible once. An upload later than the last one wins. */
  uploadShipping(shipping: Shipping): Promise<void>
  uploadCombinedShipping(shipping: CombinedShipping): Promise<void>
  get(key: { transactionId: string } | { merchantId: string; tradeNo: string }): Promise<Order>
  /** Up to 100 a page. */
  list(ask?: {
    paidFrom?: Date
    paidTo?: Date
    state?: Order['state']
    openid?: string
    after?: string
    count?: number
  }): Promise<{ orders: Order[]; next?: string }>
  /** Reminds the buyer to confirm, once an order, after the courier has delivered. */
  remindToConfirm(key: OrderKey, receivedAt: Date): Promise<void>
  /** Where the platform's shipping message leads. */
  setMessagePath(path: string): Promise<void>
  /** Whether the mini program is covered. */
  isManaged(): Promise<boolean>
  /** Whether every merchant number has settled who manages its orders. */
  isConfirmed(): Promise<boolean>
  /** Presale (ships at `until`) or test order: not counted as late. */
  markSpecial(orderId: string, kind: { presaleUntil: Date } | 'test'): Promise<void>
}

const PATH = '/wxa/sec/order'

/** The group's methods on an API. */
export function orders(api: WeChatApi, clock: Clock, appid: string): Orders {
  const uploadTime = () => new Date(clock.now().getTime() + SHANGHAI_MS).toISOString().replace('Z', '+08:00')
  return {
    uploadShipping: async (shipping) => {
      const path = `${PATH}/upload_shipping_info`
      checkShipping(path, shipping)
      await api.call(path, {
        json: { ...wireShipping(shipping), upload_time: uploadTime(), payer: { openid: shipping.payer } },
      })
    },
    uploadCombinedShipping: async ({ order, payer, parts }) => {
      const path = `${PATH}/upload_combined_shipping_info`
      for (const part of parts) checkShipping(path, { ...part, payer })
      await api.call(path, {
        json: {
          order_key: wireKey(order),
          sub_orders: parts.map((part) => wireShipping({ ...part, payer })),
          upload_time: uploadTime(),
          payer: { openid: payer },
        },
      })
    },
    get: async (key) => {
      const json =
        'transactionId' in key
          ? { transaction_id: key.transactionId }
          : { merchant_id: key.merchantId, merchant_trade_no: key.tradeNo }
      return orderOf(fieldsOf((await api.call(`${PATH}/get_order`, { json }))['order']))
    },
    list: async ({ paidFrom, paidTo, state, openid, after, count = limits.orderPage.value } = {}) => {
      const path = `${PATH}/get_order_list`
      whole(path, 'count', count, 1, limits.orderPage)
      const range = {
        ...(paidFrom && { begin_time: secondsOf(paidFrom) }),
        ...(paidTo && { end_time: secondsOf(paidTo) }),
      }
      const answer = await api.call(path, {
        json: {
          ...(Object.keys(range).length > 0 && { pay_time_range: range }),
          ...(state && { order_state: orderStates.indexOf(state) + 1 }),
          ...(openid !== undefined && { openid }),
          ...(after !== undefined && { last_index: after }),
          page_size: count,
        },
        maxBytes: 8_388_608,
      })
      const next = textOf(answer, 'last_index')
      return {
        orders: rowsOf(answer['order_list']).map(orderOf),
        ...(answer['has_more'] === true && next !== '' && { next }),
      }
    },
    remindToConfirm: async (key, receivedAt) => {
      const json =
        'transactionId' in key
          ? { transaction_id: key.transactionId }
          : { merchant_id: key.merchantId, merchant_trade_no: key.tradeNo }
      await api.call(`${PATH}/notify_confirm_receive`, { json: { ...json, received_time: secondsOf(receivedAt) } })
    },
    setMessagePath: async (path) => {
      await api.call(`${PATH}/set_msg_jump_path`, { json: { path } })
    },
    isManaged: async () =>
      (await api.call(`${PATH}/is_trade_managed`, { json: { appid } }))['is_trade_managed'] === true,
    isConfirmed: async () =>
      (await api.call(`${PATH}/is_trade_management_confirmation_completed`, { json: { appid } }))['completed'] === true,
    markSpecial: async (orderId, kind) => {
      const json =
        kind === 'test'
          ? { order_id: orderId, type: 2 }
          : { order_id: orderId, type: 1, delay_to: secondsOf(kind.presaleUntil) }
      await api.call(`${PATH}/opspecialorder`, { json })
    },
  }
}

const SHANGHAI_MS = 8 * 3_600_000
const secondsOf = (at: Date) => Math.floor(at.getTime() / 1000)
