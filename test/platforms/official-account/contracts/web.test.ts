import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { signPage } from '../../../../src/platforms/official-account/client/js-sdk.js'
import { WeChatApiError } from '../../../../src/platforms/official-account/errors.js'
import { rejectionOf } from '../client/fixture.js'
import { type ContractWorld, startContractWorld } from './world.js'

let world: ContractWorld
beforeEach(async () => {
  world = await startContractWorld()
})
afterEach(() => world.close())

describe('the JS-SDK', () => {
  test("the documentation's example is signed as it says", () => {
    const ticket = 'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg'
    const url = 'http://mp.weixin.qq.com?params=value'
    expect(signPage(ticket, 'Wm3WZYTPz0wzccnW', 1_414_587_457, url)).toBe('0f9de62fce790f9a083d5c99e95740ceb90c27ed')
    expect(signPage(ticket, 'Wm3WZYTPz0wzccnW', 1_414_587_457, `${url}#top`)).toBe(
      '0f9de62fce790f9a083d5c99e95740ceb90c27ed',
    )
  })

  test('pages share one ticket; nonces differ', async () => {
    const page = { url: 'https://shop.example.cn/a?b=1#c', apis: ['chooseImage'], openTags: ['wx-open-subscribe'] }
    const [one, two] = await Promise.all([world.client.jsSdk.config(page), world.client.jsSdk.config(page)])
    const ticket = await world.client.jsSdk.ticket()
    const words = `jsapi_ticket=${ticket}&noncestr=${one?.nonceStr}&timestamp=${one?.timestamp}&url=https://shop.example.cn/a?b=1`
    expect(one?.signature).toBe(createHash('sha1').update(words).digest('hex'))
    expect(one).toMatchObject({ jsApiList: ['chooseImage'], openTagList: ['wx-open-subscribe'] })
    expect(one?.nonceStr).not.toBe(two?.nonceStr)
    expect(await world.simulator.control.calls({ path: '/cgi-bin/ticket/getticket' })).toHaveLength(1)
    world.pass(7_200_000)
    await world.client.jsSdk.config(page)
    expect(await world.simulator.control.calls({ path: '/cgi-bin/ticket/getticket' })).toHaveLength(2)
  })
})

describe('web login', () => {
  const visit = async (scope: 'base' | 'userinfo', openid: string) => {
    const url = world.client.webLogins.authorizeUrl({
      redirectUrl: 'https://shop.example.cn/in?x=1',
      scope,
      state: 's1',
    })
    const page = await fetch(url.replace('#wechat_redirect', `&openid=${openid}`), { redirect: 'manual' })
    const back = new URL(page.headers.get('location') ?? '')
    expect(back.searchParams.get('state')).toBe('s1')
    return back.searchParams.get('code') ?? ''
  }

  test('the page leads back with a code, the code gives the person once', async () => {
    const { id, unionid } = world.simulator.control.addFollower({ name: '小明' })
    const code = await visit('userinfo', id)
    const login = await world.client.webLogins.exchange(code)
    expect(login).toMatchObject({ openid: id, unionid, scopes: ['snsapi_userinfo'], virtual: false })
    expect(await world.client.webLogins.profile(login)).toMatchObject({ openid: id, nickname: '小明' })
    expect(await rejectionOf(world.client.webLogins.exchange(code))).toMatchObject({
      class: 'identity',
      errcode: 40163,
    })
  })

  test('a silent login shows no profile (48001), an old or wrong code is 40029, and no error holds the secret', async () => {
    const { id } = world.simulator.control.addFollower()
    const login = await world.client.webLogins.exchange(await visit('base', id))
    expect(await rejectionOf(world.client.webLogins.profile(login))).toMatchObject({ errcode: 48001 })
    const old = await visit('base', id)
    world.pass(300_001)
    const refused = await rejectionOf(world.client.webLogins.exchange(old))
    expect(refused).toMatchObject({ errcode: 40029 })
    expect(JSON.stringify(refused) + String(refused)).not.toContain('weloop-demo-secret')
    expect(() =>
      world.client.webLogins.authorizeUrl({ redirectUrl: 'https://a.cn', scope: 'base', state: 'a b' }),
    ).toThrow(WeChatApiError)
  })
})

describe('quotas', () => {
  test('are read and cleared, one and all, with a token and with the secret', async () => {
    const { servers, users } = world.client
    const path = '/cgi-bin/user/get'
    await users.list()
    expect(await servers.quota(path)).toEqual({ limit: 500, used: 1, left: 499 })
    await servers.clearQuota(path)
    expect((await servers.quota(path)).used).toBe(0)
    world.simulator.control.setQuota({ path, daily: 1 })
    await users.list()
    expect(await rejectionOf(users.list())).toMatchObject({ class: 'quota-day' })
    await servers.clearAllQuotas()
    await users.list()
    await servers.clearAllQuotasBySecret()
    await users.list()
    for (let at = 2; at < 10; at += 1) await servers.clearAllQuotasBySecret()
    expect(await rejectionOf(servers.clearAllQuotas())).toMatchObject({ errcode: 48006 })
  })

  test('the rid of an error leads to what the platform saw', async () => {
    const error = await rejectionOf(world.client.users.info('oStranger'))
    const rid = error instanceof WeChatApiError ? (error.rid ?? '') : ''
    const seen = await world.client.servers.seen(rid)
    expect(seen).toMatchObject({ url: expect.stringContaining('/cgi-bin/user/info'), ip: '127.0.0.1' })
    expect(seen.url).toContain('access_token=***')
    expect(await rejectionOf(world.client.servers.seen('nonsense'))).toMatchObject({ errcode: 76002 })
  })
})
