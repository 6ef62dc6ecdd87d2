import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createClock } from '../../simulator/clock.js'
import { demoCorp } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import type { Logger } from '../../src/core/log.js'
import { silentLogger } from '../../src/core/log.js'
import type { Message, ResolvedMessage } from '../../src/core/message.js'
import { createEvents } from '../../src/events/events.js'
import { createGroupSends, type GroupSends } from '../../src/group-sends/group-sends.js'
import { groupSendModels, groupSendRows } from '../../src/group-sends/model.js'
import { STANDARD } from '../../src/group-sends/settings.js'
import { createHttpClient, type HttpClient } from '../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { createWecomClient, type WecomClient } from '../../src/platforms/wecom/client.js'
import { createGroupSender } from '../../src/platforms/wecom/group-sender.js'
import { movableClock } from '../inbox/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { clean, deals, MINUTE, START } from './setup.js'

/** The real client and adapter against the simulated platform, tap for tap. */

const log: Logger = silentLogger
let store: TestStore
let simulator: Simulator
let http: HttpClient
let client: WecomClient
let clock: ReturnType<typeof movableClock>
let pushes: GroupSends
let groups: { chatId: string; owner: string; name: string }[]

beforeAll(async () => {
  store = await openTestStore()
  groupSendModels(store.connection)
  await store.ensureIndexes()
})
afterAll(() => store.dispose())

beforeEach(async () => {
  clock = movableClock(START)
  simulator = await startSimulator({
    port: 0,
    accounts: [],
    corps: [{ ...demoCorp, callbackUrl: 'http://127.0.0.1:9/wecom/corp', cap: 'day' }],
    clock: createClock(() => clock.now().getTime()),
  })
  const corp = simulator.control.corp()
  for (const [owner, name] of [
    ['lihua', '母婴1群'],
    ['lihua', '母婴2群'],
    ['wangfang', '母婴3群'],
  ] as const)
    corp.staffAct(owner, 'create-group', { name, members: ['zhangwei'] })
  groups = corp.groups().groups.map(({ id, owner, name }) => ({ chatId: id, owner, name }))
  http = createHttpClient()
  client = createWecomClient({
    corpid: demoCorp.corpid,
    agentId: demoCorp.agentId,
    secret: demoCorp.secret,
    apiBase: simulator.url,
    http,
    tokenStore: createMemoryTokenStore(clock),
    clock,
    log,
    wait: async () => undefined,
  })
  const sender = createGroupSender({
    client,
    messages: {
      prepare: async (messages: readonly ResolvedMessage[]) => ({
        text: messages.flatMap((one) => (one.kind === 'text' ? [one.text] : [])).join('\n'),
      }),
    },
  })
  pushes = createGroupSends({
    connection: store.connection,
    clock,
    log,
    events: createEvents({ connection: store.connection, clock }),
    settings: STANDARD,
    timeZone: 'Asia/Shanghai',
    accounts: ['corp'],
    sender: () => sender,
    resolve: (message: Message) => message as ResolvedMessage,
    missing: () => undefined,
    problems: () => [],
    groups: {
      async *pages() {
        yield groups
      },
    },
    customers: {
      async *pages() {
        yield []
      },
    },
    staff: { active: async (_account, staff) => new Set(staff) },
    mayReach: async (contacts) => contacts.map(() => undefined),
    touched: async () => undefined,
    quietUntil: () => undefined,
    put: async () => undefined,
  })
})
afterEach(async () => {
  await pushes.close()
  await http.close()
  await simulator.close()
  await clean(store)
})

const begin = async (id: string, definition: Record<string, unknown>) => {
  await pushes.create({ id, definition, by: 'ming' })
  await pushes.estimate(id, { by: 'ming' })
  await pushes.approve(id, { by: 'lan' })
  await pushes.start(id, { by: 'lan' })
  await pushes.tick()
}
const pass = async (ms: number) => {
  for (let gone = 0; gone < ms; gone += MINUTE) {
    clock.pass(MINUTE)
    await pushes.tick()
  }
}
const tableOf = async (id: string) => {
  const [run] = (await pushes.show(id)).runs
  return pushes.table(id, run?.occurrence ?? '')
}

describe('against the simulated platform', () => {
  test('two owners get a task each, one confirms, one is reminded and confirms, and the table is right', async () => {
    const corp = simulator.control.corp()
    await begin('deals', deals({ to: { groups: { all: true } }, remindAfter: ['10m'] }))
    expect((await tableOf('deals')).tasks.map(({ staff, words }) => [staff, words])).toEqual([
      ['lihua', '待成员确认'],
      ['wangfang', '待成员确认'],
    ])
    clock.pass(MINUTE)
    const [first] = corp.staffTasks('lihua')
    corp.staffAct('lihua', 'send', { task: first?.id ?? '' })
    await pass(11 * MINUTE)
    const half = await tableOf('deals')
    expect(half.totals.targets).toEqual({ sent: 2, waiting: 1 })
    expect(half.tasks.map(({ staff, state, reminders }) => [staff, state, reminders.length])).toEqual([
      ['lihua', 'done', 0],
      ['wangfang', 'made', 1],
    ])
    const [second] = corp.staffTasks('wangfang')
    expect(second?.reminded).toBe(1)
    corp.staffAct('wangfang', 'send', { task: second?.id ?? '' })
    await pass(31 * MINUTE)
    const ended = await tableOf('deals')
    expect(ended.totals).toMatchObject({ targets: { sent: 3 }, members: { confirmed: 2 }, tasks: { done: 2 } })
    expect(ended.run.state).toBe('done')
  })

  test('an answer that is lost after the task was made leads to no second task', async () => {
    const create = client.groupSend.create
    let lost = 0
    client.groupSend.create = async (...given) => {
      const made = await create(...given)
      lost += 1
      if (lost > 1) return made
      throw new Error('the connection was cut')
    }
    await begin('lost', deals({ to: { groups: { all: true } } }))
    expect((await tableOf('lost')).tasks.map(({ state }) => state)).toEqual(['creating', 'made'])
    await pass(2 * MINUTE)
    expect((await tableOf('lost')).tasks.map(({ state }) => state)).toEqual(['made', 'made'])
    expect(simulator.control.corp().tasks()).toHaveLength(2)
  })

  test('cancelling takes the tasks off the phones', async () => {
    await begin('stop', deals({ to: { groups: { all: true } } }))
    await pass(2 * MINUTE)
    await pushes.cancel('stop', { by: 'lan' })
    await pass(2 * MINUTE)
    expect((await tableOf('stop')).totals.targets).toEqual({ cancelled: 3 })
    expect(
      simulator.control
        .corp()
        .tasks()
        .every(({ cancelled }) => cancelled),
    ).toBe(true)
    expect(await groupSendRows(store.connection).tasks.countDocuments({ open: true })).toBe(0)
  })

  test('moments are published one by one', async () => {
    await begin('moment', deals({ to: { moments: { staff: ['lihua', 'wangfang'] } } }))
    await pass(3 * MINUTE)
    const corp = simulator.control.corp()
    const [moment] = corp.staffMoments('lihua')
    corp.staffAct('lihua', 'publish', { moment: moment?.id ?? '' })
    await pass(5 * MINUTE)
    const table = await tableOf('moment')
    expect(table.totals.members).toEqual({ confirmed: 1, waiting: 1 })
  })
})
