import type { AccountConfig, Config } from '../config/schema.js'
import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { ResolvedMenu } from '../core/menu.js'
import { createMiniProgramClient, type MiniProgramClient } from './mini-program/client.js'
import type { PermissionStore } from './official-account/client/permissions.js'
import { createClient, type OfficialAccountClient } from './official-account/client.js'
import { createDeliver } from './official-account/deliver.js'
import { createOfficialAccount } from './official-account/index.js'
import { createMediaIds } from './official-account/media.js'
import type { MediaStore } from './official-account/media-store.js'
import { menuButtons } from './official-account/menu-buttons.js'
import type { Platform } from './platform.js'
import { createDownloads } from './shared/download.js'
import { createHttpClient } from './shared/http-client.js'
import type { TokenStore } from './shared/token-store.js'

/** What accounts need from the rest of the product. */
export interface AccountPorts {
  clock: Clock
  log: Logger
  /** `content/media`, whose files messages name. */
  mediaDir: string
  tokenStore: TokenStore
  mediaStore: MediaStore
  /** Where refused permissions are remembered; without it, in the memory of this process. */
  permissionStore?: PermissionStore
}

/** The configured accounts, connected to their platforms. */
export interface Accounts {
  /** By webhook path, e.g. `/wechat/shop`. */
  readonly paths: ReadonlyMap<string, Platform>
  find(account: string): Platform | undefined
  client(account: string): OfficialAccountClient | undefined
  /** The mini program linked with the account; undefined when none is configured. */
  miniProgram(account: string): MiniProgramClient | undefined
  /** Replaces the account's menu. Rejects with AppError when the platform refuses. */
  pushMenu(account: string, menu: ResolvedMenu): Promise<void>
  /** Fetches access tokens ahead of the first message; a failure is logged, not thrown. */
  warm(): Promise<void>
  close(): Promise<void>
}

/** Connects every account of the configuration; opens no connection yet. */
export function connectAccounts(config: Pick<Config, 'accounts' | 'inbox'>, ports: AccountPorts): Accounts {
  const { clock, log } = ports
  const http = createHttpClient()
  const closers: (() => Promise<void>)[] = []
  const platforms = new Map<string, Platform>()
  const clients = new Map<string, OfficialAccountClient>()
  const miniPrograms = new Map<string, MiniProgramClient>()
  const paths = new Map<string, Platform>()
  for (const [id, account] of Object.entries(config.accounts)) connect(id, account)

  function connect(id: string, account: AccountConfig): void {
    const { tokenStore, permissionStore } = ports
    const shared = { http, tokenStore, clock, log, ...(permissionStore && { permissionStore }) }
    const { appid, secret, apiBase, kind, verified, subscriptionNotices, mediaHosts } = account
    const client = createClient({ ...shared, account: id, appid, secret, apiBase, kind, verified, subscriptionNotices })
    const downloads = createDownloads({ allowHosts: mediaHosts })
    closers.push(() => downloads.close())
    if (account.miniProgram) {
      const mini = createMiniProgramClient({ ...shared, ...account.miniProgram, account: `${id}:mini-program` })
      miniPrograms.set(id, mini)
      closers.push(() => mini.close())
    }
    const media = createMediaIds({
      account: id,
      api: client.media,
      store: ports.mediaStore,
      dir: ports.mediaDir,
      downloads,
      clock,
      log,
    })
    const sender = {
      deliver: createDeliver({ messages: client.messages, media, clock }),
      async warm() {
        try {
          await client.tokens.get()
        } catch (error) {
          log.warn({ account: id, reason: messageOf(error) }, 'no access token yet; run weloop doctor')
        }
      },
      close: () => client.close(),
    }
    const platform = createOfficialAccount({ ...account, id }, sender, {
      timestampWindowMs: config.inbox.timestampWindow,
    })
    platforms.set(id, platform)
    clients.set(id, client)
    paths.set(`/wechat/${id}`, platform)
  }

  return {
    paths,
    find: (account) => platforms.get(account),
    client: (account) => clients.get(account),
    miniProgram: (account) => miniPrograms.get(account),
    async pushMenu(account, menu) {
      await clients.get(account)?.menus.create(menuButtons(menu))
    },
    async warm() {
      await Promise.all([...platforms.values()].map((platform) => platform.warm(log)))
    },
    async close() {
      await Promise.all([...platforms.values()].map((platform) => platform.close()))
      await Promise.all(closers.map((close) => close()))
      await http.close()
    },
  }
}
