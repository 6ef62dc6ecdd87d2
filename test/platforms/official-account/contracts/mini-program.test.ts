import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { rejectionOf } from '../client/fixture.js'
import { type ContractWorld, MINI, picture, startContractWorld } from './world.js'

const DAY = 86_400_000
let world: ContractWorld
let person: { id: string; unionid: string }
beforeEach(async () => {
  world = await startContractWorld()
  person = world.simulator.control.addFollower({ following: true })
})
afterEach(() => world.close())

const open = (page?: string) => world.simulator.control.openMiniProgram(person.id, page === undefined ? {} : { page })

describe('login', () => {
  test('the same person has another openid and the same unionid; codes are good once', async () => {
    const { code, phoneCode, openid } = open()
    const session = await world.mini.login.session(code)
    expect(session).toMatchObject({ openid, unionid: person.unionid })
    expect(openid).not.toBe(person.id)
    expect(await rejectionOf(world.mini.login.session(code))).toMatchObject({ class: 'identity', errcode: 40163 })
    expect(await rejectionOf(world.mini.login.session('wrong'))).toMatchObject({ errcode: 40029 })
    expect(await world.mini.login.phone(phoneCode)).toMatchObject({ plain: expect.stringMatching(/^138\d{8}$/) })
    expect(await rejectionOf(world.mini.login.phone(phoneCode))).toMatchObject({ errcode: 40163 })
    expect(await world.mini.login.risk({ openid, scene: 1, ip: '203.0.113.1' })).toBe(0)
  })

  test('its token is its own: the account cannot call it, it cannot call the account', async () => {
    await world.mini.tokens.get()
    expect(await rejectionOf(world.mini.links.short('', ''))).toMatchObject({ class: 'request' })
    const { tokenOf } = { tokenOf: (client: typeof world.client | typeof world.mini) => client.tokens.get() }
    expect((await tokenOf(world.mini)).value).not.toBe((await tokenOf(world.client)).value)
    const url = `${world.simulator.url}/wxa/msg_sec_check?access_token=${(await tokenOf(world.client)).value}`
    expect(await (await fetch(url, { method: 'POST', body: '{}' })).json()).toMatchObject({ errcode: 48001 })
  })
})

