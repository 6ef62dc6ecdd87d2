import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DEMO } from '../../../../src/config/accounts.js'
import { codeOf, type Foreign, foreignClient } from './foreign.js'
import { type ContractWorld, JPG, MINI, startContractWorld } from './world.js'

let world: ContractWorld
let foreign: Foreign
let dir: string
let openid: string
let other: string

/** A method of the package by name; fails when it has none. */
const call = (name: string, ...args: readonly unknown[]) => {
  const method = foreign[name]
  if (!method) throw new Error(`no method ${name}`)
  return method(...args)
}
const idOf = (answer: Record<string, unknown>, name: string) => String(answer[name])

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weloop-foreign-'))
  await writeFile(join(dir, 'a.jpg'), JPG)
  await writeFile(join(dir, 'a.mp3'), Buffer.from('ID3 sound', 'latin1'))
  await writeFile(join(dir, 'a.mp4'), Buffer.from('\0\0\0\x18ftypmp42', 'latin1'))
  world = await startContractWorld()
  foreign = foreignClient(world.simulator.url, DEMO)
  openid = world.simulator.control.addFollower({ following: true }).id
  other = world.simulator.control.addFollower({ following: true }).id
})
afterEach(async () => {
  await world.close()
  await rm(dir, { recursive: true })
})

