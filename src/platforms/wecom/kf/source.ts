import type { Update } from '../../../core/update.js'
import type { Envelope } from '../../platform.js'
import { TokenProblem } from '../../shared/token.js'
import type { DeskMessages } from '../client/desk-messages.js'
import { WecomApiError } from '../errors.js'
import { bodyOf, updateOf } from './decode.js'

/** Something read from the desk, ready for the inbox. */
export interface KfEntry {
  at: Date
  update: Update
  envelope: Envelope
}

/** What one read gave; it never rejects. */
export type KfRead =
  | { end: 'page'; entries: KfEntry[]; next: string; more: boolean }
  /** The token is not valid (95007): read without it. */
  | { end: 'token' }
  /** The cursor is not taken: begin at the oldest that is kept, 3 days back. */
  | { end: 'cursor'; reason: string }
  /** `stop`: an operator has to act; else it passes. `seldom`: reads without a token are limited. */
  | { end: 'later'; reason: string; afterMs: number; stop?: true; seldom?: true }

/** Reads one customer-service account. */
export interface KfSource {
  read(position: { cursor: string; token?: string; count?: number }): Promise<KfRead>
}

const BAD_TOKEN = 95_007
const WRONG_PARAMETER = 40_058
const STOPPED_MS = 600_000

/** The reader of an account over the client of its corporation's app. */
export function createKfSource(options: {
  account: string
  openKfId: string
  client: { deskMessages: Pick<DeskMessages, 'sync'> }
}): KfSource {
  const { account, openKfId, client } = options
  return {
    async read({ cursor, token, count }) {
      try {
        const { entries, next, more } = await client.deskMessages.sync(openKfId, {
          ...(cursor !== '' && { cursor }),
          ...(token !== undefined && { token }),
          ...(count !== undefined && { count }),
        })
        const mine = entries.filter((entry) => entry.account === openKfId || entry.account === '')
        const found = mine.map((entry): KfEntry => {
          const envelope: Envelope = { body: bodyOf(entry), mode: 'safe', format: 'json' }
          return { at: entry.at, update: updateOf(entry, account), envelope }
        })
        return { end: 'page', entries: found, next, more }
      } catch (error) {
        return endOf(error, cursor, token)
      }
    },
  }
}

function endOf(error: unknown, cursor: string, token: string | undefined): KfRead {
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof TokenProblem) {
    const afterMs = Math.max(1_000, error.retryAfterMs)
    return { end: 'later', reason, afterMs, ...(error.kind === 'stop' && { stop: true }) }
  }
  if (!(error instanceof WecomApiError)) return { end: 'later', reason, afterMs: 30_000 }
  if (error.errcode === BAD_TOKEN && token !== undefined) return { end: 'token' }
  if (error.errcode === WRONG_PARAMETER && cursor !== '') return { end: 'cursor', reason }
  switch (error.class) {
    case 'not-sent':
    case 'uncertain':
    case 'token':
    case 'busy':
    case 'concurrency':
      return { end: 'later', reason, afterMs: 5_000 }
    case 'quota': {
      const afterMs = error.retryAfterMs ?? 60_000
      return { end: 'later', reason, afterMs, ...(token === undefined && { seldom: true }) }
    }
    default:
      return { end: 'later', reason, afterMs: STOPPED_MS, stop: true }
  }
}
