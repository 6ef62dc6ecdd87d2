import type { PersonalData } from '../contacts/privacy.js'
import type { Connection } from '../store/connect.js'
import { groupSendModels, groupSendRows } from './model.js'

/** What pushes know about a person: which tasks meant them, and what became of it. */
export function groupSendPersonalData(connection: Connection): PersonalData {
  groupSendModels(connection)
  return {
    name: 'groupSends',
    async export(contact) {
      const rows = await groupSendRows(connection).targets.find({ contact }).toArray()
      return rows.map(({ push, run, staff, state, reason, at }) => ({ push, run, staff, state, reason, at }))
    },
    async erase(contact, _identities, why) {
      if (why === 'left') return
      const { targets, tasks } = groupSendRows(connection)
      for await (const { _id, target, task } of targets.find({ contact })) {
        if (task !== undefined) await tasks.updateOne({ _id: task }, { $pull: { targets: target }, $inc: { rev: 1 } })
        await targets.deleteOne({ _id })
      }
    },
  }
}
