import { limits } from '../../../rules/wecom/limits.js'
import { type JsonRecord, record } from '../../json.js'
import { shownRow } from '../group-row.js'
import { findStaff } from '../people.js'
import type { Group } from '../state.js'
import { opengidOf } from '../views.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needText,
  pageOf,
  Refusal,
  subject,
  textsIn,
  wholeIn,
} from './answer.js'
import { byDay, statistic } from './statistics.js'

const ROOT = '/cgi-bin/externalcontact'
const feature = 'groups'
const MANY = 1000

/** Customer groups. */
export const groupEndpoints: Record<string, CorpEndpoint> = {
  [`${ROOT}/groupchat/list`]: { method: 'POST', feature, run: listGroups },
  [`${ROOT}/groupchat/get`]: { method: 'POST', feature, run: get },
  [`${ROOT}/groupchat/statistic`]: { method: 'POST', feature, run: statistic },
  [`${ROOT}/groupchat/statistic_group_by_day`]: { method: 'POST', feature, run: byDay },
  [`${ROOT}/opengid_to_chatid`]: { method: 'POST', feature, run: byOpengid },
}

function listGroups(call: CorpCall): Answer {
  const { corp } = call
  const body = bodyOf(call)
  const status = wholeIn(body, 'status_filter', 0, 0, 3)
  const limit = wholeIn(body, 'limit', 0, 1, limits.groupPage.value)
  const owners = ownersIn(call, body)
  if (owners.length === 0 && corp.staff.size > MANY) throw new Refusal(81017)
  const wanted = (group: Group) =>
    !group.dismissed &&
    (status === 0 || group.status === status) &&
    (owners.length > 0 ? owners.includes(group.owner) : isVisible(call, group))
  const about = `groups:${status}:${owners.join(',')}`
  const { rows, next } = pageOf([...corp.groups.values()], body, limit, about, wanted)
  return corpOk({
    group_chat_list: rows.map((group) => ({ chat_id: group.id, status: group.status })),
    next_cursor: next,
  })
}

/** Groups of owners outside the visible range are silently missing; those of owners who left need the filter. */
function isVisible({ corp }: CorpCall, group: Group): boolean {
  const owner = corp.staff.get(group.owner)
  return owner?.inRange === true && !owner.left
}

/** The owners of a filter: at most 100 (81017), known ones (40003), inside the range (60011). */
export function ownersIn({ corp }: CorpCall, body: JsonRecord): string[] {
  const filter = record(body, 'owner_filter')
  const ids = filter ? textsIn(filter, 'userid_list') : []
  if (ids.length > limits.groupOwners.value) throw new Refusal(81017, 'owner_filter')
  return ids.map((id) => {
    const staff = findStaff(corp, id)
    if (!staff) throw new Refusal(40003, id)
    if (!staff.inRange && !staff.left) throw new Refusal(60011, id)
    return staff.id
  })
}

function get(call: CorpCall): Answer {
  const { corp, now } = call
  const id = subject(call, needText(bodyOf(call), 'chat_id'))
  const group = corp.groups.get(id)
  if (!group || group.dismissed) throw new Refusal(90501, id)
  const owner = corp.staff.get(group.owner)
  if (!owner || (!owner.inRange && !owner.left)) throw new Refusal(60011, group.owner)
  return corpOk({ group_chat: shownRow(corp, group, now) })
}

function byOpengid(call: CorpCall): Answer {
  const opengid = needText(bodyOf(call), 'opengid')
  for (const group of call.corp.groups.values()) {
    if (!group.dismissed && opengidOf(group.id) === opengid) return corpOk({ chat_id: subject(call, group.id) })
  }
  throw new Refusal(90511)
}
