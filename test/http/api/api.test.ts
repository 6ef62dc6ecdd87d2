import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { AppError } from '../../../src/core/errors.js'
import type { Problem } from '../../../src/http/api/problem.js'
import { ApiError, type Route, route } from '../../../src/http/api/route.js'
import { type ServedApi, type ServeOptions, serveApi } from '../../helpers/api.js'

const shared = { tag: 'test', summary: 'A test.', scope: 'contacts:read' } as const

const echo = route({
  ...shared,
  id: 'echo',
  method: 'POST',
  path: '/echo/:name',
  params: z.object({ name: z.string() }),
  query: z.object({ times: z.coerce.number().int().max(3).default(1) }),
  body: z.strictObject({ words: z.array(z.string().max(3)) }),
  answer: z.object({ name: z.string(), times: z.number(), words: z.array(z.string()), shop: z.string() }),
  async handle({ params, query, body, caller }) {
    return { status: 202, body: { ...params, ...query, ...body, shop: caller.shop, secret: 'not in the answer' } }
  },
})

function failing(error: unknown): Route {
  const handle = () => Promise.reject(error)
  return route({ ...shared, id: 'fail', method: 'GET', path: '/fail', answer: z.object({}), handle })
}

async function withApi(routes: readonly Route[], use: (api: ServedApi) => Promise<void>, options: ServeOptions = {}) {
  const api = await serveApi(routes, options)
  try {
    await use(api)
  } finally {
    await api.close()
  }
}

describe('a request', () => {
  test('is checked, handled, and answered with what the schema names only', () =>
    withApi([echo], async (api) => {
      const { status, body, headers } = await api.ask('POST', '/echo/%E5%B0%8F%E5%BA%97?times=2', { words: ['a'] })
      expect({ status, body }).toEqual({ status: 202, body: { name: '小店', times: 2, words: ['a'], shop: 'demo' } })
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    }))

  test('that is wrong in several places is told all of them, as a problem', () =>
    withApi([echo], async (api) => {
      const { status, body, headers } = await api.ask<Problem>('POST', '/echo/x', { words: ['long', 'a', 7], more: 1 })
      expect(status).toBe(400)
      expect(headers.get('content-type')).toContain('application/problem+json')
      expect(body).toMatchObject({
        type: 'urn:weloop:problem:request.invalid',
        status: 400,
        instance: headers.get('x-request-id'),
      })
      expect(body.errors?.map(({ field }) => field)).toEqual(['words[0]', 'words[2]', ''])
      expect(body.errors?.[2]?.message).toContain('more')
    }))

  test.each([
    ['an unknown path', 'GET', '/nothing', undefined, {}, 404, 'path.unknown'],
    ['an unknown method', 'DELETE', '/echo/x', undefined, {}, 405, 'method.unknown'],
    ['a bad escape in the path', 'POST', '/echo/%E5%', { words: [] }, {}, 404, 'path.unknown'],
    ['a parameter given twice', 'POST', '/echo/x?times=1&times=2', { words: [] }, {}, 400, 'query.repeated'],
    ['a body of another type', 'POST', '/echo/x', {}, { headers: { 'content-type': 'text/plain' } }, 415, 'body.type'],
    ['a body that is not JSON', 'POST', '/echo/x', undefined, { raw: '{"words":' }, 400, 'body.json'],
    [
      'a body that is not UTF-8',
      'POST',
      '/echo/x',
      undefined,
      { raw: Buffer.from([0x22, 0xff, 0x22]) },
      400,
      'body.json',
    ],
    ['a prototype in the body', 'POST', '/echo/x', undefined, { raw: '{"words":[{"__proto__":1}]}' }, 400, 'body.json'],
    ['an escaped one', 'POST', '/echo/x', undefined, { raw: '{"\\u005f_proto__":1}' }, 400, 'body.json'],
    ['a bottomless body', 'POST', '/echo/x', undefined, { raw: '['.repeat(2e5) + ']'.repeat(2e5) }, 400, 'body.json'],
  ] as const)('with %s is refused', (_, method, path, body, options, status, code) =>
    withApi([echo], async (api) => {
      const answer = await api.ask<Problem>(method, path, body, options)
      expect([answer.status, answer.body.type]).toEqual([status, `urn:weloop:problem:${code}`])
    }),
  )

  test('of more than 1 MiB is refused without being read to its end', () =>
    withApi([echo], async (api) => {
      const answer = await api.ask<Problem>('POST', '/echo/x', undefined, { raw: 'x'.repeat(1_048_577) })
      expect([answer.status, answer.body.type]).toEqual([413, 'urn:weloop:problem:body.too-large'])
    }))

  test('that names no length is cut off at 1 MiB too', () =>
    withApi([echo], async (api) => {
      const status = await new Promise((resolve) => {
        const sent = request(`${api.url}/api/v1/echo/x`, {
          method: 'POST',
          headers: {
            'transfer-encoding': 'chunked',
            authorization: `WXB1 keyId=test-key-1,ts=${Math.floor(Date.now() / 1000)},nonce=${'n'.repeat(16)},sig=${'0'.repeat(64)}`,
          },
        })
        sent.on('response', (response) => resolve(response.statusCode))
        sent.on('error', () => {})
        for (let index = 0; index < 20; index++) sent.write('x'.repeat(65_536))
        sent.end()
      })
      expect(status).toBe(413)
    }))

  test('whose answer has another shape than documented fails instead of leaking', () => {
    const odd = route({
      ...shared,
      id: 'odd',
      method: 'GET',
      path: '/odd',
      answer: z.object({ count: z.number() }),
      handle: async () => ({ body: JSON.parse('{"count":"12"}') }),
    })
    return withApi([odd], async (api) => {
      const { status, body } = await api.ask<Problem>('GET', '/odd')
      expect([status, body.detail]).toEqual([500, 'the server could not do this; its log says why'])
      expect(api.lines.at(-2)?.level).toBe('error')
    })
  })
})

