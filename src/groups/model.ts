import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Connection, mongo } from 'mongoose'
import type { Fact } from '../events/fact.js'
import { database } from '../store/connect.js'
import { defineModel, Schema } from '../store/schema.js'

/** How somebody came into a group; `link` and `code` are told by the detail only, `unknown` until it was read. */
export type JoinWay = 'invited' | 'link' | 'code' | 'unknown'
/** How somebody left; `unseen`: the event was lost and the detail no longer names them. */
export type LeaveWay = 'self' | 'removed' | 'dismissed' | 'unseen'

/** One stay of somebody in a group that goes on. */
export interface Member {
  /** Of the stay, unique in the group: who, and when it was first known to begin. */
  key: string
  /** The member's or the customer's id on the platform. */
  id: string
  /** Events do not say it: unknown until the detail was read. */
  kind: 'staff' | 'customer' | 'unknown'
  joinedAt: Date
  /** The detail has confirmed `joinedAt` and the way. */
  sure: boolean
  way: JoinWay
  state?: string
  invitedBy?: string
  name?: string
  nickname?: string
  contact?: string
  /** That they joined is a fact already, or never will be: they were there when we first looked. */
  told?: true
  /** The person had us forget them: neither name nor contact is kept, also when the detail names them again. */
  forgotten?: true
}

/** A stay that has ended. */
export interface Past extends Member {
  leftAt: Date
  by: LeaveWay
  /** The event of the join never came: `joinedAt` is a guess, a late event corrects it. */
  guessedJoin?: true
  /** The event of the leave never came: `leftAt` is when it was noticed. */
  guessedLeave?: true
}

/** A roster that must be read from the platform. */
export interface Dirty {
  /** When the oldest of the changes happened. */
  since: Date
  dueAt: Date
  /** Readings that did not settle it. */
  tries: number
  /** Version before and after of each event since the last reading that agreed. */
  edges: [before: string, after: string][]
  /** An event did not follow on the one before: something was lost, or is late. */
  gap: boolean
  /** What the reading must show changed. */
  expects?: ('name' | 'owner' | 'notice')[]
}

/** A group with everybody in it: one document, so that an event changes all of it or nothing. */
export interface RosterRow {
  /** `<account>:<chatId>`. */
  _id: string
  account: string
  chatId: string
  /** One more with every change. */
  rev: number
  name: string
  owner: string
  notice: string
  admins: string[]
  createdAt?: Date
  /** The platform's version of the member list, and those it had before (the last 50). */
  version?: string
  earlier: string[]
  members: Member[]
  /** Stays that ended not long ago: late events are matched against them. */
  past: Past[]
  status: 'active' | 'dismissed'
  dismissedAt?: Date
  /** When its members were first read. */
  knownSince?: Date
  /** When we were told that it was created; its creation becomes a fact with the first reading. */
  bornAt?: Date
  /** When it is read first, joins since then become facts; absent: none. */
  tellFrom?: Date
  /** Counts as nearly full at so many members; the configuration's share unless set. */
  nearlyFullAt?: number
  /** It is nearly full now, and how often that began. */
  full: boolean
  crossings: number
  dirty?: Dirty
  /**
   * The last change is not carried to the other collections yet: facts, stays of contacts that began, that ended, and
   * that ended and go on after all (by key).
   */
  todo?: true
  tell: Fact[]
  begun: string[]
  ended: string[]
  resumed: string[]
  changedAt: Date
}

/** What lists and searches need of a group, and what we note about it ourselves. */
export interface GroupRow {
  /** `<account>:<chatId>`. */
  _id: string
  account: string
  chatId: string
  /** The roster's `rev` that this shows; 0: only listed so far. */
  rev: number
  name: string
  owner: string
  notice: string
  admins: string[]
  createdAt?: Date
  status: 'active' | 'dismissed'
  dismissedAt?: Date
  count: number
  customers: number
  nearlyFullAt?: number
  full: boolean
  pending: boolean
  /** Where it stands when its owner left, by the platform's list. */
  hold: 'normal' | 'owner-left' | 'handing-over' | 'handed-over'
  labels: string[]
  folder?: string
  readAt?: Date
  /** The sync that last found it in the platform's list. */
  listedBy?: Date
}

/** A roster as it lies in the store: a group of 500 takes 30 KB instead of 150, and a change of it a millisecond. */
export type StoredRoster = Omit<RosterRow, 'members' | 'past'> & { packed: Uint8Array | mongo.Binary }

/** That a contact is in a group, or all about a stay that has ended. */
export type StayRow = OpenStayRow | EndedStayRow

/** Where to look for a contact; everything else is in the roster. */
export interface OpenStayRow {
  /** `<account>:<chatId>:<key>`. */
  _id: string
  group: string
  account: string
  contact: string
  open: true
}

