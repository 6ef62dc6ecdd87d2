import { z } from 'zod'
import type { NoticeChannel } from '../core/message.js'
import { type Expression, parseExpression } from './expression.js'
import { appid, fields, issueProblems, pagePath, slug, words } from './fields.js'
import { lintNotice } from './notice-lint.js'
import { type ContentProblem, problem, reason } from './problem.js'
import type { Parsed, Reference } from './reference.js'
import type { TextFile } from './source.js'
import { readYaml } from './yaml.js'

/** By which product of the platform a notice goes: template message, subscription notice, mini-program subscribe message. */
export const CHANNELS = ['template', 'subscription', 'mini-program'] as const satisfies readonly NoticeChannel[]
export type { NoticeChannel } from '../core/message.js'

/** One field of a notice. */
export interface NoticeField {
  /** The template's own name of it, e.g. `character_string1`. */
  key: string
  value: Expression
  /** A value that is too long is cut with …; without it, it is an error. */
  shorten: boolean
}

/** A mini-program page with parameters that data fills. */
export interface NoticePage {
  appid: string
  path: string
  params: Readonly<Record<string, Expression>>
}

/** A notice of `content/notices`: a business name bound to a template of the platform. */
export interface Notice {
  slug: string
  /** How the product and the shop call it, e.g. `order.shipped`. */
  name: string
  /** The template's title on the platform; compared by `weloop notices check`. */
  title?: string
  channel: NoticeChannel
  /** The template's id, or one for each account. */
  template: string | Readonly<Record<string, string>>
  fields: readonly NoticeField[]
  /** The same in words, as a customer-service message to people with an open window. */
  text?: Expression
  /** Where a tap leads; a page wins over an address. */
  url?: Expression
  page?: NoticePage | { card: string; params: Readonly<Record<string, Expression>> }
}

/** A notice whose card has been looked up. */
export type ReadyNotice = Omit<Notice, 'page'> & { page?: NoticePage }

const templateId = z
  .string({ error: reason('应为文字', '写成 template: 后台“模板消息”里的模板 ID') })
  .regex(/^[\w-]{3,64}$/, reason('不是模板 ID', '从公众平台后台复制模板 ID'))

const text = z.union([z.string(), z.number().transform(String)], {
  error: reason('应为文字', "写成 thing1: '{order.goods}'"),
})
const read = (value: string, context: z.RefinementCtx<string>): Expression => {
  const found = parseExpression(value)
  if (!('message' in found)) return found
  context.addIssue({ code: 'custom', message: reason(found.message, "写成 '{order.number}'；要写大括号就写两个") })
  return z.NEVER
}
const expression = text.transform(read)
/** Room for what data fills in below the platform's 2048 bytes. */
const TEXT_BYTES = 1000
const expressions = z.record(z.string(), expression)

const field = z.preprocess(
  (value) => (typeof value === 'object' && value !== null ? value : { value }),
  fields({
    value: expression,
    shorten: z.boolean({ error: reason('应为 true 或 false', '写成 shorten: true') }).default(false),
    color: z.unknown().optional(),
  }),
)

const schema = fields({
  name: z
    .string({ error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文字', '写成 name: order.shipped') })
    .regex(/^(?=.{1,64}$)[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/, reason('不是业务名', '用小写字母和点，例如 order.shipped')),
  title: words('title: 订单发货通知', 40).optional(),
  channel: z.enum(CHANNELS, { error: reason('缺少或不认识', `从 ${CHANNELS.join('、')} 中选一种`) }),
  template: z.union([templateId, z.record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), templateId)], {
    error: reason('缺少模板 ID', '写成 template: 模板 ID；几个账号就写 template: { shop: 模板 ID }'),
  }),
  fields: z
    .record(z.string(), field, { error: reason('应为一组“字段: 内容”', "写成 fields: { thing1: '{order.goods}' }") })
    .refine((value) => Object.keys(value).length > 0, reason('没有字段', '照模板写上每个字段')),
  text: text
    .refine((value) => value.trim() !== '' && Buffer.byteLength(value) <= TEXT_BYTES, {
      error: reason(`是空的，或超过 ${TEXT_BYTES} 字节`, '写成一两句话'),
    })
    .transform(read)
    .optional(),
  url: text
    .refine((value) => /^https?:\/\/[^\s/{}?#]+(\/|$)/.test(value), {
      error: reason('不是网址', '写成 https://shop.example.com/orders/{order.id}；域名里不能有占位'),
    })
    .transform(read)
    .optional(),
  card: z
    .preprocess(
      (value) => (typeof value === 'string' ? { slug: value } : value),
      fields({ slug: slug('my-orders'), params: expressions.default({}) }),
    )
    .optional(),
  'mini-program': fields({ appid, path: pagePath, params: expressions.default({}) }).optional(),
}).refine((value) => value.card === undefined || value['mini-program'] === undefined, {
  error: reason('card 和 mini-program 只能写一个', '删去一个'),
  path: ['card'],
})

/** Reads `notices/SLUG.yaml`. */
export function parseNotice(file: TextFile, notice: string): Parsed<Notice> {
  const yaml = readYaml(file.text, file.path)
  if (yaml.problems.length > 0) return { value: undefined, problems: yaml.problems, references: [] }
  const found = schema.safeParse(yaml.value)
  if (!found.success) return { value: undefined, problems: issueProblems(found.error, yaml, file.path), references: [] }
  const { name, title, channel, template, url, card } = found.data
  const words = found.data.text
  const program = found.data['mini-program']
  const value: Notice = {
    slug: notice,
    name,
    channel,
    template,
    fields: Object.entries(found.data.fields).map(([key, { value, shorten }]) => ({ key, value, shorten })),
    ...(title === undefined ? {} : { title }),
    ...(words === undefined ? {} : { text: words }),
    ...(url === undefined ? {} : { url }),
    ...(card && { page: { card: card.slug, params: card.params } }),
    ...(program && { page: program }),
  }
  const at = (path: string[]) => ({ file: file.path, line: yaml.lineOf(path), field: path.join('.') })
  const colours: ContentProblem[] = Object.entries(found.data.fields)
    .filter(([, each]) => each.color !== undefined)
    .map(([key]) => problem(at(['fields', key, 'color']), '颜色已不生效，平台一律用默认颜色', '删去 color', 'warning'))
  const references: Reference[] =
    card === undefined ? [] : [{ kind: 'card', target: card.slug, use: 'link', ...place(at(['card'])) }]
  return { value, problems: [...lintNotice(value, at), ...colours], references }
}

/** The id of a notice's template on an account, or undefined when it has none there. */
export function templateOf(notice: Pick<Notice, 'template'>, account: string): string | undefined {
  if (typeof notice.template === 'string') return notice.template
  return Object.hasOwn(notice.template, account) ? notice.template[account] : undefined
}

const place = ({ line, field }: { line: number; field: string }) => ({ line, field })
