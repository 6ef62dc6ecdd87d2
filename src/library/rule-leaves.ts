import { z } from 'zod'
import { fields, slug, words } from './fields.js'
import { reason } from './problem.js'
import { conditionFault, conditionShape } from './rule-condition.js'
import { isFieldName, isSystemField, profileFieldFault, systemFields } from './rule-fields.js'
import { rangeFault, rangeShape, span } from './rule-time.js'

/**
 * The type that stands for anything a person did that we saw (a message, a tap, a scan, a follow). It is no fact of the
 * log: of each contact the last time is kept, so only `within` and `olderThan` can be asked.
 */
export const INBOUND = 'inbound'

/** The ways of reaching a person that a rule can ask for. */
export const REACHABLE = [
  'template',
  'subscription',
  'mini-program',
  'customer-message',
  'mass',
  'group-send',
  'next-visit',
] as const

/** Where people follow; `oa` is short for `official-account`. */
export const FOLLOW_CHANNELS = ['oa', 'official-account', 'wecom'] as const

const list = <T extends z.ZodType>(item: T, example: string, most: number) =>
  z
    .array(item, { error: reason('应为列表', `写成 ${example}`) })
    .min(1, reason('列表是空的', `写成 ${example}`))
    .max(most, reason(`超过 ${most} 个`, '减少一些'))

const oneOf = <const T extends string>(values: readonly [T, ...T[]]) =>
  z.enum(values, {
    error: (issue) => reason(issue.input === undefined ? '缺少' : '不认识', `从 ${values.join('、')} 中选一个`),
  })

const comparison = oneOf(['eq', 'ne', 'gt', 'gte', 'lt', 'lte'])

