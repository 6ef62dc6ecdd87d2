import path from 'node:path'
import type { Access } from './access/access.js'
import { corpAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import { greetOwner } from './console-parts.js'
import type { Contacts } from './contacts/contacts.js'
import type { Clock } from './core/clock.js'
import type { Logger } from './core/log.js'
import type { CorpParts } from './corp-parts.js'
import type { DeskParts } from './desk-parts.js'
import { type ConsoleContent, connectEditor } from './editor-parts.js'
import type { Events } from './events/events.js'
import type { FollowerParts } from './follower-parts.js'
import type { Streams } from './http/api/event-stream.js'
import { articles } from './http/articles.js'
import { consoleFiles } from './http/console-files.js'
import { deskMedia } from './http/desk-media.js'
import { health } from './http/health.js'
import { joinPage } from './http/join-page.js'
import { lazily } from './http/lazy.js'
import { createServer } from './http/server.js'
import { sidebar } from './http/sidebar.js'
import { createWebhooks } from './http/webhooks.js'
import type { Inbox } from './inbox/inbox.js'
import type { Library } from './library/library.js'
import type { MarketingParts } from './marketing-parts.js'
import type { OperationsParts } from './operations-parts.js'
import type { Outbox } from './outbox/outbox.js'
import type { Accounts } from './platforms/accounts.js'
import type { Publishing } from './publishing/publishing.js'
import type { PushParts } from './push-parts.js'
import { sdkUrlOf } from './sidebar/sdk-url.js'
import type { Store } from './store/connect.js'

/** What the pages, the API and the webhook of a web role are put together from. */
export interface WebParts {
  root: string
  config: Config
  store: Pick<Store, 'connection'>
  access: Access
  accounts: Accounts
  contacts: Contacts
  events: Events
  inbox: Inbox
  outbox: Outbox
  library: Library
  written: ConsoleContent
  publishing: Publishing
  windows: FollowerParts['windows']
  reach: FollowerParts['reach']
  push: PushParts
  corp: CorpParts
  desk: DeskParts
  operations: OperationsParts
  marketing: MarketingParts
  clock: Clock
  log: Logger
  /** False sends every answer for itself instead of those of a turn together; for measuring. */
  releaseTogether: boolean
}

/**
 * Where WeCom keeps the pictures of contact ways (`qr_code`), which the console shows and prints; those of a simulator lie
 * beside its API.
 */
const CODE_PICTURES = ['https://wework.qpic.cn', 'https://*.qpic.cn']

/** The HTTP side of the product: webhook, API, console, side bar and pages behind one server. It does not listen yet. */
export function createWebParts(parts: WebParts) {
  const { root, config, accounts, contacts, inbox, outbox, library, windows, push, corp, desk, clock, log } = parts
  const { operations, marketing, events } = parts
  const { trustedProxies } = config.http
  const webhooks = createWebhooks({
    platforms: accounts.paths,
    inbox,
    clock,
    log,
    trustedProxies,
    releaseTogether: parts.releaseTogether,
  })
  const { connection } = parts.store
  let streams: Streams | undefined
  const api = lazily('/api/v1', async () => {
    const { createProductApi, createStreams } = await import('./api-parts.js')
    streams = createStreams()
    return createProductApi({
      config,
      access: parts.access,
      accounts,
      routes: {
        ...{ push, corp, desk: desk.desk, connection, config, root, contacts, events, library, outbox, windows, clock },
        ...{ marketing, operations, accounts, reach: parts.reach, office: desk.office, people: parts.access.people },
        content: connectEditor(parts),
        nameOf: async (id) => (await parts.access.people.find(id))?.name,
      },
      push,
      streams,
      clock,
      log,
    })
  })
  const { simulator } = config
  const frames = [`http://127.0.0.1:${simulator.port}`, `http://localhost:${simulator.port}`].join(' ')
  const server = createServer({
    webhooks,
    routes: [
      health(ready),
      api,
      articles(library, simulator.enabled ? { allowFrames: frames } : {}),
      joinPage(corp.steering.page, simulator.enabled ? { allowFrames: frames, pictures: frames } : {}),
      consoleFiles({
        dir: path.join(root, 'dist/console'),
        publicUrl: config.publicUrl,
        pictures: [...CODE_PICTURES, ...new Set(corpAccounts(config).map(([, corp]) => new URL(corp.apiBase).origin))],
      }),
      deskMedia(desk.links),
      sidebar(desk.bar, {
        publicUrl: config.publicUrl,
        sdkUrl: sdkUrlOf(config.sidebar.sdkUrl, corpAccounts(config)[0]?.[1].apiBase ?? 'https://qyapi.weixin.qq.com'),
        pageDir: path.join(root, 'src/http/sidebar/page'),
        ...(simulator.enabled && { allowFrames: frames, pictures: frames }),
      }),
    ],
    log,
    trustedProxies,
  })

  function ready() {
    const state = inbox.ready()
    return { ok: state.ok, problems: state.reason === undefined ? [] : [state.reason] }
  }

  /** Streams have no end of their own, and closing waits for open answers. */
  async function close(): Promise<void> {
    streams?.close()
    desk.desk.live.close()
    await server.close()
  }

  return {
    server: { ...server, close },
    greet: (say: (line: string) => void) => greetOwner(parts.access, config.publicUrl, say),
  }
}
