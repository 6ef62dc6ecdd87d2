import { audiencesOf } from './campaigns/audiences.js'
import { type Campaigns, createCampaigns } from './campaigns/campaigns.js'
import { recallGate } from './campaigns/recall-gate.js'
import { officialAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import { isPresence, type Person, personOf } from './contacts/identity.js'
import type { Clock } from './core/clock.js'
import { AppError, messageOf } from './core/errors.js'
import type { Logger } from './core/log.js'
import type { Message, ResolvedMessage } from './core/message.js'
import type { Update } from './core/update.js'
import type { Events } from './events/events.js'
import type { Tick } from './jobs/scheduler.js'
import type { Library } from './library/library.js'
import { createLogistics, type Logistics } from './logistics/logistics.js'
import { createAddressee } from './outbox/addressee.js'
import { type Bulk, createBulk } from './outbox/bulk/bulk.js'
import { bulkModels } from './outbox/bulk/model.js'
import type { Channel } from './outbox/channel.js'
import type { Outbox } from './outbox/outbox.js'
import type { Reach } from './outbox/reach/reach.js'
import { createWhy, type Why, type WhyPorts, type WhyQuestion } from './outbox/reach/why.js'
import type { Accounts } from './platforms/accounts.js'
import type { Publishing } from './publishing/publishing.js'
import { segmentUses } from './segment-uses.js'
import { createSegments, type Segments } from './segments/segments.js'
import { createShop, type Shop } from './shop/shop.js'
import type { Store } from './store/connect.js'

/** What pushes are connected to. */
export interface PushPartsPorts {
  config: Pick<Config, 'accounts' | 'api' | 'campaigns' | 'outbox' | 'timeZone'>
  /** Where this machine keeps its own files: keys, evidence of calls. */
  dataDir: string
  production: boolean
  /** What API keys may be given. */
  scopes: readonly string[]
  store: Pick<Store, 'connection' | 'clock' | 'kind'>
  contacts: Contacts
  accounts: Accounts
  events: Events
  library: Library
  outbox: Outbox
  publishing: Pick<Publishing, 'push'>
  reach: Reach
  clock: Clock
  log: Logger
}

/** Segments, campaigns, the bulk sender, logistics and the shop's side. */
export interface PushParts {
  segments: Segments
  campaigns: Campaigns
  bulk: Bulk
  logistics: Logistics
  shop: Shop
  why(question: WhyQuestion): Promise<Why | undefined>
  /** The same for a campaign that is told otherwise: one that is not saved. */
  explain(campaign: NonNullable<WhyPorts['campaign']>): (question: WhyQuestion) => Promise<Why | undefined>
  reach: Reach
  /** What an update means for pushes: receipts settle, visits release what waits. Undefined: nothing to wait for. */
  apply(update: Update): Promise<void> | undefined
  /** For the scheduler. */
  ticks: Tick[]
  close(): Promise<void>
}

/** Connects them. Make them before `ensureIndexes`. */
export async function connectPushParts(ports: PushPartsPorts): Promise<PushParts> {
  const { config, store, contacts, accounts, events, library, outbox, reach, clock, log } = ports
  const { connection } = store
  const { timeZone } = config
  bulkModels(connection)
  const platform = (account: string) => accounts.find(account)?.platform

  const segments = createSegments({
    connection,
    files: library,
    clock,
    timeZone,
    usedBy: (slug) => segmentUses({ connection, campaigns }, slug),
  })
  const bulk = createBulk({
    connection,
    clock,
    leaseClock: store.clock,
    log,
    reach: recallGate(reach, connection),
    sender: (account) => senderOf(accounts, account),
    resolve: (message, channel, account) => completed(ports, message, channel, account),
    rate: (_, channel) => (channel === 'mass' ? 1 : config.outbox.perSecond),
    evidenceDir: `${ports.dataDir}/evidence`,
  })
  const personOn = async (contact: string, account: string) =>
    (await contacts.get(contact))?.identities.find(
      (one) => one.account === account && one.platform === platform(account),
    )?.externalId
  const campaigns = createCampaigns({
    connection,
    clock,
    log,
    events,
    config: config.campaigns,
    timeZone,
    accounts: officialAccounts(config).map(([id]) => id),
    audiences: audiencesOf(segments),
    reach,
    bulk,
    put: (delivery) => outbox.put(delivery),
    missing: (message) => missingIn(library, message),
    personOn,
  })
  const shop = await createShop({
    connection,
    clock,
    leaseClock: store.clock,
    log,
    contacts,
    events,
    masterKey: config.api.masterKey,
    dataDir: ports.dataDir,
    production: ports.production,
    scopes: ports.scopes,
    accounts: officialAccounts(config).map(([id]) => id),
    put: (delivery) => outbox.put(delivery),
    resolve: (message, account) => library.resolve(message, account),
    onOrderFacts: async (facts) => void (await logistics.take(facts)),
  })
  const logistics = createLogistics({
    outbox,
    events,
    addressee: createAddressee({ contacts, accounts: officialAccounts(config).map(([id]) => id) }),
    order: async (source, orderNo) => (await shop.orders.find(source.replace(/^shop-/, ''), orderNo))?.order,
    hasNotice: (name) => library.notice(name) !== undefined,
    clock,
    log,
  })
  const explain: PushParts['explain'] = (campaign) =>
    createWhy({
      clock,
      contacts,
      accounts: Object.keys(config.accounts).flatMap((account) => {
        const name = platform(account)
        return name === undefined ? [] : [{ account, platform: name }]
      }),
      reach,
      history: outbox.history,
      campaign,
    })
  const why = explain((id, person) => campaigns.about(id, person))

  /** The platform's word on what campaigns sent. */
  async function settle(update: Update): Promise<void> {
    const { account, at } = update
    if (update.kind === 'event.notice.sent') {
      const reason = update.ok ? {} : { reason: update.status }
      await bulk.settle({ account, to: update.from, arrived: update.ok, at, ...reason })
    }
    if (update.kind === 'event.mass.sent') {
      const { messageId: receipt, ok: done, status: reason, total, targeted, sent, failed } = update
      const counts = { total, filtered: targeted, sent, failed }
      await bulk.settleMass({ account, receipt, done, reason, counts })
    }
  }

  async function visited(person: Person): Promise<void> {
    const contact = await contacts.find(person)
    if (contact !== undefined) await bulk.visited(contact)
  }

  return {
    segments,
    campaigns,
    bulk,
    logistics,
    shop,
    why,
    explain,
    reach,
    apply(update) {
      const settled = outbox.settle(update)
      if (settled) return settled.then(() => settle(update))
      const person = isPresence(update) ? personOf(update) : undefined
      /** Whoever wrote is answered first: what waited goes out on its own, and the sweep finds what this misses. */
      if (person) {
        visited(person).catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'a visit was not told'))
      }
      return undefined
    },
    ticks: [
      { name: 'shop-sweep', every: '30 seconds', run: () => shop.sweep() },
      { name: 'shop-reconcile', every: '10 4 * * *', timeZone, run: () => shop.reconcile() },
      { name: 'logistics-sweep', every: '1 minute', run: () => logistics.sweep() },
    ],
    async close() {
      await campaigns.close()
      await bulk.close()
      await reach.close()
    },
  }
}