describe('codes and links', () => {
  test('a code of page and scene', async () => {
    const code = await world.mini.codes.unlimited({ scene: 'ch=poster_01', page: 'pages/gift/index', width: 280 })
    expect(code.contentType).toBe('image/png')
    expect(code.bytes.subarray(1, 4).toString()).toBe('PNG')
    for (const wrong of [
      { scene: '' },
      { scene: 'x'.repeat(33) },
      { scene: '中文' },
      { scene: 'a', page: '/pages/gift' },
      { scene: 'a', page: 'pages/gift?x=1' },
      { scene: 'a', width: 100 },
    ]) {
      expect(await rejectionOf(world.mini.codes.unlimited(wrong))).toMatchObject({
        class: 'request',
        errcode: undefined,
      })
    }
  })

  test('links live up to 30 days', async () => {
    const { links } = world.mini
    const url = await links.url({ path: 'pages/index', query: 'src=sms', expires: { days: 30 } })
    expect(await links.queryUrl(url)).toMatchObject({ path: 'pages/index', query: 'src=sms', version: 'release' })
    const until = new Date(world.clock.now().getTime() + DAY)
    const scheme = await links.scheme({ path: 'pages/index', expires: until })
    expect(scheme).toMatch(/^weixin:\/\//)
    expect(await links.queryScheme(scheme)).toMatchObject({ path: 'pages/index' })
    expect(await links.short('pages/index?id=1', '首页')).toMatch(/^#小程序:/)
    expect(await links.visitsLeft()).toBeGreaterThan(0)
    const late = new Date(world.clock.now().getTime() + 31 * DAY)
    const early = new Date(world.clock.now().getTime() - DAY)
    for (const expires of [{ days: 31 }, { days: 0 }, late, early]) {
      expect(await rejectionOf(links.url({ expires }))).toMatchObject({ class: 'request', errcode: undefined })
    }
  })
})

describe('messages', () => {
  test('a subscribe message uses one consent up', async () => {
    const { subscribe } = world.mini
    const id = await subscribe.templates.add('43216', ['1', '2'], '发货')
    const { openid } = open()
    const message = {
      to: openid,
      templateId: id,
      data: { character_string1: 'SF1', thing2: '顺丰' },
      page: 'pages/order',
    }
    expect(await rejectionOf(subscribe.send(message))).toMatchObject({ class: 'refused' })
    world.simulator.control.consent(person.id, { templateId: id, accept: true, miniProgram: true })
    expect(await subscribe.send(message)).toMatch(/^\d+$/)
    expect(await rejectionOf(subscribe.send(message))).toMatchObject({ errcode: 43101 })
  })

  test('customer messages need a window: 5 after a message', async () => {
    const { openid } = world.simulator.control.writeToMiniProgram(person.id)
    const mediaId = await world.mini.media.upload('image', picture)
    await world.mini.messages.send(openid, { type: 'image', mediaId })
    await world.mini.messages.send(openid, {
      type: 'page',
      title: '订单',
      pagePath: 'pages/order',
      thumbMediaId: mediaId,
    })
    const link = {
      type: 'link',
      title: '看看',
      description: '',
      url: 'https://a.cn',
      thumbUrl: 'https://a.cn/1.jpg',
    } as const
    await world.mini.messages.send(openid, link)
    const hello = { type: 'text', content: '在' } as const
    await world.mini.messages.send(openid, hello)
    await world.mini.messages.send(openid, hello)
    await world.mini.messages.typing(openid, true)
    expect(await rejectionOf(world.mini.messages.send(openid, hello))).toMatchObject({ class: 'window-used-up' })
    world.pass(2 * DAY)
    expect(await rejectionOf(world.mini.messages.send(openid, hello))).toMatchObject({ class: 'window-closed' })
  })
})

describe('orders', () => {
  const parcel = { trackingNo: 'SF1234567890', company: 'SF', goods: '四件套*1', receiverContact: '138****1234' }
  const buy = (tradeNo: string) => world.simulator.control.buy(person.id, { amount: 19_900, tradeNo })

  test('shipping is uploaded, read back, and repeated once', async () => {
    const { orders } = world.mini
    const { transactionId, openid } = buy('SO1')
    const shipping = { order: { transactionId }, payer: openid, by: { kind: 'express', parcels: [parcel] } } as const
    await orders.uploadShipping(shipping)
    expect(await orders.get({ transactionId })).toMatchObject({
      state: 'shipped',
      paidFen: 19_900,
      tradeNo: 'SO1',
      parcels: [{ trackingNo: 'SF1234567890', company: 'SF', goods: '四件套*1' }],
    })
    world.pass(1000)
    expect(await rejectionOf(orders.uploadShipping(shipping))).toMatchObject({ class: 'duplicate', errcode: 10060023 })
    const other = { ...shipping, by: { kind: 'express', parcels: [{ ...parcel, trackingNo: 'SF2' }] } } as const
    await orders.uploadShipping(other)
    world.pass(1000)
    expect(await rejectionOf(orders.uploadShipping(shipping))).toMatchObject({ errcode: 10060003 })
    await orders.remindToConfirm({ transactionId }, world.clock.now())
    expect(await rejectionOf(orders.remindToConfirm({ transactionId }, world.clock.now()))).toMatchObject({
      errcode: 10060004,
    })
  })

  test("a split order, one by the shop's number, and the list", async () => {
    const { orders } = world.mini
    const { openid } = buy('SO1')
    buy('SO2')
    const order = { merchantId: '1900000001', tradeNo: 'SO1' }
    await orders.uploadShipping({ order, payer: openid, by: { kind: 'express', parcels: [parcel], complete: false } })
    expect(await orders.get(order)).toMatchObject({ state: 'to-ship', shippedWhole: false })
    const first = await orders.list({ count: 1 })
    expect(first).toMatchObject({ orders: [{ tradeNo: 'SO1' }], next: '1' })
    expect(await orders.list({ count: 1, after: '1' })).toMatchObject({ orders: [{ tradeNo: 'SO2' }] })
    const combined = { order, payer: openid, parts: [{ order, by: { kind: 'pick-up', goods: '四件套' } }] } as const
    world.pass(1000)
    await orders.uploadCombinedShipping(combined)
    expect(await orders.list({ state: 'shipped' })).toMatchObject({ orders: [{ tradeNo: 'SO1' }] })
    expect(await orders.isManaged()).toBe(true)
    expect(await orders.isConfirmed()).toBe(true)
    await orders.setMessagePath('pages/order/detail')
    await orders.markSpecial('SO2', { presaleUntil: world.clock.now() })
  })

  test('what breaks a rule does not leave; what only the platform knows comes back', async () => {
    const { orders } = world.mini
    const { transactionId, openid } = buy('SO1')
    const up = (over: object) =>
      rejectionOf(
        orders.uploadShipping({
          order: { transactionId },
          payer: openid,
          by: { kind: 'express', parcels: [{ ...parcel, ...over }] },
        }),
      )
    expect(await up({ goods: '长'.repeat(121) })).toMatchObject({ errcode: undefined, class: 'request' })
    expect(await up({ trackingNo: '' })).toMatchObject({ errcode: undefined })
    expect(await up({ receiverContact: undefined })).toMatchObject({ message: expect.stringContaining('SF needs') })
    expect(await up({ receiverContact: '138****' })).toMatchObject({ errcode: undefined })
    const by = { kind: 'express', parcels: [parcel] } as const
    const stranger = orders.uploadShipping({ order: { transactionId }, payer: 'oOther', by })
    expect(await rejectionOf(stranger)).toMatchObject({ class: 'identity', errcode: 10060031 })
    const unknown = orders.uploadShipping({ order: { transactionId: '42' }, payer: openid, by })
    expect(await rejectionOf(unknown)).toMatchObject({ errcode: 10060001 })
  })

  test('a parcel is followed to the door', async () => {
    const { logistics } = world.mini
    const { transactionId, openid } = buy('SO1')
    const goods = [{ name: '四件套', pictureUrl: 'https://cdn.example.cn/1.jpg' }]
    const waybill = { openid, waybillId: 'SF1', company: 'SF', receiverPhone: '13800001234', transactionId, goods }
    const token = await logistics.follow(waybill)
    expect(await logistics.followed(token)).toEqual({ waybillId: 'SF1', status: 0, company: '顺丰速运' })
    world.simulator.control.moveParcel('SF1', 4)
    expect(await logistics.followed(token)).toMatchObject({ status: 4 })
    expect(await logistics.traced(await logistics.trace(waybill), openid)).toMatchObject({ status: 4 })
    await logistics.changeGoods(token, [{ name: '四件套（灰）', pictureUrl: 'https://cdn.example.cn/2.jpg' }])
    expect((await logistics.companies()).map((company) => company.code)).toContain('SF')
    expect(await rejectionOf(logistics.followed('wrong'))).toMatchObject({ errcode: 9300507 })
    expect(await rejectionOf(logistics.follow({ ...waybill, transactionId: '' }))).toMatchObject({ errcode: undefined })
    const elsewhere = { ...waybill, transactionId: '4200000000000000001' }
    expect(await rejectionOf(logistics.follow(elsewhere))).toMatchObject({ class: 'identity', errcode: 9300534 })
  })
})

describe('content security and visits', () => {
  test('text is judged, of visitors only', async () => {
    const { safety } = world.mini
    const { openid } = open()
    const ask = { openid, scene: 'comment', content: '很好' } as const
    expect(await safety.checkText(ask)).toMatchObject({ suggest: 'pass', label: 100 })
    expect(await safety.checkText({ ...ask, content: '违规测试' })).toMatchObject({ suggest: 'risky' })
    expect(
      await safety.checkMedia({ openid, scene: 'comment', url: 'https://a.cn/1.jpg', kind: 'image' }),
    ).toHaveLength(24)
    expect(await rejectionOf(safety.checkText({ ...ask, content: '长'.repeat(2501) }))).toMatchObject({
      errcode: undefined,
    })
    world.pass(7_200_001)
    expect(await rejectionOf(safety.checkText(ask))).toMatchObject({ class: 'identity', errcode: 61010 })
  })

  test('visits are counted and told from the next day', async () => {
    world.simulator.control.clock({ set: Date.parse('2026-02-02T02:00:00Z') })
    open('pages/index')
    open('pages/item?id=9')
    const { visits } = world.mini
    expect(await rejectionOf(visits.byDay('2026-02-02'))).toMatchObject({
      message: expect.stringContaining('yesterday'),
    })
    world.pass(30 * DAY)
    expect(await visits.summary('2026-02-02')).toMatchObject([{ day: '2026-02-02', visitors: 1 }])
    expect(await visits.byDay('2026-02-02')).toMatchObject([{ views: 2, visitors: 1, newVisitors: 1 }])
    expect(await visits.byWeek('2026-02-02')).toMatchObject([{ day: '2026-02-02', views: 2 }])
    expect(await visits.byMonth('2026-02-01')).toMatchObject([{ day: '2026-02-01', views: 2 }])
    expect((await visits.pages('2026-02-02')).map((row) => row.page).sort()).toEqual(['pages/index', 'pages/item'])
    expect(await visits.retention('2026-02-02')).toMatchObject({ newVisitors: [{ after: 0, people: 1 }] })
    expect(await visits.distribution('2026-02-02')).toMatchObject([{ index: 'access_depth_info' }])
    expect(await rejectionOf(visits.byWeek('2026-02-03'))).toMatchObject({ message: expect.stringContaining('Monday') })
    expect(await rejectionOf(visits.byMonth('2026-02-02'))).toMatchObject({ class: 'request' })
  })
})

test('the linked mini program is the one on the card', () => {
  expect(world.mini.appid).toBe(MINI.appid)
})
