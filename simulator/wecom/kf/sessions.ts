import { ControlError } from '../../control/person.js'
import type { JsonRecord } from '../../json.js'
import type { Scene } from '../corp.js'
import { nameOf } from '../views.js'
import { dutyOf, servicersOf, today, todayOf } from './desk.js'
import { addCode, addEvent } from './log.js'
import { showLine, tellTalk } from './show.js'
import type { DeskAccount, Talk, TalkState } from './state.js'

/** Where the API may move a conversation from each state. */
const MOVES: Record<TalkState, readonly TalkState[]> = { 0: [1, 2, 3], 1: [2, 3, 4], 2: [3, 4], 3: [3, 2, 4], 4: [] }

/** session_status_change: how it came about in the client. */
const CHANGE = { taken: 1, passed: 2, ended: 3, reopened: 4 } as const

/** Whether the API may move it there; to state 3 only to another servicer than now. */
export const mayMove = (talk: Talk, to: TalkState, staff: string | undefined): boolean =>
  MOVES[talk.state].includes(to) && !(talk.state === 3 && to === 3 && talk.servicer === staff)

/** A customer's message opens a new session when none is under way. */
export function begin(scene: Scene, account: DeskAccount, talk: Talk): void {
  if (talk.state !== 4) return
  const { served } = scene.corp.desk
  if (!served.has(talk.customer)) served.set(talk.customer, served.size + 1)
  Object.assign(talk, {
    state: 0,
    servicer: undefined,
    beganAt: scene.now,
    answered: false,
    gave: { queued: false, taken: false },
  })
  const count = today(scene, account)
  count.sessions += 1
  count.customers.add(talk.customer)
}

/** Moves a conversation and gives the code for one message, where one is due. Nothing is pushed. */
export function move(
  scene: Scene,
  account: DeskAccount,
  talk: Talk,
  to: Exclude<TalkState, 0>,
  staff?: string,
): string | undefined {
  const code = codeFor(scene, account, talk, to)
  if (to === 3 && staff !== undefined) hand(scene, account, talk, staff)
  if (to !== 3) talk.servicer = undefined
  talk.state = to
  if (to === 4) {
    talk.endedAt = scene.now
    showLine(scene, talk, '本次会话已结束')
  }
  tellTalk(scene, talk)
  return code
}

function codeFor(scene: Scene, account: DeskAccount, talk: Talk, to: TalkState): string | undefined {
  const about = { account: account.id, customer: talk.customer }
  if (to === 4) return addCode(scene, { of: 'ended', ...about })
  const of = to === 2 ? 'queued' : to === 3 ? 'taken' : undefined
  if (of === undefined || talk.gave[of]) return undefined
  talk.gave[of] = true
  return addCode(scene, { of, ...about })
}

function hand(scene: Scene, account: DeskAccount, talk: Talk, staff: string): void {
  Object.assign(talk, { servicer: staff, lastServicer: staff, takenAt: scene.now, answered: false, score: undefined })
  const count = todayOf(scene, account, staff)
  count.sessions += 1
  count.customers.add(talk.customer)
  showLine(scene, talk, `${nameOf(scene.corp, staff)} 为你服务`)
}

/** A servicer of the account who serves; 404 or 409. */
export function serving({ corp }: Scene, account: DeskAccount, staff: string): string {
  if (!servicersOf(corp, account).includes(staff))
    throw new ControlError(404, `${staff} does not serve ${account.name}`)
  if (dutyOf(account, staff) !== 'serving') throw new ControlError(409, `${staff} is not on duty`)
  return staff
}

/** A servicer takes the conversation out of the pool. */
export function take(scene: Scene, account: DeskAccount, talk: Talk, staff: string): void {
  if (talk.state !== 2) throw new ControlError(409, 'the conversation does not wait in the pool')
  const code = move(scene, account, talk, 3, serving(scene, account, staff))
  tellChange(scene, account, talk, CHANGE.taken, { new_servicer_userid: staff, ...(code && { msg_code: code }) })
}

/** A servicer passes the conversation on. */
export function pass(scene: Scene, account: DeskAccount, talk: Talk, from: string, to: string): void {
  mine(talk, from)
  if (to === from) throw new ControlError(409, 'to: has it already')
  move(scene, account, talk, 3, serving(scene, account, to))
  tellChange(scene, account, talk, CHANGE.passed, { old_servicer_userid: from, new_servicer_userid: to })
}

/** A servicer ends the conversation. */
export function end(scene: Scene, account: DeskAccount, talk: Talk, staff: string): void {
  mine(talk, staff)
  const code = move(scene, account, talk, 4)
  tellChange(scene, account, talk, CHANGE.ended, { old_servicer_userid: staff, ...(code && { msg_code: code }) })
}

const REOPEN_MS = 48 * 3_600_000

/** A servicer goes on with a conversation that has ended. */
export function reopen(scene: Scene, account: DeskAccount, talk: Talk, staff: string): void {
  if (talk.state !== 4 || talk.lastCustomerAt === 0) throw new ControlError(409, 'the conversation has not ended')
  if (scene.now - talk.lastCustomerAt > REOPEN_MS) throw new ControlError(409, 'it was over 48 h ago')
  move(scene, account, talk, 3, serving(scene, account, staff))
  tellChange(scene, account, talk, CHANGE.reopened, { new_servicer_userid: staff })
}

/** Refuses a conversation that somebody else has, or nobody: 409. */
export function mine(talk: Talk, staff: string): void {
  if (talk.state !== 3 || talk.servicer !== staff)
    throw new ControlError(409, `${staff} does not have the conversation`)
}

function tellChange(scene: Scene, account: DeskAccount, talk: Talk, type: number, fields: JsonRecord): void {
  addEvent(scene, account, 'session_status_change', {
    external_userid: talk.customer,
    change_type: type,
    ...fields,
  })
}

/** What time does by itself: new sessions that nobody took go where the account's rule says. */
export function sweepDesk(scene: Scene): void {
  for (const account of scene.corp.desk.accounts.values()) {
    if (account.routing === 'none' || account.deleted) continue
    for (const talk of account.talks.values()) {
      if (talk.state === 0 && scene.now - talk.beganAt >= account.routeAfterMs) route(scene, account, talk)
    }
  }
}

/** To a servicer on duty by turns, else into the pool. */
function route(scene: Scene, account: DeskAccount, talk: Talk): void {
  const free = servicersOf(scene.corp, account).filter((id) => dutyOf(account, id) === 'serving')
  const chosen = account.routing === 'staff' ? free[account.turn++ % Math.max(1, free.length)] : undefined
  if (chosen === undefined) {
    move(scene, account, talk, 2)
    return
  }
  const code = move(scene, account, talk, 3, chosen)
  tellChange(scene, account, talk, CHANGE.taken, { new_servicer_userid: chosen, ...(code && { msg_code: code }) })
}
