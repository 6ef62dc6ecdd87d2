import { contactRows } from '../contacts/model.js'
import type { Sort } from '../core/sort.js'
import type { Events } from '../events/events.js'
import type { Connection } from '../store/connect.js'
import { type RelationRow, relationRows } from './relations/model.js'
import type { LostQuery, RelationQuery, RelationSort, Relations } from './relations/relations.js'
import type { Catalogue } from './tags/catalogue.js'

/** A pair as it is shown. */
export interface CustomerView {
  account: string
  staff: string
  customer: string
  contact?: string
  /** The first letter and two stars. */
  name?: string
  /** `waiting`: the member has left; `lost`: the customer removed the member. */
  standing: 'live' | 'half' | 'waiting' | 'lost' | 'removed' | 'transferred'
  addedAt?: Date
  endedAt?: Date
  /** Of the contact way by which they came. */
  state?: string
  way?: number
  /** Ours, of the contact. */
  tags: string[]
  /** The corporation's, on the pair. */
  corpTags: string[]
  /** Why tags of ours are not there. */
  tagsRefused?: { tags: string[]; reason: string; at: Date }
}

/** One customer with everything we know of the pairs. */
export interface CustomerDetail {
  customer: string
  contact?: string
  name?: string
  unionid: boolean
  /** The newest hundred facts of the person, over all accounts. */
  timeline: { at: Date; type: string; account?: string; props: Record<string, unknown> }[]
  relations: (CustomerView & { remark?: string; description?: string; readAt?: Date })[]
}

/** Which customers; a tag by its name, ours or the corporation's. By their ids unless `sort` is given. */
export type CustomerQuery = RelationQuery & { sort?: Sort<RelationSort> }

/** A page and where the next one begins. */
export interface CustomerPage {
  customers: CustomerView[]
  next?: string
}

/** Looks for customers. */
export interface Search {
  list(query: CustomerQuery): Promise<CustomerPage>
  /** Pairs that the customer ended. */
  lost(query: Omit<LostQuery, 'after'> & { after?: string }): Promise<CustomerPage>
  show(account: string, customer: string): Promise<CustomerDetail | undefined>
}

