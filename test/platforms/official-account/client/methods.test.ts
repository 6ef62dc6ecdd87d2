import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { CustomMessage } from '../../../../src/platforms/official-account/client/messages.js'
import { rejectionOf, startWorld, type World } from './fixture.js'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const last = () => world.wechat.calls.at(-1)
const lastBody = () => JSON.parse(last()?.body.toString() ?? 'null')

describe("customer-service messages in the platform's exact form", () => {
  const cases: [CustomMessage, object][] = [
    [
      { type: 'text', content: '已发货' },
      { msgtype: 'text', text: { content: '已发货' } },
    ],
    [
      { type: 'image', mediaId: 'M1' },
      { msgtype: 'image', image: { media_id: 'M1' } },
    ],
    [
      { type: 'voice', mediaId: 'M2' },
      { msgtype: 'voice', voice: { media_id: 'M2' } },
    ],
    [
      { type: 'video', mediaId: 'M3', thumbMediaId: 'M4', title: 't', description: 'd' },
      { msgtype: 'video', video: { media_id: 'M3', thumb_media_id: 'M4', title: 't', description: 'd' } },
    ],
    [
      { type: 'music', title: 't', description: 'd', url: 'https://a/1', hqUrl: 'https://a/2', thumbMediaId: 'M4' },
      {
        msgtype: 'music',
        music: {
          title: 't',
          description: 'd',
          musicurl: 'https://a/1',
          hqmusicurl: 'https://a/2',
          thumb_media_id: 'M4',
        },
      },
    ],
    [
      { type: 'news', title: 't', description: 'd', url: 'https://a', pictureUrl: 'https://p' },
      {
        msgtype: 'news',
        news: { articles: [{ title: 't', description: 'd', url: 'https://a', picurl: 'https://p' }] },
      },
    ],
    [
      { type: 'mpnewsarticle', articleId: 'A1' },
      { msgtype: 'mpnewsarticle', mpnewsarticle: { article_id: 'A1' } },
    ],
    [
      { type: 'msgmenu', head: '满意吗?', items: [{ id: '101', text: '满意' }], tail: '谢谢' },
      {
        msgtype: 'msgmenu',
        msgmenu: { head_content: '满意吗?', list: [{ id: '101', content: '满意' }], tail_content: '谢谢' },
      },
    ],
    [
      { type: 'miniprogrampage', title: 't', appid: 'wxMP', pagePath: 'pages/o?id=1', thumbMediaId: 'M5' },
      {
        msgtype: 'miniprogrampage',
        miniprogrampage: { title: 't', appid: 'wxMP', pagepath: 'pages/o?id=1', thumb_media_id: 'M5' },
      },
    ],
  ]
  test.each(cases.map(([message, wire]) => [message.type, message, wire] as const))('%s', async (_, message, wire) => {
    await world.client.messages.send('o1', message)
    expect(lastBody()).toEqual({ touser: 'o1', ...wire })
    await world.client.messages.send('o1', message, { from: 'amy@shop' })
    expect(lastBody()).toEqual({ touser: 'o1', ...wire, customservice: { kf_account: 'amy@shop' } })
  })

  test('typing is shown and hidden', async () => {
    await world.client.messages.typing('o1', true)
    expect(lastBody()).toEqual({ touser: 'o1', command: 'Typing' })
    await world.client.messages.typing('o1', false)
    expect(lastBody()).toEqual({ touser: 'o1', command: 'CancelTyping' })
  })
})

describe('people', () => {
  test('a follower is told with text ids and dates, somebody else only as not following', async () => {
    world.wechat.next(
      '/cgi-bin/user/info',
      {
        subscribe: 1,
        openid: 'oA',
        unionid: 'uA',
        subscribe_time: 1760000000,
        remark: '',
        tagid_list: [101],
        subscribe_scene: 'ADD_SCENE_QR_CODE',
        qr_scene: 0,
        qr_scene_str: 'poster',
      },
      { subscribe: 0, openid: 'oB', tagid_list: [] },
    )
    expect(await world.client.users.info('oA')).toEqual({
      follows: true,
      openid: 'oA',
      unionid: 'uA',
      subscribedAt: new Date(1760000000_000),
      remark: '',
      tagIds: ['101'],
      subscribeScene: 'ADD_SCENE_QR_CODE',
      scene: 'poster',
    })
    expect(await world.client.users.info('oB')).toEqual({ follows: false, openid: 'oB' })
  })

  test('pages of followers end where the platform says so', async () => {
    world.wechat.next(
      '/cgi-bin/user/get',
      { total: 2, count: 2, data: { openid: ['oA', 'oB'] }, next_openid: 'oB' },
      { total: 2, count: 0, next_openid: '' },
    )
    expect(await world.client.users.list()).toEqual({ total: 2, openids: ['oA', 'oB'], next: 'oB' })
    expect(await world.client.users.list('oB')).toEqual({ total: 2, openids: [] })
  })

  test('a batch asks in Chinese for at most 100', async () => {
    world.wechat.next('/cgi-bin/user/info/batchget', { user_info_list: [{ subscribe: 0, openid: 'oA' }] })
    expect(await world.client.users.batchGet(['oA'])).toEqual([{ follows: false, openid: 'oA' }])
    expect(lastBody()).toEqual({ user_list: [{ openid: 'oA', lang: 'zh_CN' }] })
    const calls = world.wechat.calls.length
    const many = Array.from({ length: 101 }, (_, at) => `o${at}`)
    expect(await rejectionOf(world.client.users.batchGet(many))).toMatchObject({ class: 'request' })
    expect(await world.client.users.batchGet([])).toEqual([])
    expect(world.wechat.calls).toHaveLength(calls)
  })

  test('a remark of 30 characters is refused before the call', async () => {
    const calls = world.wechat.calls.length
    expect(await rejectionOf(world.client.users.setRemark('oA', '备'.repeat(30)))).toMatchObject({ class: 'request' })
    expect(world.wechat.calls).toHaveLength(calls)
    await world.client.users.setRemark('oA', '老客')
    expect(lastBody()).toEqual({ openid: 'oA', remark: '老客' })
  })
})

