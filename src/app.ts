import path from 'node:path'
import type { Config } from './config/schema.js'
import { createContacts } from './contacts/contacts.js'
import { createSessions } from './contacts/session.js'
import { createSessionStore } from './contacts/session-store.js'
import { connectContentParts } from './content-parts.js'
import { type Clock, systemClock } from './core/clock.js'
import { createBot, type Plugin } from './core/composer.js'
import { AppError } from './core/errors.js'
import { type Logger, silentLogger } from './core/log.js'
import type { Message, Reply, ResolvedMessage } from './core/message.js'
import type { Update } from './core/update.js'
import { createEvents } from './events/events.js'
import { connectFollowerParts } from './follower-parts.js'
import { articles } from './http/articles.js'
import { health } from './http/health.js'
import { createServer } from './http/server.js'
import { createWebhooks } from './http/webhooks.js'
import { createContextFactory } from './inbox/context.js'
import { createInbox, type Inbox, type InboxTiming } from './inbox/inbox.js'
import { inboxModel } from './inbox/model.js'
import { inboxPersonalData } from './inbox/personal-data.js'
import { openSpool } from './inbox/spool.js'
import { publishingTicks } from './jobs/publishing-ticks.js'
import { createScheduler } from './jobs/scheduler.js'
import { statisticsTicks } from './jobs/statistics-ticks.js'
import { standardTicks } from './jobs/ticks.js'
import { createLibrary, type Library } from './library/library.js'
import type { DeliveryEnd } from './outbox/delivery.js'
import { outboxModel } from './outbox/model.js'
import { createOutbox, type Outbox, type OutboxTiming } from './outbox/outbox.js'
import { outboxPersonalData } from './outbox/personal-data.js'
import { type Accounts, connectAccounts } from './platforms/accounts.js'
import type { Platform } from './platforms/platform.js'
import { type ConnectOptions, connectStore, type Store } from './store/connect.js'
import { createMediaStore, mediaModel } from './store/media-store.js'
import { createPermissionStore, permissionModel } from './store/permission-store.js'
import { createTokenStore } from './store/token-store.js'

/** What a process does: answer the webhook, deliver and keep the clock, or both. */
export type Role = 'all' | 'web' | 'worker'

/** What a caller brings along or, in tests, puts in place of the standard. */
export interface AppOptions {
  /** The project's root: relative folders of the configuration start here. */
  root: string
  handlers: readonly Plugin[]
  log?: Logger
  clock?: Clock
  store?: ConnectOptions
  timing?: { inbox?: InboxTiming; outbox?: Partial<OutboxTiming> }
  /** False sends every answer for itself instead of those of a turn together; for measuring. */
  releaseTogether?: boolean
}

/** The product, put together. */
export interface App {
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly library: Library
  readonly store: Store
  readonly accounts: Accounts
  /** The account's platform. Throws AppError when it is not configured. */
  platform(account: string): Platform
  /** Takes up the work of a role; resolves when it is taken up, with the port of the web roles. */
  start(role: Role): Promise<{ port?: number }>
  /** Ends in order: no new requests, no new deliveries, what is under way finishes, then the store closes. */
  stop(): Promise<void>
}

/**
 * Builds the product from its configuration: the only place where its parts meet. Rejects with AppError when the store
 * cannot be reached. Nothing runs before `start`.
 */
