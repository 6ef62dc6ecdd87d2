import type { Trigger } from './catalog.js'

const numberIn = (props: Readonly<Record<string, unknown>>, name: string): number | undefined => {
  const value = props[name]
  return typeof value === 'number' ? value : undefined
}

/** Seats of a group purchase that nobody has paid for. */
function missingSeats(props: Readonly<Record<string, unknown>>): number | undefined {
  const [size, paid] = [numberIn(props, 'size'), numberIn(props, 'paidSeats')]
  return size === undefined || paid === undefined ? undefined : size - paid
}

const seats = (props: Readonly<Record<string, unknown>>) => {
  const missing = missingSeats(props)
  return missing === undefined ? {} : { missing }
}

/** A customer group also has members who join: those facts name the corporation. */
const groupBuy = ({ corp }: Readonly<Record<string, unknown>>) => corp === undefined

const order = { orderNo: 'A10086', page: 'pages/order/detail?no=A10086' }
const parcel = { ...order, carrier: 'SF', trackingNo: 'SF1234567890' }
const room = { room: 'r1', title: '秋日专场', page: 'pages/live/r1' }
const groupSample = {
  group: 'g1',
  campaign: 'autumn',
  sku: 'SKU-1',
  size: 5,
  paidSeats: 4,
  endsAt: '2026-03-04T22:00:00+08:00',
  page: 'pages/group/g1',
}
const GROUP_OPTIONAL = ['campaign', 'sku', 'size', 'paidSeats', 'endsAt', 'page', 'missing', 'orderNo', 'inviter']

const of = (
  type: string,
  title: string,
  sample: Record<string, unknown>,
  optional: readonly string[] = ['page'],
): Trigger => ({ name: type, title, type, sample, optional })

const groupOf = (word: string, title: string, sample: Record<string, unknown> = groupSample): Trigger => ({
  name: `group-buy.${word}`,
  title,
  type: `group.${word}`,
  sample,
  optional: GROUP_OPTIONAL,
  only: groupBuy,
  derive: seats,
})

/** What a shop tells. */
export const shopTriggers: readonly Trigger[] = [
  of('order.created', '下单', { ...order, totalFen: 12_800 }, ['page', 'totalFen']),
  of('order.paid', '付款', { ...order, paidFen: 12_800, items: [{ sku: 'SKU-1', qty: 1 }] }),
  of('order.shipped', '发货', { ...parcel, goods: '面霜*1' }, ['page', 'goods']),
  of('order.delivered', '签收', parcel, ['page', 'carrier']),
  of('order.completed', '完成', order),
  of('order.cancelled', '取消', { ...order, reason: '不想要了' }, ['page', 'reason']),
  of('order.refund-asked', '申请退款', { ...order, reason: '尺码不合适', amountFen: 12_800 }, [
    'page',
    'reason',
    'amountFen',
  ]),
  of('order.refunded', '退款', { ...order, refundNo: 'R1', amountFen: 12_800 }),
  of('coupon.claimed', '领券', { coupon: 'c1', rule: 'new-10', valueFen: 1000 }, ['rule', 'valueFen']),
  of('coupon.redeemed', '用券', { coupon: 'c1', rule: 'new-10', valueFen: 1000, orderNo: 'A1' }, [
    'rule',
    'valueFen',
    'orderNo',
  ]),
  of('cart.abandoned', '弃购', { amountFen: 12_800, page: 'pages/cart', items: [{ sku: 'SKU-1', qty: 1 }] }, [
    'page',
    'amountFen',
  ]),
  of('live.scheduled', '直播预告', { ...room, startsAt: '2026-03-04T20:00:00+08:00' }, ['title', 'page']),
  of('live.started', '直播开始', { room: 'r1', title: '秋日专场' }, ['title']),
  of('live.ended', '直播结束', { room: 'r1', title: '秋日专场', viewers: 320 }, ['title', 'viewers']),
  groupOf('opened', '开团'),
  groupOf('joined', '参团', { ...groupSample, orderNo: 'A10086' }),
  {
    ...groupOf('joined', '拼团快满'),
    name: 'group-buy.nearly-full',
    sample: groupSample,
    only: (props) => {
      const missing = missingSeats(props)
      const size = numberIn(props, 'size') ?? 0
      return groupBuy(props) && missing !== undefined && missing >= 1 && missing <= Math.max(1, Math.floor(size / 5))
    },
  },
  groupOf('succeeded', '成团'),
  groupOf('failed', '拼团失败', { ...groupSample, reason: '人数不足' }),
]
