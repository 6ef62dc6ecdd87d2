import type { Binding } from '../../contacts/bind.js'
import { AppError } from '../../core/errors.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import type { BoughtFacts } from '../bought.js'
import { type QuarantineRow, quarantineRows } from '../model.js'
import type { EventTypes } from '../types/registry.js'
import { factOf } from './fact-of.js'

/** What waits, by type. */
export interface QuarantinedType {
  shop: string
  type: string
  count: number
  firstAt: Date
  lastAt: Date
}

/** How a release ended. */
export interface Released {
  /** Facts now. */
  released: number
  /** Were facts already. */
  known: number
  /** Do not fit the type; they stay, with the reason, until they expire. */
  refused: { id: string; problem: string }[]
  /** More are waiting: release again. */
  more: boolean
}

/** Events of types that nobody knew. They are kept for 30 days. */
export interface Quarantine {
  types(): Promise<QuarantinedType[]>
  /** In the order of ids, behind `after`. */
  list(query: { type?: string; after?: string; limit: number }): Promise<QuarantineRow[]>
  /** Makes facts of a type that is known by now, 1000 a call. Throws AppError `not-found.type`. */
  release(type: string): Promise<Released>
}

export interface QuarantinePorts {
  connection: Connection
  events: Pick<Events, 'append'>
  binding: Pick<Binding, 'locate'>
  bought: Pick<BoughtFacts, 'refresh'>
  types: Pick<EventTypes, 'find'>
}

const PAGE = 1000

/** The quarantine on a connection. */
export function createQuarantine(ports: QuarantinePorts): Quarantine {
  const { connection, events, binding, types } = ports
  const rows = () => quarantineRows(connection)

  return {
    async types() {
      const groups = rows().aggregate<{ _id: { shop: string; type: string }; count: number; first: Date; last: Date }>([
        {
          $group: {
            _id: { shop: '$shop', type: '$type' },
            count: { $sum: 1 },
            first: { $min: '$receivedAt' },
            last: { $max: '$receivedAt' },
          },
        },
        { $sort: { count: -1, _id: 1 } },
      ])
      const found = await groups.toArray()
      return found.map(({ _id, count, first, last }) => ({ ..._id, count, firstAt: first, lastAt: last }))
    },

    list({ type, after, limit }) {
      const filter = { ...(type !== undefined && { type }), ...(after !== undefined && { _id: { $gt: after } }) }
      return rows().find(filter).sort({ _id: 1 }).limit(limit).toArray()
    },

    async release(name) {
      const type = await types.find(name)
      if (!type) {
        throw new AppError('not-found.type', `nobody knows the type '${name.slice(0, 64)}'`, {
          fix: 'define it with PUT /event-types/:type',
        })
      }
      const page = await rows()
        .find({ type: name, problem: { $exists: false } })
        .sort({ _id: 1 })
        .limit(PAGE)
        .toArray()
      const judged = await Promise.all(
        page.map(async (row) => {
          const { shop, eventId, at, props, people, unionid } = row
          const named = people.length > 0 || unionid !== undefined
          const made = factOf(type, { shop, eventId, at, props, named })
          if ('problems' in made) {
            return { row, problem: made.problems.map(({ field, message }) => `${field}: ${message}`).join('; ') }
          }
          const contact = await binding.locate({ people, at, ...(unionid !== undefined && { unionid }) })
          const account = people.find(({ platform }) => platform !== 'shop')?.account || row.account
          const about = { ...(contact !== undefined && { contact }), ...(account !== undefined && { account }) }
          return { row, fact: { ...made.fact, ...about } }
        }),
      )
      const good = judged.flatMap((one) => ('fact' in one ? [{ row: one.row, fact: one.fact }] : []))
      const appended = good.length === 0 ? [] : await events.append(good.map(({ fact }) => fact))
      await ports.bought.refresh([...new Set(good.flatMap(({ fact }) => fact.contact ?? []))])
      await rows().deleteMany({ _id: { $in: good.map(({ row }) => row._id) } })
      const refused: Released['refused'] = []
      for (const one of judged) {
        if ('fact' in one) continue
        const { row, problem } = one
        await rows().updateOne({ _id: row._id }, { $set: { problem } })
        refused.push({ id: row._id, problem })
      }
      const released = appended.filter((end) => end === 'new').length
      return { released, known: appended.length - released, refused, more: page.length === PAGE }
    },
  }
}
