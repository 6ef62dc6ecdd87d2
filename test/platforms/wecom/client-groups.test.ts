import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { groupRow } from './rows.js'
import { AGENT } from './strict-wecom.js'
import { refusalOf, startWecomWorld, type WecomWorld } from './world.js'

let world: WecomWorld
beforeEach(async () => {
  world = await startWecomWorld()
})
afterEach(() => world.close())

const EXT = '/cgi-bin/externalcontact'
const from = new Date('2026-02-01T00:00:00Z')
const upTo = new Date('2026-02-20T00:00:00Z')

describe('customer groups', () => {
  test('are listed by owner and read with their members', async () => {
    world.wecom.always(`${EXT}/groupchat/list`, {
      errcode: 0,
      group_chat_list: [{ chat_id: 'wrDEMO1', status: 1 }],
      next_cursor: 'N',
    })
    expect(await world.client.groups.list({ owners: ['lihua'], state: 'owner-left' })).toEqual({
      items: [{ id: 'wrDEMO1', state: 'owner-left' }],
      next: 'N',
    })
    expect(world.wecom.sent(`${EXT}/groupchat/list`)).toEqual([
      { status_filter: 1, owner_filter: { userid_list: ['lihua'] }, cursor: '', limit: 1000 },
    ])
    world.wecom.always(`${EXT}/groupchat/get`, { errcode: 0, group_chat: groupRow })
    expect(await world.client.groups.get('wrDEMO1')).toEqual({
      id: 'wrDEMO1',
      name: '母婴福利1群',
      owner: 'lihua',
      createdAt: new Date(1_759_000_000_000),
      notice: '禁止广告',
      admins: ['wangfang'],
      version: '71217227bbd1',
      members: [
        {
          id: 'lihua',
          kind: 'staff',
          joinedAt: new Date(1_759_000_000_000),
          way: 'invited',
          invitedBy: 'lihua',
          nickname: '客服小李',
          name: '李华',
        },
        {
          id: 'wmDEMO01',
          kind: 'customer',
          unionid: 'oUNI1',
          joinedAt: new Date(1_759_000_300_000),
          way: 'code',
          state: 'grp_order_card',
          nickname: '',
          name: '小雨',
        },
      ],
    })
  })

  test('that are none, and an opengid of somebody else’s group, are undefined', async () => {
    world.wecom.always(`${EXT}/groupchat/get`, { errcode: 90501, errmsg: 'not external group' })
    world.wecom.always(`${EXT}/opengid_to_chatid`, { errcode: 90511, errmsg: 'invalid opengid' })
    expect(await world.client.groups.get('wrX')).toBeUndefined()
    expect(await world.client.groups.byOpengid('oGID')).toBeUndefined()
    world.wecom.always(`${EXT}/opengid_to_chatid`, { errcode: 0, chat_id: 'wrDEMO1' })
    expect(await world.client.groups.byOpengid('oGID')).toBe('wrDEMO1')
  })

  test('are counted by owner and by day', async () => {
    const data = { chat_total: 3, new_chat_cnt: 1, member_total: 90, new_member_cnt: 7, msg_total: 40 }
    world.wecom.always(`${EXT}/groupchat/statistic`, {
      errcode: 0,
      items: [{ owner: 'lihua', data }],
      total: 1,
      next_offset: 1,
    })
    world.wecom.always(`${EXT}/groupchat/statistic_group_by_day`, {
      errcode: 0,
      items: [{ stat_time: 1_760_000_000, data }],
    })
    const { rows } = await world.client.groups.statistics(from, ['lihua'])
    expect(rows).toEqual([
      {
        owner: 'lihua',
        groups: 3,
        newGroups: 1,
        groupsWithMessages: 0,
        members: 90,
        newMembers: 7,
        membersWithMessages: 0,
        messages: 40,
      },
    ])
    const [day] = await world.client.groups.statisticsByDay(from, upTo, ['lihua'])
    expect(day).toMatchObject({ day: new Date(1_760_000_000_000), members: 90 })
  })
})

