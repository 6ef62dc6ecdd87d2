import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { atMost, characters, filled, whole, within } from './check.js'
import {
  type Fields,
  fieldsOf,
  idIn,
  idsOf,
  numberOf,
  optional,
  type Page,
  pageOf,
  rowsOf,
  secondsOf,
  textOf,
} from './read.js'

/** A live code or button 「联系我」: who scans it can add one of the members. */
export interface ContactWay {
  /** Standard: by the number of members and departments. `one` takes exactly one member. */
  kind?: 'one' | 'several'
  /** A QR code, or a button in a mini program. */
  place: 'qr' | 'mini-program'
  /** A note for the corporation, at most 30 characters. */
  remark?: string
  /** False: the member confirms every customer. Standard true. */
  addAtOnce?: boolean
  /** The channel, at most 30 characters; comes back with the customer. */
  state?: string
  /** At most 100 with the departments' members. They must have logged in and be real-name verified (41054). */
  staff?: readonly string[]
  departments?: readonly number[]
  /** Customers of one outside company only reach one member. */
  exclusive?: boolean
  /** Look of the button, 1 to 3. */
  style?: number
}

/** A contact way as it is on the platform. */
export interface StoredContactWay extends ContactWay {
  id: string
  /** The picture's address; only of QR codes. */
  qrCode?: string
}

/** Contact ways: 500,000 together with join ways. An app only sees its own; the consoles show none: keep the ids. */
export interface ContactWays {
  /** Gives the id and, for QR codes, the picture's address. */
  add(way: ContactWay): Promise<{ id: string; qrCode?: string }>
  get(id: string): Promise<StoredContactWay>
  /** Ids of the ways made in a time (since 2021-07), standard 90 days. */
  list(options?: { from?: Date; to?: Date; cursor?: string; count?: number }): Promise<Page<string>>
  /** Replaces the given fields; kind and place stay as they are. */
  update(id: string, change: Omit<ContactWay, 'kind' | 'place'>): Promise<void>
  /** A way that is gone already counts as removed. */
  remove(id: string): Promise<void>
}

const ROOT = '/cgi-bin/externalcontact'
const ADD = `${ROOT}/add_contact_way`
const UPDATE = `${ROOT}/update_contact_way`
const LIST = `${ROOT}/list_contact_way`
const QR = 2
const NO_SUCH_WAY = 41044

/** The group's methods on an API. */
export function contactWays(api: WecomApi): ContactWays {
  return {
    add: async (way) => {
      const { kind = kindOf(way), place } = way
      checkWay(ADD, way)
      if (kind === 'one' && (way.staff?.length !== 1 || (way.departments?.length ?? 0) > 0)) {
        throw refusedBefore(ADD, 'staff', 'a way of kind one takes exactly one member', '单人方式须且只能有一名成员')
      }
      const json = { type: kind === 'one' ? 1 : 2, scene: place === 'qr' ? QR : 1, ...wireWay(way) }
      const answer = await api.call(ADD, { json, repeat: 1 })
      return { id: idIn(ADD, answer, 'config_id'), ...optional('qrCode', answer['qr_code']) }
    },
    get: async (id) =>
      wayOf(fieldsOf((await api.call(`${ROOT}/get_contact_way`, { json: { config_id: id } }))['contact_way'])),
    list: async ({ from, to, cursor, count = limits.wayPage.value } = {}) => {
      whole(LIST, 'count', count, 1, limits.wayPage)
      if (from && to) within(LIST, from, to)
      const json = {
        ...(from && { start_time: secondsOf(from) }),
        ...(to && { end_time: secondsOf(to) }),
        ...(cursor !== undefined && { cursor }),
        limit: count,
      }
      const answer = await api.call(LIST, { json })
      return pageOf(
        rowsOf(answer['contact_way']).map((row) => textOf(row, 'config_id')),
        answer,
      )
    },
    update: async (id, change) => {
      filled(UPDATE, 'id', id)
      checkWay(UPDATE, change)
      await api.call(UPDATE, { json: { config_id: id, ...wireWay(change) } })
    },
    remove: async (id) => {
      await api.call(`${ROOT}/del_contact_way`, { json: { config_id: id }, accept: [NO_SUCH_WAY] })
    },
  }
}

type Content = Omit<ContactWay, 'kind' | 'place'>

const kindOf = ({ staff = [], departments = [] }: Content) =>
  staff.length === 1 && departments.length === 0 ? 'one' : 'several'

function checkWay(endpoint: string, { remark = '', state = '', staff, departments }: Content): void {
  atMost(endpoint, 'remark', characters(remark), limits.wayRemark)
  atMost(endpoint, 'state', characters(state), limits.wayState)
  atMost(endpoint, 'staff', staff?.length ?? 0, limits.wayMembers)
  const given = staff !== undefined || departments !== undefined
  const nobody = (staff?.length ?? 0) + (departments?.length ?? 0) === 0
  if (nobody && (given || endpoint === ADD)) {
    throw refusedBefore(endpoint, 'staff', 'a member or a department is needed', '须指定成员或部门')
  }
}

function wireWay({ remark, addAtOnce, state, staff, departments, exclusive, style }: Content): object {
  return {
    ...(remark !== undefined && { remark }),
    ...(addAtOnce !== undefined && { skip_verify: addAtOnce }),
    ...(state !== undefined && { state }),
    ...(staff !== undefined && { user: staff }),
    ...(departments !== undefined && { party: departments }),
    ...(exclusive !== undefined && { is_exclusive: exclusive }),
    ...(style !== undefined && { style }),
  }
}

function wayOf(fields: Fields): StoredContactWay {
  const departments = idsOf(fields['party']).map(Number)
  return {
    id: textOf(fields, 'config_id'),
    kind: numberOf(fields, 'type') === 1 ? 'one' : 'several',
    place: numberOf(fields, 'scene') === QR ? 'qr' : 'mini-program',
    remark: textOf(fields, 'remark'),
    addAtOnce: fields['skip_verify'] !== false,
    ...optional('state', fields['state']),
    staff: idsOf(fields['user']),
    departments,
    exclusive: fields['is_exclusive'] === true,
    ...optional('qrCode', fields['qr_code']),
  }
}