/** Search over a store. */
export function createSearch(ports: {
  connection: Connection
  relations: Relations
  catalogue: Pick<Catalogue, 'list'>
  events: Pick<Events, 'read'>
}): Search {
  const { connection, relations, catalogue, events } = ports

  async function pageOf({ tag, sort, ...query }: CustomerQuery): Promise<{ rows: RelationRow[]; next?: string }> {
    const list = async (more: Partial<RelationQuery>) => {
      const asked = { limit: 100, ...query, ...more }
      return sort ? relations.sorted({ ...asked, sort }) : paged(await relations.list(asked), asked.limit)
    }
    if (tag === undefined) return list({})
    const ids = (await catalogue.list(query.account)).filter(({ name }) => name === tag).map((row) => row.tag)
    if (ids.length > 0) return list({ tags: ids })
    if (sort === undefined) return ofOurs(tag, query, query.limit ?? 100)
    const people = await contactRows(connection)
      .find(tagged(tag, query.account), { projection: { _id: 1 } })
      .toArray()
    return list({ contacts: people.map(({ _id }) => _id) })
  }

  /** A tag that only we have: people first, then their pairs. */
  async function ofOurs(tag: string, { after, ...query }: RelationQuery, limit: number) {
    const people = await contactRows(connection)
      .find(
        { ...tagged(tag, query.account), ...(after !== undefined && { _id: { $gt: after } }) },
        { projection: { _id: 1 } },
      )
      .sort({ _id: 1 })
      .limit(limit)
      .toArray()
    const rows = await relations.list({ ...query, contacts: people.map(({ _id }) => _id), limit: 1000 })
    const last = people.length === limit ? people.at(-1) : undefined
    return { rows, ...(last && { next: last._id }) }
  }

  async function views(account: string, rows: readonly RelationRow[]) {
    const ids = [...new Set(rows.flatMap(({ contact }) => contact ?? []))]
    const people = await contactRows(connection)
      .find({ _id: { $in: ids } }, { projection: { tags: 1, 'profile.nickname': 1, unionid: 1 } })
      .toArray()
    const byId = new Map(people.map((row) => [row._id, row]))
    const names = new Map((await catalogue.list(account)).map(({ tag, name }) => [tag, name]))
    return rows.map((row) => {
      const person = row.contact === undefined ? undefined : byId.get(row.contact)
      const nickname = person?.profile?.['nickname']
      const name = typeof nickname === 'string' ? nickname : undefined
      return { person, name, view: viewOf(row, person?.tags ?? [], names, name) }
    })
  }

  return {
    async list(query) {
      const { rows, next } = await pageOf(query)
      const customers = (await views(query.account, rows)).map(({ view }) => view)
      return { customers, ...(next !== undefined && { next }) }
    },
    async lost({ after, limit = 100, ...query }) {
      const [, at, id] = /^(\d{1,15})~(.+)$/s.exec(after ?? '') ?? []
      const from = at !== undefined && id !== undefined ? { after: { at: new Date(Number(at)), id } } : {}
      const rows = await relations.lost({ ...query, ...from, limit })
      const last = rows.length === limit ? rows.at(-1) : undefined
      const customers = (await views(query.account, rows)).map(({ view }) => view)
      return { customers, ...(last?.ended && { next: `${last.ended.at.getTime()}~${last._id}` }) }
    },
    async show(account, customer) {
      const rows = await relationRows(connection).find({ account, customer }).sort({ _id: 1 }).toArray()
      const first = rows[0]
      if (!first) return undefined
      const all = await views(account, rows)
      const { name, person } = all[0] ?? {}
      const facts = first.contact === undefined ? [] : await events.read({ contact: first.contact, limit: 100 })
      return {
        customer,
        timeline: facts.map(({ occurredAt, type, account: of, props }) => {
          return { at: occurredAt, type, ...(of !== undefined && { account: of }), props }
        }),
        ...(first.contact !== undefined && { contact: first.contact }),
        ...(name !== undefined && { name }),
        unionid: person?.unionid !== undefined,
        relations: all.flatMap(({ view }, index) => {
          const { remark, description, readAt } = rows[index] ?? {}
          return {
            ...view,
            ...(remark !== undefined && { remark }),
            ...(description !== undefined && { description }),
            ...(readAt && { readAt }),
          }
        }),
      }
    },
  }
}

const tagged = (tag: string, account: string) => ({
  tags: tag,
  identities: { $elemMatch: { platform: 'wecom' as const, account } },
})

function paged(rows: RelationRow[], limit: number): { rows: RelationRow[]; next?: string } {
  const last = rows.length === limit ? rows.at(-1) : undefined
  return { rows, ...(last && { next: last._id }) }
}

function viewOf(row: RelationRow, tags: string[], names: ReadonlyMap<string, string>, name: string | undefined) {
  const { account, staff, customer, contact, addedAt, ended, live, state, way, tagRefusal } = row
  return {
    account,
    staff,
    customer,
    ...(contact !== undefined && { contact }),
    ...(name !== undefined && name !== '' && { name: `${[...name][0] ?? ''}**` }),
    standing: standingOf(row),
    ...(addedAt && { addedAt }),
    ...(ended && !live && { endedAt: ended.at }),
    ...(state !== undefined && state !== '' && { state }),
    ...(way !== undefined && { way }),
    tags,
    corpTags: row.tags.map((id) => names.get(id) ?? id),
    ...(tagRefusal && { tagsRefused: { tags: tagRefusal.tags, reason: tagRefusal.reason, at: tagRefusal.at } }),
  } satisfies CustomerView
}

function standingOf({ live, half, absentAt, ended }: RelationRow): CustomerView['standing'] {
  if (live) return absentAt === undefined ? (half ? 'half' : 'live') : 'waiting'
  if (ended?.by === 'customer') return 'lost'
  return ended?.by === 'transfer' ? 'transferred' : 'removed'
}
