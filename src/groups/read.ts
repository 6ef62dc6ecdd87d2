import { contactRows } from '../contacts/model.js'
import { type Sort, sortedCut } from '../core/sort.js'
import { partly, sortedPage } from '../store/sorted.js'
import {
  findRoster,
  type GroupRow,
  groupId,
  groupRows,
  type JoinWay,
  type LeaveWay,
  type Member,
  rosterRows,
  stayRows,
  unpackRoster,
} from './model.js'
import type { GroupPorts } from './ports.js'
import { nearlyFullAt } from './size.js'

/** A group without its members. */
export interface GroupView {
  account: string
  chatId: string
  /** Empty until it was first read. */
  name: string
  owner: string
  notice: string
  admins: string[]
  createdAt?: Date
  /** Where it stands when its owner has left. */
  hold: GroupRow['hold']
  status: 'active' | 'dismissed'
  dismissedAt?: Date
  /** Everybody in it, and the customers among them. */
  count: number
  customers: number
  /** Members at which it is nearly full, and which it takes. */
  nearlyFullAt: number
  capacity: number
  nearlyFull: boolean
  /** Ours; the platform knows neither. */
  labels: string[]
  folder?: string
  /** When its members were last read from the platform; absent: not yet. */
  readAt?: Date
  /** A change is known that is still being read. */
  pending: boolean
}

/** Somebody in a group. */
export interface MemberView {
  /** The member's or the customer's id on the platform. */
  member: string
  /** Unknown until the group was read after the join, which takes seconds. */
  kind: Member['kind']
  name?: string
  nickname?: string
  /** Our id of a customer. */
  contact?: string
  joinedAt: Date
  way: JoinWay
  /** Of the join way. */
  state?: string
  invitedBy?: string
}

/** Where a person is, or with `leftAt` was. */
export interface GroupStay {
  account: string
  chatId: string
  member: string
  joinedAt: Date
  leftAt?: Date
  by?: LeaveWay
  way: JoinWay
  state?: string
}

/** Which groups. */
export interface GroupQuery {
  account?: string | undefined
  owner?: string | undefined
  label?: string | undefined
  folder?: string | undefined
  /** A part of the name. */
  name?: string | undefined
  nearlyFull?: boolean | undefined
  /** Active ones unless asked otherwise. */
  status?: 'active' | 'dismissed' | undefined
  /** By account and id unless given. */
  sort?: Sort<keyof typeof SORT_FIELDS> | undefined
  /** The last page's `next`. */
  after?: string | undefined
  /** 100 unless given, at most 1000. */
  limit?: number | undefined
}

/** The field of each column that groups can be ordered by. */
const SORT_FIELDS = {
  id: '_id',
  name: 'name',
  owner: 'owner',
  count: 'count',
  customers: 'customers',
  folder: 'folder',
  createdAt: 'createdAt',
} as const

/** The value of each column that members can be ordered by; a name is the one that the list shows. */
const MEMBER_VALUES = {
  id: () => undefined,
  member: ({ id, nickname, name }: Member) => nickname || name || id,
  kind: ({ kind }: Member) => kind,
  way: ({ way }: Member) => way,
  joinedAt: ({ joinedAt }: Member) => joinedAt,
} as const

/** Which members of a group. */
export interface MembersPage {
  /** A part of the name, the nickname or the id. */
  text?: string | undefined
  kind?: Member['kind'] | undefined
  /** By id unless given. */
  sort?: Sort<keyof typeof MEMBER_VALUES> | undefined
  after?: string | undefined
  /** 200 unless given, at most 1000. */
  limit?: number | undefined
}

/** What is known of groups; asks no platform. */
export interface GroupReads {
  get(account: string, chatId: string): Promise<GroupView | undefined>
  /** The groups of these ids; unknown ones are missing. */
  many(account: string, chatIds: readonly string[]): Promise<GroupView[]>
  list(query?: GroupQuery): Promise<{ groups: GroupView[]; next?: string }>
  /** All active groups of an owner. */
  ofOwner(account: string, owner: string): Promise<GroupView[]>
  /** Our labels and folders with how many active groups they have. */
  labels(account: string): Promise<{ label: string; groups: number }[]>
  folders(account: string): Promise<{ folder: string; groups: number }[]>
  /** Who is in a group. */
  membersOf(account: string, chatId: string, page?: MembersPage): Promise<{ members: MemberView[]; next?: string }>
  /** The groups a contact is in, then those it was in, the latest first. */
  groupsOf(contact: string): Promise<GroupStay[]>
  isMember(account: string, chatId: string, member: string): Promise<boolean>
}

