import { randomUUID } from 'node:crypto'
import { type Alerts, createAlerts } from '../../src/alerts/alerts.js'
import type { AlertDefinition } from '../../src/alerts/definition.js'
import { alertModel, alertRows } from '../../src/alerts/model.js'
import type { AlertPorts, AlertSettings, ChatText, RobotText } from '../../src/alerts/ports.js'
import { createEvents, type Events } from '../../src/events/events.js'
import { eventRows } from '../../src/events/model.js'
import type { NewDelivery } from '../../src/outbox/delivery.js'
import { outcomeOf } from '../../src/platforms/wecom/outcome.js'
import { movableClock, recorder } from '../inbox/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

/** Half past ten in Shanghai. */
export const MORNING = new Date('2026-03-04T10:30:00+08:00')
export const MINUTE = 60_000
export const HOUR = 3_600_000

export const settings = (change: Partial<AlertSettings> = {}): AlertSettings => ({
  staleAfter: HOUR,
  quietHours: { hours: '22:00-08:00', mode: 'hold' },
  most: { count: 20, within: 10 * MINUTE },
  expireAfter: 2 * HOUR,
  /** The store's own clock ends rows, and the tests' clock is far from it. */
  keep: 10 * 365 * 24 * HOUR,
  robots: { ops: 'robot-key-1' },
  chats: { sales: { name: '售后协同', owner: 'lihua', members: ['wangfang'] } },
  complaintWords: ['投诉'],
  ...change,
})

export const definition = (change: Partial<AlertDefinition> = {}): AlertDefinition => ({
  title: '付款',
  when: ['order.paid'],
  to: { staff: ['lihua'] },
  text: '订单 {orderNo}',
  ...change,
})

/** Alerts on a store of their own, with everything they gave away. */
export interface Bench {
  store: TestStore
  clock: ReturnType<typeof movableClock>
  /** The outbox, as a set of keys. */
  put: Map<string, NewDelivery>
  robot: { key: string; message: RobotText }[]
  chat: { id: string; message: ChatText }[]
  made: unknown[]
  groupSends: Map<string, string>
  log: ReturnType<typeof recorder>
  /** What the next calls of a robot or chat end with; nothing is an answer. */
  faults: (Error | undefined)[]
  outbox: AlertPorts['outbox']
  alerts: Alerts
  /** Another process. */
  another(change?: Partial<AlertPorts>): Alerts
  events(clock?: { now(): Date }): Events
  happened(
    type: string,
    props?: Record<string, unknown>,
    more?: { contact?: string; account?: string },
  ): Promise<string>
  rule(slug: string, change?: Partial<AlertDefinition>): Promise<void>
  texts(): string[]
  reset(): Promise<void>
}

export async function openBench(change: Partial<AlertPorts> = {}): Promise<Bench> {
  const store = await openTestStore()
  const { connection } = store
  createEvents({ connection })
  alertModel(connection, settings().keep)
  await store.ensureIndexes()
  const rows = alertRows(connection)
  const bench = {
    store,
    clock: movableClock(MORNING),
    put: new Map<string, NewDelivery>(),
    robot: [] as Bench['robot'],
    chat: [] as Bench['chat'],
    made: [] as unknown[],
    groupSends: new Map<string, string>(),
    log: recorder(),
    faults: [] as (Error | undefined)[],
  }
  const answer = () => {
    const fault = bench.faults.shift()
    if (fault) throw fault
  }
  const chats = new Map<string, { id: string; name: string; owner: string; members: string[] }>()

  const outbox: AlertPorts['outbox'] = {
    async put(given) {
      const list = Array.isArray(given) ? (given as NewDelivery[]) : [given as NewDelivery]
      return list.map((one) => {
        const known = bench.put.has(one.key)
        if (!known) bench.put.set(one.key, one)
        return known ? 'known' : 'new'
      })
    },
  }

  function another(more: Partial<AlertPorts> = {}): Alerts {
    const clock = { now: () => bench.clock.now() }
    return createAlerts({
      connection,
      settings: settings(),
      timeZone: 'Asia/Shanghai',
      clock,
      leaseClock: clock,
      log: bench.log,
      events: createEvents({ connection, clock }),
      outbox,
      corps: ['corp'],
      client: () => ({
        robots: {
          async send(key, message) {
            bench.robot.push({ key, message })
            answer()
          },
        },
        chats: {
          get: async (id) => chats.get(id),
          async create({ id = '', name = '', owner = '', members }) {
            bench.made.push({ id, name, owner, members })
            answer()
            chats.set(id, { id, name, owner, members: [...members] })
            return id
          },
          async update(id, given) {
            bench.made.push({ id, ...given })
          },
          async send(id, message) {
            bench.chat.push({ id, message })
            answer()
          },
        },
      }),
      outcomeOf,
      files: async () => ({ rules: [], problems: [] }),
      contactOf: async ({ from }) => `c-${from}`,
      staffOf: async (contact) => (contact === 'c1' ? [{ account: 'corp', staff: 'zhaolei' }] : []),
      nameOf: async () => '林小雨',
      async startGroupSend(name, key) {
        bench.groupSends.set(key, name)
      },
      ...change,
      ...more,
    })
  }

  const events = (clock: { now(): Date } = bench.clock) => createEvents({ connection, clock })
  const alerts = another()
  return {
    ...bench,
    outbox,
    alerts,
    another,
    events,
    async happened(type, props = {}, more = {}) {
      const id = randomUUID()
      await events().append([{ source: 'shop-demo', id, type, occurredAt: bench.clock.now(), props, ...more }])
      return id
    },
    async rule(slug, given = {}) {
      const put = await alerts.rules.put(slug, definition(given), { by: 'test' })
      if (put.outcome !== 'stored') throw new Error(JSON.stringify(put))
    },
    texts: () => [...bench.put.values()].map(({ message }) => (message.kind === 'text' ? message.text : message.kind)),
    async reset() {
      for (const collection of Object.values(rows)) await collection.deleteMany({})
      await eventRows(connection).deleteMany({})
      for (const list of [bench.robot, bench.chat, bench.made, bench.faults]) list.length = 0
      bench.put.clear()
      bench.groupSends.clear()
      chats.clear()
      bench.clock.pass(MORNING.getTime() + 7 * 24 * HOUR * ++resets - bench.clock.now().getTime())
    },
  }
}

let resets = 0
