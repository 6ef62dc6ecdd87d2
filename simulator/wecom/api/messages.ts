import { createHash } from 'node:crypto'
import { limits } from '../../../rules/wecom/limits.js'
import { hex, randomText } from '../../ids.js'
import type { JsonRecord } from '../../json.js'
import { number, record } from '../../json.js'
import type { CardContent, CorpContent } from '../content.js'
import { bound, type Corp } from '../corp.js'
import { findStaff } from '../people.js'
import { membersIn } from '../scan.js'
import type { AppMessage, Staff } from '../state.js'
import { show, shownAgain } from '../thread.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needText,
  numbersIn,
  Refusal,
  subject,
  textIn,
  textsIn,
  wholeIn,
} from './answer.js'
import { appContent } from './app-content.js'
import { cardOf, takesPress } from './card.js'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const KEPT = 20_000

/** Messages of the app to staff. */
export const messageEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/message/send': { method: 'POST', run: send },
  '/cgi-bin/message/recall': { method: 'POST', run: recall },
  '/cgi-bin/message/update_template_card': { method: 'POST', run: update },
}

function send(call: CorpCall): Answer {
  const { corp, now } = call
  const body = bodyOf(call)
  const type = needText(body, 'msgtype', 40008)
  if (type === 'miniprogram_notice') throw new Refusal(48002, 'the app is no mini program')
  checkAgent(corp, body)
  const { staff, wrong } = receiversIn(corp, body)
  const content = type === 'template_card' ? cardIn(call, body) : appContent(call, body, type)
  if (staff.length === 0) throw new Refusal(81013)
  const sent: AppMessage = { id: randomText(64), at: now, lines: new Map() }
  if (!isDuplicate(call, body, staff)) {
    const free = corp.settings.quotas === 'off'
    for (const one of staff) if (free || takes(one, now)) deliver(call, sent, one, content)
  }
  corp.messages.set(sent.id, sent)
  bound(corp.messages, KEPT)
  const [only] = staff
  if (only && staff.length === 1) subject(call, only.id)
  const code = content.kind === 'card' && takesPress(content.card) ? responseCode(corp, sent.id, now) : undefined
  return corpOk({ ...wrong, msgid: sent.id, ...(code !== undefined && { response_code: code }) })
}

/** 40056 when it is not the app's own number. */
export function checkAgent(corp: Corp, body: JsonRecord): void {
  if (number(body, 'agentid') !== corp.options.agentId) throw new Refusal(40056)
}

/** Whom a body names, each once; the wrong ones as the answer lists them, in small letters. */
function receiversIn(corp: Corp, body: JsonRecord): { staff: Staff[]; wrong: JsonRecord } {
  const split = (name: string) =>
    textIn(body, name)
      .split('|')
      .filter((id) => id !== '')
  const [users, departments, tags] = [split('touser'), split('toparty'), split('totag')]
  if (users.length > limits.appReceivers.value) throw new Refusal(81017, 'touser')
  if (departments.length > limits.appDepartments.value) throw new Refusal(82002)
  if (tags.length > limits.appTags.value) throw new Refusal(82003)
  if (users.length + departments.length + tags.length === 0) throw new Refusal(82001)
  const able = (staff: Staff | undefined): Staff[] => (staff?.active && staff.inRange ? [staff] : [])
  const everybody = users.includes('@all')
  const named = everybody ? [...corp.staff.values()].flatMap(able) : users.flatMap((id) => able(findStaff(corp, id)))
  const known = departments.filter((id) => corp.departments.some((one) => String(one.id) === id))
  const inside = known.flatMap((id) => membersIn(corp, Number(id)).flatMap(able))
  return {
    staff: [...new Set([...named, ...inside])],
    wrong: {
      invaliduser: everybody
        ? ''
        : users
            .filter((id) => able(findStaff(corp, id)).length === 0)
            .join('|')
            .toLowerCase(),
      invalidparty: departments.filter((id) => !known.includes(id)).join('|'),
      invalidtag: tags.join('|'),
      unlicenseduser: '',
    },
  }
}

function cardIn(call: CorpCall, body: JsonRecord): CardContent {
  const card = cardOf(record(body, 'template_card'))
  const task = textIn(card, 'task_id')
  if (takesPress(card) && call.corp.options.callbackUrl === '') throw new Refusal(43012)
  if (task !== '') {
    if (call.corp.cardTasks.has(task)) throw new Refusal(40058, 'task_id was used before')
    call.corp.cardTasks.add(task)
  }
  return { kind: 'card', card, state: 'open' }
}

