import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { Problem } from '../../../src/http/api/problem.js'
import { ApiError, route } from '../../../src/http/api/route.js'
import { type ServedApi, serveApi, testKey } from '../../helpers/api.js'

interface Bench {
  api: ServedApi
  /** How often the handler ran, and what it does next. */
  runs: { count: number; next: () => Promise<void> }
}

async function withBench(use: (bench: Bench) => Promise<void>, idempotent: boolean | 'required' = true): Promise<void> {
  const runs = { count: 0, next: async () => {} }
  const add = route({
    id: 'add',
    method: 'POST',
    path: '/add',
    tag: 'test',
    summary: 'Adds one.',
    scope: 'admin',
    idempotent,
    body: z.object({ by: z.number() }),
    answer: z.object({ count: z.number(), key: z.string().optional() }),
    async handle({ idempotencyKey }) {
      await runs.next()
      runs.count += 1
      return { status: 201, body: { count: runs.count, ...(idempotencyKey !== undefined && { key: idempotencyKey }) } }
    },
  })
  const api = await serveApi([add], { key: testKey() })
  try {
    await use({ api, runs })
  } finally {
    await api.close()
  }
}
const key = { headers: { 'idempotency-key': 'order-1001' } }

describe('a request with an Idempotency-Key', () => {
  test('is done once; sent again it gets the same answer', () =>
    withBench(async ({ api, runs }) => {
      const first = await api.ask('POST', '/add', { by: 1 }, key)
      const again = await api.ask('POST', '/add', { by: 1 }, key)
      expect([first.status, first.body]).toEqual([201, { count: 1, key: 'order-1001' }])
      expect([again.status, again.body]).toEqual([201, { count: 1, key: 'order-1001' }])
      expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([
        null,
        'true',
      ])
      expect(runs.count).toBe(1)
      expect((await api.ask('POST', '/add', { by: 1 })).body).toEqual({ count: 2 })
    }))

  test('is refused with 422 when it says something else', () =>
    withBench(async ({ api }) => {
      await api.ask('POST', '/add', { by: 1 }, key)
      for (const [path, body] of [
        ['/add', { by: 2 }],
        ['/add?x=1', { by: 1 }],
      ] as const) {
        const other = await api.ask<Problem>('POST', path, body, key)
        expect([other.status, other.body.type]).toEqual([422, 'urn:weloop:problem:idempotency.reused'])
      }
    }))

  test('while the first is under way is told to come again', () =>
    withBench(async ({ api, runs }) => {
      let go = () => {}
      let started = () => {}
      const running = new Promise<void>((resolve) => {
        started = resolve
      })
      runs.next = () => {
        started()
        return new Promise((resolve) => {
          go = resolve
        })
      }
      const first = api.ask('POST', '/add', { by: 1 }, key)
      await running
      const second = await api.ask<Problem>('POST', '/add', { by: 1 }, key)
      expect([second.status, second.body.type]).toEqual([409, 'urn:weloop:problem:idempotency.running'])
      expect(second.headers.get('retry-after')).toBe('1')
      go()
      expect((await first).status).toBe(201)
      expect(runs.count).toBe(1)
    }))

  test.each([
    ['was refused', new ApiError(422, 'no', 'no')],
    ['failed', new Error('store is down')],
  ])('that %s may be tried again', (_, error) =>
    withBench(async ({ api, runs }) => {
      runs.next = () => Promise.reject(error)
      expect((await api.ask('POST', '/add', { by: 1 }, key)).status).toBeGreaterThanOrEqual(422)
      runs.next = async () => {}
      expect((await api.ask('POST', '/add', { by: 1 }, key)).status).toBe(201)
    }),
  )

  test.each(['short', 'x'.repeat(129), 'with blank key'])('of the form %s is refused', (bad) =>
    withBench(async ({ api }) => {
      const answer = await api.ask<Problem>('POST', '/add', { by: 1 }, { headers: { 'idempotency-key': bad } })
      expect([answer.status, answer.body.type]).toEqual([400, 'urn:weloop:problem:idempotency.key'])
    }),
  )

  test('must have one where that is required', () =>
    withBench(async ({ api }) => {
      const answer = await api.ask<Problem>('POST', '/add', { by: 1 })
      expect([answer.status, answer.body.type]).toEqual([400, 'urn:weloop:problem:idempotency.key'])
      expect((await api.ask('POST', '/add', { by: 1 }, key)).status).toBe(201)
    }, 'required'))
})
