import { limits } from '../../../../rules/wecom/limits.js'
import type { JsonRecord } from '../../../json.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needText,
  Refusal,
  textIn,
} from '../../api/answer.js'
import { newId } from '../log.js'
import { deliver } from '../sending.js'
import type { DeskAccount, DeskCode, TalkState } from '../state.js'
import { accountOf, talkIn } from './answer.js'
import { deskContent } from './content.js'

/** Messages of the API to a customer. */
export const deskSendEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/kf/send_msg': { method: 'POST', feature: 'desk', run: send },
  '/cgi-bin/kf/send_msg_on_event': { method: 'POST', feature: 'desk', run: sendOnEvent },
}

const WINDOW_MS = limits.deskHours.value * 3_600_000
const SHORT_MS = limits.welcomeSeconds.value * 1000

/** How long a code is good, in which state, and for what. */
const CODES: Record<DeskCode['of'], { ms: number; state?: TalkState; types: readonly string[] }> = {
  welcome: { ms: SHORT_MS, types: ['text', 'msgmenu'] },
  queued: { ms: WINDOW_MS, state: 2, types: ['text'] },
  taken: { ms: WINDOW_MS, state: 3, types: ['text'] },
  ended: { ms: SHORT_MS, state: 4, types: ['text', 'msgmenu'] },
}

/** 95018 state, 95003 too many customers, 95002 over 48 h, 95001 five were sent; an own msgid only once. */
function send(call: CorpCall): Answer {
  const body = bodyOf(call)
  const account = accountOf(call, needText(body, 'open_kfid'))
  const talk = talkIn(call, account, needText(body, 'touser'))
  const msgid = idIn(body)
  if (talk.state !== 0 && talk.state !== 1) throw new Refusal(95018, `state ${talk.state}`)
  if (isOverCapacity(call, talk.customer)) throw new Refusal(95003)
  if (call.now - talk.lastCustomerAt > WINDOW_MS) throw new Refusal(95002)
  if (talk.sent >= limits.deskMessages.value) throw new Refusal(95001)
  const content = deskContent(call, body, needText(body, 'msgtype', 40008))
  refuseUsed(call, account, msgid)
  talk.sent += 1
  deliver(call.scene, account, talk, { msgid, content, via: 'app' })
  return corpOk({ msgid })
}

/** One message for a code, which does not count. */
function sendOnEvent(call: CorpCall): Answer {
  const body = bodyOf(call)
  const code = call.corp.desk.codes.get(needText(body, 'code'))
  if (!code || code.used || call.now - code.at >= CODES[code.of].ms) throw new Refusal(41050)
  const { state, types } = CODES[code.of]
  const account = accountOf(call, code.account)
  const talk = talkIn(call, account, code.customer)
  const msgid = idIn(body)
  if (state !== undefined && talk.state !== state) throw new Refusal(95018, `state ${talk.state}`)
  const type = needText(body, 'msgtype', 40008)
  if (!types.includes(type)) throw new Refusal(40008, `${type} for a code of the kind ${code.of}`)
  const content = deskContent(call, body, type)
  refuseUsed(call, account, msgid)
  code.used = true
  if (code.of === 'welcome') talk.welcomedAt = call.now
  deliver(call.scene, account, talk, { msgid, content, via: 'welcome' })
  return corpOk({ msgid })
}

/** Whether more customers wrote before her than may be served. */
function isOverCapacity({ corp }: CorpCall, customer: string): boolean {
  const { settings, served } = corp.desk
  return settings.customers !== null && (served.get(customer) ?? 0) > settings.customers
}

function idIn(body: JsonRecord): string {
  const id = textIn(body, 'msgid')
  if (!/^[0-9A-Za-z_-]*$/.test(id) || id.length > limits.deskIdBytes.value) throw new Refusal(40058, 'msgid')
  return id === '' ? newId() : id
}

function refuseUsed({ corp }: CorpCall, account: DeskAccount, msgid: string): void {
  if (account.sent.has(msgid)) throw new Refusal(corp.desk.settings.duplicateCode, 'msgid: used before')
}
