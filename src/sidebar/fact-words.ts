import type { StoredFact } from '../events/fact.js'

/** A fact in words for staff; undefined for what only machines care about. */
export function factWords({ type, source, props }: Pick<StoredFact, 'type' | 'source' | 'props'>): string | undefined {
  if (HIDDEN.has(type)) return undefined
  const words = (source === 'groups' ? OF_GROUPS : WORDS).get(type)
  if (words === undefined) return undefined
  return typeof words === 'string' ? words : words(propsOf(props))
}

/** Properties whose values are read as text, whatever they are. */
interface Props {
  text(name: string): string
  /** The value with words around it, or nothing when there is none. */
  wrap(before: string, name: string, after?: string): string
  list(name: string): string
  yuan(name: string): string
}

type Words = string | ((props: Props) => string)

/** Steps in between, and what the campaign machinery tells itself. */
const HIDDEN: ReadonlySet<string> = new Set(['delivery.pending', 'desk.answered', 'task.created', 'group-send.changed'])

const OF_GROUPS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['chat.joined', (of) => `加入客户群${of.wrap('（', 'state', '）')}`],
  ['chat.left', (of) => (of.text('by') === 'removed' ? '被移出客户群' : '退出客户群')],
])

const WORDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['follow.started', (of) => `关注了公众号${of.wrap('（来自 ', 'scene', '）')}`],
  ['follow.ended', '取消关注公众号'],
  ['scene.scanned', (of) => `扫了渠道码${of.wrap(' ', 'scene')}`],
  ['profile.revoked', '收回了资料授权'],
  ['contact.merged', '与另一个身份合并为同一人'],
  ['contact.unmerged', '撤销了身份合并'],
  ['customer.added', (of) => `添加了 ${of.text('staff')} 的企业微信${of.wrap('（', 'state', '）')}`],
  ['customer.removed', (of) => `${of.text('staff')} 删除了客户`],
  ['customer.lost', (of) => `客户删除了 ${of.text('staff')}`],
  ['customer.transferred', (of) => `客户转给 ${of.text('to') || of.text('staff')}`],
  ['customer.tagged', (of) => tagged(of)],
  ['welcome.sent', '收到欢迎语'],
  ['welcome.missed', '欢迎语没有发出'],
  ['steer.offered', '收到入群邀请'],
  ['steer.opened', '打开了入群邀请'],
  ['steer.joined', '通过邀请入群'],
  ['steer.left', '通过邀请入群后又退出'],
  ['order.created', (of) => `下单${of.wrap(' ', 'orderNo')}`],
  ['order.paid', (of) => `付款${of.yuan('paidFen')}${of.wrap('，订单 ', 'orderNo')}`],
  [
    'order.shipped',
    (of) => `订单${of.wrap(' ', 'orderNo')} 已发货${of.wrap('，', 'carrier')}${of.wrap(' ', 'trackingNo')}`,
  ],
  ['order.out-for-delivery', (of) => `订单${of.wrap(' ', 'orderNo')} 派送中`],
  ['order.delivered', (of) => `订单${of.wrap(' ', 'orderNo')} 已签收`],
  ['order.completed', (of) => `订单${of.wrap(' ', 'orderNo')} 已完成`],
  ['order.cancelled', (of) => `订单${of.wrap(' ', 'orderNo')} 已取消`],
  ['order.refunded', (of) => `退款${of.yuan('amountFen')}${of.wrap('，订单 ', 'orderNo')}`],
  ['delivery.sent', (of) => `收到消息${purposeOf(of)}`],
  ['delivery.failed', (of) => `消息没有送达${purposeOf(of)}`],
  ['delivery.skipped', (of) => `消息按规则没有发${purposeOf(of)}`],
  ['delivery.expired', (of) => `消息过期没有发${purposeOf(of)}`],
  ['delivery.uncertain', (of) => `消息不确定是否送达${purposeOf(of)}`],
  ['delivery.cancelled', (of) => `消息已撤销${purposeOf(of)}`],
  ['desk.requested', (of) => `请求人工客服${of.wrap('：', 'reason')}`],
  ['desk.taken', (of) => `${of.text('staff')} 接待`],
  ['desk.first-reply', (of) => `${of.text('staff')} 首次回复${of.wrap('，用时 ', 'seconds', ' 秒')}`],
  ['desk.transferred', (of) => `会话转给 ${of.text('to') || of.text('skill') || '别的同事'}`],
  ['desk.reassigned', '会话没有及时回复，重新分配'],
  ['desk.late', (of) => `等待回复超过 ${of.text('minutes')} 分钟`],
  ['desk.returned', '会话交回机器人'],
  ['desk.ticket-overdue', '留言工单超过了答复时限'],
  ['desk.closed', '会话结束'],
  ['desk.missed', '没有等到人工客服'],
  ['desk.voted', (of) => `评价：${VOTES.get(of.text('choice')) ?? of.text('choice')}`],
  ['desk.ticket', (of) => `留言工单${of.wrap(' #', 'ticket')}`],
  ['desk.noted', '同事写了备注'],
  ['message.keyword', '消息命中关键词'],
  ['message.complaint', '消息疑似投诉'],
  [
    'sidebar.sent',
    (of) => `${of.text('staff')} 发送了${KINDS.get(of.text('kind')) ?? '内容'}${of.wrap('《', 'title', '》')}`,
  ],
  ['mp.launch', '打开小程序'],
  ['mp.page-view', (of) => `浏览${of.wrap('《', 'title', '》') || of.wrap(' ', 'page') || '页面'}`],
  ['mp.search', (of) => `搜索${of.wrap('“', 'words', '”')}`],
  ['mp.share', '分享小程序页面'],
  ['mp.subscribed', '回答了订阅通知'],
  ['coupon.issued', '收到优惠券'],
  ['coupon.claimed', '领取优惠券'],
  ['coupon.redeemed', '使用优惠券'],
  ['coupon.expired', '优惠券过期'],
  ['coupon.revoked', '优惠券作废'],
  ['coupon.returned', '优惠券退回'],
  ['live.reserved', '预约直播'],
  ['live.watched', '观看直播'],
  ['group.opened', '开团'],
  ['group.joined', '参团'],
  ['group.succeeded', '拼团成功'],
  ['group.failed', '拼团失败'],
  ['group.cancelled', '拼团取消'],
  ['cart.abandoned', '放入购物车后没有下单'],
])

