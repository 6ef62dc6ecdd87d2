import { miniProgramLimits as limits, scenePattern } from '../../rules/mini-program/limits.js'
import { randomText } from '../ids.js'
import { type JsonRecord, number, record, text } from '../json.js'
import { type Answer, type Call, type Endpoint, fail, ok } from '../official-account/api/answer.js'
import { posted } from '../official-account/api/posted.js'
import { qrPng } from '../png.js'
import { miniRecordsOf } from './mini-program.js'

const own = (run: Endpoint['run']): Endpoint => ({ method: 'POST', run })

/** Codes and links. WeChat's code is round and a JPEG; here it is a plain PNG of page and scene. */
export const linkEndpoints: Record<string, Endpoint> = {
  '/wxa/getwxacodeunlimit': own(posted(code)),
  '/wxa/getwxacode': own(posted(limitedCode)),
  '/cgi-bin/wxaapp/createwxaqrcode': own(posted(limitedCode)),
  '/wxa/generate_urllink': own(posted((call, body) => link(call, body, body, 'url_link'))),
  '/wxa/generatescheme': own(posted((call, body) => link(call, body, record(body, 'jump_wxa') ?? {}, 'openlink'))),
  '/wxa/genwxashortlink': own(posted(short)),
  '/wxa/query_urllink': own(posted((call, body) => query(call, body, 'url_link'))),
  '/wxa/queryscheme': own(posted((call, body) => query(call, body, 'scheme'))),
}

const VERSIONS = ['release', 'trial', 'develop']
const DAY_MS = 86_400_000
const VISITS_A_DAY = 3_000_000

function exists(call: Call, page: string): boolean {
  const { pages } = miniRecordsOf(call.account)
  return pages === undefined || pages.includes(page)
}

function code(call: Call, body: JsonRecord): Answer {
  const scene = text(body, 'scene') ?? ''
  const page = text(body, 'page')
  const width = number(body, 'width') ?? 430
  if (scene.length < 1 || scene.length > limits.codeScene.value) return fail(40169)
  if (!scenePattern.test(scene)) return fail(40129)
  if (width < limits.codeWidthLeast.value || width > limits.codeWidth.value) return fail(40097)
  if (!VERSIONS.includes(text(body, 'env_version') ?? 'release')) return fail(40097)
  if (page !== undefined && (page.startsWith('/') || page.includes('?'))) return fail(41030)
  if (page !== undefined && body['check_path'] !== false && !exists(call, page)) return fail(41030)
  const words = `weapp:${call.account.options.appid}/${page ?? ''}?scene=${scene}`
  return { raw: qrPng(words, width), contentType: 'image/png', filename: 'code.png' }
}

/** The two older codes share 100,000 in all. */
function limitedCode(call: Call, body: JsonRecord): Answer {
  const path = text(body, 'path') ?? ''
  const width = number(body, 'width') ?? 430
  if (path === '' || [...path].length > limits.codePagePath.value) return fail(40159)
  if (width < limits.codeWidthLeast.value || width > limits.codeWidth.value) return fail(40097)
  if (!exists(call, path.split('?')[0] ?? '')) return fail(41030)
  const words = `weapp:${call.account.options.appid}/${path}`
  return { raw: qrPng(words, width), contentType: 'image/png', filename: 'code.png' }
}

function link(call: Call, body: JsonRecord, target: JsonRecord, name: 'url_link' | 'openlink'): Answer {
  const path = (text(target, 'path') ?? '').replace(/^\//, '')
  const words = text(target, 'query') ?? ''
  const version = text(target, 'env_version') ?? 'release'
  if (!VERSIONS.includes(version)) return fail(40097)
  if ([...words].length > limits.linkQuery.value) return fail(40097)
  if (path !== '' && !exists(call, path)) return fail(40165)
  const until = endOf(call, body)
  if (typeof until === 'string') return fail(until === 'time' ? 85401 : 85402)
  const made = name === 'url_link' ? `https://wxaurl.cn/${randomText(11)}` : `weixin://dl/business/?t=${randomText(11)}`
  miniRecordsOf(call.account).links.set(made, { path, query: words, at: call.now, until, version })
  return ok({ [name]: made })
}

function endOf(call: Call, body: JsonRecord): number | 'time' | 'interval' {
  const longest = limits.linkDays.value
  if ((number(body, 'expire_type') ?? 0) === 1) {
    const days = number(body, 'expire_interval') ?? 0
    return days >= 1 && days <= longest ? call.now + days * DAY_MS : 'interval'
  }
  const until = (number(body, 'expire_time') ?? 0) * 1000
  return until > call.now && until <= call.now + longest * DAY_MS + 1000 ? until : 'time'
}

function short(call: Call, body: JsonRecord): Answer {
  const page = text(body, 'page_url') ?? ''
  if (page === '' || [...page].length > limits.shortLinkPage.value) return fail(40097)
  if (!exists(call, (page.split('?')[0] ?? '').replace(/^\//, ''))) return fail(40165)
  const title = text(body, 'page_title') ?? ''
  return ok({ link: `#小程序://${call.account.options.name}/${title}/${randomText(11)}` })
}

function query(call: Call, body: JsonRecord, name: 'url_link' | 'scheme'): Answer {
  const { links } = miniRecordsOf(call.account)
  const quota_info = { remain_visit_quota: VISITS_A_DAY }
  if (number(body, 'query_type') === 1) return ok({ quota_info })
  const found = links.get(text(body, name) ?? '')
  if (!found) return fail(40097)
  const info = {
    appid: call.account.options.appid,
    path: found.path,
    query: found.query,
    create_time: Math.floor(found.at / 1000),
    expire_time: Math.floor(found.until / 1000),
    env_version: found.version,
  }
  return ok({ [`${name}_info`]: info, quota_info })
}
