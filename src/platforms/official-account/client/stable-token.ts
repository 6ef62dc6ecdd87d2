import type { HttpClient } from '../../shared/http-client.js'
import { type IssueToken, TokenProblem } from '../../shared/token.js'
import { WeChatApiError } from '../errors.js'
import { readAnswer } from './answer.js'
import { addressOf } from './api.js'
import { jsonBody } from './body.js'

const PATH = '/cgi-bin/stable_token'
const HOUR_MS = 3_600_000

/**
 * Asks `stable_token`: the same token inside its life, the next one in its last 5 minutes. Apart from `token`, so a
 * third system that calls that one does no harm. 10,000 a minute, 500,000 a day; forced 20 a day and 30 s apart.
 */
export function issueStableToken(app: { base: URL; appid: string; secret: string; http: HttpClient }): IssueToken {
  return async (force) => {
    const { headers, bytes } = jsonBody({
      grant_type: 'client_credential',
      appid: app.appid,
      secret: app.secret,
      force_refresh: force,
    })
    const end = await app.http.request({
      method: 'POST',
      url: addressOf(app.base, PATH),
      headers,
      body: bytes,
      maxBytes: 65_536,
      deadlineMs: 10_000,
    })
    const fields = readFields(end)
    const value = fields['access_token']
    const seconds = Number(fields['expires_in'])
    if (typeof value !== 'string' || value === '' || !(seconds > 0)) {
      throw new TokenProblem('wait', `${PATH}: the answer holds no token`)
    }
    return { value, lifeMs: seconds * 1000 }
  }
}

function readFields(end: Parameters<typeof readAnswer>[1]): Record<string, unknown> {
  try {
    const answer = readAnswer(PATH, end)
    return 'fields' in answer ? answer.fields : {}
  } catch (error) {
    throw error instanceof WeChatApiError ? problemOf(error) : error
  }
}

function problemOf(error: WeChatApiError): TokenProblem {
  const about = { ...(error.fix && { fix: error.fix }), cause: error }
  switch (error.class) {
    case 'credential':
    case 'ip':
    case 'banned':
    case 'permission':
      return new TokenProblem('stop', error.message, {
        ...about,
        ...(isConfirmation(error) && { retryAfterMs: HOUR_MS }),
      })
    case 'token':
      return new TokenProblem('stop', error.message, {
        ...about,
        fix: '核对 AppSecret / Check the app secret: this code from the token endpoint means it is wrong',
      })
    case 'quota-day':
    case 'quota-minute':
      return new TokenProblem('wait', error.message, { ...about, retryAfterMs: 60_000 })
    default:
      return new TokenProblem('wait', error.message, about)
  }
}

/** 89501 and 89503: asking again before the administrator has answered only annoys. */
const isConfirmation = (error: WeChatApiError) => error.errcode === 89501 || error.errcode === 89503
