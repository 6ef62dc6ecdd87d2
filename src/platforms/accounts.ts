import {
  callbackOf,
  kfAccounts,
  type MiniCallbackConfig,
  type OfficialAccountConfig,
  type WecomAppConfig,
  type WecomConfig,
  type WecomKfConfig,
} from '../config/accounts.js'
import type { Config } from '../config/schema.js'
import { miniAccountOf } from '../core/account.js'
import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { ResolvedMenu } from '../core/menu.js'
import { type AccountMedia, accountMedia } from './account-media.js'
import { createMiniProgramClient, type MiniProgramClient } from './mini-program/client.js'
import { createMiniConversation } from './mini-program/conversation.js'
import { createMiniProgramDeliver } from './mini-program/deliver.js'
import { createMiniProgram } from './mini-program/index.js'
import type { PermissionStore } from './official-account/client/permissions.js'
import { createClient, type OfficialAccountClient } from './official-account/client.js'
import { createDeliver } from './official-account/deliver.js'
import { createAccountDeliver } from './official-account/deliver-account.js'
import { createMassSend, type MassSend } from './official-account/deliver-mass.js'
import { createNoticeDeliver } from './official-account/deliver-notice.js'
import { createOfficialAccount } from './official-account/index.js'
import { createMediaIds } from './official-account/media.js'
import type { MediaStore } from './official-account/media-store.js'
import { menuButtons } from './official-account/menu-buttons.js'
import type { Platform, Received } from './platform.js'
import { type AccountProblem, watched } from './problems.js'
import { createDownloads } from './shared/download.js'
import { createHttpClient } from './shared/http-client.js'
import type { MediaFolders } from './shared/media-ids.js'
import { type ObservedCall, observedHttp } from './shared/observed-http.js'
import type { TokenStore } from './shared/token-store.js'
import { createWecomClient, type WecomClient } from './wecom/client.js'
import { createContactWaySource } from './wecom/contact-way-source.js'
import { type CustomerMessages, createCustomerMessages } from './wecom/customer-message.js'
import { type CustomerWelcome, createCustomerWelcome } from './wecom/customer-welcome.js'
import { createGroupSender } from './wecom/group-sender.js'
import { createWecom } from './wecom/index.js'
import { connectKf, type KfAccount } from './wecom/kf/connect.js'
import { createAppSender, createBotSender } from './wecom/sender.js'
import { createStaffMedia } from './wecom/staff-media.js'

/** What accounts need from the rest of the product. */
export interface AccountPorts {
  clock: Clock
  log: Logger
  /** `content/media`, whose files messages name, and the folder of the console's pictures. */
  mediaDir: MediaFolders
  tokenStore: TokenStore
  mediaStore: MediaStore
  /** Where refused permissions are remembered; without it, in the memory of this process. */
  permissionStore?: PermissionStore
  /** Told when a card has left for staff, with the code that lets it be changed once. */
  cardSent?(card: { key: string; to: string; responseCode: string }): Promise<void>
  /** Told of refusals that concern an account as a whole, as often as they come. */
  problem?(problem: AccountProblem): void
  /** Told of every call of a platform's API as it ended; a mini program's account is `<account>:mini-program`. */
  called?(account: string, call: ObservedCall): void
  /** Told of everything that came to a callback. Must not throw: it stands in the way of every push. */
  received?(account: string, received: Received): void
}

/** A self-built app of a corporation: the typed client, and what is made of it for customers. */
export interface CorpAccount extends WecomClient {
  /** Messages to customers, made ready: media uploaded, limits checked. */
  readonly customerMessages: CustomerMessages
  readonly customerWelcome: CustomerWelcome
  /** Group-send and moments tasks, every failure a value. */
  readonly groupSender: ReturnType<typeof createGroupSender>
  /** The contact ways, every failure a value. */
  readonly contactWaySource: ReturnType<typeof createContactWaySource>
}

