import type { WeChatApi } from './api.js'

/** A customer-service message (客服消息) in the platform's kinds. `wxcard` and the mini program's `link` are absent. */
export type CustomMessage =
  | { type: 'text'; content: string }
  | { type: 'image'; mediaId: string }
  | { type: 'voice'; mediaId: string }
  | { type: 'video'; mediaId: string; thumbMediaId: string; title?: string; description?: string }
  | {
      type: 'music'
      title: string
      description: string
      url: string
      hqUrl: string
      thumbMediaId: string
    }
  /** Exactly one article (45008 for more). */
  | { type: 'news'; title: string; description: string; url: string; pictureUrl: string }
  /** A published article by the id that publishing gave. */
  | { type: 'mpnewsarticle'; articleId: string }
  | { type: 'msgmenu'; head: string; items: readonly { id: string; text: string }[]; tail: string }
  /** The mini program must be linked to the account; the picture is drawn at about 520x416. */
  | { type: 'miniprogrampage'; title: string; appid: string; pagePath: string; thumbMediaId: string }

/** Customer-service messages: 5 in 48 h after a message, 3 in 1 min after menu, follow and scan. */
export interface Messages {
  /** Sends one message; `from` shows it as one customer-service account's (`amy@shop`). The platform gives no id and no receipt. */
  send(to: string, message: CustomMessage, options?: { from?: string; signal?: AbortSignal }): Promise<void>
  /** Shows or hides 对方正在输入; refused with 45080 when the person did nothing in the last 30 s. */
  typing(to: string, on: boolean): Promise<void>
}

/** The group's methods on an API. */
export function messages(api: WeChatApi): Messages {
  return {
    send: async (to, message, { from, signal } = {}) => {
      await api.call('/cgi-bin/message/custom/send', {
        json: { touser: to, ...wireForm(message), ...(from && { customservice: { kf_account: from } }) },
        ...(signal && { signal }),
      })
    },
    typing: async (to, on) => {
      await api.call('/cgi-bin/message/custom/typing', {
        json: { touser: to, command: on ? 'Typing' : 'CancelTyping' },
      })
    },
  }
}

function wireForm(message: CustomMessage): object {
  switch (message.type) {
    case 'text':
      return { msgtype: 'text', text: { content: message.content } }
    case 'image':
      return { msgtype: 'image', image: { media_id: message.mediaId } }
    case 'voice':
      return { msgtype: 'voice', voice: { media_id: message.mediaId } }
    case 'video':
      return {
        msgtype: 'video',
        video: {
          media_id: message.mediaId,
          thumb_media_id: message.thumbMediaId,
          title: message.title ?? '',
          description: message.description ?? '',
        },
      }
    case 'music':
      return {
        msgtype: 'music',
        music: {
          title: message.title,
          description: message.description,
          musicurl: message.url,
          hqmusicurl: message.hqUrl,
          thumb_media_id: message.thumbMediaId,
        },
      }
    case 'news': {
      const { title, description, url, pictureUrl } = message
      return { msgtype: 'news', news: { articles: [{ title, description, url, picurl: pictureUrl }] } }
    }
    case 'mpnewsarticle':
      return { msgtype: 'mpnewsarticle', mpnewsarticle: { article_id: message.articleId } }
    case 'msgmenu':
      return {
        msgtype: 'msgmenu',
        msgmenu: {
          head_content: message.head,
          list: message.items.map(({ id, text }) => ({ id, content: text })),
          tail_content: message.tail,
        },
      }
    case 'miniprogrampage':
      return {
        msgtype: 'miniprogrampage',
        miniprogrampage: {
          title: message.title,
          appid: message.appid,
          pagepath: message.pagePath,
          thumb_media_id: message.thumbMediaId,
        },
      }
  }
}
