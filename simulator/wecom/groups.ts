import { limits } from '../../rules/wecom/limits.js'
import { ControlError } from '../control/person.js'
import { hex, randomText } from '../ids.js'
import type { CorpEntry } from './content.js'
import type { Corp, Scene } from './corp.js'
import { freeze } from './group-row.js'
import { tellGroup } from './notices.js'
import { groupEvent } from './push/events.js'
import type { Group, Member, Staff } from './state.js'
import { createThread, show } from './thread.js'
import { nameOf } from './views.js'

/** How somebody comes into a group. */
export interface Joining {
  /** 1 invited, 2 by a link, 3 by the code. */
  scene: 1 | 2 | 3
  state?: string
  invitor?: string
}

/** The group; 404 for none, 409 for one that was dismissed. */
export function groupNamed(corp: Corp, id: string): Group {
  const group = corp.groups.get(id)
  if (!group) throw new ControlError(404, `there is no group ${id}`)
  if (group.dismissed) throw new ControlError(409, `the group ${group.name} was dismissed`)
  return group
}

/** A group with its owner alone, not yet known to anybody. */
export function addGroup(
  corp: Corp,
  given: { name: string; owner: string; at: number; auto?: boolean; id?: string },
): Group {
  const { name, owner, at, auto = false } = given
  const group: Group = {
    id: given.id ?? `wr${randomText(30)}`,
    name,
    owner,
    admins: new Set(),
    notice: '',
    createdAt: at,
    members: new Map([[owner, { id: owner, staff: true, at, scene: 1, invitor: owner }]]),
    version: hex(16),
    dismissed: false,
    status: 0,
    welcome: undefined,
    auto,
    thread: undefined,
    shown: undefined,
    handed: [],
  }
  corp.groups.set(group.id, group)
  return group
}

/** A member makes a group: one create event for everybody who is in it from the start. */
export function createGroup(scene: Scene, owner: Staff, name: string, ids: readonly string[]): Group {
  const group = addGroup(scene.corp, { name, owner: owner.id, at: scene.now })
  for (const id of ids) if (id !== owner.id) enter(scene, group, id, { scene: 1, invitor: owner.id })
  say(scene, group, `${owner.name} 创建了群聊`)
  groupEvent(scene, group.id, 'create')
  tellGroup(scene, group)
  return group
}

/** Lets people in, in one event; those who are in already stay. Gives who is new. 409 beyond 500 members. */
export function join(scene: Scene, group: Group, ids: readonly string[], how: Joining): string[] {
  const fresh = [...new Set(ids)].filter((id) => !group.members.has(id))
  if (fresh.length === 0) return []
  const most = limits.groupMembers.value
  if (group.members.size + fresh.length > most) throw new ControlError(409, `a group has at most ${most} members`)
  freeze(scene, group)
  for (const id of fresh) enter(scene, group, id, how)
  const names = fresh.map((id) => nameOf(scene.corp, id)).join('、')
  say(
    scene,
    group,
    how.scene === 3
      ? `${names} 通过扫描二维码加入群聊`
      : `${nameOf(scene.corp, how.invitor ?? group.owner)} 邀请 ${names} 加入了群聊`,
  )
  rosterEvent(scene, group, 'add_member', fresh, { JoinScene: how.scene === 3 ? 3 : 0 })
  greet(scene, group, fresh)
  return fresh
}

function enter({ corp, now }: Scene, group: Group, id: string, { scene, state, invitor }: Joining): void {
  const member: Member = {
    id,
    staff: corp.staff.has(id),
    at: now,
    scene,
    ...(state !== undefined && state !== '' && { state }),
    ...(invitor !== undefined && { invitor }),
  }
  group.members.set(id, member)
}

/** People leave (0) or are removed (1), in one event. Gives who has gone. The owner cannot. */
export function quit(scene: Scene, group: Group, ids: readonly string[], quitScene: 0 | 1): string[] {
  const gone = [...new Set(ids)].filter((id) => group.members.has(id))
  if (gone.includes(group.owner)) throw new ControlError(409, 'the owner cannot leave: give the group away first')
  if (gone.length === 0) return []
  freeze(scene, group)
  for (const id of gone) {
    group.members.delete(id)
    group.admins.delete(id)
  }
  const names = gone.map((id) => nameOf(scene.corp, id)).join('、')
  say(scene, group, quitScene === 0 ? `${names} 退出了群聊` : `${names} 被移出群聊`)
  rosterEvent(scene, group, 'del_member', gone, { QuitScene: quitScene })
  return gone
}

function rosterEvent(
  scene: Scene,
  group: Group,
  detail: 'add_member' | 'del_member',
  ids: readonly string[],
  more: { JoinScene: number } | { QuitScene: number },
): void {
  const before = group.version
  group.version = hex(16)
  groupEvent(scene, group.id, 'update', detail, {
    ...more,
    MemChangeCnt: ids.length,
    MemChangeList: { Item: [...ids] },
    LastMemVer: before,
    CurMemVer: group.version,
  })
  tellGroup(scene, group)
}

/** A new name, notice or owner. */
export function alter(
  scene: Scene,
  group: Group,
  change: { name: string } | { notice: string } | { owner: string },
): void {
  freeze(scene, group)
  if ('name' in change) {
    group.name = change.name
    say(scene, group, `群名称改为“${change.name}”`)
    groupEvent(scene, group.id, 'update', 'change_name')
  } else if ('notice' in change) {
    group.notice = change.notice
    say(scene, group, `群公告：${change.notice}`)
    groupEvent(scene, group.id, 'update', 'change_notice')
  } else {
    giveTo(group, change.owner)
    say(scene, group, `${nameOf(scene.corp, change.owner)} 成为新群主`)
    groupEvent(scene, group.id, 'update', 'change_owner')
  }
  tellGroup(scene, group)
}

/** Puts a new owner in place, who is in the group already. */
export function giveTo(group: Group, owner: string): void {
  group.owner = owner
  group.admins.delete(owner)
}

/** The owner ends the group. */
export function dismiss(scene: Scene, group: Group): void {
  group.dismissed = true
  groupEvent(scene, group.id, 'dismiss')
  tellGroup(scene, group)
}

/** Adds a line to a group's chat. */
export function showIn(scene: Scene, group: Group, entry: Omit<CorpEntry, 'n' | 'at'>): void {
  group.thread ??= createThread(scene.corp.keep)
  show(scene, { about: 'group-thread', id: group.id, thread: group.thread }, entry)
}

function say(scene: Scene, group: Group, text: string): void {
  showIn(scene, group, { from: 'system', by: '', name: '', via: 'system', content: { kind: 'text', text } })
}

/** The welcome that the owner has put on the group. */
function greet(scene: Scene, group: Group, ids: readonly string[]): void {
  const { corp } = scene
  const template = group.welcome === undefined ? undefined : corp.groupWelcomes.get(group.welcome)
  const guests = ids.filter((id) => !corp.staff.has(id))
  if (!template || guests.length === 0) return
  const names = guests.map((id) => `@${nameOf(corp, id)}`).join(' ')
  for (const content of template.contents) {
    const shown = content.kind === 'text' ? { ...content, text: content.text.replaceAll('%NICKNAME%', names) } : content
    const by = { by: group.owner, name: nameOf(corp, group.owner) }
    showIn(scene, group, { from: 'staff', ...by, via: 'group-welcome', content: shown })
  }
}
