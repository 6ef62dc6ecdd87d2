import { AppError } from '../core/errors.js'
import type { GroupLike, GroupsPort, SidebarPorts } from './ports.js'
import type { Visitor } from './sessions.js'
import { joinWord } from './words.js'

/** A group as the page shows it. */
export interface RosterView {
  group: string
  name: string
  owner: string
  admins: readonly string[]
  notice: string
  createdAt?: Date
  status: 'active' | 'dismissed'
  hold?: string
  count: number
  customers: number
  capacity: number
  nearlyFull: boolean
  labels: readonly string[]
  folder?: string
  readAt?: Date
  pending: boolean
  /** Whether the visitor may change the labels. */
  mayLabel: boolean
}

/** Somebody in a group. */
export interface RosterMember {
  member: string
  kind: 'staff' | 'customer' | 'unknown'
  name: string
  joinedAt: Date
  way: string
  state?: string
  invitedBy?: string
}

/** A join way that leads into the group. */
export interface RosterWay {
  name: string
  title: string
  picture?: string
  room: boolean
  /** The group is the one that fills up now. */
  current: boolean
}

/** The group page. A server cannot write into a group, pull people in or remove them: the page says so. */
export interface Rosters {
  show(visitor: Visitor, group: GroupLike): RosterView
  members(account: string, chatId: string, after?: string): Promise<{ members: RosterMember[]; next?: string }>
  ways(account: string, chatId: string): Promise<RosterWay[]>
  labels(account: string): Promise<string[]>
  /** Throws AppError `forbidden.label` for anybody but owner, admins and supervisors. */
  label(visitor: Visitor, group: GroupLike, change: { add: string[]; remove: string[] }): Promise<RosterView>
}

const HOLDS: ReadonlyMap<string, string> = new Map([
  ['owner-left', '群主已离职，等待分配'],
  ['handing-over', '正在移交群主'],
  ['handed-over', '已移交群主'],
])

/** Group pages over the roster. */
export function createRosters(ports: { groups: GroupsPort } & Pick<SidebarPorts, 'joinWays'>): Rosters {
  const { groups, joinWays } = ports
  const rosters: Rosters = {
    show(visitor, group) {
      const { chatId, hold, labels, ...rest } = group
      const word = HOLDS.get(hold)
      return {
        group: chatId,
        name: rest.name,
        owner: rest.owner,
        admins: rest.admins,
        notice: rest.notice,
        ...(rest.createdAt && { createdAt: rest.createdAt }),
        status: rest.status,
        ...(word !== undefined && { hold: word }),
        count: rest.count,
        customers: rest.customers,
        capacity: rest.capacity,
        nearlyFull: rest.nearlyFull,
        labels,
        ...(rest.folder !== undefined && { folder: rest.folder }),
        ...(rest.readAt && { readAt: rest.readAt }),
        pending: rest.pending,
        mayLabel: mayLabel(visitor, group),
      }
    },
    async members(account, chatId, after) {
      const page = await groups.membersOf(account, chatId, { limit: 100, ...(after !== undefined && { after }) })
      const members = page.members.map(({ member, kind, name, nickname, joinedAt, way, state, invitedBy }) => {
        const known = nickname || name || (kind === 'staff' ? member : '未知昵称')
        return {
          member,
          kind,
          name: known,
          joinedAt,
          way: joinWord(way),
          ...(state !== undefined && { state }),
          ...(invitedBy !== undefined && { invitedBy }),
        }
      })
      return { members, ...(page.next !== undefined && { next: page.next }) }
    },
    async ways(account, chatId) {
      const all = (await joinWays?.()) ?? []
      return all.flatMap(({ name, title, account: of, picture, room, groups: leads, current }) => {
        if (of !== account || !leads.includes(chatId)) return []
        return [{ name, title, ...(picture !== undefined && { picture }), room, current: current === chatId }]
      })
    },
    labels: async (account) => (await groups.labels(account)).map(({ label }) => label),
    async label(visitor, group, { add, remove }) {
      if (!mayLabel(visitor, group)) throw new AppError('forbidden.label', '只有群主、群管理员或主管可以改群标签')
      const edit = { ...(add.length > 0 && { addLabels: add }), ...(remove.length > 0 && { removeLabels: remove }) }
      const after = add.length + remove.length === 0 ? group : await groups.edit(visitor.account, group.chatId, edit)
      return rosters.show(visitor, after ?? group)
    },
  }
  return rosters
}

const mayLabel = ({ staff, role }: Visitor, { owner, admins }: GroupLike): boolean =>
  role === 'supervisor' || owner === staff || admins.includes(staff)
