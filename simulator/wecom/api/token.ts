import { bigReads, bigReadsAtOnce } from '../../../rules/wecom/endpoints.js'
import type { Platform } from '../../platform.js'
import type { Corp } from '../corp.js'
import { type Answer, type CorpCall, corpFail, corpOk } from './answer.js'

/** gettoken: the same token for everybody inside its life. 41002, 41004, 40013, 40001, 60020, 45009. */
export function getToken(platform: Platform, call: Omit<CorpCall, 'corp' | 'scene'>): Answer {
  const [corpid, secret] = [call.query.get('corpid') ?? '', call.query.get('corpsecret') ?? '']
  if (corpid === '') return corpFail(41002)
  if (secret === '') return corpFail(41004)
  const corp = [...platform.corps.values()].find((one) => one.options.corpid === corpid)
  if (!corp) return corpFail(40013)
  if (corp.options.secret !== secret) return corpFail(40001)
  const refused = gate(corp, call)
  if (refused !== undefined) return corpFail(refused, undefined, call.ip)
  const { token, expiresIn } = corp.tokens.issue(call.now)
  return corpOk({ access_token: token, expires_in: expiresIn })
}

/** Why the app may not call now: its address, itself, or the frequency of this path. */
export function gate(corp: Corp, { path, ip, now }: { path: string; ip: string; now: number }): number | undefined {
  const { trustedIps, closed } = corp.settings
  if (trustedIps && !trustedIps.includes(ip)) return 60020
  if (closed) return 50003
  return corp.rates.take(path, now) ? undefined : 45009
}

/** What is wrong with a token: 41001 none, 40014 not valid, 42001 expired. */
export function tokenProblem(corp: Corp, token: string | null, now: number): number | undefined {
  if (!token) return 41001
  const check = corp.tokens.check(token, now)
  return check === 0 ? undefined : (check ?? 40014)
}

/** Whether too many calls of an endpoint that reads much are under way (45033). */
export function isCrowded(corp: Corp, path: string): boolean {
  const { quotas } = corp.settings
  return quotas === 'real' && bigReads.has(path) && (corp.underWay.get(path) ?? 0) > bigReadsAtOnce.value
}
