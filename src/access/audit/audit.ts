import type { Clock } from '../../core/clock.js'
import type { Connection } from '../../store/connect.js'
import { isDuplicate } from '../../store/duplicate.js'
import type { TimeOrder } from '../../store/walk.js'
import { type AuditEntry, type AuditRow, type AuditVerdict, headOf, linkRow, verifyChain } from './chain.js'
import { auditHeads, auditRows } from './model.js'

/** What is to be written down; the time is added. */
export type NewAuditEntry = Omit<AuditEntry, 'at' | 'change'> & {
  /** Any JSON; cut at 8 KiB. Keep secrets out of it. */
  change?: unknown
}

/** Which rows are wanted. */
export interface AuditFilter {
  actor?: string | undefined
  action?: string | undefined
  target?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  /** The row at the end of the page before. */
  after?: number | undefined
  /** Newest first unless given. */
  order?: TimeOrder | undefined
  limit: number
}

/** The log of what people did: rows are only ever added, and each seals the one before. */
export interface Audit {
  /** Resolves once it is durable; rejects when it could not be written, and then what it tells of must not be done. */
  append(entry: NewAuditEntry): Promise<void>
  list(filter: AuditFilter): Promise<AuditRow[]>
  verify(witness?: { seq: number; hash: string }): Promise<AuditVerdict>
}

const MAX_CHANGE = 8192
/** Other processes that write at the same moment take the number; each of them got on, so we do too. */
const TRIES = 200

/** The log on a connection. `key` is 32 bytes that are sealed in the store or lie outside it. */
export function createAudit(ports: { connection: Connection; clock: Clock; key: Buffer }): Audit {
  const { connection, clock, key } = ports
  const rows = () => auditRows(connection)
  const heads = () => auditHeads(connection)
  let queue: Promise<unknown> = Promise.resolve()

  /** The last link that there was ever: rows that were cut off leave a gap behind. */
  async function last(): Promise<{ seq: number; hash: string } | undefined> {
    const [row, head] = await Promise.all([
      rows().find({}).sort({ _id: -1 }).limit(1).next(),
      heads().findOne({ _id: 'head' }),
    ])
    const end = row ? { seq: row._id, hash: row.hash } : undefined
    return head && head.seq > (end?.seq ?? 0) ? { seq: head.seq, hash: head.hash } : end
  }

  async function write(entry: AuditEntry): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const row = linkRow(entry, await last(), key)
      try {
        await rows().insertOne(row)
      } catch (error) {
        if (!isDuplicate(error)) throw error
        continue
      }
      await note(row)
      return
    }
    throw new Error('the audit log is written too often')
  }

  /** Only ever forward, whoever is first. */
  async function note({ _id: seq, hash }: AuditRow): Promise<void> {
    const head = headOf({ seq, hash }, key)
    try {
      await heads().updateOne({ _id: 'head', seq: { $lt: seq } }, { $set: head }, { upsert: true })
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
  }

  return {
    append({ change, ...entry }) {
      const text = change === undefined ? undefined : JSON.stringify(change)
      const full = { at: clock.now(), ...entry, ...(text !== undefined && { change: cut(text) }) }
      const written = queue.then(() => write(full))
      queue = written.catch(() => undefined)
      return written
    },

    list({ actor, action, target, from, to, after, order, limit }) {
      const oldest = order === 'oldest'
      const times = { ...(from && { $gte: from }), ...(to && { $lt: to }) }
      return rows()
        .find({
          ...(actor !== undefined && { 'actor.id': actor }),
          ...(action !== undefined && { action }),
          ...(target !== undefined && { target }),
          ...(after !== undefined && { _id: oldest ? { $gt: after } : { $lt: after } }),
          ...(Object.keys(times).length > 0 && { at: times }),
        })
        .sort({ _id: oldest ? 1 : -1 })
        .limit(limit)
        .toArray()
    },

    async verify(witness) {
      const head = await heads().findOne({ _id: 'head' })
      return verifyChain(rows().find({}).sort({ _id: 1 }), head ?? undefined, key, witness)
    },
  }
}

const cut = (text: string) => (text.length <= MAX_CHANGE ? text : `${text.slice(0, MAX_CHANGE)}…`)