describe('a handler that throws', () => {
  test.each([
    ['order.stale', 409, new ApiError(409, 'order.stale', 'too old', { retryAfterSeconds: 3 })],
    ['campaign.running', 422, new AppError('campaign.running', 'it runs', { fix: 'pause it' })],
    ['not-found.campaign', 404, new AppError('not-found.campaign', 'no such campaign')],
    ['store.refused', 503, new AppError('store.refused', 'mongodb://user:pw@host said no')],
    ['failed', 500, new Error('password=hunter2')],
  ])('is told as the problem %s', (code, status, error) =>
    withApi([failing(error)], async (api) => {
      const answer = await api.ask<Problem>('GET', '/fail')
      expect([answer.status, answer.body.type]).toEqual([status, `urn:weloop:problem:${code}`])
      if (status >= 500) expect(JSON.stringify(answer.body)).not.toMatch(/hunter2|pw@/)
      if (status === 409) expect(answer.headers.get('retry-after')).toBe('3')
    }),
  )
})

test('nothing of a query or a body stands in the log', () =>
  withApi([echo], async (api) => {
    await api.ask('POST', '/echo/x?times=CANARYQ', { words: ['CANARYB'] })
    expect(api.lines.length).toBeGreaterThan(0)
    expect(JSON.stringify(api.lines)).not.toContain('CANARY')
  }))

test('a word in a path goes before a parameter, and no two routes claim the same', async () => {
  const answer = z.object({ id: z.string() })
  const one = (id: string, path: string) =>
    route({ ...shared, id, method: 'GET', path, answer, handle: async () => ({ body: { id } }) })
  await withApi([one('byId', '/x/:id'), one('mine', '/x/mine')], async (api) => {
    expect((await api.ask('GET', '/x/mine')).body).toEqual({ id: 'mine' })
    expect((await api.ask('GET', '/x/other')).body).toEqual({ id: 'byId' })
  })
  await expect(serveApi([one('a', '/x/:id'), one('b', '/x/:name')])).rejects.toThrow('two routes claim GET /x/:')
  await expect(serveApi([one('a', '/x'), one('a', '/y')])).rejects.toThrow('two routes claim id a')
})

describe('the description', () => {
  test('is served without a key, as a document and as a page', () =>
    withApi([echo], async (api) => {
      const document = await api.ask<{ paths: Record<string, Record<string, object>> }>(
        'GET',
        '/openapi.json',
        undefined,
        {
          signed: false,
        },
      )
      expect(document.status).toBe(200)
      expect(document.body.paths['/echo/{name}']?.['post']).toMatchObject({
        operationId: 'echo',
        'x-scope': 'contacts:read',
        parameters: [
          { name: 'name', in: 'path', required: true },
          { name: 'times', in: 'query', required: false },
        ],
        requestBody: { content: { 'application/json': { schema: { additionalProperties: false } } } },
      })
      const page = await api.ask<string>('GET', '/docs', undefined, { signed: false })
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(page.body).toContain('POST /echo/{name}')
      expect(page.body).toContain(createHash('sha256').update('{}').digest('hex'))
      expect(page.body).not.toMatch(/<script|https?:\/\/(?!127)/)
    }))
})
