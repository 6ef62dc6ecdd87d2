import { limits } from '../../../rules/wecom/limits.js'
import { seconds } from '../../clock.js'
import { hex } from '../../ids.js'
import { asRecord, type JsonRecord, list, number, record } from '../../json.js'
import { tellStaff, tellTask } from '../notices.js'
import type { Sender, SendTask, Staff, Target } from '../state.js'
import { statusOf } from '../task-views.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needText,
  page,
  Refusal,
  subject,
  textIn,
  textsIn,
  wholeIn,
} from './answer.js'
import { visibleStaff } from './contacts.js'
import { targetsOf } from './group-send-targets.js'
import { customerMessage } from './message.js'

const ROOT = '/cgi-bin/externalcontact'
const feature = 'contacts'
const DAY_MS = 86_400_000

/** Group-send tasks (企业群发). */
export const groupSendEndpoints: Record<string, CorpEndpoint> = {
  [`${ROOT}/add_msg_template`]: { method: 'POST', feature, run: create },
  [`${ROOT}/get_groupmsg_list_v2`]: { method: 'POST', feature, run: listTasks },
  [`${ROOT}/get_groupmsg_task`]: { method: 'POST', feature, run: members },
  [`${ROOT}/get_groupmsg_send_result`]: { method: 'POST', feature, run: results },
  [`${ROOT}/remind_groupmsg_send`]: { method: 'POST', feature, run: remind },
  [`${ROOT}/cancel_groupmsg_send`]: { method: 'POST', feature, run: cancel },
}

function create(call: CorpCall): Answer {
  const { corp, now, scene } = call
  const body = bodyOf(call)
  const type = textIn(body, 'chat_type') || 'single'
  if (type !== 'single' && type !== 'group') throw new Refusal(40058, 'chat_type')
  if (body['sender'] === '') throw new Refusal(40058, 'sender is empty')
  const sender = body['sender'] === undefined ? undefined : visibleStaff(corp, needText(body, 'sender'))
  const message = customerMessage(call, body)
  const { senders, failed } = type === 'group' ? toGroups(call, body, sender) : toCustomers(call, body, sender)
  const task: SendTask = {
    id: `msg${hex(16)}`,
    kind: type === 'group' ? 'groups' : 'customers',
    createdAt: now,
    dispatchedAt: now + corp.settings.dispatchMs,
    cancelled: false,
    message,
    senders: new Map(senders.map((one) => [one.staff, one])),
    reminders: [],
  }
  corp.tasks.set(task.id, task)
  subject(call, task.id)
  tellTask(scene, task)
  for (const one of senders) tellStaff(scene, corp.staff.get(one.staff) as Staff)
  return corpOk({ fail_list: failed, msgid: task.id })
}

type Planned = { senders: Sender[]; failed: string[] }

const target = (id: string): Target => ({ id, status: 0, at: 0 })

/** One owner, at most 2000 of her groups; without groups she chooses in the client. */
function toGroups(call: CorpCall, body: JsonRecord, sender: Staff | undefined): Planned {
  if (!sender) throw new Refusal(40058, 'sender is needed for groups')
  const ids = [...new Set(textsIn(body, 'chat_id_list'))]
  if (ids.length > limits.sendGroups.value) throw new Refusal(40058, 'chat_id_list is too long')
  const one = { staff: sender.id, confirmedAt: undefined }
  if (ids.length === 0) return { senders: [{ ...one, chooses: true, targets: [] }], failed: [] }
  const own = ids.filter((id) => {
    const group = call.corp.groups.get(id)
    return group !== undefined && !group.dismissed && group.owner === sender.id
  })
  if (own.length === 0) throw new Refusal(41048)
  const failed = ids.filter((id) => !own.includes(id))
  return { senders: [{ ...one, chooses: false, targets: own.map(target) }], failed }
}

function toCustomers(call: CorpCall, body: JsonRecord, sender: Staff | undefined): Planned {
  const ids = [...new Set(textsIn(body, 'external_userid'))]
  if (ids.length > limits.sendCustomers.value) throw new Refusal(40058, 'external_userid is too long')
  const tags = tagsIn(body)
  if (ids.length === 0 && !sender && !tags) throw new Refusal(40063, 'external_userid and sender')
  const planned = targetsOf(call.corp, { ids, sender, tags })
  if (planned.byStaff.size === 0) throw new Refusal(41048)
  const senders = [...planned.byStaff].map(([staff, customers]) => ({
    staff,
    confirmedAt: undefined,
    chooses: false,
    targets: customers.map(target),
  }))
  return { senders, failed: planned.failed }
}

