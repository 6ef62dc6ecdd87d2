import type { WeChatApi } from './api.js'
import { filled } from './check.js'
import { textOf } from './read.js'
import { checkTemplateData, type TemplateData, wireData } from './template-data.js'
import { type TemplateLibrary, templateLibrary } from './template-library.js'

/** A subscription notice (订阅通知) of a service account to somebody who allowed it. */
export interface SubscriptionNotice {
  to: string
  templateId: string
  data: TemplateData
  /** A page that the tap opens. */
  page?: string
  miniProgram?: { appid: string; pagePath: string }
}

/**
 * Subscription notices: one message per consent, in the chat of a follower, else among 服务通知. Only of an account with
 * the plugin 订阅通知 (`subscriptionNotices: true` in its configuration). No marketing.
 */
export interface Subscriptions {
  /** Gives the platform's message id; 43101 when she refused or the consent is used up. Never repeat it blindly: no key. */
  send(notice: SubscriptionNotice, options?: { signal?: AbortSignal }): Promise<string>
  readonly templates: TemplateLibrary
}

const SEND = '/cgi-bin/message/subscribe/bizsend'

/** The group's methods on an API. */
export function subscriptions(api: WeChatApi): Subscriptions {
  return {
    send: async ({ to, templateId, data, page, miniProgram }, { signal } = {}) => {
      filled(SEND, 'templateId', templateId)
      checkTemplateData(SEND, data)
      const answer = await api.call(SEND, {
        json: {
          touser: to,
          template_id: templateId,
          ...(page !== undefined && { page }),
          ...(miniProgram && { miniprogram: { appid: miniProgram.appid, pagepath: miniProgram.pagePath } }),
          data: wireData(data),
        },
        ...(signal && { signal }),
      })
      return textOf(answer, 'msgid')
    },
    templates: templateLibrary(api),
  }
}
