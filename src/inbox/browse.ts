import type { Connection } from '../store/connect.js'
import { type TimeOrder, type WalkPage, walk } from '../store/walk.js'
import type { InboxRow, InboxState, StoredRow } from './model.js'
import { rows } from './rows.js'
import { batches, IS_ROW, NEVER, openIds, readRows, withStates } from './stored-rows.js'

/** Which updates are listed. */
export interface UpdateQuery {
  state?: InboxState | undefined
  account?: string | undefined
  /** The kind, or its beginning with a dot: `message.` are all messages. */
  kind?: string | undefined
  /** `<account>:<openid>`. */
  contact?: string | undefined
  /** By when we received them; by when they failed, where the state is `failed` or `dead`. */
  from?: Date | undefined
  to?: Date | undefined
  /** `next` of the page before. */
  after?: string | undefined
  order?: TimeOrder | undefined
  limit: number
}

/** An update in a list: without its envelope. */
export type ListedUpdate = Omit<InboxRow, 'envelope'>

/** Which failures are handled again together. */
export interface FailureQuery {
  account?: string | undefined
  kind?: string | undefined
  /** Only what failed at this moment or earlier. */
  until: Date
  limit: number
}

/** Reading the inbox. */
export interface UpdateBrowser {
  list(query: UpdateQuery): Promise<WalkPage<ListedUpdate>>
  find(id: string): Promise<InboxRow | undefined>
  /** Ids of failed and dead updates, those that failed first in front. */
  failures(query: FailureQuery): Promise<string[]>
  /** How many failed and are dead, and since when the oldest of them waits. */
  failed(): Promise<{ failed: number; dead: number; oldestAt?: Date }>
}

/** Open updates are few; more than these are not listed at once. */
const MOST_OPEN = 1000
const MOST_ROUNDS = 10

/**
 * Lists on the indexes that the inbox has anyway (`kept`, `thread`, `failures`, `open`): a further one would cost every
 * push. Account and kind are looked at while walking, 5,000 updates a page at most.
 */
export function createUpdateBrowser(connection: Connection): UpdateBrowser {
  async function list(query: UpdateQuery): Promise<WalkPage<ListedUpdate>> {
    const { state, limit } = query
    if (state === 'received') return { rows: await open(query) }
    if (state !== 'done') return page(query, limit)
    // Whether a row is done its batch says: what is not is passed over, a few pages at most.
    let found = await page(query, limit)
    for (let round = 0; found.rows.length < limit && found.next !== undefined && round < MOST_ROUNDS; round += 1) {
      const more = await page({ ...query, after: found.next }, limit - found.rows.length)
      found = { ...more, rows: [...found.rows, ...more.rows] }
    }
    return found
  }

  async function page(query: UpdateQuery, limit: number): Promise<WalkPage<ListedUpdate>> {
    const { state, contact, from, to, after, order } = query
    const failed = state === 'failed' || state === 'dead'
    const found = await walk<StoredRow>(rows(connection) as never, {
      filter: failed ? {} : { ...(contact !== undefined && { contact }) },
      field: failed ? 'failedAt' : 'receivedAt',
      from: failed ? (from ?? NEVER) : from,
      to,
      order,
      after,
      limit,
      fits: (row) => fits(row, query),
      projection: { envelope: 0 },
    })
    const told = await withStates(connection, found.rows)
    return { ...found, rows: state === undefined ? told : told.filter((row) => row.state === state) }
  }

  async function open(query: UpdateQuery): Promise<ListedUpdate[]> {
    const together = await batches(connection)
      .find({ leaseUntil: { $gte: NEVER }, ids: { $exists: true } })
      .toArray()
    const found = await rows(connection)
      .find(
        { ...IS_ROW, $or: [{ leaseUntil: { $gte: NEVER } }, { _id: { $in: together.flatMap(openIds) } }] },
        { projection: { envelope: 0 } },
      )
      .limit(MOST_OPEN)
      .toArray()
    const told = await withStates(connection, found)
    return told
      .filter((row) => row.state === 'received' && fits(row, query) && within(row.receivedAt, query))
      .toSorted((a, b) => (query.order === 'oldest' ? 1 : -1) * (a.receivedAt.getTime() - b.receivedAt.getTime()))
      .slice(0, query.limit)
  }

  return {
    list,
    async find(id) {
      const [row] = await readRows(connection, [id])
      return row?.kind === undefined ? undefined : row
    },
    async failures({ account, kind, until, limit }) {
      const cursor = rows(connection)
        .find({ failedAt: { $gte: NEVER, $lte: until } }, { projection: { account: 1, kind: 1, state: 1 } })
        .sort({ failedAt: 1 })
      const ids: string[] = []
      try {
        for await (const row of cursor) {
          if (row.state !== 'failed' && row.state !== 'dead') continue
          if (fits(row, { account, kind })) ids.push(row._id)
          if (ids.length === limit) break
        }
      } finally {
        await cursor.close()
      }
      return ids
    },
    async failed() {
      const since = { failedAt: { $gte: NEVER } }
      const [failed, dead, oldest] = await Promise.all([
        rows(connection).countDocuments({ ...since, state: 'failed' }),
        rows(connection).countDocuments({ ...since, state: 'dead' }),
        rows(connection)
          .find(since, { projection: { failedAt: 1 } })
          .sort({ failedAt: 1 })
          .limit(1)
          .toArray(),
      ])
      const [first] = oldest as { failedAt?: Date }[]
      return { failed, dead, ...(first?.failedAt && { oldestAt: first.failedAt }) }
    },
  }
}

type Told = Pick<StoredRow, 'account' | 'contact' | 'kind' | 'state'>

function fits(row: Partial<Told>, query: Pick<UpdateQuery, 'account' | 'kind' | 'contact' | 'state'>): boolean {
  const { account, kind, contact, state } = query
  if (row.kind === undefined) return false
  if (account !== undefined && row.account !== account) return false
  if (contact !== undefined && row.contact !== contact) return false
  if ((state === 'failed' || state === 'dead') && row.state !== state) return false
  return kind === undefined || (kind.endsWith('.') ? row.kind.startsWith(kind) : row.kind === kind)
}

function within(at: Date, { from, to }: Pick<UpdateQuery, 'from' | 'to'>): boolean {
  return (from === undefined || at >= from) && (to === undefined || at < to)
}
