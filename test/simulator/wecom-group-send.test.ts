import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type CorpWorld, startCorpWorld } from './wecom-setup.js'

let world: CorpWorld
beforeEach(async () => {
  world = await startCorpWorld()
  world.simulator.control.clock({ set: Date.parse('2026-03-10T10:00:00+08:00') })
})
afterEach(() => world.close())

const ROOT = '/externalcontact'
const text = { content: '周四拼团清单' }
const create = async (body: object) => world.api(`${ROOT}/add_msg_template`, { text, ...body })
const toGroups = async (groups: string[], sender = 'lihua') =>
  String((await create({ chat_type: 'group', sender, chat_id_list: groups }))['msgid'])
const results = async (msgid: string, userid = 'lihua') =>
  (await world.api(`${ROOT}/get_groupmsg_send_result`, { msgid, userid }))['send_list']

describe('a group-send task to groups', () => {
  test('delivers nothing until the owner confirms, then into the groups', async () => {
    const groups = ['甲', '乙'].map((name) => world.corp.staffAct('lihua', 'create-group', { name }).group)
    const msgid = await toGroups(groups)
    expect(await results(msgid)).toMatchObject(groups.map((chat_id) => ({ chat_id, userid: 'lihua', status: 0 })))
    expect(world.corp.staffTasks('lihua')).toMatchObject([{ id: msgid, status: 0, total: 2 }])
    expect(world.corp.staffAct('lihua', 'send', { task: msgid })).toMatchObject({ sent: 2, capped: 0 })
    const tasks = await world.api(`${ROOT}/get_groupmsg_task`, { msgid })
    expect(tasks['task_list']).toMatchObject([{ userid: 'lihua', status: 2, send_time: expect.any(Number) }])
    expect(await results(msgid)).toMatchObject([{ status: 1 }, { status: 1 }])
    expect((await world.corp.groupThread(groups[0] ?? '')).at(-1)).toMatchObject({
      by: 'lihua',
      via: 'group-send',
      task: msgid,
      content: { kind: 'text', text: text.content },
    })
    expect(() => world.corp.staffAct('lihua', 'send', { task: msgid })).toThrow('confirmed it already')
  })

  test('cannot be read or confirmed while it is dispatched', async () => {
    world.corp.set({ dispatchMs: 30_000 })
    const msgid = await toGroups([world.corp.staffAct('lihua', 'create-group', { name: '甲' }).group])
    expect(await world.api(`${ROOT}/get_groupmsg_task`, { msgid })).toMatchObject({ errcode: 41063 })
    expect(world.corp.staffTasks('lihua')).toEqual([])
    world.simulator.control.clock({ advance: 30_000 })
    expect(await world.api(`${ROOT}/get_groupmsg_task`, { msgid })).toMatchObject({ errcode: 0 })
  })

  test('ends over the cap by the corporation’s setting', async () => {
    const group = world.corp.staffAct('lihua', 'create-group', { name: '甲' }).group
    const send = async () => {
      const msgid = await toGroups([group])
      world.corp.staffAct('lihua', 'send', { task: msgid })
      return ((await results(msgid)) as { status: number }[])[0]?.status
    }
    world.corp.set({ cap: 'day' })
    expect([await send(), await send()]).toEqual([1, 3])
    world.simulator.control.clock({ advance: 86_400_000 })
    expect(await send()).toBe(1)
    world.corp.set({ cap: 'week' })
    expect([await send(), await send(), await send(), await send(), await send(), await send()]).toEqual([
      1, 1, 1, 1, 1, 3,
    ])
    world.corp.set({ cap: 'month' })
    const most = Array.from({ length: 24 }, () => send())
    expect((await Promise.all(most)).filter((status) => status === 1)).toHaveLength(24)
    expect(await send()).toBe(3)
  })

  test('belongs to one owner, and names the groups that are not hers', async () => {
    const mine = world.corp.staffAct('lihua', 'create-group', { name: '甲' }).group
    const others = world.corp.staffAct('wangfang', 'create-group', { name: '乙' }).group
    const given = { chat_type: 'group', chat_id_list: [mine, others] }
    expect(await create({ ...given, sender: 'lihua' })).toMatchObject({ errcode: 0, fail_list: [others] })
    expect(await create(given)).toMatchObject({ errcode: 40058 })
    expect(await create({ ...given, chat_id_list: [others], sender: 'lihua' })).toMatchObject({ errcode: 41048 })
    world.corp.setStaff('lihua', { inRange: false })
    expect(await create({ ...given, sender: 'lihua' })).toMatchObject({ errcode: 60011 })
  })

  test('is reminded of three times a day, and cancelled once', async () => {
    const msgid = await toGroups([world.corp.staffAct('lihua', 'create-group', { name: '甲' }).group])
    const remind = () => world.api(`${ROOT}/remind_groupmsg_send`, { msgid })
    const ends = [await remind(), await remind(), await remind(), await remind()].map((end) => end['errcode'])
    expect(ends).toEqual([0, 0, 0, 41094])
    world.simulator.control.clock({ advance: 86_400_000 })
    expect(await remind()).toMatchObject({ errcode: 0 })
    expect(world.corp.staffTasks('lihua')).toMatchObject([{ reminded: 4 }])
    expect(await world.api(`${ROOT}/cancel_groupmsg_send`, { msgid })).toMatchObject({ errcode: 0 })
    expect(await world.api(`${ROOT}/cancel_groupmsg_send`, { msgid })).toMatchObject({ errcode: 41093 })
    expect(() => world.corp.staffAct('lihua', 'send', { task: msgid })).toThrow('cancelled')
    expect(await world.api(`${ROOT}/remind_groupmsg_send`, { msgid: 'none' })).toMatchObject({ errcode: 41047 })
  })

  test('without groups lets the owner choose', async () => {
    const group = world.corp.staffAct('lihua', 'create-group', { name: '甲' }).group
    const msgid = String((await create({ chat_type: 'group', sender: 'lihua' }))['msgid'])
    expect(() => world.corp.staffAct('lihua', 'send', { task: msgid })).toThrow('choose the groups')
    expect(world.corp.staffAct('lihua', 'send', { task: msgid, targets: [group] })).toMatchObject({ sent: 1 })
  })
})

