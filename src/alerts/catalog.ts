import type { StoredFact } from '../events/fact.js'
import { shopTriggers } from './catalog-shop.js'

/** Something an alert can be about: a type of facts, or some of them. */
export interface Trigger {
  /** As rules name it. */
  name: string
  /** In Chinese, for lists. */
  title: string
  /** The type of its facts. */
  type: string
  /** What a fact of it is like: its variables, and what a rule is tried with. */
  sample: Readonly<Record<string, unknown>>
  /** Variables that a fact may lack. */
  optional?: readonly string[]
  /** Narrows the type down. */
  only?(props: Readonly<Record<string, unknown>>): boolean
  /** More variables, reckoned from the others. */
  derive?(props: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** The rule names words, and is about messages with one of them. */
  words?: 'own' | 'complaint'
}

/** Variables of every fact, beside its own. */
export const COMMON: Readonly<Record<string, unknown>> = {
  fact: { type: 'order.paid', at: '2026-03-04T10:30:00+08:00', account: 'shop', contact: 'c1', source: 'shop-demo' },
  customer: { name: '林**', contact: 'c1' },
}
/** Of these a fact may lack. */
export const COMMON_OPTIONAL: readonly string[] = ['fact.account', 'fact.contact', 'customer.name', 'customer.contact']

const inCorp = ({ corp }: Readonly<Record<string, unknown>>) => typeof corp === 'string'

const relation = { corp: 'corp', staff: 'lihua', customer: 'wmDEMO' }
const group = { corp: 'corp', group: 'wrDEMO', owner: 'lihua', name: '福利1群' }
const member = { corp: 'corp', group: 'wrDEMO', member: 'wmDEMO', kind: 'external', state: 'store-1' }
const task = { corp: 'corp', task: 't1', push: 'autumn', run: 'r1', kind: 'groups', staff: 'lihua', targets: 12 }
const welcome = { corp: 'corp', staff: 'lihua', state: 'way-1', from: 'way' }

const corp = (
  type: string,
  title: string,
  sample: Record<string, unknown>,
  optional: readonly string[] = [],
): Trigger => ({
  name: type,
  title,
  type,
  sample,
  optional,
  only: inCorp,
})

const own: readonly Trigger[] = [
  corp('customer.added', '新增客户', { ...relation, state: 'way-1', way: 1, by: 'event' }, ['state', 'way', 'by']),
  corp('customer.removed', '员工删除客户', { ...relation, by: 'staff' }),
  corp('customer.lost', '客户流失（客户删除员工）', { ...relation, by: 'customer' }),
  corp('customer.transferred', '客户转接', { ...relation, from: 'wangfang' }),
  corp('customer.tagged', '客户标签变化', { ...relation, added: ['会员'], removed: [] }, ['staff', 'customer']),
  corp('chat.created', '新建客户群', group),
  corp('chat.dismissed', '客户群解散', { ...group, members: 120 }),
  corp('chat.joined', '有人进群', { ...member, way: 'code', invitedBy: 'lihua' }, [
    'member',
    'way',
    'state',
    'invitedBy',
  ]),
  corp('chat.left', '有人退群', { ...member, by: 'self' }, ['member', 'by', 'state']),
  corp('chat.renamed', '群名变更', { ...group, before: '福利群' }),
  corp('chat.owner-changed', '群主变更', { ...group, before: 'wangfang' }),
  corp('chat.nearly-full', '客户群快满', { ...group, members: 180, capacity: 200, threshold: 180 }),
  corp('chat.all-full', '进群活码的群都满了', { corp: 'corp', way: 'store-1', title: '门店群', label: '门店' }, [
    'label',
  ]),
  corp('task.created', '群发任务下发', task),
  corp('task.confirmed', '员工确认群发', task),
  corp('task.done', '群发任务结束', { ...task, state: 'done' }),
  corp('task.overdue', '员工未确认群发', { ...task, why: 'pending' }, ['why']),
  corp('welcome.sent', '欢迎语已发', welcome, ['state', 'from']),
  corp('welcome.missed', '欢迎语未发出', { ...welcome, reason: 'too-late', detail: '超过 20 秒' }, [
    'state',
    'from',
    'detail',
  ]),
  {
    name: 'message.keyword',
    title: '客户说到某些词',
    type: 'message.keyword',
    words: 'own',
    sample: { keywords: ['退款'], text: '这个能退款吗', kind: 'text' },
  },
  {
    name: 'message.complaint',
    title: '客户投诉',
    type: 'message.complaint',
    words: 'complaint',
    sample: { keywords: ['投诉'], text: '再不处理我要投诉了', kind: 'text' },
  },
  ...[
    { type: 'campaign.stopped', title: '活动已停止' },
    { type: 'campaign.paused', title: '活动已暂停' },
    { type: 'campaign.skipped', title: '活动被跳过' },
  ].map(({ type, title }) => ({
    name: type,
    title,
    type,
    sample: { campaign: 'autumn-2026', occurrence: '2026-03-04', reason: 'stop-rule' },
    optional: ['reason'],
  })),
  {
    name: 'platform.notice',
    title: '平台通知（应用、账号、任务）',
    type: 'platform.notice',
    sample: { name: 'change_app_admin', account: 'corp', text: '应用可见范围变更' },
    optional: ['text'],
  },
  {
    name: 'platform.refused',
    title: '平台拒绝（权限、凭证、机器人）',
    type: 'platform.refused',
    sample: { account: 'corp', what: 'robot', name: 'ops', code: 93000, reason: '机器人已被移除' },
    optional: ['account', 'name', 'code'],
  },
  {
    name: 'delivery.failed',
    title: '消息发送失败',
    type: 'delivery.failed',
    sample: { key: 'd1', kind: 'text', source: 'campaign', reason: '接口拒绝', code: 40003 },
    optional: ['reason', 'code'],
    only: ({ source }) => !String(source).startsWith('alert:'),
  },
]

const all = new Map([...own, ...shopTriggers].map((each) => [each.name, each]))

/** Everything an alert can be about without a sample of its own. */
export const triggers: readonly Trigger[] = [...all.values()]

/** What a rule's `when` means; a name that is not in the catalogue is a type of the shop's own. */
export const triggerOf = (name: string): Trigger => all.get(name) ?? { name, title: name, type: name, sample: {} }

/** Whether the catalogue has it: else a rule must bring a sample, which says what its variables are. */
export const isCatalogued = (name: string): boolean => all.has(name)

/** What texts and conditions of an alert see of a fact. */
export function dataOf(trigger: Trigger, fact: StoredFact, customer: { name?: string } = {}): Record<string, unknown> {
  const { type, occurredAt, account, contact, source, props } = fact
  const at = occurredAt.toISOString()
  return {
    ...props,
    ...trigger.derive?.(props),
    fact: { type, at, source, ...(account !== undefined && { account }), ...(contact !== undefined && { contact }) },
    customer: { ...customer, ...(contact !== undefined && { contact }) },
  }
}
