import { miniProgramLimits as limits } from '../../rules/mini-program/limits.js'
import { miniProgramWindows } from '../../rules/mini-program/windows.js'
import { randomText } from '../ids.js'
import { type JsonRecord, number, text } from '../json.js'
import { type Answer, type Call, type Endpoint, fail, ok } from '../official-account/api/answer.js'
import { posted } from '../official-account/api/posted.js'
import { useCode } from '../official-account/api/web-login.js'
import { pushReceipt } from '../official-account/receipts.js'
import { background } from '../platform.js'
import { miniRecordsOf } from './mini-program.js'

/** Login, phone number, risk and content security. */
export const peopleEndpoints: Record<string, Endpoint> = {
  '/sns/jscode2session': { method: 'GET', open: true, run: session },
  '/wxa/business/getuserphonenumber': { method: 'POST', run: posted(phone) },
  '/wxa/getpaidunionid': { method: 'GET', run: paidUnionid },
  '/wxa/getuserriskrank': { method: 'POST', run: posted(risk) },
  '/wxa/msg_sec_check': { method: 'POST', run: posted(checkText) },
  '/wxa/media_check_async': { method: 'POST', run: posted(checkMedia) },
}

function session(call: Call): Answer {
  const { account, query, now } = call
  if (!account) return fail(query.get('appid') ? 40013 : 41002)
  if (query.get('secret') !== account.options.secret) return fail(query.get('secret') ? 40125 : 41004)
  if (query.get('grant_type') !== 'authorization_code') return fail(40002)
  const code = query.get('js_code')
  if (!code) return fail(41008)
  const used = useCode(miniRecordsOf(account).loginCodes, code, now)
  if (typeof used === 'number') return fail(used)
  const visitor = account.followers.get(used.openid)
  if (visitor?.blocked) return fail(40226)
  const session_key = Buffer.from(randomText(16)).toString('base64')
  return { openid: used.openid, session_key, unionid: visitor?.unionid ?? '' }
}

function phone(call: Call, body: JsonRecord): Answer {
  const used = useCode(miniRecordsOf(call.account).phoneCodes, text(body, 'code') ?? '', call.now)
  if (typeof used === 'number') return fail(used)
  const digits = [...used.openid].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 100_000_000, 7)
  const plain = `138${String(digits).padStart(8, '0')}`
  const watermark = { timestamp: Math.floor(call.now / 1000), appid: call.account.options.appid }
  return ok({ phone_info: { phoneNumber: plain, purePhoneNumber: plain, countryCode: '86', watermark } })
}

const PAID_MS = 300_000

function paidUnionid(call: Call): Answer {
  const visitor = call.account.followers.get(call.query.get('openid') ?? '')
  const order = miniRecordsOf(call.account).orders.get(call.query.get('transaction_id') ?? '')
  if (!visitor || !order || order.openid !== visitor.openid) return fail(40003)
  return call.now - order.paidAt > PAID_MS
    ? fail(40097, 'only within 5 minutes of paying')
    : ok({ unionid: visitor.unionid })
}

function risk(call: Call, body: JsonRecord): Answer {
  const visitor = call.account.followers.get(text(body, 'openid') ?? '')
  if (!visitor) return fail(40003)
  const scene = number(body, 'scene')
  if ((scene !== 0 && scene !== 1) || !text(body, 'client_ip')) return fail(40097)
  return ok({ unoin_id: Number(call.now), risk_rank: visitor.blocked ? 4 : 0 })
}

function visitFault(call: Call, body: JsonRecord): number | undefined {
  const known = miniRecordsOf(call.account).visits.get(text(body, 'openid') ?? '')
  if (!known) return 40003
  return call.now - known.last > limits.checkedVisitMs.value ? 61010 : undefined
}

/** Words that stand for risky (fraud) and doubtful content in tests. */
const RISKY = '违规测试'
const DOUBTFUL = '待审测试'

function checkText(call: Call, body: JsonRecord): Answer {
  const content = text(body, 'content') ?? ''
  const scene = number(body, 'scene') ?? 0
  if (number(body, 'version') !== 2 || scene < 1 || scene > 4) return fail(40097)
  if (content === '') return fail(44004)
  if ([...content].length > limits.checkedText.value) return fail(45002)
  const fault = visitFault(call, body)
  if (fault !== undefined) return fail(fault)
  const suggest = content.includes(RISKY) ? 'risky' : content.includes(DOUBTFUL) ? 'review' : 'pass'
  const label = suggest === 'pass' ? 100 : suggest === 'risky' ? 20008 : 21000
  return ok({
    trace_id: randomText(24),
    result: { suggest, label },
    detail: [{ strategy: 'content_model', errcode: 0, suggest, label, prob: 90 }],
  })
}

function checkMedia(call: Call, body: JsonRecord): Answer {
  const type = number(body, 'media_type')
  const scene = number(body, 'scene') ?? 0
  if (number(body, 'version') !== 2 || scene < 1 || scene > 4 || (type !== 1 && type !== 2)) return fail(40097)
  if (!URL.canParse(text(body, 'media_url') ?? '')) return fail(40066)
  const fault = visitFault(call, body)
  if (fault !== undefined) return fail(fault)
  const trace_id = randomText(24)
  const { platform, account } = call
  const follower = account.followers.get(text(body, 'openid') ?? '')
  const suggest = (text(body, 'media_url') ?? '').includes('risky') ? 'risky' : 'pass'
  const result = { suggest, label: suggest === 'pass' ? 100 : 20002 }
  const fields = { appid: account.options.appid, trace_id, version: 2, result }
  const receipt = { name: 'wxa_media_check', fields: () => fields }
  const fate = { lost: false, delayMs: platform.timing.receiptMs }
  background(platform, pushReceipt(platform, { account, follower }, fate, receipt))
  return ok({ trace_id })
}

/** What opens a window for customer-service messages of a mini program. */
export function miniGrant(trigger: 'message' | 'enter', now: number): { remaining: number; expiresAt: number } {
  const rule = miniProgramWindows.find((item) => item.trigger === trigger)
  return { remaining: rule?.messages ?? 0, expiresAt: now + (rule?.ms ?? 0) }
}
