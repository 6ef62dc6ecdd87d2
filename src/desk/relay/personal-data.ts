import type { Identity } from '../../contacts/model.js'
import type { PersonalData } from '../../contacts/privacy.js'
import type { DeskRows } from '../rows.js'
import type { RelayRows } from './model.js'

/**
 * What lies in the relay about a person: lines on their way to staff, and what they are called to staff. The desk exports
 * what was said; here it is only taken away. Goes before the desk forgets which conversations were the person's.
 */
export function relayPersonalData(rows: RelayRows, desk: Pick<DeskRows, 'conversations'>): PersonalData {
  const keysOf = (identities: readonly Identity[]) => identities.map(({ key }) => key)

  return {
    name: 'deskRelay',
    export: async (_, identities) => ({
      lines: await rows.lines.countDocuments({ person: { $in: keysOf(identities) } }),
    }),
    async erase(contact, identities) {
      const keys = keysOf(identities)
      await rows.lines.deleteMany({ person: { $in: keys } })
      const theirs = await desk.conversations
        .find({ $or: [{ key: { $in: keys } }, { contact }] }, { projection: { _id: 1 } })
        .toArray()
      if (theirs.length === 0) return
      await rows.boxes.updateMany({}, { $unset: Object.fromEntries(theirs.map(({ _id }) => [`marks.${_id}`, ''])) })
    },
  }
}
