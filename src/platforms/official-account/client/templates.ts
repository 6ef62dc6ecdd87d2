import { limits } from '../../../../rules/official-account/limits.js'
import { idOf, recordOf } from '../../shared/answer-json.js'
import type { WeChatApi } from './api.js'
import { refusedBefore, transportError } from '../errors.js'

/** A template message (模板消息) to one follower. */
export interface TemplateMessage {
  to: string
  templateId: string
  /** Values by field name, e.g. `{ thing2: '顺丰' }`; at most 20 characters each since 2023-05-04. */
  data: Readonly<Record<string, string>>
  url?: string
  /** Wins over `url`; must be linked to the account. */
  miniProgram?: { appid: string; pagePath: string }
  /** The same id to the same person is sent once in 10 min. At most 32 characters. */
  clientMsgId?: string
}

/** A template in use by the account. */
export interface Template {
  id: string
  title: string
  /** Lines such as `单号:{{character_string1.DATA}}`. */
  content: string
  example: string
}

/** Template messages: verified service accounts, service facts only, no marketing. */
export interface Templates {
  /** Gives the platform's message id, which the job-finished event names. 100,000 a day at first. */
  send(message: TemplateMessage, options?: { signal?: AbortSignal }): Promise<string>
  /** At most 25. */
  list(): Promise<Template[]>
  /** Takes a template of the category library into use; gives its id. */
  add(shortId: string, keywords: readonly string[]): Promise<string>
  remove(templateId: string): Promise<void>
}

const SEND = '/cgi-bin/message/template/send'
const ADD = '/cgi-bin/template/api_add_template'

/** The group's methods on an API. */
export function templates(api: WeChatApi): Templates {
  return {
    send: async (message, { signal } = {}) => {
      const { clientMsgId, miniProgram } = message
      if (clientMsgId !== undefined && (clientMsgId === '' || clientMsgId.length > limits.clientMsgId.value)) {
        throw refusedBefore(SEND, 'clientMsgId', 'must be 1 to 32 characters', '须为 1 至 32 个字符')
      }
      const answer = await api.call(SEND, {
        json: {
          touser: message.to,
          template_id: message.templateId,
          ...(message.url !== undefined && { url: message.url }),
          ...(miniProgram && { miniprogram: { appid: miniProgram.appid, pagepath: miniProgram.pagePath } }),
          ...(clientMsgId !== undefined && { client_msg_id: clientMsgId }),
          data: Object.fromEntries(Object.entries(message.data).map(([name, value]) => [name, { value }])),
        },
        ...(signal && { signal }),
      })
      return idOf(answer['msgid']) ?? ''
    },
    list: async () => {
      const list = recordOf(await api.getAllPrivateTemplate())?.['template_list']
      return Array.isArray(list) ? list.map((item) => templateOf(recordOf(item) ?? {})) : []
    },
    add: async (shortId, keywords) => {
      const answer = await api.call(ADD, { json: { template_id_short: shortId, keyword_name_list: keywords } })
      const id = answer['template_id']
      if (typeof id !== 'string') throw transportError(ADD, 'uncertain', 'the answer holds no template id')
      return id
    },
    remove: async (templateId) => {
      await api.delPrivateTemplate(templateId)
    },
  }
}

const templateOf = (fields: Record<string, unknown>): Template => ({
  id: String(fields['template_id'] ?? ''),
  title: String(fields['title'] ?? ''),
  content: String(fields['content'] ?? ''),
  example: String(fields['example'] ?? ''),
})
