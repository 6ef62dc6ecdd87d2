import type { Recipient, RecipientState } from '../outbox/bulk/chunk.js'
import type { Connection } from '../store/connect.js'
import { type UpdateStatement, updateRaw } from '../store/raw-commands.js'
import { campaignCollections, type RecallRow } from './model.js'
import type { CampaignBulk } from './ports.js'
import { lastOrders } from './recall-gate.js'

const COLLECTION = 'campaignRecalls'
const BATCH = 500
/** Ends after which a person was, or may have been, written to; or will be. */
const LEFT: ReadonlySet<RecipientState> = new Set(['sent', 'uncertain', 'sending', 'waiting-visit'])

/** What a recall knows about the people of a page. */
export interface Recalls {
  /** What they were recalled with last, by contact. */
  stages: ReadonlyMap<string, RecallRow>
  /** When the shop last saw an order of theirs. */
  orders: ReadonlyMap<string, Date>
}

/** Nothing is known; for campaigns without stages. */
export const NO_RECALLS: Recalls = { stages: new Map(), orders: new Map() }

/** What a campaign's people were recalled with, and when they last ordered: two reads for up to 1,000 people. */
export async function recallsOf(
  connection: Connection,
  campaign: string,
  contacts: readonly string[],
): Promise<Recalls> {
  if (contacts.length === 0) return NO_RECALLS
  const ids = contacts.map((contact) => `${campaign}:${contact}`)
  const { recalls } = campaignCollections(connection)
  const [found, orders] = await Promise.all([
    recalls.find({ _id: { $in: ids } }).toArray(),
    lastOrders(connection, contacts),
  ])
  return { stages: new Map(found.map((row) => [row.contact, row])), orders }
}

/**
 * Writes down which stage these people are being recalled with, before it happens. Doing it again for the same run
 * changes nothing but the stage.
 */
export async function noteRecalls(
  connection: Connection,
  { campaign, run, at, recipients }: { campaign: string; run: string; at: Date; recipients: readonly Recipient[] },
  known: ReadonlyMap<string, RecallRow>,
): Promise<void> {
  const updates = recipients
    .filter(({ skip }) => skip === undefined)
    .map(({ contact, variant }): UpdateStatement & { upsert: true } => {
      const earlier = known.get(contact)
      const before = earlier?.run === run ? earlier.before : earlier && { stage: earlier.stage, at: earlier.at }
      return {
        q: { _id: `${campaign}:${contact}` },
        u: {
          $set: { campaign, contact, stage: variant, at, run, open: true, ...(before && { before }) },
          ...(before ? {} : { $unset: { before: '' } }),
        },
        upsert: true,
      }
    })
  for (let from = 0; from < updates.length; from += BATCH)
    await updateRaw(connection, COLLECTION, updates.slice(from, from + BATCH))
}

/**
 * After a run: what did not leave (skipped, failed, expired, called back) does not count as a recall; the person is due
 * again. An unclear end counts. Gives how many stages were given back; cut short, it goes on where it was.
 */
export async function settleRecalls(
  connection: Connection,
  bulk: Pick<CampaignBulk, 'of'>,
  run: string,
  signal: AbortSignal,
): Promise<number> {
  const { recalls } = campaignCollections(connection)
  let given = 0
  while (!signal.aborted) {
    const rows = await recalls.find({ run, open: true }).sort({ _id: 1 }).limit(BATCH).toArray()
    if (rows.length === 0) break
    const ends = await Promise.all(rows.map((row) => bulk.of(run, row.contact)))
    const stays = rows.filter((_, index) => LEFT.has(ends[index]?.state ?? 'cancelled'))
    const back = rows.filter((row) => !stays.includes(row))
    const kept = { q: { _id: { $in: stays.map(({ _id }) => _id) }, run }, u: { $unset: { open: '' } }, multi: true }
    const undone = back.flatMap(({ _id, before }) => {
      const u = before && { $set: before, $unset: { open: '', before: '' } }
      return u ? [{ q: { _id, run }, u }] : []
    })
    const updates = [...(stays.length > 0 ? [kept] : []), ...undone]
    if (updates.length > 0) await updateRaw(connection, COLLECTION, updates)
    const gone = back.filter(({ before }) => before === undefined).map(({ _id }) => _id)
    if (gone.length > 0) await recalls.deleteMany({ _id: { $in: gone }, run })
    given += back.length
  }
  return given
}

/** Forgets what a person was recalled with. */
export async function forgetRecalls(connection: Connection, contact: string): Promise<void> {
  await campaignCollections(connection).recalls.deleteMany({ contact })
}
