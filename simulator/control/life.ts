import { miniProgramOf, miniRecordsOf, visitorOf } from '../mini-program/mini-program.js'
import { moveParcels } from '../mini-program/parcels.js'
import { pay } from '../mini-program/payments.js'
import { miniGrant } from '../mini-program/people.js'
import { overdue, received } from '../mini-program/trade.js'
import { type Visit, visit } from '../mini-program/visits.js'
import type { Account } from '../official-account/account.js'
import { consentKey } from '../official-account/api/subscription.js'
import { nextNumber, recordsOf } from '../official-account/records.js'
import { background, type Platform } from '../platform.js'
import { type Act, ControlError, type Person, pushEvent } from './person.js'

/** What a follower answers when a page asks for consent to a subscription. */
export interface Consent {
  templateId: string
  accept: boolean
  /** In the mini program with this appid (its own templates) instead of the account's page. */
  miniProgram?: string | true | undefined
}

/** Answers the popup of a subscription; the account hears of it by subscribe_msg_popup_event. */
export function consent(person: Person, { templateId, accept, miniProgram }: Consent): Act {
  const where = miniProgram === undefined ? undefined : miniOf(person, miniProgram === true ? undefined : miniProgram)
  const account = where ?? person.account
  const openid = where ? visitorOf(where, person.follower).openid : person.follower.openid
  const { consents } = recordsOf(account)
  const key = consentKey(openid, templateId)
  if (accept) consents.set(key, (consents.get(key) ?? 0) + 1)
  const List = {
    TemplateId: templateId,
    SubscribeStatusString: accept ? 'accept' : 'reject',
    PopupScene: where ? 0 : 1,
  }
  return pushOf(person, where, 'subscribe_msg_popup_event', { SubscribeMsgPopupEvent: { List } })
}

/** Takes a consent back in the settings: all of it is gone, and the account hears of it. */
export function withdraw(person: Person, templateId: string, miniProgram?: string | true): Act {
  const where = miniProgram === undefined ? undefined : miniOf(person, miniProgram === true ? undefined : miniProgram)
  const openid = where ? visitorOf(where, person.follower).openid : person.follower.openid
  recordsOf(where ?? person.account).consents.set(consentKey(openid, templateId), 0)
  const List = { TemplateId: templateId, SubscribeStatusString: 'reject' }
  return pushOf(person, where, 'subscribe_msg_change_event', { SubscribeMsgChangeEvent: { List } })
}

/** Pushes an event about this person: to the account, or to the mini program when that has an address for pushes. */
function pushOf(person: Person, mini: Account | undefined, name: string, fields: Parameters<typeof pushEvent>[2]): Act {
  if (!mini) return pushEvent(person, name, fields)
  if (mini.options.callbackUrl === '') return {}
  return pushEvent({ ...person, account: mini, follower: visitorOf(mini, person.follower) }, name, fields)
}

/** Writes a comment under an article (`place` from 0); gives its id. */
export function comment(
  person: Person,
  given: { articleId: string; content: string; place?: number | undefined },
): { id: number } {
  const records = recordsOf(person.account)
  const made = records.articles.get(given.articleId)
  const place = given.place ?? 0
  if (!made?.articles[place]) throw new ControlError(404, `there is no article ${given.articleId}`)
  if (!made.open.has(place)) throw new ControlError(409, 'comments are closed')
  const only = Number(made.articles[place]?.['only_fans_can_comment']) === 1
  if (only && !person.follower.following) throw new ControlError(409, 'only followers may comment')
  const id = nextNumber(records)
  const at = person.platform.clock.now()
  made.comments.push({ id, place, openid: person.follower.openid, at, content: given.content, elected: false })
  return { id }
}

/** Opens the account's mini program; gives the codes its page would send to the shop. */
export function openMiniProgram(
  person: Person,
  given: { appid?: string | undefined; page?: string | undefined; session?: boolean | undefined },
): Visit {
  const mini = miniOf(person, given.appid)
  const now = person.platform.clock.now()
  const visited = visit(mini, person.follower, given.page ?? 'pages/index', now)
  if (given.session) {
    const visitor = visitorOf(mini, person.follower)
    visitor.grants = [...visitor.grants, { trigger: 'menu', ...miniGrant('enter', now) }]
    const entered = pushOf(person, mini, 'user_enter_tempsession', { SessionFrom: given.page ?? '' })
    if (entered.done) background(person.platform, entered.done)
  }
  return visited
}

/** Writes to the mini program's customer service: opens its window of 48 h. */
export function writeToMiniProgram(person: Person, appid: string | undefined): { openid: string } {
  const visitor = visitorOf(miniOf(person, appid), person.follower)
  const grant = { trigger: 'message' as const, ...miniGrant('message', person.platform.clock.now()) }
  visitor.grants = [...visitor.grants.filter((item) => item.trigger !== 'message'), grant]
  return { openid: visitor.openid }
}

/** Pays in the mini program. */
export function buy(
  person: Person,
  given: { appid?: string | undefined; amount: number; tradeNo: string; description?: string | undefined },
): { transactionId: string; openid: string } {
  const mini = miniOf(person, given.appid)
  const { openid } = visitorOf(mini, person.follower)
  const { amount, tradeNo, description = '商品' } = given
  const { transactionId } = pay(mini, { openid, amount, tradeNo, description }, person.platform.clock.now())
  return { transactionId, openid }
}

/** The courier moves a parcel that the product follows: 1 picked up, 2 on the way, 3 delivering, 4 signed. */
export function moveParcel(platform: Platform, account: Account, waybillId: string, status: number): void {
  const mini = miniProgramOf(account)
  const found = mini ? moveParcels(platform, mini, waybillId, status) : 0
  if (found === 0) throw new ControlError(404, `there is no parcel ${waybillId}`)
}

/** What happens to a payment: she confirms the receipt, the platform does, or it waits too long to be shipped. */
export function trade(
  platform: Platform,
  account: Account,
  given: { tradeNo: string; act: 'confirm' | 'confirm-automatically' | 'overdue'; appid?: string | undefined },
): void {
  const mini = miniProgramOf(account, given.appid)
  const order = mini && [...miniRecordsOf(mini).orders.values()].find((item) => item.tradeNo === given.tradeNo)
  if (!mini || !order) throw new ControlError(404, `there is no payment for ${given.tradeNo}`)
  if (given.act === 'overdue') {
    if (order.state !== 1) throw new ControlError(409, 'the order is shipped')
    overdue(platform, mini, order)
    return
  }
  if (order.state !== 2) throw new ControlError(409, 'the order is not shipped, or confirmed already')
  received(platform, mini, order, given.act === 'confirm' ? 'buyer' : 'platform')
}

/** Decides how the next publication (publish_status) and the next mass send (`err(20008)` ...) end. */
export function decide(account: Account, ends: { publish?: number | undefined; mass?: string | undefined }): void {
  const records = recordsOf(account)
  if (ends.publish !== undefined) records.nextPublish = ends.publish
  if (ends.mass !== undefined) records.nextMass = ends.mass
}

function miniOf(person: Person, appid: string | undefined): Account {
  const mini = miniProgramOf(person.account, appid)
  if (!mini) throw new ControlError(404, 'the account has no mini program with a secret')
  return mini
}
