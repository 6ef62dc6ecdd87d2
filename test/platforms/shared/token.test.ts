import { describe, expect, test } from '@jest/globals'
import { silentLogger } from '../../../src/core/log.js'
import {
  createTokenService,
  type IssuedToken,
  type IssueToken,
  TokenProblem,
  type TokenService,
} from '../../../src/platforms/shared/token.js'
import { createMemoryTokenStore, type TokenStore } from '../../../src/platforms/shared/token-store.js'

const MINUTE = 60_000
const LIFE = 120 * MINUTE

function world() {
  let at = Date.parse('2026-03-01T00:00:00Z')
  const clock = { now: () => new Date(at) }
  const store = createMemoryTokenStore(clock)
  const asked: { forced: boolean; answer(token: IssuedToken): void; fail(error: unknown): void }[] = []
  let arrived: () => void = () => undefined
  const issue: IssueToken = (forced) =>
    new Promise((answer, fail) => {
      asked.push({ forced, answer, fail })
      arrived()
    })
  const serviceOn = (shared: TokenStore): TokenService =>
    createTokenService({ key: 'wx1', issue, store: shared, clock, log: silentLogger, random: () => 0 })
  return {
    store,
    asked,
    serviceOn,
    service: () => serviceOn(store),
    pass: (ms: number) => {
      at += ms
    },
    /** The nth call of the platform, waited for. */
    call: async (nth: number) => {
      while (asked.length < nth) await new Promise<void>((resolve) => (arrived = resolve))
      const call = asked[nth - 1]
      if (!call) throw new Error('no such call')
      return call
    },
  }
}

const token = (value: string, lifeMs = LIFE) => ({ value, lifeMs })
const values = async (services: TokenService[]) =>
  (await Promise.all(services.map((service) => service.get()))).map((t) => t.value)

describe('refreshing ahead', () => {
  test('begins 5 minutes before the end by one process, and nobody waits for it', async () => {
    const { service, call, asked, pass } = world()
    const [one, two] = [service(), service()]
    const first = Promise.all([one.get(), two.get()])
    ;(await call(1)).answer(token('A'))
    expect((await first).map((t) => t.value)).toEqual(['A', 'A'])
    pass(LIFE - 5 * MINUTE - 1)
    expect(await values([one, two])).toEqual(['A', 'A'])
    expect(asked).toHaveLength(1)
    pass(1)
    expect(await values([one, two, one, two])).toEqual(['A', 'A', 'A', 'A'])
    const refresh = await call(2)
    expect(await values([one, two])).toEqual(['A', 'A'])
    refresh.answer(token('B'))
    await one.close()
    await two.close()
    expect(await one.get()).toMatchObject({ value: 'B', version: 2 })
    expect(asked).toHaveLength(2)
    pass(3 * MINUTE)
    await two.get()
    await two.close()
    expect(await two.get()).toMatchObject({ value: 'B' })
    expect(asked).toHaveLength(2)
  })

  test('that fails keeps the old token in use and is tried again later', async () => {
    const { service, call, asked, pass } = world()
    const one = service()
    const first = one.get()
    ;(await call(1)).answer(token('A'))
    await first
    pass(LIFE - 5 * MINUTE)
    await one.get()
    ;(await call(2)).fail(new TokenProblem('wait', 'the gateway answered HTTP 502'))
    await one.close()
    expect(await values([one, one, one])).toEqual(['A', 'A', 'A'])
    expect(asked).toHaveLength(2)
    pass(10_000)
    expect(await one.get()).toMatchObject({ value: 'A' })
    ;(await call(3)).answer(token('B'))
    await one.close()
    expect(await one.get()).toMatchObject({ value: 'B' })
  })

  test('the same token handed out again with a short life is not asked for in a loop', async () => {
    const { service, call, asked, pass } = world()
    const one = service()
    const first = one.get()
    ;(await call(1)).answer(token('A', 5 * MINUTE))
    await first
    for (let second = 0; second < 140; second += 1) {
      pass(1000)
      await one.get()
    }
    expect(asked).toHaveLength(1)
  })
})

