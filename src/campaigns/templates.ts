import type { Words } from '../outbox/explain.js'
import type { Definition } from './definition.js'

/** A push to begin with: everything but its time, which is suggested. */
export interface CampaignTemplate {
  id: string
  title: Words
  about: Words
  /** `house`: comes with the product. `file`: of `content/campaigns`. */
  origin: 'house' | 'file'
  /** Without `schedule`. */
  definition: Definition
  /** When such a push is usually sent: so many days from now, at this local time. */
  suggests: { days: number; time: string }
}

type House = Omit<CampaignTemplate, 'origin' | 'definition'> & {
  definition: Omit<Definition, 'name'>
}

const FOLLOWING = { follow: { channel: 'oa', state: 'following' } }
const WILLING = { consent: { purpose: 'marketing', state: 'not-withdrawn' } }
const END = '不想再收到，回复“退订”。'

/** The texts are examples of the trade: whoever uses one reads it through and puts the shop's own words in. */
const HOUSE: readonly House[] = [
  {
    id: 'recall',
    title: { zh: '召回流失客户', en: 'Win back lost customers' },
    about: {
      zh: '关注满 30 天，30 天没来过、没下过单的人。会话窗口都已关闭，走群发',
      en: 'followers who neither came by nor bought for 30 days; their windows are closed, so by mass send',
    },
    suggests: { days: 1, time: '10:30' },
    definition: {
      purpose: 'marketing',
      audience: {
        all: [
          FOLLOWING,
          WILLING,
          {
            not: {
              any: [
                { follow: { channel: 'oa', state: 'following', within: '30d' } },
                { event: { type: 'inbound', within: '30d' } },
                { event: { type: 'order.paid', within: '30d' } },
              ],
            },
          },
        ],
      },
      channels: ['mass'],
      text: `好久不见。这一个月店里上了几款新品，也给老朋友留了一张回归券，回复“新品”就能看到。${END}`,
    },
  },
  {
    id: 'new-arrivals',
    title: { zh: '新品上架', en: 'New arrivals' },
    about: {
      zh: '所有愿意收推广的关注者；窗口开着的走客服消息，其余走群发',
      en: 'all followers who did not opt out; by customer message where a window is open, else by mass send',
    },
    suggests: { days: 1, time: '19:30' },
    definition: {
      purpose: 'marketing',
      audience: { all: [FOLLOWING, WILLING] },
      channels: ['customer-message', 'mass'],
      text: `新品到店：这一季的新款今天上架，前三天有尝新价。回复“新品”看图和尺码。${END}`,
    },
  },
  {
    id: 'live',
    title: { zh: '直播提醒', en: 'Live show reminder' },
    about: { zh: '7 天内预约了直播的人，开播前提醒', en: 'those who booked a live show within 7 days' },
    suggests: { days: 1, time: '19:40' },
    definition: {
      purpose: 'marketing',
      audience: { all: [FOLLOWING, { event: { type: 'live.reserved', within: '7d' } }] },
      channels: ['customer-message', 'mass'],
      text: `你预约的直播今晚 20:00 开播，开场前十分钟有福袋。打开视频号就能看到我们。${END}`,
      lasts: '2h',
    },
  },
  {
    id: 'anniversary',
    title: { zh: '周年庆', en: 'Anniversary sale' },
    about: {
      zh: '所有愿意收推广的关注者；先发 5% 的人看半小时，没问题再发其余',
      en: 'all followers who did not opt out; 5 % first, the rest after half an hour',
    },
    suggests: { days: 1, time: '10:00' },
    definition: {
      purpose: 'marketing',
      audience: { all: [FOLLOWING, WILLING] },
      channels: ['customer-message', 'mass'],
      text: `店铺周年庆开始了：全场满 300 减 50，老客再送一份小礼。活动三天，回复“周年庆”看会场。${END}`,
      waves: [{ share: 5, pause: '30m' }],
      stop: { failures: 10, optOuts: 2, minimum: 100 },
    },
  },
  {
    id: 'repurchase',
    title: { zh: '复购提醒', en: 'Time to buy again' },
    about: {
      zh: '上次签收在 25 到 60 天前、之后没再下单的人：差不多该用完了',
      en: 'those whose last parcel came 25 to 60 days ago and who did not order since',
    },
    suggests: { days: 1, time: '12:00' },
    definition: {
      purpose: 'care',
      audience: {
        all: [
          FOLLOWING,
          { last: { type: 'order.delivered', olderThan: '25d' } },
          { last: { type: 'order.delivered', within: '60d' } },
          { not: { event: { type: 'order.paid', within: '25d' } } },
        ],
      },
      channels: ['customer-message', 'mass'],
      text: `上次买的用得还顺手吗？按用量算差不多该补了，回复“回购”可以按原来的规格下单，老客包邮。${END}`,
    },
  },
  {
    id: 'coupon-ends',
    title: { zh: '优惠券到期', en: 'Coupon ends soon' },
    about: { zh: '7 天内领了券、还没用的人', en: 'those who took a coupon within 7 days and did not use it' },
    suggests: { days: 1, time: '18:30' },
    definition: {
      purpose: 'marketing',
      audience: {
        all: [
          FOLLOWING,
          { event: { type: 'coupon.claimed', within: '7d' } },
          { not: { event: { type: 'coupon.redeemed', within: '7d' } } },
        ],
      },
      channels: ['customer-message', 'mass'],
      text: `你领的优惠券快到期了，还没用掉。回复“优惠券”看能用在哪些商品上。${END}`,
      lasts: '6h',
    },
  },
]

/** The product's own templates, and the campaigns that lie in `content/campaigns`. */
export function templatesOf(files: readonly { slug: string; definition: Definition }[]): CampaignTemplate[] {
  const house = HOUSE.map(
    (one): CampaignTemplate => ({ ...one, origin: 'house', definition: { name: one.title.zh, ...one.definition } }),
  )
  const own = files.map(({ slug, definition }): CampaignTemplate => {
    const { schedule, endsAt: _, ...rest } = definition
    const { name } = definition
    return {
      id: `file-${slug}`,
      title: { zh: name, en: name },
      about: { zh: `content/campaigns/${slug}.yaml`, en: `content/campaigns/${slug}.yaml` },
      origin: 'file',
      // A line of a calendar is part of what such a push is; a single day that was written down is over some time.
      definition: schedule?.cron === undefined ? rest : { ...rest, schedule },
      suggests: { days: 1, time: schedule?.at?.slice(11, 16) ?? '10:00' },
    }
  })
  return [...house, ...own]
}
