import type { PersonalData } from '../contacts/privacy.js'
import type { Connection } from '../store/connect.js'
import { textOf } from './content.js'
import { alertRows } from './model.js'

/**
 * What alerts say about people. Erasing empties it and calls back what has not left yet; that there was an alert stays
 * counted. What staff were already told lies with them.
 */
export function alertPersonalData(connection: Connection): PersonalData {
  return {
    name: 'alerts',
    async export(contact) {
      const found = await alertRows(connection).alerts.find({ contact }).toArray()
      return found.map(({ rule, type, state, at, content }) => ({
        rule,
        type,
        state,
        at,
        ...(content && { text: textOf(content) }),
      }))
    },
    async erase(contact) {
      const { alerts, sends } = alertRows(connection)
      const ids = (await alerts.find({ contact }, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id)
      const none = { kind: 'none' as const }
      await alerts.updateMany(
        { contact, state: { $in: ['new', 'waiting', 'written'] } },
        { $set: { state: 'dropped', reason: 'erased' } },
      )
      await sends.updateMany(
        { alert: { $in: ids }, open: true, state: 'queued' },
        { $set: { state: 'expired', reason: 'erased' }, $unset: { open: '' }, $inc: { fence: 1 } },
      )
      await sends.updateMany({ alert: { $in: ids } }, { $set: { content: none } })
      await alerts.updateMany({ contact }, { $set: { data: {} }, $unset: { content: '', contact: '' } })
    },
  }
}
