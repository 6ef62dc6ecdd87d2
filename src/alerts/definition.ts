import { z } from 'zod'
import { limits } from '../../rules/wecom/limits.js'
import { durationMs } from '../core/clock.js'
import { fields, listOf, slug, words } from '../library/fields.js'
import { reason } from '../library/problem.js'
import { conditionSchema, PATH } from './condition.js'

/**
 * How a rule of alerts is written: as YAML in `content/alerts`, as JSON by API, the same keys. Nothing is transformed
 * on reading, so that what a person wrote is what is stored, shown and compared; `plan.ts` makes numbers of it.
 */

/** The most alerts that may leave within one span: they are kept in one row. */
export const MOST_PASSED = 100

const span = (example: string, least: number, most: number) =>
  z
    .string({ error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文字', `写成 ${example}`) })
    .refine(isDuration, reason('不是时长', `写成 ${example}；单位有 s、m、h、d`))
    .refine((value) => !isDuration(value) || (durationMs(value) >= least && durationMs(value) <= most), {
      error: reason('太短或太长', `写成 ${example} 这样的时长`),
    })

const MINUTE = 60_000
const DAY = 86_400_000

const place = z
  .string({ error: reason('应为文字', '写成 robot: ops') })
  .regex(/^[a-z][a-z0-9-]{0,31}$/, reason('不是合法的名字', '用配置 alerts 里起的名字：小写字母、数字和连字符'))
const staff = z
  .string({ error: reason('应为员工的 userid', '写成 staff: [lihua]') })
  .regex(/^[\w.@-]{1,64}$/, reason('不是员工的 userid', '在管理后台“通讯录”里看账号，例如 lihua；不支持 @all'))

const to = fields({
  staff: listOf(staff).optional(),
  customerStaff: z.boolean({ error: reason('应为 true 或 false', '写成 customerStaff: true') }).optional(),
  otherwise: listOf(staff).optional(),
  chat: place.optional(),
  robot: place.optional(),
  groupSend: slug('groupSend: live-start').optional(),
}).superRefine((value, context) => {
  const { otherwise, ...ways } = value
  if (!Object.values(ways).some((way) => way !== undefined && way !== false))
    context.addIssue({
      code: 'custom',
      message: reason('没有收件人', '写 staff、customerStaff、chat、robot 或 groupSend 中的一种'),
    })
  if (otherwise && value.customerStaff !== true)
    context.addIssue({
      code: 'custom',
      path: ['otherwise'],
      message: reason('otherwise 只用于 customerStaff', '客户没有跟进员工时发给谁；不用就删去'),
    })
})

const bytes = (max: number, example: string) =>
  words(example, max).refine((value) => Buffer.byteLength(value) <= max, {
    error: reason(`超过 ${max} 字节`, '改短一些'),
  })

const card = fields({
  title: words('title: 大额订单', 36),
  text: words('text: 请尽快联系客户', 160).optional(),
  facts: z
    .array(fields({ name: words('name: 订单', 5), value: words("value: '{orderNo}'", 60) }))
    .max(limits.cardFacts.value, reason(`超过 ${limits.cardFacts.value} 行`, '删去几行'))
    .optional(),
  link: bytes(1024, 'link: https://crm.example.com/orders/{orderNo}')
    .regex(/^https?:\/\/[^\s{}]/, reason('不是网址', '写成 link: https://crm.example.com/orders/{orderNo}'))
    .optional(),
  buttons: z
    .array(
      fields({
        text: words('text: 我来处理', 10),
        key: z
          .string({ error: reason('缺少', 'key: claim:{orderNo}') })
          .min(1)
          .max(128, reason('太长', '改短一些')),
      }),
    )
    .min(1)
    .max(limits.cardButtons.value, reason(`超过 ${limits.cardButtons.value} 个按钮`, '删去几个'))
    .optional(),
})

const quiet = z.union(
  [
    z.literal('none'),
    fields({
      hours: z
        .string()
        .regex(/^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-3]):[0-5]\d$/, reason('不是时段', '写成 hours: 22:00-08:00')),
      mode: z.enum(['hold', 'drop'], { error: reason('不认识', '写成 mode: hold（到点再发）或 mode: drop（不发）') }),
    }),
  ],
  { error: reason('不认识', '写成 quietHours: none，或 quietHours: { hours: 22:00-08:00, mode: hold }') },
)

const TYPE = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/

