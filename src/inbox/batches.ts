import type { Clock } from '../core/clock.js'
import type { ResolvedMessage } from '../core/message.js'
import type { Connection } from '../store/connect.js'
import { createGroupCommit } from '../store/group-commit.js'
import { type InsertFault, type UpdateStatement, updateRaw } from '../store/raw-commands.js'
import { within } from '../store/within.js'
import { type BatchEnd, INBOX } from './model.js'
import { type Accepted, answerKey, insertBatch } from './rows.js'

/** Rows of this process that were stored together. */
export interface Batch {
  readonly id: string
  /** Rows that nothing on the disk but the batch's lease speaks for. */
  open: number
  readonly ends: Ended[]
  /** How many of the ends are stored. */
  stored: number
  /** The last write may or may not have been done. */
  doubtful: boolean
  queued: boolean
}

interface Ended {
  place: number
  answer: ResolvedMessage | null
}

/** A row's place in its batch. */
export interface Member {
  /** While the batch's lease is all that keeps the row from being forgotten. */
  batch?: Batch | undefined
  place: number
  /** False once a write is under way that makes the row speak for itself. */
  silent: boolean
  /** The batch's id, for good. */
  inBatch?: string | undefined
}

/** The batches of this process. */
export interface Batches {
  /** Stores rows with their batch in one command; the faults name the rows by their place. */
  insert(items: readonly Accepted[]): Promise<{ batch: Batch; faults: InsertFault[] }>
  /** The rows of the batch that were stored, by their places. */
  join(batch: Batch, members: ReadonlyMap<number, Member>): void
  /** Takes the end of a silent row, written in the background. */
  ended(member: Member, answer: ResolvedMessage | null): void
  /** The row speaks for itself on the disk: the batch need not wait for it any longer. */
  left(member: Member): void
  /** Tries again what could not be written. */
  retry(): void
  idle(): Promise<void>
}

/** What the batches need. */
export interface BatchDeps {
  connection: Connection
  owner: string
  clock: Clock
  leaseEnd(): Date
  limitMs: number
  gatherMs: number
  /** A write failed; `retry` brings it again. */
  failed(error: unknown): void
}

/** Batches written by one command at most. */
const MOST_AT_ONCE = 64

/**
 * Keeps what the rows of a batch have in common in one document: whose they are, until when, and how they ended. Each
 * write adds ends; when no row is open any more the batch gives up its lease, and no sweep looks at it again.
 */
export function createBatches(deps: BatchDeps): Batches {
  const { connection, owner, clock, leaseEnd, limitMs } = deps
  const parked: Batch[] = []
  let count = 0
  const writes = createGroupCommit<Batch, void>({
    write: (items) => within(limitMs, write(items)),
    settle: () => undefined,
    failed(items, error) {
      for (const batch of items) batch.doubtful = true
      parked.push(...items)
      deps.failed(error)
    },
    inFlight: 1,
    gatherMs: deps.gatherMs,
    maxItems: MOST_AT_ONCE,
  })

  async function write(items: readonly Batch[]): Promise<void> {
    const finishedAt = clock.now()
    const upTo = items.map(({ ends }) => ends.length)
    for (const batch of items) batch.queued = false
    await updateRaw(
      connection,
      INBOX,
      items.map((batch) => statementOf(batch, owner, finishedAt)),
    )
    items.forEach((batch, at) => {
      batch.stored = upTo[at] ?? 0
      batch.doubtful = false
    })
  }

  function queue(batch: Batch): void {
    if (batch.queued) return
    batch.queued = true
    writes.add(batch)
  }

  function leave(member: Member, batch: Batch): number {
    member.batch = undefined
    return --batch.open
  }

  return {
    async insert(items) {
      const id = `#${owner}:${++count}`
      const faults = await insertBatch(connection, items, { id, owner, leaseUntil: leaseEnd() })
      return { batch: { id, open: 0, ends: [], stored: 0, doubtful: false, queued: false }, faults }
    },
    join(batch, members) {
      batch.open = members.size
      for (const [place, member] of members) {
        member.batch = batch
        member.place = place
        member.silent = true
        member.inBatch = batch.id
      }
      if (members.size === 0) queue(batch)
    },
    ended(member, answer) {
      const { batch, place } = member
      if (batch === undefined) return
      batch.ends.push({ place, answer })
      leave(member, batch)
      queue(batch)
    },
    left(member) {
      const { batch } = member
      if (batch !== undefined && leave(member, batch) === 0) queue(batch)
    },
    retry() {
      for (const batch of parked.splice(0)) queue(batch)
    },
    idle: () => writes.idle(),
  }
}

/** Writes the ends that are not stored yet; after a doubtful write all of them. */
function statementOf(batch: Batch, owner: string, finishedAt: Date): UpdateStatement {
  const { id, ends, open, doubtful } = batch
  const closing = open === 0 ? { $unset: { owner: '', leaseUntil: '' } } : {}
  const whole = doubtful || batch.stored === 0
  const fresh = joined(whole ? ends : ends.slice(batch.stored))
  const set = whole && fresh.length > 0 ? { ends: fresh, finishedAt } : { finishedAt }
  const push = whole || fresh.length === 0 ? {} : { $push: { ends: { $each: fresh } } }
  return { q: { _id: id, owner }, u: { $set: set, ...push, ...closing } }
}

/** Equal answers are kept once. */
function joined(ends: readonly Ended[]): BatchEnd[] {
  const groups = new Map<unknown, BatchEnd>()
  for (const { place, answer } of ends) {
    const key = answerKey(answer)
    const group = groups.get(key)
    if (group) group.places.push(place)
    else groups.set(key, { answer, places: [place] })
  }
  return [...groups.values()]
}
