import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Connection } from '../store/connect.js'
import { createGroupCommit } from '../store/group-commit.js'
import { updateRaw } from '../store/raw-commands.js'
import type { DeliveryEnd, DeliveryRow } from './delivery.js'
import { type Ending, endOf, rowAfter } from './ending.js'
import { OUTBOX } from './model.js'
import { deliveries, endStatement } from './queue.js'
import { findUntold, markTold } from './sweep.js'

/** One attempt that is over. */
export interface Ended {
  row: DeliveryRow
  ending: Ending
  /** Called when the end is on the disk, or has been given up. */
  done(): void
}

/** What writing ends needs. */
export interface EndsDeps {
  connection: Connection
  owner: string
  clock: Clock
  log: Logger
  /** Appends ends to the events; told again when it rejects, so it must deduplicate by key and state. */
  record(ends: DeliveryEnd[]): Promise<void>
  /** What else follows from ends (acceptances used up, people who left); may be told the same row twice. */
  follow?: ((rows: readonly DeliveryRow[]) => Promise<void>) | undefined
  fail?: ((point: 'ended' | 'told') => Promise<void> | undefined) | undefined
}

const NOBODY: ReadonlySet<Ended> = new Set()
const RETRY_MS = 1000
const GIVE_UP_AFTER = 5

/**
 * Writes ends in groups and then tells the events; what cannot be written is tried again while the lease may hold. One
 * end that cannot be written, or told, never keeps the others from it.
 */
export function createEnds(deps: EndsDeps) {
  const { connection, owner, clock, log } = deps
  const telling = new Set<Promise<void>>()
  let closed = false

  const commits = createGroupCommit<Ended, { at: Date; lost: ReadonlySet<Ended> }>({
    async write(items) {
      const now = clock.now()
      const { faults, matched } = await updateRaw(
        connection,
        OUTBOX,
        items.map(({ row, ending }) => endStatement(row, owner, ending, now)),
      )
      for (const { index } of faults) await writePlain(items[index], now)
      const lost = matched + faults.length < items.length ? await fencedOut(items) : NOBODY
      return { at: now, lost }
    },
    settle: (items, { at, lost }) => written(items, at, lost),
    failed(items, error) {
      log.warn({ deliveries: items.length, reason: messageOf(error) }, 'ends could not be written, tried again')
      if (closed) for (const item of items) item.done()
      else if (items.length > 1 && !isOutage(error)) track(isolate(items))
      else setTimeout(() => again(items), RETRY_MS).unref()
    },
  })

  function written(items: Ended[], at: Date, lost: ReadonlySet<Ended> = NOBODY): void {
    const over = items
      .filter((item) => item.ending.over && !lost.has(item))
      .map(({ row, ending }) => rowAfter(row, ending, at))
    if (over.length > 0) track(tell(over))
    for (const item of items) item.done()
  }

  /** Ends that were not taken: while this process was silent another one gave its verdict, and told it. */
  async function fencedOut(items: readonly Ended[]): Promise<ReadonlySet<Ended>> {
    const ids = items.map(({ row }) => row._id)
    const rows = await deliveries(connection)
      .find({ _id: { $in: ids } }, { projection: { fence: 1 } })
      .toArray()
    const fences = new Map(rows.map(({ _id, fence }) => [_id, fence]))
    const lost = items.filter(({ row }) => fences.get(row._id) !== row.fence)
    if (lost.length > 0) log.warn({ deliveries: lost.length }, 'ends came too late, another process has judged')
    return new Set(lost)
  }

  function again(items: Ended[]): void {
    for (const item of items) commits.add(item)
  }

  /** The store refused the group as such: each for itself, so that only the one that is at fault suffers. */
  async function isolate(items: readonly Ended[]): Promise<void> {
    for (const item of items) {
      const now = clock.now()
      try {
        await updateRaw(connection, OUTBOX, [endStatement(item.row, owner, item.ending, now)])
        written([item], now)
      } catch (error) {
        log.error({ delivery: item.row._id, err: error }, 'the end of a delivery could not be written as it is')
        await writePlain(item, now).then(
          () => written([item], now),
          () => setTimeout(() => again([item]), RETRY_MS).unref(),
        )
      }
    }
  }

  /** The bare end, without its evidence, for a row that does not take more. */
  async function writePlain(item: Ended | undefined, now: Date): Promise<void> {
    if (item === undefined) return
    const { state, over, nextAt, reason } = item.ending
    const plain: Ending = { state, over, ...(nextAt && { nextAt }), ...(reason !== undefined && { reason }) }
    const { attempts: _, ...row } = item.row
    await updateRaw(connection, OUTBOX, [endStatement({ ...row, attempts: 0 }, owner, plain, now)])
  }

  async function tell(rows: DeliveryRow[]): Promise<void> {
    try {
      if (deps.fail) await deps.fail('ended')
      await deps.follow?.(rows)
      await deps.record(rows.map(endOf))
      await markTold(
        connection,
        rows.map((row) => row._id),
      )
      if (deps.fail) await deps.fail('told')
    } catch (error) {
      const reason = messageOf(error)
      log.warn({ deliveries: rows.length, reason }, 'ends not recorded yet, left to the sweep')
    }
  }

  /** How often the sweep tried to tell a row in this process. */
  const tried = new Map<string, number>()

  /** One at a time: what cannot be recorded does not keep the others from it, and in the end is left out aloud. */
  async function tellEach(rows: readonly DeliveryRow[]): Promise<void> {
    for (const row of rows) {
      const times = (tried.get(row._id) ?? 0) + 1
      try {
        await deps.follow?.([row])
        await deps.record([endOf(row)])
        await markTold(connection, [row._id])
        tried.delete(row._id)
      } catch (error) {
        tried.set(row._id, times)
        const about = { delivery: row._id, times, reason: messageOf(error) }
        if (times < GIVE_UP_AFTER || isOutage(error)) log.warn(about, 'end not recorded yet')
        else {
          log.error(about, 'end cannot be recorded and is left out of the events')
          await markTold(connection, [row._id])
          tried.delete(row._id)
        }
      }
    }
  }

  function track(work: Promise<void>): void {
    telling.add(work)
    void work.finally(() => telling.delete(work))
  }

  return {
    add: commits.add,
    /** Records ends that a crash left unrecorded; gives how many. */
    async tellAgain(endedBefore: Date): Promise<number> {
      const rows = await findUntold(connection, endedBefore)
      if (rows.length > 0) await tellEach(rows)
      return rows.length
    },
    async close(): Promise<void> {
      closed = true
      await Promise.all(telling)
    },
  }
}

/** True when the store cannot be reached at all: nothing is wrong with what was to be written. */
function isOutage(error: unknown): boolean {
  const name = error instanceof Error ? error.name : ''
  return /^Mongo(Network|ServerSelection|NotConnected|Topology|Pool|ExpiredSession|WaitQueue)|PoolCleared/.test(name)
}
