import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/clock.js'
import { AppError, messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Sort, SortedPage } from '../../core/sort.js'
import type { Connection } from '../../store/connect.js'
import { createLeases } from '../../store/lease.js'
import { sortedPage } from '../../store/sorted.js'
import type { Corp, Page } from '../ports.js'
import { type HandOverItemRow, type HandOverRow, handOverItemRows, handOverRows, type ItemState } from './model.js'
import { type HandOverAsk, type ItemCounts, planHandOver } from './plan.js'
import { type PollPorts, poll, recover } from './poll.js'
import { sendPlanned } from './send.js'

const SORT_FIELDS = { target: '_id', kind: 'kind', to: 'to', state: 'state', endedAt: 'endedAt' } as const

/** Which customers and groups of a hand-over. */
export interface ItemQuery {
  state?: ItemState | undefined
  /** By kind and target unless given. */
  sort?: Sort<keyof typeof SORT_FIELDS> | undefined
  /** `next` of the page before. */
  after?: string | undefined
  /** 100 unless given, at most 1000. */
  limit?: number | undefined
}

/** A hand-over with its counts. */
export interface HandOverView extends HandOverRow {
  items: ItemCounts
}

/** Handing over customers and groups (继承). A refusal of a customer or taker is an outcome, never thrown. */
export interface HandOvers {
  /** A durable plan, shown before anything is sent. */
  plan(ask: HandOverAsk): Promise<HandOverView>
  /** Lets the tick work on a plan; again changes nothing. Undefined when there is none. */
  start(id: string): Promise<HandOverView | undefined>
  /** Drops a plan that was not started. */
  drop(id: string): Promise<'dropped' | 'unknown' | 'started'>
  find(id: string): Promise<HandOverView | undefined>
  /** Newest first. */
  list(query: { account?: string; limit?: number }): Promise<HandOverRow[]>
  items(id: string, query: ItemQuery): Promise<SortedPage<HandOverItemRow>>
  /** Customers of members who have left, as the platform lists them: 1000 a page. */
  unassigned(account: string, cursor?: string): Promise<Page<{ staff: string; customer: string; leftAt: Date }>>
  /** Sends, polls and finishes; the tick. Two processes never work on one hand-over at once. */
  drive(): Promise<void>
  /** The platform says that a customer's hand-over failed: its result is read with the next tick. */
  hint(account: string, customer: string): Promise<void>
}

const LEASE_MS = 300_000
const POLL_MS = 600_000

/** Hand-overs over a store. */
export function createHandOvers(
  ports: PollPorts & {
    connection: Connection
    clock: Clock
    log: Logger
    corp(account: string): Corp | undefined
    due(): void
  },
): HandOvers {
  const { connection, clock, log } = ports
  const heads = () => handOverRows(connection)
  const items = () => handOverItemRows(connection)

  function corpOf(account: string): Corp {
    const corp = ports.corp(account)
    if (corp) return corp
    throw new AppError('account.unknown', `'${account}' is no app of a corporation`, {
      fix: 'see `accounts` in config/',
    })
  }

  async function view(row: HandOverRow): Promise<HandOverView> {
    const grouped = items().aggregate<{ _id: { kind: HandOverItemRow['kind']; state: ItemState }; count: number }>([
      { $match: { handOver: row._id } },
      { $group: { _id: { kind: '$kind', state: '$state' }, count: { $sum: 1 } } },
    ])
    const counts: ItemCounts = { customer: {}, group: {} }
    for (const { _id, count } of await grouped.toArray()) counts[_id.kind][_id.state] = count
    return { ...row, items: counts }
  }

  async function find(id: string): Promise<HandOverView | undefined> {
    const row = await heads().findOne({ _id: id })
    return row ? view(row) : undefined
  }

  async function one(row: HandOverRow): Promise<void> {
    const lease = await createLeases(connection).take(`hand-over:${row._id}`, randomUUID(), LEASE_MS)
    if (!lease) return
    try {
      const corp = corpOf(row.account)
      await recover(ports, corp, row)
      const held = await sendPlanned(ports, corp, row)
      const set = held === undefined ? { $unset: { held: '' as const } } : { $set: { held } }
      await heads().updateOne({ _id: row._id }, set)
      const now = clock.now()
      if (row.polledAt === undefined || now.getTime() - row.polledAt.getTime() >= POLL_MS) {
        await heads().updateOne({ _id: row._id }, { $set: { polledAt: now } })
        await poll(ports, corp, row)
        ports.due()
      }
      await finish(row)
    } finally {
      await lease.release().catch(() => undefined)
    }
  }

  async function finish(row: HandOverRow): Promise<void> {
    const open = { handOver: row._id, state: { $in: ['planned', 'sending', 'waiting'] as ItemState[] } }
    if ((await items().findOne(open)) !== null) return
    const finishedAt = clock.now()
    const { account, from } = row
    const { items: counts } = await view(row)
    const props = { corp: account, staff: from, customers: counts.customer, groups: counts.group }
    const id = `handed-over:${row._id}`
    await ports.events.append([
      { source: 'customers', id, type: 'customers.handed-over', account, occurredAt: finishedAt, props },
    ])
    await heads().updateOne({ _id: row._id }, { $set: { state: 'done', finishedAt }, $unset: { held: '' } })
    log.info({ account, handOver: row._id, ...counts }, 'hand-over finished')
  }

  return {
    plan: async (ask) => view(await planHandOver(ports, corpOf(ask.account), ask)),
    async start(id) {
      await heads().updateOne({ _id: id, state: 'planned' }, { $set: { state: 'running', startedAt: clock.now() } })
      return find(id)
    },
    async drop(id) {
      const { deletedCount } = await heads().deleteOne({ _id: id, state: 'planned' })
      if (deletedCount === 0) return (await heads().findOne({ _id: id })) === null ? 'unknown' : 'started'
      await items().deleteMany({ handOver: id })
      return 'dropped'
    },
    find,
    list: ({ account, limit = 50 }) =>
      heads()
        .find(account === undefined ? {} : { account })
        .sort({ createdAt: -1 })
        .limit(Math.min(limit, 500))
        .toArray(),
    items(id, { state, sort = 'target', after, limit = 100 }) {
      const filter = { handOver: id, ...(state !== undefined && { state }) }
      return sortedPage(items(), { filter, sort, fields: SORT_FIELDS, after, limit: Math.min(limit, 1000) })
    },
    unassigned: async (account, cursor) => corpOf(account).transfer.unassigned(cursor === undefined ? {} : { cursor }),
    async drive() {
      const running = await heads().find({ state: 'running' }).sort({ startedAt: 1 }).toArray()
      for (const row of running) {
        try {
          await one(row)
        } catch (error) {
          log.error({ account: row.account, handOver: row._id, reason: messageOf(error) }, 'hand-over goes on later')
        }
      }
    },
    async hint(account, customer) {
      const waiting = await items().distinct('handOver', { account, target: customer, state: 'waiting' })
      if (waiting.length > 0) await heads().updateMany({ _id: { $in: waiting } }, { $unset: { polledAt: '' } })
    },
  }
}
