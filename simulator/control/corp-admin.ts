import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { aesKey } from '../crypto.js'
import type { Platform } from '../platform.js'
import { type Corp, createStaff, type Scene, sceneOf } from '../wecom/corp.js'
import { groupNamed, join, quit } from '../wecom/groups.js'
import { tellStaff, tellState } from '../wecom/notices.js'
import { staffNamed } from '../wecom/people.js'
import { push } from '../wecom/push/deliver.js'
import { appEvent, directoryEvent, tagEvent } from '../wecom/push/events.js'
import type { Robot } from '../wecom/state.js'
import { addTags, dropTag, editTag } from '../wecom/tags.js'
import { createThread } from '../wecom/thread.js'
import { codeIn } from '../wecom/views.js'
import type { XmlFields } from '../xml.js'
import { anybody, memberIds } from './corp-acts.js'
import { appReply } from './corp-app.js'
import { type corpBodies, corpChange } from './corp-schema.js'
import { ControlError } from './person.js'

type Body<K extends keyof typeof corpBodies> = z.output<(typeof corpBodies)[K]>

const ADDRESS = ['name', 'callbackUrl', 'token', 'secret'] as const

/** Changes settings, the callback's address and secrets. */
export function changeCorp(platform: Platform, corp: Corp, change: z.input<typeof corpChange>): void {
  const { name, callbackUrl, token, secret, aesKey: key, allowed, ...settings } = corpChange.parse(change)
  const given = { name, callbackUrl, token, secret }
  for (const field of ADDRESS) if (given[field] !== undefined) corp.options[field] = given[field]
  if (key !== undefined) {
    corp.key = aesKey(key)
    corp.options.aesKey = key
  }
  for (const [field, value] of Object.entries(settings)) {
    if (value !== undefined) Object.assign(corp.settings, { [field]: value })
  }
  for (const [field, value] of Object.entries(allowed ?? {})) {
    if (value !== undefined) Object.assign(corp.settings.allowed, { [field]: value })
  }
  tellState(sceneOf(platform, corp))
}

/** Many people come into a group: in one event, or in one each. */
export function joinMany(scene: Scene, id: string, given: Body<'join'>): { joined: string[] } {
  const group = groupNamed(scene.corp, id)
  const way = given.code === undefined ? undefined : scene.corp.joinWays.get(codeIn(given.code))
  if (given.code !== undefined && !way) throw new ControlError(404, `there is no join way ${given.code}`)
  const how = {
    scene: given.scene ?? (3 as const),
    ...(way && { state: way.state }),
    ...(given.scene !== undefined && given.scene !== 3 && { invitor: group.owner }),
  }
  const ids = memberIds(scene, given.people)
  const batches = given.separate ? ids.map((one) => [one]) : [ids]
  return { joined: batches.flatMap((batch) => join(scene, group, batch, how)) }
}

/** Many people leave a group. */
export function leaveMany(scene: Scene, id: string, given: Body<'leave'>): { gone: string[] } {
  const group = groupNamed(scene.corp, id)
  const ids = given.people.map((one) => anybody(scene, one))
  const batches = given.separate ? ids.map((one) => [one]) : [ids]
  return { gone: batches.flatMap((batch) => quit(scene, group, batch, 0)) }
}

/** A new member, who can see the app. */
export function addStaff(scene: Scene, { userid, name, departments = [1] }: Body<'newStaff'>): { id: string } {
  const { corp } = scene
  if (corp.staff.has(userid)) throw new ControlError(409, `userid: ${userid} is taken`)
  checkDepartments(corp, departments)
  const staff = createStaff({ id: userid, name, departments }, corp.keep)
  corp.staff.set(userid, staff)
  directoryEvent(scene, 'create_user', userid, { Name: name, Department: departments.join(',') })
  appEvent(scene, 'subscribe', userid, { EventKey: '' }, { onReply: appReply(scene, staff) })
  tellStaff(scene, staff)
  return { id: userid }
}

function checkDepartments(corp: Corp, departments: readonly number[]): void {
  const unknown = departments.find((id) => !corp.departments.some((one) => one.id === id))
  if (unknown !== undefined) throw new ControlError(400, `departments: there is no department ${unknown}`)
}

