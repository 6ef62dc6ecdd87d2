import { carriers, OTHER_CARRIER, TEST_CARRIER, WAYBILL_STATES } from '../../rules/mini-program/carriers.js'
import { miniProgramLimits as limits } from '../../rules/mini-program/limits.js'
import { shanghaiDay } from '../clock.js'
import { randomText } from '../ids.js'
import { asRecord, type JsonRecord, list, record, text } from '../json.js'
import type { Account } from '../official-account/account.js'
import { type Answer, type Call, type Endpoint, fail, ok } from '../official-account/api/answer.js'
import { posted } from '../official-account/api/posted.js'
import type { Platform } from '../platform.js'
import { miniRecordsOf } from './mini-program.js'
import { showInMini } from './service.js'
import { clock, companyName } from './trade.js'

/** A parcel the platform follows. */
export interface Parcel {
  waybillId: string
  openid: string
  company: string
  status: number
  goods: unknown[]
  at: number
  changes: number
  /** True: the platform tells the payer of it (物流消息); false: it can only be looked up. */
  followed: boolean
  /** Page of the order that its notices open. */
  orderPath: string
}

/** Parcels by waybill token. */
export type Parcels = Map<string, Parcel>

const PATH = '/cgi-bin/express/delivery/open_msg'
const COMPANIES = [
  ...carriers.map(({ code, name }) => ({ delivery_id: code, delivery_name: name })),
  { delivery_id: OTHER_CARRIER, delivery_name: '其他' },
  { delivery_id: TEST_CARRIER, delivery_name: '测试物流' },
]
const PER_DAY = 50
const SIGNED = WAYBILL_STATES.signed
const MOST_CHANGES = 10

const own = (run: Endpoint['run']): Endpoint => ({ method: 'POST', run })

/** Following parcels and the tracking page. */
export const parcelEndpoints: Record<string, Endpoint> = {
  [`${PATH}/follow_waybill`]: own(posted((call, body) => follow(call, body, true))),
  [`${PATH}/trace_waybill`]: own(posted((call, body) => follow(call, body, false))),
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

function follow(call: Call, body: JsonRecord, followed: boolean): Answer {
  const { orders, parcels, couriers } = miniRecordsOf(call.account)
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
  const status = couriers.get(waybillId) ?? 0
  const orderPath = text(body, 'order_detail_path') ?? ''
  const parcel = { waybillId, openid, company, status, goods, at: call.now, changes: 0, followed, orderPath }
  parcels.set(token, parcel)
  if (followed && status === WAYBILL_STATES.pickedUp) tell(call.platform, call.account, parcel)
  return ok({ waybill_token: token })
}

/** What the platform tells the payer, by status: at these three nodes only. */
const NODES: Record<number, [string, string]> = {
  [WAYBILL_STATES.pickedUp]: ['快递揽收通知', '你的快递已揽收'],
  [WAYBILL_STATES.delivering]: ['快递派送通知', '你的快递正在派送'],
  [SIGNED]: ['快递签收通知', '你的快递已签收'],
}

/** The courier moves a parcel; payers whose parcel is followed are told. Gives how many parcels are known by the number. */
export function moveParcels(platform: Platform, mini: Account, waybillId: string, status: number): number {
  const { parcels, couriers } = miniRecordsOf(mini)
  couriers.set(waybillId, status)
  const found = [...parcels.values()].filter((parcel) => parcel.waybillId === waybillId)
  for (const parcel of found) {
    if (parcel.status === status) continue
    parcel.status = status
    if (parcel.followed) tell(platform, mini, parcel)
  }
  return found.length
}

function tell(platform: Platform, mini: Account, parcel: Parcel): void {
  const node = NODES[parcel.status]
  const visitor = mini.followers.get(parcel.openid)
  if (!node || !visitor) return
  const [title, lead] = node
  const now = platform.clock.now()
  const fields = [
    { label: '商品', value: parcel.goods.map((item) => text(asRecord(item), 'goods_name') ?? '').join('、') },
    { label: '快递公司', value: companyName(parcel.company) },
    { label: '快递单号', value: parcel.waybillId },
    { label: '时间', value: clock(now) },
  ]
  const { appid, name } = mini.options
  const miniProgram = { appid, appName: name, path: parcel.orderPath }
  showInMini(platform, mini, visitor, {
    at: now,
    via: 'platform',
    content: { kind: 'notice', title, lead, fields, miniProgram },
  })
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
