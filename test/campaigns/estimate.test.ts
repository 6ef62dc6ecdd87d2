import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { reachable } from '../../src/campaigns/estimate.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { clean, fakeReach, numberOf, people, person, promotion, START, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

const n = numberOf
const refused = { allowed: false, at: START, source: 'message.text' }

describe('an estimate', () => {
  test('tells for everybody the channel or the most telling reason, and what each channel lacked', async () => {
    const reach = fakeReach(({ _id }) => ({
      openWindow: n(_id) <= 10 ? 1 : 0,
      massThisMonth: n(_id) <= 30 ? 4 : 0,
      following: n(_id) <= 90,
      consents: n(_id) > 80 && n(_id) <= 90 ? { marketing: refused } : {},
      touches: n(_id) > 70 && n(_id) <= 80 ? { day: 1, week: 1, month: 1 } : { day: 0, week: 0, month: 0 },
    }))
    const { campaigns } = await world(store, people(100), { reach })
    const channels = ['customer-message', 'mass']
    await campaigns.create({ id: 'autumn', definition: promotion({ channels }), by: 'ming' })
    const found = await campaigns.estimate('autumn')
    expect(found).toMatchObject({
      asOf: START,
      for: START,
      version: 1,
      people: 100,
      notDue: 0,
      holdOut: 0,
      channels: { 'customer-message': 10, mass: 40 },
      reasons: { 'mass-used-up': 20, 'cap-day': 10, 'opted-out': 10, 'not-following': 10 },
      later: {},
      variants: [{ name: 'A', people: 100 }],
    })
    expect(found.refusals).toMatchObject({ 'customer-message': { 'window-closed': 20 }, mass: { 'mass-used-up': 20 } })
    expect(reachable(found)).toBe(50)
    const sum = Object.values(found.reasons).reduce((a, b) => a + b, reachable(found))
    expect(sum + found.holdOut).toBe(found.people)
    expect((await campaigns.find('autumn')).estimate).toEqual(found)
  })

  test('foresees whom a quota leaves out', async () => {
    const { campaigns } = await world(store, people(100), { reach: fakeReach(() => ({}), { mass: 60 }) })
    await campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    const found = await campaigns.estimate('autumn')
    expect(found).toMatchObject({ channels: { mass: 60 }, later: { quota: 40 } })
    expect(found.forecast).toEqual([
      expect.objectContaining({ channel: 'mass', people: 100, fits: 60, beyond: 40, left: 60, calls: 1, days: 2 }),
    ])
  })

  test('is for the time of the run: quiet hours are judged then', async () => {
    const { campaigns } = await world(store, people(5))
    const schedule = { at: '2026-03-04T23:00' }
    await campaigns.create({ id: 'night', definition: promotion({ schedule }), by: 'ming' })
    const found = await campaigns.estimate('night')
    expect(found).toMatchObject({ for: new Date('2026-03-04T15:00:00Z'), later: { 'quiet-hours': 5 }, channels: {} })
  })

  test('counts who is held out, each variant, and with stages whose turn it is', async () => {
    const { campaigns } = await world(store, people(1000))
    const variants = [
      { name: '甲', text: '一' },
      { name: '乙', text: '二' },
    ]
    await campaigns.create({
      id: 'ab',
      definition: promotion({ article: undefined, variants, holdOut: 10 }),
      by: 'ming',
    })
    const found = await campaigns.estimate('ab')
    expect(found.holdOut).toBeGreaterThan(60)
    expect(found.holdOut).toBeLessThan(140)
    expect(found.variants.reduce((sum, { people: count }) => sum + count, 0)).toBe(1000)
    expect(found.variants.every(({ people: count }) => count > 430)).toBe(true)

    const silent = (days: number) => ({ lastSeenAt: new Date(START.getTime() - days * 86_400_000) })
    const made = await world(store, [
      person(1, silent(31)),
      person(2, silent(50)),
      person(3, silent(2)),
      person(4, silent(90)),
    ])
    const stages = [
      { silent: '30d', text: '一' },
      { silent: '45d', text: '二' },
    ]
    const definition = promotion({ article: undefined, stages, schedule: { cron: '30 10 * * *' } })
    await made.campaigns.create({ id: 'recall', definition, by: 'ming' })
    expect(await made.campaigns.estimate('recall')).toMatchObject({
      people: 2,
      notDue: 2,
      variants: [
        { name: '30d', people: 1 },
        { name: '45d', people: 1 },
      ],
    })
  })

  test('tells how far it is, and ends when it is called back', async () => {
    const { campaigns } = await world(store, people(2500))
    await campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    const seen: number[] = []
    await campaigns.estimate('autumn', { by: 'ming', progress: (count) => seen.push(count) })
    expect(seen).toEqual([1000, 2000, 2500])
  })

  test('of a campaign that is edited meanwhile is not kept', async () => {
    const made = await world(store, people(10))
    await made.campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    const progress = () => undefined
    const pages = made.audiences.pages
    const slow = made.another({
      audiences: {
        ...made.audiences,
        async *pages(rule, query) {
          await made.campaigns.edit('autumn', { version: 1, definition: promotion({ holdOut: 5 }), by: 'lan' })
          yield* pages(rule, query)
        },
      },
    })
    await expect(slow.estimate('autumn', { by: 'ming', progress })).rejects.toMatchObject({ code: 'campaign.version' })
    expect(await made.campaigns.find('autumn')).not.toHaveProperty('estimate')
  })
})

describe('how one person stands to a campaign', () => {
  test('says whether they are in it, what they would get, and what became of them', async () => {
    const made = await world(store, people(20))
    await made.campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    await made.campaigns.estimate('autumn')
    await made.campaigns.approve('autumn', { by: 'lan' })
    expect(await made.campaigns.standing('autumn', person(3))).toEqual({
      inAudience: true,
      heldOut: false,
      variant: 'A',
    })
    await made.campaigns.run('autumn', { by: 'lan' })
    await made.campaigns.tick()
    await made.campaigns.idle()
    made.bulk.settle('autumn:2026-03-04T1000', 'skipped', { reason: 'cap-day' })
    expect(await made.campaigns.standing('autumn', person(3))).toMatchObject({
      run: 'autumn:2026-03-04T1000',
      end: { state: 'skipped', reason: 'cap-day' },
    })
    expect(await made.campaigns.standing('autumn', person(99))).toEqual({
      inAudience: false,
      heldOut: false,
      variant: 'A',
    })
    expect((await made.campaigns.recipient('autumn', '2026-03-04T1000', person(3)._id))?.state).toBe('skipped')
  })
})
