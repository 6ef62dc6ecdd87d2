import { setImmediate as turn } from 'node:timers/promises'
import { creditRows } from '../contacts/credits/model.js'
import { eventRows } from '../events/model.js'
import type { Connection } from '../store/connect.js'
import { type RawCursor, rawDate, rawDocument, rawName, rawText } from '../store/raw-row.js'
import { filterOf } from './condition.js'
import type { FactLeaf } from './node.js'
import { questionOf } from './question.js'
import { type PastFact, propsFit } from './tally.js'
import type { Moment } from './time.js'

/** Takes a fact of a contact. */
export type TakeFact = (contact: string, fact: PastFact) => void

/** Facts for the evaluation of rules. */
export interface FactReader {
  /** Every fact that counts for a condition, of everybody, in any order. What the condition does not ask is left out. */
  ofLeaf(leaf: FactLeaf, moment: Moment, take: TakeFact, signal?: AbortSignal): Promise<void>
  /** The facts of some contacts, whole, from a time on. */
  ofContacts(contacts: readonly string[], types: readonly string[], from: number, take: TakeFact): Promise<void>
  /** Of these identities those that have accepted a subscription template and something is left of it. */
  credited(keys: readonly string[]): Promise<Set<string>>
}

const BATCH = 5000
const CONTACT = rawName('contact')
const TYPE = rawName('type')
const OCCURRED_AT = rawName('occurredAt')
const PROPS = rawName('props')

/** Reads facts as raw rows of the fields that are needed; by type, time and contact the index alone answers. */
export function createFactReader(connection: Connection): FactReader {
  async function read(filter: object, needs: readonly string[], take: TakeFact, signal?: AbortSignal): Promise<void> {
    const projection = Object.fromEntries([['_id', 0], ['contact', 1], ...needs.map((name) => [name, 1])])
    const [type, at, props] = ['type', 'occurredAt', 'props'].map((name) => needs.includes(name))
    const cursor = eventRows(connection).find(filter, {
      raw: true,
      batchSize: BATCH,
      projection,
    }) as unknown as RawCursor
    let more = cursor.hasNext()
    try {
      while (await more) {
        signal?.throwIfAborted()
        const rows = cursor.readBufferedDocuments()
        // The store gathers the next ones while these are counted; a failure is met by the loop, if it still goes on.
        more = cursor.hasNext()
        more.catch(() => undefined)
        await turn()
        for (const row of rows) {
          const contact = rawText(row, CONTACT)
          if (contact === undefined) continue
          take(contact, {
            type: type ? (rawText(row, TYPE) ?? '') : '',
            at: at ? (rawDate(row, OCCURRED_AT) ?? 0) : 0,
            props: props ? (rawDocument(row, PROPS) ?? {}) : {},
          })
        }
      }
    } finally {
      await cursor.close()
    }
  }

  return {
    async ofLeaf(leaf, moment, take, signal) {
      const { filter, exact } = factFilter(leaf, moment)
      const needs = [
        ...(leaf.kind === 'sequence' ? ['type'] : []),
        ...(leaf.kind === 'sequence' || leaf.kind === 'last-before' ? ['occurredAt'] : []),
        ...(leaf.kind === 'sum' || !exact ? ['props'] : []),
      ]
      const fits = propsFit(leaf, moment)
      await read(filter, needs, exact ? take : (contact, fact) => fits(fact.props) && take(contact, fact), signal)
    },
    ofContacts(contacts, types, from, take) {
      const filter = { contact: { $in: [...contacts] }, type: oneOf(types), ...since(from) }
      return read(filter, ['type', 'occurredAt', 'props'], take)
    },
    async credited(keys) {
      if (keys.length === 0) return new Set()
      const found = await creditRows(connection)
        .find({ key: { $in: [...keys] }, credits: { $gt: 0 } }, { projection: { key: 1 } })
        .toArray()
      return new Set(found.map(({ key }) => key))
    },
  }
}

/** The facts of a condition as a filter of the store; `exact` when no property has to be looked at again. */
export function factFilter(leaf: FactLeaf, moment: Moment): { filter: object; exact: boolean } {
  const { from, before } = moment.interval(leaf.range)
  const where = leaf.where.map(({ path, condition }) =>
    filterOf(questionOf(condition, 'any', moment), `props.${path.join('.')}`),
  )
  const occurredAt = { ...(Number.isFinite(from) && { $gte: new Date(from) }), $lt: new Date(before) }
  return {
    filter: {
      type: oneOf(leaf.types),
      occurredAt,
      ...(where.length > 0 && { $and: where.map(({ filter }) => filter) }),
    },
    exact: where.every(({ exact }) => exact),
  }
}

const since = (from: number) => (Number.isFinite(from) ? { occurredAt: { $gte: new Date(from) } } : {})
const oneOf = (types: readonly string[]) => (types.length === 1 ? types[0] : { $in: [...types] })
