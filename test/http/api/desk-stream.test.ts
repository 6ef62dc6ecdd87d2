import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Role } from '../../../src/access/roles.js'
import type { Listener } from '../../../src/desk/live/live.js'
import type { ConversationRow } from '../../../src/desk/model.js'
import { deskStreamRoutes } from '../../../src/http/api/desk-stream.js'
import { createStreams, type Streams } from '../../../src/http/api/event-stream.js'
import { type Browser, type OpenConsole, openConsole } from '../console/open-console.js'

let house: OpenConsole
let streams: Streams
let listeners: Map<Listener, number | undefined>

beforeEach(async () => {
  listeners = new Map()
  streams = createStreams({ heartbeatMs: 20, askAgainMs: 20, perCaller: 2 })
  const routes = deskStreamRoutes<ConversationRow, never>({
    live: {
      follow(since, listener) {
        listeners.set(listener as unknown as Listener, since)
        return () => listeners.delete(listener as unknown as Listener)
      },
    },
    lines: async (rows) => rows.map((conversation) => ({ conversation, name: '电话 13812345678' })),
    shown: () => ({}),
  })
  house = await openConsole({ beside: routes, streams })
})
afterEach(() => house.close())

const row = {
  _id: 'aaaaaaaaaaaaaaaa',
  contact: 'c1',
  account: 'shop',
  channel: 'official-account',
  state: 'queued',
  priority: 0,
  createdAt: new Date('2026-03-04T04:00:00Z'),
  key: 'not for the page',
} as unknown as ConversationRow

/** Opens the stream as the page does, and reads it on. */
async function follow(browser: Browser, headers: Record<string, string> = {}) {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const control = new AbortController()
  const response = await fetch(`${house.api.url}/api/v1/desk/stream`, {
    signal: control.signal,
    headers: { cookie, accept: 'text/event-stream', 'sec-fetch-site': 'same-origin', 'x-background': '1', ...headers },
  })
  const state = { text: '', over: false }
  void (async () => {
    for await (const piece of response.body ?? []) state.text += Buffer.from(piece).toString()
    state.over = true
  })().catch(() => {
    state.over = true
  })
  return { response, state, leave: () => control.abort() }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}

const news = (id: number) => {
  for (const listener of listeners.keys()) listener.news({ id, conversations: [row], entries: [] })
}

test('service staff are told of changes with ids, as far as they may see them, and of silence by heartbeats', async () => {
  const { response, state } = await follow(await house.as('kefu', 'service'), { 'last-event-id': '41' })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  await until(() => listeners.size === 1)
  expect([...listeners.values()]).toEqual([41])
  news(42)
  await until(() => state.text.includes('id: 42\nevent: here'))
  expect(state.text).toContain('event: conversation\ndata: {"conversation":{"_id":"aaaaaaaaaaaaaaaa"')
  expect(state.text).toContain('138****5678')
  expect(state.text).not.toContain('not for the page')
  await until(() => state.text.endsWith(':\n\n'))
})

test('who may not see the inbox gets no stream', async () => {
  for (const role of ['analyst', 'marketer', 'auditor', 'developer'] satisfies Role[])
    expect((await follow(await house.as(role, role))).response.status).toBe(403)
  expect(listeners.size).toBe(0)
})

test('a session that is ended, a person who is disabled or loses the role: the stream ends at once', async () => {
  const ends: ((login: string) => Promise<unknown>)[] = [
    async (login) => house.access.sessions.endAll((await house.access.people.findByLogin(login))?._id ?? ''),
    async (login) => {
      const person = await house.access.people.findByLogin(login)
      const by = { kind: 'command', id: 'test' } as const
      await house.access.people.change(person?._id ?? '', person?.rev ?? 0, { roles: ['analyst'] }, by)
    },
  ]
  for (const [index, end] of ends.entries()) {
    const login = `kefu${index}`
    const { state } = await follow(await house.as(login, 'service'))
    await until(() => listeners.size === 1)
    await end(login)
    await until(() => state.over && listeners.size === 0)
    const sent = state.text
    news(7)
    expect(state.text).toBe(sent)
  }
})

test('an open stream keeps no session alive', async () => {
  const browser = await house.as('kefu', 'service')
  const { state } = await follow(browser)
  await until(() => listeners.size === 1)
  house.access.pass(31 * 60_000)
  await until(() => state.over)
  expect((await follow(browser)).response.status).toBe(401)
})

test('a session has so many at once; one that went away makes room', async () => {
  const browser = await house.as('kefu', 'service')
  const first = await follow(browser)
  await follow(browser)
  const third = await follow(browser)
  expect([third.response.status, third.response.headers.get('retry-after')]).toEqual([429, '30'])
  expect((await follow(await house.as('other', 'service'))).response.status).toBe(200)
  first.leave()
  await until(() => listeners.size === 2)
  expect((await follow(browser)).response.status).toBe(200)
})

test('at a shutdown every stream ends, and the next is asked to come back later', async () => {
  const browser = await house.as('kefu', 'service')
  const { state } = await follow(browser)
  await until(() => listeners.size === 1)
  streams.close()
  await until(() => state.over && listeners.size === 0)
  const later = await follow(browser)
  expect([later.response.status, later.response.headers.get('retry-after')]).toEqual([503, '2'])
})
