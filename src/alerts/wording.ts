import { link, type Message, text } from '../core/message.js'
import { type AlertContent, textOf } from './content.js'
import type { ChatText, RobotText } from './ports.js'

/** An alert as an app message: a card with buttons, a linked card, or a text. */
export function staffMessage(content: AlertContent): Message {
  if (content.kind !== 'card') return text(textOf(content))
  const { title, buttons, link: url } = content
  const body = bodyOf(content)
  if (buttons) {
    const items = buttons.map(({ key, text: label }) => ({ id: key, text: label }))
    return { kind: 'choices', head: title, items, tail: body }
  }
  return url === undefined ? text(textOf(content)) : link({ title, description: body, url, picture: '' })
}

/** An alert as a robot says it. A card needs somewhere to lead. */
export function robotMessage(content: AlertContent): RobotText {
  if (content.kind === 'markdown') return { type: 'markdown', text: content.text }
  if (content.kind !== 'card' || content.link === undefined) return { type: 'text', text: textOf(content) }
  const { title, text: body, facts, link: url } = content
  return {
    type: 'card',
    card: {
      kind: 'notice',
      title,
      ...(body !== '' && { text: body }),
      ...(facts.length > 0 && { facts }),
      target: { url },
    },
  }
}

/** An alert in an internal group, which takes no template cards. */
export function chatMessage(content: AlertContent): ChatText {
  if (content.kind === 'markdown') return { type: 'markdown', text: content.text }
  if (content.kind !== 'card' || content.link === undefined) return { type: 'text', text: textOf(content) }
  return { type: 'textcard', title: content.title, description: bodyOf(content) || content.title, url: content.link }
}

const bodyOf = ({ text: body, facts }: AlertContent & { kind: 'card' }) =>
  [body, ...facts.map(({ name, value }) => `${name}：${value}`)].filter((line) => line !== '').join('\n')