const shape = fields({
  title: words('title: 大额订单', 40),
  description: words('description: 五百元以上的订单告诉店长', 300).optional(),
  enabled: z.boolean({ error: reason('应为 true 或 false', '写成 enabled: false') }).optional(),
  when: listOf(
    z
      .string({ error: reason('应为事件名', '写成 when: order.paid') })
      .regex(TYPE, reason('不是事件名', '写成 when: order.paid；全部事件见 weloop alerts facts')),
  ),
  keywords: listOf(words('keywords: [退款, 发错货]', 40)).optional(),
  where: z
    .array(conditionSchema, { error: reason('应为列表', '每个条件以“- field:”开头') })
    .max(20)
    .optional(),
  to,
  account: z.string({ error: reason('应为文字', '写成 account: corp') }).optional(),
  text: words('text: 订单 {orderNo} 已付款', 1500).optional(),
  markdown: words('markdown: "**新订单** {orderNo}"', 1500).optional(),
  card: card.optional(),
  quietHours: quiet.optional(),
  dedupe: fields({
    by: z.array(z.string().regex(PATH, reason('不是变量名', '写成 by: [orderNo]'))).max(5),
    within: span('within: 30m', MINUTE, 7 * DAY),
  }).optional(),
  most: fields({
    count: z
      .int({ error: reason('应为整数', '写成 count: 10') })
      .min(1, reason('小于 1', '写成 count: 10'))
      .max(MOST_PASSED, reason(`大于 ${MOST_PASSED}`, '写小一些')),
    within: span('within: 10m', MINUTE, DAY),
  }).optional(),
  sample: z.record(z.string(), z.unknown()).optional(),
})

/** The schema of a rule, with the checks between its fields. */
export const alertSchema = shape.superRefine((value, context) => {
  const issue = (path: (string | number)[], what: string, fix: string) =>
    context.addIssue({ code: 'custom', path, message: reason(what, fix) })
  const contents = CONTENTS.filter((name) => value[name] !== undefined)
  const people = value.to.staff ?? value.to.chat ?? value.to.robot ?? (value.to.customerStaff || undefined)
  if (contents.length > 1) issue([contents[1] ?? ''], '只能有一种内容', '从 text、markdown、card 中选一种')
  if (contents.length === 0 && people !== undefined) issue([], '没有内容', '写 text、markdown 或 card 中的一种')
  if (contents.length > 0 && people === undefined)
    issue([contents[0] ?? ''], 'groupSend 的内容在它自己的定义里', '删去这里的内容，或加上员工、群或机器人')
  if (value.card?.buttons && (value.to.chat ?? value.to.robot) !== undefined)
    issue(['card', 'buttons'], '内部群和机器人的卡片没有可回传的按钮', '改用 link，或只发给员工')
  if (value.card?.buttons && value.card.link !== undefined)
    issue(['card', 'link'], '有按钮的卡片不能整张点开', '删去 link 或 buttons')
  if (value.to.groupSend !== undefined && value.when.some((name) => /^(task|welcome|platform|delivery)\./.test(name)))
    issue(['to', 'groupSend'], '群发任务自己的事件不能再发起群发', '改为提醒员工')
  const listens = value.when.includes('message.keyword')
  if (listens && !value.keywords) issue(['keywords'], '没有写哪些词', '写成 keywords: [退款, 发错货]')
  if (!listens && value.keywords)
    issue(['keywords'], 'keywords 只用于 message.keyword', '删去，或写 when: message.keyword')
  if (new Set(value.when).size !== value.when.length) issue(['when'], '同一个事件写了两次', '只保留一个')
})

const CONTENTS = ['text', 'markdown', 'card'] as const

/** A rule as a person wrote it. */
export type AlertDefinition = z.output<typeof alertSchema>
/** Its card. */
export type CardTemplate = z.output<typeof card>

/** The shape for descriptions; the checks between fields are not in it. */
export function alertJsonSchema(): object {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' })
  return schema
}

/** Where templates of texts stand in a rule, with what they are for. */
export function templatesOf(definition: AlertDefinition): { path: (string | number)[]; text: string }[] {
  const { text, markdown, card: own } = definition
  const found: { path: (string | number)[]; text: string | undefined }[] = [
    { path: ['text'], text },
    { path: ['markdown'], text: markdown },
    { path: ['card', 'title'], text: own?.title },
    { path: ['card', 'text'], text: own?.text },
    { path: ['card', 'link'], text: own?.link },
    ...(own?.facts ?? []).map(({ value }, at) => ({ path: ['card', 'facts', at, 'value'], text: value })),
    ...(own?.buttons ?? []).map(({ key }, at) => ({ path: ['card', 'buttons', at, 'key'], text: key })),
  ]
  return found.flatMap(({ path, text: template }) => (template === undefined ? [] : [{ path, text: template }]))
}

function isDuration(value: string): boolean {
  try {
    return Number.isFinite(durationMs(value))
  } catch {
    return false
  }
}
