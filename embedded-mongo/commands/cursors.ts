// Open cursors: what is left of a read after its first batch.
import { randomBytes } from 'node:crypto'
import { Long } from 'bson'
import { MongoError } from '../errors.js'
import { cursorReply } from '../wire/reply.js'

/** Documents still to come; undefined is a pause. */
export type Rows = Iterator<Buffer | undefined>

interface Open {
  rows: Rows
  /** A document already taken from `rows`, to learn whether there is more. */
  head: Buffer | undefined
  ns: string
  usedAt: number
  busy: boolean
}

/** Bytes after which a batch is sent (a reply must stay below 16 MiB plus overhead). */
const BATCH_BYTES = 16_000_000
/** Documents of a first batch when the client names no size, as MongoDB's. */
const FIRST_BATCH = 101
/** A read gives way to other commands after this long. */
const TURN_MS = 15

/** Table of open cursors. */
export class Cursors {
  private readonly open = new Map<string, Open>()
  private readonly rest: () => void

  /** `rest` is called before a read pauses and after each batch: it lets go of LMDB's snapshot. */
  constructor(rest: () => void) {
    this.rest = rest
  }

  /** Number of open cursors. */
  get size(): number {
    return this.open.size
  }

  /** Answers the first batch and keeps the rest. `batchSize` undefined means MongoDB's default; `single` keeps nothing. */
  first(rows: Rows, ns: string, batchSize: number | undefined, single = false): Buffer | Promise<Buffer> {
    const filled = this.fill(rows, undefined, batchSize ?? FIRST_BATCH)
    const answer = (b: Batch) => this.keep(rows, ns, single, b)
    return filled instanceof Promise ? filled.then(answer) : answer(filled)
  }

  private keep(rows: Rows, ns: string, single: boolean, { batch, done, head }: Batch): Buffer {
    if (done || single) {
      rows.return?.()
      return cursorReply('firstBatch', batch, Long.ZERO, ns)
    }
    const id = Long.fromBits(randomBytes(4).readInt32LE(), randomBytes(4).readInt32LE() & 0x7fffffff)
    this.open.set(id.toString(), { rows, head, ns, usedAt: Date.now(), busy: false })
    return cursorReply('firstBatch', batch, id, ns)
  }

  /** Answers the next batch. Throws 43 when the cursor is gone. */
  async next(id: Long, collection: string, batchSize: number | undefined): Promise<Buffer> {
    const cursor = this.open.get(id.toString())
    if (cursor === undefined || cursor.busy) throw new MongoError(43, `cursor id ${id} not found`)
    if (!cursor.ns.endsWith(`.${collection}`)) {
      throw new MongoError(13, `Requested getMore on namespace '${collection}', but cursor belongs to '${cursor.ns}'`)
    }
    cursor.busy = true
    try {
      const { batch, done, head } = await this.fill(cursor.rows, cursor.head, batchSize ?? Number.POSITIVE_INFINITY)
      cursor.head = head
      cursor.usedAt = Date.now()
      if (done) this.kill(id)
      return cursorReply('nextBatch', batch, done ? Long.ZERO : id, cursor.ns)
    } catch (error) {
      this.kill(id)
      throw error
    } finally {
      cursor.busy = false
    }
  }

  /** Closes a cursor; false when it is not open. */
  kill(id: Long): boolean {
    const cursor = this.open.get(id.toString())
    cursor?.rows.return?.()
    return this.open.delete(id.toString())
  }

  /** Closes cursors not used for `idleMs` (MongoDB: 10 minutes). */
  sweep(idleMs: number, now = Date.now()): void {
    for (const [id, cursor] of this.open) {
      if (cursor.busy || now - cursor.usedAt < idleMs) continue
      cursor.rows.return?.()
      this.open.delete(id)
    }
  }

  // at once when it takes no longer than a turn, else in several turns
  private fill(rows: Rows, before: Buffer | undefined, max: number): Batch | Promise<Batch> {
    if (max === 0) return { batch: [], done: false, head: before }
    const so = { batch: before === undefined ? [] : [before], bytes: before?.length ?? 0 }
    const filled = this.turn(rows, so, max)
    return filled ?? this.fillLater(rows, so, max)
  }

  private async fillLater(rows: Rows, so: Filling, max: number): Promise<Batch> {
    for (;;) {
      await pause(this.rest)
      const filled = this.turn(rows, so, max)
      if (filled !== undefined) return filled
    }
  }

  // undefined when the turn is over and the batch is not
  private turn(rows: Rows, so: Filling, max: number): Batch | undefined {
    const startedAt = performance.now()
    for (;;) {
      const step = rows.next()
      if (step.done) return this.filled(so, true, undefined)
      if (step.value !== undefined) {
        if (so.batch.length >= max || so.bytes + step.value.length > BATCH_BYTES) {
          return this.filled(so, false, step.value)
        }
        so.batch.push(step.value)
        so.bytes += step.value.length
      } else if (performance.now() - startedAt > TURN_MS) return undefined
    }
  }

  private filled(so: Filling, done: boolean, head: Buffer | undefined): Batch {
    this.rest()
    return { batch: so.batch, done, head }
  }
}

interface Filling {
  batch: Buffer[]
  bytes: number
}

interface Batch {
  batch: Buffer[]
  done: boolean
  head: Buffer | undefined
}

/** Lets other commands run; `rest` first lets go of LMDB's snapshot. */
export async function pause(rest: () => void): Promise<void> {
  rest()
  await new Promise<void>((resolve) => setImmediate(resolve))
}

/** Runs a long read to its end without keeping others out: every value but the pauses. */
export async function drain<T>(rows: Iterable<T | undefined>, rest: () => void, each: (row: T) => void): Promise<void> {
  let turn = performance.now()
  for (const row of rows) {
    if (row !== undefined) each(row)
    else if (performance.now() - turn > TURN_MS) {
      await pause(rest)
      turn = performance.now()
    }
  }
  rest()
}
