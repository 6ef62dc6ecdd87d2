import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { kfCursors } from '../../src/kf/model.js'
import type { KfPorts, PullPoint } from '../../src/kf/ports.js'
import { forever } from '../inbox/setup.js'
import { ACCOUNT, entry, fakeDesk } from './platform.js'
import { type DeskBench, openDeskBench } from './setup.js'

let bench: DeskBench
beforeAll(async () => {
  bench = await openDeskBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

const MINUTE = 60_000
const DAY = 86_400_000
const later = (ms: number) => new Date(bench.clock.now().getTime() + ms)
const row = () => kfCursors(bench.store.connection).findOne({})

describe('reading the desk', () => {
  test('the first start skips what is older than the history, and says how much; then everything comes', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    desk.log = [entry('old1', later(-2 * DAY)), entry('old2', later(-11 * MINUTE)), entry('new', later(-MINUTE))]
    await kf.pull(ACCOUNT)
    expect([...bench.inbox.keys()]).toEqual(['new'])
    expect((await bench.facts('kf.history-skipped'))[0]?.props).toMatchObject({ skipped: 2 })
    desk.log.push(entry('next', later(0)))
    await kf.pull(ACCOUNT)
    await kf.pull(ACCOUNT)
    expect([...bench.came]).toEqual([
      ['new', 1],
      ['next', 1],
    ])
    expect(await bench.facts('kf.history-skipped')).toHaveLength(1)
  })

  test('after an outage everything that is kept comes, and what is not is on record', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    await kf.pull(ACCOUNT)
    desk.log = [entry('a', later(MINUTE)), entry('b', later(2 * DAY))]
    bench.clock.pass(2.9 * DAY)
    await kf.tick('kf-read')
    expect([...bench.inbox.keys()]).toEqual(['a', 'b'])
    expect(await bench.facts('kf.gap')).toEqual([])
    bench.clock.pass(4 * DAY)
    await kf.tick('kf-read')
    expect(await bench.facts('kf.gap')).toHaveLength(1)
  })

  test('a page of nothing that says there is more is read on; one that goes on saying so is left for later', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    desk.log = [entry('a'), entry('b'), entry('c')]
    desk.sizes = [0, 1, 0, 0, 1]
    await kf.pull(ACCOUNT)
    expect(bench.inbox.size).toBe(3)
    desk.sizes = Array.from({ length: 50 }, () => 0)
    await kf.pull(ACCOUNT)
    expect(desk.reads.length).toBeLessThan(15)
    expect((await row())?.nextAt.getTime()).toBeGreaterThan(bench.clock.now().getTime())
  })

  test('the token is used while it is fresh; a refused one is dropped and reading goes on without', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    desk.tokens.add('T1')
    await kf.apply(bench.pending('T1'))
    await kf.pull(ACCOUNT)
    expect(desk.reads.at(-1)).toMatchObject({ token: 'T1' })
    bench.clock.pass(10 * MINUTE)
    await kf.pull(ACCOUNT)
    expect(desk.reads.at(-1)).not.toHaveProperty('token')
    desk.log = [entry('a', later(0))]
    await kf.apply(bench.pending('WRONG'))
    await kf.pull(ACCOUNT)
    expect(bench.inbox.has('a')).toBe(true)
    expect((await row())?.token).toBeUndefined()
  })

  test('reads without a token that are too many wait; a new token goes on at once', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    desk.next = [{ end: 'later', reason: '45009', afterMs: MINUTE, seldom: true }]
    await kf.pull(ACCOUNT)
    desk.log = [entry('a')]
    await kf.pull(ACCOUNT)
    expect(bench.inbox.size).toBe(0)
    desk.tokens.add('T2')
    await kf.apply(bench.pending('T2'))
    await kf.pull(ACCOUNT)
    expect(bench.inbox.size).toBe(1)
  })

  test('what the platform or the store refuses is waited for, the longer the oftener, and nothing is lost', async () => {
    const desk = fakeDesk()
    let away = true
    const kf = bench.open(desk, {
      accept: async (_account, update) => {
        if (away) throw new Error('the store is away')
        bench.inbox.set(update.id, update)
      },
    })
    desk.log = [entry('a')]
    await kf.apply(bench.pending())
    await kf.pull(ACCOUNT)
    const first = (await row())?.nextAt.getTime() ?? 0
    expect(first).toBe(bench.clock.now().getTime() + 5_000)
    expect((await row())?.cursor).toBe('')
    bench.clock.pass(5_000)
    await kf.tick('kf-read')
    expect((await row())?.nextAt.getTime()).toBe(bench.clock.now().getTime() + 10_000)
    away = false
    await kf.tick('kf-read')
    expect(bench.inbox.size).toBe(0)
    bench.clock.pass(10_000)
    await kf.tick('kf-read')
    expect(bench.inbox.has('a')).toBe(true)
    expect(await row()).toMatchObject({ failures: 0, wanted: 1, done: 1 })
  })

  test('a cursor that is refused begins at the oldest that is kept, without the history', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    desk.log = [entry('old', later(-DAY)), entry('a', later(0))]
    await kf.pull(ACCOUNT)
    desk.log.push(entry('b', later(0)))
    desk.next = [{ end: 'cursor', reason: '40058' }]
    await kf.pull(ACCOUNT)
    expect([...bench.inbox.keys()]).toEqual(['a', 'b'])
  })

  test('a page that fails again and again is asked for in smaller ones', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    desk.next = [1, 2, 3].map(() => ({ end: 'later', reason: 'too large', afterMs: 1_000 }) as const)
    for (let at = 0; at < 5; at++) {
      await kf.pull(ACCOUNT)
      bench.clock.pass(MINUTE)
    }
    expect(desk.reads.map(({ count }) => count)).toEqual([undefined, undefined, undefined, 50, undefined])
  })

  test('news about an account that is not configured, and other news, begin nothing', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    expect(kf.apply({ ...bench.pending('T'), from: 'wkOTHER' })).toBeUndefined()
    expect(kf.apply({ ...bench.pending('T'), account: 'other' })).toBeUndefined()
    expect(desk.reads).toEqual([])
  })

  test('what comes while it reads is read too, and a quiet account is looked at now and then', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    desk.log = [entry('a')]
    let once = true
    desk.onRead = () => {
      if (!once) return undefined
      once = false
      desk.log.push(entry('b'))
      return kf.apply(bench.pending())?.then(() => undefined)
    }
    await kf.pull(ACCOUNT)
    expect([...bench.inbox.keys()]).toEqual(['a', 'b'])
    const reads = desk.reads.length
    await kf.tick('kf-read')
    expect(desk.reads).toHaveLength(reads)
    bench.clock.pass(5 * MINUTE)
    await kf.tick('kf-read')
    expect(desk.reads).toHaveLength(reads + 1)
  })
})

