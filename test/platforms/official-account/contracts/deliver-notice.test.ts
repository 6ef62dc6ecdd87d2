import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { FilledNotice, ShippingReport } from '../../../../src/core/message.js'
import { codeOf, createMiniProgramDeliver } from '../../../../src/platforms/mini-program/deliver.js'
import { createAccountDeliver } from '../../../../src/platforms/official-account/deliver-account.js'
import { clientMsgIdOf, createNoticeDeliver } from '../../../../src/platforms/official-account/deliver-notice.js'
import { type ContractWorld, MINI, startContractWorld } from './world.js'

let world: ContractWorld
let openid: string
beforeEach(async () => {
  world = await startContractWorld()
  openid = world.simulator.control.addFollower({ following: true }).id
})
afterEach(() => world.close())

const SHIP: FilledNotice = {
  kind: 'filled-notice',
  channel: 'template',
  template: 'TPL_SHIP_demo',
  fields: { character_string1: 'SO1', thing2: '顺丰速运', time3: '2026年1月1日 10:00' },
  miniProgram: { appid: MINI.appid, path: 'pages/order?id=SO1' },
}
const SEND = '/cgi-bin/message/template/send'

/** The account's ways out, with the mini program's. */
function deliver() {
  const { client, mini, clock } = world
  const notice = createNoticeDeliver({ templates: client.templates, subscriptions: client.subscriptions, clock })
  const miniProgram = createMiniProgramDeliver({ ...mini, clock })
  const customer = async () => ({ state: 'sent' }) as const
  return createAccountDeliver({ customer, notice, miniProgram })
}
const notices = async () =>
  (await world.simulator.control.thread(openid)).filter((item) => item.content.kind === 'notice')

describe('a template message', () => {
  test('sent again under its key after an unclear end arrives once, with the same receipt', async () => {
    const send = deliver()
    world.simulator.control.addFault({ side: 'api', kind: 'reset-after', path: SEND })
    const target = { to: openid, key: 'order-1' }
    expect(await send(SHIP, target)).toMatchObject({ state: 'uncertain' })
    const second = await send(SHIP, target)
    expect(second).toMatchObject({ state: 'sent', receipt: expect.stringMatching(/^\d+$/) })
    expect(await send(SHIP, target)).toEqual(second)
    expect(await notices()).toMatchObject([{ content: { miniProgram: { path: 'pages/order?id=SO1' } } }])
    expect(clientMsgIdOf('k'.repeat(400))).toMatch(/^[0-9a-f]{32}$/)
  })

  test.each([
    [-1, { state: 'retry', code: -1 }],
    [45009, { state: 'retry', code: 45009, park: true }],
    [45011, { state: 'retry', code: 45011, park: true, afterMs: 60_000 }],
    [43004, { state: 'skipped', reason: 'not-following', code: 43004 }],
    [43019, { state: 'skipped', reason: 'blocked' }],
    [48001, { state: 'skipped', reason: 'no-permission' }],
    [40003, { state: 'skipped', reason: 'identity-unknown' }],
    [40037, { state: 'failed', code: 40037 }],
    [47003, { state: 'failed', code: 47003 }],
    [43117, { state: 'retry', code: 43117, afterMs: 90_000 }],
    [40164, { state: 'retry', park: true }],
  ])('that the platform refuses with %d ends as the table says', async (errcode, outcome) => {
    world.simulator.control.addFault({ side: 'api', kind: 'errcode', errcode, path: SEND, times: -1 })
    expect(await deliver()(SHIP, { to: openid, key: 'k' })).toMatchObject(outcome)
    expect(await notices()).toEqual([])
  })

  test('parked for its daily quota rests until midnight in Shanghai', async () => {
    world.simulator.control.clock({ set: Date.parse('2026-03-02T15:00:00Z') })
    world.simulator.control.addFault({ side: 'api', kind: 'errcode', errcode: 45009, path: SEND })
    const end = await deliver()(SHIP, { to: openid, key: 'k' })
    expect('afterMs' in end && Math.ceil((end.afterMs ?? 0) / 60_000)).toBe(60)
  })
})

describe('a subscription notice', () => {
  const SEND = '/cgi-bin/message/subscribe/bizsend'
  const notice: FilledNotice = { ...SHIP, channel: 'subscription', template: 'S' }

  test('has no key: "busy" is no reason to send it again, an unclear end stays unclear, 43101 is a refusal', async () => {
    const send = deliver()
    const target = { to: openid, key: 'k' }
    const fault = (about: object) =>
      world.simulator.control.addFault({ side: 'api', kind: 'errcode', path: SEND, ...about })
    fault({ errcode: -1 })
    expect(await send(notice, target)).toMatchObject({ state: 'failed', code: -1 })
    fault({ kind: 'reset-after' })
    expect(await send(notice, target)).toMatchObject({ state: 'uncertain' })
    fault({ errcode: 43101 })
    expect(await send(notice, target)).toMatchObject({ state: 'skipped', reason: 'refused', code: 43101 })
  })
})

