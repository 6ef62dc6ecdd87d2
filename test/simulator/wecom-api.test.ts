import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { demoAccount, demoCorp } from '../../simulator/options.js'
import { startSimulator } from '../../simulator/start.js'
import { createRates } from '../../simulator/wecom/rates.js'
import { api, pixel, upload } from './api.js'
import { type CorpWorld, startCorpWorld } from './wecom-setup.js'

let world: CorpWorld
beforeEach(async () => {
  world = await startCorpWorld()
})
afterEach(() => world.close())

const { corpid, secret } = demoCorp
const raw = (path: string, body?: unknown) => api(world.simulator.url)(`/cgi-bin${path}`, body)
const gettoken = async (query = `corpid=${corpid}&corpsecret=${secret}`) => raw(`/gettoken?${query}`)

describe('tokens', () => {
  test('are the same for everybody inside their life, and end with it', async () => {
    const first = await gettoken()
    expect(first).toMatchObject({ errcode: 0, errmsg: 'ok', expires_in: 7200 })
    expect((await gettoken())['access_token']).toBe(first['access_token'])
    const use = () => raw(`/get_api_domain_ip?access_token=${String(first['access_token'])}`)
    expect(await use()).toMatchObject({ errcode: 0 })
    world.simulator.control.clock({ advance: 7_200_000 })
    expect(await use()).toMatchObject({ errcode: 42001 })
    expect((await gettoken())['access_token']).not.toBe(first['access_token'])
    world.corp.endToken()
    expect(await raw('/externalcontact/get_follow_user_list')).toMatchObject({ errcode: 41001 })
    expect(await raw('/externalcontact/get_follow_user_list?access_token=x')).toMatchObject({ errcode: 40014 })
  })

  test('are refused for a wrong corporation or secret', async () => {
    expect(await gettoken(`corpid=wwother&corpsecret=${secret}`)).toMatchObject({ errcode: 40013 })
    expect(await gettoken(`corpid=${corpid}&corpsecret=wrong`)).toMatchObject({ errcode: 40001 })
    expect(await gettoken(`corpsecret=${secret}`)).toMatchObject({ errcode: 41002 })
    expect(await gettoken(`corpid=${corpid}`)).toMatchObject({ errcode: 41004 })
  })

  test('of the Official Account beside it are not mixed up with them', async () => {
    const oa = await raw(`/token?grant_type=client_credential&appid=${demoAccount.appid}&secret=${demoAccount.secret}`)
    const files = async (token: unknown) => {
      const address = `${world.simulator.url}/cgi-bin/media/upload?type=image&access_token=${String(token)}`
      return String((await upload(address, pixel))['media_id'])
    }
    const corp = (await gettoken())['access_token']
    const [mine, its] = [await files(corp), await files(oa['access_token'])]
    const read = async (token: unknown, id: string) => {
      const answer = await fetch(
        `${world.simulator.url}/cgi-bin/media/get?access_token=${String(token)}&media_id=${id}`,
      )
      return answer.headers.get('content-type')
    }
    expect(await read(corp, mine)).toBe('image/png')
    expect(await read(corp, its)).toMatch('json')
    expect(await read(oa['access_token'], mine)).toMatch('json')
  })
})

describe('the administrator', () => {
  test('decides who may call what, and how often', async () => {
    const list = () => world.api('/externalcontact/get_follow_user_list')
    expect(await list()).toMatchObject({
      follow_user: ['lihua', 'wangfang', 'zhangwei', 'liuyang', 'chenjing', 'zhaomin'],
    })
    world.corp.setStaff('zhaomin', { inRange: false })
    world.corp.setStaff('chenjing', { seesCustomers: false })
    expect((await list())['follow_user']).toHaveLength(4)
    world.corp.set({ allowed: { contacts: false } })
    expect(await list()).toMatchObject({ errcode: 48002 })
    expect(await world.api('/externalcontact/groupchat/list', { limit: 10 })).toMatchObject({ errcode: 0 })
    world.corp.set({ allowed: { contacts: true }, trustedIps: ['10.0.0.1'] })
    expect(await gettoken()).toMatchObject({ errcode: 60020, errmsg: expect.stringContaining('from ip: 127.0.0.1') })
    world.corp.set({ trustedIps: null, closed: true })
    expect(await gettoken()).toMatchObject({ errcode: 50003 })
  })

  test('sees every call in the log, without secrets', async () => {
    await world.api('/externalcontact/get_follow_user_list')
    const calls = await world.simulator.control.calls()
    expect(calls.map((call) => [call.account, call.path, call.errcode])).toEqual([
      ['corp', '/cgi-bin/gettoken', 0],
      ['corp', '/cgi-bin/externalcontact/get_follow_user_list', 0],
    ])
    expect(JSON.stringify(calls.map((call) => call.query))).not.toContain(secret)
  })
})

