import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Connection } from '../store/connect.js'
import { createGroupCommit } from '../store/group-commit.js'
import { updateRaw } from '../store/raw-commands.js'
import type { DeliveryEnd, DeliveryRow } from './delivery.js'
import { type Ending, endOf } from './ending.js'
import { OUTBOX } from './model.js'
import { endStatement } from './queue.js'
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
  fail?: (() => Promise<void> | undefined) | undefined
}

const RETRY_MS = 1000

/** Writes ends in groups and then tells the events; what cannot be written is tried again while the lease may hold. */
export function createEnds(deps: EndsDeps) {
  const { connection, owner, clock, log } = deps
  const telling = new Set<Promise<void>>()
  let closed = false

  const commits = createGroupCommit<Ended, Date>({
    async write(items) {
      const now = clock.now()
      await updateRaw(
        connection,
        OUTBOX,
        items.map(({ row, ending }) => endStatement(row, owner, ending, now)),
      )
      return now
    },
    settle(items, at) {
      const over = items.filter((item) => item.ending.over).map(({ row, ending }) => ended(row, ending, at))
      if (over.length > 0) track(tell(over))
      for (const item of items) item.done()
    },
    failed(items, error) {
      log.warn({ deliveries: items.length, reason: messageOf(error) }, 'ends could not be written, tried again')
      if (closed) for (const item of items) item.done()
      else setTimeout(() => again(items), RETRY_MS).unref()
    },
  })

  function again(items: Ended[]): void {
    for (const item of items) commits.add(item)
  }

  async function tell(rows: DeliveryRow[]): Promise<void> {
    try {
      if (deps.fail) await deps.fail()
      await deps.record(rows.map(endOf))
      await markTold(
        connection,
        rows.map((row) => row._id),
      )
    } catch (error) {
      log.warn({ deliveries: rows.length, reason: messageOf(error) }, 'ends not recorded yet, left to the sweep')
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
      if (rows.length > 0) await tell(rows)
      return rows.length
    },
    async close(): Promise<void> {
      closed = true
      await Promise.all(telling)
    },
  }
}

function ended(row: DeliveryRow, ending: Ending, at: Date): DeliveryRow {
  const { over: _, nextAt: __, ...fields } = ending
  return { ...row, ...fields, endedAt: at }
}
