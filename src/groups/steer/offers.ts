import type { Clock } from '../../core/clock.js'
import type { Connection } from '../../store/connect.js'
import { type CountDeps, countFact } from './counts.js'
import { type OfferRow, offerRows } from './model.js'
import type { Tokens } from './token.js'

/** Offers of join ways to people: who got which link, opened it, and joined. */
export interface Offers {
  /** Records an offer and gives its token; the same key again gives the same one. */
  make(key: string, offer: Omit<OfferRow, '_id' | 'until'>): Promise<{ id: string; token: string }>
  /** The offer of a token. `expired`: it was good once. Undefined: it was not made here, or is forgotten. */
  read(token: string): Promise<{ offer: OfferRow; expired: boolean } | undefined>
  /** The person has opened it; counts once. */
  opened(offer: OfferRow): Promise<void>
  /**
   * The offers by which somebody may have joined then, the newest first: made before and not led to a join yet. The
   * platform tells joins in whole seconds of its own clock, so two minutes after do as well.
   */
  open(contacts: readonly string[], at: Date): Promise<OfferRow[]>
  /** It led to a join. */
  joined(id: string, at: Date, group: string): Promise<void>
}

export interface OffersPorts extends CountDeps {
  connection: Connection
  clock: Clock
  tokens: Tokens
  /** How long the page of an offer stays open. */
  lifeMs: number
}

const MOST_OPEN = 50
const CLOCKS_APART_MS = 120_000

/** The offers on a connection. */
export function createOffers({ connection, events, clock, tokens, lifeMs }: OffersPorts): Offers {
  const rows = () => offerRows(connection)
  return {
    async make(key, offer) {
      const id = tokens.idOf(key)
      const until = new Date(Math.floor((offer.at.getTime() + lifeMs) / 1000) * 1000)
      const row = await rows().findOneAndUpdate(
        { _id: id },
        { $setOnInsert: { ...offer, until } },
        { upsert: true, returnDocument: 'after' },
      )
      const { contact, account, set, rule, corp, way, at } = row ?? { _id: id, ...offer, until }
      const props = { corp, way, set, rule, offer: id }
      const about = { contact, account, occurredAt: at }
      await countFact({ connection, events }, { id: `offered:${id}`, type: 'steer.offered', ...about, props })
      return { id, token: tokens.seal(id, row?.until ?? until) }
    },
    async read(token) {
      const sealed = tokens.open(token)
      const offer = sealed && (await rows().findOne({ _id: sealed.id }))
      return offer ? { offer, expired: sealed.until <= clock.now() } : undefined
    },
    async opened({ _id, contact, account, corp, way, set }) {
      const at = clock.now()
      const { matchedCount } = await rows().updateOne({ _id, openedAt: { $exists: false } }, { $set: { openedAt: at } })
      if (matchedCount === 0) return
      const about = { contact, account, occurredAt: at, props: { corp, way, set, offer: _id } }
      await countFact({ connection, events }, { id: `opened:${_id}`, type: 'steer.opened', ...about })
    },
    open: (contacts, at) =>
      rows()
        .find({
          contact: { $in: [...contacts] },
          at: { $lte: new Date(at.getTime() + CLOCKS_APART_MS) },
          joinedAt: { $exists: false },
        })
        .sort({ at: -1 })
        .limit(MOST_OPEN)
        .toArray(),
    async joined(id, at, group) {
      await rows().updateOne({ _id: id, joinedAt: { $exists: false } }, { $set: { joinedAt: at, group } })
    },
  }
}
