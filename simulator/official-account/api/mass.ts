import { limits } from '../../../rules/official-account/limits.js'
import { shanghaiDay } from '../../clock.js'
import { asRecord, type JsonRecord, list, number, record, text } from '../../json.js'
import { background } from '../../platform.js'
import { show } from '../follower.js'
import { nextNumber, recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, followerFor, ok } from './answer.js'
import { readMassContent } from './mass-content.js'
import { type Audience, carryOut } from './mass-send.js'
import { posted } from './posted.js'

const mass = (
  run: Endpoint['run'],
  capability: 'mass-by-tag' | 'mass-by-openid' = 'mass-by-tag',
  method: Endpoint['method'] = 'POST',
): Endpoint => ({ method, capability, run })

/** Mass sends with their limits; the numbers come as MASSSENDJOBFINISH. */
export const massEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/message/mass/sendall': mass(posted(sendAll)),
  '/cgi-bin/message/mass/send': mass(posted(sendList), 'mass-by-openid'),
  '/cgi-bin/message/mass/preview': mass(posted(preview)),
  '/cgi-bin/message/mass/get': mass(posted(get)),
  '/cgi-bin/message/mass/delete': mass(posted(remove)),
  '/cgi-bin/message/mass/speed/get': mass(speed, 'mass-by-tag', 'any'),
  '/cgi-bin/message/mass/speed/set': mass(posted(setSpeed)),
  '/cgi-bin/media/uploadvideo': mass(posted(uploadVideo)),
}

const KEY_BYTES = 64
const KEY_MS = limits.massClientMsgIdHours.value * 3_600_000
const RETRY_MS = 60_000
/** 10,000 a minute, from step 0 to 4. */
const SPEEDS = [80, 60, 45, 30, 10]

function sendAll(call: Call, body: JsonRecord): Answer {
  const filter = record(body, 'filter')
  const all = filter?.['is_to_all'] === true
  const tag = Number(filter?.['tag_id'] ?? filter?.['group_id'])
  const { tagged, tags } = recordsOf(call.account)
  if (!all && !tags.has(tag)) return fail(45159)
  const following = [...call.account.followers.values()].filter((follower) => follower.following)
  const people = all ? following : following.filter((follower) => tagged.get(follower.openid)?.has(tag))
  return send(call, body, { people, asked: people.length, all })
}

function sendList(call: Call, body: JsonRecord): Answer {
  const openids = list(body, 'touser') ?? []
  if (openids.length < limits.massOpenidsLeast.value) return fail(40130)
  if (openids.length > limits.massOpenids.value) return fail(40032)
  const people = [...new Set(openids)].flatMap((openid) => {
    const follower = call.account.followers.get(String(openid))
    return follower ? [follower] : []
  })
  if (people.length === 0) return fail(40003)
  return send(call, body, { people, asked: openids.length, all: false })
}

function send(call: Call, body: JsonRecord, audience: Audience): Answer {
  const { account, now } = call
  const records = recordsOf(account)
  const key = text(body, 'clientmsgid')
  if (key !== undefined && Buffer.byteLength(key) >= KEY_BYTES) return fail(45067)
  const before = key === undefined ? undefined : records.massKeys.get(key)
  if (before && now - before.at < KEY_MS) {
    const tooFast = now - before.triedAt < RETRY_MS
    before.triedAt = now
    return tooFast ? fail(45066) : { ...fail(45065), msg_id: before.msgId }
  }
  const content = readMassContent(call, body)
  if ('error' in content) return content.error
  const day = shanghaiDay(now)
  const daily = account.options.kind === 'subscription' ? records.sentOn : audience.all ? records.sentToAll : undefined
  if (daily?.has(day)) return fail(45028)
  const job = carryOut(call, content, audience)
  if (key !== undefined) records.massKeys.set(key, { at: now, triedAt: now, msgId: job.record.msgId })
  background(call.platform, job.done)
  const data = job.record.articleId === undefined ? {} : { msg_data_id: job.record.msgDataId }
  return { errcode: 0, errmsg: 'send job submission success', msg_id: job.record.msgId, ...data }
}

function preview(call: Call, body: JsonRecord): Answer {
  const named = text(body, 'towxname')
  const openid =
    named === undefined
      ? text(body, 'touser')
      : [...call.account.followers.values()].find((follower) => follower.name === named)?.openid
  const found = followerFor(call, openid)
  if ('error' in found) return found.error
  const content = readMassContent(call, body)
  if ('error' in content) return content.error
  for (const shown of content.shown(call.platform.baseUrl)) {
    show(call.platform.bus, call.account.options.id, found.follower, {
      at: call.now,
      from: 'account',
      via: 'preview',
      content: shown,
    })
  }
  return { errcode: 0, errmsg: 'preview success', msg_id: nextNumber(recordsOf(call.account)) }
}

function get(call: Call, body: JsonRecord): Answer {
  const found = recordsOf(call.account).mass.get(Number(body['msg_id']))
  return found ? { msg_id: found.msgId, msg_status: found.status } : fail(40035)
}

function remove(call: Call, body: JsonRecord): Answer {
  const records = recordsOf(call.account)
  const found = records.mass.get(Number(body['msg_id']))
  if (!found) return fail(40035)
  const made = found.articleId === undefined ? undefined : records.articles.get(found.articleId)
  if (!made) return fail(40035, 'only articles and videos can be deleted')
  const place = number(body, 'article_idx') ?? 0
  if (place < 0 || place > made.articles.length) return fail(40035)
  for (const at of place === 0 ? made.articles.map((_, index) => index + 1) : [place]) made.removed.add(at)
  if (made.removed.size === made.articles.length) found.status = 'DELETE'
  return ok()
}

function speed(call: Call): Answer {
  const { massSpeed } = recordsOf(call.account)
  return { speed: massSpeed, realspeed: SPEEDS[massSpeed] ?? 0 }
}

function setSpeed(call: Call, body: JsonRecord): Answer {
  const step = number(body, 'speed')
  if (step === undefined) return fail(45084)
  if (!Number.isInteger(step) || step < 0 || step > limits.massSpeed.value) return fail(45083)
  recordsOf(call.account).massSpeed = step
  return ok()
}

function uploadVideo(call: Call, body: JsonRecord): Answer {
  const media = call.account.media.find(text(body, 'media_id') ?? '', call.now)
  if (media?.kind !== 'video') return fail(40007)
  const id = `video-${nextNumber(recordsOf(call.account))}-${media.id.slice(0, 40)}`
  recordsOf(call.account).massVideos.set(id, text(asRecord(body), 'title') ?? '')
  return { type: 'video', media_id: id, created_at: Math.floor(call.now / 1000) }
}
