import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { draftOf, forecastOf } from '../../../src/outbox/reach/reach.js'
import { database } from '../../../src/store/connect.js'
import { laneOf, useLane } from '../../../src/store/lanes.js'
import { NOON, openWorld, quotas, type World } from './setup.js'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reach.flush()
  await database(world.store.connection).collection('quotas').deleteMany({})
})
const MIDNIGHT = new Date('2030-03-04T16:00:00Z')
const at = (change: string) => new Date(change)

describe('the quota books', () => {
  test('calls are counted by channel and taken from what a new account has a day', async () => {
    world.reach.count('shop', 'customer-message', 3, NOON)
    world.reach.count('shop', 'mass', 2, NOON)
    const state = await world.another().quota('shop', NOON)
    expect(state['customer-message']).toMatchObject({ left: 500_000, perDay: 500_000, permitted: true })
    await world.reach.flush()
    const shared = await world.another().quota('shop', NOON)
    expect(shared['customer-message']).toEqual({ permitted: true, left: 499_997, perDay: 500_000, rollsAt: MIDNIGHT })
    expect(shared.mass).toMatchObject({ left: 980_000, perDay: 1_000_000 })
    expect(shared.subscription.left).toBe(Number.POSITIVE_INFINITY)
  })

  test('what this process has counted shows before it is written', async () => {
    await world.reach.quota('shop', NOON)
    world.reach.count('shop', 'template', 7, NOON)
    expect((await world.reach.quota('shop', NOON)).template.left).toBe(99_993)
  })

  test('two processes add up, also when they write the first row of the day at the same moment', async () => {
    const processes = [world.reach, world.another(), world.another(), world.another()]
    for (const reach of processes) for (let call = 0; call < 5; call++) reach.count('shop', 'template', 1, NOON)
    await Promise.all(processes.map((reach) => reach.flush()))
    await Promise.all(processes.map((reach) => reach.flush()))
    expect((await world.another().quota('shop', NOON)).template.left).toBe(99_980)
  })

  test('the quota begins anew at midnight in Shanghai', async () => {
    world.reach.count('shop', 'template', 100_000, at('2030-03-04T15:59:59.999Z'))
    await world.reach.flush()
    expect((await world.reach.quota('shop', at('2030-03-04T15:59:59Z'))).template.left).toBe(0)
    const next = await world.reach.quota('shop', MIDNIGHT)
    expect(next.template).toMatchObject({ left: 100_000, rollsAt: at('2030-03-05T16:00:00Z') })
  })

  test('a channel that the platform says is used up rests until midnight, in every process', async () => {
    const other = world.another()
    expect((await other.quota('shop', NOON)).template.parkedUntil).toBeUndefined()
    expect(await world.reach.park('shop', 'template', NOON)).toEqual(MIDNIGHT)
    expect((await other.quota('shop', NOON)).template.parkedUntil).toEqual(MIDNIGHT)
    expect((await other.quota('shop', NOON)).mass.parkedUntil).toBeUndefined()
    expect((await other.quota('shop', MIDNIGHT)).template.parkedUntil).toBeUndefined()
  })

  test('a shorter rest never ends a longer one; a person who reset the quota ends both', async () => {
    await world.reach.park('shop', 'template', NOON)
    await world.another().park('shop', 'template', NOON, new Date(NOON.getTime() + 60_000))
    expect((await world.reach.quota('shop', NOON)).template.parkedUntil).toEqual(MIDNIGHT)
    world.reach.count('shop', 'template', 50, NOON)
    await world.reach.unpark('shop', 'template', NOON)
    const { parkedUntil, left } = (await world.another().quota('shop', NOON)).template
    expect([parkedUntil, left]).toEqual([undefined, 100_000])
  })

  test('an account that was granted more has more, and one that nobody configured has no channel', async () => {
    const large = world.another({ granted: (_, channel) => (channel === 'template' ? 1_000_000 : undefined) })
    expect((await large.quota('shop', NOON)).template.left).toBe(1_000_000)
    expect((await world.reach.quota('other', NOON)).template.permitted).toBe(false)
  })

  test('what an account may not do, and what needs WeCom, is not permitted', async () => {
    const poor = world.another({
      setup: () => ({
        platform: 'official-account',
        miniProgram: false,
        may: (capability) => capability === 'customer-messages',
      }),
    })
    const state = await poor.quota('shop', NOON)
    const permitted = Object.entries(state).flatMap(([channel, { permitted }]) => (permitted ? [channel] : []))
    expect(permitted).toEqual(['customer-message', 'next-visit'])
    expect((await world.reach.quota('shop', NOON))['group-send'].permitted).toBe(false)
  })

  test('counts survive a store that fails for a while', async () => {
    const reach = world.another()
    const { connection } = world.store
    const [db, lane] = [database(connection), laneOf(connection)]
    const command = db.command.bind(db)
    const away = () => Promise.reject(new Error('the store is away'))
    db.command = away
    if (lane) useLane(connection, { ...lane, run: away })
    reach.count('shop', 'template', 4, NOON)
    await reach.flush()
    expect((await reach.quota('shop', NOON)).template.left).toBe(99_996)
    db.command = command
    if (lane) useLane(connection, lane)
    reach.count('shop', 'template', 1, NOON)
    await reach.flush()
    expect((await world.another().quota('shop', NOON)).template.left).toBe(99_995)
  })
})

describe('the forecast', () => {
  test('says what fits today, whom it leaves out and how many days it takes', () => {
    const state = { ...quotas(), template: { permitted: true, left: 400, perDay: 1000, rollsAt: MIDNIGHT } }
    expect(forecastOf(state, { template: 2500, mass: 25_000 })).toEqual([
      {
        channel: 'template',
        people: 2500,
        calls: 2500,
        fits: 400,
        beyond: 2100,
        left: 400,
        perDay: 1000,
        days: 4,
        until: MIDNIGHT,
      },
      { channel: 'mass', people: 25_000, calls: 3, fits: 25_000, beyond: 0, days: 1 },
    ])
  })

  test('a channel at rest reaches nobody today, one without permission nobody ever', () => {
    const parked = { permitted: true, left: 400, perDay: 1000, rollsAt: MIDNIGHT, parkedUntil: MIDNIGHT }
    const never = { permitted: false, left: 400, perDay: 1000, rollsAt: MIDNIGHT }
    const [template, mass] = forecastOf({ ...quotas(), template: parked, mass: never }, { template: 100, mass: 100 })
    expect(template).toMatchObject({ fits: 0, beyond: 100, days: 2, until: MIDNIGHT })
    expect(mass).toEqual({ channel: 'mass', people: 100, calls: 1, fits: 0, beyond: 100, left: 0, perDay: 1000 })
  })

  test('a draft is drawn down without touching what it was made from', () => {
    const state = { ...quotas(), mass: { permitted: true, left: 2, perDay: 2, rollsAt: MIDNIGHT } }
    const draft = draftOf(state)
    draft.take('mass')
    draft.take('mass')
    expect([draft.quota.mass.left, state.mass.left]).toEqual([0, 2])
  })
})
