import { describe, expect, test } from '@jest/globals'
import { addressOf, type ClientPorts, createClient } from '../../console/src/api/client.js'
import { ApiProblem } from '../../console/src/api/problem.js'
import type { Me } from '../../console/src/api/types.js'
import { createSession, may } from '../../console/src/session/store.js'

type Step = 'refuse' | { status: number; body?: unknown; headers?: Record<string, string> }

const problem = (status: number, code: string, more = {}) => ({
  status,
  body: { type: `urn:weloop:problem:${code}`, title: code, status, detail: `about ${code}`, instance: 'r1', ...more },
})

/** A client whose server answers in these steps; the last one again and again. */
function client(steps: Step[], ports: Partial<ClientPorts> = {}) {
  const sent: { url: string; headers: Headers; method: string | undefined }[] = []
  const told: boolean[] = []
  const call = createClient({
    async fetch(input, init) {
      sent.push({ url: String(input), headers: new Headers(init?.headers), method: init?.method })
      const step = (steps.length > 1 ? steps.shift() : steps[0]) ?? 'refuse'
      if (step === 'refuse') throw new TypeError('Failed to fetch')
      return new Response(JSON.stringify(step.body ?? {}), { status: step.status, headers: step.headers ?? {} })
    },
    pause: async () => undefined,
    csrf: () => 'token-1',
    reenter: async () => false,
    renew: async () => false,
    reachable: (up) => told.push(up),
    newKey: () => 'key-1',
    ...ports,
  })
  return { call, sent, told }
}

describe('the browser’s client', () => {
  test('fills paths and queries, and refuses a missing part', () => {
    expect(addressOf('/groups/{account}/{chatId}', { account: 'a/b', chatId: '群?' }, { after: '&=', limit: 5 })).toBe(
      '/groups/a%2Fb/%E7%BE%A4%3F?after=%26%3D&limit=5',
    )
    expect(() => addressOf('/groups/{account}', {}, undefined)).toThrow(RangeError)
  })

  test('reads again until the server is back, and tells of it', async () => {
    const { call, sent, told } = client(['refuse', { status: 502 }, { status: 200, body: { campaigns: [] } }])
    expect(await call('listCampaigns', {})).toEqual({ campaigns: [] })
    expect(sent).toHaveLength(3)
    expect(told).toEqual([false, false, true])
    expect(sent[0]?.headers.get('x-csrf-token')).toBeNull()
  })

  test('asks again for what only looks, although it is a POST', async () => {
    const { call, sent } = client(['refuse', { status: 200, body: { count: 3 } }])
    expect(await call('countSegment', { body: { rule: {} as never } })).toEqual({ count: 3 })
    expect(sent.map(({ headers }) => headers.get('idempotency-key'))).toEqual([null, null])
  })

  test('repeats a write only under its Idempotency-Key, the same one', async () => {
    const made = client(['refuse', { status: 201, body: { id: 'x' } }])
    await made.call('createCampaign', { body: { id: 'x', definition: {} as never } })
    expect(made.sent.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['key-1', 'key-1'])
    expect(made.sent[0]?.headers.get('x-csrf-token')).toBe('token-1')
    const lost = client(['refuse', { status: 200 }])
    await expect(lost.call('pauseCampaign', { params: { id: 'x' } })).rejects.toMatchObject({ code: 'no-answer' })
    expect(lost.sent).toHaveLength(1)
  })

  test('gives a refusal with its fields; a refusal in words is no absence', async () => {
    const fields = { errors: [{ field: 'password', message: 'too common', fix: 'take another' }, 'odd'] }
    const weak = client([problem(422, 'password.weak', fields)])
    const error: unknown = await weak.call('useLink', { body: { token: 't', password: 'p' } }).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(ApiProblem)
    expect(error).toMatchObject({ status: 422, code: 'password.weak', instance: 'r1', fields: [{ field: 'password' }] })
    const busy = client([{ ...problem(503, 'busy'), headers: { 'Retry-After': '5' } }])
    await expect(busy.call('signIn', { body: { login: 'a', password: 'b' } })).rejects.toMatchObject({
      code: 'busy',
      retryAfterSeconds: 5,
    })
    expect(busy.told).toEqual([true])
    await expect(client([{ status: 400, body: '<html>' }]).call('signOut', {})).rejects.toMatchObject({
      code: 'http.400',
    })
  })

  test('waits for the person when the session ended, and goes on with what was asked', async () => {
    const ended = problem(401, 'session.ended')
    const again = client([ended, { status: 200, body: { state: 'paused' } }], { reenter: async () => true })
    expect(await again.call('pauseCampaign', { params: { id: 'x' } })).toEqual({ state: 'paused' })
    await expect(client([ended]).call('listCampaigns', {})).rejects.toMatchObject({ code: 'session.ended' })
    const alone = client([ended], { reenter: () => Promise.reject(new Error('was asked')) })
    await expect(alone.call('getSession', { alone: true })).rejects.toMatchObject({ code: 'session.ended' })
  })

  test('reads the token anew once when another tab has signed in', async () => {
    let renewals = 0
    const renew = async () => {
      renewals++
      return true
    }
    const { call } = client([problem(403, 'csrf.wrong')], { renew })
    await expect(call('signOut', {})).rejects.toMatchObject({ code: 'csrf.wrong' })
    expect(renewals).toBe(1)
  })
})

const me = (id: string, csrf: string) => ({ person: { id }, csrf, scopes: [] }) as unknown as Me

describe('the page’s session', () => {
  test('lets requests go on when the same person is back, and gives them up for another', async () => {
    const session = createSession()
    expect(await session.reenter(undefined)).toBe(false)
    session.entered(me('p1', 'c1'))
    const first = session.reenter('c1')
    const second = session.reenter('c1')
    expect(session.state().kind).toBe('ended')
    session.entered(me('p1', 'c2'))
    expect(await Promise.all([first, second])).toEqual([true, true])
    expect(await session.reenter('c1')).toBe(true)
    expect(session.state().kind).toBe('in')
    const third = session.reenter('c2')
    session.entered(me('p2', 'c3'))
    expect(await third).toBe(false)
    const fourth = session.reenter('c3')
    session.left()
    expect(await fourth).toBe(false)
  })

  test('admin may everything of the API, but not what is for people only', () => {
    expect(may({ scopes: ['admin'] }, 'campaigns:write')).toBe(true)
    expect(may({ scopes: ['admin'] }, 'audit:read')).toBe(false)
    expect(may({ scopes: ['campaigns:read'] }, 'campaigns:write')).toBe(false)
  })
})