describe('join ways', () => {
  test('are made, read, written anew as a whole, and removed', async () => {
    const { joinWays } = world.client
    const way = {
      place: 'qr' as const,
      groups: ['wr1', 'wr2'],
      state: 'parcel',
      overflow: { name: '母婴福利', firstNumber: 3 },
    }
    world.wecom.always(`${EXT}/groupchat/add_join_way`, { errcode: 0, config_id: 'J1' })
    expect(await joinWays.add(way)).toBe('J1')
    const whole = {
      scene: 2,
      remark: '',
      state: 'parcel',
      chat_id_list: ['wr1', 'wr2'],
      auto_create_room: 1,
      room_base_name: '母婴福利',
      room_base_id: 3,
    }
    expect(world.wecom.sent(`${EXT}/groupchat/add_join_way`)).toEqual([whole])
    world.wecom.always(`${EXT}/groupchat/get_join_way`, {
      errcode: 0,
      join_way: { config_id: 'J1', ...whole, qr_code: 'https://q.example/2' },
    })
    expect(await joinWays.get('J1')).toEqual({ id: 'J1', ...way, remark: '', qrCode: 'https://q.example/2' })
    await joinWays.update('J1', { place: 'qr', groups: ['wr3'] })
    expect(world.wecom.sent(`${EXT}/groupchat/update_join_way`)).toEqual([
      { config_id: 'J1', scene: 2, remark: '', state: '', chat_id_list: ['wr3'], auto_create_room: 0 },
    ])
    await joinWays.remove('J1')
  })

  test('whose answer holds no id may have been made: uncertain, not failed', async () => {
    expect((await refusalOf(world.client.joinWays.add({ place: 'qr', groups: ['wr1'] }))).class).toBe('uncertain')
  })
})

describe('group-send tasks', () => {
  test('go to groups of one owner, or to customers by id, by tags or all of a member', async () => {
    const { groupSend } = world.client
    world.wecom.always(`${EXT}/add_msg_template`, { errcode: 0, msgid: 'msg1', fail_list: ['wmBAD'] })
    const message = { text: '周四拼团', attachments: [{ type: 'image' as const, mediaId: 'MID' }] }
    expect(await groupSend.create({ to: 'groups', sender: 'lihua', groups: ['wr1'] }, message)).toEqual({
      id: 'msg1',
      failed: ['wmBAD'],
    })
    await groupSend.create(
      { to: 'customers', customers: ['wm1'], sender: 'lihua', senderMayChoose: true },
      { text: 'a' },
    )
    await groupSend.create({ to: 'customers', tags: [['et1', 'et2'], ['et3']] }, { text: 'b' })
    expect(world.wecom.sent(`${EXT}/add_msg_template`)).toEqual([
      {
        chat_type: 'group',
        sender: 'lihua',
        chat_id_list: ['wr1'],
        text: { content: '周四拼团' },
        attachments: [{ msgtype: 'image', image: { media_id: 'MID' } }],
      },
      { chat_type: 'single', sender: 'lihua', external_userid: ['wm1'], allow_select: true, text: { content: 'a' } },
      {
        chat_type: 'single',
        tag_filter: { group_list: [{ tag_list: ['et1', 'et2'] }, { tag_list: ['et3'] }] },
        text: { content: 'b' },
      },
    ])
  })

  test('tell who confirmed, what became of each group, and take reminders and a stop', async () => {
    const { groupSend } = world.client
    world.wecom.always(`${EXT}/get_groupmsg_task`, {
      errcode: 0,
      task_list: [
        { userid: 'lihua', status: 2, send_time: 1_760_000_000 },
        { userid: 'wangfang', status: 0 },
      ],
      next_cursor: 'N',
    })
    expect(await groupSend.members('msg1')).toEqual({
      items: [
        { staff: 'lihua', state: 'confirmed', at: new Date(1_760_000_000_000) },
        { staff: 'wangfang', state: 'waiting' },
      ],
      next: 'N',
    })
    world.wecom.always(`${EXT}/get_groupmsg_send_result`, {
      errcode: 0,
      send_list: [0, 1, 2, 3].map((status) => ({ chat_id: `wr${status}`, userid: 'lihua', status })),
    })
    expect((await groupSend.results('msg1', 'lihua')).items.map(({ state }) => state)).toEqual([
      'waiting',
      'sent',
      'not-connected',
      'over-cap',
    ])
    world.wecom.next(`${EXT}/remind_groupmsg_send`, { errcode: 41094, errmsg: 'too often' })
    expect((await refusalOf(groupSend.remind('msg1'))).class).toBe('quota')
    world.wecom.next(`${EXT}/cancel_groupmsg_send`, { errcode: 41093, errmsg: 'cancelled' })
    await groupSend.cancel('msg1')
  })

  test('of a month are listed with what they say', async () => {
    world.wecom.always(`${EXT}/get_groupmsg_list_v2`, {
      errcode: 0,
      group_msg_list: [
        {
          msgid: 'msg1',
          create_time: 1_760_000_000,
          create_type: 0,
          text: { content: '周四拼团' },
          attachments: [{ msgtype: 'link', link: { title: 't', url: 'https://a.example', desc: 'd' } }],
        },
      ],
    })
    const { items } = await world.client.groupSend.records({ to: 'groups', from, upTo, by: 'both' })
    expect(items).toEqual([
      {
        id: 'msg1',
        createdAt: new Date(1_760_000_000_000),
        by: 'corporation',
        message: {
          text: '周四拼团',
          attachments: [{ type: 'link', title: 't', url: 'https://a.example', description: 'd' }],
        },
      },
    ])
    expect(world.wecom.sent(`${EXT}/get_groupmsg_list_v2`)).toMatchObject([
      { chat_type: 'group', filter_type: 2, limit: 100 },
    ])
  })
})