describe('scene codes', () => {
  test('a temporary and a permanent one carry the scene as text', async () => {
    world.wechat.always('/cgi-bin/qrcode/create', {
      ticket: 'T+/=',
      expire_seconds: 60,
      url: 'http://weixin.qq.com/q/1',
    })
    expect(await world.client.codes.temporary('123', 60)).toEqual({
      ticket: 'T+/=',
      expiresIn: 60,
      url: 'http://weixin.qq.com/q/1',
    })
    expect(lastBody()).toEqual({
      expire_seconds: 60,
      action_name: 'QR_STR_SCENE',
      action_info: { scene: { scene_str: '123' } },
    })
    await world.client.codes.permanent('poster-01')
    expect(lastBody()).toEqual({
      action_name: 'QR_LIMIT_STR_SCENE',
      action_info: { scene: { scene_str: 'poster-01' } },
    })
  })

  test.each([
    ['', 60],
    ['x'.repeat(65), 60],
    ['ok', 0],
    ['ok', 2_592_001],
    ['ok', 1.5],
  ])('scene %j for %d s is refused before the call', async (scene, seconds) => {
    const calls = world.wechat.calls.length
    expect(await rejectionOf(world.client.codes.temporary(scene, seconds))).toMatchObject({ class: 'request' })
    expect(world.wechat.calls).toHaveLength(calls)
  })
})

describe('menus', () => {
  test('create, read, the one shown now, remove', async () => {
    await world.client.menus.create({ button: [{ type: 'click', name: '查物流', key: 'LOGISTICS' }] })
    expect(lastBody()).toEqual({ button: [{ type: 'click', name: '查物流', key: 'LOGISTICS' }] })
    world.wechat.next(
      '/cgi-bin/menu/get',
      { errcode: 46003, errmsg: 'menu no exist' },
      { menu: { button: [], menuid: 1 } },
    )
    expect(await world.client.menus.get()).toBeUndefined()
    expect(await world.client.menus.get()).toEqual({ menu: { button: [], menuid: 1 } })
    world.wechat.next('/cgi-bin/menu/get', { errcode: 48001, errmsg: 'api unauthorized' })
    expect(await rejectionOf(world.client.menus.get())).toMatchObject({ class: 'permission' })
    await world.client.menus.remove()
    expect(last()?.path).toBe('/cgi-bin/menu/delete')
  })

  test('conditional ones have text ids', async () => {
    world.wechat.next('/cgi-bin/menu/addconditional', { menuid: 208396938 })
    expect(await world.client.menus.addConditional({ button: [], matchrule: { tag_id: '101' } })).toBe('208396938')
    await world.client.menus.removeConditional('208396938')
    expect(lastBody()).toEqual({ menuid: '208396938' })
    await world.client.menus.tryMatch('oA')
    expect(lastBody()).toEqual({ user_id: 'oA' })
  })
})

