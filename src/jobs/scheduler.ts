import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { MongoBackend } from '@agendajs/mongo-backend'
import { Agenda, type Job } from 'agenda'
import { AppError, messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import { type Connection, database } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import {
  ensureUniqueOccurrences,
  JOBS,
  matchOccurrences,
  OCCURRENCE_LIMITS,
  type Occurrences,
  runOccurrence,
} from './occurrences.js'

/** Something that is done again and again. It must be idempotent: two processes may run it at once, or one twice. */
export interface Tick {
  name: string
  /** `10 seconds`, or a cron line with five fields. */
  every: string
  /** For cron lines; the zone of the business day. */
  timeZone?: string
  run(): Promise<unknown>
}

/** What a scheduler needs. */
export interface SchedulerDeps {
  connection: Connection
  log: Logger
  ticks: readonly Tick[]
  /** What happens once each: one job an occurrence, made to match at start and every few seconds. */
  occurrences?: Occurrences
  /** How often the store is asked for due ticks. */
  pollMs?: number
  /**
   * How long after its last sign of life another process takes a tick over. Kept short, and renewed while a tick runs:
   * agenda holds a timer of half this length behind every run.
   */
  lockMs?: number
}

/** The clock of the product: agenda, used for recurring ticks and for one job an occurrence. */
export interface Scheduler {
  start(): Promise<void>
  /** Makes the jobs of occurrences match what is to come, at once. */
  match(): Promise<void>
  /** Starts no more ticks, waits for the running ones at most `graceMs`, and gives its locks back. */
  stop(graceMs?: number): Promise<void>
}

const MATCH_EVERY = '5 seconds'

interface JobRow {
  name: string
  type: string
  repeatInterval?: string
  repeatTimezone?: string | null
  lockedAt?: Date | null
  lastModifiedBy?: string
}

/**
 * A scheduler on the shared connection. Of all processes that start one, each tick runs in one at a time. A tick that
 * was missed while nobody ran is run once at start: the stored schedule is only written when it differs, because
 * writing it again would move the next run and take the lock from a run under way.
 */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { connection, log, occurrences, pollMs = 2000, lockMs = 10_000 } = deps
  const own: Tick[] = occurrences ? [{ name: `${occurrences.name}-match`, every: MATCH_EVERY, run: () => match() }] : []
  const ticks = [...deps.ticks, ...own]
  const about = { connection, collection: JOBS }
  const name = `weloop ${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`
  let agenda: Agenda | undefined

  async function start(): Promise<void> {
    if (agenda) return
    const { made, ready } = makeAgenda()
    agenda = made
    for (const tick of ticks) {
      const limits = { concurrency: 1, lockLimit: 1, lockLifetime: lockMs }
      made.define(tick.name, (job) => keepLock(tick.name, job, () => tick.run()), limits)
    }
    if (occurrences) {
      const limits = { ...OCCURRENCE_LIMITS, lockLifetime: lockMs }
      const run = (job: Job) => keepLock(occurrences.name, job, () => runOccurrence(occurrences, job), Infinity)
      made.define(occurrences.name, run, limits)
    }
    await ready
    await ensureUniqueNames()
    if (occurrences) await ensureUniqueOccurrences(about)
    for (const tick of ticks) await ensureSchedule(made, tick)
    await match()
    await made.start()
    log.info({ ticks: ticks.map((tick) => tick.name) }, 'scheduler started')
  }

  /** agenda connects in its constructor and never tells when that fails; this tells. */
  function makeAgenda(): { made: Agenda; ready: Promise<void> } {
    const backend = new MongoBackend({ mongo: database(connection), collection: JOBS })
    const connect = backend.connect.bind(backend)
    let fail: (error: unknown) => void = () => undefined
    const failed = new Promise<never>((_, reject) => {
      fail = reject
    })
    backend.connect = () =>
      connect().catch((error: unknown) => {
        fail(error)
        return new Promise<never>(() => undefined)
      })
    const made = new Agenda({ backend, name, processEvery: pollMs, maxConcurrency: 20, defaultLockLimit: 1 })
    made.on('error', (error: unknown) => log.warn({ reason: messageOf(error) }, 'scheduler failed'))
    return { made, ready: Promise.race([made.ready, failed]) }
  }

  async function match(): Promise<void> {
    if (agenda && occurrences) await matchOccurrences(agenda, about, occurrences)
  }

  /** Runs a job under a lock that is renewed while it lasts, and says how it went wrong. */
  async function keepLock(tick: string, job: Job, run: () => Promise<unknown>, slowMs = lockMs): Promise<void> {
    let touched = Promise.resolve()
    const alive = setInterval(() => {
      touched = job.touch().catch((error: unknown) => {
        log.warn({ tick, reason: messageOf(error) }, 'lock not renewed')
      })
    }, lockMs / 3)
    const startedAt = performance.now()
    try {
      await run()
    } catch (error) {
      log.error({ tick, err: error }, 'tick failed')
      throw error
    } finally {
      clearInterval(alive)
      await touched
      const ms = Math.round(performance.now() - startedAt)
      if (ms > slowMs) log.warn({ tick, ms }, 'tick was slow')
    }
  }

  function jobs() {
    return database(connection).collection<JobRow>(JOBS)
  }

  /** Two processes that start at once must not make two jobs of one tick. */
  async function ensureUniqueNames(): Promise<void> {
    const only = { type: 'single' }
    await jobs().createIndex({ name: 1 }, { name: 'one-per-tick', unique: true, partialFilterExpression: only })
  }

  async function ensureSchedule(made: Agenda, tick: Tick): Promise<void> {
    const stored = await jobs().findOne({ name: tick.name, type: 'single' })
    const same = stored?.repeatInterval === tick.every && (stored.repeatTimezone ?? undefined) === tick.timeZone
    if (same) return
    try {
      const zone = tick.timeZone === undefined ? {} : { timezone: tick.timeZone }
      const job = await made.every(tick.every, tick.name, {}, zone)
      if (!job.attrs.nextRunAt) throw new AppError('jobs.schedule', `'${tick.every}' of ${tick.name} is no schedule`)
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
  }

  /** agenda leaves what it had locked ahead of time locked; others would wait for the lock's end. */
  async function releaseLocks(): Promise<void> {
    await jobs().updateMany({ lastModifiedBy: name, lockedAt: { $ne: null } }, { $set: { lockedAt: null } })
  }

  return {
    start,
    match,
    async stop(graceMs = 10_000) {
      if (!agenda) return
      const stopping = agenda
      agenda = undefined
      const { timedOut } = await stopping.drain({ timeout: graceMs, closeConnection: false })
      if (timedOut) log.warn({ graceMs }, 'scheduler stopped while a tick was running')
      else
        await releaseLocks().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'locks not given back'))
    },
  }
}
