import { type Clock, systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { createBatch } from '../store/batch.js'
import type { Connection } from '../store/connect.js'
import { DUPLICATE_KEY } from '../store/duplicate.js'
import { insertRaw } from '../store/raw-commands.js'
import { checkFact, type Fact, type StoredFact } from './fact.js'
import { EVENTS, type EventRow, eventModel, eventRows } from './model.js'

/** Which facts to read; newest first. */
export interface FactQuery {
  contact?: string
  type?: string
  /** Facts of a source whose own ids begin so. */
  of?: { source: string; id: string }
  /** Facts of this time and later. */
  from?: Date
  /** Facts before this time. */
  before?: Date
  /** 100 unless given, at most 1000. */
  limit?: number
}

/** The append-only log of what happened: the only input of journeys and insights. */
export interface Events {
  /**
   * Stores facts; resolves when they are durable, with `new` or `known` for each. Facts that are appended together
   * anywhere in the process share one write. Throws AppError `event.invalid` before anything is written.
   */
  append(facts: readonly Fact[]): Promise<('new' | 'known')[]>
  /** By contact, type or both, newest first; ask for the next page with `before`. */
  read(query: FactQuery): Promise<StoredFact[]>
  /** Empties the properties of a contact's facts; that something happened stays counted. */
  scrub(contact: string): Promise<void>
}

/** The fact log on a connection. */
export function createEvents(ports: { connection: Connection; clock?: Clock }): Events {
  const { connection, clock = systemClock } = ports
  eventModel(connection)

  const insert = createBatch<Fact, 'new' | 'known'>(async (facts) => {
    const receivedAt = clock.now()
    const faults = await insertRaw(
      connection,
      EVENTS,
      facts.map((fact) => toRow(fact, receivedAt)),
    )
    const known = new Set<number>()
    for (const { index, code, message } of faults) {
      if (code !== DUPLICATE_KEY) throw new AppError('store.refused', `facts could not be stored: ${message}`)
      known.add(index)
    }
    return facts.map((_, index) => (known.has(index) ? 'known' : 'new'))
  })

  return {
    async append(facts) {
      for (const fact of facts) checkFact(fact)
      return Promise.all(facts.map(insert))
    },

    async read({ contact, type, of, from, before, limit = 100 }) {
      const occurredAt = { ...(from && { $gte: from }), ...(before && { $lt: before }) }
      const filter = {
        ...(contact !== undefined && { contact }),
        ...(type !== undefined && { type }),
        ...(of && { _id: { $gte: `${of.source}:${of.id}`, $lt: `${of.source}:${of.id}\uffff` } }),
        ...((from ?? before) && { occurredAt }),
      }
      const cursor = eventRows(connection)
        .find(filter)
        .sort({ occurredAt: -1 })
        .limit(Math.min(Math.max(limit, 1), 1000))
      return (await cursor.toArray()).map(toFact)
    },

    async scrub(contact) {
      await eventRows(connection).updateMany({ contact }, { $set: { props: {} } })
    },
  }
}

function toRow(fact: Fact, receivedAt: Date): EventRow {
  const { source, id, type, contact, account, occurredAt, props = {} } = fact
  return {
    _id: `${source}:${id}`,
    source,
    type,
    ...(contact !== undefined && { contact }),
    ...(account !== undefined && { account }),
    occurredAt,
    receivedAt,
    props,
  }
}

function toFact({ _id, ...row }: EventRow): StoredFact {
  return { ...row, id: _id.slice(row.source.length + 1) }
}
