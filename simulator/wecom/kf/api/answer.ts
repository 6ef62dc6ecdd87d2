import { type CorpCall, Refusal, subject } from '../../api/answer.js'
import { talkOf } from '../desk.js'
import type { DeskAccount, Talk } from '../state.js'

/** The account of an id: 95000 there is none, 95004 deleted, 95011 managed in the client. */
export function accountOf(call: CorpCall, id: string): DeskAccount {
  const account = call.corp.desk.accounts.get(id)
  if (!account) throw new Refusal(95000, id)
  if (account.deleted) throw new Refusal(95004, id)
  if (!account.managed) throw new Refusal(95011, id)
  return account
}

/** The conversation of a customer with it; 40096 when she has never entered. Noted for the log. */
export function talkIn(call: CorpCall, account: DeskAccount, customer: string): Talk {
  const talk = talkOf(account, { id: subject(call, customer) })
  if (!talk) throw new Refusal(40096, customer)
  return talk
}
