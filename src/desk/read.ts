import { identityKey, type Person } from '../contacts/identity.js'
import type { ConversationRow, ConversationState, DeskChannel, EntryRow } from './model.js'
import type { DeskRows } from './rows.js'

/** Which conversations to list; newest first, those in the queue in its order. */
export interface ConversationQuery {
  state?: ConversationState | undefined
  staff?: string | undefined
  contact?: string | undefined
  channel?: DeskChannel | undefined
  /** Begun before. */
  before?: Date | undefined
  /** 50 unless given, at most 200. */
  limit?: number | undefined
}

/** Reading conversations. */
export interface Reading {
  find(id: string): Promise<ConversationRow | undefined>
  openOf(person: Person): Promise<ConversationRow | undefined>
  /** Those a staff member has now, by their numbers. */
  held(staff: string): Promise<ConversationRow[]>
  byNumber(staff: string, number: number): Promise<ConversationRow | undefined>
  list(query?: ConversationQuery): Promise<ConversationRow[]>
  /** What was said, oldest first: the last ones, those before a place, or those after one. */
  entries(
    conversation: string,
    query?: { before?: number | undefined; after?: number | undefined; limit?: number | undefined },
  ): Promise<EntryRow[]>
}

/** Reads from the collections. */
export function createReading({ conversations, entries }: DeskRows): Reading {
  return {
    find: async (id) => (await conversations.findOne({ _id: id })) ?? undefined,
    openOf: async (person) => (await conversations.findOne({ key: identityKey(person), open: true })) ?? undefined,
    held: (staff) => conversations.find({ staff, held: true }).sort({ number: 1 }).toArray(),
    byNumber: async (staff, number) => (await conversations.findOne({ staff, number, held: true })) ?? undefined,
    list({ state, staff, contact, channel, before, limit = 50 } = {}) {
      const filter = {
        ...(state && { state, ...(state !== 'closed' && { open: true as const }) }),
        ...(staff !== undefined && { staff }),
        ...(contact !== undefined && { contact }),
        ...(channel && { channel }),
        ...(before && { createdAt: { $lt: before } }),
      }
      const sorted =
        state === 'queued'
          ? conversations.find(filter).sort({ priority: -1, queuedAt: 1 })
          : conversations.find(filter).sort({ createdAt: -1 })
      return sorted.limit(Math.min(Math.max(limit, 1), 200)).toArray()
    },
    async entries(conversation, { before, after, limit = 50 } = {}) {
      const seq = { ...(before !== undefined && { $lt: before }), ...(after !== undefined && { $gt: after }) }
      const filter = { conversation, ...(Object.keys(seq).length > 0 && { seq }) }
      const found = await entries
        .find(filter, { projection: { message: 0 } })
        .sort({ seq: after === undefined ? -1 : 1, _id: 1 })
        .limit(Math.min(Math.max(limit, 1), 500))
        .toArray()
      return after === undefined ? found.toReversed() : found
    },
  }
}
