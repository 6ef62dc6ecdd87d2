import { splitText } from '../core/message.js'
import { type Expression, fillIn, parseExpression } from '../library/expression.js'
import type { AlertDefinition, CardTemplate } from './definition.js'

/** What an alert says, filled in. A card's link is an address. */
export type AlertContent =
  | { kind: 'none' }
  | { kind: 'text'; text: string }
  | { kind: 'markdown'; text: string }
  | {
      kind: 'card'
      title: string
      text: string
      facts: { name: string; value: string }[]
      link?: string
      buttons?: { text: string; key: string }[]
    }

/** Stands where a fact has no such value: an alert with a gap is better than none. */
export const GAP = '—'

/** What a text has room for: 2048 bytes are one message to staff, less what marks it as one of its own. */
export const MOST_BYTES = 1900

/** Data of people may hold anything: it never becomes a link, a mention or a format. */
const plainText = (value: string) => value.replaceAll('<', '＜').replaceAll('>', '＞')
const plainMarkdown = (value: string) => plainText(value).replace(/[[\]`*_#|]/g, (sign) => WIDE[sign] ?? sign)
const WIDE: Record<string, string> = { '[': '［', ']': '］', '`': '｀', '*': '＊', _: '＿', '#': '＃', '|': '｜' }

/** The content of a rule for data, and the variables that had no value. `note` is added at the end: 另有 3 条. */
export function contentOf(
  definition: Pick<AlertDefinition, 'text' | 'markdown' | 'card'>,
  data: unknown,
  timeZone: string,
  note = '',
): { content: AlertContent; gaps: string[] } {
  const gaps: string[] = []
  const fill = (template: string, encode: (value: string) => string) => {
    const expression = parseExpression(template)
    if ('message' in expression) return template
    return filled(expression, data, timeZone, encode, gaps)
  }
  const { text, markdown, card } = definition
  const room = MOST_BYTES - Buffer.byteLength(note)
  const ended = (body: string, sign: string) => shortened(body.trimEnd(), room) + (note === '' ? '' : sign + note)
  if (text !== undefined) return { content: { kind: 'text', text: ended(fill(text, plainText), '\n') }, gaps }
  if (markdown !== undefined) {
    return { content: { kind: 'markdown', text: ended(fill(markdown, plainMarkdown), '\n> ') }, gaps }
  }
  if (card !== undefined) return { content: cardOf(card, fill, note), gaps }
  return { content: { kind: 'none' }, gaps }
}

function cardOf(
  { title, text, facts = [], link, buttons }: CardTemplate,
  fill: (template: string, encode: (value: string) => string) => string,
  note: string,
): AlertContent {
  const body = [text === undefined ? '' : fill(text, plainText).trim(), note].filter((part) => part !== '')
  return {
    kind: 'card',
    title: fill(title, plainText),
    text: body.join('\n'),
    facts: facts.map(({ name, value }) => ({ name, value: fill(value, plainText) })),
    ...(link !== undefined && { link: fill(link, encodeURIComponent) }),
    ...(buttons && {
      buttons: buttons.map(({ text: label, key }) => ({ text: label, key: fill(key, (value) => value) })),
    }),
  }
}

function filled(
  expression: Expression,
  data: unknown,
  timeZone: string,
  encode: (value: string) => string,
  gaps: string[],
): string {
  return expression
    .map((part) => {
      if (typeof part === 'string') return part
      const found = fillIn([part], data, timeZone, encode)
      if ('text' in found) return found.text
      gaps.push(part.path.join('.'))
      return GAP
    })
    .join('')
}

/** The content as plain text, where nothing else can be shown. Links stand as `<a>`, which WeCom's texts may have. */
export function textOf(content: AlertContent): string {
  switch (content.kind) {
    case 'none':
      return ''
    case 'text':
      return content.text
    case 'markdown':
      return withoutMarkdown(content.text)
    case 'card': {
      const { title, text, facts, link, buttons } = content
      const lines = [title, text, ...facts.map(({ name, value }) => `${name}：${value}`)]
      if (buttons) lines.push(buttons.map((button) => `［${button.text}］`).join(' '))
      if (link !== undefined) lines.push(`<a href="${link}">查看详情</a>`)
      return lines.filter((line) => line !== '').join('\n')
    }
  }
}

function withoutMarkdown(markdown: string): string {
  return markdown
    .replace(/<font [^>]*>(.*?)<\/font>/gs, '$1')
    .replace(/<@([\w.@-]+)>/g, '@$1')
    .replace(/\[([^\]]*)\]\((https?:[^)\s]+)\)/g, '<a href="$2">$1</a>')
    .replace(/\*\*(.+?)\*\*/gs, '$1')
    .replace(/`([^`]*)`/g, '$1')
    .replace(/^(#{1,6}|>)\s+/gm, '')
}

/** The beginning of a text that is too long for one message, with a sign that something is missing. */
export function shortened(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  return `${splitText(text, maxBytes - Buffer.byteLength('…'))[0] ?? ''}…`
}
