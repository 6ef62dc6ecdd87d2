import { limits } from '../../../../rules/wecom/limits.js'
import type { WecomApi } from './api.js'
import { atMost, characters, filled, some } from './check.js'
import { type Fields, fieldsOf, idIn, idsOf, numberOf, optional, textOf } from './read.js'

/** A live code or button 「加入群聊」: who scans it may join the first of the groups with room. */
export interface JoinWay {
  place: 'qr' | 'mini-program'
  /** 1 to 5 groups. */
  groups: readonly string[]
  /** A note for the corporation, at most 30 characters. */
  remark?: string
  /** At most 30 characters; every member who came by it carries it. */
  state?: string
  /** When all are full a new group is made with this name (at most 40 characters) and a number counted up from `firstNumber`. */
  overflow?: { name: string; firstNumber?: number }
}

/** A join way as it is on the platform. */
export interface StoredJoinWay extends JoinWay {
  id: string
  qrCode?: string
}

/** Join ways: 500,000 together with contact ways. An app sees only its own; no list exists: keep the ids. */
export interface JoinWays {
  /** Gives the id; the code's address comes with `get`. */
  add(way: JoinWay): Promise<string>
  get(id: string): Promise<StoredJoinWay>
  /** Writes the whole way anew: what is left out is reset. */
  update(id: string, way: JoinWay): Promise<void>
  /** A way that is gone already counts as removed. */
  remove(id: string): Promise<void>
}

const ROOT = '/cgi-bin/externalcontact/groupchat'
const ADD = `${ROOT}/add_join_way`
const UPDATE = `${ROOT}/update_join_way`
const QR = 2
const NO_SUCH_WAY = 41044

/** The group's methods on an API. */
export function joinWays(api: WecomApi): JoinWays {
  return {
    add: async (way) => idIn(ADD, await api.call(ADD, { json: wireWay(ADD, way), repeat: 1 }), 'config_id'),
    get: async (id) =>
      wayOf(fieldsOf((await api.call(`${ROOT}/get_join_way`, { json: { config_id: id } }))['join_way'])),
    update: async (id, way) => {
      filled(UPDATE, 'id', id)
      await api.call(UPDATE, { json: { config_id: id, ...wireWay(UPDATE, way) } })
    },
    remove: async (id) => {
      await api.call(`${ROOT}/del_join_way`, { json: { config_id: id }, accept: [NO_SUCH_WAY] })
    },
  }
}

function wireWay(endpoint: string, { place, groups, remark = '', state = '', overflow }: JoinWay): object {
  some(endpoint, 'groups', groups.length, limits.joinGroups)
  atMost(endpoint, 'remark', characters(remark), limits.joinRemark)
  atMost(endpoint, 'state', characters(state), limits.joinState)
  if (overflow) {
    filled(endpoint, 'overflow.name', overflow.name)
    atMost(endpoint, 'overflow.name', characters(overflow.name), limits.joinRoomName)
  }
  return {
    scene: place === 'qr' ? QR : 1,
    remark,
    state,
    chat_id_list: groups,
    auto_create_room: overflow ? 1 : 0,
    ...(overflow && { room_base_name: overflow.name, room_base_id: overflow.firstNumber ?? 1 }),
  }
}

function wayOf(fields: Fields): StoredJoinWay {
  const name = textOf(fields, 'room_base_name')
  const overflows = numberOf(fields, 'auto_create_room') === 1
  return {
    id: textOf(fields, 'config_id'),
    place: numberOf(fields, 'scene') === QR ? 'qr' : 'mini-program',
    groups: idsOf(fields['chat_id_list']),
    remark: textOf(fields, 'remark'),
    ...optional('state', fields['state']),
    ...(overflows && { overflow: { name, firstNumber: numberOf(fields, 'room_base_id') } }),
    ...optional('qrCode', fields['qr_code']),
  }
}
