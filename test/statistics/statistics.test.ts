import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { silentLogger } from '../../src/core/log.js'
import { createEvents, type Events } from '../../src/events/events.js'
import { statisticsTicks } from '../../src/jobs/statistics-ticks.js'
import { isDay, lastReadyDay, pieces, startOf } from '../../src/statistics/days.js'
import { type Checkpoints, createCheckpoints } from '../../src/statistics/model.js'
import { type AccountImport, createStatistics } from '../../src/statistics/statistics.js'
import { createLeases } from '../../src/store/lease.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { fakeStatistics } from './fake-statistics.js'

let store: TestStore
let events: Events
let checkpoints: Checkpoints
let platform: ReturnType<typeof fakeStatistics>
let account: string
let now: Date
let count = 0
const clock = { now: () => now }

beforeAll(async () => {
  store = await openTestStore()
  events = createEvents({ connection: store.connection, clock })
  checkpoints = createCheckpoints(store.connection)
  await store.ensureIndexes()
})
afterAll(() => store.dispose())
beforeEach(() => {
  account = `shop${++count}`
  now = new Date('2026-03-10T08:35:00+08:00')
  platform = fakeStatistics('2026-03-09')
})

const open = (more: { mostCalls?: number; firstDays?: number } = {}) =>
  createStatistics({
    accounts: new Map([[account, platform.api]]),
    checkpoints,
    leases: createLeases(store.connection),
    events,
    clock,
    log: silentLogger,
    firstDays: 10,
    ...more,
  })
const of = (result: AccountImport, metric: string) => result.metrics.find((each) => each.metric === metric)
const facts = async (type: string) =>
  (await events.read({ type: `statistics.${type}`, limit: 1000 })).filter((fact) => fact.account === account)

