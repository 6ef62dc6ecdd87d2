import type { Scene } from '../wecom/corp.js'
import { alter, createGroup, dismiss, groupNamed, join, quit, showIn } from '../wecom/groups.js'
import { tellCustomer, tellGroup, tellStaff } from '../wecom/notices.js'
import { connect, deleteCustomer, personOf, relationOf, staffNamed, writeTo } from '../wecom/people.js'
import { appEvent, customerEvent, directoryEvent } from '../wecom/push/events.js'
import { confirmSend, publishMoment } from '../wecom/sending.js'
import type { Group, Staff } from '../wecom/state.js'
import { tagNamed } from '../wecom/views.js'
import { actOf, anybody, memberIds } from './corp-acts.js'
import { appReply, pressCard, writeToApp } from './corp-app.js'
import { staffBodies as body } from './corp-schema.js'
import { ControlError } from './person.js'

const BY_HAND = 2

/** What a member of the corporation can do, by the name of the route. */
export const staffActs = {
  send: actOf(body.send, (scene, staff: Staff, { task: id, targets }) => {
    const task = scene.corp.tasks.get(id)
    if (!task) throw new ControlError(404, `there is no task ${id}`)
    return confirmSend(scene, staff, task, targets)
  }),
  publish: actOf(body.publish, (scene, staff: Staff, { moment: id }) => {
    const moment = scene.corp.moments.get(id)
    if (!moment) throw new ControlError(404, `there is no moment ${id}`)
    return publishMoment(scene, staff, moment)
  }),
  confirm: actOf(body.confirm, (scene, staff: Staff, given) => {
    const customer = personOf(scene, given.person)
    const request = staff.requests.get(customer.id)
    const half = staff.relations.get(customer.id)?.half === true
    if (!request && !half) throw new ControlError(409, `${customer.name} does not wait for ${staff.name}`)
    const how = request ? { way: request.way, state: request.state } : { way: BY_HAND }
    return { customer: customer.id, ...connect(scene, staff, customer, how) }
  }),
  add: actOf(body.add, (scene, staff: Staff, { person, half }) => {
    const customer = personOf(scene, person)
    const made = connect(scene, staff, customer, { way: BY_HAND, half })
    if (!made) throw new ControlError(409, `${staff.name} and ${customer.name} are connected already`)
    return { customer: customer.id, ...made }
  }),
  delete: actOf(body.delete, (scene, staff: Staff, { person }) => {
    deleteCustomer(scene, staff, personOf(scene, person))
    return {}
  }),
  remark: actOf(body.remark, (scene, staff: Staff, { person, remark, description, mobiles }) => {
    const customer = personOf(scene, person)
    const relation = relationOf(staff, customer)
    if (remark !== undefined) relation.remark = remark
    if (description !== undefined) relation.description = description
    if (mobiles !== undefined) relation.mobiles = mobiles
    const tells = remark !== undefined || description !== undefined
    if (tells) customerEvent(scene, 'edit_external_contact', { staff: staff.id, customer: customer.id })
    tellCustomer(scene, customer)
    return {}
  }),
  tag: actOf(body.tag, (scene, staff: Staff, { person, add, remove }) => {
    const customer = personOf(scene, person)
    const relation = relationOf(staff, customer)
    const unknown = add.find((id) => !tagNamed(scene.corp, id))
    if (unknown !== undefined) throw new ControlError(404, `there is no tag ${unknown}`)
    relation.tags = [...new Set([...relation.tags, ...add])].filter((id) => !remove.includes(id))
    customerEvent(scene, 'edit_external_contact', { staff: staff.id, customer: customer.id })
    tellCustomer(scene, customer)
    return {}
  }),
  say: actOf(body.say, (scene, staff: Staff, { to, text }) => {
    const group = scene.corp.groups.get(to)
    if (!group) writeTo(scene, staff, personOf(scene, to), 'staff', text)
    else sayIn(scene, group, { from: 'staff', id: staff.id, name: staff.name, text })
    return {}
  }),
  'create-group': actOf(body['create-group'], (scene, staff: Staff, { name, members }) => {
    if (!staff.active) throw new ControlError(409, `${staff.name} has left`)
    return { group: createGroup(scene, staff, name, memberIds(scene, members)).id }
  }),
  invite: actOf(body.invite, (scene, staff: Staff, { group: id, members }) => {
    const group = memberOf(scene, staff, id)
    return { joined: join(scene, group, memberIds(scene, members), { scene: 1, invitor: staff.id }) }
  }),
  kick: actOf(body.kick, (scene, staff: Staff, { group, members }) => ({
    gone: quit(
      scene,
      managed(scene, staff, group),
      members.map((id) => anybody(scene, id)),
      1,
    ),
  })),
  rename: actOf(body.rename, (scene, staff: Staff, { group, name }) => {
    alter(scene, managed(scene, staff, group), { name })
    return {}
  }),
  notice: actOf(body.notice, (scene, staff: Staff, { group, text }) => {
    alter(scene, managed(scene, staff, group), { notice: text })
    return {}
  }),
  'give-group': actOf(body['give-group'], (scene, staff: Staff, { group: id, to }) => {
    const group = owned(scene, staff, id)
    const taker = staffNamed(scene.corp, to)
    if (!group.members.has(taker.id)) throw new ControlError(409, `${taker.name} is not in ${group.name}`)
    alter(scene, group, { owner: taker.id })
    return {}
  }),
  admin: actOf(body.admin, (scene, staff: Staff, { group: id, staff: other, on }) => {
    const group = owned(scene, staff, id)
    const named = staffNamed(scene.corp, other)
    if (!group.members.has(named.id)) throw new ControlError(409, `${named.name} is not in ${group.name}`)
    if (on) group.admins.add(named.id)
    else group.admins.delete(named.id)
    tellGroup(scene, group)
    return {}
  }),
  dismiss: actOf(body.dismiss, (scene, staff: Staff, { group }) => {
    dismiss(scene, owned(scene, staff, group))
    return {}
  }),
  'group-welcome': actOf(body['group-welcome'], (scene, staff: Staff, { group: id, template }) => {
    const group = managed(scene, staff, id)
    if (template !== null && !scene.corp.groupWelcomes.has(template)) {
      throw new ControlError(404, `there is no group welcome ${template}`)
    }
    group.welcome = template ?? undefined
    tellGroup(scene, group)
    return {}
  }),
  leave: actOf(body.leave, (scene, staff: Staff) => {
    leaveCorp(scene, staff)
    return {}
  }),
  write: actOf(body.write, (scene, staff: Staff, given) => {
    writeToApp(scene, staff, given)
    return {}
  }),
  'open-app': actOf(body['open-app'], (scene, staff: Staff) => {
    appEvent(scene, 'enter_agent', staff.id, { EventKey: '' }, { onReply: appReply(scene, staff) })
    return {}
  }),
  menu: actOf(body.menu, (scene, staff: Staff, { key }) => {
    appEvent(scene, 'click', staff.id, { EventKey: key }, { onReply: appReply(scene, staff) })
    return {}
  }),
  press: actOf(body.press, (scene, staff: Staff, given) => {
    pressCard(scene, staff, given)
    return {}
  }),
}

