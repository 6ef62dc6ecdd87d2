import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { silentLogger } from '../../src/core/log.js'
import type { Message, ResolvedMessage } from '../../src/core/message.js'
import { createLibrary, type Library } from '../../src/library/library.js'
import { createMiniProgramDeliver } from '../../src/platforms/mini-program/deliver.js'
import { createDeliver } from '../../src/platforms/official-account/deliver.js'
import { createAccountDeliver } from '../../src/platforms/official-account/deliver-account.js'
import { createNoticeDeliver } from '../../src/platforms/official-account/deliver-notice.js'
import { fakePlatform } from '../inbox/setup.js'
import { type ContractWorld, MINI, startContractWorld } from '../platforms/official-account/contracts/world.js'
import { DETAILS, fact, type LogisticsWorld, openWorld, PARCEL, SHOP } from './world.js'

let wechat: ContractWorld
let world: LogisticsWorld
let library: Library
beforeEach(async () => {
  wechat = await startContractWorld()
  const dir = join(import.meta.dirname, '../../content')
  library = createLibrary({
    dir,
    log: silentLogger,
    clock: wechat.clock,
    publicUrl: 'https://bot.example.com',
    watch: false,
  })
  await library.load()
  world = await openWorld({ hasNotice: (name) => library.notice(name) !== undefined })
})
afterEach(async () => {
  await world.close()
  await library.close()
  await wechat.close()
})

/** The outbox on the simulated WeChat, with the sample content. */
function connected() {
  const { client, mini, clock } = wechat
  const notice = createNoticeDeliver({ templates: client.templates, subscriptions: client.subscriptions, clock })
  const media = { idOf: async () => '', replace: async () => undefined }
  const customer = createDeliver({ messages: client.messages, media, clock })
  const miniProgram = createMiniProgramDeliver({ ...mini, clock })
  const platform = fakePlatform(createAccountDeliver({ customer, notice, miniProgram }))
  const resolve = (message: Message, account: string): ResolvedMessage => {
    const found = library.resolve(message, account)
    if ('missing' in found) throw new Error(`there is no ${found.missing.kind} ${found.missing.name}`)
    if (found.kind !== 'filled-notice' || !found.miniProgram) return found
    // The sample content leads to the demo's mini program; this world has another one.
    return { ...found, miniProgram: { ...found.miniProgram, appid: MINI.appid } }
  }
  const outbox = world.bench.open({ clock: world.clock, platform: () => platform, resolve })
  outbox.start()
  return outbox
}

test('an order paid with WeChat Pay: a notice, then WeChat itself tells of shipping, the way and the door', async () => {
  const { control } = wechat.simulator
  const { id } = control.addFollower({ following: true })
  const { transactionId, openid: visitor } = control.buy(id, { amount: 19_900, tradeNo: 'SO1', description: '四件套' })
  world.addressee = { account: 'shop', to: id, visitor }
  connected()
  const payment = { transactionId, payerOpenid: visitor }
  await world.logistics.apply(fact('paid', { paidFen: 19_900, payment }))
  await world.logistics.apply(fact('shipped', { ...PARCEL, payment }))
  await world.logistics.apply(fact('out-for-delivery', PARCEL))
  await world.bench.state(`order:${SHOP}:SO1:out-for-delivery:SF123`, 'skipped')
  control.moveParcel('SF123', 3)
  control.moveParcel('SF123', 4)
  const chat = (await control.thread(id)).flatMap(({ content }) => (content.kind === 'notice' ? [content] : []))
  expect(chat).toMatchObject([{ title: '下单成功通知', miniProgram: { path: 'pages/orders/detail?no=SO1' } }])
  const service = (await control.service(id)).map(({ content }) => content.kind === 'notice' && content.title)
  expect(service).toEqual(['订单发货通知', '快递派送通知', '快递签收通知'])
  expect(await wechat.mini.orders.get({ transactionId })).toMatchObject({ state: 'shipped', timesShipped: 1 })
})

test('a buyer whom no notice reaches is told in words while her window is open', async () => {
  const { control } = wechat.simulator
  const { id } = control.addFollower({ following: true })
  control.say(id, '我的快递到哪了')
  await control.settled()
  world.addressee = { account: 'shop', to: id }
  world.details = { ...DETAILS, payment: undefined }
  control.addFault({ side: 'api', kind: 'errcode', errcode: 43116, path: '/cgi-bin/message/template/send', times: -1 })
  connected()
  await world.logistics.apply(fact('delivered', PARCEL))
  const row = await world.bench.state(`order:${SHOP}:SO1:delivered:SF123`, 'sent')
  expect(row).toMatchObject({ channel: 'customer-message', reasons: [{ channel: 'template', code: 43116 }] })
  const words = (await control.thread(id)).filter(({ via }) => via === 'custom')
  expect(words).toMatchObject([{ content: { kind: 'text', text: expect.stringContaining('您的订单 SO1 已签收') } }])
})