describe('templates, staff, servers', () => {
  test('the templates in use', async () => {
    world.wechat.next('/cgi-bin/template/get_all_private_template', {
      template_list: [
        {
          template_id: 'T1',
          title: '发货',
          content: '单号:{{character_string1.DATA}}',
          example: '单号:1',
          primary_industry: '',
        },
      ],
    })
    expect(await world.client.templates.list()).toEqual([
      { id: 'T1', title: '发货', content: '单号:{{character_string1.DATA}}', example: '单号:1' },
    ])
    world.wechat.next('/cgi-bin/template/api_add_template', { errcode: 0, template_id: 'T2' })
    expect(await world.client.templates.add('43216', ['快递单号'])).toBe('T2')
    expect(lastBody()).toEqual({ template_id_short: '43216', keyword_name_list: ['快递单号'] })
    await world.client.templates.remove('T2')
    expect(lastBody()).toEqual({ template_id: 'T2' })
  })

  test('a client_msg_id above 32 characters is refused before the call', async () => {
    const message = { to: 'o', templateId: 'T', data: {}, clientMsgId: 'x'.repeat(33) }
    expect(await rejectionOf(world.client.templates.send(message))).toMatchObject({ class: 'request' })
    expect(world.wechat.calls).toHaveLength(0)
  })

  test('staff, addresses, callback check, quotas', async () => {
    world.wechat.next('/cgi-bin/customservice/getkflist', {
      kf_list: [{ kf_account: 'amy@shop', kf_nick: '小美', kf_id: 1001 }],
    })
    expect(await world.client.staff.list()).toEqual([{ account: 'amy@shop', nickname: '小美', id: '1001' }])
    world.wechat.next('/cgi-bin/getcallbackip', { ip_list: ['203.0.113.1', '203.0.113.2'] })
    expect(await world.client.servers.callbackIps()).toEqual(['203.0.113.1', '203.0.113.2'])
    world.wechat.next('/cgi-bin/get_api_domain_ip', { ip_list: ['203.0.113.3'] })
    expect(await world.client.servers.apiIps()).toEqual(['203.0.113.3'])
    world.wechat.next('/cgi-bin/callback/check', {
      dns: [{ ip: '203.0.113.9', real_operator: 'UNICOM' }],
      ping: [{ ip: '203.0.113.9', from_operator: 'UNICOM', package_loss: '0%', time: '23.079ms' }],
    })
    expect(await world.client.servers.checkCallback()).toEqual({
      dns: [{ ip: '203.0.113.9', operator: 'UNICOM' }],
      ping: [{ ip: '203.0.113.9', fromOperator: 'UNICOM', loss: '0%', time: '23.079ms' }],
    })
    world.wechat.next('/cgi-bin/openapi/quota/get', { errcode: 0, quota: { daily_limit: 100, used: 12, remain: 88 } })
    expect(await world.client.servers.quota('/cgi-bin/message/custom/send')).toEqual({ limit: 100, used: 12, left: 88 })
    await world.client.servers.clearQuota('/cgi-bin/message/custom/send')
    expect(lastBody()).toEqual({ cgi_path: '/cgi-bin/message/custom/send' })
    await world.client.servers.clearAllQuotas()
    expect(lastBody()).toEqual({ appid: 'wxcanary0000000001' })
  })
})

describe('media', () => {
  const png = {
    bytes: Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1'),
    filename: '图 "1".png',
    contentType: 'image/png',
  }

  test('an upload is one well-formed multipart file', async () => {
    world.wechat.next('/cgi-bin/media/upload', { type: 'thumb', thumb_media_id: 'TH1', created_at: 1 })
    expect(await world.client.media.upload('thumb', png)).toBe('TH1')
    const form = await new Response(new Uint8Array(last()?.body ?? []), {
      headers: { 'content-type': last()?.headers['content-type'] ?? '' },
    }).formData()
    const file = form.get('media')
    expect(file).toMatchObject({ type: 'image/png', size: png.bytes.length })
    expect(last()?.query).toMatchObject({ type: 'thumb' })
  })

  test('a picture for an article gives its address', async () => {
    world.wechat.next('/cgi-bin/media/uploadimg', { url: 'https://mmbiz.qpic.cn/x' })
    expect(await world.client.media.uploadArticleImage(png)).toBe('https://mmbiz.qpic.cn/x')
  })

  test.each([
    ['image', 10_485_761],
    ['voice', 2_097_153],
    ['video', 10_485_761],
    ['thumb', 65_537],
    ['image', 0],
  ] as const)('a %s of %i bytes is refused before the call, with the limit', async (type, size) => {
    const file = { ...png, bytes: Buffer.alloc(size) }
    expect(await rejectionOf(world.client.media.upload(type, file))).toMatchObject({ class: 'request' })
    expect(world.wechat.calls).toHaveLength(0)
  })

  test('a picture comes back as bytes, a video as a link', async () => {
    world.wechat.next('/cgi-bin/media/get', (response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(png.bytes)
    })
    expect(await world.client.media.get('M1')).toEqual({ bytes: png.bytes, contentType: 'image/png' })
    world.wechat.next('/cgi-bin/media/get', { video_url: 'https://v/1' })
    expect(await world.client.media.get('M2')).toEqual({ url: 'https://v/1' })
  })
})

test('what the platform has shut down cannot be called', () => {
  const names = Object.values(world.client).flatMap((group) => (typeof group === 'object' ? Object.keys(group) : []))
  expect(names).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/card|group|shorturl|merchant|addNews|request|express/i)]),
  )
  expect(Object.keys(world.client).sort()).toEqual(
    [
      ...['close', 'recheck', 'permissions', 'tokens', 'servers', 'jsSdk', 'webLogins', 'statistics', 'staff'],
      ...['messages', 'media', 'materials', 'users', 'tags', 'menus', 'codes', 'drafts', 'publish', 'comments'],
      ...['mass', 'templates', 'subscriptions', 'oneTime'],
    ].sort(),
  )
})
