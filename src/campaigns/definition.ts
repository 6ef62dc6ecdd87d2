import { z } from 'zod'
import { limits } from '../../rules/official-account/limits.js'
import { durationMs } from '../core/clock.js'
import { article, card, type Message, text } from '../core/message.js'
import { fields, slug, words } from '../library/fields.js'
import { reason } from '../library/problem.js'
import { ruleIssues } from '../library/rule.js'
import { CHANNELS, type Channel } from '../outbox/channel.js'
import { scheduleFault } from './schedule.js'

/**
 * How a campaign is written: as YAML in `content/campaigns`, as JSON by API, the same keys. Nothing is transformed on
 * reading, so that what a person wrote is what is stored, shown and compared; `plan.ts` makes numbers of it.
 */

const day = 86_400_000

/** A duration as text, within bounds. */
const span = (example: string, least: number, most: number) =>
  z
    .string({ error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文字', `写成 ${example}`) })
    .refine(isDuration, reason('不是时长', `写成 ${example}；单位有 s、m、h、d`))
    .refine((value) => !isDuration(value) || (durationMs(value) >= least && durationMs(value) <= most), {
      error: reason('太短或太长', `写成 ${example} 这样的时长`),
    })

const percent = (example: string, most: number) =>
  z
    .number({ error: reason('应为数字', `写成 ${example}（百分比，不写 % 号）`) })
    .min(0, reason('小于 0', `写成 ${example}`))
    .max(most, reason(`大于 ${most}`, `写成 ${example}`))

const parameters = z.record(
  z.string().regex(/^[A-Za-z_][\w-]{0,63}$/, reason('不是合法的参数名', '参数名用字母、数字和下划线')),
  z.string({ error: reason('应为文字', "写成 from: 'autumn'；数字加引号") }).max(200),
)

const message = {
  article: slug('article: autumn-bedding').optional(),
  card: slug('card: new-arrivals').optional(),
  params: parameters.optional(),
  text: words('text: 老朋友，好久不见', 2000)
    .refine((value) => Buffer.byteLength(value) <= limits.textBytes.value, {
      error: reason(`超过 ${limits.textBytes.value} 字节，一条消息放不下`, '改短，或写成文章用 article'),
    })
    .optional(),
}
type MessageFields = { [K in keyof typeof message]?: z.output<(typeof message)[K]> | undefined }
const oneMessage = (value: MessageFields) =>
  [value.article, value.card, value.text].filter((part) => part !== undefined).length === 1
const ONE = reason('要且只要一种内容', '从 article、card、text 中选一种')
const paramsFit = (value: MessageFields) => value.params === undefined || value.card !== undefined
const PARAMS = reason('params 只用于 card', '删去 params，或改用 card')

const variant = fields({
  name: words('name: A', 30),
  weight: z
    .int({ error: reason('应为整数', 'weight: 50') })
    .min(1, reason('小于 1', '写成 weight: 50'))
    .max(10_000)
    .optional(),
  ...message,
})
  .refine(oneMessage, ONE)
  .refine(paramsFit, PARAMS)

const stage = fields({ silent: span('silent: 30d', day, 730 * day), ...message })
  .refine(oneMessage, ONE)
  .refine(paramsFit, PARAMS)

const wave = fields({
  share: percent('share: 5', 99).min(0.1, reason('小于 0.1', '写成 share: 5')),
  pause: span('pause: 30m', 60_000, 7 * day),
})

const schedule = fields({
  at: z.string({ error: reason('应为文字', "写成 at: '2026-09-20T10:00'") }).optional(),
  cron: z.string({ error: reason('应为文字', "写成 cron: '30 10 * * *'") }).optional(),
  timeZone: z.string({ error: reason('应为文字', '写成 timeZone: Asia/Shanghai') }).optional(),
  from: z.string({ error: reason('应为文字', "写成 from: '2026-09-01T00:00'") }).optional(),
  until: z.string({ error: reason('应为文字', "写成 until: '2026-12-31T00:00'") }).optional(),
}).superRefine((value, context) => {
  const fault = scheduleFault(value)
  if (fault) context.addIssue({ code: 'custom', path: [fault.field], message: reason(fault.message, fault.fix) })
})

const stopRules = fields({
  failures: percent('failures: 10', 100).optional(),
  optOuts: percent('optOuts: 2', 100).optional(),
  minimum: z
    .int({ error: reason('应为整数', '写成 minimum: 100') })
    .min(1, reason('小于 1', '写成 minimum: 100'))
    .max(1_000_000)
    .optional(),
  action: z.enum(['stop', 'pause'], { error: reason('不认识', '写成 action: stop 或 action: pause') }).optional(),
})

/** The purposes of a campaign; notices about an order are single messages of the shop. */
export const CAMPAIGN_PURPOSES = ['marketing', 'care'] as const

/** Channels that may carry a campaign at all: what a template or a subscription carries are service facts. */
export const CAMPAIGN_CHANNELS = CHANNELS.filter((channel) =>
  ['customer-message', 'mass', 'group-send', 'next-visit'].includes(channel),
)

const shape = fields({
  name: words('name: 秋日上新', 60),
  account: z.string({ error: reason('应为文字', '写成 account: shop') }).optional(),
  purpose: z.enum(CAMPAIGN_PURPOSES, { error: reason('缺少或不认识', '写成 purpose: marketing 或 purpose: care') }),
  audience: z.union([slug('audience: loyal-buyers'), z.record(z.string(), z.unknown())], {
    error: reason('缺少人群', '写 content/segments 里的名字，例如 audience: loyal-buyers，或直接写条件'),
  }),
  channels: z
    .array(z.enum(CAMPAIGN_CHANNELS as [Channel, ...Channel[]], { error: channelError }), {
      error: reason('缺少通道', '写成 channels: [customer-message, mass]'),
    })
    .min(1, reason('没有通道', '写成 channels: [customer-message, mass]'))
    .refine((value) => new Set(value).size === value.length, reason('同一个通道写了两次', '只保留一个')),
  ...message,
  variants: z
    .array(variant, { error: reason('应为列表', '每个版本以“- name:”开头') })
    .min(2, reason('只有一个版本', '只有一个版本时不用 variants，直接写 article、card 或 text'))
    .max(8, reason('超过 8 个版本', '删去几个'))
    .optional(),
  stages: z
    .array(stage, { error: reason('应为列表', '每一步以“- silent:”开头') })
    .min(1, reason('没有步骤', '每一步以“- silent:”开头'))
    .max(8, reason('超过 8 步', '删去几步'))
    .optional(),
  holdOut: percent('holdOut: 5', 50).optional(),
  schedule: schedule.optional(),
  stale: z
    .union([z.literal('run'), fields({ skipAfter: span('skipAfter: 2h', 1000, 30 * day) })], {
      error: reason('不认识', '写成 stale: run，或 stale: { skipAfter: 2h }'),
    })
    .optional(),
  waves: z
    .union([z.literal('none'), z.array(wave).min(1).max(5, reason('超过 5 批', '删去几批'))], {
      error: reason('不认识', '写成 waves: none，或 waves: [{ share: 5, pause: 30m }]'),
    })
    .optional(),
  stop: stopRules.optional(),
  lasts: span('lasts: 24h', 60_000, 30 * day).optional(),
  endsAt: z.string({ error: reason('应为文字', "写成 endsAt: '2026-10-08T23:59'") }).optional(),
  ratePerSecond: z
    .number({ error: reason('应为数字', '写成 ratePerSecond: 50') })
    .positive(reason('不大于 0', '写成 ratePerSecond: 50'))
    .max(10_000)
    .optional(),
  repeatUncertain: z.boolean({ error: reason('应为 true 或 false', '写成 repeatUncertain: false') }).optional(),
})

/** The checks between fields. */
export const definitionSchema = shape.superRefine((value, context) => {
  const issue = (path: (string | number)[], what: string, fix: string) =>
    context.addIssue({ code: 'custom', path, message: reason(what, fix) })
  const single = [value.article, value.card, value.text].filter((part) => part !== undefined).length
  const several = [value.variants, value.stages].filter((part) => part !== undefined).length
  if (single + several !== 1)
    issue(
      single > 0 ? [contentKey(value)] : [],
      '要且只要一种内容',
      '从 article、card、text、variants、stages 中选一种',
    )
  if (!paramsFit(value)) issue(['params'], 'params 只用于 card', '删去 params，或改用 card')
  for (const [index, { name }] of (value.variants ?? []).entries())
    if (value.variants?.findIndex((each) => each.name === name) !== index)
      issue(['variants', index, 'name'], `有两个版本叫“${name}”`, '改一个名字')
  const shares = value.waves === undefined || value.waves === 'none' ? [] : value.waves
  if (shares.reduce((sum, { share }) => sum + share, 0) >= 100)
    issue(['waves'], '各批合计达到 100%', '最后一批是其余所有人，前面各批合计要小于 100')
  if (value.stages) {
    const silences = value.stages.map(({ silent }) => (isDuration(silent) ? durationMs(silent) : 0))
    const at = silences.findIndex((ms, index) => index > 0 && ms <= (silences[index - 1] ?? 0))
    if (at > 0) issue(['stages', at, 'silent'], '没有比上一步更久', '从短到长写，例如 30d、45d、60d')
    if (value.schedule?.cron === undefined)
      issue(['schedule'], '分步召回要定期执行', "写成 schedule: { cron: '30 10 * * *' }")
    if (value.channels.includes('next-visit'))
      issue(['channels'], '召回不能用 next-visit：人回来就不用召回了', '改用 mass 或 group-send')
  }
  if (typeof value.audience !== 'string')
    for (const { path, message: what } of ruleIssues(value.audience))
      context.addIssue({ code: 'custom', path: ['audience', ...path], message: what })
  if (value.channels.includes('mass') && value.channels.every((channel) => channel === 'mass'))
    for (const path of cardPaths(value))
      issue(path, '群发不能发小程序卡片', '改用 article 或 text，或加上 customer-message')
  if (value.endsAt !== undefined) {
    const fault = scheduleFault({
      at: value.endsAt,
      ...(value.schedule?.timeZone && { timeZone: value.schedule.timeZone }),
    })
    if (fault) issue(['endsAt'], fault.message, "写成 endsAt: '2026-10-08T23:59'")
  }
})

/** A campaign as a person wrote it. */
export type Definition = z.output<typeof definitionSchema>

/** The JSON Schema of a definition, for descriptions; the checks between fields are not in it. */
export function definitionJsonSchema(): object {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' })
  return schema
}

/** The message that fields of a definition stand for. */
export function messageOf(value: MessageFields): Message {
  if (value.article !== undefined) return article(value.article)
  if (value.card !== undefined) return card(value.card, value.params)
  return text(value.text ?? '')
}

/** Where a definition's messages stand, with the message. */
export function messagesOf(definition: Definition): { path: (string | number)[]; message: Message }[] {
  const of = (path: (string | number)[], value: MessageFields) => ({
    path: [...path, contentKey(value)],
    message: messageOf(value),
  })
  if (definition.variants) return definition.variants.map((each, index) => of(['variants', index], each))
  if (definition.stages) return definition.stages.map((each, index) => of(['stages', index], each))
  return [of([], definition)]
}

const contentKey = (value: MessageFields) =>
  value.article !== undefined ? 'article' : value.card !== undefined ? 'card' : 'text'

const cardPaths = (value: Definition) =>
  messagesOf(value).flatMap(({ path, message }) => (message.kind === 'card' ? [path] : []))

function channelError(): string {
  return reason('不认识，或不能用于活动', `从 ${CAMPAIGN_CHANNELS.join('、')} 中选；模板消息和订阅消息只能发服务通知`)
}

function isDuration(value: string): boolean {
  try {
    return Number.isFinite(durationMs(value))
  } catch {
    return false
  }
}
