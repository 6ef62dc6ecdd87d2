import type { ResolvedMessage } from '../../core/message.js'
import type { Channel } from '../channel.js'
import { type Audience, type AudienceRow, unpackPeople } from './audience.js'
import type { RecipientState } from './chunk.js'
import type { Refused } from './claims.js'
import type { ChunkWitness } from './evidence.js'
import { type Ledger, type LedgerFields, openLedger } from './ledger.js'
import type { BulkDeps } from './ports.js'
import { isKeyed, mayRepeat } from './recover.js'
import type { ChunkRow } from './rows.js'

/** One recipient on the way: judged and booked, then marked, then called. */
export interface Item {
  work: Work
  index: number
  channel: Channel
  /** The person's id where the channel reaches them. */
  to: string
  message: ResolvedMessage
  /** When the call began, by the monotonic clock, and its numbers at the channel's gate and the source's pacer. */
  begunAt: number
  call: number
  own: number
  /** A repetition with the same key of what may have arrived: since when it is unclear. */
  since?: Date
}

/** A chunk that this process has claimed. */
export interface Work {
  readonly key: string
  readonly source: string
  readonly account: string
  readonly fence: number
  readonly expiresAt: Date
  readonly about: AudienceRow
  readonly audience: Audience
  readonly ledger: Ledger
  readonly witness: ChunkWitness
  /** By the monotonic clock: after `validUntil` the chunk may be another's. */
  readonly claimedAt: number
  validUntil: number
  /** Not looked at yet, or to be looked at again. */
  toJudge: number[]
  /** Channels that refused a person during this claim: the ones behind them are next. */
  readonly refusedBy: Map<number, Channel[]>
  /** Ready to be marked. */
  cleared: Item[]
  /** To be tried again, and when by the business clock. */
  again: { index: number; at: number; repeat?: Item }[]
  /** Nothing is possible for these people before `deferredUntil`, by the business clock. */
  readonly deferred: Set<number>
  deferredUntil: number
  /** Marked or in the hands of a mass send, without a call under way. */
  marked: number
  /** Calls under way. */
  inFlight: number
  judging: boolean
  /** The memory knows more than the store. */
  dirty: boolean
  /** A write that lets go of it is under way. */
  releasing: boolean
  /** Booked, and surely not sent. */
  unbook: number[]
  /** Uncertain, and not findable by a receipt yet. */
  unsure: number[]
  /** Those who came by, as of so many visits. */
  readonly visitors: Set<number>
  visits: number
  /** What ended since the last write. */
  ended: Partial<Record<RecipientState, number>>
  /** Why nothing more of it may begin; `over` when it has left this process. */
  stopped: Exclude<Refused, 'visited'> | 'closing' | undefined
  over: boolean
  /** What was written last, and before that as long as it is not known whether the last was. */
  stored: LedgerFields[]
  /** Completed messages by variant and channel. */
  readonly messages: Map<string, Promise<ResolvedMessage>>
}

/** What a claim has found, made ready to be worked on. */
export function openWork(
  deps: Pick<BulkDeps, 'clock' | 'leaseClock'>,
  row: ChunkRow,
  about: AudienceRow,
  witness: ChunkWitness,
  validUntil: number,
): Work {
  const audience = unpackPeople(about)
  const ledger = openLedger(row, audience.variant, row.tally.firstSentAt)
  const work: Work = {
    key: row._id,
    source: row.source,
    account: row.account,
    fence: row.fence,
    expiresAt: row.expiresAt,
    about,
    audience,
    ledger,
    witness,
    claimedAt: performance.now(),
    validUntil,
    toJudge: ledger.in('waiting'),
    refusedBy: new Map(),
    cleared: [],
    again: [],
    deferred: new Set(),
    deferredUntil: Number.POSITIVE_INFINITY,
    marked: 0,
    inFlight: 0,
    judging: false,
    dirty: false,
    releasing: false,
    unbook: [],
    unsure: [],
    visitors: new Set(),
    visits: row.visits ?? 0,
    ended: {},
    stopped: undefined,
    over: false,
    stored: [],
    messages: new Map(),
  }
  for (const index of ledger.in('retry')) {
    work.again.push({ index, at: ledger.standing(index).at?.getTime() ?? 0 })
  }
  takeUpMarks(deps, work)
  return work
}

/** Marks that recovery left: keyed calls that may be repeated. What has waited too long for that is uncertain. */
function takeUpMarks(deps: Pick<BulkDeps, 'leaseClock'>, work: Work): void {
  const now = deps.leaseClock.now()
  for (const index of work.ledger.in('sending')) {
    const { note, at, attempts } = work.ledger.standing(index)
    if (note.batch !== undefined || note.channel === undefined) continue
    if (isKeyed(note) && mayRepeat(note, at, attempts, now)) {
      const to = work.audience.to(index)
      const since = at ?? now
      const repeat = { work, index, channel: note.channel, to, begunAt: 0, call: 0, own: 0, since, message: UNRESOLVED }
      work.again.push({ index, at: 0, repeat })
    } else {
      work.unsure.push(index)
      end(work, index, 'uncertain', {
        note: { ...note, reason: 'its key has ended before it could be repeated' },
        at: now,
      })
    }
  }
}

/** Stands for a message that is completed before the repetition leaves. */
export const UNRESOLVED: ResolvedMessage = { kind: 'text', text: '' }

/** Brings a recipient to a state and counts it for the listeners. */
export function end(work: Work, index: number, state: RecipientState, about: Parameters<Ledger['set']>[2] = {}): void {
  work.ledger.set(index, state, about)
  work.ended[state] = (work.ended[state] ?? 0) + 1
  work.dirty = true
}

/** Nothing of it is under way or could begin now. */
export function isQuiet(work: Work): boolean {
  return (
    work.inFlight === 0 &&
    work.marked === 0 &&
    !work.judging &&
    (work.stopped !== undefined || (work.cleared.length === 0 && work.toJudge.length === 0))
  )
}

/** Leaves a person for later. */
export function putOff(work: Work, index: number, until: number): void {
  work.deferred.add(index)
  work.deferredUntil = Math.min(work.deferredUntil, until)
}

/** The message of a recipient, completed for a channel: once for a chunk, a variant and a channel. */
export function messageFor(
  deps: Pick<BulkDeps, 'resolve'>,
  work: Work,
  variant: number,
  channel: Channel,
): Promise<ResolvedMessage> {
  const key = `${variant}:${channel}`
  const known = work.messages.get(key)
  if (known) return known
  const message = work.about.variants[variant]
  const completed = (async () => {
    if (message === undefined) throw new RangeError(`there is no variant ${variant}`)
    return deps.resolve(message, channel, work.account)
  })()
  completed.catch(() => undefined)
  work.messages.set(key, completed)
  return completed
}