/** Alternatives of tags, at most 100 each. */
function tagsIn(body: JsonRecord): string[][] | undefined {
  const filter = record(body, 'tag_filter')
  if (!filter) return undefined
  const groups = list(filter, 'group_list')?.map((item) => textsIn(asRecord(item) ?? {}, 'tag_list'))
  if (!groups || groups.length === 0) throw new Refusal(40063, 'tag_filter.group_list')
  if (groups.some((tags) => tags.length === 0 || tags.length > limits.sendTags.value)) {
    throw new Refusal(40058, 'tag_filter.group_list.tag_list')
  }
  return groups
}

/** The task that a body names: 41047 unknown, 41063 still dispatched, 41093 cancelled. */
function taskIn(call: CorpCall): { task: SendTask; body: JsonRecord } {
  const body = bodyOf(call)
  const task = call.corp.tasks.get(subject(call, needText(body, 'msgid')))
  if (!task) throw new Refusal(41047)
  if (task.dispatchedAt > call.now) throw new Refusal(41063)
  if (task.cancelled) throw new Refusal(41093)
  return { task, body }
}

function listTasks(call: CorpCall): Answer {
  const body = bodyOf(call)
  const type = needText(body, 'chat_type')
  const [from, to] = [number(body, 'start_time'), number(body, 'end_time')]
  if (from === undefined || to === undefined || from > to) throw new Refusal(40058, 'start_time and end_time')
  if ((to - from) * 1000 > limits.sendListDays.value * DAY_MS) throw new Refusal(40058, 'more than a month')
  const by = wholeIn(body, 'filter_type', 2, 0, 2)
  const limit = wholeIn(body, 'limit', 50, 1, limits.sendListPage.value)
  const all = [...call.corp.tasks.values()].filter(
    ({ kind, createdAt }) =>
      by !== 1 &&
      (kind === 'groups') === (type === 'group') &&
      seconds(createdAt) >= from &&
      seconds(createdAt) <= to &&
      textIn(body, 'creator') === '',
  )
  const { rows, next } = page(all.reverse(), body, limit, `${type}:${from}:${to}`)
  return corpOk({
    next_cursor: next,
    group_msg_list: rows.map((task) => ({
      msgid: task.id,
      create_time: seconds(task.createdAt),
      create_type: 0,
      ...task.message.wire,
    })),
  })
}

function members(call: CorpCall): Answer {
  const { task, body } = taskIn(call)
  const limit = wholeIn(body, 'limit', 500, 1, limits.sendResultPage.value)
  const { rows, next } = page([...task.senders.values()], body, limit, task.id)
  return corpOk({
    next_cursor: next,
    task_list: rows.map((sender) => ({
      userid: sender.staff,
      status: statusOf(sender),
      ...(sender.confirmedAt !== undefined && { send_time: seconds(sender.confirmedAt) }),
    })),
  })
}

function results(call: CorpCall): Answer {
  const { task, body } = taskIn(call)
  const limit = wholeIn(body, 'limit', 500, 1, limits.sendResultPage.value)
  const userid = needText(body, 'userid')
  const sender = task.senders.get(userid)
  if (!sender) throw new Refusal(40003, userid)
  const { rows, next } = page(sender.targets, body, limit, `${task.id}:${userid}`)
  return corpOk({
    next_cursor: next,
    send_list: rows.map(({ id, status, at }) => ({
      [task.kind === 'groups' ? 'chat_id' : 'external_userid']: id,
      userid,
      status,
      ...(status === 1 && { send_time: seconds(at) }),
    })),
  })
}

function remind(call: CorpCall): Answer {
  const { task } = taskIn(call)
  const lately = task.reminders.filter((at) => call.now - at < DAY_MS)
  if (lately.length >= limits.sendReminders.value) throw new Refusal(41094)
  task.reminders.push(call.now)
  tellTask(call.scene, task)
  return corpOk()
}

function cancel(call: CorpCall): Answer {
  const { task } = taskIn(call)
  task.cancelled = true
  tellTask(call.scene, task)
  for (const id of task.senders.keys()) tellStaff(call.scene, call.corp.staff.get(id) as Staff)
  return corpOk()
}
