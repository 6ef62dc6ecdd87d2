import type { Scene } from '../wecom/corp.js'
import { groupNamed, join, quit } from '../wecom/groups.js'
import { chatBetween, deleteStaff, findPerson, personOf, staffNamed, writeTo } from '../wecom/people.js'
import { scan } from '../wecom/scan.js'
import type { Customer, Transfer } from '../wecom/state.js'
import { complete, refuse } from '../wecom/transfers.js'
import { actOf, memberIds } from './corp-acts.js'
import { personBodies as body } from './corp-schema.js'
import { sayIn } from './corp-staff.js'
import { ControlError } from './person.js'

/** What a person from outside can do, by the name of the route. */
export const personActs = {
  scan: actOf(body.scan, (scene, person: Customer, { code, half, staff }) =>
    scan(scene, person, code, { half, staff }),
  ),
  leave: actOf(body.leave, (scene, person: Customer, { group: id }) => {
    const group = groupNamed(scene.corp, id)
    if (!group.members.has(person.id)) throw new ControlError(409, `${person.name} is not in ${group.name}`)
    quit(scene, group, [person.id], 0)
    return {}
  }),
  delete: actOf(body.delete, (scene, person: Customer, { staff }) => {
    deleteStaff(scene, staffNamed(scene.corp, staff), person)
    return {}
  }),
  say: actOf(body.say, (scene, person: Customer, { to, text }) => {
    const group = scene.corp.groups.get(to)
    if (group) sayIn(scene, group, { from: 'customer', id: person.id, name: person.name, text })
    else writeTo(scene, staffNamed(scene.corp, to), person, 'customer', text)
    return {}
  }),
  invite: actOf(body.invite, (scene, person: Customer, { group: id, members }) => {
    const group = groupNamed(scene.corp, id)
    if (!group.members.has(person.id)) throw new ControlError(409, `${person.name} is not in ${group.name}`)
    return { joined: join(scene, group, memberIds(scene, members), { scene: 1, invitor: person.id }) }
  }),
  'accept-transfer': actOf(body['accept-transfer'], (scene, person: Customer, { to }) => {
    const transfer = waiting(scene, person, to)
    complete(scene, transfer)
    return { status: transfer.status }
  }),
  'refuse-transfer': actOf(body['refuse-transfer'], (scene, person: Customer, { to }) => {
    refuse(scene, waiting(scene, person, to))
    return {}
  }),
  click: actOf(body.click, (scene, person: Customer, { n, staff }) => {
    const { thread } = chatBetween(scene.corp, staffNamed(scene.corp, staff).id, person.id)
    const content = thread.ring.list().find((entry) => entry.n === n)?.content
    if (content?.kind === 'link') return { open: { url: content.url } }
    if (content?.kind === 'mini-program') return { open: { appid: content.appid, path: content.path } }
    throw new ControlError(409, `line ${n} opens nothing`)
  }),
}

function waiting({ corp }: Scene, person: Customer, to: string | undefined): Transfer {
  for (const transfer of corp.moving.values()) {
    if (transfer.customer === person.id && (to === undefined || transfer.to === to)) return transfer
  }
  throw new ControlError(409, `${person.name} is not being handed over`)
}

/** Who does something: scanning lets the corporation meet a follower, everything else is done by people it knows (404). */
export function actorOf(scene: Scene, id: string, act: string): Customer {
  if (act === 'scan') return personOf(scene, id)
  const known = findPerson(scene.platform, scene.corp, id)
  if (!known) throw new ControlError(404, `the corporation has not met ${id}`)
  return known
}
