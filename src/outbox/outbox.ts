import { randomUUID } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Message, ResolvedMessage } from '../core/message.js'
import type { DeliveryState } from '../core/outcome.js'
import type { Update } from '../core/update.js'
import type { Platform } from '../platforms/platform.js'
import type { Connection } from '../store/connect.js'
import { updateRaw } from '../store/raw-commands.js'
import type { Books } from './books.js'
import type { DeliveryEnd, DeliveryRow, NewDelivery } from './delivery.js'
import { createDrain, type OutboxPoint } from './drain.js'
import { endingUpdate } from './ending.js'
import { createEnds } from './ends.js'
import type { Guard } from './guard.js'
import { OUTBOX } from './model.js'
import { createOperations, type Operations } from './operations.js'
import { createPut, type PutResult } from './put.js'
import { deliveries } from './queue.js'
import { createSettle } from './receipts/settle.js'
import type { Records } from './record.js'
import { type Swept, sweepLeases } from './sweep.js'

/** `config.outbox`; durations in ms. */
export interface OutboxConfig {
  /** Deliveries under way at once in this process. */
  concurrency: number
  /** A delivery not sent this long after it was due is given up as expired. */
  expireAfter: number
}

/** Durations in ms that tests shorten. */
export interface OutboxTiming {
  /** How long a process may be silent before others put its deliveries right. */
  lease: number
  /** How often the queue is looked at when nothing wakes the drain. */
  poll: number
  /** How long one call may take; beyond, its end is uncertain. */
  deliverLimit: number
  /** How long after its end a delivery that was not recorded is recorded again. */
  tellAfter: number
}

/** What an outbox is made of. */
export interface OutboxDeps {
  connection: Connection
  config: OutboxConfig
  clock: Clock
  /** The database's clock: leases are judged by it. */
  leaseClock: Clock
  log: Logger
  platform(account: string): Platform | undefined
  /** Looks articles, cards and notices up when they are sent; throws AppError when there is none of that name. */
  resolve(message: Message, account: string): ResolvedMessage
  guards: readonly Guard[]
  /** What is booked for marketing and care before the call, and what calls teach. */
  books?: Books
  /** Appends ends to the events. May be told the same end twice: deduplicate by `key` and `state`. */
  record(ends: DeliveryEnd[]): Promise<void>
  /** Appends what people and receipts did to deliveries. */
  audit?: Records['audit']
  /** What else changes with ends and refusals (`createFollow`). May be told the same row twice. */
  follow?: (rows: readonly DeliveryRow[]) => Promise<void>
  timing?: Partial<OutboxTiming>
  /** Stops the process at a point, for tests. */
  fail?: (point: OutboxPoint) => Promise<void> | undefined
}

/** The one way to send: everything that is not the answer to a push goes through here. */
export interface Outbox extends Operations {
  /**
   * Stores deliveries; resolves when they are on the disk. The same key again is `known` and changes nothing. A text
   * beyond the platform's limit becomes several rows, kept in order, each with a result.
   */
  put(deliveries: NewDelivery | readonly NewDelivery[]): Promise<PutResult[]>
  /** Starts delivering in this process (the worker role). */
  start(): void
  /** Puts right what ended processes left and records what they did not; run it every few seconds. */
  sweep(): Promise<Swept>
  /** Calls back everything of a source that has not started; gives how many. */
  cancel(source: string): Promise<number>
  /** Takes in the platform's receipts; undefined when the update is none. The same one again changes nothing. */
  settle(update: Update): Promise<void> | undefined
  /** How many deliveries wait, and how many need a person's look, by state. */
  stats(): Promise<Partial<Record<DeliveryState, number>>>
  /** The deliveries to one contact, newest first: "why did she not get it?" */
  history(contact: string, limit: number): Promise<DeliveryRow[]>
  /** Takes no more and waits until what is under way has ended; calls are aborted after `graceMs`. */
  close(graceMs?: number): Promise<void>
}

/** Opens the outbox. Call `outboxModel` and `ensureIndexes` before: the unique indexes carry its promises. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { connection, config, clock, leaseClock, log, fail, follow } = deps
  const records = deps.audit && { audit: deps.audit }
  const timing: OutboxTiming = { lease: 30_000, poll: 1000, deliverLimit: 60_000, tellAfter: 10_000, ...deps.timing }
  const owner = randomUUID()
  const ends = createEnds({ connection, owner, clock, log, record: deps.record, follow, fail })
  const drain = createDrain({
    connection,
    owner,
    concurrency: config.concurrency,
    expireAfterMs: config.expireAfter,
    leaseMs: timing.lease,
    pollMs: timing.poll,
    deliverLimitMs: timing.deliverLimit,
    clock,
    leaseClock,
    log,
    platform: deps.platform,
    resolve: deps.resolve,
    guards: deps.guards,
    books: deps.books,
    ends,
    follow,
    fail,
  })
  const settling = createSettle({ connection, clock, log, records, wake: drain.wake })
  const put = createPut({ connection, clock, platform: deps.platform, wake: drain.wake })
  const operations = createOperations({ connection, clock, put, records })

  async function sweep(): Promise<Swept> {
    const now = clock.now()
    const swept = await sweepLeases(connection, leaseClock.now(), now, drain.underWay())
    await ends.tellAgain(new Date(now.getTime() - timing.tellAfter))
    await settling.sweep()
    if (swept.poison > 0) log.error({ ...swept }, 'deliveries over which processes ended were given up')
    if (swept.uncertain > 0) log.warn({ ...swept }, 'deliveries of an ended process are uncertain')
    if (swept.requeued > 0) drain.wake()
    return swept
  }

  async function cancel(source: string): Promise<number> {
    const q = { source, open: true, state: { $in: ['queued', 'retry'] } }
    const now = clock.now()
    const over = (state: 'cancelled' | 'uncertain') => ({
      ...endingUpdate({ state, over: true, reason: 'cancelled' }, now),
      $inc: { fence: 1 },
    })
    const { matched } = await updateRaw(connection, OUTBOX, [
      { q: { ...q, unclearSince: { $exists: false } }, u: over('cancelled'), multi: true },
      { q: { ...q, unclearSince: { $exists: true } }, u: over('uncertain'), multi: true },
    ])
    return matched
  }

  async function stats(): Promise<Partial<Record<DeliveryState, number>>> {
    const byState = { $group: { _id: '$state', count: { $sum: 1 } } }
    const counts: Partial<Record<DeliveryState, number>> = {}
    // Named, as a condition on the partial filter alone leads a planner to no index.
    for (const [match, hint] of [
      [{ open: true }, 'due'],
      [{ attention: true }, 'unsettled'],
    ] as const) {
      const pipeline = [{ $match: match }, byState]
      const groups = deliveries(connection).aggregate<{ _id: DeliveryState; count: number }>(pipeline, { hint })
      for await (const group of groups) counts[group._id] = group.count
    }
    return counts
  }

  return {
    ...operations,
    put,
    settle: settling.apply,
    start: drain.start,
    sweep,
    cancel,
    stats,
    history: (contact, limit) =>
      deliveries(connection).find({ contact }).sort({ createdAt: -1, seq: -1 }).limit(Math.min(limit, 200)).toArray(),
    async close(graceMs = 20_000) {
      await drain.stop(graceMs)
      await ends.close()
    },
  }
}
