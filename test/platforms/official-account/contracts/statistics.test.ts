import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { dayAfter, dayOf, split } from '../../../../src/platforms/official-account/client/days.js'
import { rejectionOf } from '../client/fixture.js'
import { type ContractWorld, picture, startContractWorld } from './world.js'

const DAY = 86_400_000
let world: ContractWorld
let today: string
beforeEach(async () => {
  world = await startContractWorld()
  world.simulator.control.clock({ set: Date.parse('2026-03-02T02:00:00Z') })
  today = dayOf(world.clock.now())
})
afterEach(() => world.close())

const only = (day: string) => ({ from: day, to: day })

describe('the platform counts what happened, and tells it the next day', () => {
  test('followers, messages and callbacks', async () => {
    const { control } = world.simulator
    const { statistics } = world.client
    const stays = control.addFollower().id
    const leaves = control.addFollower().id
    control.follow(stays, { scene: 'poster' })
    control.follow(leaves)
    control.say(stays, '一')
    control.say(stays, '二')
    control.say(leaves, '三')
    control.unfollow(leaves)
    await control.settled()
    world.pass(DAY)
    control.follow(control.addFollower().id)
    await control.settled()
    const changes = await statistics.followerChanges(only(today))
    expect(changes).toEqual(
      expect.arrayContaining([
        { day: today, source: 30, gained: 1, lost: 0 },
        { day: today, source: 1, gained: 1, lost: 0 },
        { day: today, source: 0, gained: 0, lost: 1 },
      ]),
    )
    expect(await statistics.followerCounts(only(today))).toEqual([{ day: today, followers: 1 }])
    expect(await statistics.messages(only(today))).toEqual([{ day: today, type: 1, people: 2, messages: 3 }])
    expect(await statistics.messagesByHour(only(today))).toMatchObject([{ hour: 10, messages: 3 }])
    expect(await statistics.messageDistribution(only(today))).toEqual([{ day: today, interval: 1, people: 2 }])
    expect(await statistics.callbackCalls(only(today))).toMatchObject([{ calls: 6, failures: 0 }])
    expect(await statistics.callbackCallsByHour(only(today))).toMatchObject([{ hour: 10, calls: 6 }])
    world.pass(40 * DAY)
    expect(today).toBe('2026-03-02')
    const march = { from: '2026-03-01', to: '2026-03-30' }
    expect(await statistics.messagesByWeek(march)).toMatchObject([{ day: '2026-03-02', messages: 3 }])
    expect(await statistics.messagesByMonth(march)).toMatchObject([{ day: '2026-03-01', messages: 3 }])
    expect(await statistics.messageDistributionByWeek(march)).toHaveLength(1)
    expect(await statistics.messageDistributionByMonth(march)).toHaveLength(1)
  })

  test('articles and their readers', async () => {
    const { client } = world
    const reader = world.simulator.control.addFollower({ following: true }).id
    const thumbMediaId = (await client.materials.add('image', picture)).mediaId
    const draft = await client.drafts.add([{ type: 'news', title: '上新', content: '<p>秋</p>', thumbMediaId }])
    const { publishId, msgDataId } = await client.publish.submit(draft)
    await world.simulator.control.settled()
    const [page] = (await client.publish.state(publishId)).articles
    await (await fetch(`${page?.url}&openid=${reader}`)).text()
    world.pass(DAY)
    const { statistics } = client
    expect(await statistics.articleReaders(only(today))).toMatchObject({
      delayed: false,
      rows: [{ articleId: `${msgDataId}_1`, people: 1, bySource: [{ scene: '全部', people: 1 }, {}] }],
    })
    expect((await statistics.articleSharers(only(today))).rows).toMatchObject([{ people: 0 }])
    expect((await statistics.reading(only(today))).rows).toMatchObject([{ readers: 1, pages: 1 }])
    expect((await statistics.articleTotals(only(today))).rows).toMatchObject([
      { articleId: `${msgDataId}_1`, title: '上新', notified: false, days: [{ day: today, readers: 1 }] },
    ])
  })
})

describe('spans', () => {
  test('a longer range becomes calls that the platform takes', async () => {
    const { statistics } = world.client
    await statistics.followerChanges({ from: '2026-02-01', to: '2026-02-20' })
    await statistics.articleReaders({ from: '2026-02-01', to: '2026-02-03' })
    const calls = await world.simulator.control.calls({ waitMs: 1 })
    const asked = (path: string) => calls.filter((call) => call.path === path).map((call) => call.request)
    expect(asked('/datacube/getusersummary')).toEqual([
      '{"begin_date":"2026-02-01","end_date":"2026-02-07"}',
      '{"begin_date":"2026-02-08","end_date":"2026-02-14"}',
      '{"begin_date":"2026-02-15","end_date":"2026-02-20"}',
    ])
    expect(asked('/datacube/getarticleread')).toHaveLength(3)
    expect(calls.every((call) => call.errcode === 0)).toBe(true)
  })

  test.each([
    ['today', () => only(today), /yesterday/],
    ['tomorrow', () => only(dayAfter(today, 1)), /yesterday/],
    ['before there was data', () => only('2014-11-30'), /no data before 2014-12-01/],
    ['a range backwards', () => ({ from: '2026-02-02', to: '2026-02-01' }), /before from/],
    ['no day', () => only('2026-02-30'), /YYYY-MM-DD/],
  ])('%s is refused before the call', async (_, days, words) => {
    const refused = await rejectionOf(world.client.statistics.followerChanges(days()))
    expect(refused).toMatchObject({ class: 'request', errcode: undefined, message: expect.stringMatching(words) })
    expect(await world.simulator.control.calls({ waitMs: 1 })).toEqual([])
  })

  test('pieces cover every day once, none is longer than allowed', () => {
    const day = fc.integer({ min: 0, max: 4000 }).map((days) => dayAfter('2020-01-01', days))
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 30 }), (from, length, most) => {
        const to = dayAfter(from, length)
        const pieces = split({ from, to }, most)
        expect(pieces[0]?.from).toBe(from)
        expect(pieces.at(-1)?.to).toBe(to)
        for (const [at, piece] of pieces.entries()) {
          expect(piece.to <= dayAfter(piece.from, most - 1) && piece.from <= piece.to).toBe(true)
          if (at > 0) expect(piece.from).toBe(dayAfter(pieces[at - 1]?.to ?? '', 1))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('the day ends at midnight in Shanghai', () => {
    expect(dayOf(new Date('2026-01-01T15:59:59Z'))).toBe('2026-01-01')
    expect(dayOf(new Date('2026-01-01T16:00:00Z'))).toBe('2026-01-02')
    expect(split({ from: '2026-02-27', to: '2026-03-01' }, 2)).toEqual([
      { from: '2026-02-27', to: '2026-02-28' },
      { from: '2026-03-01', to: '2026-03-01' },
    ])
  })
})
