import { miniProgramLimits as limits } from '../../../../rules/mini-program/limits.js'
import type { WeChatApi } from '../../official-account/client/api.js'
import { atMost, characters, filled } from '../../official-account/client/check.js'
import { textOf } from '../../official-account/client/read.js'
import { checkTemplateData, type TemplateData, wireData } from '../../official-account/client/template-data.js'
import { type TemplateLibrary, templateLibrary } from '../../official-account/client/template-library.js'

/** A subscribe message (订阅消息) to somebody who allowed it in the mini program. */
export interface SubscribeMessage {
  /** Her openid of the mini program. */
  to: string
  templateId: string
  data: TemplateData
  /** E.g. `pages/order?id=1`; standard: no jump. */
  page?: string
  version?: 'formal' | 'trial' | 'developer'
}

/** Subscribe messages: one per consent, no marketing, no key that tells two sends apart. */
export interface Subscribe {
  /** Gives the message id where the platform has one. 43101: refused or used up; 43108: send one at a time to a person. */
  send(message: SubscribeMessage, options?: { signal?: AbortSignal }): Promise<string | undefined>
  readonly templates: TemplateLibrary
}

const SEND = '/cgi-bin/message/subscribe/send'

/** The group's methods on an API. */
export function subscribe(api: WeChatApi): Subscribe {
  return {
    send: async ({ to, templateId, data, page, version = 'formal' }, { signal } = {}) => {
      filled(SEND, 'templateId', templateId)
      atMost(SEND, 'page', characters(page ?? ''), limits.linkPath)
      checkTemplateData(SEND, data)
      const answer = await api.call(SEND, {
        json: {
          touser: to,
          template_id: templateId,
          ...(page !== undefined && { page }),
          miniprogram_state: version,
          lang: 'zh_CN',
          data: wireData(data),
        },
        ...(signal && { signal }),
      })
      const id = textOf(answer, 'msgid')
      return id === '' ? undefined : id
    },
    templates: templateLibrary(api),
  }
}
