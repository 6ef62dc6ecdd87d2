import { limits } from '../../../rules/wecom/limits.js'
import { seconds } from '../../clock.js'
import type { JsonRecord } from '../../json.js'
import type { Corp } from '../corp.js'
import { tellCustomer } from '../notices.js'
import { findStaff } from '../people.js'
import type { Customer, Relation, Staff } from '../state.js'
import { tagNamed } from '../views.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needQuery,
  needText,
  page,
  Refusal,
  shortText,
  subject,
  textsIn,
  wholeIn,
} from './answer.js'

const ROOT = '/cgi-bin/externalcontact'
const feature = 'contacts'
const RELATIONS_PAGE = 500

/** Customers of members. */
export const contactEndpoints: Record<string, CorpEndpoint> = {
  [`${ROOT}/get_follow_user_list`]: { method: 'GET', feature, run: followUsers },
  [`${ROOT}/list`]: { method: 'GET', feature, run: listOf },
  [`${ROOT}/get`]: { method: 'GET', feature, run: detail },
  [`${ROOT}/batch/get_by_user`]: { method: 'POST', feature, run: batch },
  [`${ROOT}/remark`]: { method: 'POST', feature, run: remark },
  [`${ROOT}/convert_to_openid`]: { method: 'POST', feature, run: convert },
}

function followUsers({ corp }: CorpCall): Answer {
  const able = [...corp.staff.values()].filter((staff) => staff.active && staff.inRange && staff.seesCustomers)
  return corpOk({ follow_user: able.map((staff) => staff.id) })
}

/** A member in the visible range who may have customers: 40003, 60011, 84074. Who has left is 40003. */
export function visibleStaff(corp: Corp, id: string): Staff {
  const staff = findStaff(corp, id)
  if (!staff?.active) throw new Refusal(40003, id)
  if (!staff.inRange) throw new Refusal(60011, id)
  if (!staff.seesCustomers) throw new Refusal(84074, id)
  return staff
}

function listOf(call: CorpCall): Answer {
  const staff = visibleStaff(call.corp, subject(call, needQuery(call, 'userid')))
  if (staff.relations.size === 0) throw new Refusal(84061)
  return corpOk({ external_userid: [...staff.relations.keys()] })
}

function detail(call: CorpCall): Answer {
  const { corp } = call
  const id = subject(call, needQuery(call, 'external_userid'))
  const customer = corp.customers.get(id)
  if (!customer) throw new Refusal(40096, id)
  const pairs = customer.staff.flatMap((userid) => {
    const staff = corp.staff.get(userid)
    const relation = staff?.inRange ? staff.relations.get(id) : undefined
    return relation && !relation.half ? [relation] : []
  })
  if (pairs.length === 0) throw new Refusal(84061)
  const { rows, next } = page(pairs, { cursor: call.query.get('cursor') ?? '' }, RELATIONS_PAGE, id)
  return corpOk({
    external_contact: customerRow(corp, customer),
    follow_user: rows.map((relation) => ({ ...relationRow(relation), tags: tagRows(corp, relation) })),
    ...(next !== '' && { next_cursor: next }),
  })
}

/** A customer as the API tells them; unionid only of WeChat users, once a developer account is bound. */
export function customerRow(corp: Corp, customer: Customer): JsonRecord {
  const { id, name, type, unionid } = customer
  const known = type === 1 && corp.settings.boundAccount !== null && unionid !== ''
  return {
    external_userid: id,
    name,
    avatar: `https://wx.qlogo.example/${id}/0`,
    type,
    gender: 0,
    ...(known && { unionid }),
    ...(type === 2 && { position: '采购', corp_name: '友邻公司', corp_full_name: '友邻有限公司' }),
  }
}

function relationRow({ staff, remark, description, addedAt, mobiles, way, customer, state }: Relation): JsonRecord {
  return {
    userid: staff,
    remark,
    description,
    createtime: seconds(addedAt),
    remark_mobiles: mobiles,
    add_way: way,
    oper_userid: way === 1 ? customer : staff,
    ...(state !== '' && { state }),
  }
}

function tagRows(corp: Corp, { tags }: Relation): JsonRecord[] {
  return tags.flatMap((id) => {
    const found = tagNamed(corp, id)
    return found ? [{ group_name: found.group.name, tag_name: found.tag.name, tag_id: id, type: 1 }] : []
  })
}