/** The reads over a connection. */
export function createGroupReads({ connection, sizes }: Pick<GroupPorts, 'connection' | 'sizes'>): GroupReads {
  const view = (row: GroupRow) => viewOf(row, sizes)
  const views = async (filter: Parameters<ReturnType<typeof groupRows>['find']>[0] & object) =>
    (await groupRows(connection).find(filter).sort({ _id: 1 }).toArray()).map(view)

  async function counted<T extends string>(account: string, field: 'labels' | 'folder', name: T) {
    const rows = await groupRows(connection)
      .aggregate<{ _id: string | null; groups: number }>([
        { $match: { account, status: 'active' } },
        ...(field === 'labels' ? [{ $unwind: '$labels' }] : []),
        { $group: { _id: `$${field}`, groups: { $sum: 1 } } },
        { $sort: { _id: 1 } },
      ])
      .toArray()
    return rows.flatMap(({ _id, groups }) => (_id === null ? [] : [{ [name]: _id, groups }])) as unknown as ({
      [field in T]: string
    } & { groups: number })[]
  }

  return {
    async get(account, chatId) {
      const row = await groupRows(connection).findOne({ _id: groupId(account, chatId) })
      return row ? view(row) : undefined
    },
    many: (account, chatIds) => views({ _id: { $in: chatIds.map((chatId) => groupId(account, chatId)) } }),
    async list(query = {}) {
      const limit = Math.min(Math.max(query.limit ?? 100, 1), 1000)
      const { sort = 'id', after } = query
      const ask = { filter: filterOf(query), sort, fields: SORT_FIELDS, after, limit }
      const { rows, ...more } = await sortedPage(groupRows(connection), ask)
      return { groups: rows.map(view), ...more }
    },
    ofOwner: (account, owner) => views({ account, owner, status: 'active' }),
    labels: (account) => counted(account, 'labels', 'label'),
    folders: (account) => counted(account, 'folder', 'folder'),
    async membersOf(account, chatId, { text = '', kind, sort = 'id', after, limit = 200 } = {}) {
      const row = await findRoster(connection, account, chatId)
      const wanted = text.trim().toLowerCase()
      const found = (row?.members ?? []).filter(
        (one) =>
          (kind === undefined || one.kind === kind) &&
          [one.id, one.nickname, one.name].some((name) => name?.toLowerCase().includes(wanted)),
      )
      const cut = { sort, values: MEMBER_VALUES, id: ({ id }: Member) => id, after }
      const { rows, ...more } = sortedCut<Member, keyof typeof MEMBER_VALUES>(found, {
        ...cut,
        limit: Math.min(Math.max(limit, 1), 1000),
      })
      return { members: rows.map(memberOf), ...more }
    },
    async groupsOf(contact) {
      const person = await contactRows(connection).findOne({ _id: contact }, { projection: { mergedFrom: 1 } })
      const ids = [contact, ...(person?.mergedFrom ?? [])]
      const stays = await stayRows(connection)
        .find({ contact: { $in: ids } })
        .toArray()
      const groups = [...new Set(stays.flatMap((stay) => (stay.open ? [stay.group] : [])))]
      const now: GroupStay[] = []
      for (const row of await rosterRows(connection)
        .find({ _id: { $in: groups } })
        .toArray()) {
        const { account, chatId, members } = unpackRoster(row)
        const mine = members.filter((member) => member.contact !== undefined && ids.includes(member.contact))
        now.push(...mine.map((member) => stayOf(account, chatId, { ...member, member: member.id })))
      }
      const past = stays.flatMap((stay) =>
        stay.open ? [] : [stayOf(stay.account, stay.group.slice(stay.account.length + 1), stay)],
      )
      return [...now.toSorted(byJoin), ...past.toSorted(byJoin)]
    },
    async isMember(account, chatId, member) {
      const row = await findRoster(connection, account, chatId)
      return row?.members.some(({ id }) => id === member) ?? false
    },
  }
}

/** A row as others see it. */
export function viewOf(row: GroupRow, sizes: GroupPorts['sizes']): GroupView {
  const { _id, rev: _, listedBy: __, full, createdAt, dismissedAt, folder, readAt, nearlyFullAt: ___, ...rest } = row
  return {
    ...rest,
    nearlyFullAt: nearlyFullAt(row, sizes),
    capacity: sizes.capacity,
    nearlyFull: full,
    ...(createdAt && { createdAt }),
    ...(dismissedAt && { dismissedAt }),
    ...(folder !== undefined && { folder }),
    ...(readAt && { readAt }),
  }
}

function filterOf({ account, owner, label, folder, name, nearlyFull, status = 'active' }: GroupQuery) {
  return {
    status,
    ...(account !== undefined && { account }),
    ...(owner !== undefined && { owner }),
    ...(label !== undefined && { labels: label }),
    ...(folder !== undefined && { folder }),
    ...(name !== undefined && { name: partly(name) }),
    ...(nearlyFull !== undefined && { full: nearlyFull }),
  }
}

function memberOf({ id, kind, name, nickname, contact, joinedAt, way, state, invitedBy }: Member): MemberView {
  return {
    member: id,
    kind,
    joinedAt,
    way,
    ...(name !== undefined && { name }),
    ...(nickname !== undefined && { nickname }),
    ...(contact !== undefined && { contact }),
    ...(state !== undefined && { state }),
    ...(invitedBy !== undefined && { invitedBy }),
  }
}

function stayOf(account: string, chatId: string, row: Omit<GroupStay, 'account' | 'chatId'>): GroupStay {
  const { member, joinedAt, leftAt, by, way, state } = row
  return {
    account,
    chatId,
    member,
    joinedAt,
    way,
    ...(leftAt && { leftAt }),
    ...(by && { by }),
    ...(state !== undefined && { state }),
  }
}

const byJoin = (a: GroupStay, b: GroupStay) => +b.joinedAt - +a.joinedAt
