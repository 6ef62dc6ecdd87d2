import { seconds } from '../../clock.js'
import { asRecord, type JsonRecord, list, text } from '../../json.js'
import type { Account } from '../account.js'
import type { Follower } from '../follower.js'
import { recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, jsonBody, ok } from './answer.js'

const PAGE = 10_000
const BATCH = 100
const REMARK_CHARACTERS = 30

/** Followers as the account may see them: no nickname and no picture since 2021-12-27. */
export const userEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/user/info': { method: 'GET', capability: 'users', run: info },
  '/cgi-bin/user/info/batchget': { method: 'POST', capability: 'users', run: batch },
  '/cgi-bin/user/get': { method: 'GET', capability: 'users', run: page },
  '/cgi-bin/user/info/updateremark': { method: 'POST', capability: 'users', run: remark },
}

function view(account: Account, follower: Follower): JsonRecord {
  const { openid, unionid } = follower
  if (!follower.following) return { subscribe: 0, openid, unionid, tagid_list: [] }
  return {
    subscribe: 1,
    openid,
    nickname: '',
    sex: 0,
    language: '',
    city: '',
    province: '',
    country: '',
    headimgurl: '',
    subscribe_time: seconds(follower.followedAt),
    unionid,
    remark: follower.remark,
    groupid: 0,
    tagid_list: [...(recordsOf(account).tagged.get(openid) ?? [])],
    subscribe_scene: follower.subscribeScene,
    qr_scene: follower.qrScene,
    qr_scene_str: follower.qrSceneStr,
  }
}

function info(call: Call): Answer {
  const openid = call.query.get('openid')
  const follower = openid === null ? undefined : call.account.followers.get(openid)
  if (!follower) return fail(40003)
  call.follower = follower.openid
  return view(call.account, follower)
}

function batch(call: Call): Answer {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  const asked = list(parsed.body, 'user_list') ?? []
  if (asked.length === 0 || asked.length > BATCH) return fail(40032)
  const found = asked.map((item) => call.account.followers.get(text(asRecord(item), 'openid') ?? ''))
  if (found.includes(undefined)) return fail(40003)
  return { user_info_list: found.flatMap((follower) => (follower ? [view(call.account, follower)] : [])) }
}

function page(call: Call): Answer {
  const after = call.query.get('next_openid') ?? ''
  const openids = [...call.account.followers.values()].filter((item) => item.following).map((item) => item.openid)
  const start = after === '' ? 0 : openids.indexOf(after) + 1
  if (after !== '' && start === 0) return fail(40003)
  const openid = openids.slice(start, start + PAGE)
  const total = openids.length
  if (openid.length === 0) return { total, count: 0, next_openid: '' }
  return { total, count: openid.length, data: { openid }, next_openid: openid[openid.length - 1] ?? '' }
}

function remark(call: Call): Answer {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  const follower = call.account.followers.get(text(parsed.body, 'openid') ?? '')
  const value = text(parsed.body, 'remark')
  if (!follower) return fail(40003)
  if (value === undefined || [...value].length > REMARK_CHARACTERS) return fail(40097)
  follower.remark = value
  return ok()
}
