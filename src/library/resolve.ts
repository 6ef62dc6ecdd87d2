import { AppError } from '../core/errors.js'
import type { MenuAction, ResolvedMenu } from '../core/menu.js'
import {
  type FilledNotice,
  type Link,
  link,
  type Media,
  type Message,
  miniProgram,
  type NoticeRef,
  type ResolvedMessage,
  text,
} from '../core/message.js'
import { withQuery } from './card.js'
import type { ButtonTarget } from './menu.js'
import { type Notice, type ReadyNotice, templateOf } from './notice.js'
import type { Content } from './parse.js'
import { articleUrl, mediaUrl } from './render.js'
import { type NoticeProblem, renderNotice, renderText } from './render-notice.js'

/** A message that names something the library does not have (any more): to be logged, and not sent. */
export interface Missing {
  missing: { kind: 'article' | 'card' | 'media' | 'notice' | 'invitation'; name: string }
}

/**
 * Fills in what a message names: articles become links, cards mini-program cards, notices are filled with their data for
 * the account; everything else passes through. Invitations need a person and are settled before; one that comes here is
 * missing. Throws AppError `notice.data` when data does not fit its notice.
 */
export function resolveMessage(
  message: Message,
  content: Content,
  publicUrl: string,
  account = '',
): ResolvedMessage | Missing {
  if (message.kind === 'notice') return filledNotice(message, content, account)
  if (message.kind === 'invitation') return { missing: { kind: 'invitation', name: message.name } }
  if (message.kind === 'article') return articleLink(message.slug, content, publicUrl)
  if (message.kind === 'card') {
    const found = content.cards.get(message.slug)
    if (found === undefined) return { missing: { kind: 'card', name: message.slug } }
    const { title, appid, thumb } = found
    const path = withQuery(found.path, message.params ?? {})
    return resolveMessage(miniProgram({ title, appid, path, thumb: { file: thumb } }), content, publicUrl)
  }
  const lost = mediaOf(message).find((media) => 'file' in media && !content.media.has(media.file))
  return lost && 'file' in lost ? { missing: { kind: 'media', name: lost.file } } : message
}

/** The links made so far, by the content they were made from: a reload starts anew. */
const links = new WeakMap<Content, Map<string, Link>>()

/** An article's link is the same frozen object for everybody, so that what is made of it can be kept as well. */
function articleLink(slug: string, content: Content, publicUrl: string): Link | Missing {
  let made = links.get(content)
  if (made === undefined) {
    made = new Map()
    links.set(content, made)
  }
  const url = articleUrl(publicUrl, slug)
  const known = made.get(url)
  if (known !== undefined) return known
  const found = content.articles.get(slug)
  if (found === undefined) return { missing: { kind: 'article', name: slug } }
  const { title, digest, cover } = found
  if (!content.media.has(cover)) return { missing: { kind: 'media', name: cover } }
  const ready = Object.freeze(link({ title, description: digest, url, picture: mediaUrl(publicUrl, cover) }))
  made.set(url, ready)
  return ready
}

/** Fills in what a menu's buttons name. Undefined when an article or card is not there. */
export function resolveMenu(slug: string, content: Content, publicUrl: string): ResolvedMenu | undefined {
  const menu = content.menus.get(slug)
  if (menu === undefined) return undefined
  const buttons: ResolvedMenu['buttons'] = []
  for (const button of menu.buttons) {
    if ('target' in button) {
      const action = actionOf(button.target, content, publicUrl)
      if (action === undefined) return undefined
      buttons.push({ name: button.name, action })
      continue
    }
    const below: { name: string; action: MenuAction }[] = []
    for (const { name, target } of button.buttons) {
      const action = actionOf(target, content, publicUrl)
      if (action === undefined) return undefined
      below.push({ name, action })
    }
    buttons.push({ name: button.name, buttons: below })
  }
  return { slug, ...(menu.tag !== undefined && { tag: menu.tag }), buttons }
}

/** Fills in the card a notice leads to. Undefined when it is not there. */
export function resolveNotice(notice: Notice, content: Content): ReadyNotice | undefined {
  const { page, ...rest } = notice
  if (page === undefined) return rest
  if (!('card' in page)) return { ...rest, page }
  const card = content.cards.get(page.card)
  return card && { ...rest, page: { appid: card.appid, path: card.path, params: page.params } }
}

/** A notice for an account; one that has no template there is as good as missing. */
function filledNotice(ref: NoticeRef, content: Content, account: string): ResolvedMessage | Missing {
  const missing: Missing = { missing: { kind: 'notice', name: ref.name } }
  const found = [...content.notices.values()].find((each) => each.name === ref.name)
  const ready = found && resolveNotice(found, content)
  if (ready === undefined) return missing
  if (ref.as === 'text') {
    if (ready.text === undefined) return missing
    const words = renderText(ready, ref.data, ref.page)
    return 'problems' in words ? unfit(ref.name, words.problems) : text(words.text)
  }
  const template = templateOf(ready, account)
  if (template === undefined) return missing
  const rendered = renderNotice(ready, ref.data, undefined, ref.page)
  if ('problems' in rendered) return unfit(ref.name, rendered.problems)
  const { channel } = ready
  const visitor = ref.visitor === undefined ? {} : { visitor: ref.visitor }
  return { kind: 'filled-notice', channel, template, ...rendered, ...visitor } satisfies FilledNotice
}

function unfit(name: string, problems: readonly NoticeProblem[]): never {
  const told = problems.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new AppError('notice.data', `the data does not fit the notice '${name}': ${told}`, {
    fix: 'send the data the notice asks for, or mend the notice in content/notices',
  })
}

function actionOf(target: ButtonTarget, content: Content, publicUrl: string): MenuAction | undefined {
  if (target.kind === 'keyword') return { kind: 'keyword', key: target.keyword }
  if (target.kind === 'article')
    return content.articles.has(target.slug) ? { kind: 'view', url: articleUrl(publicUrl, target.slug) } : undefined
  if (target.kind !== 'card') return target
  const card = content.cards.get(target.slug)
  return card && { kind: 'mini-program', appid: card.appid, path: card.path, url: card.url ?? `${publicUrl}/` }
}

function mediaOf(message: ResolvedMessage): Media[] {
  switch (message.kind) {
    case 'image':
    case 'voice':
      return [message.media]
    case 'video':
      return message.thumb === undefined ? [message.media] : [message.media, message.thumb]
    case 'music':
    case 'mini-program':
      return [message.thumb]
    default:
      return []
  }
}
