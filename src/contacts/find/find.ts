import type { Connection } from '../../store/connect.js'
import { type ContactRow, type ContactRows, contactRows } from '../model.js'
import { type Anchor, anchorOf, calledSo, union } from './anchors.js'
import { type FindConditions, type FindRow, fits, isCalled, nameOf } from './fits.js'

/** A search for people. */
export interface FindQuery extends FindConditions {
  /** A name or remark from its beginning, or something exact that `exact` knows (a number, an id, an order). */
  text?: string
  segment?: string
  /** Those seen last first unless given; a segment has the order of ids. */
  order?: 'newest' | 'oldest'
  /** The last page's `next`. */
  after?: string
  /** 20 unless given, at most 200. */
  limit?: number
}

/** Somebody who was found. */
export interface FoundPerson {
  id: string
  name?: string
  identities: { platform: string; account: string; following: boolean }[]
  tags: string[]
  firstSeenAt: Date
  lastSeenAt: Date
  /** By what the text found them. */
  by?: FoundBy
}
/** By what a text finds somebody. */
export type FoundBy = 'phone' | 'id' | 'order' | 'name' | 'staff-remark'

/** A page. It may be shorter than asked for, even empty, and still have a `next`. */
export interface FoundPage {
  people: FoundPerson[]
  next?: string
  /** Rows that were looked at for it. */
  looked: number
  /** More are called so by staff than a search takes: not all are here, longer texts find more exactly. */
  cut?: true
}

/** What searching needs besides the contacts. */
export interface FinderPorts {
  connection: Connection
  /** Who is meant by a telephone number, an id of a platform or of ours, or an order number. */
  exact(text: string): Promise<ReadonlyMap<string, 'phone' | 'id' | 'order'>>
  /** Those whom a member of staff calls so, from the beginning; the first `FEW` of them where there are more. */
  remarked(text: string): Promise<{ ids: ReadonlySet<string>; cut: boolean }>
  /** A page of a segment in the order of ids. Rejects when there is none of that name. */
  segment(slug: string, page: { after?: string; size: number }): Promise<readonly string[]>
  /** For tests: so many count as few. */
  few?: number
}

/** Rows that one request looks at. */
export const MOST_LOOKED = 3000
const PROJECTION = { identities: 1, tags: 1, profile: 1, firstSeenAt: 1, lastSeenAt: 1 } as const

/**
 * Search over contacts at a bounded cost: what an index leaves few of is read whole; else the list of all, the last seen
 * first, is walked for at most `MOST_LOOKED` rows a request. Nothing is matched against the inside of a name.
 */
export function createFinder(ports: FinderPorts): (query: FindQuery) => Promise<FoundPage> {
  const { connection } = ports
  const rows = () => contactRows(connection)

  return async (query) => {
    const limit = Math.min(Math.max(query.limit ?? 20, 1), 200)
    const text = query.text?.trim() ?? ''
    const meant = text === '' ? undefined : await meantBy(ports, rows(), text)
    const judge = (row: FindRow) => fits(row, query) && (meant === undefined || meant.has(row))
    const shown = (row: FindRow) => view(row, meant?.by(row))
    return { ...(await page(query, meant?.anchor, limit, judge, shown)), ...(meant?.cut && { cut: true as const }) }
  }

  async function page(query: FindQuery, meant: Anchor | undefined, limit: number, judge: Judge, shown: Shown) {
    if (query.segment !== undefined) return ofSegment({ ...query, segment: query.segment }, limit, judge, shown)
    const anchor = meant && meant !== 'many' ? meant : await anchorOf(rows(), query, ports.few)
    return anchor === 'many' ? walked(query, limit, judge, shown) : ofFew(anchor, query, limit, judge, shown)
  }

  async function ofFew(
    ids: ReadonlySet<string>,
    { after, order }: FindQuery,
    limit: number,
    judge: Judge,
    shown: Shown,
  ) {
    const found = await read(rows(), [...ids])
    const from = after === undefined ? undefined : placeOf(after)
    const sign = order === 'oldest' ? -1 : 1
    const fitting = found
      .filter((row) => judge(row) && (!from || sign * lastSeenFirst(row, from) > 0))
      .toSorted((a, b) => sign * lastSeenFirst(a, b))
    const page = fitting.slice(0, limit)
    const last = fitting.length > limit ? page.at(-1) : undefined
    return { people: page.map(shown), looked: found.length, ...(last && { next: placed(last) }) }
  }

  /** By the index of the last visits, from the cursor on: first those of the same moment, then the earlier ones. */
  async function walked(query: FindQuery, limit: number, judge: Judge, shown: Shown): Promise<FoundPage> {
    const { after } = query
    const people: FoundPerson[] = []
    let from = after === undefined ? undefined : placeOf(after)
    let looked = 0
    let size = Math.max(limit * 2, 100)
    while (looked < MOST_LOOKED) {
      const batch = await behind(rows(), from, size, query)
      for (const [index, row] of batch.entries()) {
        looked += 1
        from = { lastSeenAt: row.lastSeenAt, _id: row._id }
        if (row.status !== 'active' || !judge(row)) continue
        people.push(shown(row))
        const ended = batch.length < size && index === batch.length - 1
        if (people.length === limit) return { people, looked, ...(!ended && { next: placed(row) }) }
      }
      if (batch.length < size) return { people, looked }
      size = Math.min(size * 4, 2000, MOST_LOOKED - looked)
    }
    return { people, looked, ...(from && { next: placed(from) }) }
  }

  async function ofSegment(
    { segment, after }: FindQuery & { segment: string },
    limit: number,
    judge: Judge,
    shown: Shown,
  ): Promise<FoundPage> {
    const people: FoundPerson[] = []
    let looked = 0
    let from = after
    while (looked < MOST_LOOKED) {
      const ids = await ports.segment(segment, { size: SEGMENT_PAGE, ...(from !== undefined && { after: from }) })
      const found = new Map((await read(rows(), ids)).map((row) => [row._id, row]))
      for (const [index, id] of ids.entries()) {
        looked += 1
        from = id
        const row = found.get(id)
        if (row && judge(row)) people.push(shown(row))
        const ended = ids.length < SEGMENT_PAGE && index === ids.length - 1
        if (people.length === limit) return { people, looked, ...(!ended && { next: id }) }
      }
      if (ids.length < SEGMENT_PAGE) return { people, looked }
    }
    return { people, looked, ...(from !== undefined && { next: from }) }
  }
}

