import type { RecipientState } from './chunk.js'

const STATES: readonly RecipientState[] = [
  'waiting',
  'sending',
  'sent',
  'skipped',
  'failed',
  'retry',
  'uncertain',
  'cancelled',
  'expired',
  'waiting-visit',
]

const CODES = new Map(STATES.map((state, code) => [state, code]))
const MOST_ATTEMPTS = 15

/** The state in a byte of a chunk's row; its lower half. */
export function stateOf(byte: number): RecipientState {
  const state = STATES[byte & 15]
  if (state === undefined) throw new RangeError(`${byte} is no recipient's byte`)
  return state
}

/** How often a recipient was tried, at most 15; the byte's upper half. */
export const attemptsOf = (byte: number): number => byte >> 4

/** The byte of a recipient. */
export function byteOf(state: RecipientState, attempts: number): number {
  return (CODES.get(state) ?? 0) | (Math.min(attempts, MOST_ATTEMPTS) << 4)
}

/** The states in which a recipient has come to an end. */
export const OVER: ReadonlySet<RecipientState> = new Set([
  'sent',
  'skipped',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
])

/** The states that cancelling and expiring may still change. */
export const NOT_BEGUN: ReadonlySet<RecipientState> = new Set(['waiting', 'retry', 'waiting-visit'])
