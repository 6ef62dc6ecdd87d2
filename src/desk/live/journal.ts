import { type Connection, database, type Rows } from '../../store/connect.js'
import { isDuplicate } from '../../store/duplicate.js'
import { defineModel, isDefined, Schema } from '../../store/schema.js'

/** What changed at the desk: conversations by id, entries by their place in one. */
export interface Change {
  conversations: string[]
  entries: { conversation: string; seq: number }[]
  /** More changed than was worth writing down: read everything anew. */
  reset?: true
}

/** A change under its number. */
export interface ChangeRow extends Change {
  _id: number
  at: Date
}

/**
 * The desk's changes in the store, numbered without gaps by their unique `_id`: whoever has read up to a number has missed
 * nothing before it, in whatever process it was written.
 */
export interface Journal {
  /** Resolves to its number once it is durable. */
  append(change: Change): Promise<number>
  /** The newest number, 0 before the first. */
  last(): Promise<number>
  /**
   * Those after a number, oldest first. Undefined: some of them are kept no more, or the number is none of this store;
   * everything is to be read anew.
   */
  after(number: number, limit: number): Promise<ChangeRow[] | undefined>
  /** Lets all but the newest go. */
  tidy(): Promise<void>
}

const COLLECTION = 'deskChanges'
/** How many changes are kept: hours of a busy desk, more than any page was ever away for. */
export const KEPT_CHANGES = 5000

/** The journal on a connection; make it before `ensureIndexes`. */
export function createJournal({ connection, now }: { connection: Connection; now(): Date }): Journal {
  if (!isDefined(connection, 'DeskChange')) {
    const fields = { _id: { type: Number, required: true } }
    const options = { collection: COLLECTION, versionKey: false, autoIndex: false, autoCreate: false, strict: false }
    defineModel(connection, 'DeskChange', new Schema(fields, options as never))
  }
  const rows = (): Rows<ChangeRow> => database(connection).collection<ChangeRow>(COLLECTION)
  /** The newest number this process knows of. */
  let known: number | undefined

  async function edge(order: 1 | -1): Promise<number> {
    const [row] = await rows()
      .find({}, { projection: { _id: 1 } })
      .sort({ _id: order })
      .limit(1)
      .toArray()
    return row?._id ?? 0
  }

  return {
    async append(change) {
      for (;;) {
        const number = (known ?? (await edge(-1))) + 1
        try {
          await rows().insertOne({ _id: number, at: now(), ...change })
          known = number
          return number
        } catch (error) {
          if (!isDuplicate(error)) throw error
          known = await edge(-1)
        }
      }
    },
    last: () => edge(-1),
    async after(number, limit) {
      const found = await rows()
        .find({ _id: { $gt: number } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray()
      const [first] = found
      if (first) return first._id === number + 1 ? found : undefined
      return number === (await edge(-1)) ? [] : undefined
    },
    async tidy() {
      const newest = await edge(-1)
      if (newest > KEPT_CHANGES) await rows().deleteMany({ _id: { $lte: newest - KEPT_CHANGES } })
    },
  }
}
