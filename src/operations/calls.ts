import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Connection } from '../store/connect.js'
import { type CallRow, callRows } from './model.js'

/** A call as it ended; `ObservedCall` of the platforms is one. */
export interface EndedCall {
  endpoint: string
  code: string
  tookMs: number
  rid?: string
}

/** Counts what platforms were asked and how that ended. */
export interface CallCounter {
  /** Adds to a number in memory, nothing else: it stands beside every message that is sent. */
  add(account: string, call: EndedCall): void
  /** Writes what was counted since the last time; what cannot be written is counted on. */
  flush(): Promise<void>
  /** The last flush, and no more. */
  close(): Promise<void>
}

/** What counting needs. */
export interface CallCounterPorts {
  connection: Connection
  clock: Clock
  log: Logger
  /** Once a minute unless given. */
  everyMs?: number
}

interface Count extends Omit<CallRow, '_id'> {}

const HOUR_MS = 3_600_000
/** Kinds that are counted apart between two flushes; what is beyond is counted together. */
const MOST_KINDS = 2000
/** Endpoints are paths of our own code; a longer one would be a mistake of a base address. */
const LONGEST = 120
const OTHER = '(other)'

/** A counter; it writes by itself until it is closed. */
export function createCallCounter(ports: CallCounterPorts): CallCounter {
  const { connection, clock, log, everyMs = 60_000 } = ports
  let counts = new Map<string, Count>()
  let writing: Promise<void> = Promise.resolve()
  const timer = setInterval(() => void flush(), everyMs)
  timer.unref()

  function add(account: string, { endpoint, code, tookMs, rid }: EndedCall): void {
    const lastAt = clock.now()
    const hour = lastAt.getTime() - (lastAt.getTime() % HOUR_MS)
    const key = keyOf(hour, account, endpoint, code)
    const known = counts.get(key)
    if (known) {
      known.count += 1
      known.ms += tookMs
      if (tookMs > known.slowestMs) known.slowestMs = tookMs
      known.lastAt = lastAt
      if (rid !== undefined) known.rid = rid
      return
    }
    if (counts.size >= MOST_KINDS && endpoint !== OTHER) {
      add(account, { endpoint: OTHER, code: code === '0' ? '0' : 'uncertain', tookMs })
      return
    }
    counts.set(key, {
      hour: new Date(hour),
      account,
      endpoint: endpoint.slice(0, LONGEST),
      code,
      count: 1,
      ms: tookMs,
      slowestMs: tookMs,
      lastAt,
      ...(rid !== undefined && { rid }),
    })
  }

  async function write(): Promise<void> {
    if (counts.size === 0) return
    const taken = counts
    counts = new Map()
    try {
      await callRows(connection).bulkWrite([...taken].map(statement), { ordered: false })
    } catch (error) {
      log.warn({ kinds: taken.size, reason: messageOf(error) }, 'counts of platform calls wait for the store')
      merge(taken)
    }
  }

  /** Counts again what could not be written. Where the store took a part of it before it failed, that part counts twice. */
  function merge(taken: Map<string, Count>): void {
    for (const [key, count] of taken) {
      const since = counts.get(key)
      if (!since) {
        if (counts.size < MOST_KINDS) counts.set(key, count)
        continue
      }
      since.count += count.count
      since.ms += count.ms
      since.slowestMs = Math.max(since.slowestMs, count.slowestMs)
    }
  }

  function flush(): Promise<void> {
    writing = writing.then(write)
    return writing
  }

  return {
    add,
    flush,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
}

const keyOf = (hour: number, account: string, endpoint: string, code: string) =>
  `${new Date(hour).toISOString().slice(0, 13)}|${account}|${endpoint.slice(0, LONGEST)}|${code}`

function statement([_id, { count, ms, slowestMs, lastAt, rid, ...named }]: [string, Count]) {
  const update = {
    $setOnInsert: named,
    $inc: { count, ms: Math.round(ms) },
    $max: { slowestMs: Math.round(slowestMs), lastAt },
    ...(rid !== undefined && { $set: { rid } }),
  }
  return { updateOne: { filter: { _id }, update, upsert: true } }
}
