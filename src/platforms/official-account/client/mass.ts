import { limits } from '../../../../rules/official-account/limits.js'
import { unreachable } from '../../../core/errors.js'
import { refusedBefore } from '../errors.js'
import type { WeChatApi } from './api.js'
import { atMost, filled, some, whole } from './check.js'
import { type Fields, fieldsOf, idIn, numberOf, optional, textOf } from './read.js'

/** What can be sent to many. */
export type MassMessage =
  /** A draft by its media id: article or picture message. It leaves the draft box. */
  | { type: 'article'; mediaId: string }
  | { type: 'text'; content: string }
  | { type: 'voice'; mediaId: string }
  /** 1 to 20 pictures. */
  | { type: 'images'; mediaIds: readonly string[]; recommend?: string; comments?: 'nobody' | 'everybody' | 'followers' }
  /** The id that `prepareVideo` gave. */
  | { type: 'video'; mediaId: string }

/** How a mass message is sent. */
export interface MassOptions {
  /** The same one within 24 h is taken once (45065). 1 to 60 bytes; keep it per send and segment. */
  clientMsgId: string
  /** Goes on as a reprint when the originality check finds one; standard false: the send stops. */
  sendReprints?: boolean
}

/** The platform has taken the order; how it went comes as MASSSENDJOBFINISH with this id. */
export interface MassAccepted {
  msgId: string
  /** Joins statistics and comments; only of articles. */
  msgDataId?: string
  /** It had been taken before under this clientMsgId: nothing was sent again. */
  repeated: boolean
}

/** Mass sends (群发): a service account reaches a follower 4 times a month, a subscription account sends once a day. */
export interface Mass {
  /** Counts against the month of each receiver; who has none left is filtered out. */
  toTag(tagId: string, message: MassMessage, options: MassOptions): Promise<MassAccepted>
  /** To every follower, shown in the account's history. The administrator may have to confirm within 30 min. */
  toAll(message: MassMessage, options: MassOptions): Promise<MassAccepted>
  /** 2 to 10,000 openids; verified service accounts. */
  toOpenids(openids: readonly string[], message: MassMessage, options: MassOptions): Promise<MassAccepted>
  /** Shows it to one person, by openid or WeChat id (微信号). 100 a day. */
  preview(to: { openid: string } | { wechatId: string }, message: MassMessage): Promise<string>
  /** Removes the articles' pages; what lies in chats stays. `article` counts from 1, absent means all. 10 a day. */
  remove(msgId: string, article?: number): Promise<void>
  /** `SEND_SUCCESS`, `SENDING`, `SEND_FAIL` or `DELETE`. */
  state(msgId: string): Promise<string>
  /** The step 0 (800,000 a minute) to 4 (100,000) and the true speed in 10,000 a minute. */
  speed(): Promise<{ step: number; real: number }>
  setSpeed(step: number): Promise<void>
  /** Turns an uploaded video into one that can be mass-sent; gives its id. */
  prepareVideo(video: { mediaId: string; title: string; description: string }): Promise<string>
}

const SEND_ALL = '/cgi-bin/message/mass/sendall'
const SEND = '/cgi-bin/message/mass/send'
const PREVIEW = '/cgi-bin/message/mass/preview'
const REMOVE = '/cgi-bin/message/mass/delete'
const SPEED = '/cgi-bin/message/mass/speed/set'
const VIDEO = '/cgi-bin/media/uploadvideo'
const TAKEN_BEFORE = 45065

