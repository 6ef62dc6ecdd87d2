import { describe, expect, test } from '@jest/globals'
import type { NoticeRef } from '../../src/core/message.js'
import { resolveMessage } from '../../src/library/resolve.js'
import { parse } from './sample.js'

const SHIPPED = `name: order.shipped
channel: template
template: { shop: TPL_SHIP_demo, club: TPL_CLUB_demo }
fields:
  character_string1: '{order.number}'
text: 您的订单 {order.number} 已发出。
url: https://shop.example.com/orders/{order.number}
mini-program: { appid: wx00000000000demo2, path: pages/orders/list, params: { id: '{order.number}' } }
`
const ref: NoticeRef = { kind: 'notice', name: 'order.shipped', data: { order: { number: 'SO1' } } }
const { content, problems } = parse({ 'notices/shipped.yaml': SHIPPED })
const resolved = (over: Partial<NoticeRef> = {}, account = 'shop') =>
  resolveMessage({ ...ref, ...over }, content, 'https://bot.example.com', account)

describe('a notice as a message', () => {
  test('is filled with its data, for the account that sends it', () => {
    expect(problems.filter(({ file }) => file.startsWith('notices/'))).toEqual([])
    const filled = {
      kind: 'filled-notice',
      channel: 'template',
      fields: { character_string1: 'SO1' },
      url: 'https://shop.example.com/orders/SO1',
      miniProgram: { appid: 'wx00000000000demo2', path: 'pages/orders/list?id=SO1' },
    }
    expect(resolved()).toEqual({ ...filled, template: 'TPL_SHIP_demo' })
    expect(resolved({ visitor: 'm1' }, 'club')).toEqual({ ...filled, template: 'TPL_CLUB_demo', visitor: 'm1' })
  })

  test('leads to the page of the very order where one is given', () => {
    expect(resolved({ page: 'pages/orders/detail?no=SO1' })).toMatchObject({
      miniProgram: { appid: 'wx00000000000demo2', path: 'pages/orders/detail?no=SO1' },
    })
    expect(() => resolved({ page: 'p'.repeat(1025) })).toThrow('page: 有 1025 字节')
  })

  test('is said in words with a link below them, where it has words', () => {
    expect(resolved({ as: 'text', page: 'pages/a?x="1' })).toEqual({
      kind: 'text',
      text: '您的订单 SO1 已发出。\n<a href="https://shop.example.com/orders/SO1" data-miniprogram-appid="wx00000000000demo2" data-miniprogram-path="pages/a?x=%221">查看详情</a>',
    })
    const plain = parse({ 'notices/shipped.yaml': SHIPPED.replace(/text.*\n/, '') }).content
    const missing = { missing: { kind: 'notice', name: 'order.shipped' } }
    expect(resolveMessage({ ...ref, as: 'text' }, plain, '', 'shop')).toEqual(missing)
    const web = parse({ 'notices/shipped.yaml': SHIPPED.replace(/mini-program.*\n/, '') }).content
    expect(resolveMessage({ ...ref, as: 'text' }, web, '', 'shop')).toMatchObject({
      text: '您的订单 SO1 已发出。\nhttps://shop.example.com/orders/SO1',
    })
  })

  test('is missing under another name or on another account, and refuses data that does not fit with a reason', () => {
    expect(resolved({ name: 'order.lost' })).toEqual({ missing: { kind: 'notice', name: 'order.lost' } })
    expect(resolved({}, 'other')).toEqual({ missing: { kind: 'notice', name: 'order.shipped' } })
    expect(() => resolved({ data: {} })).toThrow(/the data does not fit the notice 'order.shipped': character_string1/)
    expect(() => resolved({ data: {}, as: 'text' })).toThrow(/notice 'order.shipped': text/)
  })

  test('may not advertise in its words either', () => {
    const told = parse({ 'notices/shipped.yaml': SHIPPED.replace('已发出。', '已发出，限时优惠点这里。') })
    expect(told.problems.filter(({ field }) => field === 'text')).toMatchObject([{ severity: 'warning' }])
    const long = parse({ 'notices/shipped.yaml': SHIPPED.replace('已发出。', '长'.repeat(400)) })
    expect(long.problems.filter(({ field }) => field === 'text')).toMatchObject([{ severity: 'error' }])
  })
})
