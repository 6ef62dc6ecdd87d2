import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { demoAccount, demoMiniProgram } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { api } from './api.js'
import { type FakeProduct, startFakeProduct } from './fake-product.js'

let product: FakeProduct
let simulator: Simulator
let ming: string
let hong: string
let account: (path: string, body: object) => Promise<Record<string, unknown>>
let mini: (path: string, body: object) => Promise<Record<string, unknown>>

beforeAll(async () => {
  product = await startFakeProduct()
  const { aesKey = '', token } = demoAccount
  simulator = await startSimulator({
    port: 0,
    timing: { receiptMs: 5 },
    accounts: [
      {
        ...demoAccount,
        callbackUrl: product.url,
        miniPrograms: [{ ...demoMiniProgram, callbackUrl: product.url, token, aesKey }],
        subscriptionTemplates: [{ id: 'SUB', title: '到货提醒', content: '商品名称:{{thing1.DATA}}' }],
      },
    ],
  })
})
beforeEach(async () => {
  simulator.control.reset()
  product.pushes.length = 0
  ming = simulator.control.addFollower({ following: true, name: '小明' }).id
  hong = simulator.control.addFollower({ following: true, name: '小红' }).id
  account = await client(demoAccount)
  mini = await client({ appid: demoMiniProgram.appid, secret: demoMiniProgram.secret ?? '' })
})
afterAll(async () => {
  await simulator.close()
  await product.close()
})

async function client({ appid, secret }: { appid: string; secret: string }) {
  const grant_type = 'client_credential'
  const given = await api(simulator.url)('/cgi-bin/stable_token', { grant_type, appid, secret })
  return (path: string, body: object) =>
    api(simulator.url)(`${path}?access_token=${String(given['access_token'])}`, body)
}
const fields = { thing1: { value: '四件套' }, amount2: { value: '¥295.00' }, time3: { value: '2026年9月1日 10:00' } }
const template = (touser = ming) =>
  account('/cgi-bin/message/template/send', { touser, template_id: 'TPL_ORDER_demo', data: fields })
const pushed = async (event: string) => {
  await simulator.control.settled()
  return product.pushes.filter((push) => push.field('Event') === event)
}
const shown = async (openid = ming) => (await simulator.control.thread(openid)).map((entry) => entry.content)

describe('a template message', () => {
  test('is shown and its receipt says success, with the msgid of the answer', async () => {
    const answer = await template()
    const [receipt] = await pushed('TEMPLATESENDJOBFINISH')
    expect(receipt?.field('Status')).toBe('success')
    expect(Number(receipt?.field('MsgID'))).toBeCloseTo(Number(answer['msgid']), -3)
    expect(await shown()).toMatchObject([{ kind: 'notice', title: '下单成功通知' }])
  })

  test.each([
    [{}, 'failed: system failed'],
    [{ status: 'failed:freq limit' }, 'failed:freq limit'],
  ])('%j: accepted, not delivered, and the receipt says why', async (more, status) => {
    simulator.control.addFault({ side: 'receipt', of: 'template', kind: 'fail', ...more })
    expect(await template()).toMatchObject({ errcode: 0 })
    expect((await pushed('TEMPLATESENDJOBFINISH')).map((push) => push.field('Status'))).toEqual([status])
    expect(await shown()).toEqual([])
    await template()
    expect((await pushed('TEMPLATESENDJOBFINISH')).at(-1)?.field('Status')).toBe('success')
  })

  test('lost: delivered, but nobody is told; to somebody who switched messages off: failed:user block', async () => {
    simulator.control.addFault({ side: 'receipt', kind: 'lost' })
    await template()
    expect(await pushed('TEMPLATESENDJOBFINISH')).toEqual([])
    expect(await shown()).toHaveLength(1)
    simulator.control.setFollower(hong, { refuses: true })
    await template(hong)
    expect((await pushed('TEMPLATESENDJOBFINISH')).at(-1)?.field('Status')).toBe('failed:user block')
  })

  test('the quota of the day is kept', async () => {
    simulator.control.setQuota({ path: '/cgi-bin/message/template/send', daily: 1 })
    expect(await template()).toMatchObject({ errcode: 0 })
    expect(await template()).toMatchObject({ errcode: 45009 })
  })
})

