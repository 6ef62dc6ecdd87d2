import type { Person } from '../contacts/identity.js'
import type { Outcome, SkipReason } from '../core/outcome.js'
import type { PlatformName } from '../core/update.js'
import type { DeliveryRow } from './delivery.js'
import type { Reach } from './reach/reach.js'

/** What is booked before calls, and what calls teach about a channel or a person. */
export interface Books {
  /** Books these rows durably before their calls; a reason where a cap would be exceeded. Again for the same row: none. */
  reserve(rows: readonly DeliveryRow[], now: Date): Promise<(SkipReason | undefined)[]>
  /** Takes back what was booked for rows that surely did not reach anybody. */
  release(rows: readonly DeliveryRow[]): Promise<void>
  /** Counts a call, parks a channel whose quota is used up, remembers who takes nothing any more. */
  learn(row: DeliveryRow, outcome: Outcome, now: Date): Promise<void>
}

/** What the books of single deliveries are kept with. */
export interface BooksPorts {
  reach: Pick<Reach, 'book' | 'release' | 'block' | 'count' | 'park'>
  /** The platform an account is on. */
  platform(account: string): PlatformName | undefined
  /** Our id of a person. */
  find(person: Person): Promise<string | undefined>
}

/** Beyond this a rest is a used-up quota of the day, which every process must know. */
const DAY_PARK_MS = 600_000

/** The books of single deliveries, over the same ledgers as those of campaigns. */
export function createBooks({ reach, platform, find }: BooksPorts): Books {
  async function contactOf({ account, to }: DeliveryRow): Promise<string | undefined> {
    const name = platform(account)
    return name && find({ platform: name, account, externalId: to })
  }

  async function book(row: DeliveryRow, now: Date): Promise<SkipReason | undefined> {
    const { account, purpose, channel, _id: source } = row
    const contact = counts(row) && channel !== undefined ? await contactOf(row) : undefined
    if (contact === undefined || channel === undefined) return undefined
    const [reason] = await reach.book([{ contact }], { account, purpose, channel, source, now, single: true })
    return reason
  }

  return {
    reserve: (rows, now) => Promise.all(rows.map((row) => book(row, now))),
    async release(rows) {
      for (const row of rows.filter(counts)) {
        const contact = await contactOf(row)
        if (contact !== undefined) await reach.release([contact], row._id)
      }
    },
    async learn(row, outcome, now) {
      const { account, channel } = row
      if (channel === undefined) return
      if (outcome.state === 'retry' && outcome.park && (outcome.afterMs ?? 0) > DAY_PARK_MS) {
        await reach.park(account, channel, now)
      }
      const reached = outcome.state !== 'retry' || outcome.code !== undefined
      if (reached) reach.count(account, channel, 1, now)
      if (outcome.state === 'skipped' && outcome.reason === 'blocked') {
        const contact = await contactOf(row)
        if (contact !== undefined) await reach.block([{ contact }], account, now)
      }
    },
  }
}

/** Marketing and care messages count against caps; replies and service messages do not. */
export function counts({ purpose }: Pick<DeliveryRow, 'purpose'>): boolean {
  return purpose === 'marketing' || purpose === 'care'
}
