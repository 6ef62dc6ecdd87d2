import { shanghaiDay } from '../../clock.js'
import { ControlError } from '../../control/person.js'
import { randomText } from '../../ids.js'
import type { Corp, Scene } from '../corp.js'
import { membersIn } from '../scan.js'
import type { Customer } from '../state.js'
import { createThread } from '../thread.js'
import type { DayCount, Desk, DeskAccount, Duty, StaffCount, Talk } from './state.js'

/** A customer-service account that is there from the start. */
export interface DeskOptions {
  id: string
  name: string
  /** Servicers by userid. */
  staff: string[]
}

/** The demo account. */
export const demoDesk: DeskOptions[] = [{ id: 'wkDEMO0000000001', name: '微环客服', staff: ['lihua', 'wangfang'] }]

/** A desk with these accounts; servicers who are no members are left out. */
export function createDesk(given: readonly DeskOptions[], isMember: (staff: string) => boolean): Desk {
  const desk: Desk = {
    settings: {
      tokenMs: 600_000,
      readsWithoutToken: 10,
      duplicateCode: 40058,
      customers: null,
      upgrade: { staff: given.flatMap(({ staff }) => staff.filter(isMember)), departments: [], groups: 'all' },
    },
    accounts: new Map(),
    links: new Map(),
    tokens: new Map(),
    codes: new Map(),
    served: new Map(),
  }
  for (const { id, name, staff } of given) {
    const account = addAccount(desk, { id, name, picture: '' })
    for (const one of staff) if (isMember(one)) account.staff.add(one)
  }
  return desk
}

/** Adds an account that the API manages. */
export function addAccount(desk: Desk, given: { id?: string | undefined; name: string; picture: string }): DeskAccount {
  const account: DeskAccount = {
    id: given.id ?? `wk${randomText(30)}`,
    name: given.name,
    picture: given.picture,
    managed: true,
    deleted: false,
    welcome: undefined,
    routing: 'none',
    routeAfterMs: 0,
    turn: 0,
    staff: new Set(),
    departments: new Set(),
    duty: new Map(),
    talks: new Map(),
    log: [],
    lastSeq: 0,
    sent: new Map(),
    pages: [],
    days: new Map(),
  }
  desk.accounts.set(account.id, account)
  return account
}

/** The account of this id, or the first one; 404 when it never was, 409 when it is deleted and must not be. */
export function accountNamed(corp: Corp, id: string | undefined, alive = false): DeskAccount {
  const [first] = corp.desk.accounts.values()
  const account = id === undefined ? first : corp.desk.accounts.get(id)
  if (!account) throw new ControlError(404, `there is no customer-service account ${id ?? ''}`)
  if (alive && account.deleted) throw new ControlError(409, `${account.name} was deleted`)
  return account
}

/** Userids of everybody who may serve, departments expanded. */
export function servicersOf(corp: Corp, account: DeskAccount): string[] {
  const inside = [...account.departments].flatMap((id) => membersIn(corp, id)).map(({ id }) => id)
  return [...new Set([...account.staff, ...inside])].filter((id) => corp.staff.get(id)?.active)
}

/** Whether somebody takes conversations now. */
export const dutyOf = (account: DeskAccount, staff: string): Duty => account.duty.get(staff) ?? 'serving'

/** Her conversation with an account; undefined before she has entered. */
export const talkOf = (account: DeskAccount, customer: Pick<Customer, 'id'>): Talk | undefined =>
  account.talks.get(customer.id)

/** The same, made when it is not there yet. */
export function openTalk(corp: Corp, account: DeskAccount, customer: Customer): Talk {
  const known = account.talks.get(customer.id)
  if (known) return known
  const talk: Talk = {
    account: account.id,
    customer: customer.id,
    state: 4,
    servicer: undefined,
    lastServicer: undefined,
    scene: '',
    sceneParam: '',
    enteredAt: 0,
    lastCustomerAt: 0,
    sent: 0,
    welcomedAt: 0,
    beganAt: 0,
    endedAt: 0,
    gave: { queued: false, taken: false },
    answered: false,
    takenAt: 0,
    refuses: false,
    servicerRefuses: false,
    score: undefined,
    thread: createThread(corp.keep),
  }
  account.talks.set(customer.id, talk)
  return talk
}

const MAX_DAYS = 200

/** The counters of today. */
export function today({ now }: Pick<Scene, 'now'>, account: DeskAccount): DayCount {
  const day = shanghaiDay(now)
  const known = account.days.get(day)
  if (known) return known
  const count: DayCount = {
    sessions: 0,
    customers: new Set(),
    messages: 0,
    upgrades: new Set(),
    refusing: new Set(),
    byStaff: new Map(),
  }
  account.days.set(day, count)
  const [oldest] = account.days.keys()
  if (account.days.size > MAX_DAYS && oldest !== undefined) account.days.delete(oldest)
  return count
}

/** The counters of a servicer today. */
export function todayOf(scene: Pick<Scene, 'now'>, account: DeskAccount, staff: string): StaffCount {
  const { byStaff } = today(scene, account)
  const count = byStaff.get(staff) ?? {
    sessions: 0,
    customers: new Set<string>(),
    messages: 0,
    answered: 0,
    firstReplySeconds: [],
    scores: [],
  }
  byStaff.set(staff, count)
  return count
}