/** The configured accounts, connected to their platforms. */
export interface Accounts {
  /** By webhook path, e.g. `/wechat/shop`, and `/wechat/shop/mini` for the mini program linked with it. */
  readonly paths: ReadonlyMap<string, Platform>
  find(account: string): Platform | undefined
  client(account: string): OfficialAccountClient | undefined
  /** The mini program linked with the account; undefined when none is configured. */
  miniProgram(account: string): MiniProgramClient | undefined
  /** Mass sends of an Official Account; undefined for accounts that are none. */
  massSend(account: string): MassSend | undefined
  /** A corporation's self-built app; undefined for other accounts. */
  corp(account: string): CorpAccount | undefined
  /** The account's media, to be carried to another account; undefined where it has none. */
  media(account: string): AccountMedia | undefined
  /** The customer-service accounts (微信客服) whose corporation's app is configured. */
  readonly kf: readonly KfAccount[]
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
  const { called } = ports
  const httpOf = (account: string) => (called ? observedHttp(http, (call) => called(account, call)) : http)
  const closers: (() => Promise<void>)[] = []
  const platforms = new Map<string, Platform>()
  const clients = new Map<string, OfficialAccountClient>()
  const miniPrograms = new Map<string, MiniProgramClient>()
  const corps = new Map<string, CorpAccount>()
  const massSends = new Map<string, MassSend>()
  const medias = new Map<string, AccountMedia>()
  const paths = new Map<string, Platform>()
  for (const [id, account] of Object.entries(config.accounts)) {
    if (account.platform === 'official-account') connect(id, account)
    else if (account.kind !== 'kf') connectWecom(id, account)
  }
  const kf = kfAccounts(config).flatMap(([id, account]) => connectDesk(id, account) ?? [])

  /** It has no address of its own: the corporation's app is told that something waits. */
  function connectDesk(id: string, settings: WecomKfConfig): KfAccount | undefined {
    const app = config.accounts[settings.corp]
    const client = corps.get(settings.corp)
    if (!client || app?.platform !== 'wecom' || app.kind !== 'app') return undefined
    const downloads = createDownloads({ allowHosts: localHost(app.apiBase) })
    closers.push(() => downloads.close())
    const { mediaStore, mediaDir } = ports
    const made = connectKf({ account: id, settings, client, mediaStore, mediaDir, downloads, clock, log })
    platforms.set(id, ports.problem ? watched(made.platform, ports.problem) : made.platform)
    return made.kf
  }

  function connectWecom(id: string, account: WecomConfig): void {
    const options = { timestampWindowMs: config.inbox.timestampWindow }
    const sender = account.kind === 'app' ? appSender(id, account) : createBotSender(account)
    add(`/wecom/${id}`, createWecom({ ...account, id }, sender, options))
  }

  function appSender(id: string, account: WecomAppConfig) {
    const { tokenStore, mediaStore, mediaDir } = ports
    const { corpid, agentId, secret, apiBase } = account
    const client = createWecomClient({ corpid, agentId, secret, apiBase, http: httpOf(id), tokenStore, clock, log })
    const downloads = createDownloads({ allowHosts: localHost(apiBase) })
    closers.push(() => downloads.close())
    const messages = createCustomerMessages({ account: id, client, mediaStore, mediaDir, downloads, clock, log })
    corps.set(id, {
      ...client,
      customerMessages: messages,
      customerWelcome: createCustomerWelcome({ client, messages }),
      groupSender: createGroupSender({ client, messages }),
      contactWaySource: createContactWaySource(client),
    })
    const media = { account: id, client, mediaStore, mediaDir, downloads, clock, log }
    medias.set(id, accountMedia({ get: (one) => client.media.get(one), ids: createStaffMedia(media), downloads }))
    return createAppSender({ ...media, ...(ports.cardSent && { cardSent: ports.cardSent }) })
  }

