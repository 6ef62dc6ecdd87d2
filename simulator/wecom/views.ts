import { createHash } from 'node:crypto'
import type { Corp } from './corp.js'
import type { Customer, Group, Member, Relation, Staff } from './state.js'

/** A member as the page sees her. */
export function staffView(corp: Corp, staff: Staff) {
  const { id, name, departments, active, left, leftAt, inRange, seesCustomers, nativeWelcome } = staff
  let groups = 0
  for (const group of corp.groups.values()) if (group.owner === id && !group.dismissed) groups += 1
  let waiting = 0
  for (const task of corp.tasks.values()) {
    const sender = task.senders.get(id)
    if (sender && sender.confirmedAt === undefined && !task.cancelled) waiting += 1
  }
  return {
    id,
    name,
    departments,
    active,
    left,
    ...(left && { leftAt }),
    inRange,
    seesCustomers,
    customers: staff.relations.size,
    groups,
    waiting,
    requests: staff.requests.size,
    appEntries: staff.app.last,
    nativeWelcome: nativeWelcome ?? null,
  }
}

/** A customer with everybody who knows them. */
export function customerView(corp: Corp, customer: Customer) {
  const { id, name, type, unionid, openid } = customer
  const relations = customer.staff.flatMap((staff) => {
    const relation = corp.staff.get(staff)?.relations.get(id)
    return relation ? [relationView(corp, relation)] : []
  })
  const groups = groupsOf(corp, id).map((group) => group.id)
  return { id, name, type, unionid, ...(openid !== undefined && { openid }), relations, groups }
}

/** A pair. */
export function relationView(corp: Corp, relation: Relation) {
  const { staff, customer, state, remark, description, mobiles, way, addedAt, half, lost } = relation
  return {
    staff,
    staffName: corp.staff.get(staff)?.name ?? staff,
    state,
    remark,
    description,
    mobiles,
    tags: relation.tags.map((tag) => ({ id: tag, name: tagNamed(corp, tag)?.tag.name ?? '' })),
    way,
    addedAt,
    half,
    lost,
    entries: corp.chats.get(`${staff}/${customer}`)?.last ?? 0,
  }
}

/** A group without its members. */
export function groupView(corp: Corp, group: Group) {
  const { id, name, owner, notice, createdAt, version, dismissed, status, welcome, auto } = group
  return {
    id,
    name,
    owner,
    ownerName: corp.staff.get(owner)?.name ?? owner,
    admins: [...group.admins],
    notice,
    createdAt,
    count: group.members.size,
    version,
    dismissed,
    status,
    welcome: welcome ?? null,
    auto,
    opengid: opengidOf(group.id),
    entries: group.thread?.last ?? 0,
  }
}

/** Somebody in a group. */
export function memberView(corp: Corp, member: Member) {
  const { id, staff, at, scene, state, invitor } = member
  return {
    id,
    name: nameOf(corp, id),
    type: staff ? 1 : 2,
    ...(!staff && { unionid: corp.customers.get(id)?.unionid ?? '' }),
    joinedAt: at,
    scene,
    ...(state !== undefined && { state }),
    ...(invitor !== undefined && { invitor }),
  }
}

/** The groups somebody is in. */
export function groupsOf(corp: Corp, id: string): Group[] {
  return [...corp.groups.values()].filter((group) => !group.dismissed && group.members.has(id))
}

/** Name of a member or a customer. */
export const nameOf = (corp: Corp, id: string): string => corp.staff.get(id)?.name ?? corp.customers.get(id)?.name ?? id

/** What a mini program gets as the group's opengid. */
export const opengidOf = (group: string): string =>
  `oG${createHash('sha256').update(group).digest('base64url').slice(0, 26)}`

/** A tag and its group. */
export function tagNamed(corp: Corp, id: string) {
  for (const group of corp.tagGroups.values()) {
    const tag = group.tags.get(id)
    if (tag) return { group, tag }
  }
  return undefined
}

/** A contact way. */
export function contactWayView(corp: Corp, baseUrl: string, id: string) {
  const way = corp.contactWays.get(id)
  if (!way) return undefined
  const { type, scene, state, remark, staff, departments, skipVerify, createdAt, scans } = way
  return {
    id,
    type,
    scene,
    state,
    remark,
    staff,
    departments,
    skipVerify,
    qr: qrAddress(baseUrl, id),
    createdAt,
    scans,
  }
}

/** A join way. */
export function joinWayView(corp: Corp, baseUrl: string, id: string) {
  const way = corp.joinWays.get(id)
  if (!way) return undefined
  const { scene, state, remark, groups, auto, roomName, roomNext, rooms, createdAt, scans } = way
  return {
    id,
    scene,
    state,
    remark,
    groups,
    auto,
    roomName,
    roomNext,
    rooms,
    qr: qrAddress(baseUrl, id),
    scans,
    createdAt,
  }
}

/** Where the picture of a live code is; its text is what a phone scans. */
export const qrAddress = (baseUrl: string, id: string): string => `${baseUrl}/wwqr/${id}.png`

/** The id of a live code, from the text a phone has scanned or its picture's address. */
export const codeIn = (text: string): string => /\/wwqr\/([\w-]+)/.exec(text)?.[1] ?? text
