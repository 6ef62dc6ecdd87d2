import { describe, expect, test } from '@jest/globals'
import type { Message } from '../../src/core/message.js'
import { newsOf } from '../../src/logistics/news.js'
import { type PlanInput, planOf } from '../../src/logistics/plan.js'
import { BUYER, DETAILS, fact, PARCEL, PAYMENT, START } from './world.js'

const has = (name: string) => !name.endsWith('.subscription') && name !== 'order.paid.mini-program'

function plan(type: string, props: Record<string, unknown> = {}, about: Partial<PlanInput> = {}, old = false) {
  const news = newsOf(fact(type, props))
  if (!news) throw new Error('no news')
  return planOf({ news, to: BUYER, details: DETAILS, has, ...about }, old)
}
const ways = (found: { message: Message; alternatives?: readonly Message[] } | undefined) =>
  [found?.message, ...(found?.alternatives ?? [])].map((message) =>
    message?.kind === 'notice' ? `${message.name}${message.as === 'text' ? ' in words' : ''}` : message?.kind,
  )

describe('the plan for news of an order', () => {
  test('paid: a template message, else words in an open window, about the order itself', () => {
    const [notice, ...more] = plan('paid', { paidFen: 19_900 })
    expect(more).toEqual([])
    expect(ways(notice)).toEqual(['order.paid', 'order.paid in words'])
    expect(notice).toMatchObject({
      key: 'order:shop-main:SO1:paid',
      source: 'order:shop-main:SO1',
      purpose: 'service',
      to: 'o-lin',
      message: {
        data: { order: { number: 'SO1', goods: '四件套*1', amount: 19_900, paidAt: START } },
        page: 'pages/orders/detail?no=SO1',
      },
      expiresAt: new Date(START.getTime() + 86_400_000),
    })
  })

  test('shipped, paid with WeChat Pay: the report comes first, and the parcel is followed', () => {
    const [notice, follow] = plan('shipped', { ...PARCEL, payment: PAYMENT })
    expect(ways(notice)).toEqual(['shipping', 'order.shipped', 'order.shipped.mini-program', 'order.shipped in words'])
    expect(notice?.message).toEqual({
      kind: 'shipping',
      report: 'upload',
      payment: { transactionId: '4200000001' },
      visitor: 'm-lin',
      parcels: [
        {
          carrier: { code: 'SF', name: '顺丰速运' },
          tracking: 'SF123',
          goods: '四件套*1',
          receiverContact: '138****1234',
        },
      ],
      goods: '四件套*1',
    })
    expect(follow).toMatchObject({
      key: 'order:shop-main:SO1:follow:SF123',
      source: 'order:shop-main:SO1',
      message: { report: 'follow', receiverPhone: '138 0000 1234', page: 'pages/orders/detail?no=SO1' },
    })
    expect(follow).not.toHaveProperty('alternatives')
  })

  test('shipped, paid otherwise: the notices only; known in the mini program only: its own', () => {
    expect(ways(plan('shipped', PARCEL)[0])).toEqual([
      'order.shipped',
      'order.shipped.mini-program',
      'order.shipped in words',
    ])
    const [mini] = plan('shipped', PARCEL, { to: { account: 'shop', visitor: 'm-lin' } })
    expect(mini).toMatchObject({ to: 'm-lin', message: { name: 'order.shipped.mini-program', visitor: 'm-lin' } })
    expect(mini).not.toHaveProperty('alternatives')
    expect(plan('paid', { paidFen: 1 }, { to: { account: 'shop', visitor: 'm-lin' } })).toEqual([])
  })

  test('that is old is told to nobody, but shipping is reported all the same', () => {
    const [report, ...more] = plan('shipped', { ...PARCEL, payment: PAYMENT }, {}, true)
    expect([ways(report), more]).toEqual([['shipping'], []])
    expect(plan('delivered', PARCEL, {}, true)).toEqual([])
  })

  test('on its way and at the door: not told where WeChat tells it of the parcel it follows', () => {
    for (const type of ['out-for-delivery', 'delivered']) {
      expect(plan(type, PARCEL)[0]).toMatchObject({ unless: 'order:shop-main:SO1:follow:SF123' })
      expect(plan(type, { trackingNo: '' })[0]).not.toHaveProperty('unless')
    }
  })

  test('refunded: once for every refund, with its own amount', () => {
    const [notice] = plan('refunded', { refundNo: 'R1', amountFen: 500 })
    expect(notice).toMatchObject({
      key: 'order:shop-main:SO1:refunded:R1',
      message: { name: 'refund.done', data: { refund: { amount: 500, doneAt: START, number: 'R1' } } },
    })
  })

  test('of a second parcel reports both, and says when more will follow', () => {
    const early = new Date(START.getTime() - 3_600_000)
    const shipments = [
      { trackingNo: 'SF1', carrier: 'SF', shippedAt: early, items: [{ sku: 'a', qty: 1 }] },
      { trackingNo: 'SF123', carrier: '顺丰', shippedAt: START, items: [{ sku: 'a', qty: 1 }] },
    ]
    const details = { ...DETAILS, shipments, items: [{ sku: 'a', name: '枕套', qty: 3 }] }
    const [notice] = plan('shipped', { ...PARCEL, payment: PAYMENT }, { details })
    expect(notice?.message).toMatchObject({ complete: false, parcels: [{ tracking: 'SF1' }, { tracking: 'SF123' }] })
    const whole = { ...details, items: [{ sku: 'a', qty: 2 }] }
    expect(plan('shipped', { ...PARCEL, payment: PAYMENT }, { details: whole })[0]?.message).not.toHaveProperty(
      'complete',
    )
  })

  test('of which the shop told events only says what the events say', () => {
    const [notice, ...more] = plan('shipped', { ...PARCEL, goods: '毛巾*2', payment: PAYMENT }, { details: undefined })
    expect(notice?.message).toMatchObject({ report: 'upload', parcels: [{ goods: '毛巾*2' }] })
    expect(more).toEqual([])
    const [paid] = plan('paid', { paidFen: 100 }, { details: undefined })
    expect(paid?.message).toMatchObject({ data: { order: { goods: '您的订单', amount: 100 } } })
  })
})

describe('news', () => {
  test('are the five facts of orders that happen now', () => {
    expect(newsOf(fact('completed'))).toBeUndefined()
    expect(newsOf(fact('paid', { paidFen: 1, imported: true }))).toBeUndefined()
    expect(newsOf({ ...fact('paid'), props: {} })).toBeUndefined()
    expect(newsOf({ ...fact('paid'), type: 'mp.launch' })).toBeUndefined()
    expect(newsOf(fact('delivered', { trackingNo: 7 }))).toMatchObject({ tracking: '' })
  })
})