const VOTES: ReadonlyMap<string, string> = new Map([
  ['1', '满意'],
  ['2', '一般'],
  ['3', '不满意'],
])

const KINDS: ReadonlyMap<string, string> = new Map([
  ['article', '文章'],
  ['card', '小程序卡片'],
  ['canned', '快捷回复'],
])

const PURPOSES: ReadonlyMap<string, string> = new Map([
  ['reply', '回复'],
  ['service', '服务通知'],
  ['marketing', '营销'],
  ['care', '关怀'],
])

const purposeOf = (of: Props): string => {
  const word = PURPOSES.get(of.text('purpose'))
  return word === undefined ? '' : `（${word}）`
}

function tagged(of: Props): string {
  const [added, removed] = [of.list('added'), of.list('removed')]
  const parts = [added && `加上标签 ${added}`, removed && `去掉标签 ${removed}`].filter((part) => part !== '')
  return parts.length === 0 ? '标签有变化' : parts.join('，')
}

function propsOf(props: Readonly<Record<string, unknown>>): Props {
  const text = (name: string): string => {
    const value = props[name]
    if (typeof value === 'number') return String(Math.round(value))
    return typeof value === 'string' ? value.slice(0, 120) : ''
  }
  return {
    text,
    wrap: (before, name, after = '') => (text(name) === '' ? '' : `${before}${text(name)}${after}`),
    list: (name) => {
      const value = props[name]
      return Array.isArray(value)
        ? value
            .filter((one) => typeof one === 'string')
            .slice(0, 20)
            .join('、')
        : ''
    },
    yuan: (name) => {
      const value = props[name]
      return typeof value === 'number' ? ` ${(value / 100).toFixed(2)} 元` : ''
    },
  }
}
