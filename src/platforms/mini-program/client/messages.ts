import { miniProgramLimits as limits } from '../../../../rules/mini-program/limits.js'
import { limits as accountLimits } from '../../../../rules/official-account/limits.js'
import type { WeChatApi } from '../../official-account/client/api.js'
import { atMost, characters, filled, isLink } from '../../official-account/client/check.js'

/** A customer-service message of a mini program. */
export type MiniMessage =
  | { type: 'text'; content: string }
  /** Temporary media of the mini program itself. */
  | { type: 'image'; mediaId: string }
  | { type: 'link'; title: string; description: string; url: string; thumbUrl: string }
  /** A page of the mini program itself. */
  | { type: 'page'; title: string; pagePath: string; thumbMediaId: string }

/** Customer-service messages: 5 in 48 h after a message, 2 in 1 min after entering the session. */
export interface Messages {
  /** The platform gives no id and no receipt. */
  send(to: string, message: MiniMessage, options?: { signal?: AbortSignal }): Promise<void>
  /** Shows or hides 对方正在输入. */
  typing(to: string, on: boolean): Promise<void>
}

const SEND = '/cgi-bin/message/custom/send'

/** The group's methods on an API. */
export function messages(api: WeChatApi): Messages {
  return {
    send: async (to, message, { signal } = {}) => {
      await api.call(SEND, { json: { touser: to, ...wireForm(message) }, ...(signal && { signal }) })
    },
    typing: async (to, on) => {
      await api.call('/cgi-bin/message/custom/typing', {
        json: { touser: to, command: on ? 'Typing' : 'CancelTyping' },
      })
    },
  }
}

function wireForm(message: MiniMessage): object {
  switch (message.type) {
    case 'text':
      filled(SEND, 'content', message.content)
      atMost(SEND, 'content', Buffer.byteLength(message.content), accountLimits.textBytes)
      return { msgtype: 'text', text: { content: message.content } }
    case 'image':
      filled(SEND, 'mediaId', message.mediaId)
      return { msgtype: 'image', image: { media_id: message.mediaId } }
    case 'link': {
      const { title, description, url, thumbUrl } = message
      isLink(SEND, 'url', url)
      return { msgtype: 'link', link: { title, description, url, thumb_url: thumbUrl } }
    }
    case 'page': {
      const { title, pagePath, thumbMediaId } = message
      atMost(SEND, 'title', characters(title), limits.cardTitle)
      filled(SEND, 'thumbMediaId', thumbMediaId)
      return {
        msgtype: 'miniprogrampage',
        miniprogrampage: { title, pagepath: pagePath, thumb_media_id: thumbMediaId },
      }
    }
  }
}