describe('several processes', () => {
  test('a process whose holder of the right to refresh died takes over when that right ends', async () => {
    const { service, call, asked, pass } = world()
    const dead = service().get()
    await call(1)
    const next = service().get()
    pass(30_001)
    ;(await call(2)).answer(token('B'))
    expect(await next).toMatchObject({ value: 'B' })
    asked[0]?.answer(token('A'))
    expect(await dead).toMatchObject({ value: 'B' })
  })

  test('whoever gets the right to refresh looks again first: another may have just finished', async () => {
    const { service, serviceOn, store, call, asked } = world()
    let oneDone: () => void = () => undefined
    const done = new Promise<void>((resolve) => {
      oneDone = resolve
    })
    const slow = serviceOn({ ...store, lease: (key, ttlMs) => done.then(() => store.lease(key, ttlMs)) })
    const late = slow.get()
    const first = service().get()
    ;(await call(1)).answer(token('A'))
    await first
    oneDone()
    expect(await late).toMatchObject({ value: 'A' })
    expect(asked).toHaveLength(1)
  })

  test('a hundred callers of one process look into the store once', async () => {
    const { serviceOn, store, call } = world()
    let reads = 0
    const counted = serviceOn({
      ...store,
      read: (key) => {
        reads += 1
        return store.read(key)
      },
    })
    const got = Promise.all(Array.from({ length: 100 }, () => counted.get()))
    ;(await call(1)).answer(token('A'))
    const [old] = await got
    expect(reads).toBe(2)
    const replaced = Promise.all(Array.from({ length: 100 }, () => counted.replace(old ?? { value: '', version: 0 })))
    ;(await call(2)).answer(token('B'))
    await replaced
    expect(reads).toBe(4)
  })

  test('a token that was refused here but already replaced there costs no call', async () => {
    const { service, call, asked } = world()
    const [one, two] = [service(), service()]
    const first = Promise.all([one.get(), two.get()])
    ;(await call(1)).answer(token('A'))
    const [old] = await first
    const replaced = one.replace(old)
    ;(await call(2)).answer(token('B'))
    await replaced
    expect(await two.replace(old)).toMatchObject({ value: 'B' })
    expect(asked).toHaveLength(2)
  })
})

describe('when the token endpoint is down', () => {
  test('it is asked at growing distances, at most 30 s apart, and used at once when it is back', async () => {
    const { service, call, asked, pass } = world()
    const one = service()
    let seconds = 0
    for (; seconds < 60; seconds += 1) {
      const before = asked.length
      const got = one.get().catch((error: unknown) => error)
      await Promise.race([got, new Promise((resolve) => setImmediate(resolve))])
      if (asked.length > before) asked.at(-1)?.fail(new Error('connect'))
      expect(await got).toBeInstanceOf(TokenProblem)
      pass(1000)
    }
    expect(asked.length).toBeGreaterThanOrEqual(3)
    expect(asked.length).toBeLessThanOrEqual(8)
    const count = asked.length
    pass(30_000)
    const back = one.get()
    ;(await call(count + 1)).answer(token('A'))
    expect(await back).toMatchObject({ value: 'A' })
    expect(one.problem()).toBeUndefined()
  })

  test('the problem says how long nobody should ask', async () => {
    const { service, call, pass } = world()
    const one = service()
    const got = one.get().catch((error: unknown) => error)
    ;(await call(1)).fail(new TokenProblem('stop', 'wrong secret', { fix: 'mend it' }))
    expect(await got).toMatchObject({ kind: 'stop', retryAfterMs: 60_000 })
    pass(20_000)
    expect(one.problem()).toMatchObject({ kind: 'stop', message: 'wrong secret', fix: 'mend it', retryAfterMs: 40_000 })
  })
})
