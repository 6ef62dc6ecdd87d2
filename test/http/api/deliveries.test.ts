import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { deliveryRoutes } from '../../../src/http/api/deliveries.js'
import type { Caller } from '../../../src/http/api/route.js'
import { delivery, notice, type OutboxBench, openBench, type TestOutbox } from '../../outbox/setup.js'

let bench: OutboxBench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

const caller: Caller = { id: 'k1', scopes: ['admin'], shop: 'main' }

/** Asks a route by its name; the parts and the answer go through its schemas, as the API's frame makes them. */
async function ask(outbox: TestOutbox, id: string, given: { params?: object; query?: object; body?: object } = {}) {
  const route = deliveryRoutes(outbox).find((one) => one.id === id)
  if (!route) throw new Error(`no route ${id}`)
  const { signal } = new AbortController()
  const parts = {
    params: route.params?.parse(given.params ?? {}),
    query: route.query?.parse(given.query ?? {}),
    body: route.body?.parse(given.body ?? {}),
  }
  const head = { method: route.method, path: route.path, query: '', header: () => undefined, address: '' }
  const { body } = await route.handle({ ...parts, caller, head, signal })
  return route.answer.parse(JSON.parse(JSON.stringify(body)))
}

/** One delivery with an unclear end and one that failed on its second way. */
async function twoEnds() {
  const outbox = bench.open({
    answer: (what) =>
      what === 'unclear'
        ? { state: 'uncertain', reason: 'timeout' }
        : { state: 'failed', reason: 'the template is wrong', code: 40037 },
  })
  const unclear = delivery('unclear', { key: 'order:1/a b', source: 'order:1' })
  const broken = delivery(notice('subscription', 'S'), { alternatives: [notice('template', 'T')], source: 'order:1' })
  await outbox.put([unclear, broken])
  outbox.start()
  await bench.state(unclear.key, 'uncertain')
  await bench.state(broken.key, 'failed')
  return { outbox, unclear, broken }
}

describe('the deliveries of the API', () => {
  test('are listed, counted and shown with their evidence', async () => {
    const { outbox, unclear, broken } = await twoEnds()
    const listed = await ask(outbox, 'listDeliveries', { query: { attention: 'true', limit: '10' } })
    expect(listed).toMatchObject({ deliveries: [{}, {}] })
    const one = await ask(outbox, 'listDeliveries', { query: { state: 'uncertain', source: 'order:1' } })
    expect(one).toMatchObject({
      deliveries: [{ key: unclear.key, kind: 'text', channel: 'customer-message', attention: true }],
    })
    expect(await ask(outbox, 'countDeliveries')).toEqual({ uncertain: 1, failed: 1 })
    const shown = await ask(outbox, 'showDelivery', { params: { key: unclear.key } })
    expect(shown).toMatchObject({
      attempts: 1,
      tries: [{ number: 1, end: { state: 'uncertain', reason: 'timeout', wrote: { text: 'unclear' } } }],
    })
    expect(await ask(outbox, 'showDelivery', { params: { key: broken.key } })).toMatchObject({
      options: [{ template: 'S' }, { template: 'T' }],
      refusals: [
        { option: 0, code: 40037 },
        { option: 1, code: 40037 },
      ],
      tries: [{ number: 1 }, { number: 2 }],
    })
    await expect(ask(outbox, 'showDelivery', { params: { key: 'nobody' } })).rejects.toMatchObject({ status: 404 })
  })

  test('are sent again, treated as sent and called back, with the key that asked named', async () => {
    const { outbox, unclear, broken } = await twoEnds()
    const params = { key: unclear.key }
    expect(await ask(outbox, 'treatDeliveryAsSent', { params })).toEqual({ changed: true })
    expect(await ask(outbox, 'treatDeliveryAsSent', { params })).toEqual({ changed: false })
    await expect(ask(outbox, 'resendDelivery', { params })).rejects.toMatchObject({
      status: 409,
      code: 'delivery.state',
    })
    await expect(ask(outbox, 'resendDelivery', { params: { key: 'x' } })).rejects.toMatchObject({ status: 404 })
    const again = { key: `${broken.key}:again-2`, result: 'new' }
    expect(await ask(outbox, 'resendFailedDeliveries', { body: { source: 'order:1' } })).toEqual({
      resent: [again],
      more: false,
    })
    await bench.state(again.key, 'failed')
    expect(await ask(outbox, 'resendDelivery', { params: { key: again.key } })).toEqual({
      key: `${broken.key}:again-3`,
      result: 'new',
    })
    await outbox.close()
    const waiting = [delivery('a', { source: 's' }), delivery('b', { source: 's' })]
    await outbox.put(waiting)
    expect(await ask(outbox, 'cancelDelivery', { params: { key: waiting[0]?.key } })).toEqual({ cancelled: true })
    expect(await ask(outbox, 'cancelDeliveries', { body: { source: 's' } })).toEqual({ cancelled: 1 })
    expect(new Set(outbox.acts.map(({ by }) => by))).toEqual(new Set(['key:k1']))
  })

  test('have names, scopes and words of their own', () => {
    const routes = deliveryRoutes(bench.open())
    expect(new Set(routes.map(({ id }) => id)).size).toBe(routes.length)
    for (const { scope, method, summary } of routes) {
      expect(scope).toBe(method === 'GET' ? 'deliveries:read' : 'deliveries:write')
      expect(summary).not.toBe('')
    }
  })
})
