import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Booking, Reach } from '../../../src/outbox/reach/reach.js'
import { database } from '../../../src/store/connect.js'
import { booking, DAY_MS, NOON, openWorld, POLICY, type World } from './setup.js'

let world: World
let count = 0
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  world.clock.pass(NOON.getTime() - world.clock.now().getTime())
})

const fresh = (people: number) => {
  count++
  return Array.from({ length: people }, (_, at) => `c${count}-${String(at).padStart(4, '0')}`)
}
const people = (ids: readonly string[]) => ids.map((contact) => ({ contact }))
const on = (day: number) => new Date(NOON.getTime() + day * DAY_MS)
const book = (ids: readonly string[], change: Partial<Booking> = {}, reach: Reach = world.reach) =>
  reach.book(people(ids), booking(on(0), change))

describe('booking', () => {
  test('one marketing message a day: the second campaign finds the person taken, the next day it does not', async () => {
    const [ann = ''] = fresh(1)
    expect(await book([ann])).toEqual([undefined])
    expect(await book([ann], { source: 'summer:1' })).toEqual(['cap-day'])
    expect(await book([ann], { source: 'summer:1', now: on(1) })).toEqual([undefined])
  })

  test('care messages count with marketing, service messages neither count nor are held back', async () => {
    const [ann = ''] = fresh(1)
    const service = { purpose: 'service', channel: 'customer-message', source: 'reminder:1' } as const
    expect(await book([ann], service)).toEqual([undefined])
    expect(await book([ann], { purpose: 'care', channel: 'customer-message', source: 'birthday:1' })).toEqual([
      undefined,
    ])
    expect(await book([ann])).toEqual(['cap-day'])
    expect(await book([ann], { ...service, source: 'reminder:2' })).toEqual([undefined])
  })

  test('the same message booked again, by whichever process, is booked once and barred by nothing', async () => {
    const ids = fresh(30)
    const other = world.another()
    expect(await book(ids)).toEqual(ids.map(() => undefined))
    expect(await book(ids, {}, other)).toEqual(ids.map(() => undefined))
    expect(await world.reach.touchesOf(ids[0] ?? '')).toHaveLength(1)
    expect(await other.touchesOf(ids[29] ?? '')).toMatchObject([{ source: 'spring:1', channel: 'mass', at: on(0) }])
  })

  test('what surely did not arrive is given back, as often as one says it, and can be booked again', async () => {
    const [ann = '', ...others] = fresh(20)
    await book([ann, ...others])
    await world.reach.release([ann], 'spring:1')
    await world.reach.release([ann], 'spring:1')
    await world.reach.release([ann], 'never:1')
    expect(await world.reach.touchesOf(ann)).toEqual([])
    expect(await book([ann, others[0] ?? ''], { source: 'summer:1' })).toEqual([undefined, 'cap-day'])
    await world.reach.release([ann], 'summer:1')
    expect(await book([ann])).toEqual([undefined])
    expect(await world.reach.touchesOf(ann)).toMatchObject([{ source: 'spring:1' }])
  })

  test('giving back what was never booked writes nothing', async () => {
    const rows = database(world.store.connection).collection('touches')
    const before = await rows.countDocuments()
    await world.reach.release(fresh(3), 'nothing:1')
    expect(await rows.countDocuments()).toBe(before)
  })

  test('the fifth mass message of a calendar month is barred, whatever the caps allow', async () => {
    const [ann = ''] = fresh(1)
    const policy = { ...POLICY, caps: { day: 9, week: 9, month: 99 } }
    for (let week = 0; week < 4; week++) {
      expect(await book([ann], { source: `w:${week}`, now: on(week * 6), policy })).toEqual([undefined])
    }
    expect(await book([ann], { source: 'w:5', now: on(24), policy })).toEqual(['mass-used-up'])
    const text = { source: 'w:5', now: on(24), policy, channel: 'customer-message' } as const
    expect(await book([ann], text)).toEqual([undefined])
    expect(await book([ann], { source: 'w:6', now: on(28), policy })).toEqual([undefined])
  })

  test('a campaign limited to one message a person does not write in its next run', async () => {
    const [ann = ''] = fresh(1)
    const policy = { ...POLICY, caps: { ...POLICY.caps, campaign: 1 } }
    expect(await book([ann], { policy })).toEqual([undefined])
    expect(await book([ann], { source: 'spring:2', now: on(2), policy })).toEqual(['cap-campaign'])
    expect(await book([ann], { source: 'springs:1', now: on(2), policy })).toEqual([undefined])
  })

  test('a notice by template, or what waits for a visit, leaves no trace', async () => {
    const [ann = ''] = fresh(1)
    await book([ann], { purpose: 'service', channel: 'template' })
    await book([ann], { channel: 'next-visit' })
    expect(await world.reach.touchesOf(ann)).toEqual([])
  })

  test('checking says what booking would, and books nothing', async () => {
    const [ann = '', ben = ''] = fresh(2)
    await book([ann])
    expect(await world.reach.check(people([ann, ben]), booking(on(0), { source: 'x:1' }))).toEqual([
      'cap-day',
      undefined,
    ])
    expect(await world.reach.touchesOf(ben)).toEqual([])
  })

  test('a thousand people are booked with one write', async () => {
    const ids = fresh(1000)
    await world.reach.touchesOf('x')
    const rows = database(world.store.connection).collection('touches')
    const before = await rows.countDocuments()
    expect((await world.reach.reserve(people(ids), booking(on(0)))).every(Boolean)).toBe(true)
    expect((await rows.countDocuments()) - before).toBe(1)
  })

  test('a contact that was merged into another brings along what it got', async () => {
    const [gone = '', into = ''] = fresh(2)
    await book([gone])
    expect(await book([into], { source: 'summer:1' })).toEqual([undefined])
    await world.reach.release([into], 'summer:1')
    await world.reach.join(gone, into)
    expect(await book([into], { source: 'summer:1' })).toEqual(['cap-day'])
    expect(await world.another().touchesOf(into)).toHaveLength(1)
  })

  test('a process that starts later knows everything', async () => {
    const ids = fresh(40)
    await book(ids)
    await world.reach.release(ids.slice(0, 1), 'spring:1')
    const late = world.another()
    const found = await Promise.all([ids[0] ?? '', ids[1] ?? ''].map((id) => late.touchesOf(id)))
    expect(found.map((touches) => touches.length)).toEqual([0, 1])
  })

  test('rows that the store has dropped are not missed, nor their numbers', async () => {
    const [ann = ''] = fresh(1)
    const idle = world.another()
    await book([ann], {}, idle)
    await database(world.store.connection).collection('touches').deleteMany({})
    world.clock.pass(40 * DAY_MS)
    const newcomer = world.another()
    const now = world.clock.now()
    const [a, b] = fresh(2)
    const first = await newcomer.reserve([{ contact: a ?? '' }], booking(now, { source: 'x:1' }))
    const second = await idle.reserve(people([a ?? '', b ?? '']), booking(now, { source: 'y:1' }))
    expect([first, second]).toEqual([[true], [false, true]])
    expect(await newcomer.touchesOf(b ?? '')).toHaveLength(1)
  })
})

