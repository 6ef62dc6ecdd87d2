import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { AlertDefinition } from '../../src/alerts/definition.js'
import { createStaffDeliver } from '../../src/platforms/wecom/deliver.js'
import { startWecomWorld, type WecomWorld } from '../platforms/wecom/world.js'
import { type Bench, openBench } from './setup.js'

const SEND = '/cgi-bin/message/send'
let bench: Bench
let world: WecomWorld
beforeAll(async () => {
  bench = await openBench()
  world = await startWecomWorld()
  await bench.alerts.run()
})
afterAll(async () => {
  await world.close()
  await bench.store.dispose()
})

/** What the platform gets for a rule with this content, as the outbox would send it. */
async function wireOf(slug: string, content: Partial<AlertDefinition>): Promise<object> {
  await bench.rule(slug, { text: undefined, ...content } as Partial<AlertDefinition>)
  await bench.happened('order.paid', { orderNo: 'A1', paidFen: 100 })
  await bench.alerts.run()
  const given = [...bench.put.values()].findLast(({ source }) => source === `alert:${slug}`)
  const media = { idOf: async () => 'M1', replace: async () => undefined }
  const deliver = createStaffDeliver({ messages: world.client.messages, media })
  const message = given?.message
  if (message?.kind !== 'text' && message?.kind !== 'link' && message?.kind !== 'choices')
    throw new Error('not resolved')
  world.wecom.next(SEND, { errcode: 0, msgid: slug })
  expect(await deliver(message, { to: 'lihua', key: given?.key ?? '' })).toEqual({ state: 'sent', receipt: slug })
  return world.wecom.sent(SEND).at(-1) as object
}

const visible = (value: object) => JSON.parse(JSON.stringify(value).replace(/[\u200b-\u200d\u2060]/g, '')) as object

test('a card with buttons reaches staff as a template card whose press comes back', async () => {
  const card = {
    title: '退款咨询',
    facts: [{ name: '订单', value: '{orderNo}' }],
    buttons: [{ text: '我来处理', key: 'claim:{orderNo}' }],
  }
  expect(await wireOf('buttons', { card })).toMatchObject({
    msgtype: 'template_card',
    template_card: {
      card_type: 'button_interaction',
      main_title: { title: '退款咨询' },
      sub_title_text: '订单：A1',
      button_list: [{ text: '我来处理', key: 'claim:A1' }],
    },
  })
})

test('a card with a link reaches staff as an article, markdown as a text with its links', async () => {
  const card = { title: '大额订单', text: '请联系', link: 'https://crm.example.com/{orderNo}' }
  expect(visible(await wireOf('linked', { card }))).toMatchObject({
    msgtype: 'news',
    news: { articles: [{ title: '大额订单', description: '请联系', url: 'https://crm.example.com/A1' }] },
  })
  const markdown = '## 新订单\n**{orderNo}** [查看](https://crm.example.com/1)'
  expect(visible(await wireOf('markdown', { markdown }))).toMatchObject({
    msgtype: 'text',
    text: { content: '新订单\nA1 <a href="https://crm.example.com/1">查看</a>' },
  })
})
