import { createBatch } from '../store/batch.js'
import type { Connection } from '../store/connect.js'
import { contactKeysOf } from './identity.js'
import { type Identity, type SessionRow, sessionCollection, sessionModel } from './model.js'
import type { PersonalData } from './privacy.js'

/** Where sessions are kept. */
export interface SessionStore {
  read(id: string): Promise<SessionRow | undefined>
  write(row: SessionRow): Promise<void>
}

/** Sessions in their own collection. Reads that come together are one query, writes one command. */
export function createSessionStore(connection: Connection): SessionStore & PersonalData {
  sessionModel(connection)
  const rows = () => sessionCollection(connection)

  const read = createBatch<string, SessionRow | undefined>(async (ids) => {
    const found = await rows()
      .find({ _id: { $in: [...new Set(ids)] } })
      .toArray()
    const byId = new Map(found.map((row) => [row._id, row]))
    return ids.map((id) => byId.get(id))
  })

  const write = createBatch<SessionRow, undefined>(async (written) => {
    const latest = [...new Map(written.map((row) => [row._id, row])).values()]
    await rows().bulkWrite(
      latest.map(({ _id, ...replacement }) => ({ replaceOne: { filter: { _id }, replacement, upsert: true } })),
      { ordered: false },
    )
    return written.map(() => undefined)
  })

  return {
    read,
    write,
    name: 'sessions',
    export: async (_contact, identities) =>
      rows()
        .find({ $or: identities.flatMap(ofIdentity) })
        .toArray(),
    async erase(_contact, identities) {
      if (identities.length > 0) await rows().deleteMany({ $or: identities.flatMap(ofIdentity) })
    },
  }
}

/** The session of an identity and its hints, whose ids follow it after `#`. */
function ofIdentity(identity: Pick<Identity, 'platform' | 'account' | 'externalId'>) {
  return contactKeysOf(identity).flatMap((key) => [{ _id: key }, { _id: { $gte: `${key}#`, $lt: `${key}$` } }])
}
