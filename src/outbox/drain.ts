import { setMaxListeners } from 'node:events'
import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Message, ResolvedMessage } from '../core/message.js'
import type { Outcome } from '../core/outcome.js'
import type { Platform } from '../platforms/platform.js'
import { isStoreAway } from '../store/away.js'
import type { Connection } from '../store/connect.js'
import { attempt } from './attempt.js'
import type { Books } from './books.js'
import { type Choice, choose } from './choose.js'
import type { DeliveryRow } from './delivery.js'
import { type Ending, endingOf, rowAfter } from './ending.js'
import type { createEnds } from './ends.js'
import type { Guard } from './guard.js'
import { createParks } from './parks.js'
import { claim, findDue, markSending, putAside, renewClaims, wasSent } from './queue.js'
import { createSuspects } from './suspects.js'

/** Where a test may stop the process. */
export type OutboxPoint = 'claimed' | 'cleared' | 'sending' | 'delivered' | 'ended' | 'told'

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
  resolve(message: Message, account: string): ResolvedMessage
  guards: readonly Guard[]
  books?: Books | undefined
  ends: ReturnType<typeof createEnds>
  /** What follows from a refusal before the delivery is over; failures are logged only. */
  follow?: ((rows: readonly DeliveryRow[]) => Promise<void>) | undefined
  fail?: ((point: OutboxPoint) => Promise<void> | undefined) | undefined
}

