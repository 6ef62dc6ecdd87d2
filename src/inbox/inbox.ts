import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Message, Reply, ResolvedMessage } from '../core/message.js'
import type { Update } from '../core/update.js'
import type { NewDelivery } from '../outbox/delivery.js'
import type { Envelope, Platform } from '../platforms/platform.js'
import type { Connection } from '../store/connect.js'
import type { InboxUpdate } from './entry.js'
import type { InboxPoint } from './handle.js'
import { createIntake } from './intake.js'
import type { InboxState } from './model.js'
import { type InboxStats, readStats } from './read.js'
import { replayRow, sweepRows } from './recover.js'
import type { Spool } from './spool.js'

/** `config.inbox`, as far as the inbox uses it; durations in ms. */
export interface InboxConfig {
  /** From the request's arrival to the answer; WeChat cuts at 5 s. */
  replyBudget: number
  warnAfter: number
}

/** Durations in ms that tests shorten. */
export interface InboxTiming {
  /** How long a process may be silent before others take its updates over; longer than WeChat waits (5 s). */
  lease: number
  /** How long a row with a lapsed lease is left to the platform's own resends before the sweep runs it. */
  grace: number
  /** How long handlers may run at most. */
  handlerLimit: number
  /** How long the store may take over a write before the spool takes the updates. */
  writeLimit: number
  /** How often a row that another process works on is looked at. */
  poll: number
}

/** What an inbox is made of. */
export interface InboxDeps {
  connection: Connection
  config: InboxConfig
  clock: Clock
  /** The database's clock: leases are judged by it. */
  leaseClock: Clock
  log: Logger
  /** Runs the bot's handlers. */
  run(update: Update, row: InboxUpdate): Reply | Promise<Reply>
  /** Looks articles and cards of a reply up; throws AppError when there is none of that name. */
  resolve(message: Message, account: string): ResolvedMessage
  /** The account's platform, or undefined when it is no longer configured. */
  platform(account: string): Platform | undefined
  outbox: { put(deliveries: NewDelivery[]): Promise<unknown> }
  spool: Spool
  timing?: Partial<InboxTiming>
  /** Stops the process at a point, for tests. */
  fail?: (point: InboxPoint) => Promise<void> | undefined
}

/** Where updates are accepted: stored once, handled in order per contact, answered in time. */
export interface Inbox {
  /**
   * Accepts an update and gives the body of the response: the reply when it is ready within the budget and fits, an
   * acknowledgement otherwise. A resend gets the same answer and runs nothing twice. When this resolves, the update is
   * on the disk. Rejects with AppError `inbox.unavailable` when it could be stored neither in the store nor in the
   * spool: answer 503, so that the platform sends again.
   * `arrivedAt` is `performance.now()` when the request arrived: the budget counts from there.
   */
  accept(platform: Platform, update: Update, envelope: Envelope, arrivedAt?: number): Promise<string>
  /**
   * Handles a failed or dead update again; its reply goes by the outbox. Gives how it ended (`received` when it has to
   * wait for the next sweep), undefined when there is no such row or it has not failed.
   */
  replay(id: string): Promise<InboxState | undefined>
  /**
   * Runs the updates whose process died: those whose lease lapsed, once the platform no longer resends them. Failed
   * ones are left to `replay`. Their replies go by the outbox under the keys of the row, so once; a follower sees a
   * reply twice only when the process died in the few milliseconds between the response and the write of the end.
   * Gives how many were taken. Any number of processes may sweep at once.
   */
  sweep(): Promise<number>
  /** Brings the spool into the store now, if it holds anything and the store answers. Also runs by itself. */
  drainSpool(): Promise<void>
  stats(): Promise<InboxStats>
  /** This process's part, without asking the store. */
  load(): { underWay: number; spoolBytes: number }
  /** Whether an update would be accepted now. */
  ready(): { ok: boolean; reason?: string }
  /** Stops accepting and waits until what was accepted is handled and written, at most `graceMs`. */
  close(graceMs?: number): Promise<void>
}

/**
 * Opens the inbox. Call `inboxModel` and `ensureIndexes` before.
 *
 * Order: within one process the updates of a contact are handled one after the other. Across processes a resend waits
 * for the one that works on it; two different messages of a contact that reach two processes within the run of one
 * handler are handled side by side.
 */
export function createInbox(deps: InboxDeps): Inbox {
  const timing: InboxTiming = {
    lease: 6000,
    grace: 12_000,
    handlerLimit: 60_000,
    writeLimit: 1500,
    poll: 200,
    ...deps.timing,
  }
  const intake = createIntake(deps, timing)
  const load = () => ({ underWay: intake.size, spoolBytes: deps.spool.bytes })
  return {
    accept: intake.accept,
    replay: (id) => replayRow(intake.recovery, id),
    sweep: () => (intake.usable ? sweepRows(intake.recovery) : Promise.resolve(0)),
    drainSpool: intake.drainSpool,
    stats: () => readStats(deps.connection, load()),
    load,
    ready: intake.ready,
    close: intake.close,
  }
}
