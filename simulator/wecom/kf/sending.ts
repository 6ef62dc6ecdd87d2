import { background, pause } from '../../platform.js'
import type { CorpContent } from '../content.js'
import { type Scene, sceneOf } from '../corp.js'
import { addEvent } from './log.js'
import { showAgain, showMessage, tellTalk } from './show.js'
import type { DeskAccount, Talk } from './state.js'

/** fail_type of msg_send_fail. */
const ACCOUNT_GONE = 1
const REFUSED = 10
const MOST_IDS = 200_000

/** A message of the API that was accepted: it is shown, or fails later (msg_send_fail). */
export function deliver(
  scene: Scene,
  account: DeskAccount,
  talk: Talk,
  message: { msgid: string; content: CorpContent; via: 'app' | 'welcome' },
): void {
  const { platform, corp } = scene
  const fault = platform.faults.forReceipt('desk', corp.options.id)
  account.sent.set(message.msgid, talk.customer)
  const [oldest] = account.sent.keys()
  if (account.sent.size > MOST_IDS && oldest !== undefined) account.sent.delete(oldest)
  const failed = failureOf(account, talk, fault)
  showMessage(scene, talk, { from: 'app', by: account.id, ...message }, failed)
  tellTalk(scene, talk)
  if (failed === undefined || fault?.kind === 'lost') return
  const ms = platform.timing.receiptMs + (fault?.kind === 'late' ? (fault.ms ?? 5000) : 0)
  background(platform, told())
  async function told(): Promise<void> {
    await pause(platform, ms)
    if (platform.stop.signal.aborted) return
    addFailure(sceneOf(platform, corp), account, talk.customer, message.msgid, failed ?? 0)
  }
}

function failureOf(account: DeskAccount, talk: Talk, fault: { kind: string; status?: string } | undefined) {
  if (fault?.kind === 'fail') return Number(fault.status ?? 0)
  if (account.deleted) return ACCOUNT_GONE
  return talk.refuses ? REFUSED : undefined
}

function addFailure(scene: Scene, account: DeskAccount, customer: string, msgid: string, type: number): void {
  addEvent(scene, account, 'msg_send_fail', { external_userid: customer, fail_msgid: msgid, fail_type: type })
}

/** A message that was sent turns out not to have arrived. False: no message of the API has this id. */
export function failLater(scene: Scene, account: DeskAccount, talk: Talk, msgid: string, type: number): boolean {
  if (account.sent.get(msgid) !== talk.customer) return false
  const entry = talk.thread.ring.list().find((one) => one.msgid === msgid)
  if (entry) {
    entry.failed = type
    showAgain(scene, talk, entry)
  }
  addFailure(scene, account, talk.customer, msgid, type)
  return true
}
