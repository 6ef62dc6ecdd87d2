import type { Rule } from '../../../rules/rule.js'
import { limits } from '../../../rules/wecom/limits.js'
import type { Link, MiniProgram, ResolvedMessage } from '../../core/message.js'

/** Where a message to customers is to be said: a welcome or a group-send task, a moment, the welcome of a group. */
export type CustomerUse = 'message' | 'moments' | 'group-welcome'

/** All texts as the one text that the platform takes. */
export function joinedText(messages: readonly ResolvedMessage[]): string {
  return messages.flatMap((one) => (one.kind === 'text' ? [one.text] : [])).join('\n')
}

/** What does not fit the use, a sentence each; empty when all fits. */
export function unfit(messages: readonly ResolvedMessage[], use: CustomerUse): string[] {
  const text = joinedText(messages)
  const others = messages.filter((one) => one.kind !== 'text')
  if (text.trim() === '' && others.length === 0) return ['messages: a text or something else is needed (内容为空)']
  return [
    ...tooLong('text', text, TEXT_BYTES[use]),
    ...messages.flatMap((one, at) => unfitOne(one, `messages[${at}]`, use)),
    ...togetherUnfit(others, use),
  ]
}

const TEXT_BYTES: Record<CustomerUse, Rule<number>> = {
  message: limits.messageTextBytes,
  moments: limits.messageTextBytes,
  'group-welcome': limits.groupWelcomeTextBytes,
}

function unfitOne(message: ResolvedMessage, at: string, use: CustomerUse): string[] {
  switch (message.kind) {
    case 'text':
    case 'image':
    case 'video':
      return []
    case 'link':
      return unfitLink(message, at, use)
    case 'mini-program':
      return use === 'moments' ? [`${at}: moments show no mini program (朋友圈不支持小程序)`] : unfitCard(message, at)
    default:
      return [`${at}: a ${message.kind} cannot be said to customers (客户消息不支持此类内容)`]
  }
}

function unfitLink({ title, description, url, picture }: Link, at: string, use: CustomerUse): string[] {
  const titleBytes = use === 'moments' ? limits.momentLinkTitleBytes : limits.linkTitleBytes
  const found = [
    ...(title.trim() === '' ? [`${at}.title: is empty (不能为空)`] : []),
    ...tooLong(`${at}.title`, title, titleBytes),
    ...(isLink(url) ? [] : [`${at}.url: must be an http(s) address (须为网址)`]),
    ...tooLong(`${at}.url`, url, limits.linkUrlBytes),
  ]
  if (use !== 'moments') {
    return [
      ...found,
      ...tooLong(`${at}.description`, description, limits.linkDescriptionBytes),
      ...tooLong(`${at}.picture`, picture, limits.linkUrlBytes),
    ]
  }
  return picture === '' ? [...found, `${at}.picture: a link in a moment needs a cover (朋友圈链接须有封面)`] : found
}

function unfitCard({ title, appid, path }: MiniProgram, at: string): string[] {
  return [
    ...Object.entries({ title, appid, path }).flatMap(([field, value]) =>
      value.trim() === '' ? [`${at}.${field}: is empty (不能为空)`] : [],
    ),
    ...tooLong(`${at}.title`, title, limits.cardTitleBytes),
  ]
}

function togetherUnfit(others: readonly ResolvedMessage[], use: CustomerUse): string[] {
  if (use === 'group-welcome') {
    return others.length > 1 ? [`messages: a group's welcome takes a text and one other (${others.length} given)`] : []
  }
  if (use === 'message') return tooMany(others.length, limits.attachments)
  const kinds = new Set(others.map((one) => one.kind))
  if (kinds.size > 1) return ['messages: a moment shows pictures, one video or one link, not several of them']
  if (kinds.has('image')) return tooMany(others.length, limits.momentImages)
  return others.length > 1 ? ['messages: a moment shows one video or one link'] : []
}

const tooMany = (given: number, { value, unit, source }: Rule<number>): string[] =>
  given > value ? [`messages: ${given} given, the limit is ${value} ${unit} (${source})`] : []

function tooLong(at: string, text: string, { value, unit, source }: Rule<number>): string[] {
  const bytes = Buffer.byteLength(text)
  return bytes > value ? [`${at}: ${bytes} bytes, the limit is ${value} ${unit} (${source})`] : []
}

function isLink(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
