import type { WindowState } from '../../../src/contacts/windows.js'
import type { StaffCardPressed, StaffContent, StaffMessage } from '../../../src/core/corp-update.js'
import { AppError } from '../../../src/core/errors.js'
import type { Message, Reply } from '../../../src/core/message.js'
import type { ConversationRow, EntryContent, EntryRow } from '../../../src/desk/model.js'
import { relayModel, relayRows } from '../../../src/desk/relay/model.js'
import type { DeskAnswer, DeskMember, RelayDesk, RelayPorts } from '../../../src/desk/relay/ports.js'
import { createRelay, type Relay } from '../../../src/desk/relay/relay.js'
import type { NewDelivery } from '../../../src/outbox/delivery.js'
import { movableClock, recorder } from '../../inbox/setup.js'
import { openTestStore, type TestStore } from '../../store/open.js'

/** Half past ten in Shanghai. */
export const MORNING = new Date('2026-03-04T10:30:00+08:00')

/** A conversation that waits in the queue. */
export function conversation(id: string, change: Partial<ConversationRow> = {}): ConversationRow {
  const externalId = `o-${id}`
  return {
    _id: id,
    key: `official-account:shop:${externalId}`,
    person: { platform: 'official-account', account: 'shop', externalId },
    contact: `c-${id}`,
    account: 'shop',
    channel: 'official-account',
    state: 'queued',
    open: true,
    version: 1,
    seq: 0,
    createdAt: MORNING,
    priority: 0,
    queuedAt: MORNING,
    ...change,
  }
}

const MEMBERS: DeskMember[] = [
  { userid: 'lihua', name: '李华', skills: ['售前'], capacity: 5, online: true, load: 0 },
  { userid: 'wangfang', name: '王芳', skills: ['售后'], capacity: 5, online: true, load: 0 },
  { userid: 'zhangwei', name: '张伟', skills: [], capacity: 5, online: false, load: 0 },
]

