import { limits } from '../../../rules/wecom/limits.js'
import { seconds } from '../../clock.js'
import { hex } from '../../ids.js'
import { asRecord, type JsonRecord, list, number, record } from '../../json.js'
import type { CorpContent } from '../content.js'
import { tellMoment } from '../notices.js'
import { findStaff } from '../people.js'
import { membersIn } from '../scan.js'
import type { Message, Moment, Staff } from '../state.js'
import { tagNamed } from '../views.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpFail,
  corpOk,
  needQuery,
  needText,
  numbersIn,
  page,
  Refusal,
  textIn,
  textsIn,
  wholeIn,
} from './answer.js'
import { addressIn, mediaAddress, mediaOf } from './message.js'

const ROOT = '/cgi-bin/externalcontact'
const feature = 'moments'
const JOB_MS = 24 * 3_600_000
const DAY_MS = 86_400_000
const UNDER_WAY = 2
const DONE = 3

/** Moments tasks (客户朋友圈). */
export const momentEndpoints: Record<string, CorpEndpoint> = {
  [`${ROOT}/add_moment_task`]: { method: 'POST', feature, run: create },
  [`${ROOT}/get_moment_task_result`]: { method: 'GET', feature, run: job },
  [`${ROOT}/get_moment_list`]: { method: 'POST', feature, run: listMoments },
  [`${ROOT}/get_moment_task`]: { method: 'POST', feature, run: members },
  [`${ROOT}/get_moment_customer_list`]: { method: 'POST', feature, run: audience },
  [`${ROOT}/get_moment_send_result`]: { method: 'POST', feature, run: delivered },
  [`${ROOT}/get_moment_comments`]: { method: 'POST', feature, run: comments },
  [`${ROOT}/cancel_moment_task`]: { method: 'POST', feature, run: cancel },
}

function create(call: CorpCall): Answer {
  const { corp, now } = call
  if (!corp.rates.take('moments', now, { perMinute: limits.momentsPerMinute.value })) throw new Refusal(45009)
  const body = bodyOf(call)
  const message = messageIn(call, body)
  const range = record(body, 'visible_range') ?? {}
  const senders = record(range, 'sender_list')
  const tags = textsIn(record(range, 'external_contact_list') ?? {}, 'tag_list')
  const users = textsIn(senders ?? {}, 'user_list')
  const departments = numbersIn(senders ?? {}, 'department_list')
  const named = users.flatMap((id) => able(findStaff(corp, id)))
  const inside = departments.flatMap((id) => membersIn(corp, id).flatMap(able))
  const staff = senders ? [...named, ...inside] : [...corp.staff.values()].flatMap(able)
  const known = tags.filter((id) => tagNamed(corp, id))
  const wanted = (one: Staff) =>
    [...one.relations.values()]
      .filter((relation) => tags.length === 0 || relation.tags.some((tag) => known.includes(tag)))
      .map((relation) => relation.customer)
  const moment: Moment = {
    id: `mom${hex(16)}`,
    job: hex(16),
    createdAt: now,
    dispatchedAt: now + corp.settings.dispatchMs,
    cancelled: false,
    message,
    wrong: {
      users: users.filter((id) => able(findStaff(corp, id)).length === 0),
      departments: departments.filter((id) => !corp.departments.some((one) => one.id === id)),
      tags: tags.filter((id) => !known.includes(id)),
    },
    staff: new Map(staff.map((one) => [one.id, { publishedAt: undefined, customers: wanted(one) }])),
  }
  corp.moments.set(moment.id, moment)
  tellMoment(call.scene, moment)
  return corpOk({ jobid: moment.job })
}

const able = (staff: Staff | undefined): Staff[] =>
  staff?.active && staff.inRange && staff.seesCustomers ? [staff] : []

/** A text and up to 9 pictures, or one video, or one link: never mixed (41065). Media only of upload_attachment. */
function messageIn(call: CorpCall, body: JsonRecord): Message {
  const words = textIn(record(body, 'text') ?? {}, 'content')
  const items = (list(body, 'attachments') ?? []).map((item) => asRecord(item) ?? {})
  if (words === '' && items.length === 0) throw new Refusal(40063, 'text and attachments')
  const kinds = new Set(items.map((item) => item['msgtype']))
  const most = kinds.has('image') ? limits.momentImages.value : 1
  if (kinds.size > 1 || items.length > most) throw new Refusal(41065, 'invalid attachments msgtype')
  const contents = items.map((item) => contentOf(call, item))
  return {
    wire: { ...(words !== '' && { text: { content: words } }), ...(items.length > 0 && { attachments: items }) },
    contents: [...(words === '' ? [] : [{ kind: 'text' as const, text: words }]), ...contents],
  }
}

