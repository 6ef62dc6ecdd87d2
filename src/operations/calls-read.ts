import type { Connection } from '../store/connect.js'
import { type CallRow, callRows } from './model.js'

/** Which calls are looked at. */
export interface CallQuery {
  account?: string | undefined
  endpoint?: string | undefined
  /** Whole hours count: the one of `from` and all before `to`. */
  from: Date
  to: Date
}

/** The calls of one endpoint that ended with one code. */
export interface CallFigure {
  account: string
  endpoint: string
  code: string
  count: number
  averageMs: number
  slowestMs: number
  lastAt: Date
  /** The last one's id at the platform. */
  rid?: string
}

/** One hour: how many calls ended with which code. */
export interface CallHour {
  hour: Date
  codes: Record<string, number>
}

/** Both views of the same calls. */
export interface CallFigures {
  calls: CallFigure[]
  /** Every hour of the time asked for, empty ones included. */
  hours: CallHour[]
}

const HOUR_MS = 3_600_000
/** Documents read for one answer; 30 days of a busy installation are about 50,000. */
const MOST = 100_000

/** Adds the stored counts up, failures first, then by how many. Those of the last minute are not in the store yet. */
export async function readCalls(connection: Connection, query: CallQuery): Promise<CallFigures> {
  const { account, endpoint, from, to } = query
  const first = from.getTime() - (from.getTime() % HOUR_MS)
  const filter = {
    hour: { $gte: new Date(first), $lt: to },
    ...(account !== undefined && { account }),
    ...(endpoint !== undefined && { endpoint }),
  }
  const figures = new Map<string, CallRow>()
  const hours = new Map<number, Record<string, number>>()
  for (let at = first; at < to.getTime(); at += HOUR_MS) hours.set(at, {})
  for await (const row of callRows(connection).find(filter).limit(MOST)) {
    const key = `${row.account}|${row.endpoint}|${row.code}`
    const known = figures.get(key)
    figures.set(key, known ? added(known, row) : row)
    const codes = hours.get(row.hour.getTime())
    if (codes) codes[row.code] = (codes[row.code] ?? 0) + row.count
  }
  return {
    calls: [...figures.values()].map(figure).toSorted(inOrder),
    hours: [...hours].map(([at, codes]) => ({ hour: new Date(at), codes })),
  }
}

function added(a: CallRow, b: CallRow): CallRow {
  const newer = b.lastAt >= a.lastAt ? b : a
  const rid = newer.rid ?? a.rid ?? b.rid
  return {
    ...a,
    count: a.count + b.count,
    ms: a.ms + b.ms,
    slowestMs: Math.max(a.slowestMs, b.slowestMs),
    lastAt: newer.lastAt,
    ...(rid !== undefined && { rid }),
  }
}

function figure({ account, endpoint, code, count, ms, slowestMs, lastAt, rid }: CallRow): CallFigure {
  const averageMs = Math.round(ms / Math.max(count, 1))
  return { account, endpoint, code, count, averageMs, slowestMs, lastAt, ...(rid !== undefined && { rid }) }
}

function inOrder(a: CallFigure, b: CallFigure): number {
  if ((a.code === '0') !== (b.code === '0')) return a.code === '0' ? 1 : -1
  return b.count - a.count || a.endpoint.localeCompare(b.endpoint)
}
