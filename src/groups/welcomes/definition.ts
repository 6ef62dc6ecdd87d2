import { z } from 'zod'
import { limits } from '../../../rules/wecom/limits.js'
import { article, card, image, link, type Message, text } from '../../core/message.js'
import { params } from '../../library/card.js'
import { address, fields, mediaName, slug, words } from '../../library/fields.js'
import { reason } from '../../library/problem.js'
import { type FolderKind, readFolder } from '../ways/folder.js'

const linkFields = fields({
  title: words('title: 群规', 42),
  description: words('description: 进群先看', 170).optional(),
  url: address,
  picture: address.optional(),
})
const cardFields = z.preprocess(
  (value) => (typeof value === 'string' ? { slug: value } : value),
  fields({ slug: slug('newcomer-gift'), params: params.optional() }),
)
const ATTACHMENTS = ['image', 'link', 'card', 'article'] as const

/** The fields of a group welcome, as YAML. */
export const welcomeSchema = fields({
  title: words('title: 新人群欢迎语', 40),
  account: words('account: corp', 32).optional(),
  text: words('text: 欢迎 %NICKNAME%', 3000)
    .refine((value) => Buffer.byteLength(value) <= limits.groupWelcomeTextBytes.value, {
      error: (issue) =>
        reason(
          `有 ${Buffer.byteLength(String(issue.input))} 字节，最多 ${limits.groupWelcomeTextBytes.value} 字节`,
          '改短一些',
        ),
    })
    .optional(),
  image: mediaName('size-chart.jpg').optional(),
  link: linkFields.optional(),
  card: cardFields.optional(),
  article: slug('welcome').optional(),
  tell: z.boolean({ error: reason('应为 true 或 false', '写成 tell: false') }).default(true),
})
  .refine((value) => ATTACHMENTS.filter((name) => value[name] !== undefined).length <= 1, {
    error: reason('文字之外只能带一样', `从 ${ATTACHMENTS.join('、')} 中选一样`),
  })
  .refine((value) => [value.text, ...ATTACHMENTS.map((name) => value[name])].some((part) => part !== undefined), {
    error: reason('没有内容', '写上 text'),
  })

/**
 * A welcome of the library (入群欢迎语素材). `%NICKNAME%` is who joined. The server can put it into the library only: the
 * group's owner must choose it in the client. `tell`: the platform tells members of a new one.
 */
export type WelcomeDefinition = z.output<typeof welcomeSchema>

/** How `content/group-welcomes` is read. */
export const WELCOME_FOLDER: FolderKind<WelcomeDefinition, WelcomeDefinition> = {
  folder: 'group-welcomes',
  schema: welcomeSchema,
  complete: (_, value) => value,
}

/** What a welcome says, as messages. */
export function messagesOf(welcome: WelcomeDefinition): Message[] {
  const messages: Message[] = []
  if (welcome.text !== undefined) messages.push(text(welcome.text))
  if (welcome.image !== undefined) messages.push(image({ file: welcome.image }))
  if (welcome.card !== undefined) messages.push(card(welcome.card.slug, welcome.card.params))
  if (welcome.article !== undefined) messages.push(article(welcome.article))
  if (welcome.link !== undefined) {
    const { title, url, description = '', picture = '' } = welcome.link
    messages.push(link({ title, url, description, picture }))
  }
  return messages
}

/** Every mistake of `content/group-welcomes`, for `weloop content check`. */
export async function checkWelcomes(
  dir: string,
  names: { hasCard(slug: string): boolean; hasArticle(slug: string): boolean },
  shown: string,
) {
  const { files, problems } = await readFolder(dir, WELCOME_FOLDER, shown)
  const known = files.flatMap(({ value, at }) => (value === undefined ? [] : [{ value, at }]))
  for (const { value, at } of known) {
    const fix = '改成已有的名字'
    if (value.card && !names.hasCard(value.card.slug))
      problems.push(at({ path: ['card'], message: `没有卡片 ${value.card.slug}`, fix }))
    if (value.article !== undefined && !names.hasArticle(value.article))
      problems.push(at({ path: ['article'], message: `没有文章 ${value.article}`, fix }))
  }
  if (known.length > limits.groupWelcomes.value) {
    const message = `有 ${known.length} 条，素材库最多 ${limits.groupWelcomes.value} 条`
    const last = known.at(-1)
    if (last) problems.push(last.at({ path: [], message, fix: '删去不用的' }))
  }
  return { title: '入群欢迎语', count: known.length, problems }
}
