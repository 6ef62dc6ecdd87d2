import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { atMost, whole, within } from './check.js'
import { groupOf } from './group-rows.js'
import { dateOf, fieldsOf, numberOf, type Page, pageOf, rowsOf, secondsOf, textOf } from './read.js'

/** Where a group stands when its owner leaves. */
export type GroupState = 'normal' | 'owner-left' | 'handing-over' | 'handed-over'

/** Somebody in a customer group. */
export interface GroupMember {
  /** The member's or the customer's id; the latter may be somebody no member has added. */
  id: string
  kind: 'staff' | 'customer'
  unionid?: string
  joinedAt: Date
  way: 'invited' | 'link' | 'code' | 'unknown'
  /** Of the join way by which they came. */
  state?: string
  /** The member who invited them. */
  invitedBy?: string
  nickname: string
  name: string
}

/** A customer group with everybody in it. */
export interface CustomerGroup {
  id: string
  name: string
  owner: string
  createdAt: Date
  notice: string
  admins: string[]
  members: GroupMember[]
  /** Changes with every join and leave; absent in answers of old. */
  version?: string
}

/** What happened in groups, by owner or by day; the platform counts no single group. */
export interface GroupStatistic {
  /** The owner, in statistics by owner. */
  owner?: string
  /** The day, in statistics by day. */
  day?: Date
  groups: number
  newGroups: number
  groupsWithMessages: number
  members: number
  newMembers: number
  membersWithMessages: number
  messages: number
}

/** Customer groups (客户群). Groups of owners outside the app's visible range are silently missing. */
export interface Groups {
  /** Up to 1000 ids a page, of up to 100 owners (all without; refused with 81017 when over 1000 people are visible). */
  list(options?: {
    owners?: readonly string[]
    state?: Exclude<GroupState, 'normal'>
    cursor?: string
    count?: number
  }): Promise<Page<{ id: string; state: GroupState }>>
  /** Undefined when it is no customer group of ours (90501, 90509), or was dismissed. After an event it is built some seconds later: compare `version`. */
  get(id: string): Promise<CustomerGroup | undefined>
  /** By owner, of one day. */
  statistics(
    day: Date,
    owners: readonly string[],
    options?: { offset?: number; count?: number },
  ): Promise<{ rows: GroupStatistic[]; total: number; nextOffset: number }>
  /** By day, at most 30 days of the last 180. */
  statisticsByDay(from: Date, to: Date, owners: readonly string[]): Promise<GroupStatistic[]>
  /** The group of an opengid that a mini program was given; undefined when it is none of ours (90511). */
  byOpengid(opengid: string): Promise<string | undefined>
}

const ROOT = '/cgi-bin/externalcontact'
const LIST = `${ROOT}/groupchat/list`
const STATISTIC = `${ROOT}/groupchat/statistic`
const BY_DAY = `${ROOT}/groupchat/statistic_group_by_day`
const NO_GROUP = [90501, 90509, 90511]
const STATES: readonly GroupState[] = ['normal', 'owner-left', 'handing-over', 'handed-over']

/** The group's methods on an API. */
export function groups(api: WecomApi): Groups {
  return {
    list: async ({ owners = [], state, cursor = '', count = limits.groupPage.value } = {}) => {
      whole(LIST, 'count', count, 1, limits.groupPage)
      atMost(LIST, 'owners', owners.length, limits.groupOwners)
      const json = {
        status_filter: state === undefined ? 0 : STATES.indexOf(state),
        ...(owners.length > 0 && { owner_filter: { userid_list: owners } }),
        cursor,
        limit: count,
      }
      const answer = await api.call(LIST, { json })
      const rows = rowsOf(answer['group_chat_list']).map((row) => ({
        id: textOf(row, 'chat_id'),
        state: STATES[numberOf(row, 'status')] ?? 'normal',
      }))
      return pageOf(rows, answer)
    },
    get: async (id) => {
      const json = { chat_id: id, need_name: 1 }
      const answer = await api.call(`${ROOT}/groupchat/get`, { json, accept: NO_GROUP })
      return answer['group_chat'] === undefined ? undefined : groupOf(fieldsOf(answer['group_chat']))
    },
    statistics: async (day, owners, { offset = 0, count = limits.statisticPage.value } = {}) => {
      whole(STATISTIC, 'count', count, 1, limits.statisticPage)
      checkOwners(STATISTIC, owners)
      const json = {
        day_begin_time: secondsOf(day),
        owner_filter: { userid_list: owners },
        order_by: 1,
        order_asc: 0,
        offset,
        limit: count,
      }
      const answer = await api.call(STATISTIC, { json, maxBytes: 4_194_304 })
      const rows = rowsOf(answer['items']).map((row) => ({ owner: textOf(row, 'owner'), ...countsOf(row) }))
      return { rows, total: numberOf(answer, 'total'), nextOffset: numberOf(answer, 'next_offset') }
    },
    statisticsByDay: async (from, to, owners) => {
      within(BY_DAY, from, to, limits.statisticDays)
      checkOwners(BY_DAY, owners)
      const json = {
        day_begin_time: secondsOf(from),
        day_end_time: secondsOf(to),
        owner_filter: { userid_list: owners },
      }
      const rows = rowsOf((await api.call(BY_DAY, { json }))['items'])
      return rows.map((row) => ({ day: dateOf(row, 'stat_time'), ...countsOf(row) }))
    },
    byOpengid: async (opengid) => {
      const answer = await api.call(`${ROOT}/opengid_to_chatid`, { json: { opengid }, accept: NO_GROUP })
      const id = textOf(answer, 'chat_id')
      return id === '' ? undefined : id
    },
  }
}

function checkOwners(endpoint: string, owners: readonly string[]): void {
  if (owners.length === 0) throw refusedBefore(endpoint, 'owners', 'is empty', '不能为空')
  atMost(endpoint, 'owners', owners.length, limits.groupOwners)
}

function countsOf(row: Record<string, unknown>): Omit<GroupStatistic, 'owner' | 'day'> {
  const data = fieldsOf(row['data'])
  return {
    groups: numberOf(data, 'chat_total'),
    newGroups: numberOf(data, 'new_chat_cnt'),
    groupsWithMessages: numberOf(data, 'chat_has_msg'),
    members: numberOf(data, 'member_total'),
    newMembers: numberOf(data, 'new_member_cnt'),
    membersWithMessages: numberOf(data, 'member_has_msg'),
    messages: numberOf(data, 'msg_total'),
  }
}
