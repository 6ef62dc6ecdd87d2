import { type ZodRawShape, z } from 'zod'
import { extra, fen, moment, page, word } from './fields.js'
import type { EventType } from './type.js'

const shared = { extra: extra.optional() }
const props = <S extends ZodRawShape>(fields: S) => z.strictObject({ ...shared, ...fields })

function personal(type: string, title: string, fields: ZodRawShape, keepDays = 730): EventType {
  return { type, title, props: props(fields), person: 'required', personal: ['extra'], keepDays }
}

const seconds = z.number().min(0).max(86_400)
const scene = word(64).optional().describe('the channel code or the platform’s scene that led here')
const share = word(64).optional().describe('the share that led here')

/** The mini program. */
const miniProgram: EventType[] = [
  personal('mp.launch', '打开小程序', { page: page.optional(), scene, share, session: word(64).optional() }, 365),
  personal(
    'mp.page-view',
    '浏览页面',
    {
      page,
      title: word(120).optional(),
      sku: word(64).optional(),
      category: word(64).optional(),
      seconds: seconds.optional(),
      scene,
      share,
      session: word(64).optional(),
    },
    365,
  ),
  personal(
    'mp.share',
    '分享',
    { page, share: word(64).describe('the id of this share'), from: word(64).optional(), sku: word(64).optional() },
    365,
  ),
  personal(
    'mp.click',
    '点击',
    { element: word(120), page: page.optional(), sku: word(64).optional(), session: word(64).optional() },
    365,
  ),
  personal('mp.subscribed', '回答订阅', {
    page: page.optional(),
    answers: z
      .array(z.strictObject({ template: word(64), accepted: z.boolean() }))
      .min(1)
      .max(10),
  }),
  personal(
    'mp.search',
    '搜索',
    { words: word(120), results: z.int().min(0).optional(), session: word(64).optional() },
    365,
  ),
]

const coupon = {
  coupon: word(64).describe('the coupon’s own number'),
  rule: word(64).optional().describe('the kind of coupon'),
  valueFen: fen.optional(),
}

const coupons: EventType[] = [
  personal('coupon.issued', '发券', { ...coupon, expiresAt: instant().optional() }),
  personal('coupon.claimed', '领券', { ...coupon, expiresAt: instant().optional(), share }),
  personal('coupon.redeemed', '用券', { ...coupon, orderNo: word(64).optional() }),
  personal('coupon.expired', '券过期', coupon),
  personal('coupon.revoked', '券作废', { ...coupon, reason: word(120).optional() }),
  personal('coupon.returned', '券退回', { ...coupon, orderNo: word(64).optional() }),
]

const room = { room: word(64).describe('the live room'), title: word(120).optional() }

const lives: EventType[] = [
  {
    ...personal('live.scheduled', '直播预告', { ...room, startsAt: instant(), page: page.optional() }),
    person: 'optional',
  },
  personal('live.reserved', '预约直播', { ...room, startsAt: instant().optional() }),
  { ...personal('live.started', '直播开始', room), person: 'optional' },
  personal('live.watched', '观看直播', { ...room, seconds: seconds.optional() }),
  { ...personal('live.ended', '直播结束', { ...room, viewers: z.int().min(0).optional() }), person: 'optional' },
]

const group = {
  group: word(64).describe('the number of the group'),
  campaign: word(64).optional(),
  sku: word(64).optional(),
  size: z.int().min(2).max(1000).optional(),
  paidSeats: z.int().min(0).max(1000).optional(),
  endsAt: instant().optional(),
  page: page.optional(),
}

const groups: EventType[] = [
  personal('group.opened', '开团', group),
  personal('group.joined', '参团', { ...group, orderNo: word(64).optional(), inviter: word(128).optional() }),
  personal('group.succeeded', '成团', group),
  personal('group.failed', '拼团失败', { ...group, reason: word(120).optional() }),
  personal('group.cancelled', '拼团取消', { ...group, reason: word(120).optional() }),
]

const carts: EventType[] = [
  personal('cart.abandoned', '弃购', {
    items: z.array(z.strictObject({ sku: word(64), name: word(120).optional(), qty: z.int().min(1) })).max(50),
    amountFen: fen.optional(),
    page: page.optional(),
  }),
]

/** Everything a shop tells that is not about an order. */
export const otherTypes: readonly EventType[] = [...miniProgram, ...coupons, ...lives, ...groups, ...carts]

/** Props are kept as JSON is: moments stay texts, but only ones that are moments. */
function instant() {
  return z
    .string()
    .refine((text) => moment.safeParse(text).success, 'must be a time with its zone')
    .describe('a time')
}
