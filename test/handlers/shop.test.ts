import { describe, expect, test } from '@jest/globals'
import { waybill } from '../../handlers/parcel.js'
import { article, card, handOver, text } from '../../src/core/message.js'
import { createShop, follower } from '../helpers/follower.js'

const MINUTE = 60_000

describe('a new follower', () => {
  test('is welcomed with the article and gets the newcomer card', async () => {
    const ming = follower('o1')
    expect(await ming.follows()).toEqual(article('welcome'))
    expect(ming.outbox).toEqual([card('newcomer-gift', { from: 'search' })])
    expect(ming.tags).toEqual([])
  })

  test('who scanned a channel code is tagged with it', async () => {
    const ming = follower('o1')
    expect(await ming.follows('store-7')).toEqual(article('welcome'))
    expect(ming.outbox).toEqual([card('newcomer-gift', { from: 'store-7' })])
    expect(ming.tags).toEqual(['scene:store-7'])
  })

  test('gets the card once, also when the update is handled again after a crash', async () => {
    const ming = follower('o1')
    await ming.causes({ kind: 'event.subscribe', id: 'same' })
    await ming.causes({ kind: 'event.subscribe', id: 'same' })
    expect(ming.outbox).toHaveLength(1)
  })
})

describe('a follower who scans', () => {
  test('a store code is greeted by the store and tagged', async () => {
    const ming = follower('o1')
    expect(await ming.scans('store-7')).toMatchObject({ text: expect.stringContaining('欢迎到店') })
    expect(ming.tags).toEqual(['scene:store-7'])
  })

  test('a code of 64 characters, the longest there is, is tagged too', async () => {
    const ming = follower('o1')
    expect(await ming.scans('x'.repeat(64))).toMatchObject({ text: expect.stringContaining('欢迎回来') })
    expect(ming.tags).toEqual([`scene:${'x'.repeat(64)}`])
  })
})

describe('words', () => {
  const ming = follower('o1')

  test.each(['退货', '退货？', ' 怎么退货', '请问怎么退款'])('%j brings the returns guide', async (words) => {
    expect(await ming.says(words)).toEqual(article('returns-guide'))
  })

  test.each(['新品', '上新', '有什么新款'])('%j brings the new arrivals', async (words) => {
    expect(await ming.says(words)).toEqual(card('new-arrivals'))
  })

  test.each(['你好', '您好！', 'Hi', 'ＨＥＬＬＯ', '在吗？'])('%j is greeted', async (words) => {
    expect(await ming.says(words)).toMatchObject({ text: expect.stringContaining('微环小店') })
  })

  test('of content/replies are answered when no handler knows them', async () => {
    const li = follower('o2', { replies: { 运费: text('满 99 元包邮'), 退货: text('never') } })
    expect(await li.says('运费')).toEqual(text('满 99 元包邮'))
    expect(await li.says('退货')).toEqual(article('returns-guide'))
    expect(await li.sendsVoice('运费')).toEqual(text('满 99 元包邮'))
  })
})

describe('opting out', () => {
  test.each(['退订', 'TD', 'ｔｄ', '不再接收'])('%j ends promotions and care messages', async (words) => {
    const ming = follower('o1')
    expect(await ming.says(words)).toMatchObject({ text: expect.stringContaining('已为您退订') })
    expect(ming.consents).toEqual({ marketing: false, care: false })
  })

  test('works while something else is awaited, and can be taken back', async () => {
    const ming = follower('o1')
    await ming.says('查快递')
    await ming.says('退订')
    expect(ming.consents.marketing).toBe(false)
    await ming.says('恢复订阅')
    expect(ming.consents).toEqual({ marketing: true, care: true })
  })
})

