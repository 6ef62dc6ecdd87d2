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
/** The world begins on 2026-03-04, a Wednesday, at 10:00 in Shanghai. */
const at = (time: string, about: Record<string, unknown> = {}) => deals({ schedule: { at: time }, ...about })

/** A push that stands on the calendar, approved by somebody else than its author. */
async function scheduled({ pushes }: World, id: string, definition: Record<string, unknown>) {
  await pushes.create({ id, definition, by: 'ming' })
  await pushes.estimate(id, { by: 'ming' })
  await pushes.approve(id, { by: 'lan' })
  return pushes.start(id, { by: 'lan' })
}

/** How the push stands on the calendar of March. */
const dates = async ({ pushes }: World) =>
  (await pushes.dates({ from: new Date('2026-03-01'), to: new Date('2026-04-01') })).map(
    ({ id, occurrence, movable, version }) => [id, occurrence, movable, version],
  )

test('a small one that is scheduled moves with its approval, is estimated anew, and makes its tasks at the new time only', async () => {
  const made = await world(store, { groups: THREE })
  await scheduled(made, 'thursday', at('2026-03-04T12:00'))
  const moved = await made.pushes.move('thursday', { by: 'ming', version: 1, at: '2026-03-04T14:00' })
  expect(moved).toMatchObject({ state: 'scheduled', version: 2, next: { key: '2026-03-04T1400' } })
  expect(moved.approval).toMatchObject({ by: 'lan', version: 2 })
  expect(moved.estimate).toMatchObject({ version: 2, planned: 3, for: new Date('2026-03-04T06:00:00Z') })
  expect(await dates(made)).toEqual([['thursday', '2026-03-04T1400', true, 2]])
  await made.pass(2 * HOUR + 10 * MINUTE)
  expect(made.platform.tasks).toEqual([])
  await made.pass(2 * HOUR)
  expect(made.platform.tasks).toHaveLength(2)
  expect((await made.pushes.show('thursday')).runs.map(({ occurrence }) => occurrence)).toEqual(['2026-03-04T1400'])
  expect(await dates(made)).toEqual([['thursday', '2026-03-04T1400', false, 2]])
  expect(await made.facts('group-send.changed')).toContain('group-sends:thursday:5')
})

test('the platform’s cap is judged for the new day', async () => {
  const made = await world(store, { groups: THREE })
  await made.begin('first', deals({ to: { groups: { chatIds: ['wr0001'] } } }))
  made.platform.confirm('lihua')
  await made.pass(10 * MINUTE)
  await scheduled(made, 'second', at('2026-03-05T12:00'))
  const move = async (version: number, time: string) => {
    const { estimate } = await made.pushes.move('second', { by: 'ming', version, at: time })
    return [estimate?.planned, estimate?.skipped]
  }
  expect(await move(1, '2026-03-04T20:00')).toEqual([2, { 'over-cap': 1 }])
  expect(await move(2, '2026-03-06T12:00')).toEqual([3, {}])
})

test('a large one is to be approved and started again: the time was part of what somebody else approved', async () => {
  const made = await world(store, { groups: THREE })
  await scheduled(made, 'big', at('2026-03-04T12:00', { approvalAbove: 2 }))
  const moved = await made.pushes.move('big', { by: 'ming', version: 1, at: '2026-03-04T14:00' })
  expect(moved).toMatchObject({ state: 'estimated', version: 2, estimate: { version: 2, planned: 3 } })
  expect(moved.reason?.text).toContain('重新批准')
  for (const key of ['approval', 'next']) expect(moved).not.toHaveProperty(key, expect.anything())
  await made.pass(5 * HOUR, 30 * MINUTE)
  expect(made.platform.tasks).toEqual([])
  const own = made.pushes.approve('big', { by: 'ming', version: 2 })
  await expect(own).rejects.toMatchObject({ code: 'group-send.four-eyes' })
  expect((await made.pushes.approve('big', { by: 'lan', version: 2 })).state).toBe('approved')
})

