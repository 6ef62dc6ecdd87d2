import { limits } from '../../../../rules/wecom/limits.js'
import { messageOf } from '../../../core/errors.js'
import type { ResolvedMessage } from '../../../core/message.js'
import { TokenProblem } from '../../shared/token.js'
import type { DeskCustomer } from '../client/desk-accounts.js'
import type { DeskState } from '../client/desk-messages.js'
import type { DeskUpgrade } from '../client/desk-upgrades.js'
import type { WecomClient } from '../client.js'
import { WecomApiError } from '../errors.js'
import { formOf } from './message.js'

/** What a code of an event may carry: welcomes and ends take text and choices, the queue's only text. */
export type KfCodeKind = 'welcome' | 'queued' | 'taken' | 'ended'

/** What became of a message for a code. */
export type KfCodeTry =
  | { end: 'sent' }
  /** The code was used or is over. */
  | { end: 'too-late' }
  /** `not-sent`: another try may help. `unclear`: it may have arrived. `failed`: refused for good. */
  | { end: 'not-sent' | 'unclear' | 'failed'; reason: string }

/** What became of a call that changes something. */
export type KfCall<T = object> =
  | ({ end: 'done' } & T)
  | {
      end: 'refused'
      /** `not-servicer` 95014, `off-duty` 95019, `ended` 95013, `state` 95016; `range`: may not be offered. */
      reason: 'not-servicer' | 'off-duty' | 'ended' | 'state' | 'range' | 'no-permission' | 'error'
      detail: string
    }
  /** It may pass; repeating is safe. */
  | { end: 'later'; detail: string }

/** The calls of one account about its conversations; every end is a value. */
export interface KfCalls {
  /** What of a message does not fit, or undefined. */
  problem(message: ResolvedMessage, kind: KfCodeKind): string | undefined
  sayOnCode(code: string, message: ResolvedMessage, signal?: AbortSignal): Promise<KfCodeTry>
  state(customer: string): Promise<KfCall<{ state: DeskState; staff?: string }>>
  move(customer: string, to: Exclude<DeskState, 'new'>, staff?: string): Promise<KfCall<{ code?: string }>>
  upgrade(customer: string, offer: DeskUpgrade): Promise<KfCall>
  /** Up to 100 who were active in the last 48 h. Rejects as the client does. */
  people(customers: readonly string[]): Promise<DeskCustomer[]>
}

/** The calls over the client of the corporation's app. */
export function createKfCalls(openKfId: string, client: WecomClient): KfCalls {
  const { deskMessages } = client

  async function called<T>(call: () => Promise<T>): Promise<KfCall<T>> {
    try {
      return { end: 'done', ...(await call()) }
    } catch (error) {
      return refusal(error)
    }
  }

  return {
    problem(message, kind) {
      const pool = kind === 'queued' || kind === 'taken'
      if (message.kind !== 'text' && (pool || message.kind !== 'choices'))
        return `a ${message.kind} cannot be said there`
      if (message.kind === 'choices' && message.items.length > limits.deskMenuItems.value) {
        return `at most ${limits.deskMenuItems.value} choices`
      }
      const form = formOf(message)
      return 'reason' in form ? form.reason : undefined
    },
    async sayOnCode(code, message, signal) {
      const form = formOf(message)
      if ('reason' in form) return { end: 'failed', reason: form.reason }
      const wire = form.wire('')
      if (wire.type !== 'text' && wire.type !== 'menu') return { end: 'failed', reason: `no ${wire.type} for a code` }
      try {
        await deskMessages.sendOnEvent(code, wire, signal ? { signal } : {})
        return { end: 'sent' }
      } catch (error) {
        return codeEnd(error)
      }
    },
    state: (customer) => called(() => deskMessages.state(openKfId, customer)),
    move: (customer, to, staff) => called(() => deskMessages.move(openKfId, customer, to, staff)),
    async upgrade(customer, offer) {
      const found = await called(async () => {
        await client.deskUpgrades.offer(openKfId, customer, offer)
        return {}
      })
      return found.end === 'refused' && found.reason === 'error' ? { ...found, reason: 'range' } : found
    },
    people: (customers) => client.desk.customers(customers),
  }
}

const PASSING: ReadonlySet<string> = new Set(['not-sent', 'busy', 'concurrency', 'token', 'quota'])
const REFUSED: ReadonlyMap<number, Extract<KfCall, { end: 'refused' }>['reason']> = new Map([
  [95_013, 'ended'],
  [95_014, 'not-servicer'],
  [95_016, 'state'],
  [95_018, 'state'],
  [95_019, 'off-duty'],
])

function refusal(error: unknown): Exclude<KfCall, { end: 'done' }> {
  const detail = messageOf(error)
  if (error instanceof TokenProblem)
    return { end: error.kind === 'wait' ? 'later' : 'refused', reason: 'error', detail }
  if (!(error instanceof WecomApiError)) return { end: 'later', detail }
  if (PASSING.has(error.class) || error.class === 'uncertain') return { end: 'later', detail }
  if (error.class === 'permission' || error.class === 'banned')
    return { end: 'refused', reason: 'no-permission', detail }
  return { end: 'refused', reason: REFUSED.get(error.errcode ?? 0) ?? 'error', detail }
}

function codeEnd(error: unknown): KfCodeTry {
  const reason = messageOf(error)
  if (error instanceof TokenProblem) return { end: error.kind === 'wait' ? 'not-sent' : 'failed', reason }
  if (!(error instanceof WecomApiError) || error.class === 'uncertain') return { end: 'unclear', reason }
  if (error.class === 'gone' || error.class === 'done') return { end: 'too-late' }
  return { end: PASSING.has(error.class) ? 'not-sent' : 'failed', reason }
}
