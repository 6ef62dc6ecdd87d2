import { type EditPorts, editChunk } from './edit.js'
import { bulkRows } from './rows.js'

/** What the platform told later about a message to one person. */
export interface PersonReceipt {
  account: string
  to: string
  /** Whether it arrived. */
  arrived: boolean
  reason?: string
  /** When the platform sent it; only what was tried within a day before can be meant. */
  at: Date
}

/** What the platform told later about a mass send. */
export interface MassReceipt {
  account: string
  /** The platform's id of the send. */
  receipt: string
  /** False: nobody got it. */
  done: boolean
  reason?: string
  counts: { total: number; filtered: number; sent: number; failed: number }
}

const DAY_MS = 86_400_000

/**
 * Settles an uncertain recipient by the platform's receipt. Gives false when none is meant; nothing is read but one
 * index then.
 */
export async function settlePerson(ports: EditPorts, receipt: PersonReceipt): Promise<boolean> {
  const { people } = bulkRows(ports.connection)
  const { account, to, at, arrived, reason } = receipt
  const since = new Date(at.getTime() - DAY_MS)
  const [row] = await people
    .find({ account, to, kind: 'uncertain', channel: 'template', at: { $gte: since } })
    .sort({ at: 1 })
    .limit(1)
    .toArray()
  if (!row) return false
  const settled = await editChunk(ports, row.chunk, ({ ledger }) => {
    const { state, note } = ledger.standing(row.index)
    if (state !== 'uncertain') return false
    const about = { ...(note.channel && { channel: note.channel }), reason: reason ?? 'settled by the receipt' }
    ledger.set(row.index, arrived ? 'sent' : 'failed', { note: about, at })
    return true
  })
  await people.deleteOne({ _id: row._id, kind: 'uncertain' })
  return settled
}

/** Books what the platform told about a mass send; one that reached nobody makes its recipients failed. */
export async function settleMass(ports: EditPorts, receipt: MassReceipt): Promise<boolean> {
  const { batches } = bulkRows(ports.connection)
  const { account, receipt: id, counts, done, reason } = receipt
  const batch = await batches.findOneAndUpdate({ receipt: id, account }, { $set: { told: counts } })
  if (!batch) return false
  if (done) return true
  for (const { chunk } of batch.parts) {
    await editChunk(ports, chunk, ({ ledger }) => {
      const members = ledger.in('sent', 'uncertain').filter((index) => ledger.standing(index).note.batch === batch._id)
      const note = { channel: 'mass' as const, batch: batch._id, reason: reason ?? 'the mass send reached nobody' }
      for (const index of members) ledger.set(index, 'failed', { note, at: ports.clock.now() })
      return members.length > 0
    })
  }
  return true
}
