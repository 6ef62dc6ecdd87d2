import { afterEach, describe, expect, test } from '@jest/globals'
import { TokenProblem } from '../../../../src/platforms/shared/token.js'
import { rejectionOf, startWorld, type World } from './fixture.js'

const SEND = '/cgi-bin/message/custom/send'
const hello = { type: 'text', content: '你好' } as const

describe('many processes share one token', () => {
  let world: World
  afterEach(() => world.close())

  test('100 sends at once on a cold start ask for one token', async () => {
    world = await startWorld()
    await Promise.all(Array.from({ length: 100 }, (_, at) => world.client.messages.send(`o${at}`, hello)))
    expect(world.wechat.tokenCalls).toEqual([{ forced: false }])
    expect(world.wechat.sent(SEND)).toHaveLength(100)
  })

  test('4 processes with 250 sends each, only the newest token being good, ask at most twice and lose nothing', async () => {
    world = await startWorld()
    const clients = [world.client, world.another(), world.another(), world.another()]
    const results = await Promise.allSettled(
      clients.flatMap((client) => Array.from({ length: 250 }, (_, at) => client.messages.send(`o${at}`, hello))),
    )
    expect(results.filter((result) => result.status === 'rejected')).toEqual([])
    expect(world.wechat.tokenCalls.length).toBeLessThanOrEqual(2)
  })

  test('a token invalidated elsewhere costs one refresh for all processes, every time', async () => {
    world = await startWorld()
    const clients = [world.client, world.another(), world.another(), world.another()]
    await Promise.all(clients.map((client) => client.messages.send('o', hello)))
    for (let round = 1; round <= 5; round += 1) {
      world.wechat.rotate()
      const results = await Promise.allSettled(
        clients.flatMap((client) => Array.from({ length: 25 }, (_, at) => client.messages.send(`o${at}`, hello))),
      )
      expect(results.filter((result) => result.status === 'rejected')).toEqual([])
      expect(world.wechat.tokenCalls).toHaveLength(1 + round)
      world.clock.pass(5_000)
    }
    expect(world.wechat.tokenCalls.every((call) => !call.forced)).toBe(true)
  })

  test.each([40001, 40014, 42001])('errcode %i replaces the token and the call is repeated once', async (errcode) => {
    world = await startWorld()
    await world.client.messages.send('o1', hello)
    const old = world.wechat.token()
    world.wechat.next(SEND, (response) => {
      world.wechat.rotate()
      response.end(JSON.stringify({ errcode, errmsg: 'token' }))
    })
    await world.client.messages.send('o2', hello)
    expect(world.wechat.token()).not.toBe(old)
    expect(world.wechat.sent(SEND)).toHaveLength(3)
  })

  test('a refresh is forced only when the same refused token comes back, and not again within 10 minutes', async () => {
    world = await startWorld()
    await world.client.messages.send('o1', hello)
    const old = world.wechat.token()
    world.wechat.rotate()
    world.wechat.tokenFails({ access_token: old, expires_in: 7200 })
    await world.client.messages.send('o1', hello)
    expect(world.wechat.tokenCalls.map((call) => call.forced)).toEqual([false, false, true])

    const second = world.wechat.token()
    world.wechat.rotate()
    world.wechat.stickTo(second)
    world.clock.pass(60_000)
    const error = await rejectionOf(world.client.messages.send('o1', hello))
    expect(error).toBeInstanceOf(TokenProblem)
    expect(world.wechat.tokenCalls.map((call) => call.forced)).toEqual([false, false, true, false])
  })

  test('an upload that meets a replaced token is sent again with the same bytes', async () => {
    world = await startWorld()
    await world.client.messages.send('o1', hello)
    world.wechat.rotate()
    world.wechat.always('/cgi-bin/media/upload', { type: 'image', media_id: 'M1', created_at: 1 })
    const bytes = Buffer.from('picture bytes')
    expect(await world.client.media.upload('image', { bytes, filename: 'a.png', contentType: 'image/png' })).toBe('M1')
    const uploads = world.wechat.calls.filter((call) => call.path === '/cgi-bin/media/upload')
    expect(uploads).toHaveLength(2)
    expect(uploads[0]?.body.equals(uploads[1]?.body ?? Buffer.alloc(0))).toBe(true)
    expect(uploads[1]?.body.includes(bytes)).toBe(true)
  })
})

describe('a credential problem stops the account instead of hammering the platform', () => {
  let world: World
  afterEach(() => world.close())

  test('a wrong secret is asked about once a minute, however many messages wait', async () => {
    world = await startWorld({ secret: 'canary-wrong-secret' })
    for (let at = 0; at < 50; at += 1) {
      expect(await rejectionOf(world.client.messages.send('o', hello))).toBeInstanceOf(TokenProblem)
      world.clock.pass(1_000)
    }
    expect(world.wechat.tokenCalls).toHaveLength(1)
    world.clock.pass(11_000)
    await rejectionOf(world.client.messages.send('o', hello))
    expect(world.wechat.tokenCalls).toHaveLength(2)
  })

  test('an address that is not on the allow-list is named, with what to do', async () => {
    world = await startWorld()
    world.wechat.tokenFails({
      errcode: 40164,
      errmsg: 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1-2-3',
    })
    const error = await rejectionOf(world.client.messages.send('o', hello))
    expect(error).toMatchObject({ kind: 'stop', message: expect.stringContaining('203.0.113.7') })
    expect(error).toMatchObject({ fix: expect.stringContaining('IP白名单') })
  })

  test('after the operator has mended it, a recheck asks at once', async () => {
    world = await startWorld()
    world.wechat.tokenFails({ errcode: 40164, errmsg: 'invalid ip 203.0.113.7' })
    await rejectionOf(world.client.messages.send('o', hello))
    expect(world.client.tokens.problem()).toBeInstanceOf(TokenProblem)
    world.client.tokens.recheck()
    await world.client.messages.send('o', hello)
    expect(world.client.tokens.problem()).toBeUndefined()
  })

  test('new tokens that are refused again and again stop the account, and it recovers by itself later', async () => {
    world = await startWorld()
    world.wechat.always(SEND, { errcode: 40001, errmsg: 'invalid credential' })
    for (let at = 0; at < 30; at += 1) {
      world.wechat.rotate()
      await rejectionOf(world.client.messages.send('o', hello))
    }
    expect(world.wechat.tokenCalls.length).toBeLessThanOrEqual(5)
    world.wechat.always(SEND, { errcode: 0 })
    world.clock.pass(61_000)
    await world.client.messages.send('o', hello)
  })
})
