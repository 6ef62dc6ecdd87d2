import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { officialAccountSchema } from '../../../../src/config/accounts.js'
import { diagnose } from '../../../../src/platforms/official-account/doctor.js'
import type { Finding } from '../../../../src/platforms/official-account/doctor-finding.js'
import { createReceiver } from '../../../../src/platforms/official-account/receive.js'
import { startWorld, type World } from './fixture.js'
import { APPID, SECRET } from './strict-wechat.js'

const TOKEN = 'canary-token-of-callback'
let world: World
let door: Server
let publicUrl: string
let answer: (url: string) => { status: number; body: string }

const account = (changes: object = {}) => ({
  id: 'shop',
  ...officialAccountSchema.parse({
    platform: 'official-account',
    kind: 'service',
    verified: true,
    appid: APPID,
    originalId: 'gh_weloopdemo01',
    secret: SECRET,
    token: TOKEN,
    aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    apiBase: world.wechat.base,
    ...changes,
  }),
})

/** The product's own door for an account. */
const doorOf = (changes: object = {}) => {
  const receiver = createReceiver(account(changes))
  return (url: string) => {
    const received = receiver.receive({
      method: 'GET',
      query: url.split('?')[1] ?? '',
      body: Buffer.alloc(0),
      now: new Date(),
    })
    return received.type === 'echo' ? { status: 200, body: received.text } : { status: 403, body: 'forbidden' }
  }
}