function contentOf(call: CorpCall, item: JsonRecord): CorpContent {
  const type = textIn(item, 'msgtype')
  const inner = record(item, type)
  if (!inner || !['image', 'video', 'link'].includes(type)) throw new Refusal(41065, type)
  const file = mediaOf(call, needText(inner, 'media_id', 41065), type === 'video' ? 'video' : 'image', 'moments')
  const url = mediaAddress(call, file)
  if (type === 'image') return { kind: 'image', url }
  if (type === 'video') return { kind: 'video', url, name: file.filename }
  const title = needText(inner, 'title', 41065)
  if (Buffer.byteLength(title) > limits.momentLinkTitleBytes.value) throw new Refusal(45002, 'link.title')
  return { kind: 'link', title, description: '', url: addressIn(inner, 'url'), picture: url }
}

function job(call: CorpCall): Answer {
  const id = needQuery(call, 'jobid')
  const moment = [...call.corp.moments.values()].find((one) => one.job === id)
  if (!moment || call.now - moment.createdAt > JOB_MS) throw new Refusal(60136)
  if (moment.dispatchedAt > call.now) return corpOk({ status: UNDER_WAY, type: 'add_moment_task' })
  const { users, departments, tags } = moment.wrong
  const end = moment.staff.size > 0 ? { errcode: 0, errmsg: 'ok', moment_id: moment.id } : corpFail(41048)
  return corpOk({
    status: DONE,
    type: 'add_moment_task',
    result: {
      ...end,
      invalid_sender_list: { user_list: users, department_list: departments },
      invalid_external_contact_list: { tag_list: tags },
    },
  })
}

/** The moment that a body names: 60136 unknown, 41079 still dispatched. */
function momentIn(call: CorpCall): { moment: Moment; body: JsonRecord } {
  const body = bodyOf(call)
  const moment = call.corp.moments.get(needText(body, 'moment_id'))
  if (!moment) throw new Refusal(60136)
  if (moment.dispatchedAt > call.now) throw new Refusal(41079)
  return { moment, body }
}

function listMoments(call: CorpCall): Answer {
  const body = bodyOf(call)
  const [from, to] = [number(body, 'start_time'), number(body, 'end_time')]
  if (from === undefined || to === undefined || from > to) throw new Refusal(40058, 'start_time and end_time')
  if ((to - from) * 1000 > limits.momentWindowDays.value * DAY_MS) throw new Refusal(40058, 'more than 30 days')
  const limit = wholeIn(body, 'limit', limits.momentPage.value, 1, limits.momentPage.value)
  const all = [...call.corp.moments.values()].filter(
    ({ createdAt, dispatchedAt }) => dispatchedAt <= call.now && seconds(createdAt) >= from && seconds(createdAt) <= to,
  )
  const { rows, next } = page(all.reverse(), body, limit, `moments:${from}:${to}`)
  return corpOk({
    next_cursor: next,
    moment_list: rows.map((moment) => ({
      moment_id: moment.id,
      create_time: seconds(moment.createdAt),
      create_type: 0,
      visible_type: 1,
      ...moment.message.wire,
    })),
  })
}

function members(call: CorpCall): Answer {
  const { moment, body } = momentIn(call)
  const { rows, next } = page([...moment.staff], body, limits.sendResultPage.value, moment.id)
  return corpOk({
    next_cursor: next,
    task_list: rows.map(([userid, { publishedAt }]) => ({ userid, publish_status: publishedAt === undefined ? 0 : 1 })),
  })
}

function part(call: CorpCall) {
  const { moment, body } = momentIn(call)
  const userid = needText(body, 'userid')
  const found = moment.staff.get(userid)
  if (!found) throw new Refusal(40003, userid)
  return { moment, body, userid, found }
}

function audience(call: CorpCall): Answer {
  const { moment, body, userid, found } = part(call)
  const limit = limits.sendResultPage.value
  const { rows, next } = page(found.customers, body, limit, `${moment.id}:${userid}`)
  return corpOk({ next_cursor: next, customer_list: rows.map((external_userid) => ({ userid, external_userid })) })
}

function delivered(call: CorpCall): Answer {
  const { moment, body, userid, found } = part(call)
  const reached = found.publishedAt === undefined ? [] : found.customers
  const { rows, next } = page(reached, body, limits.sendResultPage.value, `${moment.id}:${userid}:sent`)
  return corpOk({ next_cursor: next, customer_list: rows.map((external_userid) => ({ external_userid })) })
}

function comments(call: CorpCall): Answer {
  part(call)
  return corpOk({ comment_list: [], like_list: [] })
}

function cancel(call: CorpCall): Answer {
  const { moment } = momentIn(call)
  moment.cancelled = true
  tellMoment(call.scene, moment)
  return corpOk()
}
