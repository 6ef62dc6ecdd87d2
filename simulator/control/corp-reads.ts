import type { Platform } from '../platform.js'
import type { CorpEntry } from '../wecom/content.js'
import type { Corp } from '../wecom/corp.js'
import { findPerson, staffNamed } from '../wecom/people.js'
import type { Group } from '../wecom/state.js'
import { momentView, staffMoment, staffTask, taskView } from '../wecom/task-views.js'
import {
  contactWayView,
  customerView,
  groupsOf,
  groupView,
  joinWayView,
  memberView,
  nameOf,
  relationView,
  staffView,
} from '../wecom/views.js'
import type { Since } from './control.js'
import { robotNamed } from './corp-admin.js'
import { ControlError } from './person.js'

/** A part of a list. */
export interface Part {
  limit?: number | undefined
  offset?: number | undefined
}

type StaffView = ReturnType<typeof staffView>
type CustomerView = ReturnType<typeof customerView>
type GroupView = ReturnType<typeof groupView>
type TaskView = ReturnType<typeof taskView>
type MomentView = ReturnType<typeof momentView>

/** What can be seen of a corporation. */
export interface CorpReads {
  state(): object
  staff(id: string): StaffView
  /** A member's chat with the app. */
  app(staff: string, since?: Since): Promise<CorpEntry[]>
  staffTasks(staff: string): ReturnType<typeof staffTask>[]
  staffMoments(staff: string): ReturnType<typeof staffMoment>[]
  staffCustomers(staff: string, part?: Part): { total: number; relations: object[] }
  requests(staff: string): { customer: string; name: string; way: number; state: string; at: number }[]
  customers(part?: Part): { total: number; customers: CustomerView[] }
  customer(person: string): CustomerView
  /** What a person's own phone shows of the corporation. */
  phone(person: string): object
  /** The conversation of a member and a customer. */
  chat(staff: string, person: string, since?: Since): Promise<CorpEntry[]>
  groups(part?: Part & { owner?: string | undefined }): { total: number; groups: GroupView[] }
  group(id: string): GroupView & { members: ReturnType<typeof memberView>[] }
  groupThread(id: string, since?: Since): Promise<CorpEntry[]>
  tasks(limit?: number): TaskView[]
  task(id: string): TaskView
  moments(limit?: number): MomentView[]
  internal(chat: string, since?: Since): Promise<CorpEntry[]>
  robot(key: string, since?: Since): Promise<CorpEntry[]>
  truth(): object
}

const SHOWN = 200
const MAX_WAIT_MS = 60_000

/** The reads of one corporation. */
export function corpReads(platform: Platform, corp: Corp): CorpReads {
  const now = () => platform.clock.now()
  const since = async (read: () => CorpEntry[], { after = 0, waitMs = 0 }: Since = {}): Promise<CorpEntry[]> => {
    const some = () => {
      const fresh = read().filter((entry) => entry.n > after)
      return fresh.length > 0 ? fresh : undefined
    }
    return (await platform.bus.until(some, Math.min(waitMs, MAX_WAIT_MS))) ?? []
  }
  const groupOf = (id: string): Group => {
    const group = corp.groups.get(id)
    if (!group) throw new ControlError(404, `there is no group ${id}`)
    return group
  }
  const known = (id: string) => {
    const found = findPerson(platform, corp, id)
    if (!found) throw new ControlError(404, `the corporation has not met ${id}`)
    return found
  }
  return {
    state: () => stateOf(platform, corp),
    staff: (id) => staffView(corp, staffNamed(corp, id)),
    app: (id, from) => since(() => staffNamed(corp, id).app.ring.list(), from),
    staffTasks: (id) => {
      const staff = staffNamed(corp, id)
      const mine = [...corp.tasks.values()].filter((task) => task.dispatchedAt <= now())
      return mine
        .flatMap((task) => {
          const sender = task.senders.get(staff.id)
          return sender ? [staffTask(corp, task, sender)] : []
        })
        .reverse()
    },
    staffMoments: (id) => {
      const staff = staffNamed(corp, id)
      return [...corp.moments.values()]
        .filter((moment) => moment.staff.has(staff.id) && moment.dispatchedAt <= now())
        .map((moment) => staffMoment(moment, staff.id))
        .reverse()
    },
    staffCustomers: (id, part) => {
      const { relations } = staffNamed(corp, id)
      const rows = slice([...relations.values()], part).map((relation) => {
        const customer = corp.customers.get(relation.customer)
        return {
          ...relationView(corp, relation),
          customer: relation.customer,
          name: customer?.name ?? '',
          unionid: customer?.unionid ?? '',
        }
      })
      return { total: relations.size, relations: rows }
    },
    requests: (id) =>
      [...staffNamed(corp, id).requests].map(([customer, request]) => ({
        customer,
        name: nameOf(corp, customer),
        ...request,
      })),
    customers: (part) => ({
      total: corp.customers.size,
      customers: slice([...corp.customers.values()], part).map((customer) => customerView(corp, customer)),
    }),
    customer: (id) => customerView(corp, known(id)),
    phone: (id) => phoneOf(platform, corp, id),
    chat: (staff, person, from) => {
      const { id } = staffNamed(corp, staff)
      const lines = () => corp.chats.get(`${id}/${findPerson(platform, corp, person)?.id}`)?.ring.list() ?? []
      return since(lines, from)
    },
    groups: ({ owner, ...part } = {}) => {
      const all = [...corp.groups.values()].filter((group) => owner === undefined || group.owner === owner)
      return { total: all.length, groups: slice(all, part).map((group) => groupView(corp, group)) }
    },
    group: (id) => {
      const group = groupOf(id)
      return { ...groupView(corp, group), members: [...group.members.values()].map((one) => memberView(corp, one)) }
    },
    groupThread: (id, from) => since(() => groupOf(id).thread?.ring.list() ?? [], from),
    tasks: (limit = 50) =>
      [...corp.tasks.values()]
        .slice(-limit)
        .reverse()
        .map((task) => taskView(corp, task, now())),
    task: (id) => {
      const task = corp.tasks.get(id)
      if (!task) throw new ControlError(404, `there is no task ${id}`)
      return taskView(corp, task, now())
    },
    moments: (limit = 50) =>
      [...corp.moments.values()]
        .slice(-limit)
        .reverse()
        .map((moment) => momentView(corp, moment)),
    internal: (id, from) => {
      const chat = corp.internalChats.get(id)
      if (!chat) throw new ControlError(404, `there is no internal chat ${id}`)
      return since(() => chat.thread.ring.list(), from)
    },
    robot: (key, from) => since(() => robotNamed(corp, key).thread.ring.list(), from),
    truth: () => truthOf(corp),
  }
}

