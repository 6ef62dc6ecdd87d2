import { describe, expect, test } from '@jest/globals'
import { AppError } from '../../src/core/errors.js'
import { health } from '../../src/http/health.js'
import type { InboxPort } from '../../src/http/webhooks.js'
import { push, textPush } from '../helpers/door.js'
import { startWeb, type Web, type WebOptions } from '../helpers/web.js'

async function withWeb(options: WebOptions, use: (web: Web) => Promise<void>): Promise<void> {
  const web = await startWeb(options)
  try {
    await use(web)
  } finally {
    await web.close()
  }
}

function hello(web: Web, headers: Record<string, string> = {}): Promise<Response> {
  const { query, body } = push(textPush('你好'), { timestamp: String(Math.floor(Date.now() / 1000)) })
  return fetch(`${web.url}/wechat/shop?${query}`, { method: 'POST', body: Buffer.from(body), headers })
}

describe('when the inbox cannot take an update', () => {
  const broken: Record<string, InboxPort> = {
    'says so': { accept: () => 'unavailable' },
    throws: {
      accept: () => {
        throw new Error('store is down')
      },
    },
    rejects: { accept: () => Promise.reject(new Error('store is down')) },
  }
  test.each(Object.entries(broken))('and %s, WeChat is told to come again', (_, inbox) =>
    withWeb({ inbox }, async (web) => {
      const response = await hello(web)
      expect([response.status, await response.text()]).toEqual([503, 'try again later'])
    }),
  )
})

describe('answers', () => {
  test.each([true, false])('of one turn all arrive, released together: %s', (releaseTogether) =>
    withWeb({ releaseTogether }, async (web) => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => hello(web)))
      for (const answer of answers) expect([answer.status, (await answer.text()).slice(0, 5)]).toEqual([200, '<xml>'])
    }),
  )

  test('under way are given before the server closes, and no new request is taken', async () => {
    let answer: (body: string) => void = () => {}
    let taken: () => void = () => {}
    const under = new Promise<void>((resolve) => {
      taken = resolve
    })
    const inbox: InboxPort = {
      accept: () =>
        new Promise((resolve) => {
          answer = resolve
          taken()
        }),
    }
    const web = await startWeb({ inbox })
    const first = hello(web)
    await under
    const closed = web.close()
    await expect(hello(web)).rejects.toThrow()
    answer('success')
    expect(await (await first).text()).toBe('success')
    await closed
  })
})

describe('the sender`s address', () => {
  const bad = (web: Web) =>
    fetch(`${web.url}/wechat/shop`, { headers: { 'X-Forwarded-For': '6.6.6.6, 203.0.113.9, 10.0.0.2' } }).then(
      () => web.lines[0]?.fields['remote'],
    )

  test.each([
    [0, '127.0.0.1'],
    [1, '10.0.0.2'],
    [2, '203.0.113.9'],
  ])('behind %i trusted proxies is %s, whatever it claims', (trustedProxies, expected) =>
    withWeb({ trustedProxies }, async (web) => {
      expect(await bad(web)).toBe(expected)
    }),
  )
})

describe('health', () => {
  const json = async (web: Web, path: string) => {
    const response = await fetch(web.url + path)
    return [response.status, await response.json()]
  }

  test('live while the event loop turns; ready only when the webhook would be answered', async () => {
    const state = { ok: true, problems: [] as string[] }
    await withWeb({ routes: [health(() => state)] }, async (web) => {
      expect(await json(web, '/livez')).toEqual([200, { ok: true }])
      expect(await json(web, '/readyz')).toEqual([200, { ok: true, problems: [] }])
      Object.assign(state, { ok: false, problems: ['the store cannot be reached'] })
      expect(await json(web, '/readyz')).toEqual([503, { ok: false, problems: ['the store cannot be reached'] }])
      expect(await json(web, '/livez')).toEqual([200, { ok: true }])
    })
  })

  test('not ready when it cannot be told', () =>
    withWeb({ routes: [health(() => Promise.reject(new Error('secret detail')))] }, async (web) => {
      expect(await json(web, '/readyz')).toEqual([503, { ok: false, problems: ['readiness could not be determined'] }])
    }))
})

describe('errors of other routes', () => {
  const failing = (error: unknown) => ({
    routes: [
      () => {
        throw error
      },
    ],
  })

  test('made for the caller are shown with their fix', () =>
    withWeb(failing(new AppError('invalid.name', 'the name is empty', { fix: 'give one' })), async (web) => {
      const response = await fetch(`${web.url}/api`)
      expect([response.status, await response.json()]).toEqual([
        400,
        { error: { code: 'invalid.name', message: 'the name is empty', fix: 'give one' } },
      ])
      expect(web.lines).toEqual([])
    }))

  test.each([new Error('password=hunter2'), new AppError('bug.unreachable', 'password=hunter2'), 'password=hunter2'])(
    'of ours are a 500 that says nothing, and are logged (%#)',
    (error) =>
      withWeb(failing(error), async (web) => {
        const response = await fetch(`${web.url}/api`)
        const body = await response.text()
        expect(response.status).toBe(500)
        expect(body).not.toContain('hunter2')
        expect(JSON.parse(body)).toEqual({ error: { code: 'failed', message: expect.any(String) } })
        expect(web.lines).toMatchObject([{ level: 'error', message: 'request failed' }])
      }),
  )

  test('an unknown path is a 404 in the same form', () =>
    withWeb({}, async (web) => {
      const response = await fetch(`${web.url}/nowhere`)
      expect([response.status, await response.json()]).toEqual([
        404,
        { error: { code: 'not-found', message: 'there is nothing here' } },
      ])
    }))
})
