import type { Contacts } from '../contacts/contacts.js'
import type { Identity } from '../contacts/model.js'
import type { Clock } from '../core/clock.js'
import { AppError, messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Update } from '../core/update.js'
import type { Events } from '../events/events.js'
import type { Connection } from '../store/connect.js'
import { createHandOvers, type HandOvers } from './hand-over/hand-over.js'
import { handOverModel } from './hand-over/model.js'
import { createPeople, type People } from './people.js'
import type { Corp } from './ports.js'
import { applyCustomer, applyStaffLeft, isCustomerNews, leaverOf } from './relations/apply.js'
import { relationModel, relationRows } from './relations/model.js'
import { createRefetch } from './relations/refetch.js'
import { createRelations, type Relations } from './relations/relations.js'
import { payFacts } from './relations/write.js'
import { createSearch, type Search } from './search.js'
import { customerSyncModel } from './sync/model.js'
import { takePage } from './sync/page.js'
import type { SyncSummary } from './sync/run.js'
import { type CustomerSync, createCustomerSync, type SyncProgress } from './sync/sync.js'
import { type Catalogue, createCatalogue, type TagConflict } from './tags/catalogue.js'
import { createMirroring, type TagCounts } from './tags/mirror.js'
import { corpTagModel } from './tags/model.js'
import { type PairOf, putTags, type Tagged } from './tags/put.js'

/** The customers of corporations: who is whose customer, with tags, hand-overs and the nightly sync. */
export interface Customers {
  /** Keeps relations true to an update; undefined when it is none of theirs. Runs before handlers. */
  apply(update: Update): Promise<void> | undefined
  readonly people: People
  readonly relations: Relations
  /** For people: pages of customers, and one with everything. */
  readonly search: Search
  readonly catalogue: Pick<Catalogue, 'list'>
  readonly handOvers: HandOvers
  /** Puts our tags on a customer, here and (mirrored ones) on the platform's pair. Never throws for its refusals. */
  tag(pair: PairOf, tags: readonly string[]): Promise<Tagged>
  /** Settles the mirrored tags of a customer whose tags changed here. */
  settleTags(account: string, customer: string): Promise<TagCounts>
  /** Reads the corporation's tags, makes mirrored ones that are missing, and settles everybody's. */
  syncTags(account: string): Promise<TagCounts & { conflicts: TagConflict[] }>
  /** Reads all customers, or goes on where the last run stopped. Throws AppError `account.unknown`. */
  sync(
    account: string,
    options?: { believe?: boolean; onProgress?(progress: SyncProgress): void },
  ): Promise<SyncSummary>
  readonly syncState: CustomerSync['state']
  /** The corporations there are. */
  readonly accounts: readonly string[]
  /** Give it to `createContacts`: a contact became part of another one. */
  merged(gone: string, into: string): Promise<void>
  /** Reads again what events spoke of; the tick, and for tests. */
  refetch(): Promise<number>
  /** For the scheduler. */
  readonly ticks: { name: string; every: string; timeZone?: string; run(): Promise<unknown> }[]
  close(): Promise<void>
}

export interface CustomersPorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Pick<Events, 'append' | 'read'>
  contacts: Pick<Contacts, 'find' | 'correctFollow' | 'merging'>
  corps: readonly Corp[]
  /** How many groups a member owns; the roster of groups knows. */
  groupsOf?(account: string, staff: string): Promise<number>
  timeZone: string
}

/** Declares the collections; `createCustomers` does it too. */
export function customerModels(connection: Connection): void {
  relationModel(connection)
  customerSyncModel(connection)
  corpTagModel(connection)
  handOverModel(connection)
}

/** A contact became part of another one: its relations follow. May be repeated. */
export async function moveRelations(connection: Connection, gone: string, into: string): Promise<void> {
  await relationRows(connection).updateMany({ contact: gone }, { $set: { contact: into }, $inc: { rev: 1 } })
}

/** A merge was taken back: the relations of these identities are the contact's own again. May be repeated. */
export async function returnRelations(
  connection: Connection,
  gone: string,
  from: string,
  identities: readonly Pick<Identity, 'platform' | 'account' | 'externalId'>[],
): Promise<void> {
  for (const { platform, account, externalId } of identities) {
    if (platform !== 'wecom') continue
    const theirs = { account, customer: externalId, contact: from }
    await relationRows(connection).updateMany(theirs, { $set: { contact: gone }, $inc: { rev: 1 } })
  }
}

