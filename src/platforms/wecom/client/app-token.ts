import { addressOf } from '../../shared/api-address.js'
import type { HttpClient } from '../../shared/http-client.js'
import { type IssueToken, TokenProblem } from '../../shared/token.js'
import { WecomApiError } from '../errors.js'
import { readAnswer } from './answer.js'

const PATH = '/cgi-bin/gettoken'
/** A wrong secret asked with again and again gets our address blocked for an hour. */
const CREDENTIAL_PAUSE_MS = 600_000

/**
 * Asks `gettoken` for the token of one app (each app has a secret of its own): 7200 s, the same one inside its life.
 * The platform knows no forced refresh; a token it has ended early is replaced by asking again.
 */
export function issueAppToken(app: { base: URL; corpid: string; secret: string; http: HttpClient }): IssueToken {
  return async () => {
    const query = { corpid: app.corpid, corpsecret: app.secret }
    const end = await app.http.request({
      method: 'GET',
      url: addressOf(app.base, PATH, query),
      maxBytes: 65_536,
      deadlineMs: 10_000,
    })
    const fields = read(end)
    const value = fields['access_token']
    const seconds = Number(fields['expires_in'])
    if (typeof value !== 'string' || value === '' || !(seconds > 0)) {
      throw new TokenProblem('wait', `${PATH}: the answer holds no token`)
    }
    return { value, lifeMs: seconds * 1000 }
  }
}

function read(end: Parameters<typeof readAnswer>[1]): Record<string, unknown> {
  try {
    const answer = readAnswer(PATH, end)
    return 'fields' in answer ? answer.fields : {}
  } catch (error) {
    throw error instanceof WecomApiError ? problemOf(error) : error
  }
}

function problemOf(error: WecomApiError): TokenProblem {
  const about = { ...(error.fix && { fix: error.fix }), cause: error }
  switch (error.class) {
    case 'credential':
    case 'token':
      return new TokenProblem('stop', error.message, { ...about, retryAfterMs: CREDENTIAL_PAUSE_MS })
    case 'ip':
    case 'banned':
    case 'permission':
    case 'request':
      return new TokenProblem('stop', error.message, about)
    case 'quota':
    case 'concurrency':
      return new TokenProblem('wait', error.message, { ...about, retryAfterMs: 60_000 })
    default:
      return new TokenProblem('wait', error.message, about)
  }
}