test('a draft stays one that nobody has estimated, an approved one stays approved', async () => {
  const made = await world(store, { groups: THREE })
  await made.pushes.create({ id: 'thursday', definition: at('2026-03-04T12:00'), by: 'ming' })
  const draft = await made.pushes.move('thursday', { by: 'lan', version: 1, at: '2026-03-05T12:00' })
  expect([draft.state, draft.estimate, draft.authors]).toEqual(['draft', undefined, ['ming', 'lan']])
  expect((await made.pushes.estimate('thursday', { by: 'ming' })).estimate?.for).toEqual(
    new Date('2026-03-05T04:00:00Z'),
  )
  await made.pushes.approve('thursday', { by: 'lan' })
  const approved = await made.pushes.move('thursday', { by: 'lan', version: 2, at: '2026-03-06T12:00' })
  expect([approved.state, approved.approval?.version, approved.next]).toEqual(['approved', 3, undefined])
})

test.each([
  ['a time that is over', at('2026-03-04T12:00'), '2026-03-04T09:00', 'group-send.invalid', ['schedule.at']],
  ['no time at all', at('2026-03-04T12:00'), 'tomorrow', 'group-send.invalid', ['schedule.at']],
  ['the time that it has', at('2026-03-04T12:00'), '2026-03-04T04:00:00Z', 'group-send.invalid', ['schedule.at']],
  [
    'one that repeats',
    deals({ schedule: { every: 'day', time: '20:00' } }),
    '2026-03-06T12:00',
    'group-send.schedule',
    [],
  ],
  ['one that is started by hand', deals(), '2026-03-06T12:00', 'group-send.schedule', []],
])('is refused: %s', async (_, definition, time, code, fields) => {
  const made = await world(store, { groups: THREE })
  await made.pushes.create({ id: 'thursday', definition, by: 'ming' })
  const refused = await made.pushes.move('thursday', { by: 'ming', version: 1, at: time }).catch((error) => error)
  expect([refused.code, refused.faults.map(({ field }: { field: string }) => field)]).toEqual([code, fields])
  expect(refused.fix).toBeTruthy()
  expect((await made.pushes.show('thursday')).push.version).toBe(1)
  if (fields.length === 0) expect((await dates(made)).every(([, , movable]) => movable === false)).toBe(true)
})

test('is refused when somebody was quicker, when it was started for now, and when its run has begun', async () => {
  const made = await world(store, { groups: THREE })
  const { pushes } = made
  const move = (version: number) => pushes.move('thursday', { by: 'ming', version, at: '2026-03-06T12:00' })
  await scheduled(made, 'thursday', at('2026-03-04T12:00'))
  await pushes.move('thursday', { by: 'lan', version: 1, at: '2026-03-05T12:00' })
  await expect(move(1)).rejects.toMatchObject({ code: 'group-send.version' })
  await made.pass(26 * HOUR + 10 * MINUTE, 30 * MINUTE)
  await expect(move(2)).rejects.toMatchObject({ code: 'group-send.state' })
  await pushes.create({ id: 'now', definition: at('2026-03-08T12:00'), by: 'ming' })
  await pushes.estimate('now', { by: 'ming' })
  await pushes.approve('now', { by: 'lan' })
  await pushes.start('now', { by: 'lan', now: true })
  const late = pushes.move('now', { by: 'ming', version: 1, at: '2026-03-09T12:00' })
  await expect(late).rejects.toMatchObject({ code: 'group-send.state' })
})

test('who moves while another does the same is told, and the other’s time stands', async () => {
  const made = await world(store, { groups: THREE })
  await scheduled(made, 'thursday', at('2026-03-04T12:00'))
  const both = ['2026-03-05T12:00', '2026-03-06T12:00'].map((time) =>
    made.pushes.move('thursday', { by: 'ming', version: 1, at: time }).then(
      ({ next }) => next?.key,
      ({ code }: { code: string }) => code,
    ),
  )
  const ends = await Promise.all(both)
  const { push } = await made.pushes.show('thursday')
  expect(ends.toSorted()).toEqual([push.next?.key, 'group-send.version'])
  expect(push.version).toBe(2)
})

