import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { campaignOccurrences, campaignTicks } from '../../src/jobs/campaign-ticks.js'
import type { Occurrences } from '../../src/jobs/occurrences.js'
import { createScheduler, type Scheduler } from '../../src/jobs/scheduler.js'
import { database } from '../../src/store/connect.js'
import { gate, recorder } from '../inbox/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

let store: TestStore
let open: Scheduler[] = []
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(async () => {
  for (const scheduler of open) await scheduler.stop(200)
  open = []
  await jobs().deleteMany({})
})
afterAll(() => store.dispose())

const jobs = () => database(store.connection).collection('agendaJobs')
const mine = (filter: object = {}) =>
  jobs()
    .find({ name: 'run', ...filter })
    .toArray()
const soon = (ms: number) => new Date(Date.now() + ms)

/** Occurrences kept in a map; one that ran is not due any more unless it says so. */
function diary(entries: Record<string, Date> = {}, run: (key: string) => Promise<unknown> = async () => undefined) {
  const due = new Map(Object.entries(entries))
  const ran: string[] = []
  const occurrences: Occurrences = {
    name: 'run',
    due: async () => [...due].map(([key, at]) => ({ key, at })),
    async run(key) {
      ran.push(key)
      await run(key)
      due.delete(key)
    },
  }
  return { due, ran, occurrences }
}

function scheduler(occurrences: Occurrences, lockMs = 600) {
  const log = recorder()
  const made = createScheduler({ connection: store.connection, log, ticks: [], occurrences, pollMs: 50, lockMs })
  open.push(made)
  return Object.assign(made, { log })
}

describe('an occurrence', () => {
  test('has one job of its own and runs at its time, not before; the next match removes the job', async () => {
    const ran = gate()
    let at = 0
    const { occurrences, due } = diary({}, async () => {
      at = Date.now()
      ran.open()
    })
    const when = soon(400)
    due.set('autumn:1', when)
    due.set('recall:1', soon(3_600_000))
    const made = scheduler(occurrences)
    await made.start()
    expect((await mine()).map(({ data }) => data.key).toSorted()).toEqual(['autumn:1', 'recall:1'])
    await ran.promise
    expect(at).toBeGreaterThanOrEqual(when.getTime())
    await made.stop()
    await scheduler(occurrences).start()
    expect((await mine()).map(({ data }) => data.key)).toEqual(['recall:1'])
  })

  test('that was missed while nobody ran runs at the next start', async () => {
    const ran = gate()
    const diaryOf = diary({ 'autumn:1': soon(-3_600_000) }, async () => ran.open())
    await scheduler(diaryOf.occurrences).start()
    await ran.promise
    expect(diaryOf.ran).toEqual(['autumn:1'])
  })

  test('that is running is not touched by a process that starts or matches meanwhile', async () => {
    const started = gate()
    const finish = gate()
    const { occurrences, due, ran } = diary({ 'autumn:1': soon(-1) }, async () => {
      started.open()
      await finish.promise
    })
    await scheduler(occurrences, 1500).start()
    await started.promise
    const before = await mine()
    const second = scheduler(occurrences, 1500)
    await second.start()
    due.set('autumn:1', soon(60_000))
    await second.match()
    const [now] = await mine()
    expect(now?.['lockedAt']).toEqual(before[0]?.['lockedAt'])
    expect(now?.['lastRunAt']).toEqual(before[0]?.['lastRunAt'])
    expect(ran).toEqual(['autumn:1'])
    finish.open()
  })

  test('that lasts longer than the lock keeps it', async () => {
    const done = gate()
    const { occurrences, ran } = diary({ 'autumn:1': soon(-1) }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      done.open()
    })
    await Promise.all([1, 2].map(() => scheduler(occurrences, 400).start()))
    await done.promise
    expect(ran).toEqual(['autumn:1'])
  })

  test('is one job, however many processes make it at once', async () => {
    const far = soon(3_600_000)
    const entries = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`c:${n}`, far]))
    const several = [1, 2, 3].map(() => scheduler(diary(entries).occurrences))
    await Promise.all(several.map((one) => one.start()))
    await Promise.all(several.flatMap((one) => [one.match(), one.match()]))
    expect(await mine()).toHaveLength(12)
  })

  test('that was moved, called off or asked for again after it ran has its job accordingly', async () => {
    const far = soon(3_600_000)
    const { occurrences, due } = diary({ 'a:1': far, 'b:1': far })
    const made = scheduler(occurrences)
    await made.start()
    const later = soon(7_200_000)
    due.set('a:1', later)
    due.delete('b:1')
    await made.match()
    expect((await mine()).map(({ data, nextRunAt }) => [data.key, nextRunAt])).toEqual([['a:1', later]])
    await jobs().updateOne({ name: 'run' }, { $set: { nextRunAt: null, lastFinishedAt: new Date() } })
    await made.match()
    expect((await mine()).map(({ nextRunAt }) => nextRunAt)).toEqual([later])
  })

  test('that throws is logged and done again once it is matched again', async () => {
    const again = gate()
    let runs = 0
    const { occurrences } = diary({ 'a:1': soon(-1) }, async () => {
      if (++runs === 1) throw new Error('store away')
      again.open()
    })
    const made = scheduler(occurrences)
    await made.start()
    while (runs < 2) {
      await made.match()
      if (runs < 2) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await again.promise
    expect(made.log.lines).toContain('error tick failed')
  })

  test('without a valid time is refused: agenda would take it for now', async () => {
    const made = scheduler(diary({ 'a:1': new Date('明天上午9点') }).occurrences)
    await expect(made.start()).rejects.toMatchObject({ code: 'jobs.schedule' })
    expect(await mine()).toEqual([])
  })
})

