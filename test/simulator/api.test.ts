import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { demoAccount } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { type Api, api, pixel, upload } from './api.js'
import { type FakeProduct, startFakeProduct } from './fake-product.js'

let product: FakeProduct
let simulator: Simulator
let bare: Api
let call: Api
let token: string
let ming: string

beforeAll(async () => {
  product = await startFakeProduct()
  simulator = await startSimulator({
    port: 0,
    accounts: [{ ...demoAccount, callbackUrl: product.url, miniPrograms: [{ appid: 'wxmini', name: '微环商城' }] }],
    timing: { receiptMs: 0 },
  })
  bare = api(simulator.url)
  call = (path, body) => bare(`${path}${path.includes('?') ? '&' : '?'}access_token=${token}`, body)
})

beforeEach(async () => {
  simulator.control.reset()
  product.pushes.length = 0
  const { appid, secret } = demoAccount
  const issued = await bare('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret })
  token = String(issued['access_token'])
  ming = simulator.control.addFollower({ following: true }).id
})

afterAll(async () => {
  await simulator.close()
  await product.close()
})

const send = (message: object) => call('/cgi-bin/message/custom/send', { touser: ming, ...message })
const text = { msgtype: 'text', text: { content: '已发货' } }
const uploaded = async (type = 'image', bytes = pixel) =>
  String((await upload(`${simulator.url}/cgi-bin/media/upload?access_token=${token}&type=${type}`, bytes))['media_id'])

describe('custom/send', () => {
  test('is refused with 45015 before she did anything, allowed five times after a message, then 45047', async () => {
    expect(await send(text)).toMatchObject({ errcode: 45015 })
    await simulator.control.say(ming, '你好').done
    for (let n = 0; n < 5; n++) expect(await send(text)).toEqual({ errcode: 0, errmsg: 'ok' })
    expect(await send(text)).toMatchObject({ errcode: 45047 })
    simulator.control.age(ming, 172_800_000)
    expect(await send(text)).toMatchObject({ errcode: 45015 })
  })

  test('draws every kind in the chat', async () => {
    await simulator.control.say(ming, '你好').done
    const id = await uploaded()
    const kinds = [
      { msgtype: 'image', image: { media_id: id } },
      {
        msgtype: 'news',
        news: { articles: [{ title: '上新', description: 'd', url: 'http://127.0.0.1/a', picurl: '' }] },
      },
      {
        msgtype: 'msgmenu',
        msgmenu: { head_content: '满意吗', list: [{ id: '1', content: '满意' }], tail_content: '' },
      },
      {
        msgtype: 'miniprogrampage',
        miniprogrampage: { title: '新品', appid: 'wxmini', pagepath: 'pages/new', thumb_media_id: id },
      },
      { msgtype: 'music', music: { title: 'm', musicurl: 'http://127.0.0.1/m', hqmusicurl: '', thumb_media_id: id } },
    ]
    for (const message of kinds) expect(await send(message)).toMatchObject({ errcode: 0 })
    const shown = (await simulator.control.thread(ming)).filter((entry) => entry.via === 'custom')
    expect(shown.map((entry) => entry.content.kind)).toEqual(['image', 'article', 'menu', 'card', 'music'])
    expect(shown[3]?.content).toMatchObject({ appName: '微环商城', path: 'pages/new' })
  })

  test.each([
    ['an unknown openid', { ...text, touser: 'oNobody' }, 40003],
    ['an unknown kind', { msgtype: 'x' }, 40008],
    ['an unknown media id', { msgtype: 'image', image: { media_id: 'm' } }, 40007],
    ['two articles', { msgtype: 'news', news: { articles: [{ title: 'a' }, { title: 'b' }] } }, 45008],
    ['articles that are no list', { msgtype: 'news', news: { articles: { title: 'a' } } }, 45162],
    ['a mini program that is not linked', { msgtype: 'miniprogrampage', miniprogrampage: { appid: 'wxother' } }, 40166],
    ['a text too long', { msgtype: 'text', text: { content: '长'.repeat(683) } }, 45002],
  ])('refuses %s and spends nothing', async (_name, message, errcode) => {
    await simulator.control.say(ming, '你好').done
    expect(await send(message)).toMatchObject({ errcode })
    expect(simulator.control.follower(ming).windows[0]?.remaining).toBe(5)
  })

  test('refuses somebody who unfollowed, is on the blacklist or switched messages off', async () => {
    await simulator.control.say(ming, '你好').done
    simulator.control.setFollower(ming, { blocked: true })
    expect(await send(text)).toMatchObject({ errcode: 43019 })
    simulator.control.setFollower(ming, { blocked: false, refuses: true })
    expect(await send(text)).toMatchObject({ errcode: 48002 })
    await simulator.control.unfollow(ming).done
    expect(await send(text)).toMatchObject({ errcode: 43004 })
  })

  test('needs a verified account', async () => {
    simulator.control.setAccount('shop', { verified: false })
    expect(await send(text)).toMatchObject({ errcode: 48001 })
  })

  test('refuses a media id after its three days', async () => {
    const id = await uploaded()
    simulator.control.clock({ advance: 3 * 86_400_000 })
    await simulator.control.say(ming, '你好').done
    const { appid, secret } = demoAccount
    token = String(
      (await bare('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret }))['access_token'],
    )
    expect(await send({ msgtype: 'image', image: { media_id: id } })).toMatchObject({ errcode: 40007 })
  })
})

describe('the other APIs', () => {
  test('an uploaded file comes back byte by byte, and the wrong type is refused', async () => {
    const id = await uploaded()
    const response = await fetch(`${simulator.url}/cgi-bin/media/get?access_token=${token}&media_id=${id}`)
    expect(Buffer.from(await response.arrayBuffer())).toEqual(pixel)
    expect(response.headers.get('content-type')).toBe('image/png')
    const wrong = await upload(`${simulator.url}/cgi-bin/media/upload?access_token=${token}&type=voice`, pixel)
    expect(wrong).toMatchObject({ errcode: 40005 })
  })

  test('a menu is created, read in both forms and deleted; a bad one is refused', async () => {
    const menu = { button: [{ name: '服务', sub_button: [{ type: 'click', name: '查物流', key: 'LOGISTICS' }] }] }
    expect(await call('/cgi-bin/menu/create', menu)).toMatchObject({ errcode: 0 })
    expect(await call('/cgi-bin/menu/get')).toMatchObject({ menu: { button: [{ name: '服务' }] } })
    const current = await call('/cgi-bin/get_current_selfmenu_info')
    expect(current).toMatchObject({
      is_menu_open: 1,
      selfmenu_info: { button: [{ sub_button: { list: [{ key: 'LOGISTICS' }] } }] },
    })
    await simulator.control.press(ming, { path: [0, 0] }).done
    expect(product.pushes.at(-1)?.field('EventKey')).toBe('LOGISTICS')
    expect(await call('/cgi-bin/menu/delete')).toMatchObject({ errcode: 0 })
    expect(await call('/cgi-bin/menu/get')).toMatchObject({ errcode: 46003 })
    expect(await call('/cgi-bin/menu/create', { button: [] })).toMatchObject({ errcode: 40016 })
    expect(
      await call('/cgi-bin/menu/create', { button: [{ name: '一二三四五六', type: 'click', key: 'k' }] }),
    ).toMatchObject({ errcode: 40018 })
  })

  test('a scene code is drawn, and scanning it follows with the scene', async () => {
    const body = {
      action_name: 'QR_STR_SCENE',
      expire_seconds: 60,
      action_info: { scene: { scene_str: 'ch_store_01' } },
    }
    const { ticket } = await call('/cgi-bin/qrcode/create', body)
    const picture = await fetch(`${simulator.url}/cgi-bin/showqrcode?ticket=${encodeURIComponent(String(ticket))}`)
    expect(picture.headers.get('content-type')).toBe('image/png')
    const huan = simulator.control.addFollower({ name: '阿欢' }).id
    await simulator.control.scan(huan, { ticket: String(ticket) }).done
    expect(product.pushes.at(-1)?.field('EventKey')).toBe('qrscene_ch_store_01')
    const known = await call(`/cgi-bin/user/info?openid=${huan}`)
    expect(known).toMatchObject({
      subscribe: 1,
      nickname: '',
      qr_scene_str: 'ch_store_01',
      subscribe_scene: 'ADD_SCENE_QR_CODE',
    })
    await simulator.control.scan(huan, { scene: 'ch_store_01' }).done
    expect(product.pushes.at(-1)?.field('Event')).toBe('SCAN')
    simulator.control.clock({ advance: 61_000 })
    expect(() => simulator.control.scan(huan, { ticket: String(ticket) })).toThrow('expired')
  })

  test('a template message has an id beyond 2^53 in bare digits and reports its job; the same client_msg_id is sent once', async () => {
    const body = {
      touser: ming,
      template_id: 'TPL_SHIP_demo',
      client_msg_id: 'ship-1',
      data: { character_string1: { value: 'SO1' }, thing2: { value: '顺丰' }, time3: { value: '2026-01-01 10:00' } },
    }
    const post = async () => {
      const url = `${simulator.url}/cgi-bin/message/template/send?access_token=${token}`
      return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).text()
    }
    const first = await post()
    const msgid = /"msgid":(\d{17})\}/.exec(first)?.[1]
    expect(msgid).toBeDefined()
    expect(await post()).toBe(first)
    await simulator.control.settled()
    expect(product.pushes.map((push) => [push.field('Event'), push.field('MsgID'), push.field('Status')])).toEqual([
      ['TEMPLATESENDJOBFINISH', msgid, 'success'],
    ])
    expect((await simulator.control.thread(ming)).map((entry) => entry.content.kind)).toEqual(['notice'])
    expect(await call('/cgi-bin/message/template/send', { ...body, client_msg_id: 'x', data: {} })).toMatchObject({
      errcode: 47003,
    })
    expect(await call('/cgi-bin/message/template/send', { ...body, template_id: 'T' })).toMatchObject({
      errcode: 40037,
    })
  })

  test('followers are listed a page at a time', async () => {
    simulator.control.addFollowers({ count: 10_001, following: true })
    const first = await call('/cgi-bin/user/get')
    expect(first).toMatchObject({ total: 10_002, count: 10_000 })
    const second = await call(`/cgi-bin/user/get?next_openid=${first['next_openid']}`)
    expect(second).toMatchObject({ total: 10_002, count: 2 })
    expect(await call(`/cgi-bin/user/get?next_openid=${second['next_openid']}`)).toEqual({
      total: 10_002,
      count: 0,
      next_openid: '',
    })
  })

  test('a daily quota ends with 45009 until midnight in Shanghai or clear_quota, a minute quota with 45011', async () => {
    simulator.control.clock({ set: Date.parse('2026-01-01T12:00:00+08:00') })
    simulator.control.setQuota({ path: '/cgi-bin/getcallbackip', daily: 2 })
    const { appid, secret } = demoAccount
    token = String(
      (await bare('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret }))['access_token'],
    )
    await call('/cgi-bin/getcallbackip')
    await call('/cgi-bin/getcallbackip')
    expect(await call('/cgi-bin/getcallbackip')).toMatchObject({ errcode: 45009 })
    expect(await call('/cgi-bin/openapi/quota/get', { cgi_path: '/cgi-bin/getcallbackip' })).toMatchObject({
      quota: { daily_limit: 2, used: 2, remain: 0 },
    })
    expect(await call('/cgi-bin/clear_quota', { appid })).toMatchObject({ errcode: 0 })
    expect(await call('/cgi-bin/getcallbackip')).toHaveProperty('ip_list')
    simulator.control.setQuota({ path: '/cgi-bin/getcallbackip', daily: 100, perMinute: 1 })
    expect(await call('/cgi-bin/getcallbackip')).toMatchObject({ errcode: 45011 })
  })

  test('an unknown path, the wrong method and a body that is not JSON are told apart', async () => {
    expect(await call('/cgi-bin/nothing')).toMatchObject({ errcode: 40066 })
    expect(await call('/cgi-bin/message/custom/send')).toMatchObject({ errcode: 43002 })
    const response = await fetch(`${simulator.url}/cgi-bin/menu/create?access_token=${token}`, {
      method: 'POST',
      body: '{',
    })
    expect(await response.json()).toMatchObject({ errcode: 47001 })
  })

  test('typing needs a message of the last 30 seconds', async () => {
    const typing = () => call('/cgi-bin/message/custom/typing', { touser: ming, command: 'Typing' })
    expect(await typing()).toMatchObject({ errcode: 45080 })
    await simulator.control.say(ming, '你好').done
    expect(await typing()).toMatchObject({ errcode: 0 })
    expect(await typing()).toMatchObject({ errcode: 45081 })
  })
})
