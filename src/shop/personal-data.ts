import { contactRows, type Identity } from '../contacts/model.js'
import type { PersonalData } from '../contacts/privacy.js'
import type { Connection } from '../store/connect.js'
import { orderRows, quarantineRows, shopModels } from './model.js'

/**
 * Orders and waiting events as personal data. An erasure takes the person, the receiver and the shop's own fields off
 * the orders; numbers and amounts stay, because the shop's books refer to them. When somebody only stops following,
 * nothing goes: the orders are the shop's own knowledge, not the platform's.
 */
export function shopPersonalData(connection: Connection): PersonalData {
  shopModels(connection)

  async function allIds(contact: string): Promise<string[]> {
    const row = await contactRows(connection).findOne({ _id: contact }, { projection: { mergedFrom: 1 } })
    return [contact, ...(row?.mergedFrom ?? [])]
  }

  const keysOf = (identities: readonly Identity[]) => identities.map(({ key }) => key)

  return {
    name: 'shop',
    async export(contact, identities) {
      const orders = await orderRows(connection)
        .find({ contact: { $in: await allIds(contact) } }, { projection: { hash: 0, pending: 0 } })
        .sort({ createdAt: 1 })
        .toArray()
      const waiting = await quarantineRows(connection)
        .find({ keys: { $in: keysOf(identities) } })
        .toArray()
      return { orders, ...(waiting.length > 0 && { waiting }) }
    },
    async erase(contact, identities, why) {
      if (why !== 'erased') return
      await orderRows(connection).updateMany(
        { contact: { $in: await allIds(contact) } },
        { $unset: { contact: '', pending: '', 'order.receiver': '', 'order.extra': '', 'order.payment': '' } },
      )
      await quarantineRows(connection).deleteMany({ keys: { $in: keysOf(identities) } })
    },
  }
}
