import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needText,
  Refusal,
  textIn,
  wholeIn,
} from '../../api/answer.js'
import { findStaff } from '../../people.js'
import { dutyOf, servicersOf } from '../desk.js'
import { mayMove, move } from '../sessions.js'
import type { DeskAccount, TalkState } from '../state.js'
import { accountOf, talkIn } from './answer.js'

/** Who speaks with a customer. */
export const deskStateEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/kf/service_state/get': { method: 'POST', feature: 'desk', run: get },
  '/cgi-bin/kf/service_state/trans': { method: 'POST', feature: 'desk', run: trans },
}

function get(call: CorpCall): Answer {
  const body = bodyOf(call)
  const account = accountOf(call, needText(body, 'open_kfid'))
  const { state, servicer } = talkIn(call, account, needText(body, 'external_userid'))
  return corpOk({ service_state: state, ...(servicer !== undefined && { servicer_userid: servicer }) })
}

/** 95013 ended, 95016 not from here, 95014 no servicer of the account, 95019 not on duty. No event follows. */
function trans(call: CorpCall): Answer {
  const body = bodyOf(call)
  const account = accountOf(call, needText(body, 'open_kfid'))
  const talk = talkIn(call, account, needText(body, 'external_userid'))
  const to = wholeIn(body, 'service_state', -1, 0, 4) as TalkState
  if (talk.state === 4) throw new Refusal(95013)
  const staff = to === 3 ? servicer(call, account, needText(body, 'servicer_userid')) : textIn(body, 'servicer_userid')
  if (to === 0 || !mayMove(talk, to, staff)) throw new Refusal(95016, `${talk.state} to ${to}`)
  const code = move(call.scene, account, talk, to, to === 3 ? staff : undefined)
  return corpOk(code === undefined ? {} : { msg_code: code })
}

function servicer({ corp }: CorpCall, account: DeskAccount, userid: string): string {
  const staff = findStaff(corp, userid)
  if (!staff || !servicersOf(corp, account).includes(staff.id)) throw new Refusal(95014, userid)
  if (dutyOf(account, staff.id) !== 'serving') throw new Refusal(95019, userid)
  return staff.id
}
