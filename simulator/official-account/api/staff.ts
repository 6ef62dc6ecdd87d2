import { limits } from '../../../rules/official-account/limits.js'
import { seconds } from '../../clock.js'
import { parseMultipart } from '../../http/multipart.js'
import { type JsonRecord, text } from '../../json.js'
import { background } from '../../platform.js'
import { changed } from '../follower.js'
import { sniff } from '../media.js'
import { deliver } from '../push/deliver.js'
import { event } from '../push/events.js'
import { recordsOf, type StaffRecord } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { personOf, posted } from './posted.js'
import { chatRecords } from './staff-records.js'

const staff = (method: Endpoint['method'], run: Endpoint['run']): Endpoint => ({
  method,
  capability: 'customer-messages',
  run,
})

/** Customer-service accounts, sessions and records. */
export const staffEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/customservice/getkflist': staff('GET', all),
  '/cgi-bin/customservice/getonlinekflist': staff('GET', online),
  '/customservice/kfaccount/add': staff('POST', posted(add)),
  '/customservice/kfaccount/update': staff('POST', posted(update)),
  '/customservice/kfaccount/inviteworker': staff('POST', posted(invite)),
  '/customservice/kfaccount/del': staff('any', remove),
  '/customservice/kfaccount/uploadheadimg': staff('POST', picture),
  '/customservice/kfsession/create': staff('POST', posted(open)),
  '/customservice/kfsession/close': staff('POST', posted(close)),
  '/customservice/kfsession/getsession': staff('GET', sessionOf),
  '/customservice/kfsession/getsessionlist': staff('GET', sessions),
  '/customservice/kfsession/getwaitcase': staff('GET', () => ({ count: 0, waitcaselist: [] })),
  '/customservice/msgrecord/getmsglist': staff('POST', posted(chatRecords)),
}

const SESSION_MS = 30 * 60_000
const INVITATION_MS = 86_400_000

function all(call: Call): Answer {
  const kf_list = [...recordsOf(call.account).staff.values()].map((item) => ({
    kf_account: item.account,
    kf_nick: item.nickname,
    kf_id: String(item.id),
    kf_headimgurl: item.picture,
    ...(item.wechatId === undefined ? {} : { kf_wx: item.wechatId }),
    ...(item.invited && {
      invite_wx: item.invited.wechatId,
      invite_expire_time: seconds(item.invited.until),
      invite_status: item.invited.until > call.now ? 'waiting' : 'expired',
    }),
  }))
  return { kf_list }
}

function online(call: Call): Answer {
  const records = recordsOf(call.account)
  const kf_online_list = [...records.staff.values()].map((item) => ({
    kf_account: item.account,
    status: 1,
    kf_id: String(item.id),
    accepted_case: records.sessions.filter(({ account, to }) => account === item.account && to === undefined).length,
  }))
  return { kf_online_list }
}

function accountIn(call: Call, given: string | null | undefined): StaffRecord | undefined {
  return recordsOf(call.account).staff.get(given ?? '')
}

function nameFault(body: JsonRecord): number | undefined {
  const nickname = text(body, 'nickname') ?? ''
  if (nickname === '') return 61451
  return [...nickname].length > limits.staffNickname.value ? 61454 : undefined
}

function add(call: Call, body: JsonRecord): Answer {
  const records = recordsOf(call.account)
  const account = text(body, 'kf_account') ?? ''
  if (!/^[A-Za-z0-9_-]+@[A-Za-z0-9_-]+$/.test(account)) return fail(61455)
  const fault = nameFault(body)
  if (fault !== undefined) return fail(fault)
  if (records.staff.has(account)) return fail(61453)
  if (records.staff.size >= limits.staffAccounts.value) return fail(61456)
  const id = 1001 + records.staff.size
  records.staff.set(account, { account, nickname: text(body, 'nickname') ?? '', id, picture: '' })
  return ok()
}

function update(call: Call, body: JsonRecord): Answer {
  const found = accountIn(call, text(body, 'kf_account'))
  if (!found) return fail(61452)
  const fault = nameFault(body)
  if (fault !== undefined) return fail(fault)
  found.nickname = text(body, 'nickname') ?? ''
  return ok()
}

function invite(call: Call, body: JsonRecord): Answer {
  const found = accountIn(call, text(body, 'kf_account'))
  const wechatId = text(body, 'invite_wx') ?? ''
  if (!found) return fail(61452)
  if (wechatId === '') return fail(61451)
  found.invited = { wechatId, until: call.now + INVITATION_MS }
  return ok()
}

function remove(call: Call): Answer {
  const gone = recordsOf(call.account).staff.delete(call.query.get('kf_account') ?? '')
  return gone ? ok() : fail(61452)
}

function picture(call: Call): Answer {
  const found = accountIn(call, call.query.get('kf_account'))
  if (!found) return fail(61452)
  const file = parseMultipart(call.contentType, call.body)?.find((part) => part.filename !== undefined)
  if (!file) return fail(41005)
  if (sniff(file.bytes) !== 'image/jpeg') return fail(61457)
  found.picture = `${call.platform.baseUrl}/mmbiz/${call.account.options.id}/kf-${found.id}`
  return ok()
}

function open(call: Call, body: JsonRecord): Answer {
  const found = accountIn(call, text(body, 'kf_account'))
  if (!found) return fail(61452)
  const follower = personOf(call.account, body['openid'])
  if (!follower?.following) return fail(40003)
  const { sessions: known } = recordsOf(call.account)
  const other = known.find((item) => item.openid === follower.openid && item.to === undefined)
  if (other && other.account !== found.account) return fail(61458)
  if (!other) {
    known.push({ account: found.account, openid: follower.openid, from: call.now })
    follower.staffUntil = call.now + SESSION_MS
    changed(call.platform, call.account, follower)
    push(call, follower.openid, 'kf_create_session', { KfAccount: found.account })
  }
  return ok()
}

function close(call: Call, body: JsonRecord): Answer {
  const found = accountIn(call, text(body, 'kf_account'))
  if (!found) return fail(61452)
  const follower = personOf(call.account, body['openid'])
  const session = recordsOf(call.account).sessions.find(
    (item) => item.openid === follower?.openid && item.account === found.account && item.to === undefined,
  )
  if (!follower || !session) return fail(61451)
  session.to = call.now
  follower.staffUntil = 0
  changed(call.platform, call.account, follower)
  push(call, follower.openid, 'kf_close_session', { KfAccount: found.account, CloseType: 'KF' })
  return ok()
}

function push(call: Call, openid: string, name: string, fields: Parameters<typeof event>[1]): void {
  const { platform, account } = call
  const about = { openid, appid: account.options.appid, now: platform.clock.now() }
  const follower = account.followers.get(openid)
  background(platform, deliver(platform, account, follower, event(name, fields, about)).done)
}

function sessionOf(call: Call): Answer {
  const openid = call.query.get('openid')
  const found = recordsOf(call.account).sessions.find((item) => item.openid === openid && item.to === undefined)
  return ok(found ? { kf_account: found.account, createtime: seconds(found.from) } : { kf_account: '', createtime: 0 })
}

function sessions(call: Call): Answer {
  const account = call.query.get('kf_account')
  if (!accountIn(call, account)) return fail(61452)
  const sessionlist = recordsOf(call.account)
    .sessions.filter((item) => item.account === account && item.to === undefined)
    .map((item) => ({ openid: item.openid, createtime: seconds(item.from) }))
  return { sessionlist }
}
