import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createTokens } from '../../simulator/official-account/tokens.js'
import { demoAccount } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { type Api, api } from './api.js'

const T = 1_760_000_000_000

describe('tokens', () => {
  test('stable_token gives the same token until its last five minutes, then both work', () => {
    const tokens = createTokens(7_200_000)
    const first = tokens.stable(T)
    expect(first.expiresIn).toBe(7200)
    expect(tokens.stable(T + 6_899_000)).toEqual({ token: first.token, expiresIn: 301 })
    const second = tokens.stable(T + 6_901_000)
    expect(second.token).not.toBe(first.token)
    expect(tokens.check(first.token, T + 6_902_000)).toBe('valid')
    expect(tokens.check(first.token, T + 7_200_000)).not.toBe('valid')
    expect(tokens.check(second.token, T + 7_300_000)).toBe('valid')
  })

  test('force_refresh kills the old token at once, and does nothing within 30 s of the last one', () => {
    const tokens = createTokens(7_200_000)
    const first = tokens.stable(T)
    const forced = tokens.force(T + 1000)
    expect(tokens.check(first.token, T + 1000)).toBe('replaced')
    expect(tokens.force(T + 30_000).token).toBe(forced.token)
    expect(tokens.force(T + 31_000).token).not.toBe(forced.token)
  })

  test('plain tokens replace each other, with five minutes in which the old one works, and leave stable ones alone', () => {
    const tokens = createTokens(7_200_000)
    const stable = tokens.stable(T)
    const first = tokens.plain(T)
    const second = tokens.plain(T + 1000)
    expect(second.token).not.toBe(first.token)
    expect(tokens.check(first.token, T + 200_000)).toBe('valid')
    expect(tokens.check(first.token, T + 301_000)).toBe('replaced')
    expect(tokens.check(stable.token, T + 301_000)).toBe('valid')
  })

  test('with no overlap only the newest token is valid', () => {
    const tokens = createTokens(7_200_000, 0)
    const first = tokens.plain(T)
    tokens.plain(T)
    expect(tokens.check(first.token, T)).toBe('replaced')
  })
})

describe('the token API', () => {
  let simulator: Simulator
  let call: Api
  beforeAll(async () => {
    simulator = await startSimulator({ port: 0, accounts: [{ ...demoAccount, callbackUrl: 'http://127.0.0.1:9/' }] })
    call = api(simulator.url)
  })
  beforeEach(() => simulator.control.reset())
  afterAll(() => simulator.close())

  const { appid, secret } = demoAccount
  const stable = (over: object = {}) =>
    call('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret, ...over })

  test('answers both kinds, apart from each other', async () => {
    const one = await stable()
    const plain = await call(`/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`)
    expect(one).toEqual({ access_token: expect.any(String), expires_in: 7200 })
    expect(plain).toEqual({ access_token: expect.any(String), expires_in: 7200 })
    expect(await stable()).toHaveProperty('access_token', one['access_token'])
    expect(await call(`/cgi-bin/getcallbackip?access_token=${plain['access_token']}`)).toEqual({
      ip_list: ['127.0.0.1'],
    })
    expect(await call(`/cgi-bin/getcallbackip?access_token=${one['access_token']}`)).toEqual({ ip_list: ['127.0.0.1'] })
  })

  test.each([
    [{ appid: 'wxnobody' }, 40013],
    [{ secret: 'wrong' }, 40125],
    [{ grant_type: 'x' }, 40002],
    [{ appid: undefined }, 41002],
    [{ secret: undefined }, 41004],
  ])('refuses %p with %i', async (over, errcode) => {
    expect(await stable(over)).toMatchObject({ errcode, errmsg: expect.stringMatching(/rid: \w{8}-\w{8}-\w{8}$/) })
  })

  test('names the address that is not on the allow-list', async () => {
    simulator.control.setAccount('shop', { ipAllowList: ['10.0.0.1'] })
    expect(await stable()).toMatchObject({ errcode: 40164, errmsg: expect.stringContaining('invalid ip 127.0.0.1') })
  })

  test('lets force_refresh through 20 times a day', async () => {
    for (let n = 0; n < 20; n++) expect(await stable({ force_refresh: true })).toHaveProperty('access_token')
    expect(await stable({ force_refresh: true })).toMatchObject({ errcode: 45009 })
    simulator.control.clock({ advance: 86_400_000 })
    expect(await stable({ force_refresh: true })).toHaveProperty('access_token')
  })

  test('tells a missing, a malformed, an unknown, an expired and a replaced token apart', async () => {
    const { access_token: token } = await stable()
    const withToken = (value: unknown) => call(`/cgi-bin/getcallbackip?access_token=${value}`)
    expect(await call('/cgi-bin/getcallbackip')).toMatchObject({ errcode: 41001 })
    expect(await withToken('short')).toMatchObject({ errcode: 40014 })
    expect(await withToken('x'.repeat(120))).toMatchObject({ errcode: 40001 })
    simulator.control.clock({ advance: 7_200_000 })
    expect(await withToken(token)).toMatchObject({ errcode: 42001 })
    const { access_token: next } = await stable()
    simulator.control.invalidateTokens()
    expect(await withToken(next)).toMatchObject({ errcode: 40001 })
  })
})
