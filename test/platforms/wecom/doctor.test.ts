import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type WecomConfig, wecomAppSchema } from '../../../src/config/accounts.js'
import type { Finding } from '../../../src/platforms/shared/finding.js'
import { diagnoseWecom } from '../../../src/platforms/wecom/doctor.js'
import { createReceiver } from '../../../src/platforms/wecom/receive.js'
import { bot } from './door.js'
import { AGENT, CORPID, SECRET } from './strict-wecom.js'
import { startWecomWorld, type WecomWorld } from './world.js'

let world: WecomWorld
let door: Server
let publicUrl: string
let answer: (url: string) => { status: number; body: string }

const account = (changes: object = {}): WecomConfig & { id: string; kind: 'app' } => ({
  id: 'corp',
  ...wecomAppSchema.parse({
    platform: 'wecom',
    kind: 'app',
    corpid: CORPID,
    agentId: AGENT,
    secret: SECRET,
    token: 'doctor-token-0001',
    aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    apiBase: world.wecom.base,
    ...changes,
  }),
})

/** The product's own door for an account. */
const doorOf = (one: WecomConfig & { id: string }) => {
  const receiver = createReceiver(one)
  return (url: string) => {
    const query = url.split('?')[1] ?? ''
    const received = receiver.receive({ method: 'GET', query, body: Buffer.alloc(0), now: new Date() })
    return received.type === 'echo' ? { status: 200, body: received.text } : { status: 403, body: 'forbidden' }
  }
}

const APP = '/cgi-bin/agent/get'
const USERS = '/cgi-bin/externalcontact/get_follow_user_list'
const healthyApp = {
  errcode: 0,
  name: '微环助手',
  close: 0,
  allow_userinfos: { user: [{ userid: 'lihua' }] },
  allow_partys: { partyid: [1] },
}

beforeEach(async () => {
  world = await startWecomWorld()
  door = createServer((request, response) => {
    const { status, body } = answer(request.url ?? '')
    response.writeHead(status).end(body)
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  publicUrl = `http://127.0.0.1:${(door.address() as AddressInfo).port}`
  answer = doorOf(account())
  world.wecom.always(APP, healthyApp)
  world.wecom.always(USERS, { errcode: 0, follow_user: ['lihua'] })
  world.wecom.always('/cgi-bin/getcallbackip', { errcode: 0, ip_list: ['203.0.113.*'] })
})
afterEach(async () => {
  door.closeAllConnections()
  await new Promise((resolve) => door.close(resolve))
  await world.close()
})

async function examine(secret = SECRET): Promise<Map<string, Finding>> {
  const client = world.another(secret)
  const found = await diagnoseWecom(account(), { client, http: world.http, publicUrl, now: () => new Date() })
  return new Map(found.map((finding) => [finding.check, finding]))
}
const bad = (found: Map<string, Finding>) => [...found.values()].filter((f) => f.state !== 'ok').map((f) => f.check)

test('a healthy app passes; only the address of this machine is remarked on', async () => {
  const found = await examine()
  expect(bad(found)).toEqual(['callback.address'])
  expect(found.get('agent')?.found.zh).toContain('微环助手')
  expect([...found.keys()]).toEqual(
    expect.arrayContaining(['callback', 'clock', 'token', 'permission.desk', 'push-addresses']),
  )
})

test('a callback of another token, one that is no WeLoop, and one that is not there are told apart', async () => {
  answer = doorOf(account({ token: 'another-token-0001' }))
  expect((await examine()).get('callback')?.found.zh).toContain('拒绝了签名')
  answer = () => ({ status: 200, body: 'hello' })
  expect((await examine()).get('callback')?.found.zh).toContain('不是 echostr')
  const { port } = door.address() as AddressInfo
  door.closeAllConnections()
  await new Promise((resolve) => door.close(resolve))
  expect((await examine()).get('callback')?.found.zh).toContain(`127.0.0.1:${port}`)
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
})

test('a wrong secret is said with the place to copy it from, and the API is not asked further', async () => {
  const found = await examine('wrong-secret')
  expect(found.get('token')).toMatchObject({ state: 'fail' })
  expect(found.get('token')?.fix?.zh).toContain('Secret')
  expect(found.has('agent')).toBe(false)
  expect(JSON.stringify([...found.values()])).not.toContain('wrong-secret')
})

test('an address that is not trusted is named with the place to allow it', async () => {
  const errmsg = 'not allow to access from your ip, from ip: 203.0.113.7, more info'
  world.wecom.always(APP, { errcode: 60020, errmsg })
  const found = await examine()
  expect(found.get('trusted-ip')).toMatchObject({ state: 'fail' })
  expect(found.get('trusted-ip')?.fix?.zh).toContain('203.0.113.7')
})

test('an app that is switched off fails; one that nobody sees, or that is on no list, is warned about', async () => {
  world.wecom.always(APP, { ...healthyApp, close: 1 })
  expect((await examine()).get('agent')).toMatchObject({ state: 'fail' })
  world.wecom.always(APP, { errcode: 0, name: 'x', close: 0 })
  world.wecom.always('/cgi-bin/kf/account/list', { errcode: 48002, errmsg: 'no permission' })
  world.wecom.always(USERS, { errcode: 0, follow_user: [] })
  const found = await examine()
  expect(bad(found)).toEqual(['callback.address', 'agent', 'permission.customers', 'permission.desk'])
  expect(found.get('permission.desk')?.fix?.zh).toContain('可调用接口的应用')
})

test('a smart bot has its callback looked at and nothing else', async () => {
  answer = doorOf(bot)
  const found = await diagnoseWecom(bot, { http: world.http, publicUrl, now: () => new Date() })
  expect(found.map(({ check, state }) => [check, state])).toEqual([
    ['callback', 'ok'],
    ['callback.address', 'warn'],
  ])
  expect(world.wecom.calls).toHaveLength(0)
})
