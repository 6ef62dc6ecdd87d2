import { createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { z } from 'zod'
import type { Problem } from '../../../src/http/api/problem.js'
import { createRates } from '../../../src/http/api/rates.js'
import { route } from '../../../src/http/api/route.js'
import { isSignedBy, parseSignature, type Signed, sign, signedText } from '../../../src/http/api/signature.js'
import {
  type AskOptions,
  keysInMemory,
  type ServedApi,
  type ServeOptions,
  serveApi,
  TEST_SECRET,
  testKey,
} from '../../helpers/api.js'

const NOW = new Date('2026-03-04T04:00:00Z')
const now = Math.floor(NOW.getTime() / 1000)

const who = route({
  id: 'who',
  method: 'POST',
  path: '/who',
  tag: 'test',
  summary: 'Who asks.',
  scope: 'events:write',
  query: z.record(z.string(), z.string()),
  body: z.unknown(),
  answer: z.object({ id: z.string(), shop: z.string() }),
  handle: async ({ caller: { id, shop } }) => ({ body: { id, shop } }),
})

async function withApi(use: (api: ServedApi) => Promise<void>, options: ServeOptions = {}): Promise<void> {
  const api = await serveApi([who], { clock: { now: () => NOW }, ...options })
  try {
    await use(api)
  } finally {
    await api.close()
  }
}
const code = (answer: { body: Problem }) => answer.body.type?.split(':').at(-1)

describe('the signed text', () => {
  test('is seven lines, as the page shows them', () => {
    const text = signedText({
      method: 'post',
      path: '/api/v1/events',
      query: 'b=2&a=%E5%BA%97&a=1',
      ts: 1_767_225_600,
      nonce: '3f0c2a9d8e7b6a5f',
      body: Buffer.from('{}'),
    })
    expect(text.split('\n')).toEqual([
      'WXB1',
      'POST',
      '/api/v1/events',
      'a=%E5%BA%97&a=1&b=2',
      '1767225600',
      '3f0c2a9d8e7b6a5f',
      '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    ])
    expect(sign('s', { method: 'POST', path: '/', query: '', ts: 1, nonce: 'n', body: Buffer.alloc(0) })).toBe(
      createHmac('sha256', 's')
        .update('WXB1\nPOST\n/\n\n1\nn\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
        .digest('hex'),
    )
  })

  test('does not depend on the order or the spelling of the query, and on everything else', () => {
    const parts = fc.record({
      pairs: fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 6 }),
      body: fc.uint8Array({ maxLength: 50 }),
    })
    fc.assert(
      fc.property(
        parts,
        fc.constantFrom('method', 'path', 'query', 'ts', 'nonce', 'body'),
        ({ pairs, body }, field) => {
          const query = new URLSearchParams(pairs).toString()
          const spelled = new URLSearchParams(pairs.toReversed()).toString().replaceAll('+', '%20')
          const signed: Signed = {
            method: 'POST',
            path: '/x',
            query,
            ts: 1_000_000_000,
            nonce: 'n'.repeat(16),
            body: Buffer.from(body),
          }
          const sig = sign('secret', signed)
          expect(isSignedBy(['other', 'secret'], { ...signed, query: spelled }, sig)).toBe(true)
          const changed: Signed = {
            ...signed,
            ...{
              method: { method: 'PUT' },
              path: { path: '/x/' },
              query: { query: `${query}&zz=1` },
              ts: { ts: 1_000_000_001 },
              nonce: { nonce: 'm'.repeat(16) },
              body: { body: Buffer.from([...body, 1]) },
            }[field],
          }
          expect(isSignedBy(['secret'], changed, sig)).toBe(false)
          expect(isSignedBy(['secreT'], signed, sig)).toBe(false)
        },
      ),
    )
  })

  test.each([
    '',
    'Bearer x',
    'WXB1',
    'WXB1 keyId=a,ts=1,nonce=b,sig=c',
    `WXB1 keyId=abcdefgh,ts=1767225600,nonce=${'n'.repeat(16)},sig=${'A'.repeat(64)}`,
  ])('has another form: %s', (header) => {
    expect(parseSignature(header)).toBeUndefined()
  })
})

describe('a request', () => {
  test('that is signed is let in as its key', () =>
    withApi(async (api) => {
      const { status, body } = await api.ask('POST', '/who?b=2&a=%E5%BA%97', { x: 1 })
      expect([status, body]).toEqual([200, { id: 'test-key-1', shop: 'demo' }])
    }))

  test.each<[string, AskOptions, string]>([
    ['nothing', { signed: false }, 'signature.missing'],
    ['another scheme', { signed: false, headers: { authorization: 'Bearer x' } }, 'signature.missing'],
    ['half a signature', { headers: { authorization: 'WXB1 keyId=abcdefgh' } }, 'signature.form'],
    ['another secret', { secret: 'wls_other' }, 'signature.wrong'],
    ['an unknown key', { keyId: 'wlk_unknown' }, 'signature.wrong'],
    ['a time 301 s ago', { ts: now - 301 }, 'signature.time'],
    ['a time 301 s ahead', { ts: now + 301 }, 'signature.time'],
  ])('that carries %s is refused with 401', (_, options, wanted) =>
    withApi(async (api) => {
      const answer = await api.ask<Problem>('POST', '/who', { x: 1 }, options)
      expect([answer.status, code(answer)]).toEqual([401, wanted])
      expect(answer.headers.get('www-authenticate')).toContain('WXB1')
      expect(JSON.stringify(answer.body)).not.toContain(TEST_SECRET)
      expect(JSON.stringify(api.lines)).not.toContain(TEST_SECRET)
    }),
  )

  test.each([-300, 300])('%d s from our clock is let in', (seconds) =>
    withApi(async (api) => {
      expect((await api.ask('POST', '/who', { x: 1 }, { ts: now + seconds })).status).toBe(200)
    }),
  )

  test('whose body, path or query was changed on the way is refused', () =>
    withApi(async (api) => {
      const nonce = 'n'.repeat(20)
      const body = Buffer.from('{"fen":1}')
      const sig = sign(TEST_SECRET, { method: 'POST', path: '/api/v1/who', query: 'a=1', ts: now, nonce, body })
      const authorization = `WXB1 keyId=test-key-1,ts=${now},nonce=${nonce},sig=${sig}`
      const send = async (query: string, text: string) => {
        const headers = { authorization, 'content-type': 'application/json' }
        return (await fetch(`${api.url}/api/v1/who?${query}`, { method: 'POST', body: text, headers })).status
      }
      expect(await send('a=1', '{"fen":2}')).toBe(401)
      expect(await send('a=2', '{"fen":1}')).toBe(401)
      expect(await send('a=1', '{"fen":1}')).toBe(200)
      expect(await send('a=1', '{"fen":1}')).toBe(401)
    }))

  test('that is captured and sent again is refused, also after four minutes', async () => {
    let time = NOW.getTime()
    const api = await serveApi([who], { clock: { now: () => new Date(time) } })
    try {
      const options = { nonce: 'once-only-nonce-1', ts: now }
      expect((await api.ask('POST', '/who', { x: 1 }, options)).status).toBe(200)
      time += 240_000
      const again = await api.ask<Problem>('POST', '/who', { x: 1 }, options)
      expect([again.status, code(again)]).toEqual([401, 'signature.repeated'])
    } finally {
      await api.close()
    }
  })

  test('with a wrong signature uses up no nonce', () =>
    withApi(async (api) => {
      const nonce = 'kept-for-the-right-one'
      expect((await api.ask('POST', '/who', {}, { nonce, secret: 'wrong' })).status).toBe(401)
      expect((await api.ask('POST', '/who', {}, { nonce })).status).toBe(200)
    }))

  test.each([
    [['contacts:read'], 403],
    [['contacts:read', 'events:write'], 200],
    [['admin'], 200],
  ] as const)('with the scopes %j gets %d', (scopes, status) =>
    withApi(
      async (api) => {
        expect((await api.ask('POST', '/who', {})).status).toBe(status)
      },
      { scopes },
    ),
  )

  test('from an address that the key does not list is refused', () =>
    withApi(
      async (api) => {
        const answer = await api.ask<Problem>('POST', '/who', {})
        expect([answer.status, code(answer)]).toEqual([403, 'address.forbidden'])
      },
      { key: { allows: () => false } },
    ))

  test('is taken with either of two secrets', () => {
    const secrets = ['wls_old', 'wls_new']
    return withApi(
      async (api) => {
        for (const secret of secrets) expect((await api.ask('POST', '/who', {}, { secret })).status).toBe(200)
        expect((await api.ask('POST', '/who', {}, { secret: 'wls_older' })).status).toBe(401)
      },
      { keys: keysInMemory([testKey({ secrets })]) },
    )
  })
})

describe('rates', () => {
  test('a key gets its rate and is told when to come again', () =>
    withApi(
      async (api) => {
        const answers = []
        for (let index = 0; index < 5; index++) answers.push(await api.ask<Problem>('POST', '/who', {}))
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
        expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0)
      },
      { key: { perMinute: 3 } },
    ))

  test('an address that guesses is turned away after 120 wrong signatures a minute', () =>
    withApi(async (api) => {
      let refused = 0
      let last = 401
      while (last === 401 && refused < 2000) {
        const many = await Promise.all(
          Array.from({ length: 40 }, () => api.ask('POST', '/who', {}, { secret: 'wrong' })),
        )
        const counts = many.map(({ status }) => status)
        refused += counts.filter((status) => status === 401).length
        last = counts.find((status) => status !== 401) ?? 401
      }
      expect(last).toBe(429)
      expect(refused).toBeGreaterThanOrEqual(120)
      expect(refused).toBeLessThan(300)
    }))

  test('refill evenly, up to a minute’s worth', () => {
    let time = 0
    const rates = createRates({ now: () => time, names: 2 })
    for (let index = 0; index < 60; index++) expect(rates.take('a', 60).ok).toBe(true)
    expect(rates.take('a', 60)).toEqual({ ok: false, retryAfterSeconds: 1 })
    time = 999
    expect(rates.take('a', 60).ok).toBe(false)
    time = 2000
    expect([rates.take('a', 60).ok, rates.take('a', 60).ok, rates.take('a', 60).ok]).toEqual([true, true, false])
    time = 3_600_000
    for (let index = 0; index < 60; index++) expect(rates.take('a', 60).ok).toBe(true)
    expect(rates.take('a', 60).ok).toBe(false)
  })
})
