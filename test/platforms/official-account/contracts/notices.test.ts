import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { rejectionOf } from '../client/fixture.js'
import { type ContractWorld, MINI, startContractWorld } from './world.js'

let world: ContractWorld
let openid: string
beforeEach(async () => {
  world = await startContractWorld()
  openid = world.simulator.control.addFollower({ following: true }).id
})
afterEach(() => world.close())

const notices = async () =>
  (await world.simulator.control.thread(openid)).filter((item) => item.content.kind === 'notice')

describe('template messages', () => {
  const data = { character_string1: 'SF1234567890', thing2: '顺丰速运', time3: '2026年1月1日 10:00' }

  test('a template of the library is taken into use, sent once under its key, told by event', async () => {
    const { templates } = world.client
    const id = await templates.add('43216', ['快递单号', '快递公司', '发货时间'])
    expect(await templates.list()).toContainEqual(
      expect.objectContaining({ id, content: expect.stringContaining('快递公司:{{thing2.DATA}}') }),
    )
    const message = {
      to: openid,
      templateId: id,
      data,
      miniProgram: { appid: MINI.appid, pagePath: 'pages/order?id=1' },
    }
    const sent = await templates.send({ ...message, clientMsgId: 'ship-1' })
    expect(sent).toMatch(/^\d{17,}$/)
    expect(await templates.send({ ...message, clientMsgId: 'ship-1' })).toBe(sent)
    expect(await world.pushed('TEMPLATESENDJOBFINISH')).toContain(`<MsgID>${sent}</MsgID>`)
    expect(await notices()).toHaveLength(1)
    world.pass(601_000)
    expect(await templates.send({ ...message, clientMsgId: 'ship-1' })).not.toBe(sent)
    expect(await templates.blocked(sent)).toEqual([])
    await templates.remove(id)
    expect(await rejectionOf(templates.send(message))).toMatchObject({ class: 'template', errcode: 40037 })
  })

  test.each([
    ['thing2', '一'.repeat(21), /21 characters given.*up to 20 characters/],
    ['thing2', '两\n行', /must be up to 20/],
    ['character_string1', '中文', /letters and symbols/],
    ['time3', '昨天', /a time such as/],
    ['phrase4', '六个字的短语', /up to 5 Chinese/],
    ['amount5', '一百元', /currency/],
    ['first', '您好', /not shown since 2023-05-04/],
    ['remark', '感谢', /不再展示/],
  ])('%s %j is refused before the call', async (name, value, words) => {
    const refused = await rejectionOf(
      world.client.templates.send({ to: openid, templateId: 'TPL_SHIP_demo', data: { ...data, [name]: value } }),
    )
    expect(refused).toMatchObject({ class: 'request', errcode: undefined, message: expect.stringMatching(words) })
  })

  test('the platform judges what the client cannot know: a missing field 47003, a stranger 40003, who left 43004', async () => {
    const { templates } = world.client
    const send = (to: string, given: Record<string, string>) =>
      rejectionOf(templates.send({ to, templateId: 'TPL_SHIP_demo', data: given }))
    expect(await send(openid, { thing2: '顺丰' })).toMatchObject({ class: 'template', errcode: 47003 })
    expect(await send('oStranger', data)).toMatchObject({ class: 'identity', errcode: 40003 })
    world.simulator.control.unfollow(openid)
    expect(await send(openid, data)).toMatchObject({ class: 'not-following', errcode: 43004 })
  })

  test('industries, and the 26th template (45026)', async () => {
    const { templates } = world.client
    expect(await templates.industry()).toBeUndefined()
    await templates.setIndustry('1', '4')
    expect(await templates.industry()).toMatchObject({ primary: { second: '行业 1' } })
    for (let at = (await templates.list()).length; at < 25; at += 1) await templates.add('61007', ['商品名称'])
    expect(await rejectionOf(templates.add('61007', ['商品名称']))).toMatchObject({ errcode: 45026 })
  })
})

describe('subscription notices', () => {
  test('one consent is one notice; refusing takes it away', async () => {
    const { subscriptions } = world.client
    const [category] = await subscriptions.templates.categories()
    const all = await subscriptions.templates.titles(['307', '670'], 0, 30)
    expect(all.templates.map((item) => item.id)).toContain('52011')
    expect(category).toMatchObject({ id: '307' })
    const keywords = await subscriptions.templates.keywords('52011')
    expect(keywords).toMatchObject([{ id: '1', rule: 'amount' }, { id: '2' }, { id: '3' }])
    const id = await subscriptions.templates.add('52011', ['1', '2'], '退款通知')
    expect(await subscriptions.templates.list()).toMatchObject([{ id, consent: 'once' }])
    const notice = { to: openid, templateId: id, data: { amount1: '¥199.00', thing2: '四件套' } }
    expect(await rejectionOf(subscriptions.send(notice))).toMatchObject({ class: 'refused', errcode: 43101 })
    world.simulator.control.consent(openid, { templateId: id, accept: true })
    expect(await world.pushed('subscribe_msg_popup_event')).toContain('accept')
    expect(await subscriptions.send(notice)).toMatch(/^\d+$/)
    expect(await world.pushed('subscribe_msg_sent_event')).toContain(id)
    expect(await rejectionOf(subscriptions.send(notice))).toMatchObject({ errcode: 43101 })
    world.simulator.control.consent(openid, { templateId: id, accept: true })
    world.simulator.control.withdraw(openid, id)
    expect(await rejectionOf(subscriptions.send(notice))).toMatchObject({ errcode: 43101 })
    await subscriptions.templates.remove(id)
    expect(await rejectionOf(subscriptions.send(notice))).toMatchObject({ errcode: 40037 })
    expect(await notices()).toHaveLength(1)
  })

  test('the library is asked within its limits', async () => {
    const { templates } = world.client.subscriptions
    for (const refused of [
      templates.add('52011', ['1'], '退款'),
      templates.add('52011', ['1', '2', '3', '4', '5', '6'], '退款'),
      templates.add('52011', ['1', '2'], '长'.repeat(16)),
      templates.titles(['1'], 0, 31),
    ]) {
      expect(await rejectionOf(refused)).toMatchObject({ class: 'request', errcode: undefined })
    }
  })
})

describe('one-time subscriptions', () => {
  test('the page asks, one message may follow', async () => {
    const { oneTime } = world.client
    const ask = { templateId: 'ONCE', scene: 1000, redirectUrl: 'https://shop.example.cn/back', reserved: 'csrf' }
    const page = await fetch(oneTime.confirmUrl(ask).replace('#wechat_redirect', ''), { redirect: 'manual' })
    const back = new URL(page.headers.get('location') ?? '')
    expect(Object.fromEntries(back.searchParams)).toEqual({
      openid,
      template_id: 'ONCE',
      action: 'confirm',
      scene: '1000',
      reserved: 'csrf',
    })
    const message = { to: openid, templateId: 'ONCE', scene: 1000, title: '到货', content: '您关注的四件套到货了' }
    await oneTime.send(message)
    expect(await notices()).toMatchObject([{ content: { title: '到货' } }])
    expect(await rejectionOf(oneTime.send(message))).toMatchObject({ class: 'refused', errcode: 43101 })
    for (const over of [
      { title: '长'.repeat(16) },
      { content: '长'.repeat(201) },
      { scene: 10_001 },
      { color: 'red' },
    ]) {
      expect(await rejectionOf(oneTime.send({ ...message, ...over }))).toMatchObject({ errcode: undefined })
    }
  })
})
