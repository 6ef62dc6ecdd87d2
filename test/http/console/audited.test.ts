import { expect, test } from '@jest/globals'
import { z } from 'zod'
import type { AuditedCall } from '../../../src/http/api/audited.js'
import { ApiError, type Route, route, type Scope } from '../../../src/http/api/route.js'
import { serveApi } from '../../helpers/api.js'

const answer = z.object({ done: z.boolean() })
const make = (id: string, scope: Scope, more: Partial<Route> = {}): Route =>
  route({
    id,
    method: 'POST',
    path: `/${id}`,
    tag: 'x',
    summary: 'x',
    scope,
    answer,
    handle: async () => ({ body: { done: true } }),
    ...more,
  } as Parameters<typeof route>[0])

const routes = [
  make('change', 'campaigns:write'),
  make('traffic', 'events:write'),
  make('itself', 'operations:write', { audited: true }),
  make('refuse', 'operations:write', {
    handle: async () => {
      throw new ApiError(409, 'thing.busy', 'not now')
    },
  }),
  make('read', 'campaigns:read', { method: 'GET' }),
  make('whole', 'campaigns:read', { method: 'GET', unmasked: true }),
]

test('keys’ changes and whole answers are told to the audit log, refusals too; traffic and reading are not', async () => {
  const told: string[] = []
  const audit = async ({ route: { id }, outcome }: AuditedCall) => void told.push(`${id} ${outcome}`)
  const api = await serveApi(routes, { audit })
  try {
    for (const { method, path } of routes) await api.ask(method, path)
    expect(told).toEqual(['change done', 'refuse thing.busy', 'whole done'])
  } finally {
    await api.close()
  }
})

test('what cannot be written into the audit log is not answered as done', async () => {
  const api = await serveApi(routes, { audit: () => Promise.reject(new Error('no space left')) })
  try {
    const statuses = await Promise.all(['change', 'refuse'].map(async (id) => (await api.ask('POST', `/${id}`)).status))
    expect(statuses).toEqual([500, 500])
    expect((await api.ask('GET', '/whole')).body).not.toHaveProperty('done')
    expect((await api.ask('POST', '/traffic')).status).toBe(200)
  } finally {
    await api.close()
  }
})