function batch(call: CorpCall): Answer {
  const { corp } = call
  const body = bodyOf(call)
  const ids = textsIn(body, 'userid_list')
  if (ids.length === 0) throw new Refusal(40063, 'userid_list')
  if (ids.length > limits.batchStaff.value) throw new Refusal(81017, 'userid_list')
  const limit = wholeIn(body, 'limit', 50, 1, limits.batchPage.value)
  const staff = ids.map((id) => visibleStaff(corp, id))
  const { rows, next } = pairsFrom(staff, String(body['cursor'] ?? ''), limit, ids.join(','))
  return corpOk({
    external_contact_list: rows.map(({ relation }) => {
      const customer = corp.customers.get(relation.customer)
      return {
        external_contact: customer ? customerRow(corp, customer) : { external_userid: relation.customer },
        follow_info: { ...relationRow(relation), tag_id: relation.tags },
      }
    }),
    next_cursor: next,
    fail_info: { unlicensed_userid_list: [] },
  })
}

/**
 * A page of the members' pairs. The cursor names the member and the customer to go on after, so that a page costs the
 * same at the end of 100,000 as at the start, and people who come and go meanwhile do not shift it.
 */
function pairsFrom(staff: readonly Staff[], cursor: string, limit: number, about: string) {
  const place = cursor === '' ? { at: 0, after: '' } : readPlace(cursor, about)
  const rows: { relation: Relation }[] = []
  for (let at = place.at; at < staff.length; at++) {
    const member = staff[at]
    if (!member) break
    const list = pairsOf(member)
    const start = at === place.at && place.after !== '' ? indexAfter(list, place.after) : 0
    for (let index = start; index < list.length; index++) {
      const relation = list[index]
      if (!relation) break
      if (rows.length === limit) {
        const after = list[index - 1]?.customer ?? ''
        return { rows, next: Buffer.from(JSON.stringify({ at, after, about })).toString('base64url') }
      }
      if (!relation.half) rows.push({ relation })
    }
  }
  return { rows, next: '' }
}

/** A member's pairs in the order of the customers' ids. */
function pairsOf(staff: Staff): Relation[] {
  staff.sorted ??= [...staff.relations.values()].sort((a, b) => (a.customer < b.customer ? -1 : 1))
  return staff.sorted
}

function indexAfter(list: readonly Relation[], id: string): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle]?.customer ?? '') <= id) low = middle + 1
    else high = middle
  }
  return low
}

function readPlace(cursor: string, about: string): { at: number; after: string } {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const { at, after, about: of } = place as { at: number; after: string; about: string }
    if (of === about && Number.isInteger(at) && typeof after === 'string') return { at, after }
  } catch {
    // falls through to the refusal
  }
  throw new Refusal(40058, 'cursor is wrong')
}

/** The pair that a body names: 40003, 40096, 84061. */
export function pairIn(call: CorpCall, body: JsonRecord): { staff: Staff; customer: Customer; relation: Relation } {
  const { corp } = call
  const staff = visibleStaff(corp, needText(body, 'userid'))
  const id = subject(call, needText(body, 'external_userid'))
  const customer = corp.customers.get(id)
  if (!customer) throw new Refusal(40096, id)
  const relation = staff.relations.get(id)
  if (!relation || relation.half) throw new Refusal(84061)
  return { staff, customer, relation }
}

function remark(call: CorpCall): Answer {
  const body = bodyOf(call)
  const { customer, relation } = pairIn(call, body)
  const names = ['remark', 'description', 'remark_company', 'remark_mobiles', 'remark_pic_mediaid']
  if (names.every((name) => body[name] === undefined)) throw new Refusal(40058, 'nothing is changed')
  shortText(body, 'remark_company', limits.remark.value)
  const mobiles = textsIn(body, 'remark_mobiles')
  if (mobiles.length > limits.remarkMobiles.value) throw new Refusal(40058, 'remark_mobiles')
  if (body['remark'] !== undefined) relation.remark = shortText(body, 'remark', limits.remark.value)
  if (body['description'] !== undefined)
    relation.description = shortText(body, 'description', limits.remarkDescription.value)
  if (body['remark_mobiles'] !== undefined) relation.mobiles = mobiles.filter((one) => one !== '')
  tellCustomer(call.scene, customer)
  return corpOk()
}

function convert(call: CorpCall): Answer {
  const id = subject(call, needText(bodyOf(call), 'external_userid'))
  const customer = call.corp.customers.get(id)
  if (customer?.type !== 1) throw new Refusal(40096, id)
  return corpOk({ openid: `oP${Buffer.from(id).toString('base64url').slice(0, 26)}` })
}
