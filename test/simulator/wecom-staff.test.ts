import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { pixel, upload } from './api.js'
import { type CorpWorld, corpReply, startCorpWorld } from './wecom-setup.js'

let world: CorpWorld
beforeEach(async () => {
  world = await startCorpWorld()
})
afterEach(() => world.close())

const agentid = 1_000_002
const send = (body: object) => world.api('/message/send', { agentid, ...body })
const text = (content: string) => ({ msgtype: 'text', text: { content } })
const card = {
  card_type: 'button_interaction',
  main_title: { title: '客户退款咨询' },
  task_id: 'ticket_778',
  button_list: [
    { text: '我来处理', style: 1, key: 'claim:778' },
    { text: '转交', style: 2, key: 'pass:778' },
  ],
}
const sendCard = (touser: string, task_id = 'ticket_778') =>
  send({ touser, msgtype: 'template_card', template_card: { ...card, task_id } })

describe('a message of the app', () => {
  test('reaches those who exist, and names the others in small letters', async () => {
    const sent = await send({ touser: 'LiHua|wangfang|Nobody', ...text('订单异常') })
    expect(sent).toMatchObject({ errcode: 0, invaliduser: 'nobody', msgid: expect.any(String) })
    expect(await world.corp.app('lihua')).toMatchObject([{ from: 'app', via: 'app', content: { text: '订单异常' } }])
    expect(await send({ touser: 'nobody', ...text('x') })).toMatchObject({ errcode: 81013 })
    expect(await send({ ...text('x') })).toMatchObject({ errcode: 82001 })
    expect(await send({ touser: 'lihua', agentid: 7, ...text('x') })).toMatchObject({ errcode: 40056 })
    expect(await send({ touser: 'lihua', msgtype: 'song', song: {} })).toMatchObject({ errcode: 40008 })
  })

  test('is dropped without a word beyond 30 a minute, and when it is a duplicate', async () => {
    const check = { enable_duplicate_check: 1, duplicate_check_interval: 600 }
    for (let index = 0; index < 2; index++) await send({ touser: 'wangfang', ...text('一样'), ...check })
    expect(await world.corp.app('wangfang')).toHaveLength(1)
    for (let index = 0; index < 31; index++) {
      expect(await send({ touser: 'lihua', ...text(`第 ${index}`) })).toMatchObject({ errcode: 0 })
    }
    expect(await world.corp.app('lihua')).toHaveLength(30)
  })

  test('goes to departments with those below them, and can be recalled', async () => {
    const { msgid } = await send({ toparty: '2', ...text('客服部') })
    expect([(await world.corp.app('lihua')).length, (await world.corp.app('zhangwei')).length]).toEqual([1, 0])
    await world.api('/message/recall', { msgid })
    expect(await world.corp.app('lihua')).toMatchObject([{ recalled: true }])
    world.simulator.control.clock({ advance: 25 * 3_600_000 })
    expect(await world.api('/message/recall', { msgid })).toMatchObject({ errcode: 60136 })
  })

  test('with a picture takes an upload of WeCom, for three days', async () => {
    const issued = await fetch(
      `${world.simulator.url}/cgi-bin/gettoken?corpid=ww00000000000demo1&corpsecret=weloop-demo-secret`,
    )
    const token = ((await issued.json()) as { access_token: string }).access_token
    const { media_id } = await upload(
      `${world.simulator.url}/cgi-bin/media/upload?type=image&access_token=${token}`,
      pixel,
    )
    const picture = { touser: 'lihua', msgtype: 'image', image: { media_id } }
    expect(await send(picture)).toMatchObject({ errcode: 0 })
    const [entry] = await world.corp.app('lihua')
    if (entry?.content.kind !== 'image') throw new Error('no picture')
    expect((await fetch(entry.content.url)).headers.get('content-type')).toBe('image/png')
    world.simulator.control.clock({ advance: 3 * 86_400_000 })
    expect(await send(picture)).toMatchObject({ errcode: 40007 })
  })
})

