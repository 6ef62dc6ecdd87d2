import { limits } from '../../../../rules/wecom/limits.js'
import { errorOf, type WecomApiError } from '../errors.js'
import type { WecomApi } from './api.js'
import { atMost, characters, filled, some, whole } from './check.js'
import { dateOf, type Fields, momentOf, numberOf, type Page, pageOf, rowsOf, textOf } from './read.js'

/** From whom to whom. */
export interface HandOver {
  from: string
  to: string
}

/** One customer of a hand-over: begun, or refused with the reason. */
export interface TransferStart {
  customer: string
  refused?: WecomApiError
}

/** How a customer's hand-over stands. */
export interface TransferResult {
  customer: string
  state: 'done' | 'waiting' | 'refused-by-customer' | 'full' | 'unknown'
  at?: Date
}

/** A customer whose member has left. */
export interface Unassigned {
  staff: string
  customer: string
  leftAt: Date
}

/** Hand-over (继承) of customers and groups. Begun ones complete after 24 h unless the customer refuses. */
export interface Transfer {
  /** Of a member who is still here; at most 100 customers, each twice in 90 days. The message is at most 200 characters. */
  customers(who: HandOver, customers: readonly string[], message?: string): Promise<TransferStart[]>
  results(who: HandOver, cursor?: string): Promise<Page<TransferResult>>
  /** Customers of members who have left, 1000 a page. */
  unassigned(options?: { cursor?: string; count?: number }): Promise<Page<Unassigned>>
  /** Of a member who has left. */
  customersOfLeft(who: HandOver, customers: readonly string[]): Promise<TransferStart[]>
  resultsOfLeft(who: HandOver, cursor?: string): Promise<Page<TransferResult>>
  /** Groups of an owner who is still here; at most 100, each twice in 90 days. Gives those that failed. */
  groups(groups: readonly string[], to: string): Promise<{ group: string; refused: WecomApiError }[]>
  /** Groups of an owner who has left. */
  groupsOfLeft(groups: readonly string[], to: string): Promise<{ group: string; refused: WecomApiError }[]>
}

const ROOT = '/cgi-bin/externalcontact'
const CUSTOMERS = `${ROOT}/transfer_customer`
const CUSTOMERS_LEFT = `${ROOT}/resigned/transfer_customer`
const UNASSIGNED = `${ROOT}/get_unassigned_list`
const GROUPS = `${ROOT}/groupchat/onjob_transfer`
const GROUPS_LEFT = `${ROOT}/groupchat/transfer`
const STATES: Record<number, TransferResult['state']> = { 1: 'done', 2: 'waiting', 3: 'refused-by-customer', 4: 'full' }

/** The group's methods on an API. */
export function transfer(api: WecomApi): Transfer {
  const begin = async (path: string, { from, to }: HandOver, customers: readonly string[], more = {}) => {
    some(path, 'customers', customers.length, limits.transferCustomers)
    filled(path, 'to', to)
    const json = { handover_userid: from, takeover_userid: to, external_userid: customers, ...more }
    const rows = rowsOf((await api.call(path, { json }))['customer'])
    return rows.map((row) => ({ customer: textOf(row, 'external_userid'), ...refusalIn(path, row) }))
  }
  const results = async (path: string, { from, to }: HandOver, cursor = ''): Promise<Page<TransferResult>> => {
    const answer = await api.call(path, { json: { handover_userid: from, takeover_userid: to, cursor } })
    const rows = rowsOf(answer['customer']).map((row) => ({
      customer: textOf(row, 'external_userid'),
      state: STATES[numberOf(row, 'status')] ?? ('unknown' as const),
      ...momentOf('at', row, 'takeover_time'),
    }))
    return pageOf(rows, answer)
  }
  const groups = async (path: string, ids: readonly string[], to: string) => {
    some(path, 'groups', ids.length, limits.transferGroups)
    filled(path, 'to', to)
    const answer = await api.call(path, { json: { chat_id_list: ids, new_owner: to } })
    return rowsOf(answer['failed_chat_list']).map((row) => ({
      group: textOf(row, 'chat_id'),
      refused: errorOf(path, numberOf(row, 'errcode'), textOf(row, 'errmsg')),
    }))
  }
  return {
    customers: async (who, customers, message = '') => {
      atMost(CUSTOMERS, 'message', characters(message), limits.transferMessage)
      return begin(CUSTOMERS, who, customers, message === '' ? {} : { transfer_success_msg: message })
    },
    results: (who, cursor) => results(`${ROOT}/transfer_result`, who, cursor),
    unassigned: async ({ cursor = '', count = limits.unassignedPage.value } = {}) => {
      whole(UNASSIGNED, 'count', count, 1, limits.unassignedPage)
      const answer = await api.call(UNASSIGNED, { json: { cursor, page_size: count } })
      const rows = rowsOf(answer['info']).map((row) => ({
        staff: textOf(row, 'handover_userid'),
        customer: textOf(row, 'external_userid'),
        leftAt: dateOf(row, 'dimission_time'),
      }))
      return answer['is_last'] === true ? { items: rows } : pageOf(rows, answer)
    },
    customersOfLeft: (who, customers) => begin(CUSTOMERS_LEFT, who, customers),
    resultsOfLeft: (who, cursor) => results(`${ROOT}/resigned/transfer_result`, who, cursor),
    groups: (ids, to) => groups(GROUPS, ids, to),
    groupsOfLeft: (ids, to) => groups(GROUPS_LEFT, ids, to),
  }
}

function refusalIn(path: string, row: Fields): { refused?: WecomApiError } {
  const code = numberOf(row, 'errcode')
  return code === 0 ? {} : { refused: errorOf(path, code, '') }
}
