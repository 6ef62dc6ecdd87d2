import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import { baseOf } from '../shared/api-address.js'
import type { HttpClient } from '../shared/http-client.js'
import { createTokenService, type TokenService } from '../shared/token.js'
import type { TokenStore } from '../shared/token-store.js'
import { createApi, type WecomApi } from './client/api.js'
import { type AppMessages, appMessages } from './client/app-messages.js'
import { issueAppToken } from './client/app-token.js'
import { type Chats, chats } from './client/chats.js'
import { type ContactWays, contactWays } from './client/contact-ways.js'
import { type Contacts, contacts } from './client/contacts.js'
import { type CorpTags, corpTags } from './client/corp-tags.js'
import { type DeskAccounts, deskAccounts } from './client/desk-accounts.js'
import { type DeskMessages, deskMessages } from './client/desk-messages.js'
import { type DeskUpgrades, deskUpgrades } from './client/desk-upgrades.js'
import { type GroupSend, groupSend } from './client/group-send.js'
import { type GroupWelcomes, groupWelcomes } from './client/group-welcomes.js'
import { type Groups, groups } from './client/groups.js'
import { type JoinWays, joinWays } from './client/join-ways.js'
import { type WecomJsSdk, wecomJsSdk } from './client/js-sdk.js'
import { type StaffLogins, staffLogins } from './client/logins.js'
import { type WecomMedia, wecomMedia } from './client/media.js'
import { type Moments, moments } from './client/moments.js'
import { type Robots, robots } from './client/robots.js'
import { type Servers, servers } from './client/servers.js'
import { type Transfer, transfer } from './client/transfer.js'
import { type Welcome, welcome } from './client/welcome.js'

/**
 * The server API of one self-built app of a corporation. Every method rejects with `WecomApiError` (its class says what
 * to do) or `TokenProblem`. A refused token is replaced and the call repeated once; "busy" is repeated 3 times; at most 5
 * calls at once to an endpoint that reads much. A call with values beyond the platform's limits rejects before it leaves.
 * Ids are text everywhere.
 */
export interface WecomClient {
  readonly contacts: Contacts
  readonly contactWays: ContactWays
  readonly welcome: Welcome
  readonly tags: CorpTags
  readonly groups: Groups
  readonly joinWays: JoinWays
  readonly groupSend: GroupSend
  readonly groupWelcomes: GroupWelcomes
  readonly moments: Moments
  readonly transfer: Transfer
  readonly messages: AppMessages
  readonly chats: Chats
  readonly robots: Robots
  readonly media: WecomMedia
  readonly logins: StaffLogins
  readonly jsSdk: WecomJsSdk
  readonly desk: DeskAccounts
  readonly deskMessages: DeskMessages
  readonly deskUpgrades: DeskUpgrades
  readonly servers: Servers
  readonly api: WecomApi
  readonly tokens: TokenService
  /** The operator says that secrets and lists are mended. */
  recheck(): void
  /** Waits for fetches of tokens and tickets under way. The HTTP client is its owner's to close. */
  close(): Promise<void>
}

export interface WecomClientOptions {
  corpid: string
  agentId: number
  secret: string
  /** `https://qyapi.weixin.qq.com`, or the simulator. Clear http is for this machine only. */
  apiBase: string
  http: HttpClient
  tokenStore: TokenStore
  clock: Clock
  log: Logger
  /** Waits before a repetition; tests give their own. */
  wait?: (ms: number) => Promise<unknown>
}

/** The client of an app. Throws AppError `config.apiBase` when the token would travel in the clear. */
export function createWecomClient(options: WecomClientOptions): WecomClient {
  const { corpid, agentId, clock, log, http, tokenStore, wait } = options
  const base = baseOf(options.apiBase)
  const tokens = createTokenService({
    key: `${corpid}:${agentId}:access_token`,
    issue: issueAppToken({ ...options, base }),
    store: tokenStore,
    clock,
    log,
  })
  const api = createApi({ base, http, tokens, clock, ...(wait && { wait }) })
  const jsSdk = wecomJsSdk(api, { corpid, agentId, clock, log, store: tokenStore })
  return {
    contacts: contacts(api),
    contactWays: contactWays(api),
    welcome: welcome(api),
    tags: corpTags(api, agentId),
    groups: groups(api),
    joinWays: joinWays(api),
    groupSend: groupSend(api),
    groupWelcomes: groupWelcomes(api, agentId),
    moments: moments(api),
    transfer: transfer(api),
    messages: appMessages(api, agentId, clock),
    chats: chats(api),
    robots: robots(api, clock),
    media: wecomMedia(api),
    logins: staffLogins(api, { base, corpid, agentId }),
    jsSdk,
    desk: deskAccounts(api),
    deskMessages: deskMessages(api),
    deskUpgrades: deskUpgrades(api),
    servers: servers(api, agentId),
    api,
    tokens,
    recheck: () => {
      tokens.recheck()
      api.recheck()
    },
    close: async () => {
      await jsSdk.close()
      await tokens.close()
    },
  }
}