/** The customers over a store; make them before `ensureIndexes`. */
export function createCustomers(ports: CustomersPorts): Customers {
  const { connection, clock, log, events, contacts, timeZone } = ports
  customerModels(connection)
  const corps = new Map(ports.corps.map((one) => [one.account, one]))
  const people = createPeople({ connection, contacts, log })
  const catalogue = createCatalogue({ connection, clock, log })
  const mirroring = createMirroring({ connection, clock, events, catalogue })
  const page = { connection, events, contacts, people, mirroring }
  const sync = createCustomerSync({ ...page, clock, log, catalogue })
  const corp = (account: string) => corps.get(account)
  const refetch = createRefetch({
    connection,
    clock,
    log,
    corp,
    async take(of, { customer, relations }, readAt) {
      const items = relations.map((relation) => ({ customer, relation }))
      await takePage(page, of, { items, readAt, cause: `read:${readAt.getTime()}` })
    },
  })
  const due = () => refetch.kick()
  const relations = createRelations(connection)
  const handOvers = createHandOvers({ connection, clock, log, events, contacts, corp, due })
  const background = new Set<Promise<void>>()
  const news = { connection, contacts, events, people, due, groupsOf: ports.groupsOf?.bind(ports) }

  /** Nobody waits for it: the nightly sync does it again. */
  function behind(work: Promise<unknown>, what: string): void {
    const done: Promise<void> = work
      .then(() => undefined)
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, what))
      .finally(() => background.delete(done))
    background.add(done)
  }

  function known(account: string): Corp {
    const found = corps.get(account)
    if (found) return found
    throw new AppError('account.unknown', `'${account}' is no app of a corporation`, {
      fix:
        corps.size === 0 ? 'configure an account with platform wecom, kind app' : `use ${[...corps.keys()].join(', ')}`,
    })
  }

  /** One corporation's failure must not keep the others from being synced. */
  async function syncAll(): Promise<void> {
    for (const account of corps.keys()) {
      try {
        await sync.run(known(account))
      } catch (error) {
        log.error({ account, reason: messageOf(error) }, 'customers not synced, tried again tomorrow')
      }
    }
  }

  async function customerNews(update: Update): Promise<void> {
    if (!isCustomerNews(update)) return
    await applyCustomer(news, update)
    if (update.kind === 'event.customer.transfer-failed') await handOvers.hint(update.account, update.from)
  }

  async function again(): Promise<number> {
    await payFacts({ connection, events })
    return refetch.drain()
  }

  return {
    people,
    relations,
    search: createSearch({ connection, relations, catalogue, events }),
    catalogue,
    handOvers,
    accounts: [...corps.keys()],
    apply(update) {
      if (update.platform !== 'wecom') return undefined
      if (isCustomerNews(update)) return customerNews(update)
      if (update.kind === 'event.corp.tag') {
        const of = corp(update.account)
        if (of) behind(catalogue.refresh(of), 'the corporation’s tags could not be read')
        return undefined
      }
      const leaver = leaverOf(update)
      return leaver === undefined ? undefined : applyStaffLeft(news, update, leaver)
    },
    tag: (pair, tags) =>
      putTags(
        { connection, clock, events, contacts, people, catalogue, mirroring, due },
        corp(pair.account),
        pair,
        tags,
      ),
    settleTags: (account, customer) => mirroring.settle(known(account), [customer], `asked:${clock.now().getTime()}`),
    async syncTags(account) {
      const of = known(account)
      const { conflicts } = await catalogue.prepare(of)
      return { ...(await mirroring.all(of)), conflicts }
    },
    sync: async (account, options) => sync.run(known(account), options),
    syncState: sync.state,
    merged: (gone, into) => moveRelations(connection, gone, into),
    refetch: again,
    ticks: [
      { name: 'customers-sync', every: '10 2 * * *', timeZone, run: syncAll },
      { name: 'customers-refetch', every: '20 seconds', run: again },
      { name: 'customers-hand-over', every: '1 minute', run: () => handOvers.drive() },
    ],
    async close() {
      await refetch.close()
      await Promise.all(background)
    },
  }
}