/** Changes a member; coming into or leaving the visible range is an event. */
export function changeStaff(scene: Scene, id: string, change: Body<'staffChange'>): { id: string } {
  const staff = staffNamed(scene.corp, id)
  const { inRange, nativeWelcome, capacity, ...rest } = change
  if (rest.departments) checkDepartments(scene.corp, rest.departments)
  const moved = inRange !== undefined && inRange !== staff.inRange
  for (const [field, value] of Object.entries(rest)) if (value !== undefined) Object.assign(staff, { [field]: value })
  if (nativeWelcome !== undefined) staff.nativeWelcome = nativeWelcome ?? undefined
  if (capacity !== undefined) staff.capacity = capacity ?? undefined
  if (moved) {
    staff.inRange = inRange
    const onReply = inRange ? { onReply: appReply(scene, staff) } : {}
    appEvent(scene, inRange ? 'subscribe' : 'unsubscribe', staff.id, { EventKey: '' }, onReply)
  }
  if (rest.name !== undefined || rest.departments !== undefined) directoryEvent(scene, 'update_user', staff.id)
  tellStaff(scene, staff)
  return { id: staff.id }
}

/** The administrator makes tags: an event for each, and for the group when it is new. */
export function makeTags(scene: Scene, { group, names }: Body<'newTags'>) {
  const into = scene.corp.tagGroups.get(group)?.name ?? group
  const made = addTags(
    scene,
    { name: into, order: 0 },
    names.map((name) => ({ name, order: 0 })),
  )
  if (!made) throw new ControlError(409, 'names: a tag of this name is in the group')
  if (made.isNew) tagEvent(scene, 'create', 'tag_group', made.group.id)
  for (const tag of made.tags) tagEvent(scene, 'create', 'tag', tag.id)
  tellState(scene)
  return { groupId: made.group.id, tags: made.tags.map(({ id, name }) => ({ id, name })) }
}

/** The administrator renames a tag or a group of tags. */
export function renameTag(scene: Scene, id: string, name: string): object {
  const end = editTag(scene.corp, id, { name })
  if (end === 'unknown') throw new ControlError(404, `there is no tag ${id}`)
  if (end === 'taken') throw new ControlError(409, 'name: another has it')
  tagEvent(scene, 'update', end.type, id)
  tellState(scene)
  return {}
}

/** The administrator removes a tag or a group of tags. */
export function removeTag(scene: Scene, id: string): object {
  const end = dropTag(scene.corp, id)
  if (!end) throw new ControlError(404, `there is no tag ${id}`)
  tagEvent(scene, 'delete', end.type, id)
  tellState(scene)
  return {}
}

/** A robot in an internal group; its address is its password. */
export function addRobot(platform: Platform, corp: Corp, given: Body<'newRobot'>): { key: string; url: string } {
  const key = given.key ?? randomUUID()
  if (corp.robots.has(key)) throw new ControlError(409, 'key: is taken')
  const { name, chat } = given
  corp.robots.set(key, { key, name, chat, active: true, sent: [], thread: createThread(corp.keep) })
  tellState(sceneOf(platform, corp))
  return { key, url: `${platform.baseUrl}/cgi-bin/webhook/send?key=${key}` }
}

/** The robot of this key. */
export function robotNamed(corp: Corp, key: string): Robot {
  const robot = corp.robots.get(key)
  if (!robot) throw new ControlError(404, `there is no robot ${key}`)
  return robot
}

/** Any push, or one that was sent before again, word for word. */
export function rawPush(scene: Scene, { fields, from, xml, tamper, repeat }: Body<'push'>): object {
  const before = repeat === undefined ? undefined : scene.platform.exchanges.find(repeat)
  if (repeat !== undefined && before?.account !== scene.corp.options.id) {
    throw new ControlError(404, `repeat: there is no exchange ${repeat}`)
  }
  const sent = before?.xml ?? xml
  if (sent === undefined && !fields) throw new ControlError(400, 'fields: give fields, xml or repeat')
  const kind = before?.kind ?? (fields?.['Event'] === undefined ? 'raw' : `event.${fields['Event']}`)
  const update = { kind, from: from ?? 'sys', subject: before?.follower ?? from ?? 'sys' }
  push(
    scene,
    { ...update, fields: { MsgType: 'event', ...(fields as XmlFields | undefined) } },
    { ...(tamper && { tamper }), ...(sent !== undefined && { xml: sent }) },
  )
  return {}
}