describe('group welcomes and moments', () => {
  test('a welcome is a text and one attachment, named by its kind', async () => {
    const { groupWelcomes } = world.client
    const path = `${EXT}/group_welcome_template`
    world.wecom.always(`${path}/add`, { errcode: 0, template_id: 'T1' })
    const welcome = {
      text: '欢迎 %NICKNAME%',
      attachment: { type: 'link' as const, title: 't', url: 'https://a.example' },
    }
    expect(await groupWelcomes.add(welcome, { tell: false })).toBe('T1')
    const wire = { text: { content: '欢迎 %NICKNAME%' }, link: { title: 't', url: 'https://a.example' } }
    expect(world.wecom.sent(`${path}/add`)).toEqual([{ ...wire, agentid: AGENT, notify: 0 }])
    world.wecom.always(`${path}/get`, { errcode: 0, ...wire })
    expect(await groupWelcomes.get('T1')).toEqual(welcome)
    await groupWelcomes.update('T1', { text: 'x' })
    await groupWelcomes.remove('T1')
  })

  test('a moments task begins as a job and ends as a moment with those who cannot publish it', async () => {
    const { moments } = world.client
    world.wecom.always(`${EXT}/add_moment_task`, { errcode: 0, jobid: 'job1' })
    const id = await moments.create({
      text: '新品',
      content: { type: 'images', mediaIds: ['A', 'B'] },
      staff: ['lihua'],
      tags: ['et1'],
    })
    expect(id).toBe('job1')
    expect(world.wecom.sent(`${EXT}/add_moment_task`)).toEqual([
      {
        text: { content: '新品' },
        attachments: [
          { msgtype: 'image', image: { media_id: 'A' } },
          { msgtype: 'image', image: { media_id: 'B' } },
        ],
        visible_range: { sender_list: { user_list: ['lihua'] }, external_contact_list: { tag_list: ['et1'] } },
      },
    ])
    world.wecom.next(`${EXT}/get_moment_task_result`, { errcode: 0, status: 2 })
    expect(await moments.job(id)).toEqual({ state: 'under-way' })
    const result = { errcode: 0, moment_id: 'mo1', invalid_sender_list: { user_list: ['gone'] } }
    world.wecom.next(`${EXT}/get_moment_task_result`, { errcode: 0, status: 3, result })
    expect(await moments.job(id)).toMatchObject({ state: 'done', id: 'mo1', wrongStaff: ['gone'], wrongTags: [] })
    world.wecom.next(`${EXT}/get_moment_task_result`, { errcode: 0, status: 3, result: { errcode: 41065 } })
    expect(await moments.job(id)).toMatchObject({ state: 'refused', error: { class: 'request' } })
    world.wecom.always(`${EXT}/get_moment_task`, {
      errcode: 0,
      task_list: [
        { userid: 'lihua', publish_status: 1 },
        { userid: 'wangfang', publish_status: 0 },
      ],
    })
    expect((await moments.members('mo1')).items.map(({ published }) => published)).toEqual([true, false])
  })
})