export async function createApp(config: Config, options: AppOptions): Promise<App> {
  const { root, log = silentLogger, clock = systemClock } = options
  const dataDir = path.resolve(root, config.store.dir)
  const contentDir = path.resolve(root, config.content.dir)
  const store = await connectStore({ ...config.store, dir: dataDir }, log, options.store)
  const { connection } = store
  inboxModel(connection, config.inbox.keep)
  outboxModel(connection)
  mediaModel(connection)
  permissionModel(connection)

  const library = createLibrary({
    dir: contentDir,
    log,
    clock,
    publicUrl: config.publicUrl,
    watch: config.content.watch,
    timeZone: config.timeZone,
  })
  const accounts = connectAccounts(config, {
    clock,
    log,
    mediaDir: path.join(contentDir, 'media'),
    tokenStore: createTokenStore(connection),
    mediaStore: createMediaStore(connection),
    permissionStore: createPermissionStore(connection),
  })
  const events = createEvents({ connection, clock })
  const sessionStore = createSessionStore(connection)
  const contacts = createContacts({
    connection,
    clock,
    log,
    events,
    parts: [sessionStore, inboxPersonalData(connection), outboxPersonalData(connection)],
  })
  const followers = connectFollowerParts({ config, connection, contacts, accounts, events, clock, log })
  const content = connectContentParts({ config, connection, library, accounts, events, clock, log })

  const outbox = createOutbox({
    connection,
    config: config.outbox,
    clock,
    leaseClock: store.clock,
    log,
    platform: accounts.find,
    resolve,
    guards: followers.guards,
    record,
    ...(options.timing?.outbox ? { timing: options.timing.outbox } : {}),
  })
  const bot = createBot().install(followers.channelCodes, ...options.handlers)
  const contexts = createContextFactory({
    contacts,
    sessions: createSessions(sessionStore),
    events,
    outbox,
    library,
    windows: followers.windows,
    log,
  })
  const spool = await openSpool({ dir: path.join(dataDir, 'spool'), maxBytes: config.inbox.spoolBytes, log })
  const inbox = createInbox({
    connection,
    config: config.inbox,
    clock,
    leaseClock: store.clock,
    log,
    run: (update, row) => handle(update, row.receivedAt),
    resolve,
    platform: accounts.find,
    outbox,
    spool,
    ...(options.timing?.inbox ? { timing: options.timing.inbox } : {}),
  })
  await store.ensureIndexes()
  await library.load()

  /** Who else must know of an update goes before the handlers; for most messages nobody has to be waited for. */
  function handle(update: Update, receivedAt: Date): Reply | Promise<Reply> {
    const published = content.publishing.apply(update)
    const applied = contacts.apply(update)
    const context = contexts(update, receivedAt)
    if (published === undefined && applied === undefined) return bot.handle(context)
    return Promise.all([published, applied]).then(() => bot.handle(context))
  }

  function resolve(message: Message): ResolvedMessage {
    const found = library.resolve(message)
    if (!('missing' in found)) return found
    const { kind, name } = found.missing
    throw new AppError('content.missing', `there is no ${kind} '${name}' in the content folder`, {
      fix: 'run `weloop content check`, or mend the handler that names it',
    })
  }

  async function record(ends: DeliveryEnd[]): Promise<void> {
    const facts = ends.map(async (end) => {
      const platform = accounts.find(end.account)?.platform
      const contact = platform && (await contacts.find({ platform, account: end.account, externalId: end.to }))
      const { key, account, state, at: occurredAt, to: _to, contact: _key, ...props } = end
      return {
        source: 'outbox',
        id: `${key}:${state}`,
        type: `delivery.${state}`,
        account,
        occurredAt,
        props: { ...props },
        ...(contact ? { contact } : {}),
      }
    })
    await events.append(await Promise.all(facts))
  }

  const webhooks = createWebhooks({
    platforms: accounts.paths,
    inbox,
    clock,
    log,
    trustedProxies: config.http.trustedProxies,
    releaseTogether: options.releaseTogether ?? true,
  })
  const frames = [`http://127.0.0.1:${config.simulator.port}`, `http://localhost:${config.simulator.port}`].join(' ')
  const server = createServer({
    webhooks,
    routes: [health(ready), articles(library, config.simulator.enabled ? { allowFrames: frames } : {})],
    log,
    trustedProxies: config.http.trustedProxies,
  })

  function ready() {
    const state = inbox.ready()
    return { ok: state.ok, problems: state.reason === undefined ? [] : [state.reason] }
  }

  const ticks = [
    ...followers.ticks,
    ...publishingTicks(content),
    ...statisticsTicks(content),
    ...standardTicks({
      inbox: {
        async sweep() {
          await store.clock.sync()
          return inbox.sweep()
        },
        drainSpool: () => inbox.drainSpool(),
      },
      outbox,
      refreshTokens: () => accounts.warm(),
    }),
  ]

  /** What `stop` ends, in this order; filled as parts are started. */
  const ends: (() => Promise<unknown>)[] = []

  return {
    inbox,
    outbox,
    library,
    store,
    accounts,
    platform(account) {
      const found = accounts.find(account)
      if (found) return found
      throw new AppError('account.unknown', `no account '${account}' is configured`, {
        fix: 'use one of the names under `accounts` in config/',
      })
    },
    async start(role) {
      if (role !== 'web') {
        const scheduler = createScheduler({ connection, log, ticks })
        await scheduler.start()
        outbox.start()
        ends.push(() => scheduler.stop())
      }
      await accounts.warm()
      if (role === 'worker') return {}
      const port = await server.listen(config.http.port, config.http.host)
      ends.unshift(() => server.close())
      return { port }
    },
    async stop() {
      for (const end of ends.splice(0)) await end()
      await inbox.close()
      await outbox.close()
      await contacts.close()
      await library.close()
      await accounts.close()
      await store.close()
    },
  }
}