type Judge = (row: FindRow) => boolean
type Shown = (row: FindRow) => FoundPerson
type Place = Pick<FindRow, 'lastSeenAt' | '_id'>
const SEGMENT_PAGE = 250

/** Whom a text means, and by what. */
async function meantBy({ exact, remarked, few }: FinderPorts, rows: ContactRows, text: string) {
  const small = text.toLowerCase()
  const [exactly, called, staff] = await Promise.all([exact(text), calledSo(rows, text, few), remarked(text)])
  const anchor = await union(
    [new Set(exactly.keys()), called, staff.ids].map(async (one) => one),
    few,
  )
  const by = (row: FindRow): FoundBy | undefined =>
    exactly.get(row._id) ?? (isCalled(row, small) ? 'name' : staff.ids.has(row._id) ? 'staff-remark' : undefined)
  return { anchor, by, has: (row: FindRow) => by(row) !== undefined, cut: staff.cut }
}

async function read(rows: ContactRows, ids: readonly string[]): Promise<FindRow[]> {
  if (ids.length === 0) return []
  return rows.find({ _id: { $in: [...ids] }, status: 'active' }, { projection: PROJECTION }).toArray()
}

async function behind(
  rows: ContactRows,
  from: Place | undefined,
  size: number,
  { seenFrom, seenBefore, order }: Pick<FindQuery, 'seenFrom' | 'seenBefore' | 'order'>,
): Promise<(FindRow & Pick<ContactRow, 'status'>)[]> {
  const newest = order !== 'oldest'
  const ask = (filter: object, limit: number) =>
    rows
      .find(filter, { projection: { ...PROJECTION, status: 1 } })
      .sort(newest ? { lastSeenAt: -1, _id: -1 } : { lastSeenAt: 1, _id: 1 })
      .limit(limit)
      .toArray()
  const same = from
    ? await ask({ lastSeenAt: from.lastSeenAt, _id: newest ? { $lt: from._id } : { $gt: from._id } }, size)
    : []
  if (same.length === size) return same
  const upTo = [newest ? from?.lastSeenAt : undefined, seenBefore]
    .flatMap((at) => at ?? [])
    .toSorted((a, b) => +a - +b)[0]
  const range = {
    $gte: seenFrom ?? NEVER,
    ...(upTo && { $lt: upTo }),
    ...(from && !newest && { $gt: from.lastSeenAt }),
  }
  return [...same, ...(await ask({ lastSeenAt: range }, size - same.length))]
}

const NEVER = new Date(0)
const placed = ({ lastSeenAt, _id }: Place) => `${lastSeenAt.getTime()}~${_id}`

/** A cursor that is none begins anew: it comes from outside. */
function placeOf(cursor: string): Place | undefined {
  const [, at, id] = /^(\d{1,15})~([0-9a-f]{24})$/.exec(cursor) ?? []
  return at !== undefined && id !== undefined ? { lastSeenAt: new Date(Number(at)), _id: id } : undefined
}

function lastSeenFirst(a: Place, b: Place): number {
  return +b.lastSeenAt - +a.lastSeenAt || (a._id < b._id ? 1 : a._id > b._id ? -1 : 0)
}

function view(row: FindRow, by: FoundBy | undefined): FoundPerson {
  const { _id, identities, tags, profile, firstSeenAt, lastSeenAt } = row
  const name = nameOf(profile ?? {})
  return {
    id: _id,
    ...(name !== undefined && { name }),
    identities: identities.map(({ platform, account, follow }) => ({ platform, account, following: follow.following })),
    tags: [...tags],
    firstSeenAt,
    lastSeenAt,
    ...(by !== undefined && { by }),
  }
}
