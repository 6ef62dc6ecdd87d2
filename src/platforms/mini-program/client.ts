import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import { baseOf, WeChatApi } from '../official-account/client/api.js'
import { type MediaApi, mediaApi } from '../official-account/client/media.js'
import {
  createMemoryPermissionStore,
  createPermissions,
  type PermissionStore,
  type Permissions,
} from '../official-account/client/permissions.js'
import { issueStableToken } from '../official-account/client/stable-token.js'
import type { HttpClient } from '../shared/http-client.js'
import { createTokenService, type TokenService } from '../shared/token.js'
import type { TokenStore } from '../shared/token-store.js'
import { type Codes, codes } from './client/codes.js'
import { type Links, links } from './client/links.js'
import { type Login, login } from './client/login.js'
import { type Logistics, logistics } from './client/logistics.js'
import { type Messages, messages } from './client/messages.js'
import { type Orders, orders } from './client/orders.js'
import { type Safety, safety } from './client/safety.js'
import { type Subscribe, subscribe } from './client/subscribe.js'
import { type Visits, visits } from './client/visits.js'

/**
 * The server API of a mini program (小程序). Its people have openids of their own: the same person is another one to the
 * Official Account, joined by unionid. Methods reject with `WeChatApiError` or `TokenProblem`, as the account's do.
 */
export interface MiniProgramClient {
  readonly appid: string
  readonly login: Login
  readonly codes: Codes
  readonly links: Links
  readonly subscribe: Subscribe
  readonly messages: Messages
  readonly media: MediaApi
  readonly orders: Orders
  readonly logistics: Logistics
  readonly safety: Safety
  readonly visits: Visits
  readonly permissions: Permissions
  readonly tokens: TokenService
  /** Forgets token trouble and remembered 48001s. */
  recheck(): Promise<void>
  close(): Promise<void>
}

export interface MiniProgramOptions {
  appid: string
  secret: string
  apiBase: string
  http: HttpClient
  tokenStore: TokenStore
  clock: Clock
  log: Logger
  /** Its name in messages and its key in the permission store; standard the appid. */
  account?: string
  permissionStore?: PermissionStore
}

/** The client of a mini program, with a token of its own. Throws AppError `config.apiBase` for clear http. */
export function createMiniProgramClient(options: MiniProgramOptions): MiniProgramClient {
  const { appid, clock, log } = options
  const base = baseOf(options.apiBase)
  const tokens = createTokenService({
    key: `${appid}:access_token`,
    issue: issueStableToken({ ...options, base }),
    store: options.tokenStore,
    clock,
    log,
  })
  const permissions = createPermissions({
    account: options.account ?? appid,
    store: options.permissionStore ?? createMemoryPermissionStore(clock),
    clock,
    log,
  })
  const api = new WeChatApi(base, appid, options.http, tokens, permissions)
  return {
    appid,
    login: login(api, options),
    codes: codes(api),
    links: links(api, clock),
    subscribe: subscribe(api),
    messages: messages(api),
    media: mediaApi(api),
    orders: orders(api, clock, appid),
    logistics: logistics(api),
    safety: safety(api),
    visits: visits(api, clock),
    permissions,
    tokens,
    recheck: async () => {
      tokens.recheck()
      await permissions.recheck()
    },
    close: () => tokens.close(),
  }
}
