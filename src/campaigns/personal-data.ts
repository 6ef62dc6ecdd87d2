import type { PersonalData } from '../contacts/privacy.js'
import type { Connection } from '../store/connect.js'
import { campaignCollections, campaignModels } from './model.js'
import { forgetRecalls } from './recall.js'

/** What campaigns know about a person beside the books of the senders: which stage of a recall they got, and when. */
export function campaignPersonalData(connection: Connection): PersonalData {
  campaignModels(connection)
  return {
    name: 'recalls',
    async export(contact) {
      const rows = await campaignCollections(connection).recalls.find({ contact }).toArray()
      return rows.map(({ campaign, stage, at }) => ({ campaign, stage, at }))
    },
    erase: (contact) => forgetRecalls(connection, contact),
  }
}
