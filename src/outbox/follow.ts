import type { Credits } from '../contacts/credits/credits.js'
import type { Person } from '../contacts/identity.js'
import type { PlatformName } from '../core/update.js'
import type { Books } from './books.js'
import type { Attempt, DeliveryRow } from './delivery.js'

/** What changes elsewhere with the ends of deliveries. */
export interface FollowPorts {
  /** The platform an account is on; undefined when it is not configured any more. */
  platform(account: string): PlatformName | undefined
  /** The acceptances of subscription templates. */
  credits?: Pick<Credits, 'spend' | 'exhaust'> | undefined
  /** The platform says that the person does not follow (43004). Must not mind being told again. */
  unfollowed?: ((person: Person, at: Date) => Promise<unknown>) | undefined
  books?: Pick<Books, 'release'> | undefined
}

/** Refused, or none left (43101). */
const REFUSED = 'refused'
const NOT_SENT: ReadonlySet<string> = new Set(['skipped', 'failed', 'cancelled', 'expired'])

/**
 * Carries the consequences of attempts over: an acceptance that was used up or found used up, somebody who left, a
 * booking that is given back. Every step may be done again for the same row without effect; it rejects when one could
 * not be done, and the caller comes back.
 */
export function createFollow(ports: FollowPorts): (rows: readonly DeliveryRow[]) => Promise<void> {
  const { platform, credits, unfollowed, books } = ports

  async function followAttempt(row: DeliveryRow, number: string, attempt: Attempt): Promise<void> {
    const { account, to } = row
    const { channel, template, visitor, end } = attempt
    const name = channel === 'mini-program' ? 'mini-program' : platform(account)
    if (name === undefined) return
    const person: Person = { platform: name, account, externalId: visitor ?? to }
    const id = `${row._id}:${number}`
    if (template !== undefined && credits) {
      if (end === undefined || end.state === 'sent' || end.state === 'uncertain') {
        await credits.spend(person, template, id, attempt.at)
      } else if (end.state === 'skipped' && end.reason === REFUSED) {
        await credits.exhaust(person, template, id, end.at)
      }
    }
    if (end?.state === 'skipped' && end.reason === 'not-following' && channel !== 'mini-program') {
      await unfollowed?.(person, end.at)
    }
  }

  return async (rows) => {
    for (const row of rows) {
      for (const [number, attempt] of Object.entries(row.tries ?? {})) await followAttempt(row, number, attempt)
    }
    await books?.release(rows.filter(({ state }) => NOT_SENT.has(state)))
  }
}
