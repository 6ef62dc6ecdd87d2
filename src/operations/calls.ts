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
/** Kept while the store is away: an hour of them, minute by minute, is far below. */
const MOST_WAITING = 20_000

/** A counter; it writes by itself until it is closed. */
export function createCallCounter(ports: CallCounterPorts): CallCounter {
  const { connection, clock, log, everyMs = 60_000 } = ports
  /** By account, endpoint and code, all of one hour; `earlier` are those of hours that are over. */
  let counts = new Map<string, Count>()
  let earlier: Count[] = []
  let hour = 0
  let writing: Promise<void> = Promise.resolve()
  const timer = setInterval(() => void flush(), everyMs)
  timer.unref()

  function add(account: string, call: EndedCall): void {
    const lastAt = clock.now()
    const ms = lastAt.getTime()
    if (ms >= hour + HOUR_MS || ms < hour) turn(ms - (ms % HOUR_MS))
    const known = counts.get(`${account}|${call.endpoint}|${call.code}`)
    if (known) grow(known, call, lastAt)
    else begin(account, call, lastAt)
  }

  function turn(next: number): void {
    earlier.push(...counts.values())
    counts = new Map()
    hour = next
  }

  function begin(account: string, call: EndedCall, lastAt: Date): void {
    if (counts.size >= MOST_KINDS && call.endpoint !== OTHER) {
      add(account, { ...call, endpoint: OTHER, code: call.code === '0' ? '0' : 'uncertain' })
      return
    }
    const { endpoint, code } = call
    const count = { hour: new Date(hour), account, endpoint: endpoint.slice(0, LONGEST), code }
    const first: Count = { ...count, count: 0, ms: 0, slowestMs: 0, lastAt }
    grow(first, call, lastAt)
    counts.set(`${account}|${endpoint}|${code}`, first)
  }

  async function write(): Promise<void> {
    const taken = [...earlier, ...counts.values()]
    if (taken.length === 0) return
    earlier = []
    counts = new Map()
    try {
      await callRows(connection).bulkWrite(taken.map(statement), { ordered: false })
    } catch (error) {
      log.warn({ kinds: taken.length, reason: messageOf(error) }, 'counts of platform calls wait for the store')
      // Where the store took a part of them before it failed, that part counts twice.
      earlier = [...taken, ...earlier].slice(0, MOST_WAITING)
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

function grow(count: Count, { tookMs, rid }: EndedCall, lastAt: Date): void {
  count.count += 1
  count.ms += tookMs
  if (tookMs > count.slowestMs) count.slowestMs = tookMs
  count.lastAt = lastAt
  if (rid !== undefined) count.rid = rid
}

function statement({ count, ms, slowestMs, lastAt, rid, ...named }: Count) {
  const { hour, account, endpoint, code } = named
  const update = {
    $setOnInsert: named,
    $inc: { count, ms: Math.round(ms) },
    $max: { slowestMs: Math.round(slowestMs), lastAt },
    ...(rid !== undefined && { $set: { rid } }),
  }
  const _id = `${hour.toISOString().slice(0, 13)}|${account}|${endpoint}|${code}`
  return { updateOne: { filter: { _id }, update, upsert: true } }
}
