import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../core/clock.js'
import { messageOf } from '../../../core/errors.js'
import { signPage } from '../../shared/page-signature.js'
import { createTokenService, TokenProblem, type TokenServiceOptions } from '../../shared/token.js'
import type { WeChatApi } from './api.js'
import { isLink } from './check.js'
import { numberOf, textOf } from './read.js'

export { signPage } from '../../shared/page-signature.js'

/** What a page gives to `wx.config`. */
export interface JsConfig {
  appId: string
  /** Seconds. */
  timestamp: number
  nonceStr: string
  signature: string
  jsApiList: string[]
  openTagList: string[]
}

/** The JS-SDK of web pages in WeChat: one of 3 safe domains set in the console. */
export interface JsSdk {
  /** Signs a page's address as the browser shows it; the part after `#` does not count. */
  config(page: { url: string; apis?: readonly string[]; openTags?: readonly string[] }): Promise<JsConfig>
  /** The ticket behind the signature: 7200 s, shared by every process. For our own signing only: never give it to a page. */
  ticket(): Promise<string>
  /** Waits for a fetch under way. */
  close(): Promise<void>
}

const TICKET = '/cgi-bin/ticket/getticket'

/** The group's methods on an API; the ticket is kept where access tokens are. */
export function jsSdk(
  api: WeChatApi,
  options: { appid: string; clock: Clock } & Pick<TokenServiceOptions, 'store' | 'log'>,
): JsSdk {
  const tickets = createTokenService({
    key: `${options.appid}:jsapi_ticket`,
    issue: () => issueTicket(api),
    store: options.store,
    clock: options.clock,
    log: options.log,
  })
  return {
    config: async ({ url, apis = [], openTags = [] }) => {
      isLink(TICKET, 'url', url)
      const { value } = await tickets.get()
      const timestamp = Math.floor(options.clock.now().getTime() / 1000)
      const nonceStr = randomBytes(12).toString('hex')
      const signature = signPage(value, nonceStr, timestamp, url)
      return { appId: options.appid, timestamp, nonceStr, signature, jsApiList: [...apis], openTagList: [...openTags] }
    },
    ticket: async () => (await tickets.get()).value,
    close: () => tickets.close(),
  }
}

async function issueTicket(api: WeChatApi): Promise<{ value: string; lifeMs: number }> {
  try {
    const answer = await api.call(TICKET, { query: { type: 'jsapi' } })
    const value = textOf(answer, 'ticket')
    if (value !== '') return { value, lifeMs: numberOf(answer, 'expires_in') * 1000 }
  } catch (error) {
    throw new TokenProblem('wait', messageOf(error), { cause: error })
  }
  throw new TokenProblem('wait', `${TICKET}: the answer holds no ticket`)
}
