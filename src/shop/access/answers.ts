import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/clock.js'
import type { Connection } from '../../store/connect.js'
import { isDuplicate } from '../../store/duplicate.js'
import { type AnswerRow, answerRows } from './model.js'

/** What is known of a caller's `Idempotency-Key`. */
export type ClaimedAnswer =
  | { state: 'new'; claim: string }
  | { state: 'running'; retryAfterSeconds: number }
  | { state: 'other' }
  | { state: 'done'; status: number; body: string }

/** Answers of the last 24 hours, so that a request sent again gets the same. */
export interface Answers {
  claim(caller: string, key: string, hash: string): Promise<ClaimedAnswer>
  keep(claim: string, status: number, body: string): Promise<void>
  release(claim: string): Promise<void>
}

const KEEP_MS = 86_400_000
/** A process that was killed at work holds a key this long. */
const LEASE_MS = 60_000

/** The answers on a connection; leases go by the database's clock. */
export function createAnswers(ports: { connection: Connection; leaseClock: Clock }): Answers {
  const { connection, leaseClock } = ports
  const rows = () => answerRows(connection)

  async function claim(caller: string, key: string, hash: string): Promise<ClaimedAnswer> {
    const _id = `${caller}:${key}`
    const now = leaseClock.now()
    const later = (ms: number) => new Date(now.getTime() + ms)
    const fresh = { hash, token: randomUUID(), leaseUntil: later(LEASE_MS), expiresAt: later(KEEP_MS) }
    const mine: ClaimedAnswer = { state: 'new', claim: `${fresh.token} ${_id}` }
    try {
      await rows().insertOne({ _id, ...fresh })
      return mine
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
    const row = await rows().findOne({ _id })
    if (!row) return claim(caller, key, hash)
    if (row.expiresAt > now) {
      if (row.hash !== hash) return { state: 'other' }
      if (row.status !== undefined) return { state: 'done', status: row.status, body: row.body ?? '' }
      if (row.leaseUntil > now) return { state: 'running', retryAfterSeconds: wait(row, now) }
    }
    const { matchedCount } = await rows().updateOne(
      { _id, token: row.token },
      { $set: fresh, $unset: { status: '', body: '' } },
    )
    return matchedCount === 1 ? mine : { state: 'running', retryAfterSeconds: 1 }
  }

  return {
    claim,
    async keep(held, status, body) {
      const [token = '', _id = ''] = split(held)
      await rows().updateOne({ _id, token }, { $set: { status, body } })
    },
    async release(held) {
      const [token = '', _id = ''] = split(held)
      await rows().deleteOne({ _id, token, status: { $exists: false } })
    },
  }
}

/** Most requests take a moment; the lease is only how long the worst may take. */
const wait = (row: AnswerRow, now: Date) =>
  Math.min(5, Math.max(1, Math.ceil((row.leaseUntil.getTime() - now.getTime()) / 1000)))

function split(held: string): [token: string, id: string] {
  const at = held.indexOf(' ')
  return [held.slice(0, at), held.slice(at + 1)]
}