describe('a mass message', () => {
  const send = (clientmsgid: string) =>
    account('/cgi-bin/message/mass/send', {
      touser: [ming, hong],
      msgtype: 'text',
      text: { content: '上新' },
      clientmsgid,
    })

  test('that is refused by the platform reaches nobody, and can be asked for', async () => {
    simulator.control.addFault({ side: 'receipt', of: 'mass', kind: 'fail', status: 'err(20008)' })
    const sent = await send('c-1')
    const [receipt] = await pushed('MASSSENDJOBFINISH')
    expect(receipt?.field('Status')).toBe('err(20008)')
    expect(receipt?.field('SentCount')).toBe('0')
    expect(await account('/cgi-bin/message/mass/get', { msg_id: sent['msg_id'] })).toMatchObject({
      msg_status: 'SEND_FAIL',
    })
  })

  test('whose receipt is lost was sent, as mass/get says', async () => {
    simulator.control.addFault({ side: 'receipt', of: 'mass', kind: 'lost' })
    const sent = await send('c-2')
    expect(await pushed('MASSSENDJOBFINISH')).toEqual([])
    expect(await account('/cgi-bin/message/mass/get', { msg_id: sent['msg_id'] })).toMatchObject({
      msg_status: 'SEND_SUCCESS',
    })
    expect(await shown()).toEqual([{ kind: 'text', text: '上新' }])
  })
})

describe('a subscription', () => {
  const notice = () =>
    account('/cgi-bin/message/subscribe/bizsend', {
      touser: ming,
      template_id: 'SUB',
      data: { thing1: { value: '浴巾' } },
    })

  test('one acceptance allows one notice; the second is 43101', async () => {
    await simulator.control.consent(ming, { templateId: 'SUB', accept: true }).done
    expect(await notice()).toMatchObject({ errcode: 0 })
    expect(await notice()).toMatchObject({ errcode: 43101 })
    const [receipt] = await pushed('subscribe_msg_sent_event')
    expect(receipt?.field('ErrorCode')).toBe('0')
  })

  test('a notice that was accepted may fail later, with the code in its receipt', async () => {
    await simulator.control.consent(ming, { templateId: 'SUB', accept: true }).done
    simulator.control.addFault({ side: 'receipt', of: 'subscription', kind: 'fail' })
    expect(await notice()).toMatchObject({ errcode: 0 })
    const [receipt] = await pushed('subscribe_msg_sent_event')
    expect(receipt?.field('ErrorCode')).toBe('43101')
    expect(await shown()).toEqual([])
  })

  test("of the mini program is told to the mini program's address, and its notices go to 服务通知", async () => {
    const act = simulator.control.consent(ming, { templateId: 'TPL_MINI_SIGN_demo', accept: true, miniProgram: true })
    await act.done
    const [popup] = await pushed('subscribe_msg_popup_event')
    expect(popup?.xml).toContain('<TemplateId><![CDATA[TPL_MINI_SIGN_demo]]></TemplateId>')
    const { openid } = simulator.control.openMiniProgram(ming)
    const data = {
      character_string1: { value: 'WH1' },
      thing2: { value: '四件套' },
      time3: { value: '2026年9月1日 10:00' },
    }
    const body = { touser: openid, template_id: 'TPL_MINI_SIGN_demo', page: 'pages/orders/detail?no=WH1', data }
    expect(await mini('/cgi-bin/message/subscribe/send', body)).toMatchObject({ errcode: 0 })
    expect(await mini('/cgi-bin/message/subscribe/send', body)).toMatchObject({ errcode: 43101 })
    expect(await simulator.control.service(ming)).toMatchObject([
      {
        n: 1,
        appName: '微环小店',
        content: { title: '订单签收提醒', miniProgram: { path: 'pages/orders/detail?no=WH1' } },
      },
    ])
    await simulator.control.withdraw(ming, 'TPL_MINI_SIGN_demo', true).done
    expect((await pushed('subscribe_msg_change_event'))[0]?.xml).toContain('reject')
  })
})

