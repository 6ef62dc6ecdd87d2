import { createContacts } from '../../src/contacts/contacts.js'
import { AppError } from '../../src/core/errors.js'
import { silentLogger } from '../../src/core/log.js'
import type { Message, Reply } from '../../src/core/message.js'
import type { DeliveryState } from '../../src/core/outcome.js'
import type { TextMessage, Update } from '../../src/core/update.js'
import { createDesk, type Desk } from '../../src/desk/desk.js'
import type { ConversationRow, EntryRow } from '../../src/desk/model.js'
import type { DeskPorts, RelayPort } from '../../src/desk/ports.js'
import { deskRows } from '../../src/desk/rows.js'
import { type DeskSettings, TEXTS, TIMES } from '../../src/desk/settings.js'
import { createEvents } from '../../src/events/events.js'
import { eventRows } from '../../src/events/model.js'
import type { DeliveryEnd, NewDelivery } from '../../src/outbox/delivery.js'
import type { Connection } from '../../src/store/connect.js'
import { movableClock, recorder } from '../inbox/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

/** A Wednesday, half past ten in Shanghai; far ahead, as the store ends rows by its own clock. */
export const MORNING = new Date('2037-03-04T10:30:00+08:00')
export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR = 3_600_000

export const settings = (change: Partial<DeskSettings> = {}): DeskSettings => ({
  corp: 'corp',
  calendar: {
    timeZone: 'Asia/Shanghai',
    shifts: {
      day: [
        {
          days: [1, 2, 3, 4, 5, 6, 7],
          hours: [
            { from: 9 * 60, to: 12 * 60 },
            { from: 13 * 60, to: 18 * 60 },
          ],
        },
      ],
    },
    holidays: [],
    workdays: [],
  },
  staff: [
    { userid: 'lihua', name: '李华', skills: ['售后'], shifts: ['day'], capacity: 2, supervisor: true },
    { userid: 'wangfang', name: '王芳', skills: ['售前'], shifts: ['day'], capacity: 2, supervisor: false },
  ],
  skills: [
    { name: '售后', tags: ['已下单'], words: ['退货'] },
    { name: '售前', tags: [], words: ['尺码'] },
  ],
  routing: { mode: 'offer', order: 'idle', offerTo: 2, offerFor: MINUTE, keepLast: true },
  times: TIMES,
  texts: TEXTS,
  ...change,
})

/** What staff were told. */
export interface Told {
  what: keyof RelayPort
  id: string
  conversation?: string
  staff?: string | readonly string[]
  text?: string
  more?: string
}

/** A desk on a store of its own, with everything that left it. */
export interface Bench {
  store: TestStore
  clock: ReturnType<typeof movableClock>
  put: Map<string, NewDelivery>
  told: Told[]
  tags: Map<string, string[]>
  log: ReturnType<typeof recorder>
  desk: Desk
  ports: Pick<DeskPorts, 'outbox' | 'relay' | 'events'>
  settings: DeskSettings | undefined
  /** What the outbox was asked for deliveries of unclear end: `again KEY WHO`, `sent KEY WHO`. */
  settled: string[]
  /** The next calls of the relay fail. */
  failing: number
  another(change?: Partial<DeskPorts>): Desk
  /** A follower's text, as the product handles it; gives what they are answered at once. */
  says(words: string, from?: string, about?: Partial<TextMessage>): Promise<string | undefined>
  update(words: string, from?: string, about?: Partial<TextMessage>): TextMessage
  /** Time passes, and the tick runs. */
  passes(ms: number, desk?: Desk): Promise<void>
  open(from?: string): Promise<ConversationRow>
  texts(to?: string): string[]
  /** The deliveries of a message ended. */
  ends(key: string, state: DeliveryState, reason?: string): Promise<void>
  facts(type?: string): Promise<{ type: string; props: Record<string, unknown> }[]>
  rows: ReturnType<typeof deskRows>
  reset(): Promise<void>
}

let count = 0

/** The bot of the tests: 人工客服 is the desk's own word, 退货 hands over, everything else is echoed. */
export const bot = (update: Update): Reply => {
  if (update.kind !== 'message.text') return undefined
  return update.text.startsWith('转') ? { kind: 'hand-over' } : `bot: ${update.text}`
}

