import { limits } from '../../../../rules/wecom/limits.js'
import { unreachable } from '../../../core/errors.js'
import { type Choices, type ConversationMessage, type ResolvedMessage, splitText } from '../../../core/message.js'
import { blankThumb } from '../../official-account/blank-thumb.js'
import type { MediaSource } from '../../shared/media-ids.js'
import type { DeskMessage } from '../client/desk-message.js'

/** The kinds of media that messages of the desk carry. */
export type KfMediaType = 'image' | 'voice' | 'video'

/** A message of the desk, with the medium it needs an id of. */
export interface KfForm {
  use?: { media: MediaSource; type: KfMediaType }
  wire(mediaId: string): DeskMessage
}

/** The form a message takes at the desk, or why it has none. */
export function formOf(message: ResolvedMessage): KfForm | { reason: string } {
  switch (message.kind) {
    case 'hand-over':
    case 'filled-notice':
    case 'shipping':
    case 'mass-draft':
      return { reason: `a ${message.kind} is no message of the desk` }
    default:
      return conversation(message)
  }
}

function conversation(message: Exclude<ConversationMessage, { kind: 'hand-over' }>): KfForm | { reason: string } {
  switch (message.kind) {
    case 'text':
      return text(message.text)
    case 'image':
    case 'voice':
    case 'video': {
      const { kind: type, media } = message
      return { use: { media, type }, wire: (mediaId) => ({ type, mediaId }) }
    }
    case 'music': {
      const { title, description = '', url, thumb } = message
      return link({ title, description, url }, thumb)
    }
    case 'link': {
      const { title, description, url, picture } = message
      return link({ title, description, url }, picture === '' ? { bytes: blankThumb } : { url: picture })
    }
    case 'mini-program': {
      const { title, appid, path, thumb } = message
      const short = begin(title, limits.deskCardTitleBytes.value)
      const wire = (thumbMediaId: string): DeskMessage => ({
        type: 'mini-program',
        appid,
        title: short,
        path,
        thumbMediaId,
      })
      return { use: { media: thumb, type: 'image' }, wire }
    }
    case 'choices':
      return choices(message)
    default:
      return unreachable(message)
  }
}

function text(value: string): KfForm | { reason: string } {
  if (value.trim() === '') return { reason: 'the text is empty' }
  const bytes = Buffer.byteLength(value)
  if (bytes > limits.deskTextBytes.value) {
    return { reason: `the text has ${bytes} bytes, one message takes ${limits.deskTextBytes.value}` }
  }
  return { wire: () => ({ type: 'text', text: value }) }
}

function link(about: { title: string; description: string; url: string }, media: MediaSource): KfForm {
  const title = begin(about.title, limits.deskLinkTitleBytes.value)
  const description = begin(about.description, limits.deskLinkDescriptionBytes.value)
  const wire = (thumbMediaId: string): DeskMessage => ({
    type: 'link',
    title,
    description,
    url: about.url,
    thumbMediaId,
  })
  return { use: { media, type: 'image' }, wire }
}

/** Up to 10 choices that fit are a menu, whose tap comes back with the choice's id; others are a numbered text. */
function choices({ head, items, tail }: Choices): KfForm | { reason: string } {
  if (items.length === 0) return { reason: 'there is nothing to choose from' }
  const ends = limits.deskMenuHeadBytes.value
  const fits =
    items.length <= limits.deskMenuItems.value &&
    Buffer.byteLength(head) <= ends &&
    Buffer.byteLength(tail) <= ends &&
    items.every(
      (item) =>
        item.text !== '' &&
        Buffer.byteLength(item.text) <= limits.deskMenuContentBytes.value &&
        Buffer.byteLength(item.id) <= limits.deskMenuIdBytes.value,
    )
  if (fits) return { wire: () => ({ type: 'menu', head, items, tail }) }
  const lines = items.map((item, at) => `${at + 1}. ${item.text}`)
  return text([head, ...lines, tail].filter((line) => line !== '').join('\n'))
}

/** The client shows the beginning of a long title anyway. */
function begin(value: string, maxBytes: number): string {
  if (Buffer.byteLength(value) <= maxBytes) return value
  return `${splitText(value, maxBytes - Buffer.byteLength('…'))[0] ?? ''}…`
}
