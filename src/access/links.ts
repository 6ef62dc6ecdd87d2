import type { Clock } from '../core/clock.js'
import { durationMs } from '../core/clock.js'
import type { Connection } from '../store/connect.js'
import { type LinkRow, linkRows, type PersonRow } from './model.js'
import { newToken, tokenHash } from './tokens.js'

/** A link as it is shown, this once. */
export interface FreshLink {
  token: string
  endsAt: Date
}

/** Links by which people come in for the first time, or again: good once and for a day. */
export interface Links {
  make(kind: LinkRow['kind'], person?: string): Promise<FreshLink>
  /** Undefined when it was used, is over or never was. */
  look(token: string): Promise<LinkRow | undefined>
  /** Takes it: of several who come at once, one gets it. */
  take(token: string): Promise<LinkRow | undefined>
  /** Puts one back that could not be used. */
  restore(link: LinkRow): Promise<void>
  /** Ends all of a kind, or of a person. */
  end(which: { kind: LinkRow['kind'] } | { person: PersonRow['_id'] }): Promise<void>
}

const LASTS_MS = durationMs('24h')

/** The links on a connection. */
export function createLinks({ connection, clock }: { connection: Connection; clock: Clock }): Links {
  const rows = () => linkRows(connection)
  const valid = (token: string) => ({ _id: tokenHash(token), endsAt: { $gt: clock.now() } })

  return {
    async make(kind, person) {
      const token = newToken()
      const now = clock.now()
      const endsAt = new Date(now.getTime() + LASTS_MS)
      if (person !== undefined) await rows().deleteMany({ person })
      const about = { kind, createdAt: now, endsAt, ...(person !== undefined && { person }) }
      await rows().insertOne({ _id: tokenHash(token), ...about })
      return { token, endsAt }
    },
    look: async (token) => (await rows().findOne(valid(token))) ?? undefined,
    take: async (token) => (await rows().findOneAndDelete(valid(token))) ?? undefined,
    async restore(link) {
      await rows().insertOne(link)
    },
    async end(which) {
      await rows().deleteMany(which)
    },
  }
}
