import { type Alerts, alertNames, createAlerts } from './alerts/alerts.js'
import { readAlertFiles } from './alerts/files.js'
import { corpAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import { personOf } from './contacts/identity.js'
import type { Answered } from './core/call.js'
import { isPromise } from './core/call.js'
import type { Clock } from './core/clock.js'
import { AppError } from './core/errors.js'
import type { Logger } from './core/log.js'
import type { Message, ResolvedMessage } from './core/message.js'
import type { Update } from './core/update.js'
import { connectGroupSends, startTemplate } from './corp-sends.js'
import { type Customers, createCustomers } from './customers/customers.js'
import { createNewcomers, type Newcomers } from './customers/newcomers.js'
import type { Events } from './events/events.js'
import type { GroupSends } from './group-sends/group-sends.js'
import { createGroups, type Groups } from './groups/groups.js'
import { invitationSecret } from './groups/steer/secret.js'
import { createSteering, type Steering } from './groups/steer/steering.js'
import { createWelcomes, type Welcomes as GroupWelcomes } from './groups/welcomes/welcomes.js'
import type { Tick } from './jobs/scheduler.js'
import type { Library } from './library/library.js'
import type { Outbox } from './outbox/outbox.js'
import type { Reach } from './outbox/reach/reach.js'
import type { Accounts } from './platforms/accounts.js'
import { outcomeOf } from './platforms/wecom/outcome.js'
import type { Segments } from './segments/segments.js'
import type { Store } from './store/connect.js'

/** What the parts around a corporation are connected to. */
export interface CorpPartsPorts {
  config: Pick<
    Config,
    'accounts' | 'alerts' | 'groups' | 'groupSends' | 'joinWays' | 'publicUrl' | 'reach' | 'timeZone'
  >
  contentDir: string
  store: Pick<Store, 'connection' | 'clock'>
  contacts: Contacts
  accounts: Accounts
  events: Events
  library: Library
  outbox: Outbox
  segments: Segments
  reach: Reach
  resolve(message: Message, account: string): ResolvedMessage
  clock: Clock
  log: Logger
}

/** WeCom: customers, their groups, tasks that staff confirm, alerts. */
export interface CorpParts {
  customers: Customers
  newcomers: Newcomers
  groups: Groups
  steering: Steering
  groupWelcomes: GroupWelcomes
  groupSends: GroupSends
  alerts: Alerts
  /** What an update means for them; before the handlers. Undefined: nothing to wait for. */
  apply(update: Update): Promise<unknown> | undefined
  /** Runs the handlers of an update; invitations in their reply become the person's own, a newcomer's reply the welcome. */
  answered(update: Update, handle: () => Answered): Answered
  /** A contact became part of another one. */
  merged(gone: string, into: string): Promise<void>
  /** For the scheduler. */
  ticks: Tick[]
  close(): Promise<void>
}

/** The configured corporations that have a client, as customers take them. */
export function customerCorps(config: Pick<Config, 'accounts'>, accounts: Pick<Accounts, 'corp'>) {
  return corpAccounts(config).flatMap(([account, { mirrorTags, mirrorTagGroup }]) => {
    const client = accounts.corp(account)
    if (!client) return []
    const { contacts, tags, transfer, groups } = client
    return [{ account, contacts, tags, transfer, groups, mirrorTags, mirrorTagGroup }]
  })
}

/** The same, as the roster of groups takes them. */
export function rosterCorps(config: Pick<Config, 'accounts'>, accounts: Pick<Accounts, 'corp'>) {
  return {
    ids: () => corpAccounts(config).map(([id]) => id),
    find(account: string) {
      const client = accounts.corp(account)
      return client && { groups: client.groups, staff: () => client.contacts.followUsers() }
    },
  }
}

/** Connects them. Make them before `ensureIndexes`. */
export async function connectCorpParts(ports: CorpPartsPorts): Promise<CorpParts> {
  const { config, contentDir, store, contacts, accounts, events, library, outbox, segments, resolve, clock, log } =
    ports
  const { connection } = store
  const { timeZone } = config
  const corps = corpAccounts(config).map(([id]) => id)
  const base = { connection, clock, log, events, timeZone }

  const customers = createCustomers({
    ...base,
    contacts,
    corps: customerCorps(config, accounts),
    groupsOf: async (account, staff) => (await groups.ofOwner(account, staff)).length,
  })
  const groups = createGroups({
    ...base,
    learn: (batch) => customers.people.learn(batch),
    sizes: config.groups,
    corps: rosterCorps(config, accounts),
  })
  const steering = createSteering({
    ...base,
    dir: contentDir,
    roster: groups,
    contacts,
    corps,
    api: (account) => accounts.corp(account)?.joinWays,
    fullAt: config.joinWays.fullAt,
    lifeMs: config.joinWays.lasts,
    inSegment: (slug, contact, at) => inSegment(segments, slug, contact, at),
    statesOf: async (contact) =>
      (await customers.relations.ofContact(contact)).flatMap(({ state }) => (state === undefined ? [] : [state])),
    publicUrl: config.publicUrl,
    secret: await invitationSecret(connection),
    platform: (account) => accounts.find(account)?.platform,
    resolve,
  })
  const groupWelcomes = createWelcomes({
    connection,
    clock,
    dir: contentDir,
    corps,
    resolve,
    api(account) {
      const client = accounts.corp(account)
      const prepare = (messages: readonly ResolvedMessage[]) =>
        client?.customerMessages.prepare(messages, 'group-welcome')
      return client && { ...client.groupWelcomes, prepare: (messages) => certain(prepare(messages)) }
    },
  })
  const newcomers = createNewcomers({
    ...base,
    contentDir,
    accounts: corps,
    source: (account) => accounts.corp(account)?.contactWaySource,
    sender: (account) => accounts.corp(account)?.customerWelcome,
    contact: contacts.resolve,
    known: contacts.find,
    people: {
      nameOf: async ({ account, customer }) => (await accounts.corp(account)?.contacts.get(customer))?.customer.name,
      tag: customers.tag,
      remark: async ({ account, staff, customer }, remark) =>
        accounts.corp(account)?.contacts.remark(staff, customer, { remark }),
    },
    async resolve(message, { account, customer, state }) {
      if (message.kind !== 'invitation') return [resolve(message, account)]
      const at = clock.now()
      const about = { key: `welcome:${account}:${customer}:${at.getTime()}`, at, ...(state !== undefined && { state }) }
      return steering.inviteResolved(message.name, { platform: 'wecom', account, externalId: customer }, about)
    },
  })
  const groupSends = connectGroupSends({ ...ports, ...base, customers, groups })
  const names = alertNames({ settings: config.alerts, corps })
  const alerts = createAlerts({
    ...base,
    settings: config.alerts,
    leaseClock: store.clock,
    outbox,
    corps,
    client: accounts.corp,
    outcomeOf,
    files: () => readAlertFiles(contentDir, names),
    async contactOf(update) {
      const person = personOf(update)
      return person && contacts.resolve(person, update.at)
    },
    staffOf: async (contact) =>
      (await customers.relations.ofContact(contact)).flatMap(({ account, staff, live, absentAt }) =>
        live && absentAt === undefined ? [{ account, staff }] : [],
      ),
    async nameOf(contact) {
      const name = (await contacts.get(contact))?.profile['nickname']
      return typeof name === 'string' ? name : undefined
    },
    startGroupSend: (name, key) => startTemplate({ groupSends, contentDir, library, segments }, name, key),
  })
  const parts = [customers, newcomers, groups, groupSends, alerts]

  return {
    customers,
    newcomers,
    groups,
    steering,
    groupWelcomes,
    groupSends,
    alerts,
    apply(update) {
      const waits: Promise<void>[] = []
      for (const part of parts) {
        const wait = part.apply(update)
        if (wait !== undefined) waits.push(wait)
      }
      return waits.length === 0 ? undefined : Promise.all(waits)
    },
    answered: (update, handle) =>
      newcomers.answered(update, () => {
        const answer = handle()
        if (isPromise(answer)) return answer.then((reply) => steering.settling.reply(update, reply))
        return steering.settling.reply(update, answer)
      }),
    async merged(gone, into) {
      await customers.merged(gone, into)
      await steering.personalData.merged(gone, into)
    },
    ticks:
      corps.length === 0
        ? []
        : [
            ...customers.ticks,
            ...newcomers.ticks,
            ...groups.ticks,
            ...steering.ticks,
            ...groupSends.ticks,
            ...alerts.ticks,
          ],
    async close() {
      await newcomers.close()
      await groupSends.close()
      await customers.close()
    },
  }
}

/** Whether a contact belongs to a segment; rejects with AppError `segment.unknown`. */
async function inSegment(segments: Segments, slug: string, contact: string, at: Date): Promise<boolean> {
  const found = await segments.find(slug)
  if (!found) throw new AppError('segment.unknown', `there is no segment '${slug}'`, { fix: 'see content/segments' })
  return segments.match(found.rule, contact, at)
}

/** A value that the caller has made sure of. */
async function certain<T>(value: Promise<T> | undefined): Promise<T> {
  if (value === undefined) throw new AppError('account.unknown', 'the account is no app of a corporation')
  return value
}
