import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { batchRow, customerRow, tagGroupRow } from './rows.js'
import { AGENT } from './strict-wecom.js'
import { refusalOf, startWecomWorld, type WecomWorld } from './world.js'

let world: WecomWorld
beforeEach(async () => {
  world = await startWecomWorld()
})
afterEach(() => world.close())

const EXT = '/cgi-bin/externalcontact'

describe('customers', () => {
  test('are read with everybody who knows them; members’ own tags have no id and are left out', async () => {
    world.wecom.always(`${EXT}/get`, { errcode: 0, ...customerRow, next_cursor: 'C2' })
    expect(await world.client.contacts.get('wmDEMO01', 'C1')).toEqual({
      customer: {
        id: 'wmDEMO01',
        name: '小雨',
        kind: 'wechat',
        avatar: 'https://wx.qlogo.example/1',
        gender: 'female',
        unionid: 'oUNI1',
      },
      relations: [
        {
          staff: 'lihua',
          remark: '小雨-宝妈',
          description: '3岁',
          addedAt: new Date(1_760_000_000_000),
          tagIds: ['etT1'],
          mobiles: ['13800000000'],
          state: 'ch_2025d11_a',
          way: 1,
        },
      ],
      next: 'C2',
    })
    expect(world.wecom.calls.at(-1)?.query).toMatchObject({ external_userid: 'wmDEMO01', cursor: 'C1' })
  })

  test('who are none of ours are undefined, and a member without customers has an empty list', async () => {
    world.wecom.always(`${EXT}/get`, { errcode: 40096, errmsg: 'invalid external userid' })
    world.wecom.always(`${EXT}/list`, { errcode: 84061, errmsg: 'not external contact' })
    expect(await world.client.contacts.get('wmX')).toBeUndefined()
    expect(await world.client.contacts.list('lihua')).toEqual([])
  })

  test('come in pages of 100 with a cursor that is given back', async () => {
    world.wecom.next(`${EXT}/batch/get_by_user`, { errcode: 0, external_contact_list: [batchRow], next_cursor: 'N' })
    const first = await world.client.contacts.batch(['lihua', 'wangfang'])
    expect(first.items[0]?.relation).toMatchObject({ staff: 'lihua', tagIds: ['etT1'], way: 3, mobiles: [] })
    expect(first.next).toBe('N')
    expect(await world.client.contacts.batch(['lihua'], { cursor: 'N' })).toEqual({ items: [] })
    expect(world.wecom.sent(`${EXT}/batch/get_by_user`)).toEqual([
      { userid_list: ['lihua', 'wangfang'], cursor: '', limit: 100 },
      { userid_list: ['lihua'], cursor: 'N', limit: 100 },
    ])
  })

  test('have remarks: the given fields only, an empty list of numbers clears them', async () => {
    await world.client.contacts.remark('lihua', 'wmDEMO01', { remark: '小雨', mobiles: [] })
    expect(world.wecom.sent(`${EXT}/remark`)).toEqual([
      { userid: 'lihua', external_userid: 'wmDEMO01', remark: '小雨', remark_mobiles: [''] },
    ])
    world.wecom.next(`${EXT}/remark`, { errcode: 84061, errmsg: '' })
    expect((await refusalOf(world.client.contacts.remark('a', 'wmX', { remark: 'x' }))).class).toBe('relation')
  })
})

describe('contact ways', () => {
  test('are made for one or several, read, changed and removed', async () => {
    const { contactWays } = world.client
    world.wecom.always(`${EXT}/add_contact_way`, { errcode: 0, config_id: 'c0ffee', qr_code: 'https://q.example/1' })
    expect(
      await contactWays.add({ place: 'qr', staff: ['lihua', 'wangfang'], departments: [5], state: 'ch_a' }),
    ).toEqual({
      id: 'c0ffee',
      qrCode: 'https://q.example/1',
    })
    await contactWays.add({ place: 'mini-program', staff: ['lihua'], addAtOnce: false })
    expect(world.wecom.sent(`${EXT}/add_contact_way`)).toEqual([
      { type: 2, scene: 2, user: ['lihua', 'wangfang'], party: [5], state: 'ch_a' },
      { type: 1, scene: 1, user: ['lihua'], skip_verify: false },
    ])
    const stored = {
      config_id: 'c0ffee',
      type: 2,
      scene: 2,
      user: ['lihua'],
      party: [5],
      state: 'ch_a',
      skip_verify: true,
    }
    world.wecom.always(`${EXT}/get_contact_way`, { errcode: 0, contact_way: stored })
    expect(await contactWays.get('c0ffee')).toMatchObject({
      id: 'c0ffee',
      kind: 'several',
      place: 'qr',
      departments: [5],
    })
    world.wecom.always(`${EXT}/list_contact_way`, {
      errcode: 0,
      contact_way: [{ config_id: 'c0ffee' }],
      next_cursor: '',
    })
    expect(await contactWays.list()).toEqual({ items: ['c0ffee'] })
    await contactWays.update('c0ffee', { staff: ['zhaolei'] })
    expect(world.wecom.sent(`${EXT}/update_contact_way`)).toEqual([{ config_id: 'c0ffee', user: ['zhaolei'] }])
    world.wecom.always(`${EXT}/del_contact_way`, { errcode: 41044, errmsg: 'gone' })
    await contactWays.remove('c0ffee')
  })
})

