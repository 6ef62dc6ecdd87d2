import path from 'node:path'
import { createAnswers } from './answers.js'
import { createLife, type Life } from './app-life.js'
import type { Config } from './config/schema.js'
import { openAccess } from './console-parts.js'
import { createContacts } from './contacts/contacts.js'
import { isFollowed } from './contacts/identity.js'
import { createSessions } from './contacts/session.js'
import { createSessionStore } from './contacts/session-store.js'
import { connectContentParts } from './content-parts.js'
import { type Clock, systemClock } from './core/clock.js'
import { createBot, type Plugin } from './core/composer.js'
import { AppError, messageOf } from './core/errors.js'
import { type Logger, silentLogger } from './core/log.js'
import type { Message, ResolvedMessage } from './core/message.js'
import { type CorpParts, connectCorpParts } from './corp-parts.js'
import { returnRelations } from './customers/customers.js'
import { connectDeskParts, type DeskParts } from './desk-parts.js'
import { openConsoleContent } from './editor-parts.js'
import { createEvents } from './events/events.js'
import { connectFollowerParts } from './follower-parts.js'
import { SCOPES } from './http/api/route.js'
import { createContextFactory } from './inbox/context.js'
import { createInbox, type Inbox, type InboxTiming } from './inbox/inbox.js'
import { inboxModel } from './inbox/model.js'
import { openSpool } from './inbox/spool.js'
import { createKf } from './kf/kf.js'
import { createLibrary, type Library } from './library/library.js'
import { connectMarketingParts, type MarketingParts } from './marketing-parts.js'
import { connectOperations, type OperationsParts, openWatching } from './operations-parts.js'
import { createBooks } from './outbox/books.js'
import type { NewDelivery } from './outbox/delivery.js'
import { createFollow } from './outbox/follow.js'
import { outboxModel } from './outbox/model.js'
import { createOutbox, type Outbox, type OutboxTiming } from './outbox/outbox.js'
import { createRecords } from './outbox/record.js'
import { personalDataOf } from './personal-data.js'
import { type Accounts, connectAccounts } from './platforms/accounts.js'
import type { Platform } from './platforms/platform.js'
import { connectPushParts, type PushParts } from './push-parts.js'
import { type ConnectOptions, connectStore, type Store } from './store/connect.js'
import { createLeases } from './store/lease.js'
import { createMediaStore, mediaModel } from './store/media-store.js'
import { createPermissionStore, permissionModel } from './store/permission-store.js'
import { createTokenStore } from './store/token-store.js'
import { createUnionids } from './unionids.js'
import { createWebParts } from './web-parts.js'

export type { Role } from './app-life.js'

/** What a caller brings along or, in tests, puts in place of the standard. */
export interface AppOptions {
  /** The project's root: relative folders of the configuration start here. */
  root: string
  handlers: readonly Plugin[]
  log?: Logger
  clock?: Clock
  store?: ConnectOptions
  timing?: { inbox?: InboxTiming; outbox?: Partial<OutboxTiming> }
  /** Refuses what only a demonstration may do (the sample shop's key). */
  production?: boolean
  /** False sends every answer for itself instead of those of a turn together; for measuring. */
  releaseTogether?: boolean
}

/** The product, put together. */
export interface App extends Life {
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly library: Library
  readonly store: Store
  readonly accounts: Accounts
  /** Segments, campaigns, logistics and the shop's side. */
  readonly push: PushParts
  /** Customers and customer groups of WeCom, tasks that staff confirm, alerts. */
  readonly corp: CorpParts
  /** Staff at work: the desk, the relay to WeCom, the side bar. */
  readonly desk: DeskParts
  /** What people who keep the product running look at and do. */
  readonly operations: OperationsParts
  /** Menus, channel codes and notices as the console has them. */
  readonly marketing: MarketingParts
  /** The account's platform. Throws AppError when it is not configured. */
  platform(account: string): Platform
  /** Prints how the first owner's account is made, while there is none. */
  greet(say: (line: string) => void): Promise<void>
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

  const written = openConsoleContent({ connection, dataDir, clock, log })
  const library = createLibrary({
    dir: contentDir,
    beside: written.beside,
    log,
    clock,
    publicUrl: config.publicUrl,
    watch: config.content.watch,
    timeZone: config.timeZone,
  })
  const watching = openWatching({ store, clock, log })
  const accounts = connectAccounts(config, {
    called: watching.calls.add,
    received: watching.callbacks.heard,
    clock,
    log,
    mediaDir: [path.join(contentDir, 'media'), written.picturesDir],
    tokenStore: createTokenStore(connection),
    mediaStore: createMediaStore(connection),
    permissionStore: createPermissionStore(connection),
    cardSent: async (card) => desk.relay?.cardSent(card),
    problem(problem) {
      const untold = (error: unknown) => log.warn({ reason: messageOf(error) }, 'a refusal was not told to staff')
      corp.alerts.problem({ ...problem, at: clock.now() }).catch(untold)
    },
  })
  const events = createEvents({ connection, clock })
  const sessionStore = createSessionStore(connection)
  const parts = personalDataOf({ connection, config, clock, leaseClock: store.clock, events, log })
  const contacts = createContacts({
    connection,
    clock,
    log,
    events,
    parts,
    follows: ({ platform, account }) => isFollowed(platform) && !accounts.kf.some((kf) => kf.account === account),
    async merged(gone, into) {
      await followers.reach.join(gone, into)
      await corp.merged(gone, into)
    },
    unmerged: (gone, from, identities) => returnRelations(connection, gone, from, identities),
  })
  const followers = connectFollowerParts({ config, connection, contacts, accounts, events, clock, log })
  const content = connectContentParts({ config, connection, library, accounts, events, clock, log })

