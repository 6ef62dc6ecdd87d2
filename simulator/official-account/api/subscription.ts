import { newMessageId } from '../../ids.js'
import { type JsonRecord, record, text } from '../../json.js'
import { background, pause } from '../../platform.js'
import { type Account, isLinked, miniProgramName } from '../account.js'
import { type Follower, show } from '../follower.js'
import { deliver } from '../push/deliver.js'
import { event } from '../push/events.js'
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
  show(platform.bus, account.options.id, follower, { at: now, from: 'account', via: 'subscription', content })
  const msgid = newMessageId(now)
  if (account.options.callbackUrl !== '') background(platform, tell(call, account, follower, template.id, msgid))
  return ok({ msgid: String(msgid) })
}

async function tell(call: Call, account: Account, follower: Follower, templateId: string, msgid: bigint) {
  const { platform } = call
  await pause(platform, platform.timing.receiptMs)
  if (platform.stop.signal.aborted) return
  const about = { openid: follower.openid, appid: account.options.appid, now: platform.clock.now() }
  const List = { TemplateId: templateId, MsgID: msgid, ErrorCode: 0, ErrorStatus: 'success' }
  const told = event('subscribe_msg_sent_event', { SubscribeMsgSentEvent: { List } }, about)
  await deliver(platform, account, follower, told).done
}