/** Beyond 30 a minute and 1000 an hour a member gets nothing, and nobody is told. */
function takes(staff: Staff, now: number): boolean {
  staff.received = staff.received.filter((at) => now - at < HOUR_MS)
  const lately = staff.received.filter((at) => now - at < MINUTE_MS).length
  if (lately >= limits.appPerMemberMinute.value || staff.received.length >= limits.appPerMemberHour.value) return false
  staff.received.push(now)
  return true
}

/** With enable_duplicate_check the same content to the same people inside the interval is dropped. */
function isDuplicate({ corp, now }: CorpCall, body: JsonRecord, staff: readonly Staff[]): boolean {
  if (number(body, 'enable_duplicate_check') !== 1) return false
  const seconds = wholeIn(body, 'duplicate_check_interval', 1800, 1, limits.duplicateSeconds.value)
  const type = textIn(body, 'msgtype')
  const ids = staff.map((one) => one.id).sort()
  const key = createHash('sha256')
    .update(JSON.stringify([type, body[type], ids]))
    .digest('base64url')
  if ((corp.duplicates.get(key) ?? 0) > now) return true
  corp.duplicates.set(key, now + seconds * 1000)
  bound(corp.duplicates, KEPT)
  return false
}

function deliver({ scene, corp }: CorpCall, sent: AppMessage, staff: Staff, content: CorpContent): void {
  const by = { from: 'app', by: String(corp.options.agentId), name: corp.options.name, via: 'app' } as const
  const own = content.kind === 'card' ? { ...content } : content
  const where = { about: 'app', id: staff.id, thread: staff.app } as const
  sent.lines.set(staff.id, show(scene, where, { ...by, content: own }).n)
}

/** Lets the card of everybody be updated once, within 72 h. */
export function responseCode(corp: Corp, message: string, now: number): string {
  const code = hex(24)
  corp.responseCodes.set(code, { message, at: now, used: false })
  bound(corp.responseCodes, KEPT)
  return code
}

function recall(call: CorpCall): Answer {
  const { corp, now, scene } = call
  const sent = corp.messages.get(needText(bodyOf(call), 'msgid'))
  if (!sent || now - sent.at > limits.recallHours.value * HOUR_MS) throw new Refusal(60136)
  for (const [id, n] of sent.lines) {
    const entry = corp.staff
      .get(id)
      ?.app.ring.list()
      .find((one) => one.n === n)
    if (!entry) continue
    entry.recalled = true
    shownAgain(scene, 'app', id, entry)
  }
  return corpOk()
}

function update(call: CorpCall): Answer {
  const { corp, now } = call
  const body = bodyOf(call)
  checkAgent(corp, body)
  const code = corp.responseCodes.get(needText(body, 'response_code', 60140))
  if (!code || code.used || now - code.at > limits.cardCodeHours.value * HOUR_MS) throw new Refusal(60140)
  const button = record(body, 'button')
  const next = record(body, 'template_card')
  if (!button && !next) throw new Refusal(40063, 'button or template_card')
  const card = next && cardOf(next)
  const label = button ? needText(button, 'replace_name') : textIn(next ?? {}, 'replace_text')
  const users = textsIn(body, 'userids')
  const inside = numbersIn(body, 'partyids').flatMap((id) => membersIn(corp, id).map((staff) => staff.id))
  const message = corp.messages.get(code.message)
  const wanted = number(body, 'atall') === 1 ? [...(message?.lines.keys() ?? [])] : [...users, ...inside]
  if (wanted.length === 0) throw new Refusal(82001)
  code.used = true
  const wrong = wanted.filter((id) => !changeCard(call, message, id, { ...(card && { card }), label }))
  return corpOk({ invaliduser: wrong.map((id) => id.toLowerCase()) })
}

function changeCard(
  { corp, scene }: CorpCall,
  message: AppMessage | undefined,
  id: string,
  change: { card?: JsonRecord; label: string },
): boolean {
  const staff = findStaff(corp, id)
  const n = staff && message?.lines.get(staff.id)
  const entry = staff?.app.ring.list().find((one) => one.n === n)
  if (!staff || entry?.content.kind !== 'card') return false
  replaceCard(entry.content, change)
  shownAgain(scene, 'app', staff.id, entry)
  return true
}

/** Puts another card, or a text in place of the buttons. */
export function replaceCard(content: CardContent, { card, label }: { card?: JsonRecord; label: string }): void {
  if (card) content.card = card
  if (label !== '') content.label = label
  else if (card) delete content.label
}
