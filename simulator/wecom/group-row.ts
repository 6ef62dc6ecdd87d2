import { seconds } from '../clock.js'
import type { JsonRecord } from '../json.js'
import type { Corp, Scene } from './corp.js'
import type { Group, Member } from './state.js'
import { nameOf } from './views.js'

/** A group as groupchat/get tells it. */
export function groupRow(corp: Corp, group: Group): JsonRecord {
  return {
    chat_id: group.id,
    name: group.name,
    owner: group.owner,
    create_time: seconds(group.createdAt),
    notice: group.notice,
    member_list: [...group.members.values()].map((member) => memberRow(corp, member)),
    admin_list: [...group.admins].map((userid) => ({ userid })),
    member_version: group.version,
  }
}

function memberRow(corp: Corp, { id, staff, at, scene, state, invitor }: Member): JsonRecord {
  const customer = staff ? undefined : corp.customers.get(id)
  const unionid = corp.settings.boundAccount === null ? '' : (customer?.unionid ?? '')
  return {
    userid: id,
    type: staff ? 1 : 2,
    ...(unionid !== '' && { unionid }),
    join_time: seconds(at),
    join_scene: scene,
    ...(state !== undefined && { state }),
    ...(invitor !== undefined && scene !== 3 && { invitor: { userid: invitor } }),
    group_nickname: '',
    name: nameOf(corp, id),
  }
}

/** Keeps for the API what a group is now, before it changes: details are built some time after the event. */
export function freeze({ corp, now }: Scene, group: Group): void {
  const { detailDelayMs } = corp.settings
  if (detailDelayMs <= 0 || (group.shown && group.shown.until > now)) return
  group.shown = { row: groupRow(corp, group), until: now + detailDelayMs }
}

/** What groupchat/get tells at this moment. */
export function shownRow(corp: Corp, group: Group, now: number): JsonRecord {
  if (group.shown && group.shown.until > now) return group.shown.row
  group.shown = undefined
  return groupRow(corp, group)
}