  function connect(id: string, account: OfficialAccountConfig): void {
    const { tokenStore, permissionStore } = ports
    const shared = { http: httpOf(id), tokenStore, clock, log, ...(permissionStore && { permissionStore }) }
    const { appid, secret, apiBase, kind, verified, subscriptionNotices, mediaHosts } = account
    const client = createClient({ ...shared, account: id, appid, secret, apiBase, kind, verified, subscriptionNotices })
    const downloads = createDownloads({ allowHosts: [...mediaHosts, ...localHost(apiBase)] })
    closers.push(() => downloads.close())
    let mini: MiniProgramClient | undefined
    if (account.miniProgram) {
      const name = `${id}:mini-program`
      mini = createMiniProgramClient({ ...shared, ...account.miniProgram, account: name, http: httpOf(name) })
      miniPrograms.set(id, mini)
      closers.push(mini.close)
      const callback = callbackOf(account.miniProgram)
      if (callback) connectMini(id, callback, mini)
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
    medias.set(id, accountMedia({ get: (one) => client.media.get(one), ids: media, downloads }))
    const sender = {
      deliver: createAccountDeliver({
        customer: createDeliver({ messages: client.messages, media, clock }),
        notice: createNoticeDeliver({ templates: client.templates, subscriptions: client.subscriptions, clock }),
        miniProgram: mini && createMiniProgramDeliver({ ...mini, clock }),
      }),
      async warm() {
        try {
          await client.tokens.get()
        } catch (error) {
          log.warn({ account: id, reason: messageOf(error) }, 'no access token yet; run weloop doctor')
        }
      },
      close: () => client.close(),
    }
    add(
      `/wechat/${id}`,
      createOfficialAccount({ ...account, id }, sender, { timestampWindowMs: config.inbox.timestampWindow }),
    )
    clients.set(id, client)
    massSends.set(id, createMassSend({ mass: client.mass, clock }))
  }

  /** What people write to the mini program's customer service: a door, a way out and media of its own. */
  function connectMini(host: string, program: MiniCallbackConfig, client: MiniProgramClient): void {
    const { mediaStore: store, mediaDir: dir } = ports
    const id = miniAccountOf(host)
    const downloads = createDownloads({ allowHosts: localHost(program.apiBase) })
    closers.push(() => downloads.close())
    const ids = createMediaIds({ account: id, api: client.media, store, dir, downloads, clock, log })
    medias.set(id, accountMedia({ get: (one) => client.media.get(one), ids, downloads }))
    const deliver = createMiniConversation({ appid: program.appid, messages: client.messages, media: ids, clock })
    const options = { timestampWindowMs: config.inbox.timestampWindow }
    add(`/wechat/${host}/mini`, createMiniProgram({ ...program, id }, deliver, options))
  }

  function add(path: string, made: Platform): void {
    const platform = ports.problem ? watched(made, ports.problem) : made
    platforms.set(made.account, platform)
    paths.set(path, ports.received ? overheard(platform, ports.received) : platform)
  }

  return {
    paths,
    find: (account) => platforms.get(account),
    client: (account) => clients.get(account),
    miniProgram: (account) => miniPrograms.get(account),
    corp: (account) => corps.get(account),
    media: (account) =>
      medias.get(account) ?? medias.get(kf.find((one) => one.account === account)?.settings.corp ?? ''),
    kf,
    massSend: (account) => massSends.get(account),
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

/** The platform, telling of what came to its callback. */
function overheard(platform: Platform, tell: (account: string, received: Received) => void): Platform {
  const { account } = platform
  return {
    ...platform,
    receive(request) {
      const received = platform.receive(request)
      tell(account, received)
      return received
    },
  }
}

/** The platform's own host where it is no public one (the simulator): its pictures may be fetched like the real one's. */
function localHost(apiBase: string): string[] {
  const { protocol, host } = new URL(apiBase)
  return protocol === 'http:' ? [host] : []
}
