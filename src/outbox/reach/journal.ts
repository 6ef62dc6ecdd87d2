import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Connection } from '../../store/connect.js'
import { DUPLICATE_KEY } from '../../store/duplicate.js'
import { insertRaw } from '../../store/raw-commands.js'
import { type BookLine, type BookRow, bookRows, TOUCHES } from './model.js'
import { createShelf, type Shelf } from './shelf.js'

/** The journal that all processes write, and what this one remembers of it. */
export interface Journal {
  /** What is remembered, at most so many ms old. */
  read(maxAgeMs: number): Promise<Shelf>
  /**
   * Writes the next row, durably; false when somebody else has written since the last `read`: read and judge again.
   * Rejects when the store fails: the row may be there all the same, and the next `read` shows it.
   */
  append(at: Date, lines: BookLine[]): Promise<boolean>
}

const HOUR_MS = 3_600_000

/**
 * The journal on a connection. Rows are numbered without a gap by a unique index, so that a writer who missed one is
 * refused: what it judged by was out of date. Every process remembers about 5 bytes a person and message of 40 days.
 */
export function createJournal(ports: { connection: Connection; clock: Clock; timeZone: string }): Journal {
  const { connection, clock, timeZone } = ports
  let shelf = createShelf(timeZone)
  let last = 0
  let readAt = Number.NEGATIVE_INFINITY
  let prunedAt = performance.now()
  let reading: Promise<void> | undefined

  async function read(maxAgeMs: number): Promise<Shelf> {
    if (performance.now() - readAt < maxAgeMs) return shelf
    reading ??= catchUp().finally(() => {
      reading = undefined
    })
    await reading
    return shelf
  }

  /** Asks for the last known row again: where the store has dropped it, numbers begin anew, and so does this process. */
  async function catchUp(): Promise<void> {
    const startedAt = performance.now()
    const isThere = await readFrom(last)
    if (!isThere && last > 0) {
      shelf = createShelf(timeZone)
      last = 0
      await readFrom(0)
    }
    readAt = startedAt
    if (startedAt - prunedAt > HOUR_MS) {
      shelf.prune(clock.now())
      prunedAt = startedAt
    }
  }

  /** True when the first row that was found is the one that was known. */
  async function readFrom(known: number): Promise<boolean> {
    let first: number | undefined
    const found = bookRows(connection)
      .find({ _id: { $gte: known } })
      .sort({ _id: 1 })
    for await (const row of found) {
      first ??= row._id
      if (first !== known && known > 0) return false
      take(row)
    }
    return first === known
  }

  function take(row: BookRow): void {
    if (row._id <= last) return
    shelf.add(row)
    last = row._id
  }

  return {
    read,
    async append(at, lines) {
      const row: BookRow = { _id: last + 1, at, lines }
      const [fault] = await insertRaw(connection, TOUCHES, [row])
      if (fault === undefined) {
        take(row)
        return true
      }
      if (fault.code === DUPLICATE_KEY) return false
      throw new AppError('store.refused', `messages could not be booked: ${fault.message}`)
    },
  }
}
