import type { Bus } from './bus.js'
import { createRing, type Ring } from './ring.js'

/** One sending of a push and what came back. */
export interface Attempt {
  n: number
  startedAt: number
  ms: number
  /** HTTP status, when there was an answer. */
  status?: number
  /** Why there was no answer, or why it was not valid. */
  problem?: string
  /** The answer as it came, cut after 64 KiB. */
  raw?: string
  /** The answer in clear, when it was encrypted. */
  clear?: string
  /** Sent beside the others by a fault (a duplicate); its answer is logged and never shown. */
  copy?: boolean
}

/** A call of the API by the product. */
export interface ApiCall {
  id: number
  at: number
  ms: number
  account: string
  method: string
  path: string
  /** Without the token. */
  query: string
  /** Cut after 4 KiB. */
  request: string
  /** HTTP status; 0 when a fault broke the connection. */
  status: number
  errcode: number
  response: string
  follower?: string
  exchange?: number
  fault?: string
}

/** One push with everything that belongs to it. */
export interface Exchange {
  id: number
  account: string
  follower: string
  /** `text`, `event.CLICK`, ... */
  kind: string
  at: number
  method: 'POST' | 'GET'
  url: string
  mode: string
  /** The signed parameters and the recipe of each signature. */
  query: Record<string, string>
  signature: { name: string; parts: string[]; value: string }[]
  /** What was sent, cut after 64 KiB. */
  body: string
  /** The push in clear. */
  xml: string
  attempts: Attempt[]
  state: 'waiting' | 'replied' | 'acknowledged' | 'failed'
  warnings: string[]
  /** Later calls of the API about this follower: their ids. */
  calls: number[]
  faults: string[]
}

/** The log of pushes and calls, bounded. */
export interface ExchangeLog {
  exchanges: Ring<Exchange>
  calls: Ring<ApiCall>
  open(exchange: Omit<Exchange, 'id' | 'attempts' | 'state' | 'warnings' | 'calls' | 'faults'>): Exchange
  /** Tells the page that this exchange changed. */
  changed(exchange: Exchange): void
  call(call: Omit<ApiCall, 'id'>): ApiCall
  find(id: number): Exchange | undefined
}

const MAX_BODY = 64 * 1024
const MAX_REQUEST = 4096
const MAX_CALLS = 50

/** Cuts a logged text and says so. */
export function cut(text: string, limit = MAX_BODY): string {
  return text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text
}

/** A log that keeps the newest `keep` of each kind. */
export function createExchangeLog(keep: number, bus: Bus): ExchangeLog {
  const exchanges = createRing<Exchange>(keep)
  const calls = createRing<ApiCall>(keep)
  const byId = new Map<number, Exchange>()
  let lastExchange = 0
  let lastCall = 0
  const log: ExchangeLog = {
    exchanges,
    calls,
    open: (given) => {
      const opened: Exchange = {
        ...given,
        body: cut(given.body),
        xml: cut(given.xml),
        id: ++lastExchange,
        attempts: [],
        state: 'waiting',
        warnings: [],
        calls: [],
        faults: [],
      }
      exchanges.push(opened)
      byId.set(opened.id, opened)
      byId.delete(opened.id - keep * 2)
      log.changed(opened)
      return opened
    },
    changed: (exchange) => bus.publish({ type: 'exchange', account: exchange.account, exchange }),
    call: (given) => {
      const made: ApiCall = {
        ...given,
        request: cut(given.request, MAX_REQUEST),
        response: cut(given.response, MAX_REQUEST),
        id: ++lastCall,
      }
      calls.push(made)
      const exchange = made.exchange === undefined ? undefined : byId.get(made.exchange)
      if (exchange && exchange.calls.length < MAX_CALLS) exchange.calls.push(made.id)
      bus.publish({ type: 'call', account: made.account, call: made })
      return made
    },
    find: (id) => byId.get(id),
  }
  return log
}
