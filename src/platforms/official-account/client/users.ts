import { limits } from '../../../../rules/official-account/limits.js'
import { refusedBefore } from '../errors.js'
import type { WeChatApi } from './api.js'
import { characters, some } from './check.js'
import { dateOf, type Fields, fieldsOf, idsOf, numberOf, optional, rowsOf, textOf } from './read.js'

/** What the platform still tells of a person. Nickname, picture, sex and place are gone since 2021-12. */
export type UserInfo =
  | {
      follows: true
      openid: string
      unionid?: string
      subscribedAt: Date
      remark: string
      tagIds: string[]
      /** E.g. `ADD_SCENE_QR_CODE`. */
      subscribeScene: string
      /** The scene of the code of the first follow, as text; empty when there was none. */
      scene: string
    }
  | { follows: false; openid: string; unionid?: string }

/** A page of openids. */
export interface FollowerPage {
  total: number
  openids: string[]
  /** Where the next page begins; undefined at the end. */
  next?: string
}

/** What became of an openid when the account migrated. */
export interface ChangedOpenid {
  before: string
  /** Absent when the platform gives none (not a follower any more). */
  after?: string
  problem?: string
}

/** People of the account. */
export interface Users {
  info(openid: string): Promise<UserInfo>
  /** At most 100 at once. */
  batchGet(openids: readonly string[]): Promise<UserInfo[]>
  /** Up to 10,000 followers after an openid; 500 calls a day. */
  list(after?: string): Promise<FollowerPage>
  /** A private note, under 30 characters. 10,000 calls a day. */
  setRemark(openid: string, remark: string): Promise<void>
  /** Up to 10,000 people on the blacklist after an openid; sending to them ends with 43019. */
  blacklist(after?: string): Promise<FollowerPage>
  /** At most 20 at once. */
  block(openids: readonly string[]): Promise<void>
  /** At most 20 at once. */
  unblock(openids: readonly string[]): Promise<void>
  /** New openids after the account migrated from another appid (公众号迁移); at most 100 at once. */
  changed(fromAppid: string, openids: readonly string[]): Promise<ChangedOpenid[]>
}

const BATCH_GET = '/cgi-bin/user/info/batchget'
const REMARK = '/cgi-bin/user/info/updateremark'
const BLACKLIST = '/cgi-bin/tags/members/getblacklist'
const BLOCK = '/cgi-bin/tags/members/batchblacklist'
const UNBLOCK = '/cgi-bin/tags/members/batchunblacklist'
const CHANGED = '/cgi-bin/changeopenid'

/** The group's methods on an API. */
export function users(api: WeChatApi): Users {
  const setBlocked = async (path: string, openids: readonly string[]) => {
    some(path, 'openids', openids.length, limits.blacklistBatch)
    await api.call(path, { json: { openid_list: openids } })
  }
  return {
    info: async (openid) => userOf(await api.call('/cgi-bin/user/info', { query: { openid, lang: 'zh_CN' } })),
    batchGet: async (openids) => {
      if (openids.length === 0) return []
      some(BATCH_GET, 'openids', openids.length, limits.batchUsers)
      return rowsOf(fieldsOf(await api.batchGetUsers(openids))['user_info_list']).map(userOf)
    },
    list: async (after) =>
      pageOf(await api.call('/cgi-bin/user/get', { query: after === undefined ? {} : { next_openid: after } })),
    setRemark: async (openid, remark) => {
      const { value, source } = limits.remark
      if (characters(remark) > value) {
        throw refusedBefore(
          REMARK,
          'remark',
          `must be under ${value + 1} characters (${source})`,
          `须少于 ${value + 1} 字（依据 ${source}）`,
        )
      }
      await api.updateRemark(openid, remark)
    },
    blacklist: async (after = '') => pageOf(await api.call(BLACKLIST, { json: { begin_openid: after } })),
    block: (openids) => setBlocked(BLOCK, openids),
    unblock: (openids) => setBlocked(UNBLOCK, openids),
    changed: async (fromAppid, openids) => {
      some(CHANGED, 'openids', openids.length, limits.changedOpenids)
      const answer = await api.call(CHANGED, { json: { from_appid: fromAppid, openid_list: openids } })
      return rowsOf(answer['result_list']).map((row) => ({
        before: textOf(row, 'ori_openid'),
        ...optional('after', row['new_openid']),
        ...(row['err_msg'] !== 'ok' && optional('problem', row['err_msg'])),
      }))
    },
  }
}

/** A page of openids as `user/get`, `user/tag/get` and `getblacklist` answer it. */
export function pageOf(answer: Fields): FollowerPage {
  const openids = idsOf(fieldsOf(answer['data'])['openid'])
  const next = answer['next_openid']
  const more = openids.length > 0 && typeof next === 'string' && next !== ''
  return { total: numberOf(answer, 'total'), openids, ...(more && { next }) }
}

function userOf(fields: Fields): UserInfo {
  const known = { openid: textOf(fields, 'openid'), ...optional('unionid', fields['unionid']) }
  if (Number(fields['subscribe']) !== 1) return { follows: false, ...known }
  const scene = textOf(fields, 'qr_scene_str') || textOf(fields, 'qr_scene')
  return {
    follows: true,
    ...known,
    subscribedAt: dateOf(fields, 'subscribe_time'),
    remark: textOf(fields, 'remark'),
    tagIds: idsOf(fields['tagid_list']),
    subscribeScene: textOf(fields, 'subscribe_scene'),
    scene: scene === '0' ? '' : scene,
  }
}
