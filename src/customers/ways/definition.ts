import { createHash } from 'node:crypto'
import { z } from 'zod'
import { limits } from '../../../rules/wecom/limits.js'
import { params } from '../../library/card.js'
import { address, characters, fields, mediaName, slug, words } from '../../library/fields.js'
import { reason } from '../../library/problem.js'
import { windowSchema } from '../../library/window.js'
import { covers, momentOf, type Rota } from './slots.js'

/** What a welcome may hold in its texts. */
export const VARIABLES = ['name', 'staff'] as const

const MOST = limits.wayMembers.value
/** Room for the names that texts are filled with. */
const ROOM_BYTES = 120

const member = z
  .string({ error: reason('应为成员账号', '写成 staff: [lihua, wangfang]，账号见企业微信通讯录') })
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/, reason('不是成员账号', '账号是字母、数字和 _ - . @，见企业微信通讯录'))

const members = z.preprocess(
  (value) => (Array.isArray(value) || value === undefined ? value : [value]),
  z
    .array(member, { error: reason('缺少成员', '写成 staff: [lihua, wangfang]') })
    .max(MOST, reason(`超过 ${MOST} 个成员`, '减少成员，或分成几个渠道码'))
    .refine((ids) => new Set(ids).size === ids.length, reason('同一个成员写了两次', '只保留一处')),
)
const somebody = members.refine((ids) => ids.length > 0, reason('没有成员', '写成 staff: [lihua, wangfang]'))

const spoken = (example: string, max: number) =>
  words(example, max).superRefine((value, context) => {
    for (const [whole, name] of value.matchAll(/\{([^{}\s]{1,20})\}/g)) {
      if (VARIABLES.some((known) => known === name)) continue
      context.addIssue({
        code: 'custom',
        message: reason(`不认识的变量 ${whole}`, '可用：{name} 客户昵称、{staff} 成员称呼'),
      })
    }
  })

const bytesAtMost = (max: number, fix: string) => (value: string, context: z.RefinementCtx) => {
  const bytes = Buffer.byteLength(value)
  if (bytes > max) context.addIssue({ code: 'custom', message: reason(`有 ${bytes} 字节，最多 ${max} 字节`, fix) })
}

const linkPart = fields({
  title: words('title: 使用指南', 60).superRefine(bytesAtMost(limits.linkTitleBytes.value, '改短标题')),
  url: address,
  description: words('description: 三步下单', 200)
    .superRefine(bytesAtMost(limits.linkDescriptionBytes.value, '改短描述'))
    .optional(),
  picture: address.optional(),
})

const cardPart = z.preprocess(
  (value) => (typeof value === 'string' ? { slug: value } : value),
  fields({ slug: slug('newcomer-gift'), params: params.optional() }),
)

const part = z
  .preprocess(
    (value) => (typeof value === 'string' ? { text: value } : value),
    fields({
      text: spoken('text: 您好 {name}，我是 {staff}', 1300).optional(),
      image: mediaName('size-chart.jpg').optional(),
      video: mediaName('unboxing.mp4').optional(),
      article: slug('welcome').optional(),
      card: cardPart.optional(),
      link: linkPart.optional(),
      invite: slug('newcomers').optional(),
    }),
  )
  .refine((value) => Object.values(value).filter((one) => one !== undefined).length === 1, {
    error: reason('要且只要一种内容', '从 text、image、video、article、card、link、invite 中选一种'),
  })

const welcome = z
  .array(part, { error: reason('应为列表', '每一条以“- ”开头，例如 - text: 您好') })
  .min(1, reason('没有内容', '写上至少一条，或删去 welcome'))
  .refine((parts) => parts.filter(({ text }) => text === undefined).length <= limits.attachments.value, {
    error: reason(`文字以外超过 ${limits.attachments.value} 条`, '删去几条'),
  })
  .refine((parts) => textBytes(parts) <= limits.messageTextBytes.value - ROOM_BYTES, {
    error: reason(
      `文字合计超过 ${limits.messageTextBytes.value - ROOM_BYTES} 字节（约 1290 个汉字）`,
      '改短文字，平台不会自动截断',
    ),
  })

const called = z.record(member, words('lihua: 小李', 20), {
  error: reason('应为“账号: 称呼”', '写成 called: { lihua: 小李 }'),
})

const slot = fields({ when: windowSchema.optional(), staff: somebody })
const holiday = fields({ when: windowSchema, staff: members }).refine(
  ({ when }) => when.from !== undefined && when.until !== undefined,
  { error: reason('节假日要写起止日期', '写成 when: { from: 2026-10-01, until: 2026-10-07 }'), path: ['when'] },
)

const day = z
  .string({ error: reason('应为日期', '写成 2026-01-31 或 "2026-01-31 20:00"') })
  .refine(
    (value) => momentOf(value, 'Asia/Shanghai') !== undefined,
    reason('不是日期', '写成 2026-01-31 或 "2026-01-31 20:00"'),
  )

