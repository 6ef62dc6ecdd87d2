import type { Connection } from '../../store/connect.js'
import { updateRaw } from '../../store/raw-commands.js'
import { type EditPorts, editChunk } from './edit.js'
import { openLedger } from './ledger.js'
import { openSource } from './put.js'
import { BULK_CHUNKS, bulkRows, personId } from './rows.js'

const PAGE = 50
const NOBODY = { $exists: false } as const

/** Which recipients of a source are meant: these contacts, or all that stand so. */
export type Which = readonly string[] | 'failed' | 'uncertain'

/** Nothing more of the source begins; what is under way ends. Within about a second in every process. */
export async function pauseSource({ connection, clock }: EditPorts, source: string): Promise<void> {
  const { sources } = bulkRows(connection)
  const onInsert = { account: '', nextAt: clock.now(), version: 0 }
  await sources.updateOne({ _id: source }, { $setOnInsert: onInsert }, { upsert: true })
  await sources.updateOne({ _id: source, hold: NOBODY }, { $set: { hold: 'paused' } })
  const q = { source, open: true, hold: NOBODY }
  await updateRaw(connection, BULK_CHUNKS, [{ q, u: { $set: { hold: 'paused' } }, multi: true }])
}

/** A paused source goes on. A cancelled one does not. */
export async function resumeSource({ connection, clock }: EditPorts, source: string): Promise<void> {
  const { sources } = bulkRows(connection)
  const row = await sources.findOneAndUpdate({ _id: source, hold: 'paused' }, { $unset: { hold: '' } })
  if (!row) return
  const q = { source, hold: 'paused' }
  await updateRaw(connection, BULK_CHUNKS, [{ q, u: { $unset: { hold: '' } }, multi: true }])
  await openSource(connection, { source, account: row.account, nextAt: clock.now() })
}

/**
 * Calls a source back for good: everybody who has not been begun with is cancelled, what is under way ends. Gives how
 * many were cancelled at once; those of chunks in the hands of a sender follow within about a second.
 */
export async function cancelSource(ports: EditPorts, source: string): Promise<number> {
  const { connection, clock } = ports
  const { sources, chunks, people } = bulkRows(connection)
  const onInsert = { account: '', nextAt: clock.now(), version: 0 }
  const update = { $set: { hold: 'cancelled' as const }, $setOnInsert: onInsert }
  await sources.updateOne({ _id: source }, update, { upsert: true })
  const q = { source, open: true }
  await updateRaw(connection, BULK_CHUNKS, [{ q, u: { $set: { hold: 'cancelled' } }, multi: true }])
  let cancelled = 0
  for (let after = ''; ; ) {
    const rows = await chunks
      .find({ source, open: true, owner: NOBODY, _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    const now = clock.now()
    const statements = rows.map((row) => {
      const ledger = openLedger(row, undefined, row.tally.firstSentAt)
      cancelled += ledger.giveUp('cancelled', now)
      const over = ledger.left() === 0
      const { tally, ...fields } = ledger.fields()
      const $set = { ...fields, tally: { ...tally, variants: row.tally.variants }, ...(over && { endedAt: now }) }
      return {
        q: { _id: row._id, fence: row.fence, owner: NOBODY },
        u: { $set, $inc: { fence: 1 }, ...(over && { $unset: { open: '' } }) },
      }
    })
    if (statements.length > 0) await updateRaw(connection, BULK_CHUNKS, statements)
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) break
    after = last._id
  }
  await people.deleteMany({ source, kind: 'visit' })
  return cancelled
}

/** The chunks of a source in which some of these recipients may be. */
async function chunksWith(ports: EditPorts, source: string, which: Which): Promise<string[]> {
  const { chunks } = bulkRows(ports.connection)
  const keys = new Set<string>()
  if (typeof which === 'string') {
    const rows = chunks.find({ source, attention: true }, { projection: { _id: 1 } })
    for await (const row of rows) keys.add(row._id)
    return [...keys]
  }
  for (const contact of which) {
    const rows = chunks.find({ source, lo: { $lte: contact }, hi: { $gte: contact } }, { projection: { _id: 1 } })
    for await (const row of rows) keys.add(row._id)
  }
  return [...keys]
}

/**
 * Sends once more to failed or uncertain recipients: a person has decided it. Their tries begin anew; an expired source
 * gets as much time again as it had. Gives how many.
 */
export async function resendTo(ports: EditPorts, source: string, which: Which): Promise<number> {
  let again = 0
  for (const key of await chunksWith(ports, source, which)) {
    const found: number[] = []
    await editChunk(ports, key, ({ row, ledger, audience }) => {
      found.push(...ledger.in('failed', 'uncertain').filter((index) => isMeant(index, ledger.state(index), audience)))
      for (const index of found) ledger.set(index, 'waiting', { attempts: 0 })
      if (found.length === 0) return false
      const now = ports.clock.now()
      const lifeMs = row.expiresAt.getTime() - row.dueAt.getTime()
      return row.expiresAt > now ? true : { expiresAt: new Date(now.getTime() + lifeMs) }
    })
    await forgetPeople(ports.connection, key, found)
    again += found.length
  }
  return again

  function isMeant(index: number, state: string, audience: { contact(index: number): string }): boolean {
    return typeof which === 'string' ? state === which : which.includes(audience.contact(index))
  }
}

/** Takes uncertain recipients for sent: a person has decided it. Gives how many. */
export async function treatAsSent(
  ports: EditPorts,
  source: string,
  which: readonly string[] | 'uncertain',
): Promise<number> {
  let settled = 0
  for (const key of await chunksWith(ports, source, which)) {
    const found: number[] = []
    await editChunk(ports, key, ({ ledger, audience }) => {
      for (const index of ledger.in('uncertain')) {
        if (typeof which !== 'string' && !which.includes(audience.contact(index))) continue
        const { note, at } = ledger.standing(index)
        const sent = { ...(note.channel && { channel: note.channel }), reason: 'treated as sent' }
        ledger.set(index, 'sent', { note: sent, at: at ?? ports.clock.now() })
        found.push(index)
      }
      return found.length > 0
    })
    await forgetPeople(ports.connection, key, found)
    settled += found.length
  }
  return settled
}

/** Recipients who are uncertain no longer need not be found by a receipt. */
export async function forgetPeople(connection: Connection, chunk: string, indexes: readonly number[]): Promise<void> {
  if (indexes.length === 0) return
  const _id = { $in: indexes.map((index) => personId(chunk, index)) }
  await bulkRows(connection).people.deleteMany({ _id, kind: 'uncertain' })
}
