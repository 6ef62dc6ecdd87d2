import { limits } from '../../../../rules/official-account/limits.js'
import { refusedBefore } from '../errors.js'
import type { WeChatApi } from './api.js'
import { atMost, characters, filled, isLink, whole } from './check.js'

/** A one-time message (一次性订阅消息): free text to somebody who allowed exactly one in this scene. */
export interface OneTimeMessage {
  to: string
  templateId: string
  /** 0 to 10,000, as in the consent. */
  scene: number
  /** At most 15 characters. */
  title: string
  /** At most 200 characters. */
  content: string
  /** `#rrggbb`. */
  color?: string
  url?: string
  miniProgram?: { appid: string; pagePath: string }
}

/** One-time subscriptions: the person need not follow. Consents of one scene do not add up. */
export interface OneTime {
  /** The page that asks for consent; it leads back with openid, template_id, action, scene and reserved. */
  confirmUrl(ask: { templateId: string; scene: number; redirectUrl: string; reserved?: string }): string
  /** 100,000 a day. */
  send(message: OneTimeMessage, options?: { signal?: AbortSignal }): Promise<void>
}

const SEND = '/cgi-bin/message/template/subscribe'
const CONFIRM = '/mp/subscribemsg'

/** The group's methods on an API. */
export function oneTime(api: WeChatApi, appid: string): OneTime {
  return {
    confirmUrl: ({ templateId, scene, redirectUrl, reserved = '' }) => {
      whole(CONFIRM, 'scene', scene, 0, limits.oneTimeScene)
      isLink(CONFIRM, 'redirectUrl', redirectUrl)
      atMost(CONFIRM, 'reserved', Buffer.byteLength(reserved), limits.oneTimeReserved)
      const query = {
        action: 'get_confirm',
        appid,
        scene: String(scene),
        template_id: templateId,
        redirect_url: redirectUrl,
        ...(reserved !== '' && { reserved }),
      }
      return `${api.page('mp', CONFIRM, query)}#wechat_redirect`
    },
    send: async (message, { signal } = {}) => {
      const { title, content, scene, color = '#333333', url, miniProgram } = message
      whole(SEND, 'scene', scene, 0, limits.oneTimeScene)
      filled(SEND, 'title', title)
      atMost(SEND, 'title', characters(title), limits.oneTimeTitle)
      filled(SEND, 'content', content)
      atMost(SEND, 'content', characters(content), limits.oneTimeContent)
      if (url !== undefined) isLink(SEND, 'url', url)
      if (!/^#[0-9a-f]{6}$/i.test(color)) throw refusedBefore(SEND, 'color', 'must be #rrggbb', '须为 #rrggbb')
      await api.call(SEND, {
        json: {
          touser: message.to,
          template_id: message.templateId,
          ...(url !== undefined && { url }),
          ...(miniProgram && { miniprogram: { appid: miniProgram.appid, pagepath: miniProgram.pagePath } }),
          scene: String(scene),
          title,
          data: { content: { value: content, color } },
        },
        ...(signal && { signal }),
      })
    },
  }
}
