import { idOf, recordOf } from '../../shared/answer-json.js'
import type { WeChatApi } from '../client.js'
import { refusedBefore } from '../errors.js'

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

/** A page of followers. */
export interface FollowerPage {
  total: number
  openids: string[]
  /** Where the next page begins; undefined at the end. */
  next?: string
}

/** People of the account. */
export interface Users {
  info(openid: string): Promise<UserInfo>
  /** At most 100 at once. */
  batchGet(openids: readonly string[]): Promise<UserInfo[]>
  /** Up to 10,000 followers after an openid; 500 calls a day. */
  list(after?: string): Promise<FollowerPage>
  /** A private note, under 30 characters. */
  setRemark(openid: string, remark: string): Promise<void>
}

/** The group's methods on an API. */
export function users(api: WeChatApi): Users {
  return {
    info: async (openid) => userOf(await api.call('/cgi-bin/user/info', { query: { openid, lang: 'zh_CN' } })),
    batchGet: async (openids) => {
      if (openids.length === 0) return []
      if (openids.length > 100) {
        throw refusedBefore('/cgi-bin/user/info/batchget', 'openids', 'at most 100 at once', '一次最多 100 个')
      }
      const answer = recordOf(await api.batchGetUsers(openids))
      const list = answer?.['user_info_list']
      return Array.isArray(list) ? list.map((item) => userOf(recordOf(item) ?? {})) : []
    },
    list: async (after) => {
      const answer = await api.call('/cgi-bin/user/get', { query: after === undefined ? {} : { next_openid: after } })
      const list = recordOf(answer['data'])?.['openid']
      const openids = Array.isArray(list) ? list.map(String) : []
      const next = answer['next_openid']
      const more = openids.length > 0 && typeof next === 'string' && next !== ''
      return { total: Number(answer['total'] ?? 0), openids, ...(more && { next }) }
    },
    setRemark: async (openid, remark) => {
      if ([...remark].length >= 30) {
        throw refusedBefore('/cgi-bin/user/info/updateremark', 'remark', 'must be under 30 characters', '须少于 30 字')
      }
      await api.updateRemark(openid, remark)
    },
  }
}

function userOf(fields: Record<string, unknown>): UserInfo {
  const openid = String(fields['openid'] ?? '')
  const unionid = fields['unionid']
  const known = { openid, ...(typeof unionid === 'string' && unionid !== '' && { unionid }) }
  if (Number(fields['subscribe']) !== 1) return { follows: false, ...known }
  const tags = fields['tagid_list']
  const scene = fields['qr_scene_str'] || idOf(fields['qr_scene'])
  return {
    follows: true,
    ...known,
    subscribedAt: new Date(Number(fields['subscribe_time'] ?? 0) * 1000),
    remark: String(fields['remark'] ?? ''),
    tagIds: Array.isArray(tags) ? tags.map(String) : [],
    subscribeScene: String(fields['subscribe_scene'] ?? ''),
    scene: typeof scene === 'string' && scene !== '0' ? scene : '',
  }
}
