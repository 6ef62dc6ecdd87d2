import { corpAccounts, kfAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import type { Windows } from './contacts/windows.js'
import type { Answered } from './core/call.js'
import type { Clock } from './core/clock.js'
import { AppError } from './core/errors.js'
import type { Logger } from './core/log.js'
import type { Choices } from './core/message.js'
import type { Update } from './core/update.js'
import type { CorpParts } from './corp-parts.js'
import { initials } from './desk/canned/pinyin.js'
import { besideConsole } from './desk/console-staff.js'
import { createDesk, type Desk } from './desk/desk.js'
import { createDeskFiles } from './desk/files.js'
import { keptSettings } from './desk/kept-settings.js'
import type { DeskChannel, EntryMedia } from './desk/model.js'
import { createOffice, type Office } from './desk/office/office.js'
import { noRelay } from './desk/ports.js'
import { createMediaLinks, type MediaLinks } from './desk/relay/links.js'
import { createRelay, type Relay } from './desk/relay/relay.js'
import { deskRows } from './desk/rows.js'
import type { Events } from './events/events.js'
import { invitationSecret } from './groups/steer/secret.js'
import type { Tick } from './jobs/scheduler.js'
import type { Library } from './library/library.js'
import type { DeliveryEnd } from './outbox/delivery.js'
import type { Outbox } from './outbox/outbox.js'
import { deliveries } from './outbox/queue.js'
import type { Accounts } from './platforms/accounts.js'
import { orderRows } from './shop/model.js'
import { createSidebar, type Sidebar } from './sidebar/sidebar.js'
import type { Connection } from './store/connect.js'

/** What the desk and the side bar are connected to. */
export interface DeskPartsPorts {
  config: Pick<Config, 'accounts' | 'publicUrl' | 'sidebar' | 'timeZone'>
  contentDir: string
  connection: Connection
  contacts: Contacts
  windows: Windows
  accounts: Accounts
  corp: CorpParts
  events: Events
  library: Library
  outbox: Outbox
  clock: Clock
  log: Logger
}

/** Staff at work: the desk where conversations queue, and the side bar beside WeCom's chats. */
export interface DeskParts {
  desk: Desk
  /** The desk for people of the console. */
  office: Office
  bar: Sidebar
  /** Staff in WeCom; undefined without a corporation. */
  relay: Relay | undefined
  /** Addresses of files that the other side's platform did not take. */
  links: MediaLinks
  /** What an update means for them; before the handlers. Undefined: nothing to wait for. */
  apply(update: Update): Promise<unknown> | undefined
  /** Goes round the bot: staff who write to the app, people whom staff serve. Only `handle` while there is no desk. */
  answered(update: Update, handle: () => Answered, about?: { first?: boolean }): Answered
  /** What is said at the end of a conversation that staff held in the client of 微信客服: a vote. */
  wordsFor(occasion: { kind: string; account: string; customer: string; staff?: string }): Promise<Choices | undefined>
  /** How deliveries ended. */
  ended(ends: readonly DeliveryEnd[]): Promise<void>
  /** For the scheduler. */
  ticks: Tick[]
  close(): Promise<void>
}

/** Connects them. Make them before `ensureIndexes`. */
export async function connectDeskParts(ports: DeskPartsPorts): Promise<DeskParts> {
  const { config, contentDir, connection, contacts, accounts, corp, events, library, outbox, clock, log } = ports
  const { timeZone, publicUrl } = config
  const files = createDeskFiles({ dir: contentDir, timeZone, log })
  const kept = keptSettings({ connection, clock, log, timeZone, files })
  const desks = kfAccounts(config)
  const nameOf = async (contact: string) => {
    const name = (await contacts.get(contact))?.profile['nickname']
    return typeof name === 'string' ? name : undefined
  }
  const tagsOf = async (contact: string) => (await contacts.get(contact))?.tags ?? []
  const media = {
    fetch: (account: string, one: EntryMedia) => mediaOf(account).fetch(one),
    put: (account: string, type: 'image' | 'voice' | 'video', bytes: Buffer) => mediaOf(account).put(type, bytes),
  }
  const links = createMediaLinks({
    publicUrl,
    secret: Buffer.from(await invitationSecret(connection)).toString('base64'),
    clock,
    media,
  })
  /** Staff sit in the first corporation; without one they use the API. */
  const [staffCorp] = corpAccounts(config).map(([id]) => id)
  const relay =
    staffCorp === undefined
      ? undefined
      : createRelay({
          connection,
          clock,
          log,
          timeZone,
          corp: staffCorp,
          desk: () => desk,
          outbox,
          windows: ports.windows,
          async updateCard(staff, responseCode, label) {
            await accounts.corp(staffCorp)?.messages.updateCard({ staff: [staff] }, responseCode, { label })
          },
          media,
          links,
          nameOf,
          tagsOf,
          ordersOf: (contact, number) => orderLines(connection, contact, number),
          slugs: (kind) => (kind === 'card' ? library.cards() : library.articles()).map(({ slug }) => slug),
        })

  const desk = createDesk({
    connection,
    clock,
    log,
    events,
    outbox,
    contacts: { resolve: contacts.resolve, tagsOf },
    settings: kept.settings,
    cannedFiles: files.canned,
    initials,
    channelOf,
    async messages(keys) {
      const rows = await deliveries(connection)
        .find({ _id: { $in: [...keys] } }, { projection: { message: 1 } })
        .toArray()
      return new Map(rows.map(({ _id, message }) => [_id, message]))
    },
    relay: relay ? besideConsole(relay) : noRelay,
  })
  const office = createOffice({
    rows: deskRows(connection),
    desk,
    settings: kept,
    clock,
    windows: ports.windows,
    corp: staffCorp,
    async profileOf(contact) {
      const profile = (await contacts.get(contact))?.profile ?? {}
      const [name, picture] = [textOf(profile['nickname']), textOf(profile['avatar'])]
      return { ...(name && { name }), ...(picture && { picture }) }
    },
    async valuesOf(contact) {
      const [name, values] = await Promise.all([nameOf(contact), orderValues(connection, contact)])
      return { ...values, ...(name !== undefined && { name }) }
    },
    initials,
    putPicture: (account, bytes) => media.put(account, 'image', bytes),
    content: { link: links.of, cards: library.cards, articles: library.articles },
  })
  const bar = createSidebar({
    connection,
    clock,
    log,
    contacts,
    events,
    customers: corp.customers,
    library,
    windows: ports.windows,
    corps: corpAccounts(config).flatMap(([account, { corpid, agentId }]) => {
      const client = accounts.corp(account)
      const deskAccounts = desks.flatMap(([id, kf]) => (kf.corp === account ? [id] : []))
      return client ? [{ account, corpid, agentId, logins: client.logins, jsSdk: client.jsSdk, deskAccounts }] : []
    }),
    config: config.sidebar,
    publicUrl,
    timeZone,
    desk,
    canned: desk.canned,
    groups: corp.groups,
    initials,
    accountName: (account) => account,
    orders: (people, limit) =>
      orderRows(connection)
        .find({ contact: { $in: [...people] } })
        .sort({ createdAt: -1 })
        .limit(limit)
        .toArray(),
    joinWays: async () =>
      (await corp.steering.ways.list()).map(({ definition, account, qrCode, room, groups, turn }) => ({
        name: definition.slug,
        title: definition.title,
        account,
        ...(qrCode !== undefined && { picture: qrCode }),
        room,
        groups: groups.map(({ chatId }) => chatId),
        ...(turn.open[0] !== undefined && { current: turn.open[0] }),
      })),
  })
  await kept.settings()

  /** Customers of an app reach us only at its customer-service accounts. */
  function channelOf(account: string): DeskChannel | undefined {
    if (desks.some(([id]) => id === account)) return 'kf'
    const platform = accounts.find(account)?.platform
    return platform === 'wecom' ? undefined : platform
  }

  function mediaOf(account: string) {
    const found = accounts.media(account)
    if (found) return found
    throw new AppError('account.unknown', `the account '${account}' has no media`)
  }

  return {
    desk,
    office,
    bar,
    relay,
    links,
    apply(update) {
      const staffed = desk.apply(update)
      const left = bar.apply(update)
      return staffed && left ? Promise.all([staffed, left]) : (staffed ?? left)
    },
    answered(update, handle, about) {
      if (!kept.isOpen()) return handle()
      const served = () => desk.handle(update, handle, about)
      return relay ? relay.handle(update, served) : served()
    },
    async wordsFor({ kind, account, customer, staff }) {
      if (kind !== 'ended' || !kept.isOpen()) return undefined
      const person = { platform: 'wecom', account, externalId: customer } as const
      return desk.endedElsewhere({ person, ...(staff !== undefined && { staff }) })
    },
    ended: (ends) => (kept.isOpen() ? desk.ended(ends) : Promise.resolve()),
    ticks: [...desk.ticks, ...(relay?.ticks ?? [])].map((tick) => ({
      ...tick,
      run: async () => (kept.isOpen() ? tick.run() : undefined),
    })),
    async close() {
      await relay?.close()
      await desk.idle()
    },
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

/** What canned replies may name of a person's orders: the newest that has a parcel, else the newest. */
async function orderValues(connection: Connection, contact: string): Promise<{ order?: string; tracking?: string }> {
  const rows = await orderRows(connection).find({ contact }).sort({ createdAt: -1 }).limit(20).toArray()
  const found = rows.find(({ order }) => (order.shipments ?? []).length > 0) ?? rows[0]
  const tracking = found?.order.shipments?.at(-1)?.trackingNo
  return { ...(found && { order: found.orderNo }), ...(tracking !== undefined && { tracking }) }
}

/** A person's latest orders, a line each, for staff. */
async function orderLines(connection: Connection, contact: string, number?: string): Promise<string[]> {
  const rows = await orderRows(connection)
    .find({ contact, ...(number !== undefined && { orderNo: number }) })
    .sort({ createdAt: -1 })
    .limit(number === undefined ? 5 : 1)
    .toArray()
  return rows.map(({ orderNo, order, createdAt }) => {
    const goods = (order.items ?? []).map(({ name, sku, qty }) => `${name ?? sku}×${qty}`).join('、')
    const yuan = ((order.paidFen ?? order.totalFen ?? 0) / 100).toFixed(2)
    return `${orderNo} · ${createdAt.toISOString().slice(0, 10)} · ¥${yuan} · ${goods}`
  })
}
