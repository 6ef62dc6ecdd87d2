import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { HttpClient } from '../shared/http-client.js'
import { createTokenService, type TokenService } from '../shared/token.js'
import type { TokenStore } from '../shared/token-store.js'
import { baseOf, WeChatApi } from './client/api.js'
import { type Codes, codes } from './client/codes.js'
import { type Comments, comments } from './client/comments.js'
import { type Drafts, drafts } from './client/drafts.js'
import { type JsSdk, jsSdk } from './client/js-sdk.js'
import { type Mass, mass } from './client/mass.js'
import { type Materials, materials } from './client/materials.js'
import { type MediaApi, mediaApi } from './client/media.js'
import { type Menus, menus } from './client/menus.js'
import { type Messages, messages } from './client/messages.js'
import { type OneTime, oneTime } from './client/one-time.js'
import {
  createMemoryPermissionStore,
  createPermissions,
  type PermissionStore,
  type Permissions,
} from './client/permissions.js'
import { type Publish, publish } from './client/publish.js'
import { type Servers, servers } from './client/servers.js'
import { issueStableToken } from './client/stable-token.js'
import { type Staff, staff } from './client/staff.js'
import { type Statistics, statistics } from './client/statistics.js'
import { type Subscriptions, subscriptions } from './client/subscriptions.js'
import { type Tags, tags } from './client/tags.js'
import { type Templates, templates } from './client/templates.js'
import { type Users, users } from './client/users.js'
import { type WebLogins, webLogins } from './client/web-login.js'

export { type ApiCall, addressOf, WeChatApi } from './client/api.js'

/**
 * The server API of one Official Account. Every method rejects with `WeChatApiError` (its class says what to do) or
 * `TokenProblem`. A refused token is replaced and the call repeated once. Nothing else is repeated here. A call the
 * account may not make, or with values beyond the platform's limits, rejects before it leaves.
 */
export interface OfficialAccountClient {
  readonly messages: Messages
  readonly media: MediaApi
  readonly materials: Materials
  readonly users: Users
  readonly tags: Tags
  readonly menus: Menus
  readonly codes: Codes
  readonly drafts: Drafts
  readonly publish: Publish
  readonly comments: Comments
  readonly mass: Mass
  readonly templates: Templates
  readonly subscriptions: Subscriptions
  readonly oneTime: OneTime
  readonly staff: Staff
  readonly statistics: Statistics
  readonly servers: Servers
  readonly jsSdk: JsSdk
  readonly webLogins: WebLogins
  readonly permissions: Permissions
  readonly tokens: TokenService
  /** The operator says that secrets and permissions are mended: forgets token trouble and remembered 48001s. */
  recheck(): Promise<void>
  /** Waits for a token refresh under way. The HTTP client is its owner's to close. */
  close(): Promise<void>
}

export interface ClientOptions {
  appid: string
  secret: string
  /** `https://api.weixin.qq.com`, a backup host, or the simulator. Clear http is for this machine only. */
  apiBase: string
  http: HttpClient
  tokenStore: TokenStore
  clock: Clock
  log: Logger
  /** The account's name in messages and its key in the permission store; standard the appid. */
  account?: string
  /** With `verified` decides what may be called; without it only the platform decides. */
  kind?: 'service' | 'subscription'
  verified?: boolean
  /** Whether the plugin 订阅通知 is open for the account. */
  subscriptionNotices?: boolean
  /** Standard: in memory, for one process. */
  permissionStore?: PermissionStore
}

/** The client of an account. Throws AppError `config.apiBase` when the token would travel in the clear. */
export function createClient(options: ClientOptions): OfficialAccountClient {
  const { appid, clock, log, tokenStore } = options
  const base = baseOf(options.apiBase)
  const tokens = createTokenService({
    key: `${appid}:access_token`,
    issue: issueStableToken({ ...options, base }),
    store: tokenStore,
    clock,
    log,
  })
  const permissions = permissionsOf(options)
  const api = new WeChatApi(base, appid, options.http, tokens, permissions)
  const js = jsSdk(api, { appid, clock, log, store: tokenStore })
  return {
    messages: messages(api),
    media: mediaApi(api),
    materials: materials(api),
    users: users(api),
    tags: tags(api),
    menus: menus(api),
    codes: codes(api),
    drafts: drafts(api),
    publish: publish(api),
    comments: comments(api),
    mass: mass(api),
    templates: templates(api),
    subscriptions: subscriptions(api),
    oneTime: oneTime(api, appid),
    staff: staff(api),
    statistics: statistics(api, clock),
    servers: servers(api, options),
    jsSdk: js,
    webLogins: webLogins(api, options),
    permissions,
    tokens,
    recheck: async () => {
      tokens.recheck()
      await permissions.recheck()
    },
    close: async () => {
      await js.close()
      await tokens.close()
    },
  }
}

function permissionsOf(options: ClientOptions): Permissions {
  const { appid, clock, log, account, kind, verified, subscriptionNotices, permissionStore } = options
  return createPermissions({
    account: account ?? appid,
    ...(kind && { kind: { kind, verified: verified === true } }),
    ...(subscriptionNotices !== undefined && { subscriptionNotices }),
    store: permissionStore ?? createMemoryPermissionStore(clock),
    clock,
    log,
  })
}