describe('importing statistics', () => {
  test('the first time reaches back, in pieces that the platform takes, and makes facts of days', async () => {
    const result = await open().import(account)
    for (const each of result.metrics) expect(each).toMatchObject({ state: 'imported', through: '2026-03-09' })
    expect(platform.asked('counts')).toEqual(['2026-02-28 2026-03-06', '2026-03-07 2026-03-09'])
    expect(platform.asked('reading')).toEqual(['2026-02-28 2026-03-09'])
    expect(platform.asked('readers')).toHaveLength(10)
    expect(platform.asked('readers')[0]).toBe('2026-02-28 2026-02-28')
    expect(platform.asked('totals')).toHaveLength(10 + 29)
    const counts = await facts('follower-counts')
    expect(counts).toHaveLength(10)
    expect(counts[0]).toMatchObject({
      id: `${account}:follower-counts:2026-03-09`,
      occurredAt: new Date('2026-03-09T00:00:00+08:00'),
      props: { day: '2026-03-09', followers: 9 },
    })
    expect((await facts('follower-changes')).map((fact) => fact.id)).toContain(
      `${account}:follower-changes:2026-03-09:30`,
    )
  })

  test('again stores nothing twice and asks for nothing that is complete', async () => {
    await open().import(account)
    const before = platform.calls.length
    expect((await open().import(account)).metrics.every((each) => each.state === 'current')).toBe(true)
    expect(platform.calls.length).toBe(before)
    const forced = await open().import(account, { from: '2026-03-01', to: '2026-03-09' })
    expect(forced.metrics.reduce((sum, each) => sum + each.added, 0)).toBe(0)
    expect(await facts('follower-counts')).toHaveLength(10)
  })

  test('after days of outage every missed day is filled', async () => {
    await open().import(account)
    now = new Date('2026-03-20T09:00:00+08:00')
    platform.state.ready = '2026-03-19'
    const result = await open().import(account)
    expect(of(result, 'messages')).toMatchObject({ state: 'imported', through: '2026-03-19', added: 10, calls: 2 })
    expect(await facts('messages')).toHaveLength(20)
  })

  test("an article's later days come with its day of publication", async () => {
    await open().import(account)
    const id = `${account}:article-days:2026-03-10:of-2026-03-08`
    const known = async () => (await facts('article-days')).some((fact) => fact.id === id)
    expect(await known()).toBe(false)
    now = new Date('2026-03-11T09:00:00+08:00')
    platform.state.ready = '2026-03-10'
    await open().import(account)
    expect(await known()).toBe(true)
  })

  test('a day that is not ready yet is waited for, by every metric, and fetched by the next run', async () => {
    platform.state.ready = '2026-03-08'
    const early = await open().import(account)
    expect(of(early, 'follower-counts')).toMatchObject({ state: 'waiting', through: '2026-03-08' })
    expect(of(early, 'messages')).toMatchObject({ state: 'imported', through: '2026-03-08' })
    expect((await checkpoints.list(account)).find((row) => row.metric === 'follower-counts')?.reason).toContain(
      '2026-03-09',
    )
    platform.state.ready = '2026-03-09'
    now = new Date('2026-03-10T10:35:00+08:00')
    const later = await open().import(account)
    expect(of(later, 'messages')).toMatchObject({ state: 'imported', through: '2026-03-09', added: 1 })
    expect((await checkpoints.list(account)).find((row) => row.metric === 'follower-counts')?.reason).toBeUndefined()
  })

  test('numbers that the platform calls delayed do not count as complete', async () => {
    platform.state.delayed = true
    const result = await open().import(account)
    expect(of(result, 'article-readers')).toMatchObject({ state: 'waiting', calls: 1 })
    expect(await checkpoints.through(account, 'article-readers')).toBeUndefined()
    platform.state.delayed = false
    expect(of(await open().import(account), 'article-readers')).toMatchObject({
      state: 'imported',
      through: '2026-03-09',
    })
  })

  test('an endpoint that is out of calls pauses; the others go on; it continues where it stopped', async () => {
    platform.refusals.set('messages', 'wechat.quota-day')
    const result = await open().import(account)
    expect(of(result, 'messages')).toMatchObject({ state: 'paused', reason: expect.stringContaining('quota-day') })
    expect(of(result, 'callback-calls')).toMatchObject({ state: 'imported' })
    platform.refusals.clear()
    expect(of(await open().import(account), 'messages')).toMatchObject({ state: 'imported', added: 10 })
  })

  test('a run makes at most so many calls and the next one goes on from there', async () => {
    const result = await open({ mostCalls: 8 }).import(account)
    expect(platform.calls).toHaveLength(8)
    expect(of(result, 'article-readers')).toMatchObject({ state: 'paused', through: '2026-03-02' })
    expect(of(await open().import(account), 'article-readers')).toMatchObject({ through: '2026-03-09', calls: 7 })
    expect(await facts('article-readers')).toHaveLength(10)
  })

  test('a failure of one metric leaves the others; one of the account ends the run', async () => {
    platform.refusals.set('reading', 'wechat.uncertain')
    const one = await open().import(account)
    expect(one.metrics).toHaveLength(9)
    expect(of(one, 'reading')).toMatchObject({ state: 'failed' })
    platform.refusals.set('counts', 'wechat.permission')
    now = new Date('2026-03-11T09:00:00+08:00')
    expect((await open().import(account)).metrics).toHaveLength(1)
  })

  test('an explicit range in the past does not move the checkpoint over a gap', async () => {
    await open({ firstDays: 2 }).import(account)
    await open().import(account, { from: '2026-02-01', to: '2026-02-03' })
    expect(await checkpoints.through(account, 'messages')).toBe('2026-03-09')
    expect(await facts('messages')).toHaveLength(5)
  })

  test.each([
    [{ from: '2026-02-30' }, 'no day'],
    [{ from: '2026-03-01', to: '2026-03-10' }, 'last day with numbers is 2026-03-09'],
    [{ from: '2014-01-01' }, 'before 2014-12-01'],
    [{ from: '2026-03-05', to: '2026-03-01' }, 'after the last'],
    [{ to: '2026-03-01' }, 'needs --from'],
  ])('refuses the days %j before any call', async (days, message) => {
    await expect(open().import(account, days)).rejects.toThrow(message)
    expect(platform.calls).toEqual([])
  })

  test('two processes do not import the same account at once', async () => {
    const ends = await Promise.allSettled([open().import(account), open().import(account)])
    expect(ends.filter((end) => end.status === 'rejected')).toMatchObject([{ reason: { code: 'statistics.busy' } }])
  })

  test('the tick imports every account and runs by the clock of Shanghai', async () => {
    const [tick] = statisticsTicks({ statistics: open() })
    expect(tick).toMatchObject({ name: 'statistics-import', timeZone: 'Asia/Shanghai' })
    await tick?.run()
    expect(await checkpoints.through(account, 'callback-calls')).toBe('2026-03-09')
  })
})

describe('days of the platform', () => {
  test('yesterday is ready from 08:00 in Shanghai', () => {
    expect(lastReadyDay(new Date('2026-03-10T07:59:00+08:00'))).toBe('2026-03-08')
    expect(lastReadyDay(new Date('2026-03-10T08:00:00+08:00'))).toBe('2026-03-09')
    expect(lastReadyDay(new Date('2026-03-10T23:59:00+08:00'))).toBe('2026-03-09')
    expect(startOf('2026-03-10')).toEqual(new Date('2026-03-09T16:00:00Z'))
  })

  test('ranges are cut without a gap or an overlap', () => {
    expect(pieces({ from: '2026-02-27', to: '2026-03-02' }, 2)).toEqual([
      { from: '2026-02-27', to: '2026-02-28' },
      { from: '2026-03-01', to: '2026-03-02' },
    ])
    expect(pieces({ from: '2026-03-02', to: '2026-03-01' }, 2)).toEqual([])
    expect(['2026-02-29', '2024-02-29', '2026-1-1', 'x'].map(isDay)).toEqual([false, true, false, false])
  })
})
