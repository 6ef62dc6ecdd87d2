import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { openTestStore, type TestStore } from '../store/open.js'
import { clean, deals, group, HOUR, MINUTE, START, type World, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

const THREE = [group(1, 'lihua'), group(2, 'lihua'), group(3, 'wangfang')]

async function scheduled({ pushes }: World, definition: Record<string, unknown>) {
  await pushes.create({ id: 'thursday', definition, by: 'ming' })
  await pushes.estimate('thursday', { by: 'ming' })
  await pushes.approve('thursday', { by: 'lan' })
  return pushes.start('thursday', { by: 'lan' })
}

/** Stores the run that a process makes which had read the push before it was stopped, and was slow. */
async function lateRun(made: World, occurrence: string, dueAt: Date) {
  const { push } = await made.pushes.show('thursday')
  const { definition, version } = push
  await made.rows.runs.insertOne({
    ...{ _id: `thursday:${occurrence}`, push: 'thursday', occurrence, account: 'corp', kind: 'groups', state: 'due' },
    ...{ rev: 1, open: true, createdAt: START, dueAt, definition, version },
  })
}

test('a run that a worker was just making while somebody cancelled makes no tasks', async () => {
  const made = await world(store, { groups: THREE })
  await scheduled(made, deals({ schedule: { at: '2026-03-04T12:00' } }))
  await made.pushes.cancel('thursday', { by: 'ming', note: '改主意了' })
  await lateRun(made, '2026-03-04T1200', new Date('2026-03-04T04:00:00Z'))
  await made.pass(2 * HOUR + 10 * MINUTE)
  expect(made.platform.tasks).toEqual([])
  const run = await made.run('thursday')
  expect(run).toMatchObject({ state: 'cancelled', reason: { text: expect.stringContaining('已停止') } })
  expect(run.open).toBeUndefined()
  expect(await made.rows.tasks.countDocuments({})).toBe(0)
  expect(new Set(Object.values(await made.states('thursday')))).toEqual(new Set(['cancelled']))
  expect((await made.pushes.show('thursday')).push).toMatchObject({ state: 'stopped', reason: { text: '改主意了' } })
})

test('so does the next run of one that repeats, and what it had planned counts towards nobody’s cap', async () => {
  const made = await world(store, { groups: THREE })
  await scheduled(made, deals({ schedule: { every: 'day', time: '12:00' } }))
  await made.pass(2 * HOUR + 10 * MINUTE)
  expect(made.platform.tasks).toHaveLength(2)
  await made.pushes.cancel('thursday', { by: 'ming' })
  await lateRun(made, '2026-03-05T1200', new Date('2026-03-05T04:00:00Z'))
  await made.pass(25 * HOUR, 30 * MINUTE)
  expect(made.platform.tasks).toHaveLength(2)
  const { runs } = await made.pushes.show('thursday')
  expect(runs.map(({ state, open }) => [state, open])).toEqual([
    ['cancelled', undefined],
    ['cancelled', undefined],
  ])
  await made.begin('after', deals())
  expect((await made.pushes.show('after')).push.estimate).toMatchObject({ planned: 3, skipped: {} })
})

test('whoever cancels while the run is being surveyed is heard as well', async () => {
  const made = await world(store, { groups: THREE })
  await scheduled(made, deals({ schedule: { at: '2026-03-04T12:00' } }))
  made.crash.at = 'frozen'
  await made.pass(2 * HOUR)
  expect(made.crash.at).toBeUndefined()
  // The one who cancels is cut short between the push and its runs.
  await made.rows.pushes.updateOne({ _id: 'thursday' }, { $set: { state: 'stopped' }, $unset: { next: '' } })
  await store.connection.collection('leases').updateMany({}, { $set: { until: new Date(0) } })
  made.restart()
  await made.pass(10 * MINUTE)
  expect(made.platform.tasks).toEqual([])
  expect((await made.run('thursday')).state).toBe('cancelled')
})