/** Takes due deliveries, one at a time per contact, and brings each to its end. */
export function createDrain(deps: DrainDeps) {
  const { connection, owner, clock, leaseClock, log, ends, books } = deps
  const underWay = new Map<string, DeliveryRow>()
  const busy = new Set<string>()
  const parks = createParks()
  const aborter = new AbortController()
  setMaxListeners(0, aborter.signal)
  let running = false
  let pumping: Promise<void> | undefined
  let again = false
  let poll: NodeJS.Timeout | undefined
  let renewal: NodeJS.Timeout | undefined
  const suspects = createSuspects()
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
    if (room <= 0 || suspects.solitary) return false
    const found = await findDue(connection, clock.now(), room, new Set([...busy, ...skip]))
    if (found.broken.length > 0) await setAside(found.broken)
    for (const contact of found.blocked) skip.add(contact)
    const batch = suspects.apart(found.chosen, underWay.size === 0)
    if (batch.length === 0) return found.chosen.length === 0 && found.blocked.length > 0
    const claimed = await claim(connection, batch, owner, leaseEnd(), suspects.solitary)
    for (const row of claimed) hold(row)
    if (claimed.length === 0) suspects.done()
    if (deps.fail) await deps.fail('claimed')
    const cleared = (await Promise.all(claimed.map(clear))).filter((choice) => choice !== undefined)
    const booked = await book(cleared).catch((error: unknown) => {
      log.warn({ deliveries: cleared.length, reason: messageOf(error) }, 'deliveries not booked, left to the sweep')
      for (const { row } of cleared) letGo(row)
      return []
    })
    if (deps.fail) await deps.fail('cleared')
    const sending = await commit(booked)
    if (deps.fail) await deps.fail('sending')
    for (const choice of sending) void deliver(choice)
    for (const row of batch) if (!busy.has(row.contact)) skip.add(row.contact)
    return true
  }

  async function setAside(ids: readonly string[]): Promise<void> {
    log.error({ deliveries: ids }, 'rows of the outbox are no deliveries and were put aside')
    await putAside(connection, ids, 'a field is missing or of another type', clock.now())
  }

  /** What may leave now, and how; everything else gets its end here. */
  async function clear(row: DeliveryRow): Promise<Choice | undefined> {
    const now = clock.now()
    try {
      const expiresAt = row.expiresAt?.getTime() ?? row.dueAt.getTime() + deps.expireAfterMs
      if (now.getTime() > expiresAt) {
        const state = row.unclearSince ? 'uncertain' : 'expired'
        return void end(row, { state, over: true, reason: 'expired' })
      }
      if (row.unless !== undefined && (await wasSent(connection, row.unless))) {
        return void end(row, { state: 'skipped', over: true, reason: 'covered', detail: row.unless })
      }
      const chosen = await choose(row, now, leaseClock.now(), {
        ...deps,
        conversation: (account) => deps.platform(account)?.conversation,
        parkedUntil: parks.until,
      })
      if ('go' in chosen) return chosen.go
      return void end(row, chosen.end)
    } catch (error) {
      if (isStoreAway(error)) {
        log.warn({ delivery: row._id, reason: messageOf(error) }, 'the store was away, delivery is judged again')
        const state = row.unclearSince ? 'retry' : 'queued'
        return void end(row, { state, over: false, nextAt: new Date(clock.now().getTime() + AWAY_MS) })
      }
      log.error({ delivery: row._id, err: error }, 'delivery could not be judged, not sent')
      return void end(row, { state: 'failed', over: true, reason: 'poison', detail: messageOf(error) })
    }
  }

  /** Books what counts against caps, durably, before the calls. */
  async function book(choices: Choice[]): Promise<Choice[]> {
    if (!books || choices.length === 0) return choices
    const now = clock.now()
    const answers = await books.reserve(
      choices.map(({ row }) => row),
      now,
    )
    return choices.filter(({ row }, at) => {
      const reason = answers[at]
      if (reason !== undefined) end(row, { state: 'skipped', over: true, reason })
      return reason === undefined
    })
  }

  async function commit(choices: Choice[]): Promise<Choice[]> {
    try {
      const sending = await markSending(connection, choices, owner, leaseClock.now(), leaseEnd())
      const ours = new Set(sending.map(({ row }) => row._id))
      for (const { row } of choices) if (!ours.has(row._id)) letGo(row)
      for (const { row } of sending) underWay.set(row._id, row)
      return sending
    } catch (error) {
      const about = { deliveries: choices.length, reason: messageOf(error) }
      log.warn(about, 'deliveries could not be committed, left to the sweep')
      for (const { row } of choices) letGo(row)
      return []
    }
  }

  async function deliver(choice: Choice): Promise<void> {
    const { row, resolved } = choice
    if (lapsed(row)) {
      const reason = 'the lease had lapsed before the call'
      log.warn({ delivery: row._id, reason }, 'delivery not sent')
      const state = row.unclearSince ? 'retry' : 'queued'
      return end(row, {
        state,
        over: false,
        nextAt: clock.now(),
        reason,
        attempt: { at: clock.now(), state: 'retry', reason },
      })
    }
    const outcome = await attempt(choice, { ...deps, signal: aborter.signal })
    if (deps.fail) await deps.fail('delivered')
    try {
      const now = clock.now()
      const ending = endingOf({ row, outcome, now, leaseNow: leaseClock.now(), wrote: resolved })
      await learn(row, outcome, ending, now)
      tellLog(row, ending)
      end(row, ending)
    } catch (error) {
      log.error({ delivery: row._id, err: error }, 'the end of a delivery could not be reckoned')
      end(row, { state: 'uncertain', over: true, reason: messageOf(error) })
    }
  }

  /** What an outcome says about more than this delivery. */
  async function learn(row: DeliveryRow, outcome: Outcome, ending: Ending, now: Date): Promise<void> {
    const { account, channel } = row
    if (channel === undefined) return
    if (outcome.state === 'retry' && outcome.park) {
      const until = new Date(now.getTime() + (outcome.afterMs ?? 60_000))
      log.warn({ account, channel, until, code: outcome.code }, 'platform refused a channel as a whole, it rests')
      parks.park(account, channel, until)
    } else if (outcome.state === 'sent') parks.open(account, channel)
    try {
      if (ending.refusals !== undefined && !ending.over) await deps.follow?.([rowAfter(row, ending, now)])
      await books?.learn(row, outcome, now)
    } catch (error) {
      log.warn({ delivery: row._id, reason: messageOf(error) }, 'what follows from an attempt could not be written')
    }
  }

  function tellLog(row: DeliveryRow, ending: Ending): void {
    const { state, reason, code, detail, next } = ending
    const about = { delivery: row._id, purpose: row.purpose, kind: row.message.kind, attempt: row.attempts }
    const why = { channel: row.channel, state, reason, code, detail }
    if (next) log.info({ ...about, ...why, option: next.option }, 'delivery refused, another way is tried')
    else if (state === 'uncertain' || state === 'failed') log.warn({ ...about, ...why }, 'delivery ended')
    else log.info({ ...about, ...why }, ending.over ? 'delivery ended' : 'delivery will be retried')
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
    if (underWay.size === 0) {
      suspects.done()
      for (const idle of idlers.splice(0)) idle()
    }
    wake()
  }

  async function renew(): Promise<void> {
    if (underWay.size === 0) return
    const until = leaseEnd()
    try {
      await renewClaims(connection, [...underWay.values()], owner, until)
      for (const row of underWay.values()) row.leaseUntil = until
    } catch (error) {
      log.warn({ deliveries: underWay.size, reason: messageOf(error) }, 'leases could not be renewed')
    }
  }

  async function idle(): Promise<void> {
    await pumping
    if (underWay.size > 0) await new Promise<void>((resolve) => idlers.push(resolve))
  }

  const leaseEnd = () => new Date(leaseClock.now().getTime() + deps.leaseMs)
  const lapsed = (row: DeliveryRow) => row.leaseUntil !== undefined && leaseClock.now() >= row.leaseUntil

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

/** When a delivery is judged again for which the store was away. */
const AWAY_MS = 2_000
/** How long an aborted call may take to say so. */
const ABORT_MS = 250