describe('limits', () => {
  test('of one endpoint end with 45009 for the minute', async () => {
    const { key } = world.corp.addRobot({ name: '告警' })
    const say = () => raw(`/webhook/send?key=${key}`, { msgtype: 'text', text: { content: '告警' } })
    const ends = []
    for (let index = 0; index < 21; index++) ends.push((await say())['errcode'])
    expect(ends.filter((code) => code === 0)).toHaveLength(20)
    expect(ends.at(-1)).toBe(45009)
    world.simulator.control.clock({ advance: 60_000 })
    expect(await say()).toMatchObject({ errcode: 0 })
    world.corp.setRobot(key, false)
    expect(await say()).toMatchObject({ errcode: 93004 })
    world.corp.removeRobot(key)
    expect(await say()).toMatchObject({ errcode: 93000 })
    expect(await world.simulator.control.calls().then((calls) => JSON.stringify(calls))).not.toContain(key)
  })

  test('are 10,000 a minute and 150,000 an hour of each endpoint, and a day’s own for some', () => {
    const rates = createRates(() => true)
    const taken = (name: string, now: number, limits?: { perDay: number }) =>
      Array.from({ length: 10_001 }, () => rates.take(name, now, limits)).filter(Boolean).length
    const noon = Date.parse('2026-03-10T12:00:00+08:00')
    expect([taken('/a', noon), taken('/b', noon)]).toEqual([10_000, 10_000])
    const hour = Array.from({ length: 15 }, (_, minute) => taken('/a', noon + (minute + 1) * 60_000))
    expect(hour.reduce((sum, count) => sum + count, 0)).toBe(140_000)
    expect(taken('chats', noon, { perDay: 1000 })).toBe(1000)
    expect(taken('chats', noon + 11 * 3_600_000, { perDay: 1000 })).toBe(0)
    expect(taken('chats', noon + 13 * 3_600_000, { perDay: 1000 })).toBe(1000)
  })

  test('of calls at once to what reads much end with 45033, where answers take their time', async () => {
    world.corp.set({ latencyMs: 30 })
    const list = () => world.api('/externalcontact/groupchat/list', { limit: 10 })
    await list()
    const codes = await Promise.all(Array.from({ length: 9 }, list))
    expect(codes.filter((one) => one['errcode'] === 45033).length).toBeGreaterThan(0)
    world.corp.set({ quotas: 'off' })
    const free = await Promise.all(Array.from({ length: 9 }, list))
    expect(free.every((one) => one['errcode'] === 0)).toBe(true)
  })
})

describe('faults', () => {
  test('hit the calls of the corporation only, with its own words', async () => {
    world.simulator.control.addFault({
      side: 'api',
      kind: 'errcode',
      errcode: -1,
      account: 'corp',
      path: '/cgi-bin/externalcontact/*',
    })
    const refused = await world.api('/externalcontact/get_follow_user_list')
    expect(refused).toMatchObject({ errcode: -1, errmsg: expect.stringContaining('devtool/query?e=-1') })
    expect(await world.api('/externalcontact/get_follow_user_list')).toMatchObject({ errcode: 0 })
  })

  test('a push that is not answered with 200 comes again, the same, three times', async () => {
    world.answer = () => ({ status: 500, body: '' })
    const { exchange, done } = world.corp.staffAct('lihua', 'open-app')
    await done
    expect(world.pushes.map((push) => push.body)).toHaveLength(4)
    expect(new Set(world.pushes.map((push) => push.body)).size).toBe(1)
    expect(exchange?.state).toBe('failed')
  })
})

test('the console checks the address with an encrypted echo', async () => {
  expect(await world.corp.verify()).toMatchObject({ ok: true })
})

test('bodies that are wrong are refused with every field named', async () => {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${world.simulator.url}/control/corp${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return [answer.status, ((await answer.json()) as { error?: string }).error]
  }
  const [status, error] = await post('/staff/lihua/create-group', { name: '', members: [{ nick: 'x' }], more: 1 })
  expect(status).toBe(400)
  expect(error).toMatch(/name: .*members\.0/s)
  expect(await post('/staff/nobody/leave', {})).toEqual([404, 'there is no member nobody'])
  expect(await post('/staff/lihua/fly', {})).toEqual([404, 'nobody can fly'])
  expect(await post('/people/wmNONE/scan', { code: 'x' })).toEqual([404, 'there is nobody with the id wmNONE'])
})

test('a reset and a start without accounts bring the demo corporation', async () => {
  world.corp.seed({ customers: 3 })
  world.simulator.control.reset()
  expect(world.simulator.control.corp().customers().total).toBe(0)
  const plain = await startSimulator({ port: 0 })
  expect(plain.control.corp().state()).toMatchObject({ id: 'corp', agentId: 1_000_002, counts: { staff: 6 } })
  await plain.close()
})

test('100,000 customers and 2,000 groups of 200 are there in a moment', () => {
  const before = process.memoryUsage().heapUsed
  const made = world.corp.seed({ customers: 100_000, groups: 2000, members: 200, tags: ['海报', '直播'] })
  expect(made).toMatchObject({ customers: 100_000, groups: 2000, members: 402_000 })
  expect(made.ms).toBeLessThan(10_000)
  expect((process.memoryUsage().heapUsed - before) / 1024 / 1024).toBeLessThan(250)
})