/** Leaves the corporation: customers become unassigned, groups wait for a new owner. */
function leaveCorp(scene: Scene, staff: Staff): void {
  if (staff.left) throw new ControlError(409, `${staff.name} has left already`)
  Object.assign(staff, { active: false, left: true, leftAt: scene.now, inRange: false })
  staff.requests.clear()
  for (const group of scene.corp.groups.values()) {
    if (group.owner !== staff.id || group.dismissed) continue
    group.status = 1
    tellGroup(scene, group)
  }
  directoryEvent(scene, 'delete_user', staff.id)
  appEvent(scene, 'unsubscribe', staff.id, { EventKey: '' })
  tellStaff(scene, staff)
}

/** Somebody writes in a group. */
export function sayIn(
  scene: Scene,
  group: Group,
  { from, id, name, text }: { from: 'staff' | 'customer'; id: string; name: string; text: string },
): void {
  if (!group.members.has(id)) throw new ControlError(409, `${name} is not in ${group.name}`)
  showIn(scene, group, { from, by: id, name, via: 'hand', content: { kind: 'text', text } })
}

function memberOf(scene: Scene, staff: Staff, id: string): Group {
  const group = groupNamed(scene.corp, id)
  if (!group.members.has(staff.id)) throw new ControlError(409, `${staff.name} is not in ${group.name}`)
  return group
}

function managed(scene: Scene, staff: Staff, id: string): Group {
  const group = groupNamed(scene.corp, id)
  if (group.owner !== staff.id && !group.admins.has(staff.id)) {
    throw new ControlError(409, `${staff.name} is neither owner nor admin of ${group.name}`)
  }
  return group
}

function owned(scene: Scene, staff: Staff, id: string): Group {
  const group = groupNamed(scene.corp, id)
  if (group.owner !== staff.id) throw new ControlError(409, `${staff.name} is not the owner of ${group.name}`)
  return group
}
