import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { Message, ResolvedMessage } from '../../core/message.js'
import type { Outcome } from '../../core/outcome.js'
import type { Connection } from '../../store/connect.js'
import type { Channel } from '../channel.js'
import type { Reach } from '../reach/reach.js'
import type { RecipientState } from './chunk.js'

/** Where one message of a chunk goes. */
export interface BulkTarget {
  to: string
  /** The same for every attempt at this recipient; channels with a deduplication key derive theirs from it. */
  key: string
}

/** One account, as the bulk sender uses it. Neither call rejects: every end is an outcome. */
export interface BulkSender {
  send(message: ResolvedMessage, target: BulkTarget): Promise<Outcome>
  /** One mass send to 2 to 10,000 people; the same key within 24 h sends nothing again. Absent: the account has none. */
  mass?(message: ResolvedMessage, to: readonly string[], key: string): Promise<Outcome>
}

/** Where a test may stop the process. */
export type BulkPoint = 'claimed' | 'marking' | 'sending' | 'begun' | 'answered' | 'flushing' | 'flushed' | 'renewing'

/** Durations in ms that tests shorten. */
export interface BulkTiming {
  /** How long a process may be silent before others put its chunks right. */
  lease: number
  /** How often the sources are looked at when nothing wakes the sender. */
  poll: number
  /** A call that has not ended by then is uncertain. */
  deliverLimit: number
  /** Ends are written at the latest after this. */
  flushWithin: number
  /** A mass send that could still grow waits so long for more people. */
  massLinger: number
}

/** What the bulk sender is made of. */
export interface BulkPorts {
  connection: Connection
  clock: Clock
  /** The database's clock: leases are judged by it. */
  leaseClock: Clock
  log: Logger
  reach: Pick<Reach, 'judge' | 'book' | 'release' | 'block' | 'count' | 'park'>
  sender(account: string): BulkSender | undefined
  /** Completes a message for a channel; called once for a chunk, a variant and a channel. Rejects with AppError when it cannot. */
  resolve(message: Message, channel: Channel, account: string): ResolvedMessage | Promise<ResolvedMessage>
  /** Calls a second at most by this channel of this account. */
  rate(account: string, channel: Channel): number
  /** Calls of one account under way at once, at most; connections follow. Standard 600. */
  concurrency?: number
  /** A directory of this machine's own, where calls are noted before they begin; see `evidence.ts`. */
  evidenceDir?: string
  /** Told with every write what ended; for stop rules. Must not throw. */
  onEnds?(source: string, ended: Partial<Record<RecipientState, number>>): void
  timing?: Partial<BulkTiming>
  /** Stops the process at a point, for tests. */
  fail?: (point: BulkPoint) => Promise<void> | undefined
}

/** The ports with every standard filled in, and who this process is. */
export interface BulkDeps extends Omit<BulkPorts, 'timing' | 'concurrency'> {
  owner: string
  timing: BulkTiming
  concurrency: number
}

/** The standard durations. */
export const BULK_TIMING: BulkTiming = {
  lease: 10_000,
  poll: 500,
  deliverLimit: 60_000,
  flushWithin: 1000,
  massLinger: 2000,
}
