import { miniProgramLimits as limits } from '../../rules/mini-program/limits.js'
import { shanghaiDay } from '../clock.js'
import { randomText } from '../ids.js'
import { asRecord, type JsonRecord, list, record, text } from '../json.js'
import { type Answer, type Call, type Endpoint, fail, ok } from '../official-account/api/answer.js'
import { posted } from '../official-account/api/posted.js'
import { miniRecordsOf } from './mini-program.js'

/** A parcel the platform follows. */
export interface Parcel {
  waybillId: string
  openid: string
  company: string
  status: number
  goods: unknown[]
  at: number
  changes: number
}

/** Parcels by waybill token. */
export type Parcels = Map<string, Parcel>

const PATH = '/cgi-bin/express/delivery/open_msg'
const COMPANIES = [
  { delivery_id: 'SF', delivery_name: '顺丰速运' },
  { delivery_id: 'YTO', delivery_name: '圆通速递' },
  { delivery_id: 'ZTO', delivery_name: '中通快递' },
  { delivery_id: 'TEST', delivery_name: '测试物流' },
]
const PER_DAY = 50
const SIGNED = 4
const MOST_CHANGES = 10

const own = (run: Endpoint['run']): Endpoint => ({ method: 'POST', run })

/** Following parcels and the tracking page. */
export const parcelEndpoints: Record<string, Endpoint> = {
  [`${PATH}/follow_waybill`]: own(posted(follow)),
  [`${PATH}/trace_waybill`]: own(posted(follow)),
  [`${PATH}/query_follow_trace`]: own(posted(trace)),
  [`${PATH}/query_trace`]: own(posted(trace)),
  [`${PATH}/update_follow_waybill_goods`]: own(posted(changeGoods)),
  [`${PATH}/update_waybill_goods`]: own(posted(changeGoods)),
  [`${PATH}/get_delivery_list`]: own(() => ok({ count: COMPANIES.length, delivery_list: COMPANIES })),
}

function goodsIn(body: JsonRecord): unknown[] | undefined {
  const goods = list(record(body, 'goods_info'), 'detail_list')
  if (!goods || goods.length === 0) return undefined
  const good = goods.every((item) => {
    const name = text(asRecord(item), 'goods_name') ?? ''
    return (
      name !== '' && [...name].length <= limits.goodsName.value && text(asRecord(item), 'goods_img_url') !== undefined
    )
  })
  return good ? goods : undefined
}

function follow(call: Call, body: JsonRecord): Answer {
  const { orders, parcels } = miniRecordsOf(call.account)
  const openid = text(body, 'openid') ?? ''
  if (!call.account.followers.has(openid)) return fail(40003)
  const goods = goodsIn(body)
  const waybillId = text(body, 'waybill_id') ?? ''
  if (!goods || waybillId === '' || (text(body, 'receiver_phone') ?? '') === '') return fail(47003)
  const company = text(body, 'delivery_id') ?? 'SF'
  if (!COMPANIES.some((item) => item.delivery_id === company)) return fail(47003, 'invalid delivery_id')
  const order = orders.get(text(body, 'trans_id') ?? '')
  if (!order || order.openid !== openid) return fail(9300534)
  const before = [...parcels].find(([, parcel]) => parcel.waybillId === waybillId && parcel.openid === openid)
  if (before) return ok({ waybill_token: before[0] })
  const hers = [...parcels.values()].filter((parcel) => parcel.openid === openid)
  const today = hers.filter((parcel) => shanghaiDay(parcel.at) === shanghaiDay(call.now))
  const live = hers.filter((parcel) => parcel.status < SIGNED)
  if (today.length >= PER_DAY || live.length >= limits.liveWaybills.value) return fail(9300513)
  const token = randomText(64)
  parcels.set(token, { waybillId, openid, company, status: 0, goods, at: call.now, changes: 0 })
  return ok({ waybill_token: token })
}

function parcelIn(call: Call, body: JsonRecord): Parcel | undefined {
  return miniRecordsOf(call.account).parcels.get(text(body, 'waybill_token') ?? '')
}

function trace(call: Call, body: JsonRecord): Answer {
  const parcel = parcelIn(call, body)
  if (!parcel) return fail(9300507)
  const openid = text(body, 'openid')
  if (openid !== undefined && openid !== parcel.openid) return fail(9300534)
  const company = COMPANIES.find((item) => item.delivery_id === parcel.company)
  return ok({
    waybill_info: { waybill_id: parcel.waybillId, status: parcel.status },
    shop_info: { goods_info: { detail_list: parcel.goods } },
    delivery_info: company ?? {},
  })
}

function changeGoods(call: Call, body: JsonRecord): Answer {
  const parcel = parcelIn(call, body)
  if (!parcel) return fail(9300507)
  const goods = goodsIn(body)
  if (!goods) return fail(47003)
  if (parcel.changes >= MOST_CHANGES) return fail(9300560)
  parcel.changes += 1
  parcel.goods = goods
  return ok()
}
