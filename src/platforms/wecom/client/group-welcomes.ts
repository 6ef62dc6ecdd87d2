import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { type Attachment, attachmentIn, wireAttachment } from './attachments.js'
import { bytesAtMost } from './check.js'
import { type Fields, fieldsOf, idIn, textOf } from './read.js'

/** A welcome of the library (入群欢迎语素材): a text, one attachment, or both. `%NICKNAME%` is who joined. */
export interface GroupWelcome {
  /** At most 3000 bytes. */
  text?: string
  attachment?: Attachment
}

/** The library of group welcomes: at most 100. The API cannot put one on a group: its owner chooses it in the client. */
export interface GroupWelcomes {
  /** Gives the id. `tell`: owners are told to use it. Standard true. */
  add(welcome: GroupWelcome, options?: { tell?: boolean }): Promise<string>
  get(id: string): Promise<GroupWelcome>
  /** Only our own (41058). Writes the whole welcome anew. */
  update(id: string, welcome: GroupWelcome): Promise<void>
  /** One that is gone or not ours counts as removed. */
  remove(id: string): Promise<void>
}

const ROOT = '/cgi-bin/externalcontact/group_welcome_template'
const ADD = `${ROOT}/add`
const UPDATE = `${ROOT}/edit`
const NOT_OURS = 41058
const KINDS = ['image', 'link', 'miniprogram', 'file', 'video']

/** The group's methods on an API. */
export function groupWelcomes(api: WecomApi, agentId: number): GroupWelcomes {
  return {
    add: async (welcome, { tell = true } = {}) => {
      const json = { ...wireWelcome(ADD, welcome), agentid: agentId, notify: tell ? 1 : 0 }
      return idIn(ADD, await api.call(ADD, { json }), 'template_id')
    },
    get: async (id) => welcomeOf(await api.call(`${ROOT}/get`, { json: { template_id: id } })),
    update: async (id, welcome) => {
      await api.call(UPDATE, { json: { template_id: id, ...wireWelcome(UPDATE, welcome), agentid: agentId } })
    },
    remove: async (id) => {
      await api.call(`${ROOT}/del`, { json: { template_id: id, agentid: agentId }, accept: [NOT_OURS] })
    },
  }
}

function wireWelcome(endpoint: string, { text = '', attachment }: GroupWelcome): object {
  if (text.trim() === '' && !attachment) {
    throw refusedBefore(endpoint, 'text', 'a text or an attachment is needed', '文字与附件不能同时为空')
  }
  bytesAtMost(endpoint, 'text', text, limits.groupWelcomeTextBytes)
  const { msgtype: _, ...content } = attachment ? wireAttachment(endpoint, 'attachment', attachment) : {}
  return { ...(text !== '' && { text: { content: text } }), ...content }
}

function welcomeOf(fields: Fields): GroupWelcome {
  const text = textOf(fieldsOf(fields['text']), 'content')
  const kind = KINDS.find((name) => fields[name] !== undefined)
  const [attachment] = kind === undefined ? [] : attachmentIn({ msgtype: kind, [kind]: fields[kind] })
  return { ...(text !== '' && { text }), ...(attachment && { attachment }) }
}
