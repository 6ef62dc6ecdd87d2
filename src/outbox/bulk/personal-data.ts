import { randomUUID } from 'node:crypto'
import type { PersonalData } from '../../contacts/privacy.js'
import type { Channel } from '../channel.js'
import { type Audience, unpackPeople } from './audience.js'
import type { RecipientState } from './chunk.js'
import { type EditPorts, editChunk } from './edit.js'
import { openLedger } from './ledger.js'
import { bulkRows } from './rows.js'
import { NOT_BEGUN } from './states.js'

/** What an export shows of one message of a campaign. */
export interface ExportedPush {
  /** `<campaign>:<occurrence>`. */
  source: string
  state: RecipientState
  channel?: Channel
  reason?: string
  at?: Date
}

/**
 * What was and will be sent to many, as personal data. Erasing leaves out what has not been sent yet and takes the
 * platform's id off the list; that something was sent stays counted, under our own id.
 */
export function bulkPersonalData(about: Omit<EditPorts, 'owner'>): PersonalData {
  const ports: EditPorts = { ...about, owner: `privacy:${randomUUID()}` }
  const { connection, clock } = ports
  const around = (contact: string) => ({ lo: { $lte: contact }, hi: { $gte: contact } })

  async function peopleOf(chunk: string): Promise<Audience | undefined> {
    const row = await bulkRows(connection).audience.findOne({ _id: chunk })
    return row ? unpackPeople(row) : undefined
  }

  async function erase(chunk: string, index: number): Promise<void> {
    const { audience } = bulkRows(connection)
    await editChunk(ports, chunk, ({ ledger }) => {
      if (!NOT_BEGUN.has(ledger.state(index))) return false
      ledger.set(index, 'skipped', { note: { reason: 'erased' }, at: clock.now() })
      return true
    })
    const row = await audience.findOne({ _id: chunk }, { projection: { to: 1 } })
    if (!row) return
    const to = row.to.split('\n').map((one, at) => (at === index ? '' : one))
    await audience.updateOne({ _id: chunk }, { $set: { to: to.join('\n') } })
  }

  return {
    name: 'pushes',
    async export(contact) {
      const found: ExportedPush[] = []
      for await (const row of bulkRows(connection).chunks.find(around(contact))) {
        const index = (await peopleOf(row._id))?.find(contact) ?? -1
        if (index < 0) continue
        const { state, note, at } = openLedger(row).standing(index)
        const { channel, reason } = note
        const told = { ...(channel && { channel }), ...(reason !== undefined && { reason }), ...(at && { at }) }
        found.push({ source: row.source, state, ...told })
      }
      return found
    },
    async erase(contact) {
      const { chunks, people } = bulkRows(connection)
      await people.deleteMany({ contact })
      const rows = await chunks.find(around(contact), { projection: { _id: 1 } }).toArray()
      for (const { _id } of rows) {
        const index = (await peopleOf(_id))?.find(contact) ?? -1
        if (index >= 0) await erase(_id, index)
      }
    },
  }
}
