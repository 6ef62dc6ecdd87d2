import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { signPage } from '../../../src/platforms/shared/page-signature.js'
import { robotKey } from '../../../src/platforms/wecom/client/robots.js'
import { AGENT, CORPID } from './strict-wecom.js'
import { refusalOf, startWecomWorld, type WecomWorld } from './world.js'

let world: WecomWorld
beforeEach(async () => {
  world = await startWecomWorld()
})
afterEach(() => world.close())

const SEND = '/cgi-bin/message/send'
const card = {
  kind: 'buttons' as const,
  source: { text: '客服工单', colour: 'red' as const },
  title: '客户退款咨询',
  facts: [
    { name: '订单', value: 'A10086' },
    { name: '负责人', value: '李华', staff: 'lihua' },
  ],
  task: 'ticket_778@1',
  buttons: [
    { text: '我来处理', style: 1 as const, key: 'claim:778' },
    { text: '看订单', url: 'https://crm.example.com/1' },
  ],
}

describe('app messages', () => {
  test('of every kind leave in their form', async () => {
    const { messages } = world.client
    const to = { staff: ['lihua'] }
    const miniProgram = { appid: 'wxdemo', path: 'pages/a' }
    await messages.send(
      { staff: ['LiHua', 'x'], departments: [2], tags: [3] },
      { type: 'text', text: 'a' },
      { duplicateSeconds: 600 },
    )
    await messages.send('everybody', { type: 'markdown', text: '**b**' }, { confidential: true })
    await messages.send(to, {
      type: 'textcard',
      title: 't',
      description: 'd',
      url: 'https://a.example',
      button: '去看',
    })
    await messages.send(to, { type: 'news', articles: [{ title: 't', miniProgram, picture: 'https://p.example' }] })
    await messages.send(to, { type: 'mpnews', articles: [{ title: 't', thumbMediaId: 'M', content: '<p>x</p>' }] })
    await messages.send(to, { type: 'video', mediaId: 'V', title: 't' })
    await messages.send(to, { type: 'file', mediaId: 'F' })
    await messages.send(to, {
      type: 'mini-program-notice',
      appid: 'wx1',
      title: '订单提醒',
      items: [{ name: 'k', value: 'v' }],
    })
    await messages.send(to, { type: 'card', card })
    const me = { touser: 'lihua', agentid: AGENT }
    expect(world.wecom.sent(SEND)).toEqual([
      {
        touser: 'LiHua|x',
        toparty: '2',
        totag: '3',
        agentid: AGENT,
        msgtype: 'text',
        text: { content: 'a' },
        enable_duplicate_check: 1,
        duplicate_check_interval: 600,
      },
      { touser: '@all', agentid: AGENT, msgtype: 'markdown', markdown: { content: '**b**' }, safe: 1 },
      {
        ...me,
        msgtype: 'textcard',
        textcard: { title: 't', description: 'd', url: 'https://a.example', btntxt: '去看' },
      },
      {
        ...me,
        msgtype: 'news',
        news: { articles: [{ title: 't', appid: 'wxdemo', pagepath: 'pages/a', picurl: 'https://p.example' }] },
      },
      { ...me, msgtype: 'mpnews', mpnews: { articles: [{ title: 't', thumb_media_id: 'M', content: '<p>x</p>' }] } },
      { ...me, msgtype: 'video', video: { media_id: 'V', title: 't' } },
      { ...me, msgtype: 'file', file: { media_id: 'F' } },
      {
        touser: 'lihua',
        msgtype: 'miniprogram_notice',
        miniprogram_notice: { appid: 'wx1', title: '订单提醒', content_item: [{ key: 'k', value: 'v' }] },
      },
      {
        ...me,
        msgtype: 'template_card',
        template_card: {
          card_type: 'button_interaction',
          source: { desc: '客服工单', desc_color: 2 },
          main_title: { title: '客户退款咨询' },
          horizontal_content_list: [
            { keyname: '订单', value: 'A10086' },
            { keyname: '负责人', value: '李华', type: 3, userid: 'lihua' },
          ],
          task_id: 'ticket_778@1',
          button_list: [
            { type: 0, text: '我来处理', style: 1, key: 'claim:778' },
            { type: 1, text: '看订单', url: 'https://crm.example.com/1' },
          ],
        },
      },
    ])
  })

  test('tell whom they did not reach, spelled as they were sent', async () => {
    world.wecom.next(SEND, { errcode: 0, msgid: 'M1', invaliduser: 'lihua', unlicenseduser: '', response_code: 'RC' })
    expect(await world.client.messages.send({ staff: ['LiHua', 'w'] }, { type: 'text', text: 'a' })).toEqual({
      id: 'M1',
      invalidStaff: ['LiHua'],
      invalidDepartments: [],
      invalidTags: [],
      unlicensedStaff: [],
      responseCode: 'RC',
    })
  })

  test('cards are updated for everybody by their code, and messages recalled', async () => {
    const { messages } = world.client
    const path = '/cgi-bin/message/update_template_card'
    world.wecom.always(path, { errcode: 0, invaliduser: ['gone'] })
    expect(await messages.updateCard({ staff: ['lihua', 'gone'] }, 'RC', { label: '已认领' })).toEqual({
      invalidStaff: ['gone'],
    })
    await messages.updateCard('everybody', 'RC2', { card, label: '已提交' })
    expect(world.wecom.sent(path)).toMatchObject([
      { userids: ['lihua', 'gone'], atall: 0, response_code: 'RC', button: { replace_name: '已认领' } },
      { atall: 1, response_code: 'RC2', template_card: { replace_text: '已提交', task_id: 'ticket_778@1' } },
    ])
    await messages.recall('M1')
    expect(world.wecom.sent('/cgi-bin/message/recall')).toEqual([{ msgid: 'M1' }])
  })

  test('cards of the other kinds leave in their form', async () => {
    const send = (one: Parameters<typeof world.client.messages.send>[1]) =>
      world.client.messages.send({ staff: ['a'] }, one)
    const options = [{ id: '1', text: '一' }]
    const target = { url: 'https://a.example' }
    const submit = { text: '提交', key: 's' }
    await send({
      type: 'card',
      card: {
        kind: 'notice',
        title: 't',
        big: { text: '100', about: '数' },
        target,
        menu: { text: '更多', items: [{ text: '关', key: 'k' }] },
        task: 'T',
      },
    })
    await send({
      type: 'card',
      card: {
        kind: 'picture',
        picture: { url: 'https://p.example', ratio: 1.5 },
        target,
        paragraphs: [{ title: 'p' }],
      },
    })
    await send({ type: 'card', card: { kind: 'vote', question: 'q', options, several: true, submit, task: 'T' } })
    await send({
      type: 'card',
      card: { kind: 'selections', choices: [{ key: 'q', options, selected: '1' }], submit, task: 'T' },
    })
    expect(world.wecom.sent(SEND)).toMatchObject([
      {
        template_card: {
          card_type: 'text_notice',
          emphasis_content: { title: '100', desc: '数' },
          card_action: { type: 1 },
          action_menu: { desc: '更多' },
        },
      },
      {
        template_card: {
          card_type: 'news_notice',
          card_image: { aspect_ratio: 1.5 },
          vertical_content_list: [{ title: 'p' }],
        },
      },
      {
        template_card: {
          card_type: 'vote_interaction',
          checkbox: { question_key: 'q', mode: 1 },
          submit_button: submit,
        },
      },
      { template_card: { card_type: 'multiple_interaction', select_list: [{ question_key: 'q', selected_id: '1' }] } },
    ])
  })
})

