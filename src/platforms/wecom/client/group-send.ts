import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { type CustomerMessage, wireCustomerMessage } from './attachments.js'
import { filled, some, whole, within } from './check.js'
import {
  type GroupSendRecord,
  type MemberTask,
  recordOf,
  resultOf,
  type TargetResult,
  taskOf,
} from './group-send-rows.js'
import { idIn, idsOf, type Page, pageOf, rowsOf, secondsOf } from './read.js'

export type { GroupSendRecord, MemberTask, TargetResult } from './group-send-rows.js'

/** To whom a task goes. A task to groups has one owner: one call per owner. */
export type GroupSendTarget =
  /** At most 2000 groups, all owned by the sender. Without ids the owner chooses in the client. */
  | { to: 'groups'; sender: string; groups?: readonly string[] }
  /** At most 10,000 customers; or all of the sender's; or those with tags: one of each alternative (100 tags each). */
  | {
      to: 'customers'
      sender?: string
      customers?: readonly string[]
      tags?: readonly (readonly string[])[]
      /** The sender may leave people out. Standard false. */
      senderMayChoose?: boolean
    }

/**
 * Group-send tasks (企业群发). A task delivers nothing: the member confirms it in the client, and no event tells it.
 * Each customer and each group may receive as many a month as it has days (a setting of the corporation).
 */
export interface GroupSend {
  /**
   * Makes a task; gives its id and who cannot get it. The platform knows no key of ours: when it rejects as `uncertain`,
   * look in `records` before making it again. Reads answer `busy` (41063) for some 30 s after.
   */
  create(target: GroupSendTarget, message: CustomerMessage): Promise<{ id: string; failed: string[] }>
  /** Tasks of a time, at most a month; the corporation's, the members' own, or both. */
  records(query: {
    to: 'groups' | 'customers'
    from: Date
    upTo: Date
    creator?: string
    by?: 'corporation' | 'members' | 'both'
    cursor?: string
    count?: number
  }): Promise<Page<GroupSendRecord>>
  /** Which members have confirmed. */
  members(id: string, options?: { cursor?: string; count?: number }): Promise<Page<MemberTask>>
  /** What became of each group or customer of one member. */
  results(id: string, staff: string, options?: { cursor?: string; count?: number }): Promise<Page<TargetResult>>
  /** Asks the members again who have not confirmed; at most 3 times in 24 h (41094). */
  remind(id: string): Promise<void>
  /** Stops what is not sent yet; what is sent stays. A task that is gone counts as cancelled. */
  cancel(id: string): Promise<void>
}

const ROOT = '/cgi-bin/externalcontact'
const CREATE = `${ROOT}/add_msg_template`
const RECORDS = `${ROOT}/get_groupmsg_list_v2`
const MEMBERS = `${ROOT}/get_groupmsg_task`
const RESULTS = `${ROOT}/get_groupmsg_send_result`
const GONE = [41047, 41093]
const BY = { corporation: 0, members: 1, both: 2 } as const
const LARGE = { maxBytes: 8_388_608 }

/** The group's methods on an API. */
export function groupSend(api: WecomApi): GroupSend {
  return {
    create: async (target, message) => {
      const json = { ...wireTarget(target), ...wireCustomerMessage(CREATE, message) }
      const answer = await api.call(CREATE, { json, repeat: 1, ...LARGE })
      return { id: idIn(CREATE, answer, 'msgid'), failed: idsOf(answer['fail_list']) }
    },
    records: async ({
      to,
      from,
      upTo,
      creator,
      by = 'corporation',
      cursor = '',
      count = limits.sendListPage.value,
    }) => {
      whole(RECORDS, 'count', count, 1, limits.sendListPage)
      within(RECORDS, from, upTo, limits.sendListDays)
      const json = {
        chat_type: chatType(to),
        start_time: secondsOf(from),
        end_time: secondsOf(upTo),
        ...(creator !== undefined && { creator }),
        filter_type: BY[by],
        limit: count,
        cursor,
      }
      const answer = await api.call(RECORDS, { json, ...LARGE })
      return pageOf(rowsOf(answer['group_msg_list']).map(recordOf), answer)
    },
    members: async (id, { cursor = '', count = limits.sendResultPage.value } = {}) => {
      whole(MEMBERS, 'count', count, 1, limits.sendResultPage)
      const answer = await api.call(MEMBERS, { json: { msgid: id, limit: count, cursor } })
      return pageOf(rowsOf(answer['task_list']).map(taskOf), answer)
    },
    results: async (id, staff, { cursor = '', count = limits.sendResultPage.value } = {}) => {
      whole(RESULTS, 'count', count, 1, limits.sendResultPage)
      const answer = await api.call(RESULTS, { json: { msgid: id, userid: staff, limit: count, cursor } })
      return pageOf(rowsOf(answer['send_list']).map(resultOf), answer)
    },
    remind: async (id) => {
      await api.call(`${ROOT}/remind_groupmsg_send`, { json: { msgid: id } })
    },
    cancel: async (id) => {
      await api.call(`${ROOT}/cancel_groupmsg_send`, { json: { msgid: id }, accept: GONE })
    },
  }
}

const chatType = (to: 'groups' | 'customers') => (to === 'groups' ? 'group' : 'single')

function wireTarget(target: GroupSendTarget): object {
  if (target.to === 'groups') {
    const { sender, groups } = target
    filled(CREATE, 'sender', sender)
    if (groups !== undefined) some(CREATE, 'groups', groups.length, limits.sendGroups)
    return { chat_type: 'group', sender, ...(groups && { chat_id_list: groups }) }
  }
  const { sender, customers, tags, senderMayChoose } = target
  if (sender === undefined && customers === undefined && tags === undefined) {
    throw refusedBefore(CREATE, 'customers', 'customers, tags or a sender are needed', '须指定客户、标签或发送成员')
  }
  if (customers && tags) {
    throw refusedBefore(CREATE, 'tags', 'not together with customers, who would win', '不能与客户列表同时使用')
  }
  if (sender !== undefined) filled(CREATE, 'sender', sender)
  if (customers) some(CREATE, 'customers', customers.length, limits.sendCustomers)
  for (const [at, alternative] of (tags ?? []).entries()) {
    some(CREATE, `tags[${at}]`, alternative.length, limits.sendTags)
  }
  return {
    chat_type: 'single',
    ...(sender !== undefined && { sender }),
    ...(customers && { external_userid: customers }),
    ...(tags && { tag_filter: { group_list: tags.map((tag_list) => ({ tag_list })) } }),
    ...(senderMayChoose !== undefined && { allow_select: senderMayChoose }),
  }
}
