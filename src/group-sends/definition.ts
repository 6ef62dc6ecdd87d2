import { z } from 'zod'
import { limits } from '../../rules/wecom/limits.js'
import { durationMs } from '../core/clock.js'
import { article, card, link, type Message, text } from '../core/message.js'
import { fields, mediaName, slug, words } from '../library/fields.js'
import { reason } from '../library/problem.js'
import { scheduleFault } from './schedule.js'

/**
 * How a push to groups, customers or moments is written: YAML in `content/group-sends`, JSON by API, the same keys.
 * Nothing is transformed on reading: what a person wrote is what is stored, shown and compared.
 */

const DAY = 86_400_000

const span = (example: string, least: number, most: number) =>
  z
    .string({ error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文字', `写成 ${example}`) })
    .refine(isDuration, reason('不是时长', `写成 ${example}；单位有 m、h、d`))
    .refine((value) => !isDuration(value) || (durationMs(value) >= least && durationMs(value) <= most), {
      error: reason('太短或太长', `写成 ${example} 这样的时长`),
    })

const staffId = (example: string) =>
  z
    .string({ error: reason('应为成员的 userid', `写成 ${example}`) })
    .regex(/^[A-Za-z0-9][\w.@-]{0,63}$/, reason('不是成员的 userid', '在通讯录里查看成员的“账号”'))

const list = <T extends z.ZodType>(item: T, example: string, most: number) =>
  z
    .array(item, { error: reason('应为列表', `写成 ${example}`) })
    .min(1, reason('是空的', `写成 ${example}`))
    .max(most, reason(`超过 ${most} 个`, '分成几次'))

const groups = fields({
  all: z.literal(true, { error: reason('只能写 true', '写成 all: true') }).optional(),
  labels: list(words('labels: [母婴]', 30), 'labels: [母婴]', 100).optional(),
  folders: list(words('folders: [华东]', 60), 'folders: [华东]', 100).optional(),
  chatIds: list(words('chatIds: [wrDEMO1]', 64), 'chatIds: [wrDEMO1]', 10_000).optional(),
})

const customers = fields({
  segment: slug('segment: vip').optional(),
  tags: list(words('tags: [老客]', 30), 'tags: [老客]', 100).optional(),
  ids: list(words('ids: [wmDEMO01]', 64), 'ids: [wmDEMO01]', 10_000).optional(),
  allOf: list(staffId('allOf: [lihua]'), 'allOf: [lihua]', 1000).optional(),
  via: z
    .enum(['newest', 'oldest'], { error: reason('不认识', '写成 via: newest（最近加上的成员）或 via: oldest') })
    .optional(),
})

const moments = fields({
  staff: list(staffId('staff: [lihua]'), 'staff: [lihua]', 1000).optional(),
  departments: list(z.int({ error: reason('应为部门编号', 'departments: [5]') }), 'departments: [5]', 100).optional(),
  tags: list(words('tags: [etDEMO1]', 64), 'tags: [etDEMO1]', 100).optional(),
})

const to = fields({
  groups: groups.optional(),
  customers: customers.optional(),
  moments: moments.optional(),
})

const link_ = fields({
  title: words('title: 周四拼团', 60),
  url: z.url({ protocol: /^https?$/, error: reason('不是网址', '写成 https://shop.example.com/ 这样的完整网址') }),
  description: words('description: 满 2 人成团', 200).optional(),
  picture: z.url({ protocol: /^https?$/, error: reason('不是网址', '写成 https:// 开头的图片地址') }).optional(),
})

const parameters = z.record(
  z.string().regex(/^[A-Za-z_][\w-]{0,63}$/, reason('不是合法的参数名', '参数名用字母、数字和下划线')),
  z.string({ error: reason('应为文字', "写成 from: 'group'；数字加引号") }).max(200),
)

const message = fields({
  text: words('text: 今晚八点开团', 2000)
    .refine((value) => Buffer.byteLength(value) <= limits.sendTextBytes.value, {
      error: reason(`超过 ${limits.sendTextBytes.value} 字节`, '改短，或分成几次'),
    })
    .optional(),
  article: slug('article: autumn-bedding').optional(),
  card: slug('card: new-arrivals').optional(),
  params: parameters.optional(),
  link: link_.optional(),
  image: mediaName('image: poster.png').optional(),
})

const escalation = fields({
  afterMinutes: z
    .int({ error: reason('应为整数', '写成 afterMinutes: 240') })
    .min(5, reason('小于 5', '写成 afterMinutes: 240'))
    .max(7 * 1440, reason('超过 7 天', '写成 afterMinutes: 240')),
  to: staffId('to: wangfang'),
  transferGroups: z.boolean({ error: reason('应为 true 或 false', '写成 transferGroups: false') }).optional(),
})

const schedule = fields({
  at: z.string({ error: reason('应为文字', "写成 at: '2026-09-24T10:00'") }).optional(),
  every: z.enum(['day', 'week', 'month'], { error: reason('不认识', '写成 every: week') }).optional(),
  on: z.array(z.int({ error: reason('应为整数', '写成 on: [4]') })).optional(),
  time: z.string({ error: reason('应为文字', "写成 time: '20:00'") }).optional(),
  timeZone: z.string({ error: reason('应为文字', '写成 timeZone: Asia/Shanghai') }).optional(),
  from: z.string({ error: reason('应为文字', "写成 from: '2026-09-01T00:00'") }).optional(),
  until: z.string({ error: reason('应为文字', "写成 until: '2026-12-31T00:00'") }).optional(),
}).superRefine((value, context) => {
  const fault = scheduleFault(value)
  if (fault) context.addIssue({ code: 'custom', path: [fault.field], message: reason(fault.message, fault.fix) })
})

const shape = fields({
  name: words('name: 周四拼团清单', 40),
  account: z.string({ error: reason('应为文字', '写成 account: corp') }).optional(),
  purpose: z.enum(['marketing', 'care'], { error: reason('缺少或不认识', '写成 purpose: marketing 或 care') }),
  to,
  messages: list(message, '每条消息以“- text:”开头', limits.sendAttachments.value + 1),
  schedule: schedule.optional(),
  remindAfter: z
    .array(span('remindAfter: [2h, 5h]', 300_000, 7 * DAY), { error: reason('应为列表', 'remindAfter: [2h, 5h]') })
    .max(limits.sendReminders.value, reason(`一天最多提醒 ${limits.sendReminders.value} 次`, '删去几次'))
    .optional(),
  escalate: escalation.optional(),
  expireAfter: span('expireAfter: 24h', 1_800_000, 7 * DAY).optional(),
  approvalAbove: z
    .int({ error: reason('应为整数', '写成 approvalAbove: 500') })
    .min(0, reason('小于 0', '写成 approvalAbove: 500'))
    .optional(),
})

const MESSAGE_KEYS = ['text', 'article', 'card', 'link', 'image'] as const
const TO_KEYS = ['groups', 'customers', 'moments'] as const

/** A push with the checks between its fields. */
export const definitionSchema = shape.superRefine((value, context) => {
  const issue = (path: (string | number)[], what: string, fix: string) =>
    context.addIssue({ code: 'custom', path, message: reason(what, fix) })
  const kinds = TO_KEYS.filter((key) => value.to[key] !== undefined)
  if (kinds.length !== 1) issue(['to'], '要且只要一种对象', '从 groups、customers、moments 中选一种')
  for (const key of ['groups', 'customers', 'moments'] as const) {
    const { via: _, ...whom } = { via: undefined, ...(value.to[key] ?? {}) }
    if (value.to[key] && Object.values(whom).every((part) => part === undefined))
      issue(['to', key], '没有写是哪些', HOW[key])
  }
  const { customers: whom, groups: which } = value.to
  if (whom && ['segment', 'tags', 'ids', 'allOf'].filter((key) => whom[key as 'ids'] !== undefined).length > 1)
    issue(['to', 'customers'], '要且只要一种选法', '从 segment、tags、ids、allOf 中选一种')
  if (which?.all && (which.labels || which.folders || which.chatIds))
    issue(['to', 'groups', 'all'], 'all 已经是所有的群', '删去 all，或删去其他几行')
  if (value.to.moments && !value.to.moments.staff && !value.to.moments.departments)
    issue(['to', 'moments'], '没有写由谁发表', '写成 staff: [lihua] 或 departments: [5]')
  for (const [at, one] of value.messages.entries()) {
    if (MESSAGE_KEYS.filter((key) => one[key] !== undefined).length !== 1)
      issue(['messages', at], '要且只要一种内容', `从 ${MESSAGE_KEYS.join('、')} 中选一种`)
    if (one.params && one.card === undefined) issue(['messages', at, 'params'], 'params 只用于 card', '删去 params')
    if (value.to.moments && one.card !== undefined)
      issue(['messages', at, 'card'], '朋友圈不能发小程序卡片', '改用图片或链接')
  }
  const lasts = isDuration(value.expireAfter ?? '') ? durationMs(value.expireAfter ?? '24h') : DAY
  const reminders = (value.remindAfter ?? []).map((each) => (isDuration(each) ? durationMs(each) : 0))
  for (const [at, ms] of reminders.entries()) {
    if (at > 0 && ms <= (reminders[at - 1] ?? 0)) issue(['remindAfter', at], '没有比上一次更晚', '从早到晚写')
    if (ms >= lasts) issue(['remindAfter', at], '在过期之后', '改早，或把 expireAfter 改长')
  }
  if (value.escalate && value.escalate.afterMinutes * 60_000 >= lasts)
    issue(['escalate', 'afterMinutes'], '在过期之后', '改早，或把 expireAfter 改长')
  if (value.escalate?.transferGroups && !value.to.groups)
    issue(['escalate', 'transferGroups'], '只用于客户群', '删去这一行')
})

/** A push as a person wrote it. */
export type Definition = z.output<typeof definitionSchema>

/** To what the tasks of a push go. */
export type PushKind = (typeof TO_KEYS)[number]

/** The kind of a definition that passed the schema. */
export const kindOf = ({ to: { groups: g, customers: c } }: Definition): PushKind =>
  g ? 'groups' : c ? 'customers' : 'moments'

/** The JSON Schema of a definition, for descriptions; the checks between fields are not in it. */
export function definitionJsonSchema(): object {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' })
  return schema
}

/** The messages of a definition, unresolved, in their order. */
export function messagesOf(definition: Definition): { path: (string | number)[]; message: Message }[] {
  return definition.messages.map((one, at) => {
    const path = (key: string) => ['messages', at, key]
    if (one.article !== undefined) return { path: path('article'), message: article(one.article) }
    if (one.card !== undefined) return { path: path('card'), message: card(one.card, one.params) }
    if (one.image !== undefined) return { path: path('image'), message: { kind: 'image', media: { file: one.image } } }
    if (one.link) {
      const { title, url, description = '', picture = '' } = one.link
      return { path: path('link'), message: link({ title, url, description, picture }) }
    }
    return { path: path('text'), message: text(one.text ?? '') }
  })
}

const HOW = {
  groups: '写成 labels: [母婴]、chatIds: [...] 或 all: true',
  customers: '写成 segment: vip、tags: [老客] 或 allOf: [lihua]',
  moments: '写成 staff: [lihua]',
} as const

function isDuration(value: string): boolean {
  try {
    return Number.isFinite(durationMs(value))
  } catch {
    return false
  }
}
