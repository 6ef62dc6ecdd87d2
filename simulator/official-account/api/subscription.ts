import { errorRules } from '../../../rules/official-account/errors.js'
import { newMessageId } from '../../ids.js'
import { type JsonRecord, record, text } from '../../json.js'
import { showNotice } from '../../mini-program/service.js'
import { background } from '../../platform.js'
import { isLinked, miniProgramName } from '../account.js'
import { fateOf, pushReceipt } from '../receipts.js'
import { recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { newTemplateEndpoints } from './new-template.js'
import { personOf, posted } from './posted.js'
import { readData } from './template-data.js'

/** Subscription notices of a service account: one per consent; consents come by the control API. */
export const subscriptionEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/message/subscribe/bizsend': {
    method: 'POST',
    capability: 'subscription-notices',
    run: posted((call, body) => {
      const program = record(body, 'miniprogram')
      const appid = text(program, 'appid')
      if (appid !== undefined && !isLinked(call.account, appid)) return fail(40166)
      const target = {
        ...(text(body, 'page') === undefined ? {} : { url: text(body, 'page') ?? '' }),
        ...(appid === undefined
          ? {}
          : {
              miniProgram: {
                appid,
                appName: miniProgramName(call.account, appid),
                path: text(program, 'pagepath') ?? '',
              },
            }),
      }
      return sendNotice(call, body, target)
    }),
  },
  ...newTemplateEndpoints,
}

/** The key of a consent. */
export const consentKey = (openid: string, templateId: string) => `${openid} ${templateId}`

/** Sends a notice against a consent; the result is pushed as subscribe_msg_sent_event to who has a callback. */
export function sendNotice(
  call: Call,
  body: JsonRecord,
  target: { url?: string; miniProgram?: { appid: string; appName: string; path: string } },
): Answer {
  const { account, platform, now } = call
  const records = recordsOf(account)
  const follower = personOf(account, body['touser'])
  if (!follower) return fail(40003)
  call.follower = follower.openid
  const template = records.subscriptionTemplates.get(text(body, 'template_id') ?? '')
  if (!template) return fail(40037)
  const fields = readData(template.content, record(body, 'data'))
  if (typeof fields === 'string') return fail(47003, fields)
  const key = consentKey(follower.openid, template.id)
  const left = records.consents.get(key) ?? 0
  if (left < 1) return fail(43101)
  if (template.type === 2) records.consents.set(key, left - 1)
  const content = { kind: 'notice' as const, title: template.title, fields, ...target }
  const fate = fateOf(platform, account, 'subscription')
  if (fate.failure === undefined) showNotice(platform, account, follower, { at: now, via: 'subscription', content })
  const msgid = newMessageId(now)
  const ended = fate.failure ?? '0'
  const result = {
    TemplateId: template.id,
    MsgID: msgid,
    ErrorCode: /^\d+$/.test(ended) ? Number(ended) : -1,
    ErrorStatus: fate.failure === undefined ? 'success' : (errorRules.get(Number(ended))?.errmsg ?? ended),
  }
  const receipt = () => ({ SubscribeMsgSentEvent: { List: result } })
  background(
    platform,
    pushReceipt(platform, { account, follower }, fate, { name: 'subscribe_msg_sent_event', fields: receipt }),
  )
  return ok({ msgid: String(msgid) })
}