describe('many occurrences at once', () => {
  test('are locked few at a time, and those that did not begin are given back at the stop', async () => {
    const entries = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`c:${n}`, soon(-1)]))
    const finish = gate()
    const four = gate()
    let running = 0
    const { occurrences, ran } = diary(entries, async () => {
      if (++running === 4) four.open()
      await finish.promise
    })
    const made = scheduler(occurrences, 1500)
    await made.start()
    await four.promise
    const locked = await jobs().countDocuments({ name: 'run', lockedAt: { $ne: null } })
    const begun = ran.length
    const stopped = made.stop()
    finish.open()
    await stopped
    // agenda may lock one too many for each look at the store and gives it back at once.
    expect(locked).toBeLessThanOrEqual(12)
    expect(begun).toBe(4)
    expect(await jobs().countDocuments({ lockedAt: { $ne: null } })).toBe(0)
    expect((await mine()).length).toBeGreaterThanOrEqual(40 - ran.length)
  })
})

describe('a scheduler whose store is away', () => {
  test('says so at the start instead of waiting for ever', async () => {
    const gone = await openTestStore()
    const { connection } = gone
    const { occurrences } = diary()
    await gone.dispose()
    const made = createScheduler({ connection, log: recorder(), ticks: [], occurrences, pollMs: 50 })
    await expect(made.start()).rejects.toThrow()
    await made.stop(100)
  })

  test('logs what agenda would swallow', async () => {
    const gone = await openTestStore()
    const log = recorder()
    const said = gate()
    const made = createScheduler({
      connection: gone.connection,
      log: {
        ...log,
        warn(fields, line) {
          log.warn(fields, line)
          if (line === 'scheduler failed') said.open()
        },
      },
      ticks: [],
      occurrences: diary().occurrences,
      pollMs: 50,
      lockMs: 400,
    })
    await made.start()
    await gone.connection.close()
    await said.promise
    await made.stop(100).catch(() => undefined)
    await gone.dispose()
  })
})

test('nothing asks agenda for whole collections of jobs', () => {
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
    )
  const asking = walk('src').filter((file) => /queryJobs|getJobsOverview|\.jobs\(/.test(readFileSync(file, 'utf8')))
  expect(asking).toEqual([])
})

test('campaigns bring a tick and their runs to the clock', async () => {
  const called: string[] = []
  const campaigns = {
    tick: async () => called.push('tick'),
    upcoming: async () => [{ key: 'autumn:1', at: new Date(0) }],
    work: async (key: string) => called.push(key),
  }
  const [tick] = campaignTicks({ campaigns })
  await tick?.run()
  const occurrences = campaignOccurrences({ campaigns })
  for (const { key } of await occurrences.due()) await occurrences.run(key)
  expect(called).toEqual(['tick', 'autumn:1'])
  expect(tick?.every).toBe('2 seconds')
})