describe('a group-send task to customers', () => {
  const add = (staff: string, name: string) => world.corp.staffAct(staff, 'add', { person: { name } }).customer

  test('reaches a customer of several by the member who talked with her last, and not who deleted the member', async () => {
    const { id } = world.simulator.control.addFollower({ name: '小雨' })
    const { customer } = world.corp.staffAct('lihua', 'add', { person: id })
    world.corp.staffAct('wangfang', 'add', { person: id })
    const gone = add('lihua', '阿强')
    world.simulator.control.clock({ advance: 1000 })
    world.corp.personAct(id, 'say', { to: 'lihua', text: '在吗' })
    world.corp.personAct(gone, 'delete', { staff: 'lihua' })
    const made = await create({ external_userid: [customer, gone, 'wmNONE'] })
    expect(made).toMatchObject({ errcode: 0, fail_list: ['wmNONE'] })
    const msgid = String(made['msgid'])
    expect(world.corp.staffAct('lihua', 'send', { task: msgid })).toMatchObject({ sent: 1, notFriend: 1 })
    expect(await results(msgid)).toMatchObject([
      { external_userid: customer, status: 1 },
      { external_userid: gone, status: 2 },
    ])
  })

  test('is limited to tags, alternatives inside and all of the lists', async () => {
    const { tags } = world.corp.addTags({ group: '来源', names: ['海报', '直播', '复购'] })
    const [poster = '', live = '', again = ''] = tags.map((tag) => tag.id)
    const people = ['甲', '乙', '丙'].map((name) => add('lihua', name))
    const marks = [[poster, again], [live, again], [live]]
    for (const [index, add_tag] of marks.entries()) {
      world.corp.staffAct('lihua', 'tag', { person: people[index] ?? '', add: add_tag })
    }
    const group_list = [{ tag_list: [poster, live] }, { tag_list: [again] }]
    const { msgid } = await create({ sender: 'lihua', tag_filter: { group_list } })
    expect(await results(String(msgid))).toMatchObject(
      people.slice(0, 2).map((external_userid) => ({ external_userid })),
    )
  })

  test('sent in part leaves the rest waiting', async () => {
    const [first, second] = [add('lihua', '甲'), add('lihua', '乙')]
    const { msgid } = await create({ sender: 'lihua' })
    world.corp.staffAct('lihua', 'send', { task: String(msgid), targets: [second] })
    expect(await results(String(msgid))).toMatchObject([
      { external_userid: first, status: 0 },
      { external_userid: second, status: 1 },
    ])
  })
})

describe('a moments task', () => {
  const job = async (body: object) => String((await world.api(`${ROOT}/add_moment_task`, { text, ...body }))['jobid'])
  const end = (jobid: string) => world.api(`${ROOT}/get_moment_task_result`, undefined, { jobid })

  test('is made as a job, published by each member, and delivered to her customers', async () => {
    world.corp.set({ dispatchMs: 1000 })
    const { customer } = world.corp.staffAct('lihua', 'add', { person: { name: '甲' } })
    const range = { sender_list: { user_list: ['lihua', 'nobody'] } }
    const jobid = await job({ visible_range: range })
    expect(await end(jobid)).toMatchObject({ status: 2 })
    world.simulator.control.clock({ advance: 1000 })
    const done = await end(jobid)
    expect(done).toMatchObject({ status: 3, result: { invalid_sender_list: { user_list: ['nobody'] } } })
    const moment_id = (done['result'] as { moment_id: string }).moment_id
    const members = () => world.api(`${ROOT}/get_moment_task`, { moment_id })
    expect((await members())['task_list']).toEqual([{ userid: 'lihua', publish_status: 0 }])
    expect(world.corp.staffAct('lihua', 'publish', { moment: moment_id })).toMatchObject({ delivered: 1 })
    expect((await members())['task_list']).toEqual([{ userid: 'lihua', publish_status: 1 }])
    const sent = await world.api(`${ROOT}/get_moment_send_result`, { moment_id, userid: 'lihua' })
    expect(sent['customer_list']).toEqual([{ external_userid: customer }])
  })

  test('is made ten times a minute', async () => {
    const ends = await Promise.all(Array.from({ length: 11 }, () => world.api(`${ROOT}/add_moment_task`, { text })))
    expect(ends.filter((one) => one['errcode'] === 45009)).toHaveLength(1)
  })
})
