import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../core/clock.js'
import { messageOf } from '../../../core/errors.js'
import { signPage } from '../../shared/page-signature.js'
import { createTokenService, TokenProblem, type TokenServiceOptions } from '../../shared/token.js'
import type { WecomApi } from './api.js'
import { isLink } from './check.js'
import { numberOf, textOf } from './read.js'

/** What a page gives to `ww.register` as a signature. */
export interface PageSignature {
  /** Seconds. */
  timestamp: number
  nonceStr: string
  signature: string
}

/** The JS-SDK of pages inside WeCom, on the app's trusted domain. The two signatures are not interchangeable (40093). */
export interface WecomJsSdk {
  /** For `getConfigSignature`; signs the page's address without what follows `#`. */
  corpSignature(url: string): Promise<PageSignature>
  /** For `getAgentConfigSignature`: what needs the app's identity, all of the chat tool bar. */
  agentSignature(url: string): Promise<PageSignature>
  /** Waits for fetches under way. */
  close(): Promise<void>
}

const CORP = '/cgi-bin/get_jsapi_ticket'
const AGENT = '/cgi-bin/ticket/get'

/** The group's methods on an API; tickets (7200 s; 400 an hour and corporation, 100 and app) are kept where tokens are. */
export function wecomJsSdk(
  api: WecomApi,
  options: { corpid: string; agentId: number; clock: Clock } & Pick<TokenServiceOptions, 'store' | 'log'>,
): WecomJsSdk {
  const { corpid, agentId, clock, store, log } = options
  const key = `${corpid}:${agentId}`
  const corp = createTokenService({
    key: `${key}:jsapi_ticket`,
    issue: () => issueTicket(api, CORP),
    store,
    clock,
    log,
  })
  const agent = createTokenService({
    key: `${key}:agent_ticket`,
    issue: () => issueTicket(api, AGENT, { type: 'agent_config' }),
    store,
    clock,
    log,
  })
  const signature = async (path: string, tickets: typeof corp, url: string): Promise<PageSignature> => {
    isLink(path, 'url', url)
    const { value } = await tickets.get()
    const timestamp = Math.floor(clock.now().getTime() / 1000)
    const nonceStr = randomBytes(12).toString('hex')
    return { timestamp, nonceStr, signature: signPage(value, nonceStr, timestamp, url) }
  }
  return {
    corpSignature: (url) => signature(CORP, corp, url),
    agentSignature: (url) => signature(AGENT, agent, url),
    close: async () => {
      await Promise.all([corp.close(), agent.close()])
    },
  }
}

async function issueTicket(api: WecomApi, path: string, query: Record<string, string> = {}) {
  try {
    const answer = await api.call(path, { query })
    const value = textOf(answer, 'ticket')
    if (value !== '') return { value, lifeMs: numberOf(answer, 'expires_in') * 1000 }
  } catch (error) {
    throw new TokenProblem('wait', messageOf(error), { cause: error })
  }
  throw new TokenProblem('wait', `${path}: the answer holds no ticket`)
}
