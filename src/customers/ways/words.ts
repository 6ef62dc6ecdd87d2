import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import {
  article,
  card,
  groupInvite,
  image,
  link,
  type Message,
  type ResolvedMessage,
  text,
  video,
} from '../../core/message.js'
import type { Newcomer, WelcomeWords } from '../welcome/ports.js'
import type { DefaultDefinition, WelcomePart } from './definition.js'
import type { WayPorts } from './ports.js'

/** What stands for a name the platform does not tell in time. */
const SOMEBODY = '朋友'
/** What stands for a member nobody has given a name for customers. */
const STAFF = '客服'
/** A welcome waits for a customer's name for so long. */
const NAME_MS = 2_000

/** What a newcomer is welcomed with: a way's own words and the account's. */
export interface Speech {
  parts: readonly WelcomePart[]
  called: Readonly<Record<string, string>>
}

/** Makes the messages of a welcome; what cannot be had (a missing article) is logged and left out. */
export async function wordsOf(
  { people, resolve, log }: Pick<WayPorts, 'people' | 'resolve'> & { log: Logger },
  source: WelcomeWords['source'],
  { parts, called }: Speech,
  newcomer: Newcomer,
): Promise<WelcomeWords> {
  const asksName = parts.some((part) => part.text?.includes('{name}'))
  const name = asksName ? ((await soon(people.nameOf(newcomer))) ?? SOMEBODY) : SOMEBODY
  const names = { name, staff: called[newcomer.staff] ?? STAFF }
  const messages: ResolvedMessage[] = []
  for (const part of parts) {
    try {
      messages.push(...(await resolve(messageIn(part, names), newcomer)))
    } catch (error) {
      log.error({ account: newcomer.account, source, reason: messageOf(error) }, 'part of a welcome left out')
    }
  }
  return { source, messages }
}

/** A part of a welcome as a message, its variables filled in. */
export function messageIn(part: WelcomePart, names: { name: string; staff: string }): Message {
  if (part.image !== undefined) return image({ file: part.image })
  if (part.video !== undefined) return video({ file: part.video })
  if (part.article !== undefined) return article(part.article)
  if (part.card !== undefined) return card(part.card.slug, part.card.params)
  if (part.invite !== undefined) return groupInvite(part.invite)
  if (part.link !== undefined) {
    const { title, url, description = '', picture = '' } = part.link
    return link({ title, url, description, picture })
  }
  return text(fill(part.text ?? '', names))
}

/** The account's words, with the names that members have for customers. */
export const speechOf = ({ welcome, called }: DefaultDefinition): Speech => ({ parts: welcome, called })

/** In one pass, so that a customer who is called `{staff}` stays so. */
function fill(template: string, names: { name: string; staff: string }): string {
  return template.replace(/\{(name|staff)\}/g, (_, key: string) => (key === 'name' ? names.name : names.staff))
}

async function soon<T>(wanted: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), NAME_MS)
  })
  try {
    return await Promise.race([wanted.catch(() => undefined), late])
  } finally {
    clearTimeout(timer)
  }
}
