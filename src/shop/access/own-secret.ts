import { randomBytes } from 'node:crypto'
import type { Connection } from '../../store/connect.js'
import { ownSecretRows } from './model.js'
import type { Vault } from './vault.js'

/**
 * A secret of 32 bytes that the product makes for itself on first use and keeps, sealed; it outlives a change of the
 * master key. Two processes that ask at once get the same.
 */
export async function ownSecret(ports: { connection: Connection; vault: Vault }, name: string): Promise<Buffer> {
  const { connection, vault } = ports
  const rows = ownSecretRows(connection)
  const fresh = { _id: name, sealed: vault.seal(randomBytes(32).toString('base64'), `secret:${name}`) }
  const row =
    (await rows.findOne({ _id: name })) ??
    (await rows.findOneAndUpdate(
      { _id: name },
      { $setOnInsert: { sealed: fresh.sealed } },
      { upsert: true, returnDocument: 'after' },
    )) ??
    fresh
  const text = vault.open(row.sealed, `secret:${name}`)
  if (vault.isOld(row.sealed)) {
    await rows.updateOne({ _id: name, sealed: row.sealed }, { $set: { sealed: vault.seal(text, `secret:${name}`) } })
  }
  return Buffer.from(text, 'base64')
}