/** A desk in memory that keeps the promises of the real one: what is asked twice is done once. */
export function fakeDesk(clock: { now(): Date }) {
  const rows = new Map<string, ConversationRow>()
  const entries = new Map<string, EntryRow[]>()
  const said = new Map<string, { conversation: string; content: EntryContent }>()
  const notes = new Map<string, string>()
  const presence: string[] = []
  const settled = new Map<string, 'again' | 'sent'>()
  const settlings: string[] = []
  const hooks: { settle?: (about: { key: string; choice: 'again' | 'sent'; staff: string }) => Promise<unknown> } = {}
  let told: Relay | undefined
  let full = false
  const mine = (id: string, staff: string): DeskAnswer => {
    const row = rows.get(id)
    if (!row) return { outcome: 'refused', reason: 'unknown' }
    if (row.state === 'closed') return { outcome: 'refused', reason: 'closed', conversation: row }
    if (!row.held || row.staff !== staff) return { outcome: 'refused', reason: 'not-yours', conversation: row }
    return { outcome: 'done', conversation: row }
  }
  async function end(
    id: string,
    staff: string,
    why: 'closed' | 'transferred' | 'bot',
    change: Partial<ConversationRow>,
  ) {
    const answer = mine(id, staff)
    if (answer.outcome === 'refused') return answer
    const { held: _, ...rest } = answer.conversation
    const row: ConversationRow = { ...rest, ...change }
    rows.set(id, row)
    await told?.released({ id: `${id}:${why}`, conversation: row, staff, why })
    return { outcome: 'done', conversation: row } as const
  }
  const desk: RelayDesk = {
    async accept({ conversation: id, staff, force }) {
      const row = rows.get(id)
      if (!row) return { outcome: 'refused', reason: 'unknown' }
      if (row.held && row.staff !== staff) return { outcome: 'refused', reason: 'taken', conversation: row }
      if (full && force !== true) return { outcome: 'refused', reason: 'full', conversation: row }
      if (!row.held) hold(id, staff)
      const held = rows.get(id) ?? row
      await told?.taken({ id: `${id}:taken`, conversation: held, staff, how: 'accepted' })
      return { outcome: 'done', conversation: held }
    },
    async say({ conversation: id, staff, content, key }) {
      const answer = mine(id, staff)
      if (answer.outcome === 'refused') return answer
      if (!said.has(key)) said.set(key, { conversation: id, content })
      return { outcome: 'done' }
    },
    async note({ conversation: id, staff, text, key }) {
      const answer = mine(id, staff)
      if (answer.outcome === 'done') notes.set(key, text)
      return answer
    },
    transfer: async ({ conversation: id, staff, to }) =>
      end(id, staff, 'transferred', typeof to === 'string' ? { staff: to } : { skill: to.skill, state: 'queued' }),
    close: async ({ conversation: id, staff }) => end(id, staff, 'closed', { state: 'closed', closedBy: 'staff' }),
    toBot: async ({ conversation: id, staff }) => end(id, staff, 'bot', { state: 'bot' }),
    async settle({ entry, staff, choice }) {
      const known = settled.get(entry)
      if (known !== undefined && known !== choice) return { outcome: 'refused', reason: 'settled', choice: known }
      if (known === undefined) settlings.push(`${choice} ${entry} ${staff}`)
      settled.set(entry, choice)
      await hooks.settle?.({ key: entry.replace(/^out:/, ''), choice, staff })
      return { outcome: 'done', choice }
    },
    setPresence: async ({ staff, state }) => presence.push(`${staff} ${state}`),
    find: async (id) => rows.get(id),
    held: async (staff) => [...rows.values()].filter((row) => row.held && row.staff === staff),
    byNumber: async (staff, number) =>
      [...rows.values()].find((row) => row.held && row.staff === staff && row.number === number),
    entries: async (id, { limit = 50 } = {}) => (entries.get(id) ?? []).slice(-limit),
    members: async () => MEMBERS,
  }
  function hold(id: string, staff: string): ConversationRow {
    const row = rows.get(id) ?? conversation(id)
    const number = row.number ?? [...rows.values()].filter((one) => one.staff === staff).length + 1
    const held: ConversationRow = { ...row, state: 'staff', staff, held: true, number, takenAt: clock.now() }
    rows.set(id, held)
    return held
  }
  return {
    /** What was settled: `again ENTRY WHO`, `sent ENTRY WHO`; and what else shall happen then. */
    settlings,
    hooks,
    desk,
    rows,
    said,
    notes,
    presence,
    hold,
    tell(relay: Relay) {
      told = relay
    },
    fill(value: boolean) {
      full = value
    },
    queue(id: string, change: Partial<ConversationRow> = {}) {
      const row = conversation(id, change)
      rows.set(id, row)
      return row
    },
    /** Something that was said, as the desk keeps it. */
    entry(id: string, content: EntryContent | string, change: Partial<EntryRow> = {}): EntryRow {
      const list = entries.get(id) ?? []
      const seq = list.length + 1
      const row: EntryRow = {
        _id: `e-${id}-${seq}`,
        conversation: id,
        key: rows.get(id)?.key ?? '',
        seq,
        at: clock.now(),
        direction: 'in',
        by: 'customer',
        content: typeof content === 'string' ? { kind: 'text', text: content } : content,
        expiresAt: new Date(clock.now().getTime() + 180 * 86_400_000),
        ...change,
      }
      entries.set(id, [...list, row])
      return row
    },
    sayings: () =>
      [...said.values()].map(
        ({ conversation: id, content }) => `${id}: ${content.kind === 'text' ? content.text : content.kind}`,
      ),
    clear() {
      settled.clear()
      settlings.length = 0
      for (const map of [rows, entries, said, notes]) map.clear()
      presence.length = 0
      full = false
    },
  }
}

