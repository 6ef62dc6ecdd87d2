import { miniProgramLimits as limits } from '../../../../rules/mini-program/limits.js'
import type { WeChatApi } from '../../official-account/client/api.js'
import { atMost, characters, filled } from '../../official-account/client/check.js'
import { fieldsOf, idIn, numberOf, rowsOf, textOf } from '../../official-account/client/read.js'
import { refusedBefore } from '../../official-account/errors.js'

/** What is in a parcel, as the platform's message shows it. */
export interface Goods {
  /** At most 60 characters. */
  name: string
  pictureUrl: string
}

/** A parcel of an order that was paid with WeChat Pay. */
export interface Waybill {
  /** The payer's openid of the mini program. */
  openid: string
  waybillId: string
  /** E.g. `SF`, from `companies`. */
  company?: string
  receiverPhone: string
  senderPhone?: string
  /** WeChat Pay's number: without one (points, cash) the platform cannot follow. */
  transactionId: string
  goods: readonly Goods[]
  /** The order's page in the mini program. */
  orderPath?: string
}

/** Where a parcel is. */
export interface Trace {
  waybillId: string
  /** 0 unknown, 1 picked up, 2 on the way, 3 delivering, 4 signed, 5 exception, 6 signed by somebody else. */
  status: number
  company: string
}

/**
 * Parcels. `follow` makes the platform itself message the payer when it is picked up, delivered and signed: free, without
 * consent, real orders only; 100,000 a day, 50 a day and 100 under way for a person.
 */
export interface Logistics {
  /** Gives the token for `followed` and for the plug-in. */
  follow(waybill: Waybill): Promise<string>
  followed(token: string): Promise<Trace>
  /** The tracking page (查询组件): messages only who subscribed 微信快递服务. */
  trace(waybill: Waybill): Promise<string>
  traced(token: string, openid: string): Promise<Trace>
  changeGoods(token: string, goods: readonly Goods[]): Promise<void>
  /** Codes of parcel companies. */
  companies(): Promise<{ code: string; name: string }[]>
}

const PATH = '/cgi-bin/express/delivery/open_msg'

/** The group's methods on an API. */
export function logistics(api: WeChatApi): Logistics {
  const give = async (path: string, waybill: Waybill) => {
    checkWaybill(path, waybill)
    const { openid, waybillId, company, receiverPhone, senderPhone, transactionId, goods, orderPath } = waybill
    const answer = await api.call(path, {
      json: {
        openid,
        ...(senderPhone !== undefined && { sender_phone: senderPhone }),
        receiver_phone: receiverPhone,
        ...(company !== undefined && { delivery_id: company }),
        waybill_id: waybillId,
        goods_info: { detail_list: goods.map(wireGoods) },
        trans_id: transactionId,
        ...(orderPath !== undefined && { order_detail_path: orderPath }),
      },
    })
    return idIn(path, answer, 'waybill_token')
  }
  return {
    follow: (waybill) => give(`${PATH}/follow_waybill`, waybill),
    followed: async (token) =>
      traceOf(await api.call(`${PATH}/query_follow_trace`, { json: { waybill_token: token } })),
    trace: (waybill) => give(`${PATH}/trace_waybill`, waybill),
    traced: async (token, openid) =>
      traceOf(await api.call(`${PATH}/query_trace`, { json: { waybill_token: token, openid } })),
    changeGoods: async (token, goods) => {
      const path = `${PATH}/update_follow_waybill_goods`
      checkGoods(path, goods)
      await api.call(path, { json: { waybill_token: token, goods_info: { detail_list: goods.map(wireGoods) } } })
    },
    companies: async () => {
      const answer = await api.call(`${PATH}/get_delivery_list`, { json: {}, maxBytes: 4_194_304 })
      return rowsOf(answer['delivery_list']).map((row) => ({
        code: textOf(row, 'delivery_id'),
        name: textOf(row, 'delivery_name'),
      }))
    },
  }
}

function checkWaybill(path: string, waybill: Waybill): void {
  filled(path, 'openid', waybill.openid)
  filled(path, 'waybillId', waybill.waybillId)
  filled(path, 'receiverPhone', waybill.receiverPhone)
  if (!/^\d{10,32}$/.test(waybill.transactionId)) {
    throw refusedBefore(
      path,
      'transactionId',
      'must be the number of a WeChat Pay payment; parcels without one cannot be followed',
      '须为微信支付单号，无微信支付的订单不支持物流消息',
    )
  }
  checkGoods(path, waybill.goods)
}

function checkGoods(path: string, goods: readonly Goods[]): void {
  if (goods.length === 0) throw refusedBefore(path, 'goods', 'is empty', '不能为空')
  for (const [index, { name }] of goods.entries()) {
    filled(path, `goods[${index}].name`, name)
    atMost(path, `goods[${index}].name`, characters(name), limits.goodsName)
  }
}

const wireGoods = ({ name, pictureUrl }: Goods) => ({ goods_name: name, goods_img_url: pictureUrl })

function traceOf(answer: Record<string, unknown>): Trace {
  const waybill = fieldsOf(answer['waybill_info'])
  return {
    waybillId: textOf(waybill, 'waybill_id'),
    status: numberOf(waybill, 'status'),
    company: textOf(fieldsOf(answer['delivery_info']), 'delivery_name'),
  }
}
