import type { Connection } from '../../store/connect.js'
import { offerRows } from './model.js'

/** What steering keeps about people: the offers made to them. Part of a person's export, gone with the person. */
export function steerPersonalData(connection: Connection) {
  const rows = () => offerRows(connection)
  return {
    name: 'invitations',
    export: (contact: string): Promise<unknown> =>
      rows()
        .find({ contact }, { projection: { _id: 0, contact: 0 } })
        .sort({ at: -1 })
        .toArray(),
    /** A contact became part of another one: its offers are that one's now. */
    async merged(gone: string, into: string): Promise<void> {
      await rows().updateMany({ contact: gone }, { $set: { contact: into } })
    },
    /** An invitation is of no use to somebody who left, either. */
    async erase(contact: string): Promise<void> {
      await rows().deleteMany({ contact })
    },
  }
}
