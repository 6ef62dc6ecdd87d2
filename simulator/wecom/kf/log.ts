import { limits } from '../../../rules/wecom/limits.js'
import { seconds } from '../../clock.js'
import { randomText } from '../../ids.js'
import type { JsonRecord } from '../../json.js'
import { bound, type Scene } from '../corp.js'
import { push } from '../push/deliver.js'
import type { DeskAccount, DeskCode } from './state.js'

const KEPT_MS = limits.deskKeepDays.value * 86_400_000
const MOST = 200_000
const MOST_TOKENS = 20_000
const MOST_CODES = 50_000

/** Who wrote a row of sync_msg: 3 the customer, 4 the system, 5 a servicer. */
export type Origin = 3 | 4 | 5

/** A new message id of the platform's own kind. */
export const newId = (): string => randomText(32)

/** Adds a message to what sync_msg gives and pushes that there is something. Gives its id. */
export function addMessage(
  scene: Scene,
  account: DeskAccount,
  given: { customer: string; origin: Origin; staff?: string; type: string; inner: JsonRecord; quiet?: boolean },
): string {
  const { customer, origin, staff, type, inner, quiet } = given
  const msgid = newId()
  append(scene, account, {
    msgid,
    open_kfid: account.id,
    external_userid: customer,
    send_time: seconds(scene.now),
    origin,
    ...(staff !== undefined && { servicer_userid: staff }),
    msgtype: type,
    [type]: inner,
  })
  if (!quiet) tellProduct(scene, account, customer)
  return msgid
}

/** Adds an event, which names account and customer inside only. */
export function addEvent(scene: Scene, account: DeskAccount, name: string, fields: JsonRecord): void {
  append(scene, account, {
    msgid: newId(),
    send_time: seconds(scene.now),
    origin: 4,
    msgtype: 'event',
    event: { event_type: name, open_kfid: account.id, ...fields },
  })
  const about = fields['external_userid']
  tellProduct(scene, account, typeof about === 'string' ? about : account.id)
}

function append({ now }: Scene, account: DeskAccount, row: JsonRecord): void {
  account.lastSeq += 1
  account.log.push({ seq: account.lastSeq, at: now, row })
  if (account.log.length > MOST) account.log.splice(0, MOST / 10)
}

/** Forgets what is older than 3 days. */
export function dropOld(account: DeskAccount, now: number): void {
  let old = 0
  while ((account.log[old]?.at ?? now) < now - KEPT_MS) old += 1
  if (old > 0) account.log.splice(0, old)
}

/** Pushes that there is something to read, with a token for it (kf_msg_or_event). */
export function tellProduct(scene: Scene, account: DeskAccount, about: string): void {
  const { corp, now } = scene
  if (!account.managed || account.deleted) return
  const token = `ENC${randomText(45)}`
  corp.desk.tokens.set(token, { account: account.id, until: now + corp.desk.settings.tokenMs })
  bound(corp.desk.tokens, MOST_TOKENS)
  push(scene, {
    kind: 'event.kf_msg_or_event',
    from: undefined,
    subject: about,
    fields: { MsgType: 'event', Event: 'kf_msg_or_event', Token: token, OpenKfId: account.id },
  })
}

/** A code for one message that does not count. */
export function addCode({ corp, now }: Scene, given: Pick<DeskCode, 'of' | 'account' | 'customer'>): string {
  const code = randomText(48)
  corp.desk.codes.set(code, { ...given, at: now, used: false })
  bound(corp.desk.codes, MOST_CODES)
  return code
}