beforeEach(async () => {
  world = await startWorld()
  door = createServer((request, response) => {
    const { status, body } = answer(request.url ?? '')
    response.writeHead(status).end(body)
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  publicUrl = `http://127.0.0.1:${(door.address() as AddressInfo).port}`
  answer = doorOf()
  world.wechat.always('/cgi-bin/getcallbackip', { ip_list: ['203.0.113.1', '203.0.113.2'] })
  world.wechat.always('/cgi-bin/callback/check', {
    dns: [{ ip: '203.0.113.9', real_operator: 'UNICOM' }],
    ping: [{ ip: '203.0.113.9', from_operator: 'UNICOM', package_loss: '0%', time: '23ms' }],
  })
})
afterEach(async () => {
  door.closeAllConnections()
  await new Promise((resolve) => door.close(resolve))
  await world.close()
})

async function examine(options: { changes?: object; now?: () => Date; secret?: string } = {}) {
  const client = world.another(options.secret ?? SECRET)
  const found = await diagnose(account(options.changes), {
    client,
    http: world.http,
    publicUrl,
    now: options.now ?? (() => new Date()),
  })
  return new Map(found.map((finding) => [finding.check, finding]))
}
const bad = (found: Map<string, Finding>) => [...found.values()].filter((f) => f.state !== 'ok').map((f) => f.check)

test('a healthy account passes; only the address of this machine is remarked on', async () => {
  const found = await examine()
  expect(bad(found)).toEqual(['callback.address'])
  expect([...found.keys()]).toEqual(
    expect.arrayContaining([
      'aes-key',
      'callback',
      'clock',
      'token',
      'permission.customer-messages',
      'permission.menu',
      'permission.users',
      'permission.template-messages',
      'permission.scene-codes',
      'callback.from-wechat',
      'push-addresses',
    ]),
  )
})

test('everything that is not well comes with what to do, in both languages', async () => {
  world.wechat.always('/cgi-bin/customservice/getkflist', { errcode: 48001, errmsg: 'api unauthorized' })
  world.wechat.always('/cgi-bin/callback/check', { dns: [], ping: [] })
  answer = () => ({ status: 502, body: 'bad gateway' })
  const found = await examine({ changes: { aesKey: undefined } })
  const notWell = [...found.values()].filter((finding) => finding.state !== 'ok')
  expect(notWell.length).toBeGreaterThanOrEqual(5)
  for (const { fix } of notWell) {
    expect(fix?.zh).toMatch(/\p{Script=Han}/u)
    expect(fix?.en).toMatch(/[a-z]{3}/)
  }
})

describe('callback', () => {
  test('another token in the running product is a refused signature', async () => {
    answer = doorOf({ token: 'another-token' })
    expect((await examine()).get('callback')).toMatchObject({
      state: 'fail',
      found: { en: 'the callback refuses our signature' },
    })
  })

  test('something that answers every signature is found out', async () => {
    answer = (url) => ({ status: 200, body: new URLSearchParams(url.split('?')[1]).get('echostr') ?? '' })
    expect((await examine()).get('callback.signature')).toMatchObject({ state: 'fail' })
  })

  test('a page instead of the echo, and nobody there', async () => {
    answer = () => ({ status: 200, body: '<html>hello</html>' })
    expect((await examine()).get('callback')).toMatchObject({
      state: 'fail',
      found: { en: expect.stringContaining('HTTP 200') },
    })
    door.closeAllConnections()
    await new Promise((resolve) => door.close(resolve))
    await examine()
    expect((await examine()).get('callback')).toMatchObject({
      state: 'fail',
      found: { en: expect.stringContaining('refused') },
    })
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  })

  test('a name the platform cannot resolve, and a firewall that drops its pings', async () => {
    world.wechat.next(
      '/cgi-bin/callback/check',
      { dns: [], ping: [] },
      {
        dns: [{ ip: '203.0.113.9' }],
        ping: [{ ip: '203.0.113.9', package_loss: '100%' }],
      },
    )
    expect((await examine()).get('callback.from-wechat')).toMatchObject({ state: 'fail' })
    expect((await examine()).get('callback.from-wechat')).toMatchObject({ state: 'warn' })
  })
})

describe('token', () => {
  test('an address off the allow-list is named, also while a stored token still works', async () => {
    await world.client.messages.send('o1', { type: 'text', content: 'hi' })
    world.wechat.tokenFails({ errcode: 40164, errmsg: 'invalid ip 203.0.113.7, not in whitelist' })
    const found = (await examine()).get('token')
    expect(found).toMatchObject({ state: 'fail' })
    expect(found?.fix?.zh).toContain('添加 203.0.113.7')
    expect(found?.fix?.en).toContain('Add 203.0.113.7')
  })

  test.each([
    ['secret', { secret: 'canary-wrong-secret' }, /AppSecret/],
    ['appid', { appid: 'wx99999999999999ab' }, /AppID/],
  ])('a wrong %s is told from the other', async (_, wrong, words) => {
    if ('appid' in wrong) world.wechat.tokenFails({ errcode: 40013, errmsg: 'invalid appid' })
    const found = await examine({ ...('secret' in wrong && { secret: wrong.secret }) })
    expect(found.get('token')).toMatchObject({ state: 'fail', fix: { zh: expect.stringMatching(words) } })
    expect(found.has('permission.menu')).toBe(false)
    expect(JSON.stringify([...found])).not.toMatch(/canary-(wrong|secret|token)/)
  })
})

describe('clock', () => {
  test.each([
    [0, 'ok'],
    [60, 'warn'],
    [-60, 'warn'],
    [300, 'fail'],
    [-300, 'fail'],
  ])('%i s off is %s', async (seconds, state) => {
    const now = () => new Date(Date.now() + seconds * 1000)
    expect((await examine({ now })).get('clock')).toMatchObject({ state })
  })
})

describe('permissions', () => {
  test('a missing one is named with where to get it', async () => {
    world.wechat.always('/cgi-bin/template/get_all_private_template', { errcode: 48001, errmsg: 'api unauthorized' })
    const found = (await examine()).get('permission.template-messages')
    expect(found).toMatchObject({ state: 'fail', found: { zh: '缺少「模板消息」权限（48001）' } })
    expect(found?.fix?.zh).toContain('接口权限')
  })

  test('what an account of its kind cannot have is not called', async () => {
    const found = await examine({ changes: { kind: 'subscription' } })
    expect(found.get('permission.scene-codes')).toMatchObject({ state: 'ok' })
    expect(world.wechat.sent('/cgi-bin/qrcode/create')).toEqual([])
    expect(world.wechat.calls.some((call) => call.path === '/cgi-bin/user/get')).toBe(true)
  })

  test('a busy platform is not taken for a missing permission', async () => {
    world.wechat.next('/cgi-bin/user/get', { errcode: -1, errmsg: 'system error' })
    expect((await examine()).get('permission.users')).toMatchObject({ state: 'warn' })
  })
})

test('a broken AES key and a missing one', async () => {
  expect((await examine({ changes: { aesKey: undefined } })).get('aes-key')).toMatchObject({ state: 'warn' })
  const broken = { ...account(), aesKey: 'short' }
  const found = await diagnose(broken, { client: world.client, http: world.http, publicUrl, now: () => new Date() })
  expect(found.find((finding) => finding.check === 'aes-key')).toMatchObject({ state: 'fail' })
})
