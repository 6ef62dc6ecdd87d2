import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { TokenProblem } from '../../../src/platforms/shared/token.js'
import { SECRET } from './strict-wecom.js'
import { refusalOf, rejectionOf, startWecomWorld, type WecomWorld } from './world.js'

let world: WecomWorld
beforeEach(async () => {
  world = await startWecomWorld()
})
afterEach(() => world.close())

const USERS = '/cgi-bin/externalcontact/get_follow_user_list'
const read = () => world.client.contacts.followUsers()

describe('the token of an app', () => {
  test('is asked for once by many calls at once, and by other processes not at all', async () => {
    await Promise.all(Array.from({ length: 20 }, read))
    await world.another().contacts.followUsers()
    expect(world.wecom.tokenCalls()).toBe(1)
  })

  test.each([40014, 42001])('that was ended early (%i) is replaced once and the call repeated', async (code) => {
    await read()
    world.wecom.endToken(code)
    world.wecom.always(USERS, { errcode: 0, follow_user: ['lihua'] })
    expect(await read()).toEqual(['lihua'])
    expect(world.wecom.tokenCalls()).toBe(2)
  })

  test('that is refused although it is the newest stops the account instead of asking on', async () => {
    world.wecom.stickTo('canary-token-stuck')
    expect(await rejectionOf(read())).toMatchObject({ kind: 'stop' })
    const asked = world.wecom.tokenCalls()
    await Promise.all(Array.from({ length: 10 }, () => rejectionOf(read())))
    expect(world.wecom.tokenCalls()).toBe(asked)
  })

  test('is not asked for again for 10 minutes with a wrong secret: asking on blocks our address', async () => {
    const wrong = world.another('wrong-secret-1')
    for (let at = 0; at < 5; at++) {
      const error = await rejectionOf(wrong.contacts.followUsers())
      expect(error).toBeInstanceOf(TokenProblem)
      expect(error).toMatchObject({ kind: 'stop' })
    }
    world.clock.pass(599_000)
    await rejectionOf(wrong.contacts.followUsers())
    expect(world.wecom.tokenCalls()).toBe(1)
    world.clock.pass(2_000)
    await rejectionOf(wrong.contacts.followUsers())
    expect(world.wecom.tokenCalls()).toBe(2)
  })

  test('credentials refused by a call itself halt the app for a minute, or until the operator says so', async () => {
    world.wecom.next(USERS, { errcode: 40001, errmsg: 'invalid credential' })
    expect((await refusalOf(read())).class).toBe('credential')
    const before = world.wecom.calls.length
    expect((await refusalOf(read())).class).toBe('credential')
    expect(world.wecom.calls).toHaveLength(before)
    world.client.recheck()
    await read()
    world.wecom.next(USERS, { errcode: 40001 })
    await refusalOf(read())
    world.clock.pass(61_000)
    await read()
  })
})

describe('an error', () => {
  test('of an address that is not trusted names the address and where to allow it', async () => {
    const errmsg = 'not allow to access from your ip, hint: [1760000000123456789], from ip: 203.0.113.7, more info'
    world.wecom.next(USERS, { errcode: 60020, errmsg })
    const error = await refusalOf(read())
    expect(error).toMatchObject({ class: 'ip', ip: '203.0.113.7', hint: '1760000000123456789', endpoint: USERS })
    expect(error.remedy.zh).toContain('企业可信IP')
    expect(error.message).toContain('203.0.113.7')
  })

  test('never holds a secret, a token, a robot key or what was sent', async () => {
    const key = 'canary-robot-key-0001'
    const errors: unknown[] = [await rejectionOf(world.another(`${SECRET}-x`).contacts.followUsers())]
    await read()
    world.wecom.next(USERS, (response, call) => {
      response.end(JSON.stringify({ errcode: 48002, errmsg: `no permission ${call.query['access_token']}` }))
    })
    errors.push(await rejectionOf(read()))
    world.wecom.next('/cgi-bin/webhook/send', { errcode: 93000, errmsg: `invalid webhook ${key}` })
    errors.push(await rejectionOf(world.client.robots.send(key, { type: 'text', text: 'canary-content' })))
    await world.http.close()
    errors.push(await rejectionOf(world.client.robots.send(key, { type: 'text', text: 'canary-content' })))
    const all = inspect(errors, { depth: 8 }) + world.log.lines.join('\n')
    expect(errors).toHaveLength(4)
    for (const secret of [SECRET, 'canary-token', key, 'canary-content']) expect(all).not.toContain(secret)
  })

  test('with an errcode nobody knows says so and is not repeated', async () => {
    world.wecom.next(USERS, { errcode: 987_654, errmsg: 'odd' })
    expect(await refusalOf(read())).toMatchObject({ class: 'unknown', errcode: 987_654 })
    expect(world.waits).toEqual([])
  })
})
