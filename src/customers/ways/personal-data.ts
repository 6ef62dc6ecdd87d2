import type { Identity } from '../../contacts/model.js'
import type { PersonalData } from '../../contacts/privacy.js'
import type { Connection } from '../../store/connect.js'
import { wayModels, wayTaskRows } from './model.js'

/** Tags and remarks that are still to be written about a person: all that ways keep of people besides facts. */
export function wayPersonalData(connection: Connection): PersonalData {
  wayModels(connection)
  const rows = () => wayTaskRows(connection)
  const mine = (identities: readonly Identity[]) =>
    identities.filter(({ platform, externalId }) => platform === 'wecom' && externalId !== '')

  return {
    name: 'contactWays',
    async export(_contact, identities) {
      const found: object[] = []
      for (const { account, externalId: customer } of mine(identities)) {
        for await (const { staff, way, tags, remark, createdAt } of rows().find({ account, customer })) {
          found.push({ staff, way, tags, createdAt, ...(remark !== undefined && { remark }) })
        }
      }
      return found
    },
    async erase(_contact, identities) {
      for (const { account, externalId: customer } of mine(identities)) await rows().deleteMany({ account, customer })
    },
  }
}