describe('over processes and campaigns', () => {
  test('ten campaigns in three processes at once: everybody gets exactly one', async () => {
    const ids = fresh(60)
    const processes = [world.reach, world.another(), world.another()]
    const campaigns = Array.from({ length: 10 }, (_, at) => ({ source: `storm${at}:1`, reach: processes[at % 3] }))
    const answers = await Promise.all(campaigns.map(({ source, reach }) => book(ids, { source }, reach)))
    const granted = ids.map((_, at) => answers.filter((answer) => answer[at] === undefined).length)
    expect(granted).toEqual(ids.map(() => 1))
  })

  test('at random, one after the other: exactly what a list of dates on paper says', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const ids = fresh(4)
        const paper = new Map<string, { source: string; day: number }[]>()
        const processes = [world.another({ refreshMs: 60_000 }), world.another({ refreshMs: 60_000 })]
        for (const { source, day, who, by, undo } of steps) {
          const chosen = ids.filter((_, at) => who.includes(at))
          const reach = processes[by] ?? world.reach
          if (undo) {
            for (const id of chosen)
              paper.set(
                id,
                (paper.get(id) ?? []).filter((one) => one.source !== source),
              )
            await settle(processes)
            await reach.release(chosen, source)
            await settle(processes)
            continue
          }
          const expected = chosen.map((id) => onPaper(paper, id, source, day))
          const given = await reach.reserve(people(chosen), booking(on(day), { source, policy: SMALL }))
          expect(given).toEqual(expected)
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('at random, all at once: no cap is ever exceeded', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const ids = fresh(4)
        const processes = [world.reach, world.another(), world.another({ refreshMs: 60_000 })]
        const got = new Map<string, Set<string>>()
        await Promise.all(
          steps.map(async ({ source, day, who, by }) => {
            const chosen = ids.filter((_, at) => who.includes(at))
            const reach = processes[by] ?? world.reach
            const given = await reach.reserve(people(chosen), booking(on(day), { source, policy: SMALL }))
            for (const [at, id] of chosen.entries()) {
              if (given[at]) got.set(id, (got.get(id) ?? new Set()).add(`${source} ${day}`))
            }
          }),
        )
        for (const id of ids) {
          const days = [...(got.get(id) ?? [])].map((key) => Number(key.split(' ')[1]))
          for (const last of days) {
            const within = (span: number) => days.filter((day) => day <= last && day > last - span).length
            expect(within(1)).toBeLessThanOrEqual(SMALL.caps.day)
            expect(within(7)).toBeLessThanOrEqual(SMALL.caps.week)
          }
          expect(days.length).toBeLessThanOrEqual(SMALL.caps.month)
          expect((await world.reach.touchesOf(id)).length).toBe(days.length)
        }
      }),
      { numRuns: RUNS },
    )
  })
})

