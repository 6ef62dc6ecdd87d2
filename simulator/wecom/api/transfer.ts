import { limits } from '../../../rules/wecom/limits.js'
import { seconds, shanghaiDay } from '../../clock.js'
import type { JsonRecord } from '../../json.js'
import { freeze } from '../group-row.js'
import { giveTo } from '../groups.js'
import { tellGroup } from '../notices.js'
import { findStaff } from '../people.js'
import type { Group, Staff, Transfer } from '../state.js'
import { begin, isMoving } from '../transfers.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpFail,
  corpOk,
  needText,
  page,
  Refusal,
  shortText,
  subject,
  textsIn,
  wholeIn,
} from './answer.js'
import { visibleStaff } from './contacts.js'

const ROOT = '/cgi-bin/externalcontact'
const NINETY_DAYS_MS = 90 * 86_400_000
const GROUP_TRANSFERS = 2

/** Hand-over (继承) of customers and groups. */
export const transferEndpoints: Record<string, CorpEndpoint> = {
  [`${ROOT}/transfer_customer`]: { method: 'POST', feature: 'contacts', run: (call) => customers(call, false) },
  [`${ROOT}/transfer_result`]: { method: 'POST', feature: 'contacts', run: (call) => results(call, false) },
  [`${ROOT}/get_unassigned_list`]: { method: 'POST', feature: 'contacts', run: unassigned },
  [`${ROOT}/resigned/transfer_customer`]: { method: 'POST', feature: 'contacts', run: (call) => customers(call, true) },
  [`${ROOT}/resigned/transfer_result`]: { method: 'POST', feature: 'contacts', run: (call) => results(call, true) },
  [`${ROOT}/groupchat/transfer`]: { method: 'POST', feature: 'groups', run: (call) => groups(call, true) },
  [`${ROOT}/groupchat/onjob_transfer`]: { method: 'POST', feature: 'groups', run: (call) => groups(call, false) },
}

/** Giver and taker: 40097 when the giver has not left (resigned) or has left (on the job), 40130 for a wrong taker. */
function pairIn(call: CorpCall, body: JsonRecord, resigned: boolean): { giver: Staff; taker: Staff } {
  const id = needText(body, 'handover_userid')
  const giver = findStaff(call.corp, id)
  if (!giver) throw new Refusal(40003, id)
  if (giver.left !== resigned) throw new Refusal(40097, resigned ? 'has not left' : 'has left')
  const taker = visibleStaff(call.corp, needText(body, 'takeover_userid'))
  if (taker === giver) throw new Refusal(40130, 'giver and taker are one')
  return { giver, taker }
}

function customers(call: CorpCall, resigned: boolean): Answer {
  const body = bodyOf(call)
  const ids = textsIn(body, 'external_userid')
  if (ids.length === 0) throw new Refusal(40063, 'external_userid')
  if (ids.length > limits.transferCustomers.value) throw new Refusal(40058, 'external_userid is too long')
  const message = resigned ? '' : shortText(body, 'transfer_success_msg', limits.transferMessage.value)
  const { giver, taker } = pairIn(call, body, resigned)
  subject(call, giver.id)
  const rows = ids.map((id) => {
    const errcode = refusalOf(call, giver, id)
    if (errcode === 0) begin(call.scene, { from: giver.id, to: taker.id, customer: id, resigned, message })
    return { external_userid: id, errcode }
  })
  return corpOk({ customer: rows })
}

function refusalOf({ corp, now }: CorpCall, giver: Staff, id: string): number {
  const relation = giver.relations.get(id)
  if (!corp.customers.has(id)) return 40096
  if (!relation) return 84061
  if (relation.lost || relation.half) return 40143
  if (isMoving(corp, giver.id, id)) return 40129
  const lately = (corp.moved.get(id) ?? []).filter((at) => now - at < NINETY_DAYS_MS)
  return lately.length >= limits.transferPer90Days.value ? 40128 : 0
}

function results(call: CorpCall, resigned: boolean): Answer {
  const body = bodyOf(call)
  const { giver, taker } = pairIn(call, body, resigned)
  const newest = new Map<string, Transfer>()
  for (const one of call.corp.transfers) {
    if (one.from === giver.id && one.to === taker.id && one.resigned === resigned) newest.set(one.customer, one)
  }
  const { rows, next } = page([...newest.values()], body, limits.unassignedPage.value, `${giver.id}:${taker.id}`)
  return corpOk({
    customer: rows.map(({ customer, status, endedAt, at }) => ({
      external_userid: customer,
      status,
      takeover_time: seconds(endedAt || at),
    })),
    next_cursor: next,
  })
}

function unassigned(call: CorpCall): Answer {
  const body = bodyOf(call)
  const limit = wholeIn(body, 'page_size', limits.unassignedPage.value, 1, limits.unassignedPage.value)
  const all = [...call.corp.staff.values()]
    .filter((staff) => staff.left)
    .flatMap((staff) => [...staff.relations.keys()].map((customer) => ({ staff, customer })))
    .filter(({ staff, customer }) => !isMoving(call.corp, staff.id, customer))
  const { rows, next } = page(all, body, limit, 'unassigned')
  return corpOk({
    info: rows.map(({ staff, customer }) => ({
      handover_userid: staff.id,
      external_userid: customer,
      dimission_time: seconds(staff.leftAt),
    })),
    is_last: next === '',
    ...(next !== '' && { next_cursor: next }),
  })
}

function groups(call: CorpCall, left: boolean): Answer {
  const { corp } = call
  const body = bodyOf(call)
  const ids = textsIn(body, 'chat_id_list')
  if (ids.length === 0) throw new Refusal(40063, 'chat_id_list')
  if (ids.length > limits.transferGroups.value) throw new Refusal(40058, 'chat_id_list is too long')
  const taker = visibleStaff(corp, needText(body, 'new_owner'))
  const failed = ids.flatMap((id) => {
    const errcode = groupRefusal(call, corp.groups.get(id), taker, left)
    if (errcode !== 0) return [{ chat_id: id, ...corpFail(errcode) }]
    hand(call, corp.groups.get(id) as Group, taker, left)
    return []
  })
  return corpOk({ failed_chat_list: failed })
}

function groupRefusal({ corp, now }: CorpCall, group: Group | undefined, taker: Staff, left: boolean): number {
  if (!group || group.dismissed) return 90501
  const owner = corp.staff.get(group.owner)
  if (left && owner?.left === false) return 90500
  if (!left && owner?.left === true) return 90502
  if (group.owner === taker.id) return 90510
  if (!group.members.has(taker.id) && group.members.size >= limits.groupMembers.value) return 90503
  const lately = group.handed.filter((at) => now - at < NINETY_DAYS_MS)
  if (!left && lately.length >= GROUP_TRANSFERS) return 90507
  const perDay = { perDay: limits.transferGroupsPerDay.value }
  return corp.rates.take(`hand ${group.owner} ${shanghaiDay(now)}`, now, perDay) ? 0 : 90508
}

/** Done at once, and without an event: the API did it. */
function hand(call: CorpCall, group: Group, taker: Staff, left: boolean): void {
  freeze(call.scene, group)
  const owner = group.owner
  if (!group.members.has(taker.id)) {
    group.members.set(taker.id, { id: taker.id, staff: true, at: call.now, scene: 1, invitor: owner })
  }
  giveTo(group, taker.id)
  group.handed.push(call.now)
  group.status = left ? 3 : 0
  if (left) group.members.delete(owner)
  tellGroup(call.scene, group)
}