describe('internal groups and robots', () => {
  test('a group is made, changed, written to, and undefined when it is none of ours', async () => {
    const { chats } = world.client
    world.wecom.always('/cgi-bin/appchat/create', { errcode: 0, chatid: 'svc1' })
    expect(await chats.create({ members: ['a', 'b'], name: '售后', id: 'svc1' })).toBe('svc1')
    await chats.update('svc1', { add: ['c'] })
    await chats.send('svc1', { type: 'text', text: 'x' })
    expect(world.wecom.sent('/cgi-bin/appchat/send')).toEqual([
      { chatid: 'svc1', msgtype: 'text', text: { content: 'x' } },
    ])
    expect((await refusalOf(chats.send('svc1', { type: 'card', card }))).class).toBe('request')
    world.wecom.always('/cgi-bin/appchat/get', { errcode: 86001, errmsg: 'x' })
    expect(await chats.get('nope')).toBeUndefined()
  })

  test('a robot speaks by its key alone', async () => {
    const { robots } = world.client
    const key = robotKey('https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4') ?? ''
    expect(key).toBe('693a91f6-7xxx-4bc4')
    expect(robotKey('https://qyapi.weixin.qq.com/')).toBeUndefined()
    await robots.send(key, { type: 'text', text: '退款', mention: ['@all'] })
    await robots.send(key, { type: 'markdown', text: '| a |', rich: true })
    await robots.send(key, { type: 'image', bytes: Buffer.from('picture') })
    expect(world.wecom.sent('/cgi-bin/webhook/send')).toEqual([
      { msgtype: 'text', text: { content: '退款', mentioned_list: ['@all'] } },
      { msgtype: 'markdown_v2', markdown_v2: { content: '| a |' } },
      { msgtype: 'image', image: { base64: 'cGljdHVyZQ==', md5: '5456fc54c74a297ce994998c2873b370' } },
    ])
    expect(world.wecom.tokenCalls()).toBe(0)
  })
})