describe('a template card', () => {
  test('is pressed once by each member, and updated once for all by its code', async () => {
    const { response_code } = await sendCard('lihua|wangfang')
    const [line] = await world.corp.app('lihua')
    world.corp.staffAct('lihua', 'press', { n: line?.n ?? 0, key: 'claim:778' })
    const [pressed] = await world.events('template_card_event')
    expect(pressed?.get('FromUserName')).toBe('lihua')
    expect([pressed?.get('EventKey'), pressed?.get('TaskId'), pressed?.get('CardType')]).toEqual([
      'claim:778',
      'ticket_778',
      'button_interaction',
    ])
    expect(() => world.corp.staffAct('lihua', 'press', { n: line?.n ?? 0 })).toThrow('pressed already')
    const update = (code: unknown) =>
      world.api('/message/update_template_card', {
        agentid,
        response_code: code,
        userids: ['lihua', 'wangfang', 'zhangwei'],
        button: { replace_name: '李华 已认领' },
      })
    expect(await update(response_code)).toMatchObject({ errcode: 0, invaliduser: ['zhangwei'] })
    expect(await update(response_code)).toMatchObject({ errcode: 60140 })
    expect(await world.corp.app('wangfang')).toMatchObject([{ content: { label: '李华 已认领' } }])
    expect(await update(pressed?.get('ResponseCode'))).toMatchObject({ errcode: 0 })
    expect(() => world.corp.staffAct('wangfang', 'press', { n: 1 })).toThrow('pressed already')
  })

  test('can be changed for the one who pressed it by the passive reply', async () => {
    await sendCard('lihua')
    const inner =
      '<MsgType><![CDATA[update_button]]></MsgType><Button><ReplaceName><![CDATA[已认领]]></ReplaceName></Button>'
    world.answer = (push) => corpReply(push, inner)
    await world.corp.staffAct('lihua', 'press', { n: 1, key: 'pass:778' }).done
    expect(await world.corp.app('lihua')).toMatchObject([{ content: { state: 'done', label: '已认领' } }])
  })

  test('with buttons is refused to an app that has no callback address', async () => {
    world.corp.set({ callbackUrl: '' })
    expect(await sendCard('lihua')).toMatchObject({ errcode: 43012 })
    expect(world.corp.staffAct('lihua', 'open-app').exchange).toBeUndefined()
  })

  test('needs its parts and a task of its own', async () => {
    expect(await sendCard('lihua')).toMatchObject({ errcode: 0 })
    expect(await sendCard('lihua')).toMatchObject({ errcode: 40058 })
    expect(await sendCard('lihua', '任务')).toMatchObject({ errcode: 40058 })
    const notice = { card_type: 'text_notice', main_title: { title: '报表' } }
    const without = { touser: 'lihua', msgtype: 'template_card', template_card: notice }
    expect(await send(without)).toMatchObject({ errcode: 40058 })
  })

  test('carries what was chosen', async () => {
    const select = { question_key: 'why', option_list: [{ id: 'late', text: '晚到' }] }
    const choice = {
      card_type: 'multiple_interaction',
      task_id: 'why_1',
      select_list: [select],
      submit_button: { text: '提交', key: 'submit' },
    }
    await send({ touser: 'lihua', msgtype: 'template_card', template_card: choice })
    world.corp.staffAct('lihua', 'press', { n: 1, selected: { why: ['late'] } })
    const [pressed] = await world.events('template_card_event')
    expect([pressed?.get('QuestionKey'), pressed?.get('OptionId')]).toEqual(['why', 'late'])
  })
})

describe('a member', () => {
  test('writes to the app and sees its passive reply', async () => {
    world.answer = (push) => corpReply(push, '<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[已收到]]></Content>')
    const { exchange, done } = world.corp.staffAct('lihua', 'write', { text: '今日订单' })
    await done
    expect(world.pushes[0]?.get('AgentID')).toBe(String(agentid))
    expect(exchange?.state).toBe('replied')
    expect(await world.corp.app('lihua')).toMatchObject([
      { from: 'staff', content: { text: '今日订单' } },
      { from: 'app', via: 'passive', content: { text: '已收到' } },
    ])
  })

  test('sends a picture, opens the app, presses the menu; replies that are none are told in the log', async () => {
    world.answer = () => ({ status: 200, body: 'hello' })
    const acts = [
      world.corp.staffAct('lihua', 'write', { kind: 'image' }),
      world.corp.staffAct('lihua', 'open-app'),
      world.corp.staffAct('lihua', 'menu', { key: 'TODAY' }),
    ]
    await Promise.all(acts.map((act) => act.done))
    expect(world.pushes.map((push) => push.get('Event') ?? push.get('MsgType')).toSorted()).toEqual([
      'click',
      'enter_agent',
      'image',
    ])
    for (const { exchange } of acts) {
      expect(exchange?.state).toBe('acknowledged')
      expect(exchange?.warnings).toHaveLength(1)
    }
  })

  test('who leaves is told of, and reached by nothing any more', async () => {
    world.corp.staffAct('lihua', 'leave')
    expect(await world.events('delete_user')).toHaveLength(1)
    expect(await world.events('unsubscribe')).toHaveLength(1)
    expect(await send({ touser: 'lihua', ...text('x') })).toMatchObject({ errcode: 81013 })
    expect(() => world.corp.staffAct('lihua', 'write', { text: 'x' })).toThrow('cannot see the app')
  })
})

test('an internal chat is made, changed and written to', async () => {
  const make = (body: object) => world.api('/appchat/create', body)
  expect(await make({ userlist: ['lihua'] })).toMatchObject({ errcode: 86008 })
  expect(await make({ userlist: ['lihua', 'nobody'] })).toMatchObject({ errcode: 86216 })
  const { chatid } = await make({ name: '售后协同', owner: 'lihua', userlist: ['lihua', 'wangfang'], chatid: 'svc1' })
  expect(chatid).toBe('svc1')
  await world.api('/appchat/update', { chatid, add_user_list: ['zhangwei'], del_user_list: ['wangfang'] })
  expect(await world.api('/appchat/get', undefined, { chatid: 'svc1' })).toMatchObject({
    chat_info: { name: '售后协同', owner: 'lihua', userlist: ['lihua', 'zhangwei'] },
  })
  expect(await world.api('/appchat/send', { chatid, ...text('群已满 90%') })).toMatchObject({ errcode: 0 })
  expect(await world.corp.internal('svc1')).toMatchObject([{ from: 'app', content: { text: '群已满 90%' } }])
})

test('the login pages let a member in with a code, once', async () => {
  world.corp.login('wangfang')
  const query = new URLSearchParams({
    login_type: 'CorpApp',
    appid: 'ww00000000000demo1',
    agentid: String(agentid),
    redirect_uri: 'http://127.0.0.1:1/back',
    state: 'abc',
  })
  const answer = await fetch(`${world.simulator.url}/wwlogin/sso/login?${query}`, { redirect: 'manual' })
  const back = new URL(answer.headers.get('location') ?? '')
  expect(back.searchParams.get('state')).toBe('abc')
  const code = back.searchParams.get('code') ?? ''
  expect(await world.api('/auth/getuserinfo', undefined, { code })).toMatchObject({ userid: 'wangfang' })
  expect(await world.api('/auth/getuserinfo', undefined, { code })).toMatchObject({ errcode: 40029 })
})
