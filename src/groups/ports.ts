import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Events } from '../events/events.js'
import type { Connection } from '../store/connect.js'
import type { GroupRow, JoinWay } from './model.js'

/** Somebody in a group, as the platform's detail tells it. */
export interface DetailMember {
  id: string
  kind: 'staff' | 'customer'
  unionid?: string
  joinedAt: Date
  way: JoinWay
  state?: string
  invitedBy?: string
  nickname: string
  name: string
}

/** A group, as the platform's detail tells it. */
export interface Detail {
  id: string
  name: string
  owner: string
  createdAt: Date
  notice: string
  admins: string[]
  members: DetailMember[]
  /** Absent in answers of old. */
  version?: string
}

/** The platform's figures of one owner on one day. */
export interface OwnerFigures {
  owner?: string
  groups: number
  newGroups: number
  groupsWithMessages: number
  members: number
  newMembers: number
  membersWithMessages: number
  messages: number
}

/** What is asked of a corporation; its client's `groups` and `contacts.followUsers`. */
export interface CorpGroups {
  list(options: {
    owners: readonly string[]
    cursor?: string
  }): Promise<{ items: readonly { id: string; state: GroupRow['hold'] }[]; next?: string }>
  get(id: string): Promise<Detail | undefined>
  statistics(
    day: Date,
    owners: readonly string[],
    options?: { offset?: number },
  ): Promise<{ rows: OwnerFigures[]; total: number; nextOffset: number }>
  byOpengid(opengid: string): Promise<string | undefined>
}

/** A corporation whose groups are kept. */
export interface GroupCorp {
  groups: CorpGroups
  /** The members who may have customers. */
  staff(): Promise<readonly string[]>
}

/** Brings people from outside among the contacts; gives their ids by external id. At most 1000 a call. */
export type Learn = (
  batch: readonly { account: string; externalId: string; unionid?: string; name?: string; at: Date }[],
) => Promise<ReadonlyMap<string, string>>

/** When a group is nearly full. */
export interface GroupSizes {
  /** Share of `capacity`, above 0 and at most 1. */
  nearlyFull: number
  /** Members a group takes. */
  capacity: number
}

/** What groups are made of. */
export interface GroupPorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Pick<Events, 'append'>
  learn: Learn
  /** The accounts that are corporations, and the one of an id. */
  corps: { ids(): readonly string[]; find(account: string): GroupCorp | undefined }
  sizes: GroupSizes
  timeZone: string
}
