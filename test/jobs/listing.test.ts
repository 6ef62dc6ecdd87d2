import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { silentLogger } from '../../src/core/log.js'
import { createJobListing } from '../../src/jobs/listing.js'
import { createScheduler, type Scheduler } from '../../src/jobs/scheduler.js'
import { until } from '../operations/stage.js'
import { openTestStore, type TestStore } from '../store/open.js'

let store: TestStore
let scheduler: Scheduler
let runs = 0
beforeAll(async () => {
  store = await openTestStore()
  scheduler = createScheduler({
    connection: store.connection,
    log: silentLogger,
    pollMs: 50,
    ticks: [
      {
        name: 'nightly',
        every: '0 4 * * *',
        timeZone: 'Asia/Shanghai',
        async run() {
          runs += 1
        },
      },
      {
        name: 'broken',
        every: '0 5 * * *',
        run: () => Promise.reject(new Error('refused: secret=hunter2 by the shop')),
      },
    ],
    occurrences: {
      name: 'campaign-run',
      due: async () => [{ key: 'anniversary#1', at: new Date(Date.now() + 86_400_000) }],
      run: async () => undefined,
    },
  })
  await scheduler.start()
}, 60_000)
afterAll(async () => {
  await scheduler.stop()
  await store.dispose()
})

test('a tick is listed with its schedule, made due by hand, and told with its run', async () => {
  const jobs = createJobListing(store.connection)
  const find = async (name: string) => (await jobs.list()).find((job) => job.name === name)
  expect(await find('nightly')).toMatchObject({
    kind: 'tick',
    every: '0 4 * * *',
    timeZone: 'Asia/Shanghai',
    byHand: true,
  })
  expect(await jobs.runNow('nightly', new Date())).toBe(true)
  const ran = await until(
    () => find('nightly'),
    (job) => job?.tookMs !== undefined && !job.running,
  )
  expect(runs).toBe(1)
  expect(ran?.nextAt && ran.nextAt.getTime() > Date.now()).toBe(true)
  await jobs.runNow('broken', new Date())
  const failed = await until(
    () => find('broken'),
    (job) => job?.reason !== undefined && job.failures > 0,
  )
  expect(failed?.reason).toContain('secret=***')
}, 60_000)

test('occurrences come at their own time, and names that are none are refused', async () => {
  const jobs = createJobListing(store.connection)
  const once = (await jobs.list()).filter(({ kind }) => kind === 'once')
  expect(once).toMatchObject([{ name: 'campaign-run', key: 'anniversary#1', byHand: false }])
  await expect(jobs.runNow('campaign-run', new Date())).rejects.toMatchObject({ code: 'job.once' })
  await expect(jobs.runNow('nothing', new Date())).rejects.toMatchObject({ code: 'job.unknown' })
})