/** The group's methods on an API. */
export function mass(api: WeChatApi): Mass {
  const send = async (path: string, to: object, message: MassMessage, options: MassOptions): Promise<MassAccepted> => {
    checkMessage(path, message)
    filled(path, 'clientMsgId', options.clientMsgId)
    atMost(path, 'clientMsgId', Buffer.byteLength(options.clientMsgId), limits.massClientMsgId)
    const json = {
      ...to,
      ...wireMass(message),
      ...(message.type === 'article' && { send_ignore_reprint: options.sendReprints ? 1 : 0 }),
      clientmsgid: options.clientMsgId,
    }
    return acceptedOf(path, await api.call(path, { json, accept: [TAKEN_BEFORE] }))
  }
  return {
    toTag: async (tagId, message, options) => {
      if (!/^\d{1,15}$/.test(tagId)) throw refusedBefore(SEND_ALL, 'tagId', 'is not a tag id', '不是标签 ID')
      return send(SEND_ALL, { filter: { is_to_all: false, tag_id: Number(tagId) } }, message, options)
    },
    toAll: (message, options) => send(SEND_ALL, { filter: { is_to_all: true } }, message, options),
    toOpenids: async (openids, message, options) => {
      whole(SEND, 'openids', openids.length, limits.massOpenidsLeast.value, limits.massOpenids)
      return send(SEND, { touser: openids }, message, options)
    },
    preview: async (to, message) => {
      checkMessage(PREVIEW, message)
      const target = 'openid' in to ? { touser: to.openid } : { towxname: to.wechatId }
      return textOf(await api.call(PREVIEW, { json: { ...target, ...wireMass(message) } }), 'msg_id')
    },
    remove: async (msgId, article = 0) => {
      await api.call(REMOVE, { json: { msg_id: exact(REMOVE, msgId), article_idx: article } })
    },
    state: async (msgId) =>
      textOf(fieldsOf(await api.call('/cgi-bin/message/mass/get', { json: { msg_id: msgId } })), 'msg_status'),
    speed: async () => {
      const answer = await api.call('/cgi-bin/message/mass/speed/get')
      return { step: numberOf(answer, 'speed'), real: numberOf(answer, 'realspeed') }
    },
    setSpeed: async (step) => {
      whole(SPEED, 'step', step, 0, limits.massSpeed)
      await api.call(SPEED, { json: { speed: step } })
    },
    prepareVideo: async ({ mediaId, title, description }) => {
      filled(VIDEO, 'mediaId', mediaId)
      return idIn(VIDEO, await api.call(VIDEO, { json: { media_id: mediaId, title, description } }), 'media_id')
    },
  }
}

function checkMessage(path: string, message: MassMessage): void {
  switch (message.type) {
    case 'text':
      filled(path, 'content', message.content)
      atMost(path, 'content', Buffer.byteLength(message.content), limits.textBytes)
      break
    case 'images':
      some(path, 'mediaIds', message.mediaIds.length, limits.massImages)
      break
    case 'article':
    case 'voice':
    case 'video':
      filled(path, 'mediaId', message.mediaId)
      break
    default:
      unreachable(message)
  }
}

function wireMass(message: MassMessage): object {
  switch (message.type) {
    case 'article':
      return { msgtype: 'mpnews', mpnews: { media_id: message.mediaId } }
    case 'text':
      return { msgtype: 'text', text: { content: message.content } }
    case 'voice':
      return { msgtype: 'voice', voice: { media_id: message.mediaId } }
    case 'video':
      return { msgtype: 'mpvideo', mpvideo: { media_id: message.mediaId } }
    case 'images':
      return {
        msgtype: 'image',
        images: {
          media_ids: message.mediaIds,
          ...(message.recommend !== undefined && { recommend: message.recommend }),
          need_open_comment: message.comments === undefined || message.comments === 'nobody' ? 0 : 1,
          only_fans_can_comment: message.comments === 'followers' ? 1 : 0,
        },
      }
  }
}

function acceptedOf(path: string, answer: Fields): MassAccepted {
  const repeated = numberOf(answer, 'errcode') === TAKEN_BEFORE
  return {
    msgId: repeated ? textOf(answer, 'msg_id') : idIn(path, answer, 'msg_id'),
    ...optional('msgDataId', textOf(answer, 'msg_data_id')),
    repeated,
  }
}

/** `mass/delete` wants a number. */
function exact(path: string, id: string): number {
  if (!/^\d+$/.test(id) || !Number.isSafeInteger(Number(id))) {
    throw refusedBefore(path, 'msgId', 'is not the id of a mass message', '不是群发消息 ID')
  }
  return Number(id)
}
