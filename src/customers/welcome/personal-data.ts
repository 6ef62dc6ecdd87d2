import { randomUUID } from 'node:crypto'
import type { Identity } from '../../contacts/model.js'
import type { PersonalData } from '../../contacts/privacy.js'
import type { Connection } from '../../store/connect.js'
import { welcomeModel, welcomeRows } from './model.js'

/**
 * The welcomes as personal data. Erasing takes the person's id and the code off the rows; that somebody was welcomed, by
 * whom and how it ended stays counted.
 */
export function welcomePersonalData(connection: Connection): PersonalData {
  welcomeModel(connection)
  const rows = () => welcomeRows(connection)
  const mine = (identities: readonly Identity[]) =>
    identities.filter(({ platform, externalId }) => platform === 'wecom' && externalId !== '')

  return {
    name: 'welcomes',
    async export(_contact, identities) {
      const found: object[] = []
      for (const { account, externalId: customer } of mine(identities)) {
        for await (const row of rows().find({ account, customer }).sort({ at: 1 })) {
          const { staff, state, status, source, at } = row
          found.push({ staff, status, at, ...(state !== undefined && { state }), ...(source && { source }) })
        }
      }
      return found
    },
    async erase(_contact, identities, why) {
      if (why === 'left') return
      for (const { account, externalId: customer } of mine(identities)) {
        await rows().updateMany(
          { account, customer },
          { $set: { customer: `erased:${randomUUID()}`, code: '' }, $unset: { said: '', reason: '' } },
        )
      }
    },
  }
}
