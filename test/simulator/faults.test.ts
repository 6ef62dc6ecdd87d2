import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { demoAccount } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { api } from './api.js'
import { type FakeProduct, startFakeProduct } from './fake-product.js'

let product: FakeProduct
let simulator: Simulator
let url: string
let ming: string

beforeAll(async () => {
  product = await startFakeProduct()
  simulator = await startSimulator({ port: 0, accounts: [{ ...demoAccount, callbackUrl: product.url }] })
})

beforeEach(async () => {
  simulator.control.reset()
  const { appid, secret } = demoAccount
  const body = { grant_type: 'client_credential', appid, secret }
  const { access_token: token } = await api(simulator.url)('/cgi-bin/stable_token', body)
  url = `${simulator.url}/cgi-bin/message/custom/send?access_token=${token}`
  ming = simulator.control.addFollower({ following: true }).id
  await simulator.control.say(ming, '你好').done
})

afterAll(async () => {
  await simulator.close()
  await product.close()
})

const send = (signal?: AbortSignal) =>
  fetch(url, {
    method: 'POST',
    body: JSON.stringify({ touser: ming, msgtype: 'text', text: { content: '在的' } }),
    ...(signal ? { signal } : {}),
  })
const received = async () => (await simulator.control.thread(ming)).filter((entry) => entry.via === 'custom').length

describe('a fault of the API', () => {
  test('hits as many calls as it says, on its path only', async () => {
    simulator.control.addFault({ side: 'api', kind: 'errcode', errcode: -1, path: '/cgi-bin/message/*', times: 2 })
    expect(await (await fetch(url.replace('message/custom/send', 'getcallbackip'))).json()).toHaveProperty('ip_list')
    expect(await (await send()).json()).toMatchObject({ errcode: -1 })
    expect(await (await send()).json()).toMatchObject({ errcode: -1 })
    expect(await (await send()).json()).toMatchObject({ errcode: 0 })
    expect(await received()).toBe(1)
  })

  test('reset-before breaks the connection and sends nothing; reset-after sends and breaks it', async () => {
    simulator.control.addFault({ side: 'api', kind: 'reset-before' })
    await expect(send()).rejects.toThrow()
    expect(await received()).toBe(0)
    simulator.control.addFault({ side: 'api', kind: 'reset-after' })
    await expect(send()).rejects.toThrow()
    expect(await received()).toBe(1)
  })

  test('hang does not answer until the caller gives up', async () => {
    simulator.control.addFault({ side: 'api', kind: 'hang', applied: true })
    await expect(send(AbortSignal.timeout(100))).rejects.toThrow()
    expect(await received()).toBe(1)
  })

  test('status, html, pretty, truncated and drip spoil the answer in their way', async () => {
    simulator.control.addFault({ side: 'api', kind: 'status', status: 502 })
    expect((await send()).status).toBe(502)
    simulator.control.addFault({ side: 'api', kind: 'html' })
    expect(await (await send()).text()).toMatch(/^<html>/)
    simulator.control.addFault({ side: 'api', kind: 'pretty' })
    expect(await (await send()).text()).toBe('{\n  "errcode": 0,\n  "errmsg": "ok"\n}')
    simulator.control.addFault({ side: 'api', kind: 'truncated' })
    await expect(send().then((response) => response.text())).rejects.toThrow()
    simulator.control.addFault({ side: 'api', kind: 'drip', ms: 1 })
    expect(await (await send()).json()).toEqual({ errcode: 0, errmsg: 'ok' })
  })

  test('is written beside the call, without the token', async () => {
    simulator.control.addFault({ side: 'api', kind: 'errcode', errcode: 45009 })
    await send()
    const call = (await simulator.control.calls({ path: '/cgi-bin/message/custom/send' })).at(-1)
    expect(call).toMatchObject({ errcode: 45009, fault: 'errcode', query: 'access_token=***', follower: ming })
    expect(JSON.stringify(await simulator.control.calls())).not.toContain(demoAccount.secret)
  })
})
