import { limits } from '../../../rules/wecom/limits.js'
import { ControlError } from '../../control/person.js'
import type { CorpEntry } from '../content.js'
import type { Scene } from '../corp.js'
import { groupNamed, join } from '../groups.js'
import { tellCustomer } from '../notices.js'
import { connect, staffNamed } from '../people.js'
import type { Customer } from '../state.js'
import { openTalk, talkOf, today, todayOf } from './desk.js'
import { addCode, addEvent, addMessage } from './log.js'
import { type Form, formOf, type Said } from './said.js'
import { begin } from './sessions.js'
import { showAgain, showMessage, tellAccount, tellTalk } from './show.js'
import type { DeskAccount, DeskLink, Talk } from './state.js'

const WINDOW_MS = limits.deskHours.value * 3_600_000
const RECALL_MS = 2 * 60_000

/** A person opens the conversation: enter_session, with a code for a welcome where one is due. */
export function enter(
  scene: Scene,
  account: DeskAccount,
  customer: Customer,
  how: { link?: DeskLink | undefined; scene: string; param: string },
): { kf: string; customer: string; welcomeCode?: string } {
  const { corp, now } = scene
  const isNew = talkOf(account, customer) === undefined
  const talk = openTalk(corp, account, customer)
  Object.assign(talk, { scene: how.scene, sceneParam: how.param, enteredAt: now })
  if (how.link) how.link.entered += 1
  const welcomeCode = welcomeFor(scene, account, talk)
  addEvent(scene, account, 'enter_session', {
    external_userid: customer.id,
    scene: how.scene,
    ...(how.param !== '' && { scene_param: how.param }),
    ...(welcomeCode !== undefined && { welcome_code: welcomeCode }),
  })
  if (isNew) tellCustomer(scene, customer)
  tellTalk(scene, talk)
  tellAccount(scene, account)
  return { kf: account.id, customer: customer.id, ...(welcomeCode !== undefined && { welcomeCode }) }
}

/** None for whom was welcomed or wrote in the last 48 h, nor where the console has a welcome, which goes out itself. */
function welcomeFor(scene: Scene, account: DeskAccount, talk: Talk): string | undefined {
  const { now } = scene
  const isLate = (at: number) => at === 0 || now - at >= WINDOW_MS
  if (!isLate(talk.welcomedAt) || !isLate(talk.lastCustomerAt)) return undefined
  if (account.welcome === undefined) {
    if (!account.managed) return undefined
    return addCode(scene, { of: 'welcome', account: account.id, customer: talk.customer })
  }
  talk.welcomedAt = now
  const content = { kind: 'text' as const, text: account.welcome }
  showMessage(scene, talk, { from: 'app', by: account.id, via: 'welcome', content, msgid: '' })
  return undefined
}

/** Her conversation; 409 before she has entered. */
export function talkWith(account: DeskAccount, customer: Customer): Talk {
  const talk = talkOf(account, customer)
  if (!talk) throw new ControlError(409, `${customer.name} has not entered ${account.name}`)
  return talk
}

/** A person says something; it opens a new window and, after an end, a new session. */
export function say(scene: Scene, account: DeskAccount, customer: Customer, said: Said): { msgid: string } {
  return write(scene, account, customer, formOf(scene, said))
}

function write(scene: Scene, account: DeskAccount, customer: Customer, form: Form): { msgid: string } {
  const talk = talkWith(account, customer)
  if (talk.servicerRefuses) throw new ControlError(409, `${account.name} takes no messages of ${customer.name}`)
  begin(scene, account, talk)
  Object.assign(talk, { lastCustomerAt: scene.now, sent: 0 })
  const count = today(scene, account)
  count.messages += 1
  count.customers.add(customer.id)
  if (talk.state === 3 && talk.servicer !== undefined) todayOf(scene, account, talk.servicer).messages += 1
  const msgid = addMessage(scene, account, { customer: customer.id, origin: 3, type: form.type, inner: form.inner })
  showMessage(scene, talk, { from: 'customer', by: customer.id, via: 'hand', content: form.content, msgid })
  tellTalk(scene, talk)
  return { msgid }
}

