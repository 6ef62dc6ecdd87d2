import { setMaxListeners } from 'node:events'
import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Message, ResolvedMessage } from '../core/message.js'
import type { Outcome } from '../core/outcome.js'
import type { Platform } from '../platforms/platform.js'
import type { Connection } from '../store/connect.js'
import type { DeliveryRow } from './delivery.js'
import { type Ending, endingOf } from './ending.js'
import type { createEnds } from './ends.js'
import { askGuards, type Guard } from './guard.js'
import { claim, findDue, markSending, renewClaims } from './queue.js'

/** Where a test may stop the process. */
export type OutboxPoint = 'claimed' | 'sending' | 'delivered' | 'ended'

/** What the drain needs. */
export interface DrainDeps {
  connection: Connection
  owner: string
  concurrency: number
  expireAfterMs: number
  leaseMs: number
  pollMs: number
  /** A delivery that has not ended by then is uncertain. */
  deliverLimitMs: number
  clock: Clock
  leaseClock: Clock
  log: Logger
  platform(account: string): Platform | undefined
  resolve(message: Message): ResolvedMessage
  guards: readonly Guard[]
  ends: ReturnType<typeof createEnds>
  fail?: ((point: OutboxPoint) => Promise<void> | undefined) | undefined
}

/** Takes due deliveries, one at a time per contact, and brings each to its end. */
export function createDrain(deps: DrainDeps) {
  const { connection, owner, clock, log, ends } = deps
  const underWay = new Map<string, DeliveryRow>()
  const busy = new Set<string>()
  const aborter = new AbortController()
  setMaxListeners(0, aborter.signal)
  let running = false
  let pumping: Promise<void> | undefined
  let again = false
  let poll: NodeJS.Timeout | undefined
  let renewal: NodeJS.Timeout | undefined
  const idlers: (() => void)[] = []

  function wake(): void {
    if (!running) return
    again = true
    pumping ??= pump().finally(() => {
      pumping = undefined
      if (again) wake()
      else rest()
    })
  }

  function rest(): void {
    clearTimeout(poll)
    if (running) poll = setTimeout(wake, deps.pollMs).unref()
  }

  async function pump(): Promise<void> {
    try {
      again = false
      await new Promise(setImmediate)
      const skip = new Set<string>()
      while (running && (await fill(skip)));
    } catch (error) {
      again = false
      log.warn({ reason: messageOf(error) }, 'outbox could not be read')
    }
  }

  /** Starts what can start; false when nothing more can. */
  async function fill(skip: Set<string>): Promise<boolean> {
    const room = deps.concurrency - underWay.size
    if (room <= 0) return false
    const found = await findDue(connection, clock.now(), room, new Set([...busy, ...skip]))
    for (const contact of found.blocked) skip.add(contact)
    if (found.chosen.length === 0) return found.blocked.length > 0
    const claimed = await claim(connection, found.chosen, owner, leaseEnd())
    for (const row of claimed) hold(row)
    if (deps.fail) await deps.fail('claimed')
    const cleared = await Promise.all(claimed.map(clear))
    const sending = await commit(cleared.filter((row) => row !== undefined))
    if (deps.fail) await deps.fail('sending')
    for (const row of sending) void deliver(row)
    for (const row of found.chosen) if (!busy.has(row.contact)) skip.add(row.contact)
    return true
  }

  /** What may leave now; everything else gets its end here. */
  async function clear(row: DeliveryRow): Promise<DeliveryRow | undefined> {
    const now = clock.now()
    try {
      if (now.getTime() > row.dueAt.getTime() + deps.expireAfterMs) {
        return void end(row, { state: 'expired', over: true, reason: 'expired' })
      }
      const verdict = await askGuards(deps.guards, row, now)
      if (verdict.verdict === 'pass') return row
      const { reason } = verdict
      if (verdict.verdict === 'postpone') {
        return void end(row, { state: 'queued', over: false, nextAt: verdict.until, reason })
      }
      const detail = verdict.detail === undefined ? {} : { detail: verdict.detail }
      return void end(row, { state: 'skipped', over: true, reason, ...detail })
    } catch (error) {
      log.error({ delivery: row._id, err: error }, 'guard failed, delivery not sent')
      return void end(row, { state: 'failed', over: true, reason: 'guard failed', detail: messageOf(error) })
    }
  }

  async function commit(rows: DeliveryRow[]): Promise<DeliveryRow[]> {
    try {
      const sending = await markSending(connection, rows, owner, leaseEnd())
      const ours = new Set(sending.map((row) => row._id))
      for (const row of rows) if (!ours.has(row._id)) letGo(row)
      return sending
    } catch (error) {
      log.warn(
        { deliveries: rows.length, reason: messageOf(error) },
        'deliveries could not be committed, left to the sweep',
      )
      for (const row of rows) letGo(row)
      return []
    }
  }

  async function deliver(row: DeliveryRow): Promise<void> {
    const outcome = await attempt(row)
    if (deps.fail) await deps.fail('delivered')
    const ending = endingOf(outcome, row.attempts, clock.now())
    const about = { delivery: row._id, purpose: row.purpose, kind: row.message.kind, attempt: row.attempts }
    const why = { state: ending.state, reason: ending.reason, code: ending.code, detail: ending.detail }
    if (ending.state === 'uncertain' || ending.state === 'failed') log.warn({ ...about, ...why }, 'delivery ended')
    else log.info({ ...about, ...why }, ending.over ? 'delivery ended' : 'delivery will be retried')
    end(row, ending)
  }

  async function attempt(row: DeliveryRow): Promise<Outcome> {
    let message: ResolvedMessage
    const platform = deps.platform(row.account)
    if (!platform) return { state: 'failed', reason: `the account ${row.account} is not configured` }
    try {
      message = deps.resolve(row.message)
    } catch (error) {
      return { state: 'failed', reason: messageOf(error) }
    }
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Outcome>((resolve) => {
      const reason = `the call did not end within ${deps.deliverLimitMs} ms`
      timer = setTimeout(() => resolve({ state: 'uncertain', reason }), deps.deliverLimitMs)
    })
    try {
      const target = { to: row.to, key: row._id, signal: aborter.signal }
      return await Promise.race([platform.deliver(message, target), late])
    } catch (error) {
      return { state: 'uncertain', reason: `the platform threw: ${messageOf(error)}` }
    } finally {
      clearTimeout(timer)
    }
  }

  function hold(row: DeliveryRow): void {
    underWay.set(row._id, row)
    busy.add(row.contact)
  }

  function end(row: DeliveryRow, ending: Ending): void {
    ends.add({ row, ending, done: () => letGo(row) })
  }

  function letGo(row: DeliveryRow): void {
    underWay.delete(row._id)
    busy.delete(row.contact)
    if (underWay.size === 0) for (const idle of idlers.splice(0)) idle()
    wake()
  }

  async function renew(): Promise<void> {
    if (underWay.size === 0) return
    try {
      await renewClaims(connection, [...underWay.values()], owner, leaseEnd())
    } catch (error) {
      log.warn({ deliveries: underWay.size, reason: messageOf(error) }, 'leases could not be renewed')
    }
  }

  async function idle(): Promise<void> {
    await pumping
    if (underWay.size > 0) await new Promise<void>((resolve) => idlers.push(resolve))
  }

  function leaseEnd(): Date {
    return new Date(deps.leaseClock.now().getTime() + deps.leaseMs)
  }

  return {
    wake,
    /** The keys of deliveries under way in this process. */
    underWay: (): ReadonlySet<string> => new Set(underWay.keys()),
    start(): void {
      if (running) return
      running = true
      renewal = setInterval(() => void renew(), deps.leaseMs / 3).unref()
      wake()
    },
    /** Takes no more and waits for what is under way; beyond `graceMs` the calls are aborted. */
    async stop(graceMs: number): Promise<void> {
      running = false
      clearTimeout(poll)
      const timer = setTimeout(() => aborter.abort(), graceMs)
      const late = new Promise<void>((resolve) => {
        aborter.signal.addEventListener('abort', () => setTimeout(resolve, ABORT_MS).unref())
      })
      await Promise.race([idle(), late])
      clearTimeout(timer)
      clearInterval(renewal)
    },
  }
}

/** How long an aborted call may take to say so. */
const ABORT_MS = 250
