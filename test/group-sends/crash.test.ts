import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { GroupSendError } from '../../src/group-sends/group-send-error.js'
import type { CrashPoint } from '../../src/group-sends/ports.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { clean, customer, deals, group, HOUR, MINUTE, type World, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

const THREE = [group(1, 'lihua'), group(2, 'lihua'), group(3, 'wangfang')]

/** Whoever died holds its leases until they run out. */
async function afterDeath(made: World) {
  await store.connection.collection('leases').updateMany({}, { $set: { until: new Date(0) } })
  made.restart()
}

/** How many tasks of the platform there are, or were, for each task of ours that was made. */
async function perTask(made: World) {
  const counts: Record<string, number> = {}
  for (const { staff, targets } of made.platform.tasks) {
    const key = `${staff} ${targets.join()}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

/** Confirms whatever is asked and lets the clock run until nothing is open. */
async function settle(made: World, push: string, hours = 4) {
  for (let turn = 0; turn < hours * 4; turn++) {
    await made.pass(15 * MINUTE, 5 * MINUTE)
    made.platform.confirm('lihua')
    made.platform.confirm('wangfang')
    if ((await made.rows.runs.countDocuments({ push, open: true })) === 0) return
  }
}

const POINTS: [CrashPoint, number][] = [
  ['begun', 0],
  ['surveyed', 0],
  ['frozen', 0],
  ['task-stored', 0],
  ['task-stored', 1],
  ['planned', 0],
  ['intended', 0],
  ['intended', 1],
  ['called', 0],
  ['called', 1],
  ['recorded', 0],
  ['polled', 0],
  ['results-stored', 0],
  ['results-stored', 1],
]

describe('a process that ends at any point', () => {
  test.each(POINTS)('at %s (%d passed before) leaves neither a second task nor a missing one', async (point, after) => {
    const made = await world(store, { groups: THREE })
    made.crash.at = point
    made.crash.after = after
    await made.begin('killed', deals({ remindAfter: ['1h'] }))
    if (made.crash.at === undefined) await afterDeath(made)
    await settle(made, 'killed')
    expect(made.crash.at).toBeUndefined()
    expect(made.log.lines.some((line) => /^error group-send (run|task) interrupted$/.test(line))).toBe(true)
    expect(await perTask(made)).toEqual({ 'lihua wr0001,wr0002': 1, 'wangfang wr0003': 1 })
    expect(await made.states('killed')).toEqual({ wr0001: 'sent', wr0002: 'sent', wr0003: 'sent' })
    expect(await made.facts('task.created')).toHaveLength(2)
    expect(await made.facts('task.confirmed')).toHaveLength(2)
    expect(await made.facts('task.done')).toHaveLength(2)
    expect((await made.run('killed')).state).toBe('done')
  })

  test.each(['reminding', 'reminded'] as const)('at %s is not taken as a reason to remind again', async (point) => {
    const made = await world(store, { groups: [group(1, 'lihua')] })
    await made.begin('again', deals({ remindAfter: ['1h'] }))
    made.crash.at = point
    await made.pass(HOUR)
    expect(made.crash.at).toBeUndefined()
    await afterDeath(made)
    await made.pass(3 * HOUR, 10 * MINUTE)
    expect(made.platform.calls['remind'] ?? 0).toBe(point === 'reminding' ? 0 : 1)
    expect((await made.task(/lihua/)).reminders).toHaveLength(1)
  })

  test.each(['cancelling', 'transferred'] as const)('at %s hands groups over once', async (point) => {
    const owned = new Map<string, string>()
    const made = await world(store, {
      groups: THREE,
      transfer: async (_account, groups, to) => {
        for (const one of groups) owned.set(one, to)
        return { state: 'ok', value: { done: groups, refused: [] } }
      },
    })
    const escalate = { afterMinutes: 60, to: 'wangfang', transferGroups: true }
    await made.begin('moved', deals({ to: { groups: { chatIds: ['wr0001', 'wr0002'] } }, escalate }))
    made.crash.at = point
    await made.pass(HOUR + 5 * MINUTE)
    expect(made.crash.at).toBeUndefined()
    await afterDeath(made)
    await settle(made, 'moved')
    expect(await perTask(made)).toEqual({ 'lihua wr0001,wr0002': 1, 'wangfang wr0001,wr0002': 1 })
    expect(made.platform.of('lihua')).toEqual([])
    expect(await made.states('moved')).toEqual({ wr0001: 'sent', wr0002: 'sent' })
  })
})

describe('a creation without an answer', () => {
  test('that the platform carried out is found by its member, targets and words, and not made again', async () => {
    const made = await world(store, { groups: THREE })
    made.platform.next.lose = 'after'
    await made.begin('lost', deals())
    expect((await made.task(/lihua/)).state).toBe('creating')
    await made.pass(MINUTE, 10_000)
    expect(await made.task(/lihua/)).toMatchObject({ state: 'made', platformId: 'msg1' })
    expect(await perTask(made)).toEqual({ 'lihua wr0001,wr0002': 1, 'wangfang wr0003': 1 })
    await settle(made, 'lost')
    expect(await made.states('lost')).toEqual({ wr0001: 'sent', wr0002: 'sent', wr0003: 'sent' })
  })

  test('that never arrived is made again, but only when the platform’s list must have had it', async () => {
    const made = await world(store, { groups: [group(1, 'lihua')] })
    made.platform.next.lose = 'before'
    await made.begin('lost', deals())
    await made.pass(110_000, 10_000)
    expect(made.platform.calls['create']).toBe(1)
    expect((await made.task(/lihua/)).state).toBe('creating')
    await made.pass(60_000, 10_000)
    expect(made.platform.calls['create']).toBe(2)
    expect(await perTask(made)).toEqual({ 'lihua wr0001': 1 })
  })

  test('waits while the list cannot be read, and asks a person after an hour', async () => {
    const made = await world(store, { groups: [group(1, 'lihua')] })
    made.platform.next.lose = 'after'
    made.platform.next.deaf = 1000
    await made.begin('deaf', deals())
    await made.pass(50 * MINUTE)
    expect((await made.task(/lihua/)).state).toBe('creating')
    await made.pass(20 * MINUTE)
    expect((await made.task(/lihua/)).state).toBe('uncertain')
    expect(made.platform.calls['create']).toBe(1)
    expect(made.log.lines).toContain('warn nobody knows whether a task was made')
  })

  async function doubtful() {
    const made = await world(store, { groups: [group(1, 'lihua')] })
    await made.platform.sender.create({
      to: 'groups',
      staff: 'lihua',
      targets: ['wr0001'],
      message: { text: '别人在后台建的' },
    })
    made.platform.next.lose = 'before'
    await made.begin('doubt', deals())
    await made.pass(5 * MINUTE, 30_000)
    return made
  }

  test('beside another task to the same groups is for a person to decide, with the evidence', async () => {
    const made = await doubtful()
    const task = await made.task(/lihua/)
    expect(task.state).toBe('uncertain')
    expect(task.evidence?.map(({ text }) => text)).toEqual([
      '创建请求没有得到明确结果：the socket was closed',
      'lihua 在同一时间有另一个群发任务 msg1，内容与我们要发的不同',
    ])
    expect(made.platform.calls['create']).toBe(2)
    await made.pass(2 * HOUR, 30 * MINUTE)
    expect(made.platform.calls['create']).toBe(2)
    const { tasks } = await made.pushes.table('doubt', (await made.run('doubt')).occurrence)
    expect(tasks[0]?.words).toBe('不确定是否已创建，请核实')
  })

  test('is made again when the person says so', async () => {
    const made = await doubtful()
    const { _id } = await made.task(/lihua/)
    await made.pushes.decide(_id, 'again', { by: 'lan' })
    await made.tick()
    expect(made.platform.of('lihua')).toHaveLength(2)
    expect(await made.task(/lihua/)).toMatchObject({
      state: 'made',
      platformId: 'msg2',
      decided: { as: 'again', by: 'lan' },
    })
    const refused = made.pushes.decide(_id, 'made', { by: 'lan' })
    await expect(refused).rejects.toBeInstanceOf(GroupSendError)
  })

  test('counts as made, with unknown results, when the person says so', async () => {
    const made = await doubtful()
    const { _id } = await made.task(/lihua/)
    await made.pushes.decide(_id, 'made', { by: 'lan' })
    await made.tick()
    expect(await made.states('doubt')).toEqual({ wr0001: 'assumed' })
    expect((await made.run('doubt')).state).toBe('done')
    expect(made.platform.calls['create']).toBe(2)
    await made.begin('next', deals())
    expect(await made.states('next')).toEqual({ wr0001: 'skipped over-cap' })
  })

  test('of moments is found in the list of moments', async () => {
    const made = await world(store)
    made.platform.next.lose = 'after'
    await made.begin('moment', deals({ to: { moments: { staff: ['lihua', 'wangfang'] } } }))
    await made.pass(3 * MINUTE, 30_000)
    expect(await made.task(/moments/)).toMatchObject({ state: 'made', platformId: 'mom1' })
    expect(made.platform.calls['createMoment']).toBe(1)
  })
})

describe('two processes', () => {
  test('of which one sleeps over its call: what it makes too late is called back', async () => {
    const made = await world(store, { groups: [group(1, 'lihua')] })
    const { create } = made.platform.sender
    let wake: () => void = () => undefined
    let asleep: () => void = () => undefined
    const sleeps = new Promise<void>((resolve) => {
      asleep = resolve
    })
    const woken = new Promise<void>((resolve) => {
      wake = resolve
    })
    made.platform.sender.create = async (task) => {
      made.platform.sender.create = create
      asleep()
      await woken
      return create(task)
    }
    const first = made.begin('sleeper', deals())
    await sleeps
    await afterDeath(made)
    await made.pass(5 * MINUTE, 30_000)
    expect(made.platform.of('lihua')).toHaveLength(1)
    wake()
    await first
    expect(made.platform.tasks.map(({ id, cancelled }) => [id, cancelled ?? false])).toEqual([
      ['msg1', false],
      ['msg2', true],
    ])
    expect(await made.task(/lihua/)).toMatchObject({ state: 'made', platformId: 'msg1' })
    expect(made.log.lines).toContain('error a task was made twice; one is called back')
  })

  test('that plan at once do not both mean the same customer', async () => {
    const customers = Array.from({ length: 500 }, (_, n) => customer(n, 'lihua'))
    const made = await world(store, { customers })
    for (const id of ['one', 'two']) {
      await made.pushes.create({ id, definition: deals({ to: { customers: { tags: ['a'] } } }), by: 'ming' })
      await made.pushes.estimate(id, { by: 'ming' })
      await made.pushes.approve(id, { by: 'lan' })
      await made.pushes.start(id, { by: 'lan' })
    }
    const one = made.pushes
    made.restart()
    await Promise.all([one.tick(), made.pushes.tick()])
    await made.pass(MINUTE, 20_000)
    const planned = await made.rows.targets.countDocuments({ state: { $ne: 'skipped' } })
    expect(planned).toBe(500)
    expect(made.platform.tasks.flatMap(({ targets }) => targets)).toHaveLength(500)
  })
})