/** A line of her conversation; 404. */
export function lineOf(talk: Talk, n: number): CorpEntry {
  const entry = talk.thread.ring.list().find((one) => one.n === n)
  if (!entry) throw new ControlError(404, `there is no line ${n}`)
  return entry
}

/** What taps a menu's item: a text with menu_id, or a page that opens. */
export function tap(
  scene: Scene,
  account: DeskAccount,
  customer: Customer,
  { n, item: wanted }: { n: number; item: string },
): { msgid?: string; open?: { url?: string; appid?: string; path?: string } } {
  const { content } = lineOf(talkWith(account, customer), n)
  if (content.kind !== 'menu') throw new ControlError(409, `line ${n} is no menu`)
  const place = /^\d+$/.test(wanted) ? content.items[Number(wanted)] : undefined
  const item = content.items.find((one) => one.id === wanted) ?? place
  if (!item) throw new ControlError(409, `the menu has no item ${wanted}`)
  if (item.url !== undefined) return { open: { url: item.url } }
  if (item.appid !== undefined) return { open: { appid: item.appid, path: item.path ?? '' } }
  const inner = { content: item.text, menu_id: item.id ?? '' }
  return write(scene, account, customer, { type: 'text', inner, content: { kind: 'text', text: item.text } })
}

/** A person or a servicer takes a message back, within 2 minutes. */
export function recall(scene: Scene, account: DeskAccount, talk: Talk, n: number, by: string): void {
  const entry = lineOf(talk, n)
  if (entry.by !== by || entry.from === 'app') throw new ControlError(409, `line ${n} is not of ${by}`)
  if (entry.recalled || scene.now - entry.at > RECALL_MS) throw new ControlError(409, `line ${n} cannot be recalled`)
  entry.recalled = true
  const name = entry.from === 'customer' ? 'user_recall_msg' : 'servicer_recall_msg'
  const who = entry.from === 'customer' ? {} : { servicer_userid: by }
  addEvent(scene, account, name, { external_userid: talk.customer, recall_msgid: entry.msgid ?? '', ...who })
  showAgain(scene, talk, entry)
}

/** A person takes no messages any more, or takes them again; nothing is told but by messages that fail. */
export function refuse(scene: Scene, account: DeskAccount, customer: Customer, on: boolean): void {
  const talk = talkWith(account, customer)
  talk.refuses = on
  if (on) today(scene, account).refusing.add(customer.id)
  tellTalk(scene, talk)
}

/** A person says how the last servicer was: 1 good, 2 middling, 3 bad. */
export function vote(scene: Scene, account: DeskAccount, customer: Customer, score: 1 | 2 | 3): void {
  const talk = talkWith(account, customer)
  if (talk.lastServicer === undefined) throw new ControlError(409, 'nobody has served her')
  if (talk.score !== undefined) throw new ControlError(409, 'she has voted')
  talk.score = score
  todayOf(scene, account, talk.lastServicer).scores.push(score)
  tellTalk(scene, talk)
}

const SHARED_LINK = 2
const OTHER_WAY = 0

/** A person takes up the offer of a member or a group. */
export function accept(scene: Scene, account: DeskAccount, customer: Customer, n: number) {
  const talk = talkWith(account, customer)
  const entry = lineOf(talk, n)
  const { content } = entry
  if (content.kind !== 'upgrade' || content.state !== 'open') throw new ControlError(409, `line ${n} offers nothing`)
  if (content.to === 'member') connect(scene, staffNamed(scene.corp, content.id), customer, { way: OTHER_WAY })
  else join(scene, groupNamed(scene.corp, content.id), [customer.id], { scene: SHARED_LINK })
  entry.content = { ...content, state: 'accepted' }
  showAgain(scene, talk, entry)
  return content.to === 'member' ? { staff: content.id } : { group: content.id }
}