describe('media, logins and page signatures', () => {
  test('media go up as one file and come down as bytes', async () => {
    const file = {
      bytes: Buffer.from('\x89PNG\r\n\x1a\npicture', 'latin1'),
      filename: 'a.png',
      contentType: 'image/png',
    }
    world.wecom.always('/cgi-bin/media/upload', {
      errcode: 0,
      type: 'image',
      media_id: 'MID',
      created_at: '1760000000',
    })
    world.wecom.always('/cgi-bin/media/uploadimg', { errcode: 0, url: 'https://wework.example/1' })
    expect(await world.client.media.upload('image', file)).toBe('MID')
    expect(await world.client.media.uploadImage(file)).toBe('https://wework.example/1')
    const call = world.wecom.calls.find(({ path }) => path === '/cgi-bin/media/upload')
    expect(call?.body.includes(file.bytes)).toBe(true)
    expect(call?.query['type']).toBe('image')
    world.wecom.always('/cgi-bin/media/get', (response) => {
      response.setHeader('content-disposition', 'attachment; filename="a.png"').setHeader('content-type', 'image/png')
      response.end(file.bytes)
    })
    expect(await world.client.media.get('MID')).toEqual({ bytes: file.bytes, contentType: 'image/png', name: 'a.png' })
    world.wecom.always('/cgi-bin/media/get', { errcode: 40007, errmsg: 'invalid media_id' })
    expect((await refusalOf(world.client.media.get('MID'))).class).toBe('media')
  })

  test('a login code tells a member from a customer and from a stranger', async () => {
    const path = '/cgi-bin/auth/getuserinfo'
    world.wecom.next(
      path,
      { errcode: 0, userid: 'lihua' },
      { errcode: 0, openid: 'o1', external_userid: 'wm1' },
      { errcode: 0, openid: 'o2' },
    )
    const { logins } = world.client
    expect(await logins.person('C')).toEqual({ who: 'staff', id: 'lihua' })
    expect(await logins.person('C')).toEqual({ who: 'customer', id: 'wm1', openid: 'o1' })
    expect(await logins.person('C')).toEqual({ who: 'stranger', openid: 'o2' })
    world.wecom.next(path, { errcode: 40029, errmsg: 'invalid code' })
    expect((await refusalOf(logins.person('C'))).class).toBe('gone')
    const address = new URL(logins.addressInside({ returnTo: 'https://crm.example.com/a?b=1', state: 'S1' }))
    expect(address.hash).toBe('#wechat_redirect')
    expect(address.searchParams.get('redirect_uri')).toBe('https://crm.example.com/a?b=1')
    expect(address.searchParams.get('appid')).toBe(CORPID)
    expect(logins.addressInBrowser({ returnTo: 'https://crm.example.com/', state: 'S1' })).toContain(
      'login_type=CorpApp',
    )
  })

  test('pages are signed with the corporation’s and the app’s ticket, each fetched once', async () => {
    world.wecom.always('/cgi-bin/get_jsapi_ticket', { errcode: 0, ticket: 'TICKET1', expires_in: 7200 })
    world.wecom.always('/cgi-bin/ticket/get', { errcode: 0, ticket: 'TICKET2', expires_in: 7200 })
    const url = 'https://kf.example.com/side?x=1'
    expect(signPage('TICKET1', 'abc', 1_760_000_000, `${url}#top`)).toBe('b5b65bd74a1ddd549105a5e1d993987121b58d77')
    const corp = await world.client.jsSdk.corpSignature(url)
    const agent = await world.client.jsSdk.agentSignature(url)
    await world.client.jsSdk.corpSignature(url)
    expect(corp.signature).toBe(signPage('TICKET1', corp.nonceStr, corp.timestamp, url))
    expect(agent.signature).toBe(signPage('TICKET2', agent.nonceStr, agent.timestamp, url))
    const paths = world.wecom.calls.map(({ path }) => path)
    expect(paths.filter((path) => path === '/cgi-bin/get_jsapi_ticket')).toHaveLength(1)
  })
})
