import { limits } from '../../../rules/wecom/limits.js'
import { seconds } from '../../clock.js'
import { hex } from '../../ids.js'
import { type JsonRecord, number } from '../../json.js'
import { tellState } from '../notices.js'
import { findStaff } from '../people.js'
import { membersOf } from '../scan.js'
import type { ContactWay } from '../state.js'
import { qrAddress } from '../views.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needText,
  numbersIn,
  page,
  Refusal,
  shortText,
  textsIn,
  wholeIn,
} from './answer.js'

const ROOT = '/cgi-bin/externalcontact'
const feature = 'contacts'
const QUARTER_MS = 90 * 86_400_000

/** Live codes 「联系我」. */
export const contactWayEndpoints: Record<string, CorpEndpoint> = {
  [`${ROOT}/add_contact_way`]: { method: 'POST', feature, run: add },
  [`${ROOT}/get_contact_way`]: { method: 'POST', feature, run: get },
  [`${ROOT}/list_contact_way`]: { method: 'POST', feature, run: listWays },
  [`${ROOT}/update_contact_way`]: { method: 'POST', feature, run: update },
  [`${ROOT}/del_contact_way`]: { method: 'POST', feature, run: remove },
}

function add(call: CorpCall): Answer {
  const { corp } = call
  const body = bodyOf(call)
  const used = corp.contactWays.size + corp.joinWays.size
  if (used >= limits.ways.value) throw new Refusal(41045)
  const way: ContactWay = {
    id: hex(16),
    type: wholeIn(body, 'type', 0, 1, 2) as 1 | 2,
    scene: wholeIn(body, 'scene', 0, 1, 2) as 1 | 2,
    style: 1,
    remark: '',
    skipVerify: true,
    state: '',
    staff: [],
    departments: [],
    exclusive: false,
    createdAt: call.now,
    scans: 0,
  }
  fill(call, way, body)
  corp.contactWays.set(way.id, way)
  tellState(call.scene)
  return corpOk({ config_id: way.id, ...(way.scene === 2 && { qr_code: qrAddress(call.platform.baseUrl, way.id) }) })
}

/** Writes the given fields over a way after checking them and who is behind it. */
function fill(call: CorpCall, way: ContactWay, body: JsonRecord): void {
  const { corp } = call
  const given: Partial<ContactWay> = {
    ...(body['remark'] !== undefined && { remark: shortText(body, 'remark', limits.wayRemark.value) }),
    ...(body['state'] !== undefined && { state: shortText(body, 'state', limits.wayState.value) }),
    ...(typeof body['skip_verify'] === 'boolean' && { skipVerify: body['skip_verify'] }),
    ...(typeof body['is_exclusive'] === 'boolean' && { exclusive: body['is_exclusive'] }),
    ...(body['style'] !== undefined && { style: wholeIn(body, 'style', 1, 1, 3) }),
    ...(body['user'] !== undefined && { staff: textsIn(body, 'user') }),
    ...(body['party'] !== undefined && { departments: numbersIn(body, 'party') }),
  }
  const { staff, departments } = { ...way, ...given }
  for (const id of staff) {
    const found = findStaff(corp, id)
    if (!found || found.left) throw new Refusal(40003, id)
    if (!found.active) throw new Refusal(41054, id)
    if (!found.inRange) throw new Refusal(60011, id)
  }
  const missing = departments.find((id) => !corp.departments.some((one) => one.id === id))
  if (missing !== undefined) throw new Refusal(60003, String(missing))
  const behind = membersOf(corp, { staff, departments })
  if (behind.length === 0) throw new Refusal(40063, 'user and party')
  if (behind.length > limits.wayMembers.value) throw new Refusal(41041)
  if (way.type === 1 && (staff.length !== 1 || departments.length > 0))
    throw new Refusal(40058, 'type 1 takes one user')
  Object.assign(way, given)
}

/** The way that a body names, or 41044. */
function wayIn(call: CorpCall): { way: ContactWay; body: JsonRecord } {
  const body = bodyOf(call)
  const way = call.corp.contactWays.get(needText(body, 'config_id'))
  if (!way) throw new Refusal(41044)
  return { way, body }
}

function get(call: CorpCall): Answer {
  const { way } = wayIn(call)
  return corpOk({
    contact_way: {
      config_id: way.id,
      type: way.type,
      scene: way.scene,
      style: way.style,
      remark: way.remark,
      skip_verify: way.skipVerify,
      state: way.state,
      user: way.staff,
      party: way.departments,
      is_exclusive: way.exclusive,
      is_temp: false,
      ...(way.scene === 2 && { qr_code: qrAddress(call.platform.baseUrl, way.id) }),
    },
  })
}

function listWays(call: CorpCall): Answer {
  const body = bodyOf(call)
  const from = number(body, 'start_time') ?? seconds(call.now - QUARTER_MS)
  const to = number(body, 'end_time') ?? seconds(call.now)
  const limit = wholeIn(body, 'limit', 100, 1, limits.wayPage.value)
  const all = [...call.corp.contactWays.values()].filter(
    ({ createdAt }) => seconds(createdAt) >= from && seconds(createdAt) <= to,
  )
  const { rows, next } = page(all, body, limit, 'ways')
  return corpOk({ contact_way: rows.map(({ id }) => ({ config_id: id })), ...(next !== '' && { next_cursor: next }) })
}

function update(call: CorpCall): Answer {
  const { way, body } = wayIn(call)
  fill(call, way, body)
  tellState(call.scene)
  return corpOk()
}

function remove(call: CorpCall): Answer {
  const { way } = wayIn(call)
  call.corp.contactWays.delete(way.id)
  tellState(call.scene)
  return corpOk()
}
