import { channelRules } from '../channel-rules.js'
import { MOST_TRIES } from '../retry.js'
import type { AudienceRow } from './audience.js'
import type { ChunkEvidence } from './evidence.js'
import type { Ledger } from './ledger.js'
import type { Note } from './rows.js'

/**
 * How long after its first try a call with a deduplication key may be repeated: the platform remembers the key of a
 * template message for 10 min; one is left for clocks and the way.
 */
export const KEY_LIFE_MS = 540_000

/** Why nobody knows how a call ended. */
export const INTERRUPTED = 'the process ended during the call'

/** What recovery found among the marks of a process that has ended. */
export interface Recovered {
  /** Surely not begun: waiting again. */
  untouched: number
  /** Ended, as the evidence tells, although it had not been written to the store. */
  ended: number
  /** May be tried again with their key. */
  repeatable: number
  /** Nobody knows; never repeated by itself. */
  uncertain: number[]
}

/** True when a message by this channel carries a key by which the platform drops repetitions. */
export const isKeyed = (note: Note): boolean =>
  note.channel !== undefined && channelRules[note.channel].class === 'keyed'

/**
 * Puts right the marks that a process left behind: what the evidence says, else by the promise of the channel. Members
 * of a mass send stay marked, their batch tells. Pure but for the ledger.
 */
export function recoverMarks(
  ledger: Ledger,
  about: Pick<AudienceRow, 'repeatUncertain'>,
  now: Date,
  evidence?: ChunkEvidence,
): Recovered {
  const recovered: Recovered = { untouched: 0, ended: 0, repeatable: 0, uncertain: [] }
  for (const index of ledger.in('sending')) {
    const { note, at, attempts } = ledger.standing(index)
    const end = evidence?.ends.get(index)
    if (note.batch !== undefined) continue
    if (end) {
      ledger.set(index, end.state, end)
      recovered.ended++
      if (end.state === 'uncertain') recovered.uncertain.push(index)
    } else if (evidence && !evidence.begun.has(index)) {
      ledger.set(index, 'waiting', { attempts: Math.max(0, attempts - 1) })
      recovered.untouched++
    } else if (mayRepeat(note, at, attempts, now)) {
      recovered.repeatable++
    } else if (about.repeatUncertain && attempts < MOST_TRIES) {
      ledger.set(index, 'retry', { at: now, note: { ...note, reason: INTERRUPTED } })
      recovered.repeatable++
    } else {
      ledger.set(index, 'uncertain', { at: at ?? now, note: { ...note, reason: INTERRUPTED } })
      recovered.uncertain.push(index)
    }
  }
  return recovered
}

/** Whether a call that may have arrived may be made once more with its key, `since` being its first try. */
export function mayRepeat(note: Note, since: Date | undefined, attempts: number, now: Date): boolean {
  return (
    isKeyed(note) &&
    since !== undefined &&
    now.getTime() - since.getTime() < KEY_LIFE_MS &&
    since.getTime() - now.getTime() < 1000 &&
    attempts < MOST_TRIES
  )
}