describe('what the mini program sends', () => {
  /** She buys in the mini program. */
  function buy(): { payment: { transactionId: string }; visitor: string } {
    const { transactionId, openid: visitor } = world.simulator.control.buy(openid, { amount: 9900, tradeNo: 'SO1' })
    return { payment: { transactionId }, visitor }
  }
  const parcel = {
    carrier: { code: 'SF', name: '顺丰速运' },
    tracking: 'SF123',
    goods: '四件套*1',
    receiverContact: '138****1234',
  }

  test('a shipping report may be repeated: the buyer is told once', async () => {
    const send = deliver()
    const report: ShippingReport = { kind: 'shipping', report: 'upload', parcels: [parcel], ...buy() }
    const target = { to: openid, key: 'k' }
    world.simulator.control.addFault({ side: 'api', kind: 'reset-after', path: '/wxa/sec/order/upload_shipping_info' })
    expect(await send(report, target)).toMatchObject({ state: 'uncertain' })
    world.pass(1000)
    expect(await send(report, target)).toEqual({ state: 'sent' })
    expect(await world.mini.orders.get(report.payment)).toMatchObject({ state: 'shipped', timesShipped: 1 })
    expect(await send({ ...report, payment: { transactionId: '42' } }, target)).toMatchObject({ state: 'failed' })
    const { receiverContact: _, ...bare } = parcel
    expect(await send({ ...report, parcels: [bare] }, target)).toMatchObject({ state: 'failed' })
  })

  test('what the shop brings itself is reported without a parcel', async () => {
    const { payment, visitor } = buy()
    const report: ShippingReport = {
      kind: 'shipping',
      report: 'upload',
      parcels: [],
      goods: '鲜花*1',
      payment,
      visitor,
    }
    expect(await deliver()(report, { to: openid, key: 'k' })).toEqual({ state: 'sent' })
    expect(await world.mini.orders.get(payment)).toMatchObject({ state: 'shipped' })
  })

  test('a parcel is followed, and repeating it gives the same token', async () => {
    const send = deliver()
    const { payment, visitor } = buy()
    const long = { ...parcel, goods: '长'.repeat(80) }
    const about = { receiverPhone: '13800001234', page: 'pages/orders/detail?no=SO1', payment, visitor }
    const follow: ShippingReport = { kind: 'shipping', report: 'follow', parcels: [long], ...about }
    const first = await send(follow, { to: openid, key: 'k' })
    expect(first).toMatchObject({ state: 'sent', receipt: expect.any(String) })
    expect(await send(follow, { to: openid, key: 'k' })).toEqual(first)
    expect(await send({ ...follow, parcels: [] }, { to: openid, key: 'k' })).toMatchObject({ state: 'failed' })
  })

  test('a notice goes to the person of the mini program, with a consent only', async () => {
    const send = deliver()
    const { visitor } = buy()
    const notice: FilledNotice = {
      ...SHIP,
      channel: 'mini-program',
      template: 'TPL_MINI_SIGN_demo',
      fields: { character_string1: 'SO1', thing2: '四件套', time3: '2026年1月1日 10:00' },
      visitor,
    }
    const target = { to: openid, key: 'k' }
    expect(await send(notice, target)).toMatchObject({ state: 'skipped', reason: 'refused', code: 43101 })
    world.simulator.control.consent(openid, { templateId: notice.template, accept: true, miniProgram: MINI.appid })
    expect(await send(notice, target)).toMatchObject({ state: 'sent' })
    const elsewhere = { ...notice, miniProgram: { appid: 'wx00000000000other', path: 'pages/a' } }
    expect(await send(elsewhere, target)).toMatchObject({ state: 'failed' })
  })

  test('without a linked mini program nothing of it can be sent', async () => {
    const customer = async () => ({ state: 'sent' }) as const
    const send = createAccountDeliver({ customer, notice: customer })
    const report: ShippingReport = { kind: 'shipping', report: 'upload', parcels: [parcel], ...buy() }
    expect(await send(report, { to: openid, key: 'k' })).toMatchObject({ state: 'skipped', reason: 'no-permission' })
    expect(await send({ kind: 'mass-draft', mediaId: 'm' }, { to: openid, key: 'k' })).toMatchObject({
      state: 'failed',
    })
  })
})

describe('the code of a carrier', () => {
  const listed = new Map([
    ['JDL', 'JDL'],
    ['京东物流', 'JDL'],
    ['OTHERS', 'OTHERS'],
  ])
  const of = (code: string, name: string, list: ReadonlyMap<string, string> = listed) =>
    codeOf({ carrier: { code, name }, tracking: '1', goods: '' }, list)

  test("is the platform's own where its list has the carrier under any of its names", () => {
    expect(of('JD', '京东快递')).toBe('JDL')
    expect(of('京东', '京东')).toBe('JDL')
  })

  test('is that of our table while the platform does not say, and 其他 for a carrier nobody knows', () => {
    expect(of('顺丰', '顺丰', new Map())).toBe('SF')
    expect(of('某某快运', '某某快运')).toBe('OTHERS')
  })
})
