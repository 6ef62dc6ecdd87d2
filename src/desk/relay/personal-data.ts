import type { PersonalData } from '../../contacts/privacy.js'
import type { RelayRows } from './model.js'

/**
 * What lies in the relay about a person: lines on their way to staff. The desk exports what was said; here it is only
 * taken away, also from the boxes' memory.
 */
export function relayPersonalData(rows: RelayRows): PersonalData {
  return {
    name: 'deskRelay',
    export: async (_, identities) => ({
      lines: await rows.lines.countDocuments({ person: { $in: identities.map(({ key }) => key) } }),
    }),
    async erase(_, identities) {
      await rows.lines.deleteMany({ person: { $in: identities.map(({ key }) => key) } })
    },
  }
}
