import { z } from 'zod'
import { limits } from '../../../rules/wecom/limits.js'
import { params } from '../../library/card.js'
import { fields, mediaName, slug, words } from '../../library/fields.js'
import { reason } from '../../library/problem.js'

const STATE = new RegExp(`^[A-Za-z0-9_-]{1,${limits.joinState.value}}$`)
const MOST_GROUPS = 500

const chatId = z
  .string({ error: reason('应为群 ID', '写成 groups: [wrAbc123]，群 ID 见 weloop groups list') })
  .regex(/^[\w-]{3,64}$/, reason('不是群 ID', '群 ID 以 wr 开头，见 weloop groups list'))

const groupList = z.preprocess(
  (value) => (Array.isArray(value) ? value : [value]),
  z
    .array(chatId)
    .min(1, reason('没有群', '写上至少一个群 ID'))
    .max(MOST_GROUPS, reason(`超过 ${MOST_GROUPS} 个群`, '分成几个入群方式'))
    .refine((ids) => new Set(ids).size === ids.length, reason('同一个群写了两次', '只保留一处')),
)

const cardOfWay = z.preprocess(
  (value) => (typeof value === 'string' ? { slug: value } : value),
  fields({ slug: slug('join-group'), params: params.optional() }),
)

const overflow = fields({
  name: words('name: 母婴福利群', limits.joinRoomName.value),
  firstNumber: z
    .int({ error: reason('应为整数', '写成 firstNumber: 1') })
    .min(1)
    .max(99_999)
    .default(1),
})

const show = fields({
  as: z.enum(['link', 'image', 'card'], { error: reason('不认识', '写成 as: link、image 或 card') }).default('link'),
  title: words('title: 点这里进群', 40).optional(),
  description: words('description: 群里每周三有新人券', 120).optional(),
  picture: mediaName('cover-welcome.jpg').optional(),
  card: cardOfWay.optional(),
}).refine((value) => (value.as === 'card') === (value.card !== undefined), {
  error: reason('as: card 与 card 要同时写', '写成 as: card 并写 card: 卡片名，或都不写'),
})

/** The fields of a join way, as YAML and as JSON. */
export const waySchema = fields({
  title: words('title: 新人福利群', 30),
  account: words('account: corp', 32).optional(),
  groups: groupList.optional(),
  label: words('label: 新人群', 40).optional(),
  place: z
    .enum(['qr', 'mini-program'], { error: reason('不认识', '写成 place: qr 或 place: mini-program') })
    .default('qr'),
  state: z
    .string({ error: reason('应为文字', '写成 state: newcomers') })
    .regex(STATE, reason('不合法', `只用字母、数字、- 和 _，最多 ${limits.joinState.value} 个`))
    .optional(),
  remark: words('remark: 公众号新人', limits.joinRemark.value).optional(),
  fullAt: z
    .int({ error: reason('应为整数', '写成 fullAt: 200') })
    .min(2, reason('至少为 2', '写成 fullAt: 200'))
    .max(limits.groupMembers.value, reason(`一个群最多 ${limits.groupMembers.value} 人`, '写成 fullAt: 200'))
    .optional(),
  overflow: overflow.optional(),
  show: show.prefault({}),
})
  .refine((value) => (value.groups === undefined) !== (value.label === undefined), {
    error: reason('groups 与 label 要且只要写一个', '写 groups: [群ID …]，或写 label: 群标签'),
  })
  .refine((value) => value.place === 'qr' || value.show.as === 'card', {
    error: reason('小程序按钮没有二维码', '写上 show: { as: card, card: 卡片名 }，由小程序页面显示入群按钮'),
    path: ['show'],
  })

/** A join way as it is written; everything optional may be missing. */
export type WayInput = z.input<typeof waySchema>

/**
 * A way to join (加入群聊): one code or button that leads into several customer groups. The platform takes 5 groups a way
 * (41091); more may be named here, they take their turns.
 */
export interface WayDefinition extends Omit<z.output<typeof waySchema>, 'state' | 'remark'> {
  slug: string
  /** Ours, unique in the corporation, at most 30 characters: every member who comes by the way carries it. */
  state: string
  /** For staff, at most 30 characters. */
  remark: string
}

/** What was read, with everything filled in that follows from the name. */
export function completeWay(slug: string, value: z.output<typeof waySchema>): WayDefinition {
  return { ...value, slug, state: value.state ?? slug, remark: value.remark ?? value.title }
}

/** What the fields alone cannot tell: a name too long to be the state. */
export function wayFaults(slug: string, value: z.output<typeof waySchema>): DefinitionFault[] {
  if (value.state !== undefined || STATE.test(slug)) return []
  const most = limits.joinState.value
  return [{ path: ['state'], message: `文件名超过 ${most} 个字，不能当渠道值`, fix: `写上 state，最多 ${most} 个字符` }]
}

/** One thing wrong in a definition. */
export interface DefinitionFault {
  path: PropertyKey[]
  message: string
  fix: string
}
