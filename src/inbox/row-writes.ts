import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Connection } from '../store/connect.js'
import { createGroupCommit } from '../store/group-commit.js'
import type { InsertFault } from '../store/raw-commands.js'
import { within } from '../store/within.js'
import { type Batch, createBatches } from './batches.js'
import type { Entry } from './entry.js'
import { type Completion, completeRows, type Held, insertRows, releaseRows, renewLeases } from './rows.js'

/** What this process writes about its updates, each kind gathered into few commands. */
export interface RowWrites {
  /** Stores a new row. */
  insert(entry: Entry): void
  /** Rows being stored. */
  readonly pending: number
  /** Writes how a row ended, in the background; what cannot be written waits for `retry`. */
  complete(entry: Entry, end: Completion['end']): void
  /** Gives a row back to the store, in the background. */
  release(entry: Entry): void
  /** Gives rows whose handlers are slow a lease of their own, or a longer one. Rejects when the store fails. */
  renew(entries: readonly Entry[]): Promise<void>
  /** Writes the ends that could not be written. */
  retry(): void
  /** Resolves when no insert is under way. */
  inserted(): Promise<void>
  /** Resolves when nothing else is under way. */
  written(): Promise<void>
}

/** What the writes need, and who hears of them. */
export interface RowWritesDeps {
  connection: Connection
  owner: string
  clock: Clock
  leaseEnd(): Date
  /** How long the store may take over an insert. */
  limitMs: number
  log: Logger
  /** Rows of one insert; `faults` names those that were refused by their place. */
  stored(entries: Entry[], faults: readonly InsertFault[]): void
  notStored(entries: Entry[], error: unknown): void
  /** The store failed in the background. */
  lost(error: unknown): void
}

/** Fewer rows than these are not worth a batch. */
const SMALLEST_BATCH = 4
/** Ends are written together this often; nobody waits for them. Dying in between runs their handlers once more. */
const ENDS_MS = 50
/** Or when there are as many: few enough that the inserts beside them hardly wait. */
const MOST_ENDS = 128
/** Ends that wait for the store to come back. */
const MOST_PARKED = 20_000

interface Stored {
  batch?: Batch
  faults: InsertFault[]
}

/** A row that is about to speak for itself; `member` is set while its batch waits for that. */
interface Leaving extends Held {
  member: Entry | undefined
}

type Ending = Completion & Leaving

/** The writes of one process. */
export function createRowWrites(deps: RowWritesDeps): RowWrites {
  const { connection, owner, clock, leaseEnd, limitMs, log } = deps
  const parked: Ending[] = []
  const batches = createBatches({
    connection,
    owner,
    clock,
    leaseEnd,
    limitMs: limitMs * 4,
    gatherMs: ENDS_MS,
    failed: deps.lost,
  })
  const inserts = createGroupCommit<Entry, Stored>({
    write: (entries) => within(limitMs, insert(entries)),
    settle(entries, { batch, faults }) {
      if (batch) join(batch, entries, faults)
      deps.stored(entries, faults)
    },
    failed: deps.notStored,
    weigh: (entry) => entry.envelope.body.length * 3 + 400,
  })
  const completions = createGroupCommit<Ending, void>({
    write: (items) => within(limitMs * 4, completeRows(connection, items, owner, clock.now())),
    settle: leave,
    failed(items, error) {
      deps.lost(error)
      if (parked.length < MOST_PARKED) parked.push(...items)
    },
    inFlight: 1,
    gatherMs: ENDS_MS,
    maxItems: MOST_ENDS,
  })
  const releases = createGroupCommit<Leaving, void>({
    write: (items) => within(limitMs, releaseRows(connection, items, owner)),
    settle: leave,
    failed: (items, error) => log.warn({ rows: items.length, reason: messageOf(error) }, 'rows keep their lease'),
  })

  /** A few rows say for themselves where they stand, many have one batch that says it. */
  async function insert(entries: Entry[]): Promise<Stored> {
    if (entries.length >= SMALLEST_BATCH) return batches.insert(entries)
    return { faults: await insertRows(connection, entries, owner, leaseEnd()) }
  }

  function join(batch: Batch, entries: Entry[], faults: readonly InsertFault[]): void {
    const refused = new Set(faults.map(({ index }) => index))
    batches.join(batch, new Map([...entries.entries()].filter(([place]) => !refused.has(place))))
  }

  /** From here on the row speaks for itself; until that is written its batch keeps it from being forgotten. */
  function leaving(entry: Entry): Leaving {
    entry.silent = false
    return { id: entry.id, fence: entry.fence, inBatch: entry.inBatch, member: entry.batch && entry }
  }

  function leave(items: readonly Leaving[]): void {
    for (const { member } of items) if (member) batches.left(member)
  }

  return {
    insert: inserts.add,
    get pending() {
      return inserts.pending
    },
    complete(entry, end) {
      if (entry.silent && end.state === 'done' && !end.late) batches.ended(entry, end.answer)
      else completions.add({ ...leaving(entry), end })
    },
    release: (entry) => releases.add(leaving(entry)),
    async renew(entries) {
      const items = entries.map(leaving)
      await renewLeases(connection, items, owner, leaseEnd())
      leave(items)
    },
    retry() {
      for (const item of parked.splice(0)) completions.add(item)
      batches.retry()
    },
    inserted: () => inserts.idle(),
    async written() {
      await Promise.all([releases.idle(), completions.idle()])
      await batches.idle()
    },
  }
}
