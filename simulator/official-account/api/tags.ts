import { limits } from '../../../rules/official-account/limits.js'
import { type JsonRecord, list, record, text } from '../../json.js'
import { changed } from '../follower.js'
import { recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { personOf, posted } from './posted.js'

const PAGE = limits.followerPage.value
const RESERVED = 2

const users = (run: Endpoint['run'], method: Endpoint['method'] = 'POST'): Endpoint => ({
  method,
  capability: 'users',
  run,
})

/** Tags, the blacklist, and openids after a migration. */
export const tagEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/tags/create': users(posted(create)),
  '/cgi-bin/tags/get': users(get, 'GET'),
  '/cgi-bin/tags/update': users(posted(update)),
  '/cgi-bin/tags/delete': users(posted(remove)),
  '/cgi-bin/tags/members/batchtagging': users(posted((call, body) => setTag(call, body, true))),
  '/cgi-bin/tags/members/batchuntagging': users(posted((call, body) => setTag(call, body, false))),
  '/cgi-bin/tags/getidlist': users(posted(tagsOf)),
  '/cgi-bin/user/tag/get': users(posted(members)),
  '/cgi-bin/tags/members/getblacklist': users(posted(blacklist)),
  '/cgi-bin/tags/members/batchblacklist': users(posted((call, body) => setBlocked(call, body, true))),
  '/cgi-bin/tags/members/batchunblacklist': users(posted((call, body) => setBlocked(call, body, false))),
  '/cgi-bin/changeopenid': users(posted(changeOpenids)),
}

function nameFault(call: Call, name: string | undefined, own?: number): number | undefined {
  if (name === undefined || name.trim() === '') return 45157
  if (Buffer.byteLength(name) > limits.tagNameBytes.value) return 45158
  const other = [...recordsOf(call.account).tags].some(([id, known]) => known === name && id !== own)
  return other ? 45157 : undefined
}

function create(call: Call, body: JsonRecord): Answer {
  const records = recordsOf(call.account)
  const name = text(record(body, 'tag'), 'name')
  const fault = nameFault(call, name)
  if (fault !== undefined || name === undefined) return fail(fault ?? 45157)
  const own = [...records.tags.keys()].filter((id) => id > RESERVED)
  if (own.length >= limits.tags.value) return fail(45056)
  const id = records.nextTag
  records.nextTag += 1
  records.tags.set(id, name)
  return { tag: { id, name } }
}

function followersWith(call: Call, id: number): string[] {
  return [...recordsOf(call.account).tagged].filter(([, tags]) => tags.has(id)).map(([openid]) => openid)
}

function get(call: Call): Answer {
  const tags = [...recordsOf(call.account).tags].map(([id, name]) => ({
    id,
    name,
    count: followersWith(call, id).length,
  }))
  return { tags }
}

/** The id of a tag that may be changed, or the errcode. */
function ownTag(call: Call, value: unknown): { id: number } | { error: Answer } {
  const id = Number(value)
  if (value !== undefined && id <= RESERVED) return { error: fail(45058) }
  return recordsOf(call.account).tags.has(id) ? { id } : { error: fail(45159) }
}

function update(call: Call, body: JsonRecord): Answer {
  const tag = record(body, 'tag')
  const found = ownTag(call, tag?.['id'])
  if ('error' in found) return found.error
  const name = text(tag, 'name')
  const fault = nameFault(call, name, found.id)
  if (fault !== undefined || name === undefined) return fail(fault ?? 45157)
  recordsOf(call.account).tags.set(found.id, name)
  return ok()
}

function remove(call: Call, body: JsonRecord): Answer {
  const found = ownTag(call, record(body, 'tag')?.['id'])
  if ('error' in found) return found.error
  if (followersWith(call, found.id).length > limits.tagDeleteFollowers.value) return fail(45057)
  const records = recordsOf(call.account)
  records.tags.delete(found.id)
  for (const tags of records.tagged.values()) tags.delete(found.id)
  return ok()
}

function openidsIn(body: JsonRecord, most: number): string[] | undefined {
  const openids = list(body, 'openid_list')
  if (!openids || openids.length === 0 || openids.length > most) return undefined
  return openids.every((item) => typeof item === 'string') ? openids : undefined
}

function setTag(call: Call, body: JsonRecord, on: boolean): Answer {
  const openids = openidsIn(body, limits.tagBatch.value)
  if (!openids) return fail(40032)
  const found = ownTag(call, body['tagid'])
  if ('error' in found) return found.error
  if (openids.some((openid) => !personOf(call.account, openid)?.following)) return fail(49003)
  const { tagged } = recordsOf(call.account)
  const most = limits.tagsPerFollower.value
  const full = (openid: string) => {
    const tags = tagged.get(openid)
    return tags !== undefined && tags.size >= most && !tags.has(found.id)
  }
  if (on && openids.some(full)) return fail(45059)
  for (const openid of openids) {
    const tags = tagged.get(openid) ?? new Set<number>()
    if (on) tags.add(found.id)
    else tags.delete(found.id)
    tagged.set(openid, tags)
  }
  return ok()
}

function tagsOf(call: Call, body: JsonRecord): Answer {
  const follower = personOf(call.account, body['openid'])
  if (!follower) return fail(40003)
  call.follower = follower.openid
  return { tagid_list: [...(recordsOf(call.account).tagged.get(follower.openid) ?? [])] }
}

function pageAfter(openids: string[], after: string): string[] | undefined {
  const start = after === '' ? 0 : openids.indexOf(after) + 1
  return after !== '' && start === 0 ? undefined : openids.slice(start, start + PAGE)
}

function members(call: Call, body: JsonRecord): Answer {
  const id = Number(body['tagid'])
  if (!recordsOf(call.account).tags.has(id)) return fail(45159)
  const all = followersWith(call, id).filter((openid) => call.account.followers.get(openid)?.following)
  const openid = pageAfter(all, text(body, 'next_openid') ?? '')
  if (!openid) return fail(40003)
  if (openid.length === 0) return { count: 0 }
  return { count: openid.length, data: { openid }, next_openid: openid.at(-1) ?? '' }
}

function blacklist(call: Call, body: JsonRecord): Answer {
  const all = [...call.account.followers.values()].filter((item) => item.blocked).map((item) => item.openid)
  const openid = pageAfter(all, text(body, 'begin_openid') ?? '')
  if (!openid) return fail(40003)
  const total = all.length
  if (openid.length === 0) return { total, count: 0, next_openid: '' }
  return { total, count: openid.length, data: { openid }, next_openid: openid.at(-1) ?? '' }
}

function setBlocked(call: Call, body: JsonRecord, blocked: boolean): Answer {
  const openids = openidsIn(body, limits.blacklistBatch.value)
  if (!openids) return fail(40032)
  const people = openids.map((openid) => personOf(call.account, openid))
  if (people.includes(undefined)) return fail(49003)
  for (const person of people) {
    if (!person) continue
    person.blocked = blocked
    changed(call.platform, call.account, person)
  }
  return ok()
}

function changeOpenids(_: Call, body: JsonRecord): Answer {
  if (!/^wx/.test(text(body, 'from_appid') ?? '')) return fail(40013)
  const openids = openidsIn(body, limits.changedOpenids.value)
  if (!openids) return fail(40032)
  return ok({
    result_list: openids.map((before) => {
      const after = `o${Buffer.from(before).toString('base64url').slice(0, 27)}`
      return /^o/.test(before)
        ? { ori_openid: before, new_openid: after, err_msg: 'ok' }
        : { ori_openid: before, new_openid: '', err_msg: 'ori_openid error' }
    }),
  })
}
