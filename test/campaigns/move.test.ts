import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { nextOccurrence, readSchedule } from '../../src/campaigns/schedule.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { approved, clean, people, promotion, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

const HOUR = 3_600_000
/** The world begins on 2026-03-04 at 10:00 in Shanghai; from more than 50 people on somebody else approves. */
const at = (time: string) => promotion({ schedule: { at: time } })

test('a small push that is scheduled moves with its approval, and runs at the new time only', async () => {
  const made = await world(store, people(20))
  const { campaigns, clock, bulk } = made
  await approved(made, 'autumn', at('2026-03-04T12:00'))
  await campaigns.schedule('autumn', { by: 'lan' })
  const moved = await campaigns.move('autumn', { by: 'ming', version: 1, at: '2026-03-04T14:00' })
  expect(moved).toMatchObject({ state: 'scheduled', version: 2, next: { key: '2026-03-04T1400' } })
  expect(moved.approval).toMatchObject({ by: 'lan', version: 2 })
  clock.pass(2 * HOUR + 1000)
  await campaigns.tick()
  await campaigns.idle()
  expect(bulk.sources()).toEqual([])
  clock.pass(2 * HOUR)
  await campaigns.tick()
  await campaigns.idle()
  expect(bulk.sources()).toEqual(['autumn:2026-03-04T1400'])
  const { runs } = await campaigns.show('autumn')
  expect(runs.map(({ occurrence, state }) => [occurrence, state])).toEqual([
    ['2026-03-04T1400', 'sending'],
    ['2026-03-04T1200', 'cancelled'],
  ])
})

test('a run whose time another process was about to begin does not, once the push has been moved', async () => {
  const made = await world(store, people(20))
  const { campaigns, clock, bulk, rows } = made
  await approved(made, 'autumn', at('2026-03-04T12:00'))
  await campaigns.schedule('autumn', { by: 'lan' })
  await campaigns.move('autumn', { by: 'ming', version: 1, at: '2026-03-05T12:00' })
  // As if the process that moved it had been cut short before it called the old run back.
  await rows.runs.updateOne({ _id: 'autumn:2026-03-04T1200' }, { $set: { state: 'scheduled' } })
  clock.pass(2 * HOUR + 1000)
  await made.another().tick()
  await campaigns.idle()
  expect(bulk.sources()).toEqual([])
  expect((await rows.runs.findOne({ _id: 'autumn:2026-03-04T1200' }))?.reason).toMatchObject({ code: 'moved' })
})

test('a large one goes back to a draft: the time was part of what somebody else approved', async () => {
  const made = await world(store, people(60))
  const { campaigns, clock, bulk } = made
  await approved(made, 'autumn', at('2026-03-04T12:00'))
  await campaigns.schedule('autumn', { by: 'lan' })
  const moved = await campaigns.move('autumn', { by: 'ming', version: 1, at: '2026-03-04T14:00' })
  expect(moved.state).toBe('draft')
  for (const key of ['approval', 'estimate', 'next']) expect(moved).not.toHaveProperty(key, expect.anything())
  clock.pass(5 * HOUR)
  await campaigns.tick()
  await campaigns.idle()
  expect(bulk.sources()).toEqual([])
})

test.each([
  ['a time that is over', at('2026-03-04T12:00'), '2026-03-04T09:00', 'campaign.invalid'],
  ['no time at all', at('2026-03-04T12:00'), 'tomorrow', 'campaign.invalid'],
  ['the time that it has', at('2026-03-04T12:00'), '2026-03-04T12:00', 'campaign.invalid'],
  [
    'a time after its end',
    { ...at('2026-03-04T12:00'), endsAt: '2026-03-05T00:00' },
    '2026-03-06T12:00',
    'campaign.invalid',
  ],
  ['one that repeats', promotion({ schedule: { cron: '30 10 * * *' } }), '2026-03-06T12:00', 'campaign.schedule'],
  ['one that is started by hand', promotion(), '2026-03-06T12:00', 'campaign.schedule'],
])('is refused: %s', async (_, definition, time, code) => {
  const { campaigns } = await world(store)
  await campaigns.create({ id: 'autumn', definition, by: 'ming' })
  await expect(campaigns.move('autumn', { by: 'ming', version: 1, at: time })).rejects.toMatchObject({ code })
  expect((await campaigns.find('autumn')).version).toBe(1)
})

test('is refused when somebody has changed it meanwhile, or when its run has begun', async () => {
  const made = await world(store, people(20))
  const { campaigns, clock } = made
  await approved(made, 'autumn', at('2026-03-04T12:00'))
  const wrong = campaigns.move('autumn', { by: 'ming', version: 7, at: '2026-03-05T12:00' })
  await expect(wrong).rejects.toMatchObject({ code: 'campaign.version' })
  await campaigns.schedule('autumn', { by: 'lan' })
  clock.pass(2 * HOUR + 1000)
  await campaigns.tick()
  await campaigns.idle()
  const late = campaigns.move('autumn', { by: 'ming', version: 1, at: '2026-03-05T12:00' })
  await expect(late).rejects.toMatchObject({ code: 'campaign.state' })
})

const ZONED = [
  ['Asia/Shanghai', '2026-03-05T06:00:00.000Z', '2026-03-05T14:00', '2026-03-05T1400'],
  ['America/New_York', '2026-03-05T14:00:00+08:00', '2026-03-05T01:00', '2026-03-05T0100'],
  // The clocks of New York go forward on the 8th, back on the 1st of November.
  ['America/New_York', '2026-03-08T14:00:00Z', '2026-03-08T10:00', '2026-03-08T1000'],
  ['America/New_York', '2026-03-08T07:30:00Z', '2026-03-08T03:30', '2026-03-08T0330'],
  ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T01:30:00-04:00', '2026-11-01T0130'],
  ['America/New_York', '2026-11-01T06:30:00Z', '2026-11-01T01:30:00-05:00', '2026-11-01T0130'],
] as const

test.each(ZONED)('an instant is put into the zone of the schedule: %s, %s', async (timeZone, instant, written, key) => {
  const { campaigns } = await world(store)
  const definition = promotion({ schedule: { at: '2026-03-04T23:00', timeZone } })
  await campaigns.create({ id: 'autumn', definition, by: 'ming' })
  const moved = await campaigns.move('autumn', { by: 'ming', version: 1, at: instant })
  expect(moved.definition.schedule).toEqual({ at: written, timeZone })
  expect(nextOccurrence(readSchedule(moved.definition.schedule, 'Asia/Shanghai'), new Date(0))).toEqual({
    key,
    at: new Date(instant),
  })
})

test('local text is of the zone of the schedule, and a time that its clocks leave out is none', async () => {
  const { campaigns } = await world(store)
  const definition = promotion({ schedule: { at: '2026-03-04T23:00', timeZone: 'America/New_York' } })
  await campaigns.create({ id: 'autumn', definition, by: 'ming' })
  const gap = campaigns.move('autumn', { by: 'ming', version: 1, at: '2026-03-08T02:30' })
  await expect(gap).rejects.toMatchObject({ code: 'campaign.invalid' })
  const { definition: moved } = await campaigns.move('autumn', { by: 'ming', version: 1, at: '2026-03-08T03:30' })
  expect(moved.schedule?.at).toBe('2026-03-08T03:30')
})
