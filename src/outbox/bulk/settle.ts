import { unreachable } from '../../core/errors.js'
import type { Outcome, SkipReason } from '../../core/outcome.js'
import { retryDelay } from '../retry.js'
import { isKeyed, mayRepeat } from './recover.js'
import { type Note, plainNote } from './rows.js'
import { end, type Item } from './work.js'

/** What an outcome asks of the lane besides the ledger. */
export interface Settled {
  /** The person can be tried by the channels behind this one. */
  judgeAgain?: true
  /** The platform takes nothing of this channel for so long. */
  parkMs?: number
  slow?: true
  /** No answer of the platform came. */
  unanswered?: true
  /** The platform refuses the person for good. */
  block?: true
}

/** Refusals of one way to a person; another may be open. */
const MOVES_ON: ReadonlySet<SkipReason> = new Set([
  'window-closed',
  'window-used-up',
  'refused',
  'quota',
  'no-permission',
])

/** What a call is waited for that may have arrived, before it is made again with its key. */
const REPEAT_MS = 2_000

/**
 * Writes an outcome into the chunk's ledger and its evidence. `now` is the business clock's, `leaseNow` the database's.
 */
export function settle(item: Item, outcome: Outcome, now: Date, leaseNow: () => Date): Settled {
  const { work, index, channel } = item
  if (outcome.state === 'sent') {
    finish(item, 'sent', plainNote(channel), now)
    return NOTHING
  }
  switch (outcome.state) {
    case 'failed':
      finish(item, 'failed', noteOf(item, outcome), now)
      work.unbook.push(index)
      return slowed(outcome)
    case 'skipped': {
      const block = outcome.reason === 'blocked' ? ({ block: true } as const) : NOTHING
      if (MOVES_ON.has(outcome.reason) && hasOtherWays(item)) {
        work.refusedBy.set(index, [...(work.refusedBy.get(index) ?? []), channel])
        keep(item, 'waiting', noteOf(item, outcome), now)
        return { judgeAgain: true, ...block }
      }
      finish(item, 'skipped', noteOf(item, outcome), now)
      work.unbook.push(index)
      return block
    }
    case 'retry':
      return retryLater(item, outcome, now)
    case 'uncertain':
      doubt(item, outcome.reason, now, leaseNow())
      return { unanswered: true }
    default:
      return unreachable(outcome)
  }
}

const NOTHING: Settled = {}

function retryLater(item: Item, outcome: Outcome & { state: 'retry' }, now: Date): Settled {
  const { work, index } = item
  const { attempts } = work.ledger.standing(index)
  const note = noteOf(item, outcome)
  if (outcome.park) {
    keep(item, 'waiting', note, now, Math.max(0, attempts - 1))
    return { judgeAgain: true, parkMs: outcome.afterMs ?? 60_000 }
  }
  const settled = { ...slowed(outcome), ...(outcome.code === undefined && { unanswered: true as const }) }
  const waitMs = retryDelay(attempts, outcome.afterMs)
  if (waitMs === undefined) {
    finish(item, 'failed', note, now)
    work.unbook.push(index)
    return settled
  }
  const at = new Date(now.getTime() + waitMs)
  keep(item, 'retry', note, at)
  work.again.push({ index, at: at.getTime() })
  return settled
}

/** It may have arrived. */
function doubt(item: Item, reason: string, now: Date, leaseNow: Date): void {
  const { work, index, channel } = item
  const note = { channel, reason }
  const { attempts, at: marked } = work.ledger.standing(index)
  const since = item.since ?? marked ?? leaseNow
  const waitMs = work.about.repeatUncertain ? retryDelay(attempts) : undefined
  if (isKeyed(note) && mayRepeat(note, since, attempts, leaseNow)) {
    const at = now.getTime() + REPEAT_MS * 2 ** Math.min(attempts - 1, 5)
    work.again.push({ index, at, repeat: { ...item, since } })
  } else if (waitMs !== undefined) {
    const at = new Date(now.getTime() + waitMs)
    keep(item, 'retry', note, at)
    work.again.push({ index, at: at.getTime() })
  } else {
    finish(item, 'uncertain', note, now)
    work.unsure.push(index)
  }
}

function finish({ work, index }: Item, state: 'sent' | 'skipped' | 'failed' | 'uncertain', note: Note, at: Date): void {
  const about = { note, at }
  end(work, index, state, about)
  work.witness.ended(index, state, about)
}

function keep({ work, index }: Item, state: 'waiting' | 'retry', note: Note, at: Date, attempts?: number): void {
  work.ledger.set(index, state, attempts === undefined ? { note, at } : { note, at, attempts })
  work.dirty = true
  work.witness.ended(index, state, { note, at })
}

function hasOtherWays({ work, index, channel }: Item): boolean {
  const refused = work.refusedBy.get(index) ?? []
  return work.about.channels.some((other) => other !== channel && !refused.includes(other))
}

const noteOf = ({ channel }: Item, { reason, code }: { reason: string; code?: number }): Note =>
  code === undefined ? { channel, reason } : { channel, reason, code }

const slowed = ({ slow }: { slow?: true }): Settled => (slow ? { slow } : NOTHING)
