import { isLate } from '../people.js'
import { deliverWelcome } from '../sending.js'
import { type Answer, bodyOf, type CorpCall, type CorpEndpoint, corpOk, needText, Refusal, subject } from './answer.js'
import { customerMessage } from './message.js'

/** The first words to a new customer. */
export const welcomeEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/externalcontact/send_welcome_msg': { method: 'POST', feature: 'contacts', run: send },
}

/** 41050 used or over 20 s, 41051 they have begun to talk, 41096 another app is at it. */
function send(call: CorpCall): Answer {
  const { corp, now } = call
  const body = bodyOf(call)
  const code = corp.welcomeCodes.get(needText(body, 'welcome_code'))
  const message = customerMessage(call, body)
  if (!code || code.used || isLate(code.at, now)) throw new Refusal(41050)
  subject(call, code.customer)
  if (now - code.at < corp.settings.welcomeBusyMs) throw new Refusal(41096)
  const staff = corp.staff.get(code.staff)
  const relation = staff?.relations.get(code.customer)
  if (!staff || !relation || relation.lost) throw new Refusal(84061)
  if (relation.started) throw new Refusal(41051)
  code.used = true
  relation.started = true
  deliverWelcome(call.scene, staff, code.customer, message.contents)
  return corpOk()
}