/** A stay that has ended, for good. */
export interface EndedStayRow extends Omit<Past, 'key' | 'id' | 'told' | 'forgotten' | 'sure'> {
  /** `<account>:<chatId>:<key>`. */
  _id: string
  group: string
  account: string
  member: string
  open?: never
}

/** What a sync found. */
export interface GroupSyncCounts {
  /** Groups in the platform's list, and those read so far. */
  listed: number
  read: number
  /** Groups that were unknown. */
  added: number
  /** Groups that differed from the roster; who had joined or left unnoticed. */
  changed: number
  joined: number
  left: number
  dismissed: number
  /** Not read: the platform refused, or its answer was older than an event; they are read again later. */
  failed: number
}

/** Something in which the platform and the roster differed. */
export interface GroupDifference {
  kind: 'new' | 'members' | 'name' | 'owner' | 'notice' | 'admins' | 'dismissed' | 'unlisted' | 'refused' | 'later'
  group: string
  detail: string
}

/** Where the sync of an account stands; one an account. */
export interface GroupSyncRow {
  /** The account. */
  _id: string
  state: 'running' | 'done'
  /** The run. */
  startedAt: Date
  phase: 'list' | 'read'
  /** The last owner, or in the second phase the last group, that was dealt with. */
  after?: string
  counts: GroupSyncCounts
  differences: GroupDifference[]
  finishedAt?: Date
  /** Start of the last run that ended: groups that appear later are new. */
  lastRunAt?: Date
  /** The lease that wrote this; an older one writes no more. */
  fence: number
}

const ROSTERS = 'groupRosters'
const GROUPS = 'corpGroups'
const STAYS = 'groupStays'
const SYNCS = 'groupSyncs'

/** Declares the collections of groups; before `ensureIndexes`. */
export function groupModels(connection: Connection): void {
  const roster = plain(ROSTERS)
  roster.index({ 'dirty.dueAt': 1 }, { name: 'due', sparse: true })
  roster.index({ todo: 1 }, { name: 'todo', sparse: true })
  defineModel(connection, 'GroupRoster', roster)
  const group = plain(GROUPS)
  group.index({ account: 1, owner: 1 }, { name: 'owner' })
  group.index({ account: 1, labels: 1 }, { name: 'labels' })
  defineModel(connection, 'CorpGroup', group)
  const stay = plain(STAYS)
  stay.index({ group: 1, leftAt: 1 }, { name: 'ended', partialFilterExpression: { leftAt: { $exists: true } } })
  stay.index({ contact: 1 }, { name: 'contact', sparse: true })
  defineModel(connection, 'GroupStay', stay)
  defineModel(connection, 'GroupSync', plain(SYNCS))
}

/** A collection of rows that are read and written through the driver. */
export function plain(collection: string): Schema {
  const fields = { _id: { type: String, required: true } }
  return new Schema(fields, { collection, versionKey: false, autoIndex: false, autoCreate: false, strict: false })
}

/** Groups with their members, packed. */
export const rosterRows = (connection: Connection): mongo.Collection<StoredRoster> =>
  database(connection).collection<StoredRoster>(ROSTERS)

/** A group with its members, or undefined. */
export async function findRoster(
  connection: Connection,
  account: string,
  chatId: string,
): Promise<RosterRow | undefined> {
  const row = await rosterRows(connection).findOne({ _id: groupId(account, chatId) })
  return row ? unpackRoster(row) : undefined
}

/** A roster as it is stored. */
export function packRoster({ members, past, ...row }: RosterRow): StoredRoster {
  return { ...row, packed: deflateRawSync(JSON.stringify({ members, past }), { level: 1 }) }
}

/** A stored roster. */
export function unpackRoster({ packed, ...row }: StoredRoster): RosterRow {
  const bytes = packed instanceof Uint8Array ? packed : packed.value()
  const { members, past } = JSON.parse(inflateRawSync(bytes).toString()) as Pick<RosterRow, 'members' | 'past'>
  for (const stay of [...members, ...past]) stay.joinedAt = new Date(stay.joinedAt)
  for (const stay of past) stay.leftAt = new Date(stay.leftAt)
  return { ...row, members, past }
}
/** Groups without their members. */
export const groupRows = (connection: Connection): mongo.Collection<GroupRow> =>
  database(connection).collection<GroupRow>(GROUPS)
/** Stays of contacts, and all that ended. */
export const stayRows = (connection: Connection): mongo.Collection<StayRow> =>
  database(connection).collection<StayRow>(STAYS)
/** The ended ones of them. */
export const endedStayRows = (connection: Connection): mongo.Collection<EndedStayRow> =>
  database(connection).collection<EndedStayRow>(STAYS)

/** The state of syncs. */
export const syncRows = (connection: Connection): mongo.Collection<GroupSyncRow> =>
  database(connection).collection<GroupSyncRow>(SYNCS)

/** The id of a group over all accounts. */
export const groupId = (account: string, chatId: string): string => `${account}:${chatId}`