/** An account as the bulk sender uses it: one message to one person, or a mass send to many. */
function senderOf(accounts: Accounts, account: string): ReturnType<Parameters<typeof createBulk>[0]['sender']> {
  const platform = accounts.find(account)
  const massSend = accounts.massSend(account)
  if (!platform) return undefined
  return { send: (message, target) => platform.deliver(message, target), ...(massSend && { mass: massSend }) }
}

const BUSY_TRIES = 5
const BUSY_MS = 1000

/** A message as a channel takes it: an article becomes a draft for a mass send, and a link everywhere else. */
async function completed(
  { library, publishing }: Pick<PushPartsPorts, 'library' | 'publishing'>,
  message: Message,
  channel: Channel,
  account: string,
): Promise<ResolvedMessage> {
  if (channel === 'mass' && message.kind === 'article') {
    for (let tries = 1; ; tries++) {
      try {
        const pushed = await publishing.push(account, message.slug, { again: true })
        if ('mediaId' in pushed) return { kind: 'mass-draft', mediaId: pushed.mediaId }
        throw new AppError('article.released', `there is no draft of '${message.slug}' to send`)
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'publishing.busy') || tries === BUSY_TRIES) throw error
        await new Promise((resolve) => setTimeout(resolve, BUSY_MS))
      }
    }
  }
  const found = library.resolve(message, account)
  if (!('missing' in found)) return found
  throw new AppError(
    'content.missing',
    `there is no ${found.missing.kind} '${found.missing.name}' in the content folder`,
  )
}

/** What a message names and the library does not have, in words. */
function missingIn(library: Library, message: Message): string | undefined {
  if (message.kind === 'notice') {
    return library.notice(message.name) === undefined ? `notice '${message.name}'` : undefined
  }
  const found = library.resolve(message)
  return 'missing' in found ? `${found.missing.kind} '${found.missing.name}'` : undefined
}
