import type { Clock } from '../../core/clock.js'
import type { ResolvedMessage } from '../../core/message.js'
import { createDeliver, type DeliverOptions } from '../official-account/deliver.js'
import type { MediaIds } from '../official-account/media.js'
import type { Platform } from '../platform.js'
import type { Messages, MiniMessage } from './client/messages.js'

export interface MiniConversationOptions {
  appid: string
  messages: Pick<Messages, 'send'>
  media: MediaIds
  clock: Clock
  /** Waits before the one repetition after "busy". */
  wait?: (ms: number) => Promise<unknown>
}

type WireMessage = Parameters<DeliverOptions['messages']['send']>[1]

/**
 * Sends one message by the mini program's customer service: text, picture, link and a page of its own; choices become
 * numbered lines, as it has no menus. Everything else is refused before the call, with the reason. Ends are those of the
 * Official Account's customer-service messages: no key, no receipt.
 */
export function createMiniConversation({ appid, messages, ...rest }: MiniConversationOptions): Platform['deliver'] {
  const deliver = createDeliver({
    ...rest,
    messages: { send: (to, message, options) => messages.send(to, inMini(message), options) },
  })

  return async (message, target) => {
    const own = fitted(message, appid)
    return typeof own === 'string' ? { state: 'failed', reason: own } : deliver(own, target)
  }
}

/** The message as a mini program can send it, or the reason why it cannot. */
function fitted(message: ResolvedMessage, appid: string): ResolvedMessage | string {
  switch (message.kind) {
    case 'choices': {
      const lines = message.items.map(({ text }, at) => `${at + 1}. ${text}`)
      return { kind: 'text', text: [message.head, ...lines, message.tail].filter((line) => line !== '').join('\n') }
    }
    case 'voice':
    case 'video':
    case 'music':
      return `the customer service of a mini program takes no ${message.kind}: send a text, a picture, a link or a page`
    case 'mini-program':
      return message.appid === appid
        ? message
        : `the page is of the mini program ${message.appid}; customer service sends pages of its own only (${appid})`
    default:
      return message
  }
}

function inMini(message: WireMessage): MiniMessage {
  switch (message.type) {
    case 'text':
    case 'image':
      return message
    case 'news': {
      const { title, description, url, pictureUrl: thumbUrl } = message
      return { type: 'link', title, description, url, thumbUrl }
    }
    case 'miniprogrampage': {
      const { title, pagePath, thumbMediaId } = message
      return { type: 'page', title, pagePath, thumbMediaId }
    }
    default:
      throw new Error(`a ${message.type} is not sent by a mini program`)
  }
}
