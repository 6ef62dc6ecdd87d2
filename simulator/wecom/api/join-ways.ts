import { limits } from '../../../rules/wecom/limits.js'
import { hex } from '../../ids.js'
import type { JsonRecord } from '../../json.js'
import { tellState } from '../notices.js'
import type { JoinWay } from '../state.js'
import { qrAddress } from '../views.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needText,
  Refusal,
  shortText,
  textsIn,
  wholeIn,
} from './answer.js'

const ROOT = '/cgi-bin/externalcontact/groupchat'
const feature = 'groups'

/** Live codes 「加入群聊」. */
export const joinWayEndpoints: Record<string, CorpEndpoint> = {
  [`${ROOT}/add_join_way`]: { method: 'POST', feature, run: add },
  [`${ROOT}/get_join_way`]: { method: 'POST', feature, run: get },
  [`${ROOT}/update_join_way`]: { method: 'POST', feature, run: update },
  [`${ROOT}/del_join_way`]: { method: 'POST', feature, run: remove },
}

function add(call: CorpCall): Answer {
  const { corp } = call
  const body = bodyOf(call)
  if (corp.contactWays.size + corp.joinWays.size >= limits.ways.value) throw new Refusal(41045)
  const way: JoinWay = { id: hex(16), ...contentOf(call, body), rooms: [], createdAt: call.now, scans: 0 }
  corp.joinWays.set(way.id, way)
  tellState(call.scene)
  return corpOk({ config_id: way.id })
}

/** Everything a body says of a way; what it leaves out has its standard value. */
function contentOf(call: CorpCall, body: JsonRecord): Omit<JoinWay, 'id' | 'rooms' | 'createdAt' | 'scans'> {
  const groups = textsIn(body, 'chat_id_list')
  if (groups.length === 0) throw new Refusal(40063, 'chat_id_list')
  if (groups.length > limits.joinGroups.value) throw new Refusal(41091)
  for (const id of groups) {
    const group = call.corp.groups.get(id)
    if (!group || group.dismissed) throw new Refusal(90501, id)
  }
  const auto = wholeIn(body, 'auto_create_room', 1, 0, 1) === 1
  return {
    scene: wholeIn(body, 'scene', 0, 1, 2) as 1 | 2,
    remark: shortText(body, 'remark', limits.joinRemark.value),
    state: shortText(body, 'state', limits.joinState.value),
    groups,
    auto,
    roomName: shortText(body, 'room_base_name', limits.joinRoomName.value),
    roomNext: wholeIn(body, 'room_base_id', 1, 0, 1_000_000),
  }
}

/** The way that a body names, or 41044. */
function wayIn(call: CorpCall): { way: JoinWay; body: JsonRecord } {
  const body = bodyOf(call)
  const way = call.corp.joinWays.get(needText(body, 'config_id'))
  if (!way) throw new Refusal(41044)
  return { way, body }
}

function get(call: CorpCall): Answer {
  const { way } = wayIn(call)
  const rooms = call.corp.settings.autoRoomsListed ? way.rooms : []
  return corpOk({
    join_way: {
      config_id: way.id,
      scene: way.scene,
      remark: way.remark,
      auto_create_room: way.auto ? 1 : 0,
      room_base_name: way.roomName,
      room_base_id: way.roomNext,
      chat_id_list: [...way.groups, ...rooms],
      state: way.state,
      ...(way.scene === 2 && { qr_code: qrAddress(call.platform.baseUrl, way.id) }),
    },
  })
}

/** Everything is written anew: what is left out is reset, and groups the way had made before do not stay behind it. */
function update(call: CorpCall): Answer {
  const { way, body } = wayIn(call)
  Object.assign(way, contentOf(call, body), { rooms: [] })
  tellState(call.scene)
  return corpOk()
}

function remove(call: CorpCall): Answer {
  const { way } = wayIn(call)
  call.corp.joinWays.delete(way.id)
  tellState(call.scene)
  return corpOk()
}
