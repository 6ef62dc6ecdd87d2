import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/core/outcome.js'
import { againKey } from '../../src/outbox/operations.js'
import { delivery, notice, type OutboxBench, openBench, words } from './setup.js'

let bench: OutboxBench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

const OUTCOMES: Record<string, Outcome> = {
  unclear: { state: 'uncertain', reason: 'timeout' },
  broken: { state: 'failed', reason: 'template', code: 40037 },
}
/** Ends as its words say, the first time; then it is sent. */
function opened() {
  const seen = new Set<string>()
  return bench.open({
    answer: (what) => {
      const outcome = seen.has(what) ? undefined : OUTCOMES[what]
      seen.add(what)
      return outcome ?? { state: 'sent' }
    },
  })
}

describe('an unclear delivery', () => {
  test('is sent again as a new one that names it, once however often it is asked for', async () => {
    const outbox = opened()
    outbox.start()
    const one = delivery('unclear', { alternatives: [notice('template', 'T')] })
    await outbox.put(one)
    await bench.state(one.key, 'uncertain')
    const again = { key: `${one.key}:again-2`, result: 'new' }
    expect(await outbox.resend(one.key, 'ming')).toEqual(again)
    expect(await outbox.resend(one.key, 'hua')).toEqual({ ...again, result: 'known' })
    expect(await bench.state(again.key, 'sent')).toMatchObject({
      resendOf: one.key,
      options: [{}, {}],
      source: one.source,
    })
    const row = await bench.row(one.key)
    expect(row).toMatchObject({ state: 'uncertain', resentAs: again.key })
    expect(row).not.toHaveProperty('attention')
    expect(outbox.calls.map(({ what }) => what)).toEqual(['unclear', 'unclear'])
    expect(outbox.acts.map(({ act, by, id }) => [act, by, id])).toEqual([
      ['resent', 'ming', again.key],
      ['resent', 'hua', again.key],
    ])
  })

  test('is treated as sent by whoever says so first', async () => {
    const outbox = opened()
    outbox.start()
    const one = delivery('unclear')
    await outbox.put(one)
    await bench.state(one.key, 'uncertain')
    expect(await outbox.treatAsSent(one.key, 'ming')).toBe(true)
    expect(await outbox.treatAsSent(one.key, 'hua')).toBe(false)
    expect(await bench.row(one.key)).toMatchObject({ state: 'sent', settled: { by: 'operator', who: 'ming' } })
    expect(await outbox.stats()).toEqual({})
    expect(new Set(outbox.acts.map(({ act, by }) => `${act} ${by}`))).toEqual(new Set(['treated-as-sent ming']))
    outbox.clock.pass(10_001)
    await outbox.sweep()
    expect(outbox.told.map(({ state, settled }) => [state, settled?.who])).toEqual([
      ['uncertain', undefined],
      ['sent', 'ming'],
    ])
    await expect(outbox.resend(one.key, 'ming')).rejects.toMatchObject({ code: 'delivery.state' })
  })
})

describe('a list', () => {
  test.each([{}, { state: 'failed' as const }, { attention: true }, { order: 'oldest' as const }])(
    'by %j gives each once, page by page, also those of the same moment',
    async (query) => {
      const outbox = bench.open({ answer: () => ({ state: 'failed', reason: 'refused' }) })
      const all = Array.from({ length: 7 }, (_, n) => delivery('broken', { key: `same-${n}` }))
      await outbox.put(all)
      outbox.start()
      for (const { key } of all) await bench.state(key, 'failed')
      const seen: string[] = []
      for (let after: string | undefined; ; ) {
        const page = await outbox.list({ ...query, limit: 3, ...(after !== undefined && { after }) })
        seen.push(...page.map(({ _id }) => _id))
        after = page.at(-1)?._id
        if (page.length < 3) break
      }
      const keys = all.map(({ key }) => key)
      expect(seen).toEqual('order' in query ? keys : keys.toReversed())
      await expect(outbox.list({ after: 'gone' })).rejects.toMatchObject({ code: 'delivery.unknown' })
    },
  )
})

describe('a source', () => {
  test('is sent again to those who failed only, once', async () => {
    const outbox = opened()
    outbox.start()
    const source = 'push:1'
    const all = ['broken', 'fine', 'unclear'].map((what) => delivery(what, { source }))
    await outbox.put(all)
    for (const [at, state] of ['failed', 'sent', 'uncertain'].entries()) await bench.state(all[at]?.key ?? '', state)
    const key = `${all[0]?.key}:again-2`
    expect(await outbox.resendFailed(source, 'ming')).toEqual({ resent: [{ key, result: 'new' }], more: false })
    await bench.state(key, 'sent')
    expect(await outbox.resendFailed(source, 'ming')).toEqual({ resent: [], more: false })
    expect(outbox.calls).toHaveLength(4)
  })
})

describe('deliveries', () => {
  test('are found and listed, newest first, by person, source, state and need of a look', async () => {
    const outbox = opened()
    outbox.start()
    const all = ['fine', 'unclear', 'broken'].map((what) => delivery(what, { to: 'lin', source: what }))
    await outbox.put(all)
    const keys = all.map(({ key }) => key)
    for (const [at, state] of ['sent', 'uncertain', 'failed'].entries()) await bench.state(keys[at] ?? '', state)
    const listed = async (query: Parameters<typeof outbox.list>[0]) => (await outbox.list(query)).map(({ _id }) => _id)
    expect(await listed({ contact: 'shop:lin' })).toEqual(keys.toReversed())
    expect(await listed({ source: 'fine' })).toEqual([keys[0]])
    expect(await listed({ state: 'failed', contact: 'shop:lin' })).toEqual([keys[2]])
    expect((await listed({ attention: true })).toSorted()).toEqual(keys.slice(1))
    expect(await listed({ contact: 'shop:lin', limit: 1 })).toEqual([keys[2]])
    expect(await outbox.find(keys[1] ?? '')).toMatchObject({ tries: { 1: { end: { wrote: words('unclear') } } } })
    expect(await outbox.find('nobody')).toBeUndefined()
    await expect(outbox.resend('nobody', 'ming')).rejects.toMatchObject({ code: 'delivery.unknown' })
  })

  test('are called back one by one while they wait', async () => {
    const outbox = opened()
    const one = delivery('fine')
    await outbox.put(one)
    expect(await outbox.cancelOne(one.key, 'ming')).toBe(true)
    expect(await outbox.cancelOne(one.key, 'ming')).toBe(false)
    expect(await bench.row(one.key)).toMatchObject({ state: 'cancelled', settled: { who: 'ming' } })
    expect(outbox.acts).toMatchObject([{ act: 'cancelled-by-hand', by: 'ming' }])
  })
})

test('the key of the n-th repetition says so', () => {
  expect(againKey('order-1')).toBe('order-1:again-2')
  expect(againKey('order-1:again-2')).toBe('order-1:again-3')
  expect(againKey('a:again-9:1')).toBe('a:again-9:1:again-2')
})