/** A relay on a store of its own, with everything it gave away. */
export async function openBench(change: Partial<RelayPorts> = {}) {
  const store: TestStore = await openTestStore()
  const { connection } = store
  relayModel(connection)
  await store.ensureIndexes()
  const rows = relayRows(connection)
  const clock = movableClock(MORNING)
  const log = recorder()
  const fake = fakeDesk(clock)
  const put = new Map<string, NewDelivery>()
  const acts: string[] = []
  const updated: { staff: string; code: string; label: string }[] = []
  const uploads: string[] = []
  const faults: (Error | undefined)[] = []
  const windows: { state: WindowState } = { state: { open: [], unexpired: false } }
  const relays: Relay[] = []

  const ports: RelayPorts = {
    connection,
    clock,
    log,
    timeZone: 'Asia/Shanghai',
    corp: 'corp',
    desk: () => fake.desk,
    outbox: {
      async put(given) {
        for (const one of Array.isArray(given) ? (given as NewDelivery[]) : [given as NewDelivery])
          if (!put.has(one.key)) put.set(one.key, one)
      },
      async cancelOne(key) {
        acts.push(`cancel ${key}`)
        return put.delete(key)
      },
    },
    async updateCard(staff, code, label) {
      if (updated.some((one) => one.code === code)) throw new AppError('wecom.request', 'the code was used')
      updated.push({ staff, code, label })
    },
    windows: { of: async () => windows.state },
    media: {
      async fetch(account, { mediaId = '', url = '' }) {
        const fault = faults.shift()
        if (fault) throw fault
        return { bytes: Buffer.from(`${account}/${mediaId}${url}`), contentType: 'image/png' }
      },
      async put(account, type, bytes) {
        uploads.push(`${account} ${type} ${bytes}`)
        return `up-${account}-${bytes}`
      },
    },
    links: {
      of: (account, { mediaId, url }) => (mediaId === undefined ? url : `https://bot.example/m/${account}/${mediaId}`),
    },
    nameOf: async (contact) => (contact === 'c-b' ? '陈晨' : '林小雨'),
    tagsOf: async () => ['VIP', '母婴'],
    ordersOf: async (_, number) => (number === 'A9' ? [] : ['A10086 已付款 ￥59']),
    slugs: (kind) => (kind === 'card' ? ['coupon', 'shop-home'] : ['returns-guide']),
    ...change,
  }

  function another(more: Partial<RelayPorts> = {}): Relay {
    const relay = createRelay({ ...ports, ...more })
    relays.push(relay)
    return relay
  }

  let count = 0
  const at = () => clock.now()
  const relay = another()
  fake.tell(relay)
  const bench = {
    store,
    clock,
    log,
    fake,
    put,
    acts,
    updated,
    uploads,
    faults,
    windows,
    rows,
    relay,
    ports,
    another,
    message(from: string, content: StaffContent | string, id = `u${++count}`): StaffMessage {
      const said: StaffContent = typeof content === 'string' ? { kind: 'text', text: content } : content
      return { kind: 'staff.message', id, platform: 'wecom', account: 'corp', from, at: at(), content: said }
    },
    press(from: string, key: string, id = `p${++count}`): StaffCardPressed {
      const card = {
        key,
        task: 't',
        card: 'button_interaction',
        responseCode: `press-${id}`,
        selected: {},
        menu: false,
      }
      return { kind: 'staff.card', id, platform: 'wecom', account: 'corp', from, at: at(), ...card }
    },
    /** What the app answers to what a member writes. */
    async writes(from: string, content: StaffContent | string, id?: string): Promise<string | undefined> {
      return words(await relay.handle(bench.message(from, content, id), () => undefined))
    },
    async presses(from: string, key: string, id?: string): Promise<Message | undefined> {
      return (await relay.handle(bench.press(from, key, id), () => undefined)) as Message | undefined
    },
    /** Time goes by until nothing waits any more. */
    async settle(of: Relay = relay) {
      for (;;) {
        await of.run()
        if ((await rows.lines.countDocuments({ state: 'new' })) === 0) return
        clock.pass(1000)
      }
    },
    /** What came to a member, in words. */
    chat: (staff: string) => [...put.values()].filter(({ to }) => to === staff).map(({ message }) => words(message)),
    card: (staff: string) =>
      [...put.values()].findLast(({ to, message }) => to === staff && message.kind === 'choices'),
    async reset() {
      await bench.settle()
      for (const collection of Object.values(rows)) await collection.deleteMany({})
      for (const list of [acts, updated, uploads, faults]) list.length = 0
      put.clear()
      fake.clear()
      windows.state = { open: [], unexpired: false }
      fake.tell(relay)
      clock.pass(3_600_000)
    },
    async dispose() {
      for (const one of relays) await one.close()
      await store.dispose()
    },
  }
  return bench
}

export type Bench = Awaited<ReturnType<typeof openBench>>

/** A reply as a person sees it. */
export function words(reply: Reply | Message): string | undefined {
  if (reply === undefined || typeof reply === 'string') return reply || undefined
  switch (reply.kind) {
    case 'text':
      return reply.text
    case 'choices':
      return `${reply.head} [${reply.items.map(({ text }) => text).join(' | ')}] ${reply.tail}`
    case 'image':
    case 'voice':
    case 'video':
      return `<${reply.kind} ${'mediaId' in reply.media ? reply.media.mediaId : ''}>`
    case 'link':
    case 'mini-program':
      return `<${reply.kind} ${reply.title}>`
    default:
      return `<${reply.kind}>`
  }
}
