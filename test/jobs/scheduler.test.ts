import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createScheduler, type Scheduler, type Tick } from '../../src/jobs/scheduler.js'
import { standardTicks } from '../../src/jobs/ticks.js'
import { database } from '../../src/store/connect.js'
import { gate, recorder } from '../inbox/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

let store: TestStore
let open: Scheduler[] = []
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(async () => {
  for (const scheduler of open) await scheduler.stop(100)
  open = []
  await jobs().deleteMany({})
})
afterAll(() => store.dispose())

const jobs = () => database(store.connection).collection('agendaJobs')
function scheduler(ticks: Tick[], log = recorder()) {
  const made = createScheduler({ connection: store.connection, log, ticks, pollMs: 50, lockMs: 600 })
  open.push(made)
  return Object.assign(made, { log })
}
const tick = (run: () => Promise<unknown>, about: Partial<Tick> = {}): Tick => ({
  name: 'test',
  every: '1 hour',
  run,
  ...about,
})
async function scheduleOf(name: string) {
  const job = await jobs().findOne({ name })
  return {
    every: job?.['repeatInterval'],
    zone: job?.['repeatTimezone'] ?? undefined,
    next: job?.['nextRunAt'] as Date,
  }
}

describe('a tick', () => {
  test('runs at its first start and then at its interval', async () => {
    const twice = gate()
    let runs = 0
    const made = scheduler([
      tick(
        async () => {
          if (++runs === 2) twice.open()
        },
        { every: '0.1 seconds' },
      ),
    ])
    await made.start()
    await twice.promise
  })

  test('runs in one process of several', async () => {
    const ran = gate()
    let atOnce = 0
    let most = 0
    let runs = 0
    const run = async () => {
      most = Math.max(most, ++atOnce)
      await new Promise((resolve) => setTimeout(resolve, 20))
      atOnce--
      if (++runs === 3) ran.open()
    }
    await Promise.all([1, 2, 3].map(() => scheduler([tick(run, { every: '0.05 seconds' })]).start()))
    await ran.promise
    expect(most).toBe(1)
    expect(await jobs().countDocuments({ name: 'test' })).toBe(1)
  })

  test('that runs longer than the lock lasts keeps it', async () => {
    const done = gate()
    let runs = 0
    const run = async () => {
      runs++
      await new Promise((resolve) => setTimeout(resolve, 1000))
      done.open()
    }
    await Promise.all([1, 2].map(() => scheduler([tick(run)]).start()))
    await done.promise
    expect(runs).toBe(1)
  })

  test('that was missed runs once at the next start, and its schedule is not moved by a start', async () => {
    const ran = gate()
    const first = scheduler([tick(async () => ran.open(), { every: '0 9 * * *', timeZone: 'Asia/Shanghai' })])
    await first.start()
    await first.stop()
    const before = await scheduleOf('test')
    expect(before.next.getUTCHours()).toBe(1)
    const missedAt = new Date(Date.now() - 60_000)
    await jobs().updateOne({ name: 'test' }, { $set: { nextRunAt: missedAt } })
    const second = scheduler([tick(async () => ran.open(), { every: '0 9 * * *', timeZone: 'Asia/Shanghai' })])
    await second.start()
    await ran.promise
    await second.stop()
    const third = scheduler([tick(async () => undefined, { every: '0 9 * * *', timeZone: 'Asia/Shanghai' })])
    await third.start()
    expect((await scheduleOf('test')).next).toEqual(before.next)
  })

  test('follows a changed schedule', async () => {
    const one = scheduler([tick(async () => undefined, { every: '1 hour' })])
    await one.start()
    await one.stop()
    await scheduler([tick(async () => undefined, { every: '0 4 * * *', timeZone: 'Asia/Shanghai' })]).start()
    expect(await scheduleOf('test')).toMatchObject({ every: '0 4 * * *', zone: 'Asia/Shanghai' })
  })

  test('whose schedule nobody can read is refused', async () => {
    const made = scheduler([tick(async () => undefined, { every: 'now and then' })])
    await expect(made.start()).rejects.toMatchObject({ code: 'jobs.schedule' })
  })

  test('that throws is logged and runs again', async () => {
    const again = gate()
    let runs = 0
    const made = scheduler([
      tick(
        async () => {
          if (++runs === 1) throw new Error('store away')
          again.open()
        },
        { every: '0.1 seconds' },
      ),
    ])
    await made.start()
    await again.promise
    expect(made.log.lines).toContain('error tick failed')
  })

  test('that is running is waited for at the stop, and no lock stays behind', async () => {
    const started = gate()
    const finish = gate()
    let ended = false
    const made = scheduler([
      tick(async () => {
        started.open()
        await finish.promise
        ended = true
      }),
      tick(async () => undefined, { name: 'soon', every: '0.06 seconds' }),
    ])
    await made.start()
    await started.promise
    const stopped = made.stop()
    finish.open()
    await stopped
    expect(ended).toBe(true)
    expect(await jobs().countDocuments({ lockedAt: { $ne: null } })).toBe(0)
  })
})

test('the standard ticks all run', async () => {
  const seen = new Set<string>()
  const all = gate()
  const saw = (name: string) => async () => {
    seen.add(name)
    if (seen.size === 4) all.open()
    return 0
  }
  const ticks = standardTicks({
    inbox: { sweep: saw('inbox'), drainSpool: async () => void (await saw('spool')()) },
    outbox: {
      sweep: async () => {
        await saw('outbox')()
        return { requeued: 0, uncertain: 0, poison: 0 }
      },
    },
    refreshTokens: saw('tokens'),
  })
  await scheduler(ticks).start()
  await all.promise
})