/** The long form: `WELOOP_RUNS=200`. */
const RUNS = Number(process.env['WELOOP_RUNS'] ?? 12)
const SMALL = { ...POLICY, caps: { day: 1, week: 2, month: 4 } }

/** Bookings in the order of days, by one of three processes, sometimes taken back. */
const history = fc
  .array(
    fc.record({
      source: fc.constantFrom('a:1', 'b:1', 'c:1', 'd:1'),
      later: fc.constantFrom(0, 0, 0, 1, 2, 5),
      who: fc.subarray([0, 1, 2, 3], { minLength: 1 }),
      by: fc.integer({ min: 0, max: 2 }),
      undo: fc.constantFrom(false, false, false, false, true),
    }),
    { maxLength: 14 },
  )
  .map((steps) => {
    let day = 0
    return steps.map(({ later, ...step }) => {
      day = Math.min(day + later, 25)
      return { ...step, day }
    })
  })

function onPaper(
  paper: Map<string, { source: string; day: number }[]>,
  id: string,
  source: string,
  day: number,
): boolean {
  const mine = paper.get(id) ?? []
  if (mine.some((one) => one.source === source && one.day === day)) return true
  const within = (span: number) => mine.filter((one) => one.day > day - span).length
  const mass = mine.filter((one) => one.day <= day).length
  if (within(1) >= 1 || within(7) >= 2 || within(30) >= 4 || mass >= 4) return false
  paper.set(id, [...mine, { source, day }])
  return true
}

/** What one process took back is only known to the others when they read again. */
async function settle(processes: readonly Reach[]): Promise<void> {
  for (const reach of processes) await reach.reserve([{ contact: `sync-${++count}` }], booking(on(0)))
}
