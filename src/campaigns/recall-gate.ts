import type { ContactRow } from '../contacts/model.js'
import { contactRows } from '../contacts/model.js'
import type { Judged, Question, Reach, Reachable } from '../outbox/reach/reach.js'
import type { Connection } from '../store/connect.js'
import { campaignCollections } from './model.js'

type Ordering = Pick<ContactRow, '_id' | 'lastSeenAt'> & { shop?: { lastOrderAt?: Date } }

/**
 * The reach of the bulk sender with one more rule: a recall is not for somebody who wrote, tapped, scanned or ordered
 * since its audience was frozen. Asked right before a message leaves; one more read a chunk, for recalls only.
 */
export function recallGate<R extends Pick<Reach, 'judge'>>(reach: R, connection: Connection): R {
  const sinceOf = createRecallSince(connection)

  async function judge(people: readonly Reachable[], question: Question): Promise<Judged[]> {
    const [judged, since] = await Promise.all([reach.judge(people, question), sinceOf(question.source)])
    if (since === undefined) return judged
    const back = await cameBack(
      connection,
      judged.map(({ facts }) => facts.contact),
      since,
    )
    return judged.map((one) => {
      if (!back.has(one.facts.contact)) return one
      const refusals = question.channels.map((channel) => ({ channel, reason: 'came-back' as const }))
      return { facts: one.facts, resolution: { refusals } }
    })
  }

  return { ...reach, judge }
}

const REMEMBERED = 1000

/** Since when a source's people must have kept silent; undefined for sources that are no recall. */
function createRecallSince(connection: Connection): (source: string | undefined) => Promise<Date | undefined> {
  const known = new Map<string, Date | undefined>()
  return async (source) => {
    if (source === undefined) return undefined
    if (known.has(source)) return known.get(source)
    const run = await campaignCollections(connection).runs.findOne({ _id: source })
    const since = run?.definition?.stages ? run.asOf : undefined
    if (known.size >= REMEMBERED) known.clear()
    if (run === null || run.asOf) known.set(source, since)
    return since
  }
}

/** Who of these contacts wrote, tapped, scanned or ordered after a moment. One read for up to 1,000 people. */
export async function cameBack(connection: Connection, contacts: readonly string[], since: Date): Promise<Set<string>> {
  const rows = await lastOnes(connection, contacts)
  const later = (at: Date | undefined) => at !== undefined && at > since
  return new Set(rows.filter((row) => later(row.lastSeenAt) || later(row.shop?.lastOrderAt)).map(({ _id }) => _id))
}

/** When the shop last saw an order of these contacts. */
export async function lastOrders(connection: Connection, contacts: readonly string[]): Promise<Map<string, Date>> {
  const rows = await lastOnes(connection, contacts)
  return new Map(rows.flatMap(({ _id, shop }) => (shop?.lastOrderAt ? [[_id, shop.lastOrderAt] as const] : [])))
}

async function lastOnes(connection: Connection, contacts: readonly string[]): Promise<Ordering[]> {
  if (contacts.length === 0) return []
  const projection = { lastSeenAt: 1, 'shop.lastOrderAt': 1 }
  return contactRows(connection)
    .find({ _id: { $in: [...contacts] } }, { projection })
    .toArray()
}