test('a run that another process was just making for the old time makes no tasks', async () => {
  const made = await world(store, { groups: THREE })
  await scheduled(made, 'thursday', at('2026-03-04T12:00'))
  await made.pushes.move('thursday', { by: 'ming', version: 1, at: '2026-03-05T12:00' })
  // As if that process had read the push before it was moved, and was slow.
  const { push } = await made.pushes.show('thursday')
  const old = { _id: 'thursday:2026-03-04T1200', push: 'thursday', occurrence: '2026-03-04T1200', account: 'corp' }
  await made.rows.runs.insertOne({
    ...{ ...old, kind: 'groups', state: 'due', rev: 1, open: true, createdAt: START, version: 1 },
    ...{ dueAt: new Date('2026-03-04T04:00:00Z'), definition: push.definition },
  })
  await made.pass(2 * HOUR + 10 * MINUTE)
  expect(made.platform.tasks).toEqual([])
  expect((await made.run('thursday')).state).toBe('cancelled')
  expect((await made.pushes.show('thursday')).push).toMatchObject({
    state: 'scheduled',
    next: { key: '2026-03-05T1200' },
  })
  await made.pass(24 * HOUR, 30 * MINUTE)
  expect(made.platform.tasks).toHaveLength(2)
})

const NEW_YORK = 'America/New_York'
const ZONED = [
  ['Asia/Shanghai', '2026-03-05T06:00:00.000Z', '2026-03-05T14:00', '2026-03-05T1400'],
  [NEW_YORK, '2026-03-05T14:00:00+08:00', '2026-03-05T01:00', '2026-03-05T0100'],
  // The clocks of New York go forward on the 8th, back on the 1st of November.
  [NEW_YORK, '2026-03-08T14:00:00Z', '2026-03-08T10:00', '2026-03-08T1000'],
  [NEW_YORK, '2026-03-08T07:30:00Z', '2026-03-08T03:30', '2026-03-08T0330'],
  [NEW_YORK, '2026-11-01T05:30:00Z', '2026-11-01T01:30:00-04:00', '2026-11-01T0130'],
  [NEW_YORK, '2026-11-01T06:30:00Z', '2026-11-01T01:30:00-05:00', '2026-11-01T0130'],
] as const

test.each(ZONED)('an instant is put into the zone of the schedule: %s, %s', async (timeZone, instant, written, key) => {
  const made = await world(store, { groups: THREE })
  await scheduled(made, 'thursday', deals({ schedule: { at: '2026-03-04T23:00', timeZone } }))
  const moved = await made.pushes.move('thursday', { by: 'ming', version: 1, at: instant })
  expect(moved.definition.schedule).toEqual({ at: written, timeZone })
  expect([moved.next, moved.estimate?.for]).toEqual([{ key, at: new Date(instant) }, new Date(instant)])
  const log = await store.connection.collection('events').findOne({ 'props.action': 'move' })
  expect(log?.['props']).toMatchObject({ note: written })
})

test('local text is of the zone of the schedule, and a time that its clocks leave out is none', async () => {
  const made = await world(store, { groups: THREE })
  await scheduled(made, 'thursday', deals({ schedule: { at: '2026-03-04T23:00', timeZone: NEW_YORK } }))
  const gap = made.pushes.move('thursday', { by: 'ming', version: 1, at: '2026-03-08T02:30' })
  await expect(gap).rejects.toMatchObject({ code: 'group-send.invalid' })
  const { next } = await made.pushes.move('thursday', { by: 'ming', version: 1, at: '2026-03-08T10:00' })
  expect(next?.at).toEqual(new Date('2026-03-08T14:00:00Z'))
})
