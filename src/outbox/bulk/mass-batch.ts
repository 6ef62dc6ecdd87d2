import { setTimeout as pause } from 'node:timers/promises'
import type { ResolvedMessage } from '../../core/message.js'
import type { Connection } from '../../store/connect.js'
import { bytesOf, unpackPeople } from './audience.js'
import { openLedger } from './ledger.js'
import type { BulkDeps, BulkSender } from './ports.js'
import { bulkRows } from './rows.js'

/** How a mass send ended. `void`: its call was never made. */
export interface MassEnd {
  state: 'sent' | 'failed' | 'uncertain' | 'retry' | 'void'
  batch?: string
  reason?: string
  code?: number
  afterMs?: number
  receipt?: string
}

/** A call that may have arrived is made again with its key after these pauses; the platform knows the key for 24 h. */
const REPEATS_MS = [5_000, 15_000, 60_000, 60_000, 60_000]

/** Makes the call of a send until it is known how it ended. */
export async function massOutcome(
  sender: BulkSender,
  call: { message: ResolvedMessage; to: readonly string[]; key: string },
  wait: (ms: number) => Promise<unknown> = (ms) => pause(ms, undefined, { ref: false }),
): Promise<MassEnd> {
  const { key: batch } = call
  if (!sender.mass) return { state: 'failed', batch, reason: 'the account has no mass send' }
  for (let tries = 0; ; tries++) {
    const outcome = await sender.mass(call.message, call.to, batch)
    switch (outcome.state) {
      case 'sent':
        return { state: 'sent', batch, ...optional({ receipt: outcome.receipt }) }
      case 'retry': {
        const { reason, afterMs, code } = outcome
        return { state: 'retry', batch, reason, ...optional({ afterMs, code }) }
      }
      case 'skipped':
      case 'failed':
        return { state: 'failed', batch, reason: outcome.reason, ...optional({ code: outcome.code }) }
      case 'uncertain': {
        const again = REPEATS_MS[tries]
        if (again === undefined) return { state: 'uncertain', batch, reason: outcome.reason }
        await wait(again)
      }
    }
  }
}

/** Stores how a send ended; what is stored already stays. What is tried again is another send. */
export async function writeMassEnd(
  deps: Pick<BulkDeps, 'connection' | 'clock'>,
  batch: string,
  ended: MassEnd,
): Promise<MassEnd> {
  const { batches } = bulkRows(deps.connection)
  const state = ended.state === 'retry' ? 'void' : ended.state
  const { reason, code, receipt } = ended
  const $set = { state, ...optional({ reason, code, receipt }), endedAt: deps.clock.now() }
  await batches.updateOne({ _id: batch, state: 'made' }, { $set })
  return { ...ended, batch }
}

type Found = { ended: MassEnd } | { variant: number; marked: boolean; to: string[] }

/** Who is in a stored send, and whether all of them are marked: only then its call can have been made. */
export async function readMembers(connection: Connection, batch: string): Promise<Found> {
  const { batches, chunks, audience } = bulkRows(connection)
  const row = await batches.findOne({ _id: batch })
  if (!row) return { ended: { state: 'void', batch, reason: 'the send is not in the store' } }
  if (row.state !== 'made') {
    const { reason, code } = row
    return { ended: { state: row.state, batch, ...optional({ reason, code }) } }
  }
  const keys = row.parts.map(({ chunk }) => chunk)
  const rows = new Map((await chunks.find({ _id: { $in: keys } }).toArray()).map((one) => [one._id, one]))
  const people = new Map((await audience.find({ _id: { $in: keys } }).toArray()).map((one) => [one._id, one]))
  let marked = true
  const to: string[] = []
  for (const { chunk, indexes } of row.parts) {
    const [stands, about] = [rows.get(chunk), people.get(chunk)]
    if (!stands || !about) throw new Error(`chunk ${chunk} is not in the store`)
    const ledger = openLedger(stands)
    const list = unpackPeople(about)
    const packed = bytesOf(indexes)
    for (let at = 0; at < packed.length; at += 2) {
      const index = packed.readUInt16LE(at)
      const { state, note } = ledger.standing(index)
      if (state !== 'sending' || note.batch !== batch) marked = false
      to.push(list.to(index))
    }
  }
  return { variant: row.variant, marked, to }
}

function optional<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
