import type { Corp, Scene } from './corp.js'
import { tellCustomer, tellStaff } from './notices.js'
import { chatBetween, createRelation, dropRelation, keepRelation } from './people.js'
import { customerEvent } from './push/events.js'
import type { Customer, Staff, Transfer } from './state.js'
import { show } from './thread.js'

const WAIT_MS = 24 * 3_600_000
const ALLOTTED = 202

/** Whether a customer is being handed over by this member. */
export const isMoving = (corp: Corp, from: string, customer: string): boolean => corp.moving.has(`${from}/${customer}`)

/** Begins a hand-over, which completes after 24 h. */
export function begin(scene: Scene, given: Pick<Transfer, 'from' | 'to' | 'customer' | 'resigned' | 'message'>): void {
  const { corp, now } = scene
  const transfer: Transfer = { ...given, at: now, status: 2, endedAt: 0 }
  corp.transfers.push(transfer)
  corp.moving.set(`${given.from}/${given.customer}`, transfer)
  corp.moved.set(given.customer, [...(corp.moved.get(given.customer) ?? []), now])
  const customer = corp.customers.get(given.customer)
  if (customer) tellCustomer(scene, customer)
}

/** What time does by itself: hand-overs complete after 24 h. */
export function sweep(scene: Scene): void {
  for (const transfer of scene.corp.moving.values()) {
    if (scene.now - transfer.at < WAIT_MS) return
    complete(scene, transfer)
  }
}

/** The customer goes to the new member, with remark and tags; or the new member has no room. */
export function complete(scene: Scene, transfer: Transfer): void {
  const { corp, now } = scene
  const { from, to, customer: id, message } = transfer
  const [giver, taker, customer] = [corp.staff.get(from), corp.staff.get(to), corp.customers.get(id)]
  const before = giver?.relations.get(id)
  end(corp, transfer, now)
  if (!giver || !taker || !customer || !before) {
    transfer.status = 3
    return
  }
  const already = taker.relations.get(id)
  if (!taker.active || (!already && taker.relations.size >= (taker.capacity ?? corp.settings.customerCap))) {
    transfer.status = 4
    fail(scene, giver, customer, 'customer_limit_exceed')
    return
  }
  transfer.status = 1
  dropRelation(giver, customer)
  const pair = { staff: to, customer: id, way: ALLOTTED, state: before.state, addedAt: now }
  const { remark, description, mobiles, tags } = before
  keepRelation(taker, customer, already ?? { ...createRelation(pair), remark, description, mobiles, tags })
  if (message !== '') {
    const by = { from: 'staff', by: to, name: taker.name, via: 'transfer' } as const
    show(scene, chatBetween(corp, to, id), { ...by, content: { kind: 'text', text: message } })
  }
  if (!already) customerEvent(scene, 'add_external_contact', { staff: to, customer: id })
  customerEvent(scene, 'del_external_contact', { staff: from, customer: id }, { Source: 'DELETE_BY_TRANSFER' })
  tellCustomer(scene, customer)
  tellStaff(scene, giver)
  tellStaff(scene, taker)
}

/** The customer refuses the new member. */
export function refuse(scene: Scene, transfer: Transfer): void {
  const giver = scene.corp.staff.get(transfer.from)
  const customer = scene.corp.customers.get(transfer.customer)
  end(scene.corp, transfer, scene.now)
  transfer.status = 3
  if (giver && customer) fail(scene, giver, customer, 'customer_refused')
}

function fail(scene: Scene, giver: Staff, customer: Customer, FailReason: string): void {
  customerEvent(scene, 'transfer_fail', { staff: giver.id, customer: customer.id }, { FailReason })
  tellCustomer(scene, customer)
}

function end(corp: Corp, transfer: Transfer, now: number): void {
  transfer.endedAt = now
  corp.moving.delete(`${transfer.from}/${transfer.customer}`)
}
