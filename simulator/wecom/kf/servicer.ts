import { ControlError } from '../../control/person.js'
import type { Scene } from '../corp.js'
import { dutyOf, servicersOf, todayOf } from './desk.js'
import { addEvent, addMessage } from './log.js'
import { type Form, formOf, type Said } from './said.js'
import { mine, move } from './sessions.js'
import { showMessage, tellAccount, tellTalk } from './show.js'
import type { DeskAccount, Duty, Talk } from './state.js'

const STATUS = { serving: 1, stopped: 2, paused: 2 } as const
const STOP_TYPE = { stopped: 0, paused: 1 } as const

/** A servicer begins or stops to take conversations (servicer_status_change). */
export function setDuty(scene: Scene, account: DeskAccount, staff: string, duty: Duty): void {
  if (!servicersOf(scene.corp, account).includes(staff)) {
    throw new ControlError(404, `${staff} does not serve ${account.name}`)
  }
  if (dutyOf(account, staff) === duty) return
  account.duty.set(staff, duty)
  addEvent(scene, account, 'servicer_status_change', {
    servicer_userid: staff,
    status: STATUS[duty],
    ...(duty !== 'serving' && { stop_type: STOP_TYPE[duty] }),
  })
  tellAccount(scene, account)
}

/** A servicer answers in the client, without the limits of the API. */
export function answer(scene: Scene, account: DeskAccount, talk: Talk, staff: string, said: Said): { msgid: string } {
  mine(talk, staff)
  return answerForm(scene, account, talk, staff, formOf(scene, said))
}

/** The same for what is made already. */
export function answerForm(
  scene: Scene,
  account: DeskAccount,
  talk: Talk,
  staff: string,
  form: Form,
): { msgid: string } {
  mine(talk, staff)
  const msgid = addMessage(scene, account, {
    customer: talk.customer,
    origin: 5,
    staff,
    type: form.type,
    inner: form.inner,
  })
  showMessage(scene, talk, { from: 'staff', by: staff, via: 'hand', content: form.content, msgid })
  if (!talk.answered) {
    talk.answered = true
    const count = todayOf(scene, account, staff)
    count.answered += 1
    count.firstReplySeconds.push((scene.now - talk.takenAt) / 1000)
  }
  return { msgid }
}

/** A servicer puts the conversation back into the pool; no event is known for it. */
export function putBack(scene: Scene, account: DeskAccount, talk: Talk, staff: string): void {
  mine(talk, staff)
  move(scene, account, talk, 2)
}

/** A servicer takes no messages of hers any more, or takes them again. */
export function refuseHer(scene: Scene, account: DeskAccount, talk: Talk, staff: string, on: boolean): void {
  mine(talk, staff)
  talk.servicerRefuses = on
  addEvent(scene, account, 'reject_customer_msg_switch_change', {
    servicer_userid: staff,
    external_userid: talk.customer,
    reject_switch: on ? 1 : 0,
  })
  tellTalk(scene, talk)
}
