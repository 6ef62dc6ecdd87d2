import type { Clock } from '../../core/clock.js'
import { createBatch } from '../../store/batch.js'
import type { Connection } from '../../store/connect.js'
import { updateRaw } from '../../store/raw-commands.js'
import { openSource } from './put.js'
import { BULK_CHUNKS, BULK_PEOPLE, bulkRows, type PersonRow } from './rows.js'

/** How long this process relies on nobody waiting. */
const FRESH_MS = 10_000

/**
 * Tells the bulk sender that people came by. Whether anybody waits at all is looked up every 10 s; while nobody does,
 * a visit costs nothing. People who come by together share one look.
 */
export function createVisits(ports: { connection: Connection; clock: Clock; wake(): void }) {
  const { connection, clock, wake } = ports
  let waiting = true
  let until = 0
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const found = await bulkRows(connection).people.findOne({ kind: 'visit' }, { projection: { _id: 1 } })
    waiting = found !== null
    until = performance.now() + FRESH_MS
  }

  const find = createBatch<string, boolean>(async (contacts) => {
    const { people } = bulkRows(connection)
    const rows = await people
      .find({ contact: { $in: [...new Set(contacts)] }, kind: 'visit', due: { $exists: false } })
      .toArray()
    const live = rows.filter((row) => row.expiresAt > clock.now())
    if (live.length > 0) await release(live)
    const found = new Set(live.map(({ contact }) => contact))
    return contacts.map((contact) => found.has(contact))
  }, 200)

  /** Marks the people first: a sender that takes the chunk sees them. */
  async function release(rows: readonly PersonRow[]): Promise<void> {
    const now = clock.now()
    const ids = { _id: { $in: rows.map(({ _id }) => _id) } }
    await updateRaw(connection, BULK_PEOPLE, [{ q: ids, u: { $set: { due: true } }, multi: true }])
    const chunks = { _id: { $in: [...new Set(rows.map(({ chunk }) => chunk))] }, open: true }
    await updateRaw(connection, BULK_CHUNKS, [
      { q: chunks, u: { $min: { nextAt: now }, $inc: { visits: 1 } }, multi: true },
    ])
    for (const [source, account] of new Map(rows.map((row) => [row.source, row.account]))) {
      await openSource(connection, { source, account, nextAt: now })
    }
    wake()
  }

  return {
    /** True when something waits for the contact and goes out now. Rejects when the store fails. */
    async visited(contact: string): Promise<boolean> {
      if (performance.now() >= until) {
        looking ??= look().finally(() => {
          looking = undefined
        })
        await looking
      }
      return waiting ? find(contact) : false
    },
    /** Somebody in this process waits from now on. */
    expect(): void {
      waiting = true
      until = performance.now() + FRESH_MS
    },
  }
}
