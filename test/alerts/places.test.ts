import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Alerts } from '../../src/alerts/alerts.js'
import { chatIdOf } from '../../src/alerts/places.js'
import { startWecomWorld, type WecomWorld } from '../platforms/wecom/world.js'
import { type Bench, MINUTE, openBench, settings } from './setup.js'

const ROBOT = '/cgi-bin/webhook/send'
const CHAT = '/cgi-bin/appchat/'
let bench: Bench
let world: WecomWorld
let alerts: Alerts

beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.store.dispose())
beforeEach(async () => {
  world = await startWecomWorld()
  await bench.reset()
  alerts = bench.another({ client: () => world.client })
  await alerts.run()
})
afterEach(() => world.close())

const paid = (orderNo: string) => bench.happened('order.paid', { orderNo, paidFen: 1 })
const wait = (ms: number) => {
  bench.clock.pass(ms)
  world.clock.pass(ms)
}

describe('a webhook robot', () => {
  const card = {
    title: '大额订单',
    text: '请联系客户',
    facts: [{ name: '订单', value: '{orderNo}' }],
    link: 'https://crm.example.com/{orderNo}',
  }

  test('gets a card that leads somewhere, with its key and no token', async () => {
    await bench.rule('ops', { to: { robot: 'ops' }, text: undefined, card } as object)
    await paid('A/1')
    await alerts.run()
    expect(world.wecom.tokenCalls()).toBe(0)
    expect(world.wecom.calls.map(({ query }) => query)).toEqual([{ key: 'robot-key-1' }])
    expect(world.wecom.sent(ROBOT)).toMatchObject([
      {
        msgtype: 'template_card',
        template_card: {
          card_type: 'text_notice',
          main_title: { title: '大额订单' },
          horizontal_content_list: [{ keyname: '订单', value: 'A/1' }],
          card_action: { type: 1, url: 'https://crm.example.com/A%2F1' },
        },
      },
    ])
  })

  test.each([93000, 93004])(
    'that answers %i is stopped, which is seen and told, until it has another key',
    async (errcode) => {
      await bench.rule('ops', { to: { robot: 'ops' } })
      await bench.rule('boss', { when: ['platform.refused'], text: '{what} {name?无} {code?0}' })
      world.wecom.next(ROBOT, { errcode, errmsg: 'invalid webhook url' })
      await paid('A1')
      await alerts.run()
      await paid('A2')
      await alerts.run()
      expect(world.wecom.sent(ROBOT)).toHaveLength(1)
      expect((await alerts.status()).robots).toMatchObject([{ name: 'ops', stopped: { code: errcode } }])
      expect(bench.texts()).toEqual([`robot ops ${errcode}`])
      const mended = bench.another({
        client: () => world.client,
        settings: settings({ robots: { ops: 'robot-key-2' } }),
      })
      await paid('A3')
      await mended.run()
      expect(world.wecom.calls.at(-1)?.query).toEqual({ key: 'robot-key-2' })
      expect((await mended.status()).robots).toEqual([{ name: 'ops' }])
    },
  )

  test('that was stopped is used again when somebody says so', async () => {
    await bench.rule('ops', { to: { robot: 'ops' } })
    world.wecom.next(ROBOT, { errcode: 93000, errmsg: 'x' })
    await paid('A1')
    await alerts.run()
    expect(await alerts.resume({ kind: 'robot', name: 'ops' })).toBe(true)
    await paid('A2')
    await alerts.run()
    expect(world.wecom.sent(ROBOT)).toHaveLength(2)
  })

  test('that is too busy (45009) gets the rest later, in order, each once', async () => {
    await bench.rule('ops', { to: { robot: 'ops' }, most: { count: 100, within: '10m' } })
    world.wecom.next(ROBOT, {}, { errcode: 45009, errmsg: 'api freq out of limit' })
    for (const order of ['A1', 'A2', 'A3']) await paid(order)
    await alerts.run()
    expect(world.wecom.sent(ROBOT)).toHaveLength(2)
    wait(30_000)
    await alerts.run()
    expect(world.wecom.sent(ROBOT)).toHaveLength(2)
    wait(40_000)
    await alerts.run()
    const told = world.wecom.sent(ROBOT).map((body) => (body as { text: { content: string } }).text.content)
    expect(told).toEqual(['订单 A1', '订单 A2', '订单 A2', '订单 A3'])
  })

  test('takes 20 a minute, and no message gets lost behind that', async () => {
    await bench.rule('ops', { to: { robot: 'ops' }, most: { count: 100, within: '10m' } })
    for (let n = 0; n < 25; n++) await paid(`A${n}`)
    const counts: number[] = []
    for (let minute = 0; minute < 2; minute++) {
      await alerts.run()
      counts.push(world.wecom.sent(ROBOT).length)
      wait(MINUTE + 1000)
    }
    expect(counts).toEqual([20, 25])
  })

  test('whose answer never came may have posted: it is not asked again', async () => {
    await bench.rule('ops', { to: { robot: 'ops' } })
    world.wecom.next(ROBOT, (response) => response.socket?.destroy())
    await paid('A1')
    await alerts.run()
    wait(10 * MINUTE)
    await alerts.run()
    expect(world.wecom.sent(ROBOT)).toHaveLength(1)
    expect(await alerts.status()).toMatchObject({ posts: { uncertain: 1 } })
  })
})

