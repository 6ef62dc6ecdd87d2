import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { silentLogger } from '../src/core/log.js'
import { createLibrary, type Library } from '../src/library/library.js'
import { createNoticeBoard, type NoticeBoard } from '../src/notice-board.js'
import type { NewDelivery } from '../src/outbox/delivery.js'

const NOW = new Date('2026-03-04T04:00:00Z')
const clock = { now: () => NOW }
const FIELDS = '订单号:{{character_string1.DATA}}\n快递公司:{{thing2.DATA}}\n发货时间:{{time3.DATA}}'
let library: Library
let board: NoticeBoard
let templates: { id: string; title: string; content: string }[]
let put: NewDelivery[]

beforeAll(async () => {
  library = createLibrary({ dir: 'content', log: silentLogger, clock, publicUrl: 'https://x.example', watch: false })
  await library.load()
})
afterAll(() => library.close())
beforeEach(() => {
  templates = [{ id: 'TPL_SHIP_demo', title: '订单发货通知', content: FIELDS }]
  put = []
  const client = {
    permissions: { may: (capability: string) => capability === 'template-messages' },
    templates: { list: async () => templates },
    subscriptions: { templates: { list: async () => [] } },
  }
  board = createNoticeBoard({
    library,
    accounts: { client: () => client, miniProgram: () => undefined } as never,
    ids: ['shop'],
    outbox: {
      async put(delivery) {
        put.push(...[delivery].flat())
        return 'new' as never
      },
    },
    addressee: async (contact, account) => (contact === 'known' ? { account, to: 'o1', visitor: 'm1' } : { account }),
    clock,
    timeZone: 'Asia/Shanghai',
  })
})

describe('the board of notices', () => {
  test('says for each event which notices tell it, and what is wrong with each', async () => {
    const { events, notices, accounts } = await board.list()
    expect(events.find(({ event }) => event === 'order.refunded')?.names[0]).toBe('refund.done')
    const shipped = notices.find(({ name }) => name === 'order.shipped')
    expect(shipped).toMatchObject({ file: 'content/notices/order-shipped.yaml', accounts: ['shop'], problems: [] })
    expect(shipped?.fields[1]).toMatchObject({ key: 'thing2', value: '{parcel.carrier?快递公司以物流页为准}', max: 20 })
    const paid = notices.find(({ name }) => name === 'order.paid')
    expect(paid?.problems).toMatchObject([{ field: 'template', severity: 'error' }])
    expect(notices.find(({ channel }) => channel === 'mini-program')).toMatchObject({ unchecked: true })
    expect(accounts).toEqual([{ account: 'shop', templates: true, subscriptions: false, miniProgram: false }])
  })

  test('a field that the template has not, and one it has more, are told', async () => {
    templates = [{ ...templates[0], content: '{{character_string1.DATA}}{{thing9.DATA}}' } as never]
    const { notices } = await board.list()
    const fields = notices.find(({ name }) => name === 'order.shipped')?.problems.map(({ field }) => field)
    expect(fields).toEqual(['fields.thing9', 'fields.thing2', 'fields.time3'])
  })

  test('every notice of the content folder reads well with the sample order of its event', async () => {
    for (const { name } of library.notices()) {
      const { fields, problems } = await board.preview(name)
      expect([name, problems]).toEqual([name, []])
      expect([name, fields.every(({ value }) => value !== undefined && value !== '')]).toEqual([name, true])
    }
    expect((await board.preview('order.shipped')).fields).toMatchObject([
      { label: '订单号', value: '202603040001' },
      { label: '快递公司', value: '顺丰速运' },
      { label: '发货时间' },
    ])
  })

  test('data that does not fit is told by field, with the platform’s limit', async () => {
    const { problems } = await board.preview('order.shipped', { order: {}, parcel: { carrier: '顺'.repeat(21) } })
    expect(problems.map(({ field, limit }) => [field, limit])).toEqual([
      ['character_string1', undefined],
      ['thing2', 20],
      ['time3', undefined],
      ['params.id', undefined],
    ])
  })

  test('one is sent on trial where the person can be reached; twice under the same nonce is once', async () => {
    const trial = { account: 'shop', contact: 'known', nonce: 'n1' }
    const first = await board.test('order.shipped', trial)
    const second = await board.test('order.shipped', trial)
    expect(second.key).toBe(first.key)
    expect(put[0]).toMatchObject({ to: 'o1', purpose: 'service', message: { kind: 'notice', name: 'order.shipped' } })
    await board.test('order.shipped.mini-program', trial)
    expect(put[2]).toMatchObject({ to: 'm1', message: { visitor: 'm1' } })
    await expect(board.test('order.shipped', { ...trial, contact: 'stranger' })).rejects.toMatchObject({
      code: 'notice.person',
    })
    await expect(board.test('nothing', trial)).rejects.toMatchObject({ code: 'not-found.notice' })
    expect(put).toHaveLength(3)
  })
})
