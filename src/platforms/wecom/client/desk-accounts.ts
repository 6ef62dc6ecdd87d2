import { limits } from '../../../../rules/wecom/limits.js'
import { errorOf, refusedBefore, type WecomApiError } from '../errors.js'
import type { WecomApi } from './api.js'
import { atMost, bytesAtMost, characters, filled, matches, some, whole } from './check.js'
import { fieldsOf, idIn, numberOf, optional, rowsOf, textOf } from './read.js'

/** A customer-service account (客服账号). */
export interface DeskAccount {
  id: string
  name: string
  avatar?: string
  /** The API may answer for it. */
  managed: boolean
}

/** A servicer or a department of them. */
export type Servicer = { staff: string; serving: boolean } | { department: number }

/** Members and departments. */
export interface Servicers {
  staff?: readonly string[]
  departments?: readonly number[]
}

/** A person who writes to the desk. */
export interface DeskCustomer {
  id: string
  nickname: string
  avatar?: string
  unionid?: string
  /** Where the conversation was entered; known for 48 h. */
  scene?: string
  sceneParam?: string
}

/** The desk's accounts, people on duty and customers. */
export interface DeskAccounts {
  /** A name of at most 16 characters; at most 5000 accounts. Gives the id. */
  add(name: string, pictureMediaId: string): Promise<string>
  update(id: string, change: { name?: string; pictureMediaId?: string }): Promise<void>
  remove(id: string): Promise<void>
  /** 100 a page, by offset; fewer is the end. */
  list(offset?: number): Promise<DeskAccount[]>
  /** An address that opens the conversation; `scene` (32 letters, digits, _ and -) comes back when it is entered. */
  link(id: string, scene?: string): Promise<string>
  servicers(id: string): Promise<Servicer[]>
  /** Gives those that were refused. */
  addServicers(id: string, who: Servicers): Promise<{ who: string; refused: WecomApiError }[]>
  removeServicers(id: string, who: Servicers): Promise<{ who: string; refused: WecomApiError }[]>
  /** At most 100 who were active in the last 48 h; the others are missing. */
  customers(ids: readonly string[]): Promise<DeskCustomer[]>
}

const ADD = '/cgi-bin/kf/account/add'
const UPDATE = '/cgi-bin/kf/account/update'
const LIST = '/cgi-bin/kf/account/list'
const LINK = '/cgi-bin/kf/add_contact_way'
const SERVICERS = '/cgi-bin/kf/servicer'
const CUSTOMERS = '/cgi-bin/kf/customer/batchget'
const SERVING = 0

/** The group's methods on an API. */
export function deskAccounts(api: WecomApi): DeskAccounts {
  const change = async (verb: 'add' | 'del', id: string, { staff = [], departments = [] }: Servicers) => {
    const path = `${SERVICERS}/${verb}`
    if (staff.length + departments.length === 0) throw refusedBefore(path, 'who', 'is empty', '不能为空')
    atMost(path, 'who.staff', staff.length, limits.deskServicers)
    const most = verb === 'add' ? limits.deskDepartmentsAdded : limits.deskDepartmentsRemoved
    atMost(path, 'who.departments', departments.length, most)
    const json = {
      open_kfid: id,
      ...(staff.length > 0 && { userid_list: staff }),
      ...(departments.length > 0 && { department_id_list: departments }),
    }
    const rows = rowsOf((await api.call(path, { json }))['result_list'])
    return rows
      .filter((row) => numberOf(row, 'errcode') !== 0)
      .map((row) => ({
        who: textOf(row, 'userid') || textOf(row, 'department_id'),
        refused: errorOf(path, numberOf(row, 'errcode'), textOf(row, 'errmsg')),
      }))
  }
  return {
    add: async (name, pictureMediaId) => {
      filled(ADD, 'name', name)
      atMost(ADD, 'name', characters(name), limits.deskName)
      filled(ADD, 'pictureMediaId', pictureMediaId)
      return idIn(ADD, await api.call(ADD, { json: { name, media_id: pictureMediaId } }), 'open_kfid')
    },
    update: async (id, { name, pictureMediaId }) => {
      atMost(UPDATE, 'name', characters(name ?? ''), limits.deskName)
      const change = {
        ...(name !== undefined && { name }),
        ...(pictureMediaId !== undefined && { media_id: pictureMediaId }),
      }
      await api.call(UPDATE, { json: { open_kfid: id, ...change } })
    },
    remove: async (id) => {
      await api.call('/cgi-bin/kf/account/del', { json: { open_kfid: id } })
    },
    list: async (offset = 0) => {
      whole(LIST, 'offset', offset, 0, limits.deskAccounts)
      const answer = await api.call(LIST, { json: { offset, limit: limits.deskPage.value } })
      return rowsOf(answer['account_list']).map((row) => ({
        id: textOf(row, 'open_kfid'),
        name: textOf(row, 'name'),
        ...optional('avatar', row['avatar']),
        managed: row['manage_privilege'] === true,
      }))
    },
    link: async (id, scene) => {
      if (scene !== undefined) {
        matches(LINK, 'scene', scene, /^[0-9A-Za-z_-]+$/, 'letters, digits, _ and -')
        bytesAtMost(LINK, 'scene', scene, limits.deskSceneBytes)
      }
      return idIn(LINK, await api.call(LINK, { json: { open_kfid: id, ...(scene !== undefined && { scene }) } }), 'url')
    },
    servicers: async (id) => {
      const answer = await api.call(`${SERVICERS}/list`, { query: { open_kfid: id } })
      return rowsOf(answer['servicer_list']).map((row) => {
        const staff = textOf(row, 'userid')
        if (staff === '') return { department: numberOf(row, 'department_id') }
        return { staff, serving: numberOf(row, 'status') === SERVING }
      })
    },
    addServicers: (id, who) => change('add', id, who),
    removeServicers: (id, who) => change('del', id, who),
    customers: async (ids) => {
      some(CUSTOMERS, 'ids', ids.length, limits.deskCustomers)
      const answer = await api.call(CUSTOMERS, { json: { external_userid_list: ids, need_enter_session_context: 1 } })
      return rowsOf(answer['customer_list']).map((row) => {
        const context = fieldsOf(row['enter_session_context'])
        return {
          id: textOf(row, 'external_userid'),
          nickname: textOf(row, 'nickname'),
          ...optional('avatar', row['avatar']),
          ...optional('unionid', row['unionid']),
          ...optional('scene', context['scene']),
          ...optional('sceneParam', context['scene_param']),
        }
      })
    },
  }
}
