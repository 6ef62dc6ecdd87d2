import { limits } from '../../rules/official-account/limits.js'
import { asRecord, list, parseRecord, record, text } from '../json.js'
import { fail, ok } from '../official-account/api/answer.js'
import type { Tokens } from '../official-account/tokens.js'
import { createTable, hashOf } from './table.js'
import type { Product, Tally } from './tally.js'
import type { WireRequest } from './wire.js'

/** What the bare platform does with calls. */
export interface Answers {
  /** Which product a path sends by; undefined for every other path. */
  productOf(path: string): Product | undefined
  /** Carries a call out and gives the JSON of its answer. */
  answer(request: WireRequest, now: number): string
  clear(): void
}

const PRODUCT_OF: Record<string, Product> = {
  '/cgi-bin/message/template/send': 'template',
  '/cgi-bin/message/custom/send': 'custom',
  '/cgi-bin/message/subscribe/send': 'subscription',
  '/cgi-bin/message/subscribe/bizsend': 'subscription',
  '/cgi-bin/message/mass/send': 'mass',
}
const OK = '{"errcode":0,"errmsg":"ok"}'
const MASS_KEY_MS = limits.massClientMsgIdHours.value * 3_600_000
const MASS_RETRY_MS = 60_000

/** Answers as the platform would to a caller who knows it: everybody follows, every template exists, nothing is used up. */
export function createAnswers(tokens: Tokens, tally: Tally): Answers {
  const keys = createTable()
  const massKeys = new Map<string, { at: number; triedAt: number; msgId: number }>()
  let serial = 0

  function template(body: string, now: number): string {
    const parsed = parseRecord(body)
    const touser = text(parsed, 'touser')
    if (!parsed) return refused(47001)
    if (!touser) return refused(40003)
    if (!text(parsed, 'template_id')) return refused(40037)
    if (!record(parsed, 'data')) return refused(47003)
    const own = text(parsed, 'client_msg_id')
    if (own === undefined) {
      tally.got('template', touser, body)
      serial += 1
      return sent(`9${String(serial).padStart(17, '0')}`)
    }
    if ([...own].length > limits.clientMsgId.value) return refused(45067)
    const key = hashOf(`${touser}\n${own}`)
    const before = keys.get(key)
    if (before > 0 && now - before < limits.clientMsgIdMs.value) tally.repeated('template')
    else {
      keys.set(key, now)
      tally.got('template', touser, body)
    }
    return sent(`8${String(key.high).padStart(10, '0')}${String(key.low % 10_000_000).padStart(7, '0')}`)
  }

  function one(product: 'custom' | 'subscription', body: string): string {
    const parsed = parseRecord(body)
    const touser = text(parsed, 'touser')
    if (!parsed) return refused(47001)
    if (!touser) return refused(40003)
    tally.got(product, touser, body)
    if (product === 'custom') return OK
    serial += 1
    return `{"errcode":0,"errmsg":"ok","msgid":"${serial}"}`
  }

  function mass(body: string, now: number): string {
    const parsed = parseRecord(body)
    const people = list(parsed, 'touser') ?? []
    if (!parsed) return refused(47001)
    if (people.length < limits.massOpenidsLeast.value) return refused(40130)
    if (people.length > limits.massOpenids.value) return refused(40032)
    const own = text(parsed, 'clientmsgid')
    const before = own === undefined ? undefined : massKeys.get(own)
    if (before && now - before.at < MASS_KEY_MS) {
      const tooFast = now - before.triedAt < MASS_RETRY_MS
      before.triedAt = now
      tally.repeated('mass')
      return tooFast ? refused(45066) : JSON.stringify({ ...asRecord(fail(45065)), msg_id: before.msgId })
    }
    for (const openid of new Set(people)) tally.got('mass', String(openid), undefined)
    serial += 1
    if (own !== undefined) massKeys.set(own, { at: now, triedAt: now, msgId: serial })
    return `{"errcode":0,"errmsg":"send job submission success","msg_id":${serial},"msg_data_id":${serial}}`
  }

  function token(request: WireRequest, now: number): string {
    const stable = request.path === '/cgi-bin/stable_token'
    const force = stable && parseRecord(request.body)?.['force_refresh'] === true
    const issued = !stable ? tokens.plain(now) : force ? tokens.force(now) : tokens.stable(now)
    return JSON.stringify({ access_token: issued.token, expires_in: issued.expiresIn })
  }

  return {
    productOf: (path) => PRODUCT_OF[path],
    answer: (request, now) => {
      const { path, body } = request
      if (path === '/cgi-bin/token' || path === '/cgi-bin/stable_token') return token(request, now)
      const fault = tokenFault(tokens, request.query, now)
      if (fault !== undefined) return refused(fault)
      const product = PRODUCT_OF[path]
      switch (product) {
        case 'template':
          return template(body, now)
        case 'custom':
        case 'subscription':
          return one(product, body)
        case 'mass':
          return mass(body, now)
        default:
          return OK
      }
    },
    clear: () => {
      keys.clear()
      massKeys.clear()
    },
  }
}

const sent = (msgid: string) => `{"errcode":0,"errmsg":"ok","msgid":${msgid}}`

/** The answer of this errcode. */
export function refused(errcode: number): string {
  return JSON.stringify(errcode === 0 ? ok() : fail(errcode))
}

function tokenFault(tokens: Tokens, query: string, now: number): number | undefined {
  const start = query.indexOf('access_token=')
  if (start < 0) return 41001
  const end = query.indexOf('&', start)
  switch (tokens.check(query.slice(start + 13, end < 0 ? undefined : end), now)) {
    case 'valid':
      return undefined
    case 'malformed':
      return 40014
    case 'expired':
      return 42001
    default:
      return 40001
  }
}