  const platformOf = (account: string) => accounts.find(account)?.platform
  const records = createRecords({ events, platform: platformOf, find: contacts.find })
  const books = createBooks({ reach: followers.reach, platform: platformOf, find: contacts.find })
  const outbox = createOutbox({
    connection,
    config: config.outbox,
    clock,
    leaseClock: store.clock,
    log,
    platform: accounts.find,
    resolve,
    guards: followers.guards,
    books,
    async record(ends) {
      await records.record(ends)
      await kf.ended(ends)
      await desk.ended(ends)
    },
    audit: records.audit,
    follow: createFollow({
      platform: platformOf,
      credits: contacts.credits,
      unfollowed: (person, at) => contacts.correctFollow(person, { following: false, at }),
      books,
    }),
    ...(options.timing?.outbox ? { timing: options.timing.outbox } : {}),
  })
  const push = await connectPushParts({
    config,
    dataDir,
    production: options.production ?? false,
    scopes: SCOPES,
    store,
    contacts,
    accounts,
    events,
    library,
    outbox,
    publishing: content.publishing,
    reach: followers.reach,
    clock,
    log,
  })
  const corp = await connectCorpParts({
    config,
    contentDir,
    store,
    contacts,
    accounts,
    events,
    library,
    outbox,
    segments: push.segments,
    reach: followers.reach,
    resolve,
    clock,
    log,
  })
  const kf = createKf({
    connection,
    clock,
    log,
    leases: createLeases(connection),
    events,
    contacts,
    outbox,
    accounts: accounts.kf,
    learn: (people) => corp.customers.people.learn(people),
    resolve,
    words: (occasion) => desk.wordsFor(occasion),
    async accept(account, update, envelope) {
      const platform = accounts.find(account)
      if (!platform) throw new AppError('account.unknown', `no account '${account}' is configured`)
      return inbox.accept(platform, update, envelope)
    },
  })
  const desk = await connectDeskParts({
    config,
    contentDir,
    connection,
    contacts,
    windows: followers.windows,
    accounts,
    corp,
    events,
    library,
    outbox,
    clock,
    log,
  })
  const { scenes } = followers
  const marketing = connectMarketingParts({ config, connection, library, accounts, scenes, contacts, outbox, clock })
  const unionids = createUnionids({ accounts, contacts, log })
  const bot = createBot().install(followers.channelCodes, ...options.handlers)
  const contexts = createContextFactory({
    contacts,
    sessions: createSessions(sessionStore),
    events,
    outbox: { put: corp.steering.settling.sending((delivery: NewDelivery) => outbox.put(delivery)) },
    library,
    windows: followers.windows,
    log,
  })
  const answer = createAnswers({
    publishing: content.publishing,
    contacts,
    push,
    corp,
    kf,
    desk,
    unionids,
    contexts,
    bot,
  })
  const spool = await openSpool({ dir: path.join(dataDir, 'spool'), maxBytes: config.inbox.spoolBytes, log })
  const inbox = createInbox({
    connection,
    config: config.inbox,
    clock,
    leaseClock: store.clock,
    log,
    run: (update, row) => answer(update, row.receivedAt, row.attempt === 1),
    resolve,
    platform: accounts.find,
    outbox,
    spool,
    ...(options.timing?.inbox ? { timing: options.timing.inbox } : {}),
  })
  const operations = connectOperations({
    root,
    config,
    dataDir,
    store,
    watching,
    accounts,
    inbox,
    outbox,
    library,
    clock,
    log,
  })
  const access = await openAccess({ config, dataDir, connection, clock, log })
  // the store builds while the content is read
  await Promise.all([store.ensureIndexes(), library.load()])

  function resolve(message: Message, account?: string): ResolvedMessage {
    const found = library.resolve(message, account)
    if (!('missing' in found)) return found
    const { kind, name } = found.missing
    throw new AppError('content.missing', `there is no ${kind} '${name}' in the content folder`, {
      fix: 'run `weloop content check`, or mend the handler that names it',
    })
  }

  const web = createWebParts({
    root,
    config,
    store,
    access,
    accounts,
    contacts,
    events,
    inbox,
    outbox,
    library,
    written,
    publishing: content.publishing,
    windows: followers.windows,
    reach: followers.reach,
    push,
    corp,
    desk,
    operations,
    marketing,
    clock,
    log,
    releaseTogether: options.releaseTogether ?? true,
  })

  const life = createLife({
    config,
    store,
    inbox,
    outbox,
    library,
    accounts,
    contacts,
    written,
    content,
    followers,
    push,
    corp,
    kf,
    desk,
    unionids,
    operations,
    server: web.server,
    log,
  })

  return {
    inbox,
    outbox,
    library,
    store,
    accounts,
    push,
    corp,
    desk,
    operations,
    marketing,
    platform(account) {
      const found = accounts.find(account)
      if (found) return found
      throw new AppError('account.unknown', `no account '${account}' is configured`, {
        fix: 'use one of the names under `accounts` in config/',
      })
    },
    greet: web.greet,
    ...life,
  }
}
