import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { performance } from 'node:perf_hooks'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Connection } from '../store/connect.js'
import { type ProcessRow, processRows } from './model.js'

/** A process as people see it. */
export interface ShownProcess extends Omit<ProcessRow, '_id'> {
  id: string
  /** It has not been heard of for 45 s: it hangs, was killed, or cannot reach the store. */
  silent: boolean
}

/** The processes on a store. */
export interface Processes {
  /** Tells of this process from now on, every 15 s. */
  start(role: string): Promise<void>
  list(): Promise<ShownProcess[]>
  /** It ends in order: it is told of no more. */
  stop(): Promise<void>
}

/** What a sign of life is made of. */
export interface ProcessPorts {
  connection: Connection
  log: Logger
  version: string
  /** The database's clock. */
  clock: { now(): Date; readonly offsetMs: number }
  startedAt: Date
  /** This process's part of the inbox. */
  inbox(): { underWay: number; spoolBytes: number }
  everyMs?: number
}

/** Three signs missed. */
const SILENT_MS = 45_000

/** Signs of life of this process, and reading those of all. */
export function createProcesses(ports: ProcessPorts): Processes {
  const { connection, log, version, clock, startedAt, inbox, everyMs = 15_000 } = ports
  const id = randomUUID()
  let timer: NodeJS.Timeout | undefined
  let telling: Promise<void> = Promise.resolve()
  let before = performance.eventLoopUtilization()

  async function tell(role: string): Promise<void> {
    const { rss, heapUsed } = process.memoryUsage()
    const now = performance.eventLoopUtilization()
    const busy = performance.eventLoopUtilization(now, before).utilization
    before = now
    const sign = {
      host: hostname(),
      pid: process.pid,
      role,
      version,
      node: process.version,
      startedAt,
      rssBytes: rss,
      heapBytes: heapUsed,
      busy: Math.round(busy * 1000) / 1000,
      clockOffsetMs: clock.offsetMs,
      ...inbox(),
    }
    await processRows(connection).updateOne(
      { _id: id },
      { $set: sign, $currentDate: { seenAt: true } },
      { upsert: true },
    )
  }

  function again(role: string): void {
    telling = telling
      .then(() => tell(role))
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'no sign of life could be given'))
  }

  return {
    async start(role) {
      again(role)
      await telling
      timer = setInterval(() => again(role), everyMs)
      timer.unref()
    },
    async list() {
      const rows = await processRows(connection).find({}).toArray()
      const late = clock.now().getTime() - SILENT_MS
      return rows
        .map(({ _id, ...row }) => ({ ...row, id: _id, silent: row.seenAt.getTime() < late }))
        .toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime())
    },
    async stop() {
      if (!timer) return
      clearInterval(timer)
      timer = undefined
      await telling
      const gone = processRows(connection).deleteOne({ _id: id })
      await gone.catch((error: unknown) => log.debug({ reason: messageOf(error) }, 'the sign of life stays'))
    },
  }
}
