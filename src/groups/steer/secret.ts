import { randomBytes } from 'node:crypto'
import { type Connection, database } from '../../store/connect.js'

interface SecretRow {
  _id: string
  key: string
}

/**
 * The key that signs invitations: made once for a store, so that every process on it reads the others' links. It opens
 * nothing but pages with a group's code, hence it may lie in the store.
 */
export async function invitationSecret(connection: Connection): Promise<Uint8Array> {
  const rows = database(connection).collection<SecretRow>('steer_secrets')
  const fresh = randomBytes(32).toString('base64')
  const put = () =>
    rows.findOneAndUpdate(
      { _id: 'invitations' },
      { $setOnInsert: { key: fresh } },
      { upsert: true, returnDocument: 'after' },
    )
  // two processes that start together: the loser of the insert finds the winner's on a second look
  const row = await put().catch(put)
  return Buffer.from(row?.key ?? fresh, 'base64')
}
