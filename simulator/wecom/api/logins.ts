import { randomText } from '../../ids.js'
import { bound, type Corp } from '../corp.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needQuery,
  needText,
  Refusal,
} from './answer.js'

const CODE_MS = 5 * 60_000
const TICKET_MS = 30 * 60_000
const KEPT = 5000

/** Who is behind a login code. */
export const loginEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/auth/getuserinfo': { method: 'GET', run: person },
  '/cgi-bin/auth/getuserdetail': { method: 'POST', run: detail },
}

/** A code for this member or customer: 5 minutes, once. */
export function issueLoginCode(corp: Corp, who: string, isPrivate: boolean, now: number): string {
  const code = randomText(43)
  corp.loginCodes.set(code, { person: who, at: now, private: isPrivate })
  bound(corp.loginCodes, KEPT)
  return code
}

function person(call: CorpCall): Answer {
  const { corp, now } = call
  const code = needQuery(call, 'code')
  const known = corp.loginCodes.get(code)
  corp.loginCodes.delete(code)
  if (!known || now - known.at > CODE_MS) throw new Refusal(40029)
  if (corp.staff.has(known.person)) {
    if (!known.private) return corpOk({ userid: known.person })
    const user_ticket = randomText(64)
    corp.userTickets.set(user_ticket, { person: known.person, at: now })
    bound(corp.userTickets, KEPT)
    return corpOk({ userid: known.person, user_ticket })
  }
  const customer = corp.customers.get(known.person)
  const openid = `oW${Buffer.from(known.person).toString('base64url').slice(0, 26)}`
  const isKnown = customer?.staff.some((id) => corp.staff.get(id)?.inRange)
  return corpOk({ openid, ...(isKnown && { external_userid: known.person }) })
}

function detail(call: CorpCall): Answer {
  const known = call.corp.userTickets.get(needText(bodyOf(call), 'user_ticket'))
  if (!known || call.now - known.at > TICKET_MS) throw new Refusal(40029)
  return corpOk({
    userid: known.person,
    gender: '0',
    avatar: `https://wework.qpic.example/${known.person}/0`,
    mobile: '13800000000',
    email: `${known.person}@example.com`,
  })
}
