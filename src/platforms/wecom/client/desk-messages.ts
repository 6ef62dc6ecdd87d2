import { limits } from '../../../../rules/wecom/limits.js'
import { errorOf, refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { bytesAtMost, filled, matches, whole } from './check.js'
import { type DeskMessage, wireDeskMessage } from './desk-message.js'
import { type DeskEntry, entryOf } from './desk-rows.js'
import { numberOf, optional, rowsOf, textOf } from './read.js'

/** Who speaks with the customer. */
export type DeskState = 'new' | 'assistant' | 'waiting' | 'staff' | 'ended'

/**
 * Messages of the desk: 5 after each message of the customer and within 48 h, and only while the conversation is `new`
 * or with the `assistant`. That a message was not delivered is told later, by a `send-failed` entry.
 */
export interface DeskMessages {
  /**
   * A page of what happened, 1000 at most. Keep `next` once the page is worked off; without a cursor it begins 3 days
   * back. The event's token is good for 10 minutes; without it the platform lets us read seldom. One reader per account.
   */
  sync(
    account: string,
    position: { cursor?: string; token?: string; count?: number },
  ): Promise<{ entries: DeskEntry[]; next: string; more: boolean }>
  /**
   * Gives the message's id. `id`: our own (32 letters, digits, _ and -), unique in the account: sent once only. That it was
   * sent before counts as sent; the platform names no code for it, so the refusal of a wrong parameter that names the id
   * (whose form we keep) is taken for it.
   */
  send(
    account: string,
    customer: string,
    message: DeskMessage,
    options?: { id?: string; signal?: AbortSignal },
  ): Promise<string>
  /** For a code of an event: a welcome (20 s) or the end of a conversation take text and menu, the pool only text. */
  sendOnEvent(
    code: string,
    message: DeskMessage & { type: 'text' | 'menu' },
    options?: { id?: string; signal?: AbortSignal },
  ): Promise<string>
  state(account: string, customer: string): Promise<{ state: DeskState; staff?: string }>
  /** Gives a code for `sendOnEvent` where one is due. To `staff` a member on duty is needed (95014, 95019 else). */
  move(account: string, customer: string, to: Exclude<DeskState, 'new'>, staff?: string): Promise<{ code?: string }>
}

const SYNC = '/cgi-bin/kf/sync_msg'
const SEND = '/cgi-bin/kf/send_msg'
const ON_EVENT = '/cgi-bin/kf/send_msg_on_event'
const WRONG_PARAMETER = 40_058
const MOVE = '/cgi-bin/kf/service_state/trans'
const STATES: readonly DeskState[] = ['new', 'assistant', 'waiting', 'staff', 'ended']

/** The group's methods on an API. */
export function deskMessages(api: WecomApi): DeskMessages {
  return {
    sync: async (account, { cursor = '', token, count = limits.deskMessagePage.value }) => {
      whole(SYNC, 'count', count, 1, limits.deskMessagePage)
      bytesAtMost(SYNC, 'cursor', cursor, limits.deskCursorBytes)
      const json = {
        open_kfid: account,
        ...(cursor !== '' && { cursor }),
        ...(token !== undefined && { token }),
        limit: count,
        voice_format: 0,
      }
      const answer = await api.call(SYNC, { json, maxBytes: 8_388_608 })
      return {
        entries: rowsOf(answer['msg_list']).map(entryOf),
        next: textOf(answer, 'next_cursor') || cursor,
        more: numberOf(answer, 'has_more') === 1,
      }
    },
    send: async (account, customer, message, { id, signal } = {}) => {
      const json = {
        touser: customer,
        open_kfid: account,
        ...wireId(SEND, id),
        ...wireDeskMessage(SEND, message),
      }
      const call = { json, ...(id !== undefined && { accept: [WRONG_PARAMETER] }), ...(signal && { signal }) }
      const answer = await api.call(SEND, call)
      if (id === undefined || numberOf(answer, 'errcode') !== WRONG_PARAMETER) return textOf(answer, 'msgid')
      const words = textOf(answer, 'errmsg')
      if (/msg_?id/i.test(words)) return id
      throw errorOf(SEND, WRONG_PARAMETER, words)
    },
    sendOnEvent: async (code, message, { id, signal } = {}) => {
      filled(ON_EVENT, 'code', code)
      const json = { code, ...wireId(ON_EVENT, id), ...wireDeskMessage(ON_EVENT, message) }
      return textOf(await api.call(ON_EVENT, { json, ...(signal && { signal }) }), 'msgid')
    },
    state: async (account, customer) => {
      const json = { open_kfid: account, external_userid: customer }
      const answer = await api.call('/cgi-bin/kf/service_state/get', { json })
      const state = STATES[numberOf(answer, 'service_state')] ?? 'ended'
      return { state, ...optional('staff', answer['servicer_userid']) }
    },
    move: async (account, customer, to, staff) => {
      if (to === 'staff' && (staff === undefined || staff === '')) {
        throw refusedBefore(MOVE, 'staff', 'is needed for state staff', '人工接待须指定接待人员')
      }
      const json = {
        open_kfid: account,
        external_userid: customer,
        service_state: STATES.indexOf(to),
        ...(staff !== undefined && { servicer_userid: staff }),
      }
      return optional('code', (await api.call(MOVE, { json }))['msg_code'])
    },
  }
}

function wireId(endpoint: string, id: string | undefined): object {
  if (id === undefined) return {}
  matches(endpoint, 'id', id, /^[0-9A-Za-z_-]+$/, 'letters, digits, _ and -')
  bytesAtMost(endpoint, 'id', id, limits.deskIdBytes)
  return { msgid: id }
}