function slice<T>(items: readonly T[], { limit = SHOWN, offset = 0 }: Part = {}): T[] {
  return items.slice(offset, offset + limit)
}

function phoneOf(platform: Platform, corp: Corp, id: string): object {
  const person = findPerson(platform, corp, id)
  if (!person) return { wecom: [], groups: [], transfers: [] }
  const relations = customerView(corp, person).relations.filter((one) => !one.lost)
  return {
    customer: person.id,
    wecom: relations.map(({ staff, staffName, half, entries }) => ({ staff, name: staffName, half, entries })),
    groups: groupsOf(corp, person.id).map((group) => ({
      id: group.id,
      name: group.name,
      count: group.members.size,
      entries: group.thread?.last ?? 0,
    })),
    transfers: [...corp.moving.values()]
      .filter((one) => one.customer === person.id)
      .map(({ from, to, at }) => ({ from, to, at })),
  }
}

function stateOf(platform: Platform, corp: Corp): object {
  const { id, name, corpid, agentId, callbackUrl } = corp.options
  const ways = [...corp.contactWays.keys()].slice(-SHOWN)
  const joins = [...corp.joinWays.keys()].slice(-SHOWN)
  let relations = 0
  for (const staff of corp.staff.values()) relations += staff.relations.size
  let members = 0
  for (const group of corp.groups.values()) if (!group.dismissed) members += group.members.size
  let tags = 0
  for (const group of corp.tagGroups.values()) tags += group.tags.size
  return {
    id,
    name,
    corpid,
    agentId,
    callbackUrl,
    settings: corp.settings,
    now: platform.clock.now(),
    counts: {
      staff: corp.staff.size,
      customers: corp.customers.size,
      relations,
      groups: corp.groups.size,
      members,
      contactWays: corp.contactWays.size,
      joinWays: corp.joinWays.size,
      tasks: corp.tasks.size,
      moments: corp.moments.size,
      tags,
    },
    departments: corp.departments,
    staff: [...corp.staff.values()].slice(0, SHOWN).map((staff) => staffView(corp, staff)),
    tagGroups: [...corp.tagGroups.values()].map((group) => ({
      id: group.id,
      name: group.name,
      order: group.order,
      tags: [...group.tags.values()].map((tag) => ({ id: tag.id, name: tag.name, order: tag.order })),
    })),
    contactWays: ways.reverse().map((way) => contactWayView(corp, platform.baseUrl, way)),
    joinWays: joins.reverse().map((way) => joinWayView(corp, platform.baseUrl, way)),
    groups: [...corp.groups.values()].slice(0, SHOWN).map((group) => groupView(corp, group)),
    groupWelcomes: [...corp.groupWelcomes].map(([key, { contents, createdAt }]) => {
      const [first] = contents
      const text = first?.kind === 'text' ? first.text : ''
      return { id: key, text, attachments: first?.kind === 'text' ? contents.slice(1) : contents, createdAt }
    }),
    internalChats: [...corp.internalChats.values()].map((chat) => ({
      id: chat.id,
      name: chat.name,
      owner: chat.owner,
      members: chat.members,
      entries: chat.thread.last,
    })),
    robots: [...corp.robots.values()].map(({ key, name: called, chat, active, thread }) => ({
      key,
      name: called,
      chat,
      active,
      entries: thread.last,
    })),
  }
}

function truthOf(corp: Corp): object {
  return {
    relations: [...corp.staff.values()].flatMap((staff) =>
      [...staff.relations.values()].map(({ customer, lost, half }) => ({ staff: staff.id, customer, lost, half })),
    ),
    groups: [...corp.groups.values()].map((group) => ({
      id: group.id,
      name: group.name,
      owner: group.owner,
      admins: [...group.admins].sort(),
      notice: group.notice,
      version: group.version,
      dismissed: group.dismissed,
      members: [...group.members.keys()].sort(),
    })),
  }
}
