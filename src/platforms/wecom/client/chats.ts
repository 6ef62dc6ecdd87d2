import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { type AppMessage, wireAppMessage } from './app-message.js'
import { atMost, characters, filled, matches } from './check.js'
import { fieldsOf, idIn, idsOf, textOf } from './read.js'

/** An internal group (内部群) that the app has made; staff only. */
export interface Chat {
  id: string
  name: string
  owner: string
  members: string[]
}

/** Internal groups of the app. Only for apps whose visible range is the whole corporation (48002 else). */
export interface Chats {
  /** 2 to 2000 members, a name of at most 50 characters, an id of at most 32 letters and digits; 1000 a day. Gives the id. */
  create(chat: { members: readonly string[]; name?: string; owner?: string; id?: string }): Promise<string>
  /** Undefined when there is none, or it is not of this app. */
  get(id: string): Promise<Chat | undefined>
  update(
    id: string,
    change: { name?: string; owner?: string; add?: readonly string[]; remove?: readonly string[] },
  ): Promise<void>
  /** Every kind but cards and mini-program notices. Members get 200 a minute and 10,000 a day at most; more is dropped. */
  send(id: string, message: AppMessage, options?: { confidential?: boolean; signal?: AbortSignal }): Promise<void>
}

const CREATE = '/cgi-bin/appchat/create'
const UPDATE = '/cgi-bin/appchat/update'
const SEND = '/cgi-bin/appchat/send'
const GONE = [40050, 86001, 86003]

/** The group's methods on an API. */
export function chats(api: WecomApi): Chats {
  return {
    create: async ({ members, name, owner, id }) => {
      if (members.length < 2) throw refusedBefore(CREATE, 'members', 'at least 2 are needed', '至少 2 名成员')
      atMost(CREATE, 'members', members.length, limits.chatMembers)
      atMost(CREATE, 'name', characters(name ?? ''), limits.chatName)
      if (id !== undefined) {
        matches(CREATE, 'id', id, /^[0-9A-Za-z]+$/, 'letters and digits')
        atMost(CREATE, 'id', id.length, limits.chatIdLength)
      }
      const json = {
        userlist: members,
        ...(name !== undefined && { name }),
        ...(owner !== undefined && { owner }),
        ...(id !== undefined && { chatid: id }),
      }
      return idIn(CREATE, await api.call(CREATE, { json }), 'chatid')
    },
    get: async (id) => {
      const answer = await api.call('/cgi-bin/appchat/get', { query: { chatid: id }, accept: GONE })
      if (answer['chat_info'] === undefined) return undefined
      const chat = fieldsOf(answer['chat_info'])
      return {
        id: textOf(chat, 'chatid'),
        name: textOf(chat, 'name'),
        owner: textOf(chat, 'owner'),
        members: idsOf(chat['userlist']),
      }
    },
    update: async (id, { name, owner, add, remove }) => {
      atMost(UPDATE, 'name', characters(name ?? ''), limits.chatName)
      const json = {
        chatid: id,
        ...(name !== undefined && { name }),
        ...(owner !== undefined && { owner }),
        ...(add && { add_user_list: add }),
        ...(remove && { del_user_list: remove }),
      }
      await api.call(UPDATE, { json })
    },
    send: async (id, message, { confidential, signal } = {}) => {
      filled(SEND, 'id', id)
      if (message.type === 'card' || message.type === 'mini-program-notice') {
        throw refusedBefore(SEND, 'message', `an internal group takes no ${message.type}`, '内部群不支持该类消息')
      }
      const json = { chatid: id, ...wireAppMessage(SEND, message), ...(confidential === true && { safe: 1 }) }
      await api.call(SEND, { json, ...(signal && { signal }) })
    },
  }
}