describe('a shipped order', () => {
  const pay = (tradeNo: string) => simulator.control.buy(ming, { amount: 29_500, tradeNo, description: '四件套' })
  const upload = (transactionId: string, openid: string) =>
    mini('/wxa/sec/order/upload_shipping_info', {
      order_key: { order_number_type: 2, transaction_id: transactionId },
      logistics_type: 1,
      delivery_mode: 1,
      shipping_list: [{ tracking_no: 'ZTO1234567', express_company: 'ZTO', item_desc: '四件套*1' }],
      upload_time: new Date(simulator.control.clock()).toISOString(),
      payer: { openid },
    })

  test('is told to the buyer by the platform itself, and to the shop as a settlement, twice', async () => {
    const { transactionId, openid } = pay('WH1')
    expect(await upload(transactionId, openid)).toMatchObject({ errcode: 0 })
    expect(await simulator.control.service(ming)).toMatchObject([
      {
        via: 'platform',
        content: {
          title: '订单发货通知',
          fields: expect.arrayContaining([{ label: '快递', value: '中通快递 ZTO1234567' }]),
          miniProgram: { path: expect.stringContaining('pages/orders/detail?transaction_id=42000') },
        },
      },
    ])
    const [first] = await pushed('trade_manage_order_settlement')
    expect(first?.field('merchant_trade_no')).toBe('WH1')
    expect(first?.field('confirm_receive_time')).toBeUndefined()
    simulator.control.trade({ tradeNo: 'WH1', act: 'confirm' })
    const [, second] = await pushed('trade_manage_order_settlement')
    expect(second?.field('confirm_receive_method')).toBe('2')
    expect(() => simulator.control.trade({ tradeNo: 'WH1', act: 'confirm' })).toThrow('confirmed already')
  })

  test('that waits too long is a reminder to ship', async () => {
    pay('WH2')
    simulator.control.trade({ tradeNo: 'WH2', act: 'overdue' })
    expect((await pushed('trade_manage_remind_shipping'))[0]?.field('merchant_trade_no')).toBe('WH2')
  })

  test('whose parcel is followed is told at three nodes, each once', async () => {
    const { transactionId, openid } = pay('WH3')
    const goods_info = { detail_list: [{ goods_name: '四件套', goods_img_url: 'https://shop.example.cn/1.jpg' }] }
    const body = {
      openid,
      waybill_id: 'YTO1',
      delivery_id: 'YTO',
      receiver_phone: '13800138000',
      trans_id: transactionId,
      goods_info,
      order_detail_path: 'pages/orders/detail?no=WH3',
    }
    expect(await mini('/cgi-bin/express/delivery/open_msg/follow_waybill', body)).toMatchObject({ errcode: 0 })
    for (const status of [1, 1, 2, 3, 4]) simulator.control.moveParcel('YTO1', status)
    const entries = await simulator.control.service(ming)
    expect(entries.map(({ content }) => ('lead' in content ? content.lead : ''))).toEqual([
      '你的快递已揽收',
      '你的快递正在派送',
      '你的快递已签收',
    ])
    expect(entries[0]?.content).toMatchObject({ miniProgram: { path: 'pages/orders/detail?no=WH3' } })
  })
})

describe('the mini program', () => {
  test('has tokens and quotas of its own, named by its account', async () => {
    const account = `${demoAccount.id}:${demoMiniProgram.appid}`
    simulator.control.invalidateTokens(account)
    expect(await mini('/wxa/sec/order/is_trade_managed', { appid: demoMiniProgram.appid })).toMatchObject({
      errcode: 40001,
    })
    expect(await template()).toMatchObject({ errcode: 0 })
    const again = await client({ appid: demoMiniProgram.appid, secret: demoMiniProgram.secret ?? '' })
    simulator.control.setQuota({ account, path: '/wxa/sec/order/is_trade_managed', daily: 0 })
    expect(await again('/wxa/sec/order/is_trade_managed', { appid: demoMiniProgram.appid })).toMatchObject({
      errcode: 45009,
    })
  })
})