export async function openBench(): Promise<Bench> {
  const store = await openTestStore()
  const { connection } = store
  const clock = movableClock(MORNING)
  const events = createEvents({ connection, clock })
  const contacts = createContacts({ connection, clock, log: silentLogger, events })
  const log = recorder()
  const put = new Map<string, NewDelivery>()
  const told: Told[] = []
  const tags = new Map<string, string[]>()

  const tell = async (
    what: keyof RelayPort,
    about: { id: string } & Partial<Parameters<RelayPort['incoming']>[0]> & Record<string, unknown>,
  ) => {
    if (bench.failing > 0) {
      bench.failing -= 1
      throw new Error('the relay is away')
    }
    const { id, conversation, entry, staff, how, why } = about
    const more = [how, why, about['what']].find((one): one is string => typeof one === 'string')
    told.push({
      what,
      id,
      ...(conversation && { conversation: conversation._id }),
      ...(staff !== undefined && { staff: staff as string | readonly string[] }),
      ...(entry && { text: textOf(entry) }),
      ...(more !== undefined && { more }),
    })
  }
  const relay: RelayPort = {
    offered: (about) => tell('offered', about),
    taken: (about) => tell('taken', about),
    incoming: (about) => tell('incoming', about),
    ended: (about) => tell('ended', { ...about, what: about.entry.delivery?.state }),
    released: (about) => tell('released', about),
    alert: (about) => tell('alert', about as never),
  }

  const outbox: DeskPorts['outbox'] = {
    async put(given) {
      for (const one of (Array.isArray(given) ? given : [given]) as NewDelivery[])
        if (!put.has(one.key)) put.set(one.key, one)
    },
    async resend(key, by) {
      const first = put.get(key)
      if (!first) throw new AppError('delivery.unknown', `there is no delivery '${key}'`)
      bench.settled.push(`again ${key} ${by}`)
      const again = `${key}:again`
      if (!put.has(again)) put.set(again, { ...first, key: again, resendOf: key })
    },
    async treatAsSent(key, by) {
      if (!put.has(key)) throw new AppError('delivery.unknown', `there is no delivery '${key}'`)
      bench.settled.push(`sent ${key} ${by}`)
    },
  }

  function another(change: Partial<DeskPorts> = {}): Desk {
    return createDesk({
      connection,
      clock,
      log,
      events,
      outbox,
      contacts: { resolve: contacts.resolve, tagsOf: async (contact) => tags.get(contact) ?? [] },
      settings: async () => bench.settings,
      channelOf: (account) => (account === 'shop' ? 'official-account' : account === 'kf' ? 'kf' : undefined),
      messages: async (keys) =>
        new Map(
          keys.flatMap((key): [string, Message][] => (put.has(key) ? [[key, put.get(key)?.message as Message]] : [])),
        ),
      relay,
      cannedFiles: async () => ({ groups: [], problems: [] }),
      initials: (text) => text,
      ...change,
    })
  }

  const bench = { failing: 0, settled: [] as string[], settings: settings() as DeskSettings | undefined } as Bench
  const desk = another()
  await store.ensureIndexes()
  const rows = deskRows(connection)
  const person = (from: string) => ({ platform: 'official-account' as const, account: 'shop', externalId: from })
  const update = (words: string, from = 'ming', about: Partial<TextMessage> = {}): TextMessage => ({
    kind: 'message.text',
    id: `u${++count}`,
    platform: 'official-account',
    account: 'shop',
    from,
    at: clock.now(),
    text: words,
    ...about,
  })

  return Object.assign(bench, {
    store,
    clock,
    put,
    told,
    tags,
    log,
    desk,
    ports: { outbox, relay, events },
    rows,
    another,
    update,
    async says(words: string, from = 'ming', about: Partial<TextMessage> = {}) {
      const given = update(words, from, about)
      const reply = await desk.handle(given, () => bot(given))
      await desk.idle()
      return typeof reply === 'object' && reply?.kind === 'text' ? reply.text : undefined
    },
    async passes(ms: number, by: Desk = desk) {
      clock.pass(ms)
      await by.ticks[0]?.run()
      await by.idle()
    },
    async open(from = 'ming') {
      const row = await desk.openOf(person(from))
      if (!row) throw new Error(`no open conversation of ${from}`)
      return row
    },
    texts: (to = 'ming') =>
      [...put.values()]
        .filter((one) => one.to === to)
        .map(({ message }) => (message.kind === 'text' ? message.text : message.kind)),
    async ends(key: string, state: DeliveryState, reason?: string) {
      const row = put.get(key)
      if (!row) throw new Error(`nothing was put as ${key}`)
      const end: DeliveryEnd = {
        key,
        account: row.account,
        to: row.to,
        contact: `${row.account}:${row.to}`,
        purpose: row.purpose,
        kind: row.message.kind,
        source: row.source,
        state,
        attempts: 1,
        at: clock.now(),
        ...(row.resendOf !== undefined && { resendOf: row.resendOf }),
        ...(reason !== undefined && { reason }),
      }
      await desk.ended([end])
      await desk.idle()
    },
    async facts(type?: string) {
      const found = await eventRows(connection).find({ source: 'desk' }).sort({ occurredAt: 1 }).toArray()
      return found
        .filter((one) => type === undefined || one.type === type)
        .map(({ type: kind, props }) => ({ type: kind, props }))
    },
    async reset() {
      await desk.idle()
      for (const collection of Object.values(rows)) await (collection as typeof rows.entries).deleteMany({})
      await eventRows(connection).deleteMany({})
      put.clear()
      tags.clear()
      told.length = 0
      log.lines.length = 0
      bench.failing = 0
      bench.settled.length = 0
      bench.settings = settings()
      clock.pass(MORNING.getTime() - clock.now().getTime())
    },
  })
}

function textOf({ content }: EntryRow): string {
  return content.kind === 'text' ? content.text : content.kind
}

export type { Connection }
