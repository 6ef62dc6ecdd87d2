import { limits } from '../../../rules/official-account/limits.js'
import { type JsonRecord, record, text } from '../../json.js'
import { isLinked } from '../account.js'
import { show } from '../follower.js'
import { recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { personOf, posted } from './posted.js'

/** One-time subscription messages; the consent page is /mp/subscribemsg. */
export const oneTimeEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/message/template/subscribe': { method: 'POST', capability: 'one-time-subscription', run: posted(send) },
}

/** The key of a consent. */
export const oneTimeKey = (openid: string, scene: string, templateId: string) => `${openid} ${scene} ${templateId}`

function send(call: Call, body: JsonRecord): Answer {
  const { account, platform, now } = call
  const follower = personOf(account, body['touser'])
  if (!follower) return fail(40003)
  call.follower = follower.openid
  const scene = String(body['scene'] ?? '')
  if (!/^\d+$/.test(scene) || Number(scene) > limits.oneTimeScene.value) return fail(40035)
  const title = text(body, 'title') ?? ''
  if (title === '' || [...title].length > limits.oneTimeTitle.value) return fail(45003)
  const content = text(record(record(body, 'data'), 'content'), 'value') ?? ''
  if (content === '') return fail(44004)
  if ([...content].length > limits.oneTimeContent.value) return fail(45002)
  const program = text(record(body, 'miniprogram'), 'appid')
  if (program !== undefined && !isLinked(account, program)) return fail(40166)
  const { oneTimeConsents } = recordsOf(account)
  const key = oneTimeKey(follower.openid, scene, text(body, 'template_id') ?? '')
  if (!oneTimeConsents.delete(key)) return fail(43101)
  const url = text(body, 'url')
  show(platform.bus, account.options.id, follower, {
    at: now,
    from: 'account',
    via: 'subscription',
    content: {
      kind: 'notice',
      title,
      fields: [{ label: '', value: content }],
      ...(url === undefined ? {} : { url }),
    },
  })
  return ok()
}