describe('a welcome', () => {
  const send = () =>
    world.client.welcome.send('WC1', {
      text: '你好',
      attachments: [
        { type: 'mini-program', title: '新人礼包', appid: 'wxdemo', path: 'pages/gift', pictureMediaId: 'MID' },
        { type: 'link', title: '指南', url: 'https://h5.example.com/guide', description: '三步下单' },
      ],
    })

  test('goes out once for its code', async () => {
    expect(await send()).toBe('sent')
    expect(world.wecom.sent(`${EXT}/send_welcome_msg`)).toEqual([
      {
        welcome_code: 'WC1',
        text: { content: '你好' },
        attachments: [
          {
            msgtype: 'miniprogram',
            miniprogram: { title: '新人礼包', appid: 'wxdemo', page: 'pages/gift', pic_media_id: 'MID' },
          },
          { msgtype: 'link', link: { title: '指南', url: 'https://h5.example.com/guide', desc: '三步下单' } },
        ],
      },
    ])
  })

  test.each([
    [41050, 'too-late'],
    [41051, 'not-due'],
    [41096, 'other-app'],
  ])('that the platform refuses with %i is %s, not an error', async (errcode, end) => {
    world.wecom.next(`${EXT}/send_welcome_msg`, { errcode, errmsg: 'x' })
    expect(await send()).toBe(end)
  })

  test('refused for another reason is an error', async () => {
    world.wecom.next(`${EXT}/send_welcome_msg`, { errcode: 41053, errmsg: 'x' })
    expect((await refusalOf(send())).class).toBe('permission')
  })
})

describe('tags', () => {
  test('are listed, added, renamed, removed and put on pairs', async () => {
    const { tags } = world.client
    world.wecom.always(`${EXT}/get_corp_tag_list`, { errcode: 0, tag_group: [tagGroupRow] })
    world.wecom.always(`${EXT}/add_corp_tag`, { errcode: 0, tag_group: tagGroupRow })
    const [group] = await tags.list()
    expect(group).toMatchObject({ id: 'etG1', name: '来源', tags: [{ id: 'etT1', name: '双11', order: 10 }] })
    expect((await tags.add({ name: '来源' }, [{ name: '双11', order: 10 }])).id).toBe('etG1')
    expect(world.wecom.sent(`${EXT}/add_corp_tag`)).toEqual([
      { group_name: '来源', tag: [{ name: '双11', order: 10 }], agentid: AGENT },
    ])
    await tags.edit('etT1', { name: '双12' })
    await tags.remove({ tags: ['etT1'] })
    await tags.mark('lihua', 'wmDEMO01', { add: ['etT1'], remove: ['etT2'] })
    expect(world.wecom.sent(`${EXT}/edit_corp_tag`)).toEqual([{ id: 'etT1', name: '双12', agentid: AGENT }])
    expect(world.wecom.sent(`${EXT}/del_corp_tag`)).toEqual([{ tag_id: ['etT1'], group_id: [], agentid: AGENT }])
    expect(world.wecom.sent(`${EXT}/mark_tag`)).toEqual([
      { userid: 'lihua', external_userid: 'wmDEMO01', add_tag: ['etT1'], remove_tag: ['etT2'] },
    ])
  })
})

describe('hand-over', () => {
  test('of customers tells which were refused, and how the others stand', async () => {
    const who = { from: 'lihua', to: 'wangfang' }
    world.wecom.always(`${EXT}/transfer_customer`, {
      errcode: 0,
      customer: [
        { external_userid: 'wm1', errcode: 0 },
        { external_userid: 'wm2', errcode: 40128 },
      ],
    })
    const [first, second] = await world.client.transfer.customers(who, ['wm1', 'wm2'], '您好')
    expect(first).toEqual({ customer: 'wm1' })
    expect(second?.refused).toMatchObject({ class: 'state', errcode: 40128 })
    expect(world.wecom.sent(`${EXT}/transfer_customer`)).toEqual([
      {
        handover_userid: 'lihua',
        takeover_userid: 'wangfang',
        external_userid: ['wm1', 'wm2'],
        transfer_success_msg: '您好',
      },
    ])
    world.wecom.always(`${EXT}/transfer_result`, {
      errcode: 0,
      customer: [
        { external_userid: 'wm1', status: 1, takeover_time: 1_760_000_000 },
        { external_userid: 'wm3', status: 4 },
      ],
    })
    expect((await world.client.transfer.results(who)).items).toEqual([
      { customer: 'wm1', state: 'done', at: new Date(1_760_000_000_000) },
      { customer: 'wm3', state: 'full' },
    ])
  })

  test('of those who have left goes by their list and calls of its own; groups tell what failed', async () => {
    world.wecom.always(`${EXT}/get_unassigned_list`, {
      errcode: 0,
      info: [{ handover_userid: 'old', external_userid: 'wm1', dimission_time: 1_760_000_000 }],
      is_last: true,
      next_cursor: 'N',
    })
    expect(await world.client.transfer.unassigned()).toEqual({
      items: [{ staff: 'old', customer: 'wm1', leftAt: new Date(1_760_000_000_000) }],
    })
    world.wecom.always(`${EXT}/groupchat/transfer`, {
      errcode: 0,
      failed_chat_list: [{ chat_id: 'wr1', errcode: 90500, errmsg: 'x' }],
    })
    const [failed] = await world.client.transfer.groupsOfLeft(['wr1', 'wr2'], 'wangfang')
    expect(failed).toMatchObject({ group: 'wr1', refused: { errcode: 90500, class: 'state' } })
    await world.client.transfer.groups(['wr3'], 'wangfang')
    expect(world.wecom.sent(`${EXT}/groupchat/onjob_transfer`)).toEqual([
      { chat_id_list: ['wr3'], new_owner: 'wangfang' },
    ])
  })
})
