import type { Message, ResolvedMessage } from '../../src/core/message.js'
import { createEvents } from '../../src/events/events.js'
import { createGroupSends, type GroupSends } from '../../src/group-sends/group-sends.js'
import { groupSendModels, groupSendRows } from '../../src/group-sends/model.js'
import type { CrashPoint, GroupSendPorts, TargetCustomer, TargetGroup } from '../../src/group-sends/ports.js'
import { type GroupSendSettings, STANDARD } from '../../src/group-sends/settings.js'
import type { NewDelivery } from '../../src/outbox/delivery.js'
import { movableClock, recorder } from '../inbox/setup.js'
import type { TestStore } from '../store/open.js'
import { fakePlatform } from './platform.js'

/** 2026-03-04, a Wednesday, 10:00 in Shanghai. */
export const START = new Date('2026-03-04T02:00:00Z')
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export const group = (n: number, owner: string, about: Partial<TargetGroup> & { labels?: string[] } = {}) => ({
  chatId: `wr${String(n).padStart(4, '0')}`,
  owner,
  name: `${n}群`,
  labels: ['母婴'],
  ...about,
})

export const customer = (n: number, ...staff: string[]): TargetCustomer => ({
  customer: `wm${String(n).padStart(5, '0')}`,
  contact: n.toString(16).padStart(24, '0'),
  staff: staff.map((one, index) => ({ staff: one, since: new Date(START.getTime() - (100 - index) * HOUR) })),
})

export interface Setting {
  groups?: ReturnType<typeof group>[]
  customers?: TargetCustomer[]
  gone?: string[]
  /** Contacts that the house does not write to, with the reason. */
  barred?: Record<string, string>
  settings?: Partial<GroupSendSettings>
  quiet?: (at: Date) => Date | undefined
  transfer?: GroupSendPorts['transferGroups']
}

/** Pushes on a store with a platform in memory. */
export async function world(store: TestStore, setting: Setting = {}) {
  const clock = movableClock(START)
  const platform = fakePlatform(clock)
  const events = createEvents({ connection: store.connection, clock })
  const put = new Map<string, NewDelivery>()
  const touched = new Map<string, { contact: string; purpose: string }>()
  const cards: string[] = []
  const crash: { at?: CrashPoint; after: number } = { after: 0 }
  const log = recorder()
  const { groups = [], customers = [], gone = [], barred = {} } = setting
  const ports = (): GroupSendPorts => ({
    connection: store.connection,
    clock,
    log,
    events,
    settings: { ...STANDARD, ...setting.settings },
    timeZone: 'Asia/Shanghai',
    accounts: ['corp'],
    sender: () => platform.sender,
    resolve: (message: Message) => message as ResolvedMessage,
    missing: (message) => (message.kind === 'article' && message.slug === 'gone' ? "article 'gone'" : undefined),
    problems: () => [],
    groups: {
      async *pages(_account, { labels, chatIds }) {
        const chosen = groups.filter(
          (one) =>
            (!labels && !chatIds) ||
            labels?.some((label) => one.labels.includes(label)) ||
            chatIds?.includes(one.chatId),
        )
        for (let at = 0; at < chosen.length; at += 2) yield chosen.slice(at, at + 2)
      },
    },
    customers: {
      async *pages() {
        for (let at = 0; at < customers.length; at += 700) yield customers.slice(at, at + 700)
      },
    },
    staff: {
      active: async (_account, staff) => new Set(staff.filter((one) => !gone.includes(one))),
      name: (_account, staff) => ({ lihua: '李华', wangfang: '王芳' })[staff],
    },
    mayReach: async (contacts) => contacts.map((contact) => barred[contact]),
    touched: async (touches, { purpose }) => {
      for (const { key, contact } of touches) touched.set(key, { contact, purpose })
    },
    quietUntil: setting.quiet ?? (() => undefined),
    put: async (deliveries) => {
      for (const one of deliveries) if (!put.has(one.key)) put.set(one.key, one)
    },
    updateCard: async (_account, staff, code, label) => void cards.push(`${staff} ${code} ${label}`),
    ...(setting.transfer && { transferGroups: setting.transfer }),
    at: async (point) => {
      if (point !== crash.at || crash.after-- > 0) return
      delete crash.at
      throw new Error(`killed at ${point}`)
    },
  })
  groupSendModels(store.connection)
  await store.ensureIndexes()
  let pushes: GroupSends = createGroupSends({ ...ports(), timing: { lease: 2000 } })
  const rows = groupSendRows(store.connection)
  const facts = async (type: string) => {
    const found = await store.connection.collection('events').find({ type }).toArray()
    return found.map(({ _id }) => String(_id)).toSorted()
  }
  return {
    clock,
    platform,
    put,
    touched,
    cards,
    crash,
    log,
    rows,
    facts,
    get pushes() {
      return pushes
    },
    /** The process ends at a point; another one begins anew. */
    restart() {
      pushes = createGroupSends({ ...ports(), timing: { lease: 2000 } })
    },
    /** Lets time pass and the worker look, in steps, as a clock would. */
    async pass(ms: number, step = 5 * MINUTE) {
      for (let gone_ = 0; gone_ < ms; gone_ += step) {
        clock.pass(Math.min(step, ms - gone_))
        await pushes.tick()
      }
    },
    tick: () => pushes.tick(),
    /** Makes, estimates, approves and starts a push at once. */
    async begin(id: string, definition: Record<string, unknown>) {
      await pushes.create({ id, definition, by: 'ming' })
      await pushes.estimate(id, { by: 'ming' })
      await pushes.approve(id, { by: 'lan' })
      await pushes.start(id, { by: 'lan' })
      await pushes.tick()
    },
    run: async (push: string) => {
      const run = await rows.runs.findOne({ push }, { sort: { dueAt: -1 } })
      if (run === null) throw new Error('no run')
      return run
    },
    task: async (id: RegExp) => {
      const task = await rows.tasks.findOne({ _id: id as unknown as string })
      if (task === null) throw new Error('no task')
      return task
    },
    states: async (push: string) => {
      const found: Record<string, string> = {}
      for await (const { target, state, reason } of rows.targets.find({ push }))
        found[target] = state === 'skipped' ? `skipped ${reason}` : state
      return found
    },
    texts: () =>
      [...put.values()].map(({ to, message }) =>
        message.kind === 'choices' ? `${to}: ${message.head}` : message.kind === 'text' ? `${to}: ${message.text}` : to,
      ),
  }
}

export type World = Awaited<ReturnType<typeof world>>

export async function clean(store: TestStore): Promise<void> {
  for (const rows of Object.values(groupSendRows(store.connection)))
    await (rows as { deleteMany(filter: object): Promise<unknown> }).deleteMany({})
  await store.connection.collection('events').deleteMany({})
  await store.connection.collection('leases').deleteMany({})
}

/** A push to groups that is in order. */
export const deals = (about: Record<string, unknown> = {}) => ({
  name: '周四拼团清单',
  purpose: 'marketing',
  to: { groups: { labels: ['母婴'] } },
  messages: [{ text: '周四拼团，满 2 人成团' }],
  ...about,
})