/** The fields of a contact way, as YAML and as JSON. */
export const waySchema = fields({
  name: words('name: 包裹卡', 30),
  account: words('account: corp', 32).optional(),
  place: z
    .enum(['qr', 'mini-program'], { error: reason('不认识', '写成 place: qr 或 place: mini-program') })
    .default('qr'),
  state: z
    .string({ error: reason('应为文字', '写成 state: parcel-card') })
    .regex(
      new RegExp(`^[A-Za-z0-9_-]{1,${limits.wayState.value}}$`),
      reason('不合法', `只用字母、数字、- 和 _，最多 ${limits.wayState.value} 个`),
    )
    .optional(),
  confirm: z.boolean({ error: reason('应为 true 或 false', '写成 confirm: true（成员须逐个通过）') }).default(false),
  staff: somebody.optional(),
  slots: z
    .array(slot, { error: reason('应为列表', '每一班以“- when:”开头') })
    .min(1, reason('没有班次', '写上班次，或直接写 staff'))
    .max(60, reason('班次太多', '合并班次'))
    .optional(),
  holidays: z.array(holiday).max(60, reason('节假日太多', '删去过去的')).default([]),
  spare: somebody.optional(),
  dailyCap: z
    .int({ error: reason('应为整数', '写成 dailyCap: 50（每人每天）') })
    .min(1, reason('小于 1', '写成 dailyCap: 50'))
    .max(100_000)
    .optional(),
  remark: spoken("remark: '{name}-包裹卡'", limits.remark.value + 5).optional(),
  tags: z
    .array(words('tags: [包裹卡]', limits.tagName.value))
    .max(20, reason('超过 20 个标签', '删去几个'))
    .default([]),
  called: called.default({}),
  welcome: welcome.optional(),
  from: day.optional(),
  until: day.optional(),
})
  .refine((value) => (value.staff === undefined) !== (value.slots === undefined), {
    error: reason('staff 与 slots 要且只要写一个', '全天同一批人写 staff，按时间轮班写 slots'),
    path: ['staff'],
  })
  .refine((value) => value.spare !== undefined || !needsSpare(value), {
    error: reason('没有备用成员：班次以外、放假或都满额时没有人接待', '写上 spare: [成员账号]'),
    path: ['spare'],
  })
  .refine((value) => everyone(value).length <= MOST, {
    error: reason(`各班次合计超过 ${MOST} 个成员`, '减少成员，或分成几个渠道码'),
    path: ['slots'],
  })
  .refine((value) => value.from === undefined || value.until === undefined || value.from <= value.until, {
    error: reason('结束早于开始', '调换 from 和 until'),
    path: ['until'],
  })

/** A contact way as it is written; what is optional may be missing. */
export type WayInput = z.input<typeof waySchema>
/** A contact way, checked and complete. */
export type WayDefinition = z.output<typeof waySchema>
/** One message of a welcome. */
export type WelcomePart = z.output<typeof part>

/** What everybody is welcomed with who came by no way with a welcome of its own: `default.yaml`, `default-<account>.yaml`. */
export const defaultSchema = fields({ welcome, called: called.default({}) })
export type DefaultDefinition = z.output<typeof defaultSchema>

/** The channel of a way without one of its own: its name, shortened where it is longer than the platform takes. */
export function stateOf(name: string): string {
  const most = limits.wayState.value
  if (name.length <= most) return name
  return `${name.slice(0, most - 9)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}

/** Everybody who may be on the way at some time. */
export function everyone({ staff, slots, holidays, spare }: Rota): string[] {
  const lists = [
    staff ?? [],
    spare ?? [],
    ...(slots ?? []).map((one) => one.staff),
    ...holidays.map((one) => one.staff),
  ]
  return [...new Set(lists.flat())]
}

function needsSpare({ dailyCap, slots, holidays }: Rota): boolean {
  return dailyCap !== undefined || holidays.length > 0 || (slots !== undefined && !covers(slots))
}

function textBytes(parts: readonly WelcomePart[]): number {
  return Buffer.byteLength(parts.flatMap(({ text }) => (text === undefined ? [] : [text])).join('\n'))
}

/** A remark as the platform takes it: filled, and the customer's name shortened where the whole is too long. */
export function remarkOf(template: string, names: { name: string; staff: string }): string {
  const most = limits.remark.value
  const fill = (name: string) => template.replaceAll('{name}', name).replaceAll('{staff}', names.staff)
  const over = characters(fill(names.name)) - most
  if (over <= 0) return fill(names.name)
  const letters = [...names.name]
  return [...fill(letters.slice(0, Math.max(0, letters.length - over)).join(''))].slice(0, most).join('')
}
