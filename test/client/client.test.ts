import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type ClientOptions, createClient, WeLoopError } from '../../src/client/client.js'
import { authorization } from '../../src/client/sign.js'
import { isSignedBy, parseSignature } from '../../src/http/api/signature.js'
import { type ServedApi, TEST_SECRET } from '../helpers/api.js'
import { type OpenShop, openShop } from '../shop/open-shop.js'

let shop: OpenShop
let api: ServedApi
beforeAll(async () => {
  shop = await openShop()
  api = await shop.serve()
})
afterAll(async () => {
  await api.close()
  await shop.close()
})

const pauses: number[] = []
/** A client whose requests may be tampered with on the way. */
function clientOf(change: Partial<ClientOptions> = {}) {
  return createClient({
    url: api.url,
    keyId: 'test-key-1',
    secret: TEST_SECRET,
    now: () => shop.now().getTime(),
    pause: async (ms) => {
      pauses.push(ms)
    },
    ...change,
  })
}

type Way = (input: Parameters<typeof fetch>[0], init: RequestInit | undefined) => Promise<Response>

/** Does these things to the first requests; all others go through. */
function way(...steps: Way[]): { fetch: typeof fetch; sent: RequestInit[] } {
  const sent: RequestInit[] = []
  return {
    sent,
    fetch: (input, init) => {
      sent.push(init ?? {})
      return (steps.shift() ?? fetch)(input, init)
    },
  }
}
const refuse: Way = () => Promise.reject(new TypeError('connection refused'))
const loseAnswer: Way = async (input, init) => {
  await fetch(input, init)
  throw new TypeError('socket hang up')
}
const answer =
  (status: number, headers: Record<string, string> = {}): Way =>
  async () =>
    new Response(JSON.stringify({ type: 'urn:weloop:problem:x', status }), { status, headers })

const event = (id: string) => ({
  id,
  type: 'mp.launch',
  at: shop.now().toISOString(),
  person: { miniOpenid: id },
  props: {},
})
const keyOf = (init: RequestInit | undefined) => new Headers(init?.headers).get('idempotency-key')

describe('the client', () => {
  test('signs as the API checks, whatever is in the path, the query and the body', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), { maxLength: 5 }),
        fc.string({ unit: 'grapheme' }),
        fc.string({ minLength: 1 }),
        (pairs, body, secret) => {
          const url = new URL('http://127.0.0.1/api/v1/contacts')
          for (const [name, value] of pairs) url.searchParams.append(name, value)
          const unsigned = { method: 'GET', path: url.pathname, query: url.searchParams, body }
          const given = parseSignature(authorization({ keyId: 'wlk_12345678', secret }, unsigned, 1_767_225_600_000))
          if (!given) throw new Error('no signature')
          const { ts, nonce, sig } = given
          const signed = {
            method: 'GET',
            path: url.pathname,
            query: url.search.slice(1),
            ts,
            nonce,
            body: Buffer.from(body),
          }
          expect(isSignedBy([secret], signed, sig)).toBe(true)
        },
      ),
    )
  })

  test('tells, asks and sends, typed', async () => {
    const client = clientOf()
    const [told] = await client.orders([
      {
        orderNo: 'C1',
        rev: 1,
        person: { user: 'c1', miniOpenid: 'mc1' },
        createdAt: '2026-03-04T11:00:00+08:00',
        items: [{ sku: 'a', qty: 1 }],
      },
    ])
    expect(told?.result).toBe('accepted')
    const [who] = await client.identify([{ person: { user: 'c1', openid: 'oc1' } }])
    const found = await client.call('findContact', { query: { user: 'c1' } })
    expect(found.id).toBe(who?.contact)
    expect((await client.call('getContact', { params: { id: found.id } })).identities).toHaveLength(2)
    const send = { to: { user: 'c1' }, message: { kind: 'text', text: '你好' } } as const
    const sent = await client.send(send, 'hello-c1-0001')
    expect(await client.send(send, 'hello-c1-0001')).toEqual(sent)
    expect(shop.outbox.get(sent.delivery)?.to).toBe('oc1')
  })

  test('sends more than a batch in batches, with results in order', async () => {
    const events = Array.from({ length: 1201 }, (_, index) => event(`many-${index}`))
    const road = way()
    const results = await clientOf({ fetch: road.fetch }).events(events)
    expect(road.sent).toHaveLength(3)
    expect(results.map(({ index, id }) => [index, id])).toEqual(events.map(({ id }, index) => [index, id]))
    const large = Array.from({ length: 300 }, (_, index) => ({
      ...event(`l-${index}`),
      props: { extra: { a: '大'.repeat(1300) } },
    }))
    const wide = way()
    await clientOf({ fetch: wide.fetch }).events(large)
    for (const { body } of wide.sent) expect(Buffer.byteLength(String(body))).toBeLessThan(1_048_576)
    expect(wide.sent.length).toBeGreaterThan(1)
    expect(await clientOf().events([])).toEqual([])
  })

  test('sends again what may have been lost, under the same key and a new signature', async () => {
    pauses.length = 0
    const road = way(refuse, loseAnswer, answer(503), answer(429, { 'retry-after': '7' }))
    const message = { to: { user: 'c1' }, message: { kind: 'text', text: '一次' } } as const
    const before = shop.outbox.size
    const sent = await clientOf({ fetch: road.fetch }).call('sendMessage', { body: message })
    expect(sent.state).toBe('queued')
    expect(shop.outbox.size).toBe(before + 1)
    expect(road.sent).toHaveLength(5)
    expect(new Set(road.sent.map(keyOf)).size).toBe(1)
    expect(new Set(road.sent.map((init) => new Headers(init.headers).get('authorization'))).size).toBe(5)
    expect(pauses).toHaveLength(4)
    expect(pauses[3]).toBeGreaterThanOrEqual(3500)
    expect(pauses[3]).toBeLessThanOrEqual(7000)
  })

  test('gives up after its attempts, and at once where repeating cannot help', async () => {
    const many = way(...Array.from({ length: 9 }, () => refuse))
    await expect(clientOf({ fetch: many.fetch, attempts: 3 }).events([event('x')])).rejects.toMatchObject({
      status: 0,
      code: 'no-answer',
    })
    expect(many.sent).toHaveLength(3)
    const road = way()
    const client = clientOf({ fetch: road.fetch })
    const error = await client.call('sendEvents', { body: { events: [] } }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(WeLoopError)
    expect(error).toMatchObject({ status: 400, code: 'request.invalid', errors: [{ field: 'events' }] })
    await expect(clientOf({ secret: 'wrong' }).call('listEventTypes', {})).rejects.toMatchObject({
      code: 'signature.wrong',
    })
    expect(road.sent).toHaveLength(1)
  })

  test('finds out that its clock is wrong, once, and goes on', async () => {
    const served = new Date(shop.now().getTime()).toUTCString()
    const dated: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      return new Response(response.body, {
        status: response.status,
        headers: { ...Object.fromEntries(response.headers), date: served },
      })
    }
    const client = clientOf({ fetch: dated, now: () => shop.now().getTime() - 3_600_000 })
    expect((await client.events([event('skewed')]))[0]?.result).toBe('accepted')
  })

  test('stops when it is told to', async () => {
    const control = new AbortController()
    const road = way(async (_, init) => {
      control.abort(new Error('enough'))
      init?.signal?.throwIfAborted()
      return new Response()
    })
    const client = clientOf({ fetch: road.fetch })
    await expect(client.call('listEventTypes', { signal: control.signal })).rejects.toThrow('enough')
    expect(road.sent).toHaveLength(1)
  })
})
