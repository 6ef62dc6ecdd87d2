import { describe, expect, test } from '@jest/globals'
import type { Context } from 'koa'
import { lazily } from '../../src/http/lazy.js'

const asked = (url: string) => ({ req: { url } }) as Context
const passed = async () => 'passed on'

describe('what is loaded by the first request for it', () => {
  test('is not loaded for other paths', async () => {
    const part = lazily('/api/v1', () => Promise.reject(new Error('was loaded')))
    for (const url of ['/', '/api', '/api/v10/x', '/articles/api/v1', '/?/api/v1'])
      expect(await part(asked(url), passed)).toBe('passed on')
  })

  test('is loaded once for many requests at the same time, and answers them all', async () => {
    let loads = 0
    const part = lazily('/api/v1', async () => {
      loads += 1
      return async (ctx) => `answered ${ctx.req.url}`
    })
    const urls = ['/api/v1', '/api/v1/orders?limit=2', '/api/v1?x']
    expect(await Promise.all(urls.map((url) => part(asked(url), passed)))).toEqual(urls.map((url) => `answered ${url}`))
    expect(loads).toBe(1)
  })

  test('is tried again by the next request when loading failed', async () => {
    let loads = 0
    const part = lazily('/api/v1', async () => {
      loads += 1
      if (loads === 1) throw new Error('too many open files')
      return async () => 'answered'
    })
    await expect(Promise.all([part(asked('/api/v1/a'), passed), part(asked('/api/v1/b'), passed)])).rejects.toThrow(
      'too many open files',
    )
    expect(await part(asked('/api/v1/a'), passed)).toBe('answered')
  })
})
