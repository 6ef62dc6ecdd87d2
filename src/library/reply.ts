import { z } from 'zod'
import { limits } from '../../rules/official-account/limits.js'
import { article, card, choices, groupInvite, handOver, image, type Message, text } from '../core/message.js'
import { params } from './card.js'
import { fields, issueProblems, listOf, mediaName, slug, words } from './fields.js'
import { compilePattern } from './pattern.js'
import { type ContentProblem, problem, reason } from './problem.js'
import type { Parsed, Reference } from './reference.js'
import type { TextFile } from './source.js'
import { type Window, windowSchema } from './window.js'
import { readYaml } from './yaml.js'

/** A keyword rule of `content/replies`. */
export interface ReplyRule {
  /** The file it stands in and the line it starts on. */
  file: string
  line: number
  exact: string[]
  contains: string[]
  regex: RegExp[]
  /** Higher wins before everything else; 0 unless written. */
  priority: number
  when: Window | undefined
  answer: Message
}

const MAX_ANSWER = 10_000
const keyword = listOf(words('exact: 运费', 50))

const pattern = z.string({ error: reason('应为文字', "写成 regex: '^运费'") }).transform((source, context) => {
  const compiled = compilePattern(source)
  if ('pattern' in compiled) return compiled.pattern
  context.addIssue({ code: 'custom', message: reason(compiled.refused, compiled.fix) })
  return z.NEVER
})
const patterns = z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(pattern).min(1).max(20))

const match = fields({ exact: keyword.optional(), contains: keyword.optional(), regex: patterns.optional() }).refine(
  (value) => Object.values(value).some((part) => part !== undefined),
  reason('没有写匹配什么', '写上 exact（完全相同）、contains（包含）或 regex（正则）'),
)

const cardAnswer = z.preprocess(
  (value) => (typeof value === 'string' ? { slug: value } : value),
  fields({ slug: slug('new-arrivals'), params: params.optional() }),
)

const choiceItem = z.preprocess(
  (value) => (typeof value === 'string' ? { id: value, text: value } : value),
  fields({ id: words('id: size', 64), text: words('text: 怎么选尺寸', 64) }),
)

/** What staff must know to help, and why they are asked. */
const handOverAsk = fields({
  skill: words('skill: 售后', 20).optional(),
  reason: words('reason: 退货超过 7 天', 200).optional(),
})

const answerFields = fields({
  text: words('text: 全场满 99 元包邮', MAX_ANSWER),
  article: slug('welcome'),
  card: cardAnswer,
  image: mediaName('size-chart.jpg'),
  invite: slug('newcomers'),
  'hand-over': z.union([z.literal(true), words('hand-over: true', 64), handOverAsk], {
    error: reason(
      '应为 true、客服名，或 skill 与 reason',
      '写成 hand-over: true 或 hand-over: { skill: 售后, reason: 退货 }',
    ),
  }),
  choices: fields({
    head: words('head: 想了解哪一项？', 600),
    items: z
      .array(choiceItem, { error: reason('应为列表', '每行写 - 加一个选项') })
      .min(1, reason('没有选项', '每行写 - 加一个选项'))
      .max(limits.choiceItems.value, reason(`超过 ${limits.choiceItems.value} 个选项`, '减少选项')),
    tail: words('tail: 点一下即可', 600).optional(),
  }),
}).shape

const answer = z
  .preprocess((value) => (typeof value === 'string' ? { text: value } : value), fields(answerFields).partial())
  .refine(
    (value) => Object.values(value).filter((part) => part !== undefined).length === 1,
    reason('要且只要一种回答', '从 text、article、card、image、invite、hand-over、choices 中选一种'),
  )

const rule = fields({
  match,
  priority: z
    .int({ error: reason('应为整数', '写成 priority: 10') })
    .min(-1000)
    .max(1000)
    .default(0),
  when: windowSchema.optional(),
  answer,
})
const schema = z
  .array(rule, { error: reason('应为规则的列表', '每条规则以“- match:”开头') })
  .min(1, reason('没有规则', '每条规则以“- match:”开头'))
  .max(2000, reason('规则太多', '分成几个文件，每个最多 2000 条'))

/** Reads `replies/SLUG.yaml`, a list of rules. */
export function parseReplies(file: TextFile): Parsed<ReplyRule[]> {
  const yaml = readYaml(file.text, file.path)
  if (yaml.problems.length > 0) return { value: undefined, problems: yaml.problems, references: [] }
  const read = schema.safeParse(yaml.value)
  if (!read.success) return { value: undefined, problems: issueProblems(read.error, yaml, file.path), references: [] }
  const problems: ContentProblem[] = []
  const references: Reference[] = []
  const value = read.data.map((each, index): ReplyRule => {
    const place = (field: string) => ({
      line: yaml.lineOf([index, 'answer', field]),
      field: `[${index}].answer.${field}`,
    })
    const message = toMessage(each.answer)
    const target = targetOf(message)
    if (target !== undefined)
      references.push({ ...target, use: message.kind === 'image' ? 'reply' : 'link', ...place(message.kind) })
    if (message.kind === 'text' && Buffer.byteLength(message.text) > limits.textBytes.value)
      problems.push(
        problem(
          { file: file.path, ...place('text') },
          `有 ${Buffer.byteLength(message.text)} 字节，超过一条消息的 ${limits.textBytes.value} 字节，会分成几条发出`,
          '改短，或写成文章用 article 回答',
          'warning',
        ),
      )
    return {
      file: file.path,
      line: yaml.lineOf([index]),
      exact: each.match.exact ?? [],
      contains: each.match.contains ?? [],
      regex: each.match.regex ?? [],
      priority: each.priority,
      when: each.when,
      answer: message,
    }
  })
  return { value, problems, references }
}

function toMessage(value: z.output<typeof answer>): Message {
  if (value.article !== undefined) return article(value.article)
  if (value.card !== undefined) return card(value.card.slug, value.card.params)
  if (value.invite !== undefined) return groupInvite(value.invite)
  if (value.image !== undefined) return image({ file: value.image })
  if (value.choices !== undefined) return choices(value.choices.head, value.choices.items, value.choices.tail ?? '')
  const staff = value['hand-over']
  if (staff !== undefined) {
    if (typeof staff !== 'object') return handOver(staff === true ? undefined : staff)
    const { skill, reason: why } = staff
    return handOver({ ...(skill !== undefined && { skill }), ...(why !== undefined && { reason: why }) })
  }
  return text(value.text ?? '')
}

function targetOf(message: Message): Pick<Reference, 'kind' | 'target'> | undefined {
  if (message.kind === 'article' || message.kind === 'card') return { kind: message.kind, target: message.slug }
  if (message.kind === 'image' && 'file' in message.media) return { kind: 'media', target: message.media.file }
  return undefined
}