const POINTS: PullPoint[] = ['leased', 'read', 'accepted', 'moved', 'done']

describe('whatever dies, every entry comes to the inbox, in order', () => {
  test.each(POINTS)('a process that is killed when it has %s', async (point) => {
    const desk = fakeDesk()
    desk.log = Array.from({ length: 7 }, (_, at) => entry(`e${at}`))
    desk.sizes = [3, 3]
    let reached: () => void = () => undefined
    const stopped = new Promise<void>((resolve) => {
      reached = resolve
    })
    let left = 2
    const fail = (at: PullPoint) => {
      if (at !== point || (point !== 'leased' && point !== 'done' && left-- > 0)) return undefined
      reached()
      return forever
    }
    const dying = bench.open(desk, { fail, leaseMs: 1 })
    void dying.pull(ACCOUNT)
    await stopped
    dying.close = async () => undefined
    const other = bench.open(desk)
    await other.pull(ACCOUNT)
    expect([...bench.inbox.keys()]).toEqual(desk.log.map(({ update }) => update.id))
    expect((await row())?.cursor).toBe('7')
  })

  test('any pages, crashes and processes: nothing is lost, order stays, only whole pages repeat', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('say' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ do: fc.constant('pull' as const), who: fc.nat(1) }),
      fc.record({ do: fc.constant('crash' as const), who: fc.nat(1), at: fc.constantFrom(...POINTS) }),
    )
    const sizes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), sizes, async (steps, pages) => {
        await bench.reset()
        const desk = fakeDesk()
        desk.sizes = pages.flatMap((size, at) => (size === 0 && pages[at - 1] === 0 ? [] : [size]))
        const crashAt: (PullPoint | undefined)[] = [undefined, undefined]
        const process = (who: number) =>
          bench.open(desk, {
            leaseMs: 60_000,
            fail: (at) => (crashAt[who] === at ? Promise.reject(new Error('killed')) : undefined),
          } satisfies Partial<KfPorts>)
        const processes = [process(0), process(1)]
        for (const one of steps) {
          if (one.do === 'say') {
            for (let at = 0; at < one.count; at++) desk.log.push(entry(`e${desk.log.length}`))
            continue
          }
          if (one.do === 'crash') crashAt[one.who] = one.at
          await Promise.all([processes[one.who]?.pull(ACCOUNT), processes[1 - one.who]?.pull(ACCOUNT)])
          crashAt[one.who] = undefined
        }
        bench.clock.pass(5 * MINUTE)
        await Promise.all(processes.map((kf) => kf.pull(ACCOUNT)))
        expect([...bench.inbox.keys()]).toEqual(desk.log.map(({ update }) => update.id))
        expect(Math.max(0, ...bench.came.values())).toBeLessThanOrEqual(
          1 + steps.filter((one) => one.do === 'crash').length,
        )
      }),
      { numRuns: 12 },
    )
  }, 60_000)

  test('two processes share an account: one reads at a time, a late one moves nothing back', async () => {
    const desk = fakeDesk()
    const [one, two] = [bench.open(desk, { leaseMs: 1 }), bench.open(desk)]
    desk.log = [entry('a'), entry('b')]
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let reading: () => void = () => undefined
    const began = new Promise<void>((resolve) => {
      reading = resolve
    })
    desk.onRead = () => {
      desk.onRead = undefined
      reading()
      return held
    }
    const slow = one.pull(ACCOUNT)
    await began
    desk.log.push(entry('c'))
    await two.pull(ACCOUNT)
    expect((await row())?.cursor).toBe('3')
    release()
    await slow
    expect((await row())?.cursor).toBe('3')
    expect([...bench.inbox.keys()].toSorted()).toEqual(['a', 'b', 'c'])
  })
})