const eventType = z
  .string({ error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文字', '写成 type: order.paid') })
  .regex(/^(?=.{1,64}$)[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/, reason('不是事件名', '用小写字母和点，例如 order.paid'))

const types = z.union([eventType, list(eventType, 'type: [order.paid, order.created]', 20)], {
  error: reason('缺少事件', '写成 type: order.paid 或 type: [order.paid, order.created]'),
})

const factField = z
  .string({ error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文字', '写成 field: paidFen') })
  .refine(isFieldName, reason('不是字段名', '写事件里的字段，例如 paidFen 或 items.category'))

const where = list(
  fields({ ...conditionShape, field: factField }).superRefine((value, context) => {
    const fault = conditionFault(value, 'any')
    if (fault) context.addIssue({ code: 'custom', ...fault })
  }),
  'where: [{ field: items.category, op: eq, value: 床品 }]',
  10,
).optional()

const count = z.int({ error: reason('应为整数', '写成 n: 2') })

const profile = fields(conditionShape).superRefine((value, context) => {
  const name = profileFieldFault(value.field)
  if (name) context.addIssue({ code: 'custom', path: ['field'], message: reason(name.message, name.fix) })
  const kind = isSystemField(value.field) ? systemFields[value.field].kind : 'any'
  const fault = conditionFault(value, kind)
  if (fault) context.addIssue({ code: 'custom', ...fault })
})

const tags = list(words('vip', 80), 'in: [vip]', 200).optional()

const tag = fields({ in: tags, notIn: tags }).refine(
  (value) => (value.in === undefined) !== (value.notIn === undefined),
  {
    error: reason('in 和 notIn 要且只要一个', '写成 tag: { in: [vip] }'),
  },
)

const follow = fields({
  channel: oneOf(FOLLOW_CHANNELS).optional(),
  account: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, reason('不是账号名', '写配置里的账号名'))
    .optional(),
  state: oneOf(['following', 'unfollowed', 'never']),
  within: span.optional(),
  olderThan: span.optional(),
}).superRefine((value, context) => {
  const issue = (path: string, what: string, fix: string) =>
    context.addIssue({ code: 'custom', path: [path], message: reason(what, fix) })
  if (value.within !== undefined && value.olderThan !== undefined)
    issue('olderThan', '只能和 within 二选一', '删去一个')
  else if (value.state !== 'following' && (value.within ?? value.olderThan) !== undefined)
    issue('state', '只有 following 能写多久', '删去 within 和 olderThan')
})

const consent = fields({
  purpose: oneOf(['marketing', 'care']),
  state: oneOf(['granted', 'withdrawn', 'never-asked', 'not-withdrawn']).optional(),
})

type Typed = { type: string | string[] }
const isInbound = ({ type }: Typed) => [type].flat().includes(INBOUND)
const INBOUND_FIX = `${INBOUND} 只记最近一次，写成 event: { type: inbound, within: 30d } 或 last: { type: inbound, olderThan: 30d }`
const onlyInbound = (value: Typed & { where?: unknown }) =>
  [value.type].flat().length === 1 && value.where === undefined

const event = fields({
  type: types,
  where,
  count: fields({ op: comparison, n: count.min(0).max(1_000_000) }).optional(),
  ...rangeShape,
  never: z.literal(true, { error: reason('只能是 true', '写成 never: true，或删去这一行') }).optional(),
}).superRefine((value, context) => {
  const fault = rangeFault(value)
  if (fault) context.addIssue({ code: 'custom', ...fault })
  const { never, within, between, ever } = value
  if (never && (within ?? between ?? ever ?? value.count) !== undefined)
    context.addIssue({
      code: 'custom',
      path: ['never'],
      message: reason('never 不能和时间范围或 count 一起写', '“最近 30 天没有”写成 not: { event: { …, within: 30d } }'),
    })
  if (isInbound(value) && (!onlyInbound(value) || within === undefined || value.count !== undefined))
    context.addIssue({ code: 'custom', path: ['type'], message: reason(`${INBOUND} 不能这样用`, INBOUND_FIX) })
})

const last = fields({ type: types, where, within: span.optional(), olderThan: span.optional() }).superRefine(
  (value, context) => {
    if ((value.within === undefined) === (value.olderThan === undefined))
      context.addIssue({
        code: 'custom',
        path: [],
        message: reason('within 和 olderThan 要且只要一个', '写成 last: { type: order.paid, olderThan: 45d }'),
      })
    if (isInbound(value) && !onlyInbound(value))
      context.addIssue({ code: 'custom', path: ['type'], message: reason(`${INBOUND} 不能这样用`, INBOUND_FIX) })
  },
)

const sum = fields({
  type: types,
  field: factField,
  op: comparison,
  n: z.number({ error: reason('应为数字', '写成 n: 20000；金额以分为单位') }),
  where,
  ...rangeShape,
}).superRefine((value, context) => {
  const fault = rangeFault(value)
  if (fault) context.addIssue({ code: 'custom', ...fault })
  if (isInbound(value))
    context.addIssue({ code: 'custom', path: ['type'], message: reason(`${INBOUND} 不能这样用`, INBOUND_FIX) })
})

const sequence = fields({
  types: list(eventType, 'types: [order.created, order.paid]', 5).min(2, reason('少于两步', '至少写两个事件')),
  span: span.optional(),
  ...rangeShape,
}).superRefine((value, context) => {
  const fault = rangeFault(value)
  if (fault) context.addIssue({ code: 'custom', ...fault })
  if (value.types.includes(INBOUND))
    context.addIssue({ code: 'custom', path: ['types'], message: reason(`${INBOUND} 不能这样用`, INBOUND_FIX) })
})

const percent = z
  .number({ error: reason('应为 0 到 100 的数', '写成 from: 0') })
  .min(0, reason('小于 0', '0 到 100'))
  .max(100, reason('大于 100', '0 到 100'))
  .multipleOf(0.01, reason('小数超过两位', '最多两位小数'))

const bucket = fields({ salt: words('salt: autumn', 64), from: percent, to: percent }).refine(
  ({ from, to }) => from < to,
  { error: reason('from 不小于 to', '写成 { salt: autumn, from: 0, to: 10 }，表示 0%–10% 的人'), path: ['to'] },
)

/** Every single condition by its name. */
export const leaves = {
  profile,
  tag,
  follow,
  consent,
  event,
  last,
  sum,
  sequence,
  segment: fields({ id: slug('newcomers') }),
  bucket,
  reachable: fields({ channel: oneOf(REACHABLE) }),
} as const
export type LeafName = keyof typeof leaves
export type Leaves = { [K in LeafName]: z.output<(typeof leaves)[K]> }
