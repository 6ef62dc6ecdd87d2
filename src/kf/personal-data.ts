import { randomUUID } from 'node:crypto'
import type { Identity } from '../contacts/model.js'
import type { PersonalData } from '../contacts/privacy.js'
import type { Connection } from '../store/connect.js'
import { kfCodes, kfModels, kfSessions } from './model.js'

/**
 * What the desk of the platform keeps about people. Erasing takes the person's id and the codes off the rows; that somebody
 * was greeted, and how it ended, stays counted.
 */
export function kfPersonalData(connection: Connection): PersonalData {
  kfModels(connection)
  const mine = (identities: readonly Identity[]) =>
    identities.filter(({ platform, externalId }) => platform === 'wecom' && externalId !== '')

  return {
    name: 'desk-codes',
    async export(_contact, identities) {
      const found: object[] = []
      for (const { account, externalId: customer } of mine(identities)) {
        for await (const row of kfCodes(connection).find({ account, customer }).sort({ at: 1 })) {
          const { kind, status, scene, staff, at } = row
          found.push({ kind, status, at, ...(scene !== undefined && { scene }), ...(staff !== undefined && { staff }) })
        }
      }
      return found
    },
    async erase(_contact, identities, why) {
      if (why === 'left') return
      for (const { account, externalId: customer } of mine(identities)) {
        await kfSessions(connection).deleteMany({ account, customer })
        await kfCodes(connection).updateMany(
          { account, customer },
          { $set: { customer: `erased:${randomUUID()}`, code: '' }, $unset: { said: '', reason: '', scene: '' } },
        )
      }
    },
  }
}