describe('co-wechat-api, a client that knows nothing of this project, works on the simulator', () => {
  test('token, addresses, automatic replies, tickets', async () => {
    expect(await call('getAccessToken')).toMatchObject({ accessToken: expect.stringMatching(/.{16}/) })
    expect(await call('getIp')).toMatchObject({ ip_list: [expect.any(String)] })
    expect(await call('getAutoreply')).toMatchObject({ is_autoreply_open: 0 })
    expect(await call('getTicket')).toMatchObject({ ticket: expect.any(String) })
    expect(await call('ensureTicket', 'jsapi')).toMatchObject({ ticket: expect.any(String) })
    expect(await call('getJsConfig', { url: 'https://a.cn', jsApiList: [] })).toMatchObject({
      signature: expect.any(String),
    })
    expect(await call('getLatestTicket')).toMatchObject({ ticket: expect.any(String) })
    expect(await call('getCardExt', { card_id: 'c', code: '', openid: '' })).toMatchObject({
      signature: expect.any(String),
    })
  })

  test('menus, plain and conditional', async () => {
    const menu = { button: [{ type: 'click', name: '查物流', key: 'LOGISTICS' }] }
    await call('createMenu', menu)
    const tag = (await call('createTags', '会员'))['tag'] as { id: number }
    const added = await call('addConditionalMenu', { ...menu, matchrule: { tag_id: tag.id } })
    expect(await call('getMenu')).toMatchObject({ menu, conditionalmenu: [{ menuid: expect.anything() }] })
    expect(await call('getMenuConfig')).toMatchObject({ is_menu_open: 1 })
    expect(await call('tryConditionalMenu', openid)).toMatchObject({ button: [{ name: '查物流' }] })
    await call('delConditionalMenu', added['menuid'])
    await call('removeMenu')
    expect(await codeOf(call('getMenu'))).toBe(46003)
  })

  test('followers and tags', async () => {
    expect(await call('getUser', openid)).toMatchObject({ subscribe: 1, openid })
    expect(await call('batchGetUsers', [openid, other])).toMatchObject({
      user_info_list: [{ openid }, { openid: other }],
    })
    expect(await call('getFollowers')).toMatchObject({ total: 2, data: { openid: [openid, other] } })
    await call('updateRemark', openid, '熟客')
    const { id } = (await call('createTags', '老客户'))['tag'] as { id: number }
    await call('updateTag', id, '常客')
    await call('batchTagging', [openid], id)
    expect(await call('getIdList', openid)).toMatchObject({ tagid_list: [id] })
    expect(await call('getUsersFromTag', id)).toMatchObject({ count: 1, data: { openid: [openid] } })
    await call('batchUnTagging', [openid], id)
    expect(await call('getTags')).toMatchObject({ tags: expect.arrayContaining([{ id, name: '常客', count: 0 }]) })
    await call('deleteTag', id)
  })

  test('codes', async () => {
    expect(await call('createTmpQRCode', 12, 60)).toMatchObject({ ticket: expect.any(String), expire_seconds: 60 })
    expect(await call('createLimitQRCode', 'poster')).toMatchObject({ url: expect.any(String) })
  })

  test('media and permanent material', async () => {
    const image = idOf(await call('uploadImageMedia', join(dir, 'a.jpg')), 'media_id')
    expect(await call('getMedia', image)).toEqual(JPG)
    for (const [method, file] of [
      ['uploadVoiceMedia', 'a.mp3'],
      ['uploadVideoMedia', 'a.mp4'],
      ['uploadThumbMedia', 'a.jpg'],
    ] as const) {
      expect(await call(method, join(dir, file))).toMatchObject({ type: expect.any(String) })
    }
    expect(await call('uploadMedia', JPG, 'image', 'b.jpg', 'image/jpeg')).toMatchObject({ type: 'image' })
    expect(await call('uploadImage', join(dir, 'a.jpg'))).toMatchObject({ url: expect.stringMatching(/^http/) })
    const kept = idOf(await call('uploadImageMaterial', join(dir, 'a.jpg')), 'media_id')
    await call('uploadVoiceMaterial', join(dir, 'a.mp3'))
    await call('uploadThumbMaterial', join(dir, 'a.jpg'))
    await call('uploadMaterial', join(dir, 'a.jpg'), 'image')
    await call('uploadVideoMaterial', join(dir, 'a.mp4'), { title: '铺床', introduction: '' })
    expect(await call('getMaterial', kept)).toEqual(JPG)
    expect(await call('getMaterials', 'image', 0, 20)).toMatchObject({ total_count: 2 })
    await call('removeMaterial', kept)
    expect(await call('getMaterialCount')).toMatchObject({ image_count: 1, voice_count: 1, video_count: 1 })
  })

  test('customer messages of every kind that is left', async () => {
    world.simulator.control.say(openid, '你好')
    const image = idOf(await call('uploadImageMedia', join(dir, 'a.jpg')), 'media_id')
    const voice = idOf(await call('uploadVoiceMedia', join(dir, 'a.mp3')), 'media_id')
    const video = idOf(await call('uploadVideoMedia', join(dir, 'a.mp4')), 'media_id')
    const thumb_media_id = image
    await call('sendText', openid, '在')
    await call('sendImage', openid, image)
    await call('sendVoice', openid, voice)
    await call('sendVideo', openid, video, image)
    await call('sendMusic', openid, {
      title: '歌',
      description: '',
      musicurl: 'https://a.cn',
      hqmusicurl: '',
      thumb_media_id,
    })
    expect(await codeOf(call('sendText', openid, '第六条'))).toBe(45047)
    world.simulator.control.say(openid, '再来')
    await call('sendNews', openid, [{ title: '新品', description: '', url: 'https://a.cn', picurl: '' }])
    const card = { title: '订单', appid: MINI.appid, pagepath: 'pages/order', thumb_media_id }
    await call('sendMiniProgram', openid, card)
    const cover = (
      await world.client.materials.add('image', { bytes: JPG, filename: 'a.jpg', contentType: 'image/jpeg' })
    ).mediaId
    const draft = await world.client.drafts.add([
      { type: 'news', title: '秋', content: '<p>秋</p>', thumbMediaId: cover },
    ])
    await call('sendMpNews', openid, draft)
    const kinds = (await world.simulator.control.thread(openid)).filter((item) => item.via === 'custom')
    expect(kinds.map((item) => item.content.kind)).toEqual([
      'text',
      'image',
      'voice',
      'video',
      'music',
      'article',
      'card',
      'article',
    ])
  })

  test('templates and one-time subscriptions', async () => {
    await call('setIndustry', { industry_id1: '1', industry_id2: '4' })
    expect(await call('getIndustry')).toMatchObject({ primary_industry: { first_class: expect.any(String) } })
    const id = idOf(await call('addTemplate', '61007'), 'template_id')
    expect(await call('getAllPrivateTemplate')).toMatchObject({
      template_list: expect.arrayContaining([expect.objectContaining({ template_id: id })]),
    })
    const data = { thing1: { value: '浴巾' }, thing2: { value: '数量有限' } }
    expect(await call('sendTemplate', openid, id, 'https://a.cn', '#333', data)).toMatchObject({ errcode: 0 })
    await call('delPrivateTemplate', id)
    const page = `/mp/subscribemsg?action=get_confirm&appid=${DEMO.appid}&scene=1&template_id=ONCE&redirect_url=https%3A%2F%2Fa.cn&openid=${openid}`
    await fetch(world.simulator.url + page, { redirect: 'manual' })
    const words = { content: { value: '到货了', color: '#333333' } }
    expect(await call('sendSubscribe', openid, 'ONCE', 'https://a.cn', undefined, '1', '到货', words)).toMatchObject({
      errcode: 0,
    })
  })

  test('mass sends', async () => {
    const { id } = (await call('createTags', '老客户'))['tag'] as { id: number }
    await call('batchTagging', [openid], id)
    const image = idOf(await call('uploadImageMedia', join(dir, 'a.jpg')), 'media_id')
    const voice = idOf(await call('uploadVoiceMedia', join(dir, 'a.mp3')), 'media_id')
    const film = idOf(await call('uploadVideoMedia', join(dir, 'a.mp4')), 'media_id')
    const cover = (
      await world.client.materials.add('image', { bytes: JPG, filename: 'a.jpg', contentType: 'image/jpeg' })
    ).mediaId
    const draft = await world.client.drafts.add([
      { type: 'news', title: '秋', content: '<p>秋</p>', thumbMediaId: cover },
    ])
    await call('previewNews', openid, draft)
    await call('previewText', openid, '看看')
    await call('previewVoice', openid, voice)
    await call('previewImage', openid, image)
    const video = idOf(await call('uploadMPVideo', { media_id: film, title: '铺床', description: '' }), 'media_id')
    await call('previewVideo', openid, video)
    const news = await call('massSendNews', draft, id, 'foreign-1', 0)
    await call('massSendText', '上新', [openid, other], 'foreign-2')
    await call('massSendVoice', voice, true, 'foreign-3')
    await call('massSendImage', image, [openid, other], 'foreign-4')
    await call('massSendVideo', video, [openid, other], 'foreign-5')
    await world.simulator.control.settled()
    expect(await call('getMassMessageStatus', news['msg_id'])).toMatchObject({ msg_status: 'SEND_SUCCESS' })
    await call('deleteMass', news['msg_id'])
    expect(await codeOf(call('massSendText', '上新', [openid, other], 'foreign-2'))).toBe(45066)
  })

  test('customer-service accounts', async () => {
    await call('addKfAccount', 'amy@shop', '小美')
    await call('updateKfAccount', 'amy@shop', '美美')
    await call('inviteworker', 'amy@shop', 'wx_amy')
    await call('setKfAccountAvatar', 'amy@shop', join(dir, 'a.jpg'))
    await call('createKfSession', 'amy@shop', openid)
    expect(await call('getCustomServiceList')).toMatchObject({ kf_list: [{ kf_account: 'amy@shop', kf_nick: '美美' }] })
    expect(await call('getOnlineCustomServiceList')).toMatchObject({ kf_online_list: [{ accepted_case: 1 }] })
    await call('deleteKfAccount', 'amy@shop')
  })

  test.each([
    'getUserSummary',
    'getUserCumulate',
    'getUpstreamMsg',
    'getUpstreamMsgHour',
    'getUpstreamMsgWeek',
    'getUpstreamMsgMonth',
    'getUpstreamMsgDist',
    'getUpstreamMsgDistWeek',
    'getUpstreamMsgDistMonth',
    'getInterfaceSummary',
    'getInterfaceSummaryHour',
  ])('statistics: %s', async (name) => {
    expect(await call(name, '2026-01-05', '2026-01-05')).toMatchObject({ list: expect.any(Array) })
    expect(await codeOf(call(name, '2026-01-05', '2026-03-05'))).toBe(61501)
  })

  test('the mini program with its own token', async () => {
    foreign = foreignClient(world.simulator.url, MINI)
    const visit = world.simulator.control.openMiniProgram(openid)
    expect(await call('code2Session', visit.code)).toMatchObject({ openid: visit.openid })
    for (const [name, ...args] of [
      ['getWXACodeUnlimit', 'a=1', 'pages/index'],
      ['getWXACode', 'pages/index?a=1'],
      ['createWXAQRCode', 'pages/index?a=1'],
    ] as const) {
      const picture: unknown = await call(name, ...args)
      expect(picture).toBeInstanceOf(Buffer)
    }
    const id = await world.mini.subscribe.templates.add('61007', ['1', '2'], '到货')
    world.simulator.control.consent(openid, { templateId: id, accept: true, miniProgram: true })
    const data = { thing1: { value: '浴巾' }, thing2: { value: '数量有限' } }
    expect(await call('sendSubscribeMessage', visit.openid, id, 'pages/index', data)).toMatchObject({ errcode: 0 })
  })
})

describe('and what the platform has shut down is shut down here too', () => {
  test.each([
    ['uploadNewsMaterial', [{ articles: [] }], 45103],
    ['updateNewsMaterial', [{ media_id: 'm', articles: {} }], 45103],
    ['uploadNews', [{ articles: [] }], 45103],
    ['getGroups', [], 40066],
    ['shorturl', ['https://a.cn'], 40066],
    ['sendMiniProgramTemplate', ['o', 't', '', 'f', {}], 40066],
    ['getArticleTotal', ['2026-01-05', '2026-01-05'], 40066],
    ['getUserRead', ['2026-01-05', '2026-01-05'], 40066],
    ['getGoods', ['p'], 40066],
  ] as const)('%s', async (name, args, code) => {
    expect(await codeOf(call(name, ...args))).toBe(code)
  })

  test('a card of the coupons that are gone', async () => {
    world.simulator.control.say(openid, '你好')
    expect(await codeOf(call('sendCard', openid, 'card'))).toBe(48008)
  })
})
