import type { Identity } from '../contacts/model.js'
import type { PersonalData } from '../contacts/privacy.js'
import type { DeskRows } from './rows.js'

/**
 * What was said, and tickets. Everything goes when a person is erased; when they only left, the texts go and the
 * conversations stay under our own id.
 */
export function deskPersonalData(rows: () => DeskRows): PersonalData {
  const keysOf = (identities: readonly Identity[]) => identities.map(({ key }) => key)

  return {
    name: 'desk',
    async export(contact, identities) {
      const keys = keysOf(identities)
      const mine = { $or: [{ key: { $in: keys } }, { contact }] }
      const { conversations, entries, tickets } = rows()
      const found = await conversations.find(mine, { projection: { effects: 0, todo: 0 } }).toArray()
      return {
        conversations: found,
        entries: await entries
          .find({ conversation: { $in: found.map(({ _id }) => _id) } })
          .sort({ at: 1 })
          .toArray(),
        tickets: await tickets.find(mine).toArray(),
      }
    },
    async erase(contact, identities, why) {
      const mine = { $or: [{ key: { $in: keysOf(identities) } }, { contact }] }
      const { conversations, entries, tickets } = rows()
      const found = await conversations.find(mine, { projection: { _id: 1 } }).toArray()
      await entries.deleteMany({ conversation: { $in: found.map(({ _id }) => _id) } })
      await tickets.deleteMany(mine)
      if (why === 'erased') await conversations.deleteMany(mine)
    },
  }
}