describe('an internal group', () => {
  const id = chatIdOf('sales', {})
  const none = { errcode: 86001, errmsg: 'chatid not exist' }
  beforeEach(() => bench.rule('sales', { to: { chat: 'sales' } }))

  test('is made when it is first needed, once', async () => {
    world.wecom.next(`${CHAT}get`, none)
    world.wecom.always(`${CHAT}create`, { errcode: 0, errmsg: 'ok', chatid: id })
    await paid('A1')
    await paid('A2')
    await alerts.run()
    expect(world.wecom.sent(`${CHAT}create`)).toEqual([
      { chatid: id, name: '售后协同', owner: 'lihua', userlist: ['lihua', 'wangfang'] },
    ])
    expect(world.wecom.sent(`${CHAT}send`)).toMatchObject([
      { chatid: id, text: { content: '订单 A1' } },
      { chatid: id, text: { content: '订单 A2' } },
    ])
  })

  test('whose making had an unclear end is looked for, not made twice, and the message is not lost', async () => {
    world.wecom.next(`${CHAT}get`, none, {
      errcode: 0,
      chat_info: { chatid: id, name: '旧名', owner: 'lihua', userlist: ['lihua', 'chenjie'] },
    })
    world.wecom.next(`${CHAT}create`, (response) => response.socket?.destroy())
    await paid('A1')
    await alerts.run()
    wait(10_000)
    await alerts.run()
    expect(world.wecom.sent(`${CHAT}create`)).toHaveLength(1)
    expect(world.wecom.sent(`${CHAT}update`)).toEqual([
      { chatid: id, name: '售后协同', add_user_list: ['wangfang'], del_user_list: ['chenjie'] },
    ])
    expect(world.wecom.sent(`${CHAT}send`)).toHaveLength(1)
  })

  test('that was dismissed is made anew and gets the message', async () => {
    world.wecom.always(`${CHAT}get`, none)
    world.wecom.always(`${CHAT}create`, { errcode: 0, errmsg: 'ok', chatid: id })
    world.wecom.next(`${CHAT}send`, none)
    await paid('A1')
    await alerts.run()
    wait(10_000)
    await alerts.run()
    expect(world.wecom.sent(`${CHAT}create`)).toHaveLength(2)
    expect(world.wecom.sent(`${CHAT}send`)).toHaveLength(2)
  })

  test('that the app may not use is stopped, with what to do', async () => {
    world.wecom.always(`${CHAT}get`, { errcode: 48002, errmsg: 'api forbidden' })
    await paid('A1')
    await alerts.run()
    expect((await alerts.status()).chats).toMatchObject([{ name: 'sales', stopped: { code: 48002 } }])
  })
})