describe('asking for a parcel', () => {
  const number = 'SF1234567890123'

  test('the bot asks for the number, and answers the second message with the order card', async () => {
    const ming = follower('o1')
    expect(await ming.says('查快递')).toMatchObject({ text: expect.stringContaining('快递单号') })
    expect(await ming.says(' sf1234 5678 90123')).toMatchObject({ text: expect.stringContaining(number) })
    expect(ming.outbox).toEqual([card('my-orders', { waybill: number })])
    expect(ming.facts.map(({ type }) => type)).toEqual(['parcel.asked'])
  })

  test('works in one message', async () => {
    const ming = follower('o1')
    expect(await ming.says(`查快递 ${number}`)).toMatchObject({ text: expect.stringContaining(number) })
    expect(ming.outbox).toEqual([card('my-orders', { waybill: number })])
  })

  test('one wrong number is asked for again, the second brings a person', async () => {
    const ming = follower('o1')
    await ming.says('查快递')
    expect(await ming.says('哪里看单号')).toMatchObject({ text: expect.stringContaining('不对') })
    expect(await ming.says('12')).toEqual(handOver())
    expect(ming.outbox).toMatchObject([{ text: expect.stringContaining('转接人工') }])
    expect(await ming.says(number)).toMatchObject({ text: expect.stringContaining('还不会') })
  })

  test('取消 ends it', async () => {
    const ming = follower('o1')
    await ming.says('查快递')
    expect(await ming.says('取消')).toMatchObject({ text: expect.stringContaining('已取消') })
    expect(await ming.says(number)).toMatchObject({ text: expect.stringContaining('还不会') })
  })

  test('a word with a meaning of its own is understood in between', async () => {
    const ming = follower('o1')
    await ming.says('查快递')
    expect(await ming.says('退货')).toEqual(article('returns-guide'))
    expect(await ming.says(number)).toMatchObject({ text: expect.stringContaining(number) })
  })

  test('is forgotten after ten minutes', async () => {
    const shop = createShop()
    const ming = shop.follower('o1')
    await ming.says('查快递')
    shop.pass(10 * MINUTE)
    expect(await ming.says(number)).toMatchObject({ text: expect.stringContaining('还不会') })
  })

  test('a picture of the parcel is asked for in letters, and the question stays open', async () => {
    const ming = follower('o1')
    await ming.says('查快递')
    expect(await ming.sendsPicture()).toMatchObject({ text: expect.stringContaining('用文字') })
    expect(await ming.says(number)).toMatchObject({ text: expect.stringContaining(number) })
  })

  test('the answer is the same when the second message is handled again after a crash', async () => {
    const ming = follower('o1')
    await ming.says('查快递')
    const first = await ming.causes({ kind: 'message.text', id: 'same', text: number })
    expect(await ming.causes({ kind: 'message.text', id: 'same', text: number })).toEqual(first)
    expect(ming.outbox).toHaveLength(1)
  })

  test('of one follower does not touch another', async () => {
    const shop = createShop()
    await shop.follower('o1').says('查快递')
    expect(await shop.follower('o2').says(number)).toMatchObject({ text: expect.stringContaining('还不会') })
  })

  test.each([
    ['SF1234567890123', 'SF1234567890123'],
    ['ＳＦ１２３４５６７８９０１２３', 'SF1234567890123'],
    ['7731 2345 6789 012', '773123456789012'],
    ['JDVA12345678901', 'JDVA12345678901'],
    ['123456789', undefined],
    ['123456789012345678901', undefined],
    ['SF12', undefined],
    ['我的快递', undefined],
    ['12345678901a', undefined],
  ])('the number in %j is %j', (words, number) => {
    expect(waybill(words)).toBe(number)
  })
})

describe('asking for a person', () => {
  test.each(['人工', '客服', '我要投诉'])('%j hands over', async (words) => {
    const ming = follower('o1')
    expect(await ming.says(words)).toEqual(handOver())
    expect(ming.outbox).toMatchObject([{ text: expect.stringContaining('请稍候') }])
  })

  test('at night says when somebody is there', async () => {
    const ming = follower('o1', { now: new Date('2026-03-04T23:00:00+08:00') })
    expect(await ming.says('人工')).toEqual(handOver())
    expect(ming.outbox).toMatchObject([{ text: expect.stringContaining('09:00–21:00') }])
  })

  test('ends a question that was open', async () => {
    const ming = follower('o1')
    await ming.says('查快递')
    await ming.says('人工')
    expect(await ming.says('SF1234567890123')).toMatchObject({ text: expect.stringContaining('还不会') })
  })

  test('by the menu explains how: a click cannot be handed over', async () => {
    expect(await follower('o1').clicks('contact-service')).toMatchObject({
      text: expect.stringContaining('回复“人工”'),
    })
  })
})

describe('menu buttons', () => {
  test('have their answers', async () => {
    const ming = follower('o1')
    expect(await ming.clicks('returns-guide')).toEqual(article('returns-guide'))
    expect(await ming.clicks('newcomer-gift')).toEqual(card('newcomer-gift', { from: 'menu' }))
  })

  test('without a handler are answered like the word they carry', async () => {
    const ming = follower('o1', { replies: { 会员: text('会员每单返积分') } })
    expect(await ming.clicks('新品')).toEqual(card('new-arrivals'))
    expect(await ming.clicks('会员')).toEqual(text('会员每单返积分'))
    expect(await ming.clicks('unknown')).toBeUndefined()
  })

  test('查快递 by the menu waits for the number', async () => {
    const ming = follower('o1')
    await ming.clicks('track-parcel')
    expect(await ming.says('SF1234567890123')).toMatchObject({ text: expect.stringContaining('SF1234567890123') })
  })
})

describe('what nobody understands', () => {
  test('is answered once an hour, however much comes', async () => {
    const shop = createShop()
    const ming = shop.follower('o1')
    expect(await ming.says('哈哈哈')).toMatchObject({ text: expect.stringContaining('还不会') })
    expect(await ming.says('嗯')).toBeUndefined()
    shop.pass(59 * MINUTE)
    expect(await ming.says('嗯')).toBeUndefined()
    shop.pass(MINUTE)
    expect(await ming.says('嗯')).toMatchObject({ text: expect.stringContaining('还不会') })
  })

  test('nine pictures in a row get one answer', async () => {
    const ming = follower('o1')
    const answers = []
    for (let index = 0; index < 9; index++) answers.push(await ming.sendsPicture())
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1)
  })

  test('an unsubscribe and an unknown update are no reason to speak', async () => {
    const ming = follower('o1')
    expect(await ming.unfollows()).toBeUndefined()
    expect(await ming.causes({ kind: 'unknown', name: 'x', fields: {} })).toBeUndefined()
    expect(ming.outbox).toEqual([])
  })
})
