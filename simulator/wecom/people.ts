import { limits } from '../../rules/wecom/limits.js'
import { ControlError } from '../control/person.js'
import { randomText } from '../ids.js'
import { followerWith } from '../mini-program/mini-program.js'
import type { Follower } from '../official-account/follower.js'
import type { Platform } from '../platform.js'
import { bound, type Corp, type Scene } from './corp.js'
import { tellCustomer, tellStaff } from './notices.js'
import { customerEvent } from './push/events.js'
import type { Customer, Relation, Staff } from './state.js'
import { createThread, show, type Thread } from './thread.js'

/** Somebody as a body names them: an id of any kind, or a stranger with a name. */
export type PersonChoice = string | { name: string; unionid?: string | undefined; type?: 1 | 2 | undefined }

const CODES = 50_000
const NOTHING: readonly string[] = []

/** The member with this userid; letter case does not matter to WeCom. */
export function staffNamed(corp: Corp, id: string): Staff {
  const found = findStaff(corp, id)
  if (!found) throw new ControlError(404, `there is no member ${id}`)
  return found
}

/** The same, or undefined. */
export function findStaff(corp: Corp, id: string): Staff | undefined {
  const exact = corp.staff.get(id)
  if (exact) return exact
  const lower = id.toLowerCase()
  for (const staff of corp.staff.values()) if (staff.id.toLowerCase() === lower) return staff
  return undefined
}

/** The customer behind an external id, a unionid or a follower's openid, if the corporation has met them. */
export function findPerson(platform: Platform, corp: Corp, id: string): Customer | undefined {
  const known = corp.customers.get(id) ?? corp.byUnionid.get(id)
  if (known) return known
  const follower = followerNamed(platform, id)
  return follower && corp.byUnionid.get(follower.unionid)
}

/** The person, met now if need be. 404 for an id that is nobody's. */
export function personOf(scene: Scene, choice: PersonChoice): Customer {
  const { platform, corp } = scene
  if (typeof choice !== 'string') {
    const known = choice.unionid === undefined ? undefined : corp.byUnionid.get(choice.unionid)
    return known ?? addCustomer(corp, choice)
  }
  const known = findPerson(platform, corp, choice)
  if (known) return known
  const follower = followerNamed(platform, choice)
  if (!follower) throw new ControlError(404, `there is nobody with the id ${choice}`)
  return addCustomer(corp, { name: follower.name, unionid: follower.unionid, openid: follower.openid })
}

/** Adds somebody from outside; `wm` for WeChat, `wo` for WeCom users, who have no unionid. */
export function addCustomer(
  corp: Corp,
  given: {
    name: string
    unionid?: string | undefined
    openid?: string | undefined
    type?: 1 | 2 | undefined
    id?: string
  },
): Customer {
  const type = given.type ?? 1
  const customer: Customer = {
    id: given.id ?? `${type === 1 ? 'wm' : 'wo'}${randomText(30)}`,
    name: given.name,
    type,
    unionid: type === 1 ? (given.unionid ?? `u${randomText(27)}`) : '',
    openid: given.openid,
    staff: [],
  }
  corp.customers.set(customer.id, customer)
  if (customer.unionid !== '') corp.byUnionid.set(customer.unionid, customer)
  return customer
}

function followerNamed(platform: Platform, id: string): Follower | undefined {
  for (const account of platform.accounts.values()) {
    const found = account.followers.get(id) ?? (id.startsWith('u') ? followerWith(account, id) : undefined)
    if (found) return found
  }
  return undefined
}

/** A pair as it begins. */
export function createRelation(given: Pick<Relation, 'staff' | 'customer' | 'way' | 'state' | 'addedAt'>): Relation {
  return {
    remark: '',
    description: '',
    mobiles: NOTHING,
    tags: NOTHING,
    half: false,
    lost: false,
    started: false,
    lastChatAt: 0,
    ...given,
  }
}

/**
 * Connects a member and a customer and pushes the event, with a welcome code where one is due. Undefined when they are
 * connected already. 409 when the member is gone or has as many customers as allowed.
 */
