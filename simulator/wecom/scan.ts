import { ControlError } from '../control/person.js'
import type { Corp, Scene } from './corp.js'
import { addGroup, join } from './groups.js'
import { tellGroup, tellStaff } from './notices.js'
import { connect, findStaff } from './people.js'
import { groupEvent } from './push/events.js'
import type { ContactWay, Customer, Group, JoinWay, Staff } from './state.js'
import { codeIn } from './views.js'

/** What scanning a live code led to. */
export type Scanned =
  | { kind: 'contact'; staff: string; customer: string; pending: boolean; already: boolean; welcomeCode?: string }
  | { kind: 'group'; group: string; customer: string; already: boolean; created: boolean }

const BY_CODE = 1

/** A person scans a live code (its id, text or picture's address). 404 for an unknown code, 409 when nobody is free. */
export function scan(
  scene: Scene,
  customer: Customer,
  text: string,
  how: { half?: boolean | undefined; staff?: string | undefined },
): Scanned {
  const id = codeIn(text)
  const contactWay = scene.corp.contactWays.get(id)
  if (contactWay) return addBy(scene, customer, contactWay, how)
  const joinWay = scene.corp.joinWays.get(id)
  if (!joinWay) throw new ControlError(404, `there is no live code ${id}`)
  return joinBy(scene, customer, joinWay)
}

function addBy(
  scene: Scene,
  customer: Customer,
  way: ContactWay,
  { half, staff: asked }: { half?: boolean | undefined; staff?: string | undefined },
): Scanned {
  const { now } = scene
  const staff = memberFor(scene, customer, way, asked)
  way.scans += 1
  const seen = { kind: 'contact' as const, staff: staff.id, customer: customer.id }
  const known = staff.relations.get(customer.id)
  if (known && !known.lost) return { ...seen, pending: false, already: true }
  if (!way.skipVerify && !half) {
    staff.requests.set(customer.id, { way: BY_CODE, state: way.state, at: now })
    tellStaff(scene, staff)
    return { ...seen, pending: true, already: false }
  }
  const made = connect(scene, staff, customer, { way: BY_CODE, state: way.state, half })
  return { ...seen, pending: false, already: made === undefined, ...made }
}

/** One of the way's members who can take her: whom she knows already, else by turns. */
function memberFor(scene: Scene, customer: Customer, way: ContactWay, asked: string | undefined): Staff {
  const { corp } = scene
  const able = membersOf(corp, way).filter((staff) => staff.active && staff.seesCustomers)
  const room = able.filter(
    (staff) => staff.relations.has(customer.id) || staff.relations.size < (staff.capacity ?? corp.settings.customerCap),
  )
  if (asked !== undefined) {
    const named = room.find((staff) => staff.id === asked)
    if (!named) throw new ControlError(409, `${asked} is not free behind this code`)
    return named
  }
  const known = room.find((staff) => staff.relations.get(customer.id)?.lost === false)
  const chosen = known ?? room[way.scans % Math.max(1, room.length)]
  if (!chosen) throw new ControlError(409, 'nobody behind this code can take a customer')
  return chosen
}

/** Members of a contact way, its departments expanded. */
export function membersOf(corp: Corp, way: Pick<ContactWay, 'staff' | 'departments'>): Staff[] {
  const named = way.staff.flatMap((id) => findStaff(corp, id) ?? [])
  const inside = way.departments.flatMap((id) => membersIn(corp, id))
  return [...new Set([...named, ...inside])]
}

/** Members of a department and those below it. */
export function membersIn(corp: Corp, department: number): Staff[] {
  const inside = new Set([department])
  for (const { id, parent } of corp.departments) if (inside.has(parent)) inside.add(id)
  return [...corp.staff.values()].filter((staff) => staff.departments.some((id) => inside.has(id)))
}

function joinBy(scene: Scene, customer: Customer, way: JoinWay): Scanned {
  const { corp } = scene
  const seen = { kind: 'group' as const, customer: customer.id }
  const groups = [...way.groups, ...way.rooms]
    .flatMap((id) => corp.groups.get(id) ?? [])
    .filter((one) => !one.dismissed)
  const mine = groups.find((one) => one.members.has(customer.id))
  way.scans += 1
  if (mine) return { ...seen, group: mine.id, already: true, created: false }
  const free = groups.find((one) => one.members.size < corp.settings.joinFull)
  const group = free ?? roomOf(scene, way, groups)
  join(scene, group, [customer.id], { scene: 3, state: way.state })
  return { ...seen, group: group.id, already: false, created: free === undefined }
}

/** A new group when all are full, owned by the owner of the last one. */
function roomOf(scene: Scene, way: JoinWay, full: readonly Group[]): Group {
  const { corp, now } = scene
  const owner = full.at(-1)?.owner
  if (!way.auto || owner === undefined) throw new ControlError(409, 'every group behind this code is full')
  const name = `${way.roomName || '群聊'}${way.roomNext}`
  way.roomNext += 1
  const group = addGroup(corp, { name, owner, at: now, auto: true })
  way.rooms.push(group.id)
  groupEvent(scene, group.id, 'create')
  tellGroup(scene, group)
  return group
}
