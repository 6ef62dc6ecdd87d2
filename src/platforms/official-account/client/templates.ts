import { limits } from '../../../../rules/official-account/limits.js'
import { refusedBefore } from '../errors.js'
import type { WeChatApi } from './api.js'
import { isLink } from './check.js'
import { dateOf, type Fields, fieldsOf, idIn, rowsOf, textOf } from './read.js'
import { checkTemplateData, type TemplateData, wireData } from './template-data.js'

/** A template message (模板消息) to one follower. */
export interface TemplateMessage {
  to: string
  templateId: string
  /** Values by field name, e.g. `{ thing2: '顺丰' }`; each must fit its field's kind (`rules/.../template-fields`). */
  data: TemplateData
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

/** A message that the platform kept back (模板消息拦截). */
export interface BlockedMessage {
  id: string
  msgId: string
  title: string
  content: string
  sentAt: Date
  openid: string
}

/** An industry (行业) by the platform's names. */
export interface Industry {
  first: string
  second: string
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
  /** The industries of the older templates (行业模板); undefined when none was chosen. */
  industry(): Promise<{ primary: Industry; secondary: Industry } | undefined>
  /** Codes of the platform's table; once a month. */
  setIndustry(primary: string, secondary: string): Promise<void>
  /** What the platform kept back of one message, up to 100 rows after `largestId`. */
  blocked(msgId: string, largestId?: string): Promise<BlockedMessage[]>
}

const SEND = '/cgi-bin/message/template/send'
const ADD = '/cgi-bin/template/api_add_template'
const BLOCKED = '/wxa/sec/queryblocktmplmsg'

/** The group's methods on an API. */
export function templates(api: WeChatApi): Templates {
  return {
    send: async (message, { signal } = {}) => {
      const { clientMsgId, miniProgram, url } = message
      if (clientMsgId !== undefined && (clientMsgId === '' || clientMsgId.length > limits.clientMsgId.value)) {
        throw refusedBefore(SEND, 'clientMsgId', 'must be 1 to 32 characters', '须为 1 至 32 个字符')
      }
      checkTemplateData(SEND, message.data)
      if (url !== undefined && url !== '') isLink(SEND, 'url', url)
      const answer = await api.call(SEND, {
        json: {
          touser: message.to,
          template_id: message.templateId,
          ...(url !== undefined && { url }),
          ...(miniProgram && { miniprogram: { appid: miniProgram.appid, pagepath: miniProgram.pagePath } }),
          ...(clientMsgId !== undefined && { client_msg_id: clientMsgId }),
          data: wireData(message.data),
        },
        ...(signal && { signal }),
      })
      return textOf(answer, 'msgid')
    },
    list: async () => rowsOf(fieldsOf(await api.getAllPrivateTemplate())['template_list']).map(templateOf),
    add: async (shortId, keywords) =>
      idIn(
        ADD,
        await api.call(ADD, { json: { template_id_short: shortId, keyword_name_list: keywords } }),
        'template_id',
      ),
    remove: async (templateId) => {
      await api.delPrivateTemplate(templateId)
    },
    industry: async () => {
      const answer = fieldsOf(await api.getIndustry())
      const primary = fieldsOf(answer['primary_industry'])
      if (textOf(primary, 'first_class') === '') return undefined
      return { primary: industryOf(primary), secondary: industryOf(fieldsOf(answer['secondary_industry'])) }
    },
    setIndustry: async (primary, secondary) => {
      await api.setIndustry({ industry_id1: primary, industry_id2: secondary })
    },
    blocked: async (msgId, largestId = '0') => {
      const json = { tmpl_msg_id: msgId, largest_id: Number(largestId), limit: 100 }
      return rowsOf((await api.call(BLOCKED, { json }))['msginfo']).map((row) => ({
        id: textOf(row, 'id'),
        msgId: textOf(row, 'tmpl_msg_id'),
        title: textOf(row, 'title'),
        content: textOf(row, 'content'),
        sentAt: dateOf(row, 'send_timestamp'),
        openid: textOf(row, 'openid'),
      }))
    },
  }
}

const templateOf = (fields: Fields): Template => ({
  id: textOf(fields, 'template_id'),
  title: textOf(fields, 'title'),
  content: textOf(fields, 'content'),
  example: textOf(fields, 'example'),
})

const industryOf = (fields: Fields): Industry => ({
  first: textOf(fields, 'first_class'),
  second: textOf(fields, 'second_class'),
})