export function connect(
  scene: Scene,
  staff: Staff,
  customer: Customer,
  how: { way: number; state?: string; half?: boolean | undefined },
): { welcomeCode?: string } | undefined {
  const { corp, now } = scene
  if (!staff.active || !staff.seesCustomers) throw new ControlError(409, `${staff.name} cannot have customers`)
  const known = staff.relations.get(customer.id)
  if (known && !known.lost && !(known.half && !how.half)) return undefined
  if (!known && staff.relations.size >= (staff.capacity ?? corp.settings.customerCap)) {
    throw new ControlError(409, `${staff.name} has as many customers as allowed`)
  }
  const wasHalf = known?.half === true && !known.lost
  const relation =
    known ??
    createRelation({ staff: staff.id, customer: customer.id, way: how.way, state: how.state ?? '', addedAt: now })
  if (known?.lost) Object.assign(known, { way: how.way, state: how.state ?? '', addedAt: now, started: false })
  Object.assign(relation, { half: how.half === true, lost: false })
  keepRelation(staff, customer, relation)
  staff.requests.delete(customer.id)
  const welcomeCode = wasHalf && relation.started ? undefined : welcomeFor(scene, staff, customer, relation)
  customerEvent(
    scene,
    relation.half ? 'add_half_external_contact' : 'add_external_contact',
    { staff: staff.id, customer: customer.id },
    {
      ...(relation.state === '' ? {} : { State: relation.state }),
      ...(welcomeCode === undefined ? {} : { WelcomeCode: welcomeCode }),
    },
  )
  tellCustomer(scene, customer)
  tellStaff(scene, staff)
  return welcomeCode === undefined ? {} : { welcomeCode }
}

/** A code, unless the console's own welcome goes out, the chat has begun or she is a WeCom user. */
function welcomeFor(scene: Scene, staff: Staff, customer: Customer, relation: Relation): string | undefined {
  const { corp, now } = scene
  if (staff.nativeWelcome !== undefined) {
    relation.started = true
    const content = { kind: 'text' as const, text: staff.nativeWelcome }
    show(scene, chatBetween(corp, staff.id, customer.id), {
      from: 'staff',
      by: staff.id,
      name: staff.name,
      via: 'welcome',
      content,
    })
    return undefined
  }
  if (customer.type === 2 || relation.started) return undefined
  const code = randomText(43)
  corp.welcomeCodes.set(code, { staff: staff.id, customer: customer.id, at: now, used: false })
  bound(corp.welcomeCodes, CODES)
  return code
}

/** Whether a welcome code is out of time. */
export const isLate = (at: number, now: number) => now - at >= limits.welcomeSeconds.value * 1000

/** The conversation of a pair. */
export function chatBetween(
  corp: Corp,
  staff: string,
  customer: string,
): { about: 'chat'; id: string; thread: Thread } {
  const id = `${staff}/${customer}`
  const thread = corp.chats.get(id) ?? createThread(corp.keep)
  corp.chats.set(id, thread)
  return { about: 'chat', id, thread }
}

/** The pair; 409 when the two are not connected. */
export function relationOf(staff: Staff, customer: Customer): Relation {
  const relation = staff.relations.get(customer.id)
  if (!relation) throw new ControlError(409, `${staff.name} and ${customer.name} are not connected`)
  return relation
}

/** The member deletes the customer. */
export function deleteCustomer(scene: Scene, staff: Staff, customer: Customer, source?: 'DELETE_BY_TRANSFER'): void {
  relationOf(staff, customer)
  dropRelation(staff, customer)
  const more = source === undefined ? {} : { Source: source }
  customerEvent(scene, 'del_external_contact', { staff: staff.id, customer: customer.id }, more)
  tellCustomer(scene, customer)
  tellStaff(scene, staff)
}

/** The pair is there on both sides, without a push. */
export function keepRelation(staff: Staff, customer: Customer, relation: Relation): void {
  staff.relations.set(customer.id, relation)
  staff.sorted = undefined
  if (!customer.staff.includes(staff.id)) customer.staff.push(staff.id)
}

/** The pair is over on both sides, without a push. */
export function dropRelation(staff: Staff, customer: Customer): void {
  staff.sorted = undefined
  staff.relations.delete(customer.id)
  customer.staff = customer.staff.filter((id) => id !== staff.id)
}

/** The customer deletes the member: the member's side stays. */
export function deleteStaff(scene: Scene, staff: Staff, customer: Customer): void {
  const relation = relationOf(staff, customer)
  if (relation.lost) throw new ControlError(409, `${customer.name} has deleted ${staff.name} already`)
  relation.lost = true
  customerEvent(scene, 'del_follow_user', { staff: staff.id, customer: customer.id })
  tellCustomer(scene, customer)
}

/** One of the two writes by hand. */
export function writeTo(
  scene: Scene,
  staff: Staff,
  customer: Customer,
  from: 'staff' | 'customer',
  text: string,
): void {
  const relation = relationOf(staff, customer)
  if (relation.lost) throw new ControlError(409, `${customer.name} has deleted ${staff.name}`)
  relation.started = true
  relation.lastChatAt = scene.now
  const who = from === 'staff' ? staff : customer
  show(scene, chatBetween(scene.corp, staff.id, customer.id), {
    from,
    by: who.id,
    name: who.name,
    via: 'hand',
    content: { kind: 'text', text },
  })
}
