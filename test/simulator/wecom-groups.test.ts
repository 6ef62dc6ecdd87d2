import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type CorpWorld, startCorpWorld } from './wecom-setup.js'

let world: CorpWorld
beforeEach(async () => {
  world = await startCorpWorld()
})
afterEach(() => world.close())

const ROOT = '/externalcontact/groupchat'
const strangers = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ name: `客人${from + index}`, unionid: `uGUEST${from + index}` }))
const makeGroup = (name: string, guests = 0, owner = 'lihua') =>
  world.corp.staffAct(owner, 'create-group', { name, members: strangers(guests) }).group
const read = async (chat_id: string) =>
  (await world.api(`${ROOT}/get`, { chat_id, need_name: 1 }))['group_chat'] as Record<string, unknown>

describe('events of a group', () => {
  test('chain by versions, name the people, and number joins as WeCom does', async () => {
    const group = makeGroup('福利1群', 2)
    const before = String((await read(group))['member_version'])
    const { joined } = world.corp.join(group, { people: strangers(3, 10) })
    const [first = ''] = joined
    world.corp.leave(group, { people: [first] })
    const [[came], [left]] = [await world.events('add_member'), await world.events('del_member')]
    expect(came?.get('JoinScene')).toBe('3')
    expect(came?.get('MemChangeCnt')).toBe('3')
    expect(came?.all('Item').map((item) => item.match(/wm[\w-]+/)?.[0])).toEqual(joined)
    expect(came?.get('LastMemVer')).toBe(before)
    expect(left?.get('LastMemVer')).toBe(came?.get('CurMemVer'))
    expect(left?.get('QuitScene')).toBe('0')
    expect((await read(group))['member_version']).toBe(left?.get('CurMemVer'))
    expect(await world.events('create')).toHaveLength(1)
  })

  test('come from the owner’s acts, which others may not do', async () => {
    const group = makeGroup('福利1群', 2)
    const [, guest = ''] = world.corp.group(group).members.map((member) => member.id)
    world.corp.staffAct('lihua', 'rename', { group, name: '福利一群' })
    world.corp.staffAct('lihua', 'notice', { group, text: '禁止广告' })
    world.corp.staffAct('lihua', 'invite', { group, members: ['wangfang'] })
    world.corp.staffAct('lihua', 'kick', { group, members: [guest] })
    expect(() => world.corp.staffAct('wangfang', 'rename', { group, name: '我的群' })).toThrow(
      'neither owner nor admin',
    )
    world.corp.staffAct('lihua', 'admin', { group, staff: 'wangfang', on: true })
    world.corp.staffAct('wangfang', 'rename', { group, name: '福利壹群' })
    world.corp.staffAct('lihua', 'give-group', { group, to: 'wangfang' })
    const [kicked] = await world.events('del_member')
    expect(kicked?.get('QuitScene')).toBe('1')
    expect(await world.events('change_name')).toHaveLength(2)
    expect(await world.events('change_notice')).toHaveLength(1)
    expect(await world.events('change_owner')).toHaveLength(1)
    expect(await read(group)).toMatchObject({ name: '福利壹群', notice: '禁止广告', owner: 'wangfang' })
    world.corp.staffAct('wangfang', 'dismiss', { group })
    expect(await world.events('dismiss')).toHaveLength(1)
    expect(await world.api(`${ROOT}/get`, { chat_id: group })).toMatchObject({ errcode: 90501 })
  })

  test('come before the detail is built', async () => {
    world.corp.set({ detailDelayMs: 3000 })
    const group = makeGroup('福利1群', 2)
    const before = await read(group)
    world.corp.join(group, { people: strangers(1, 10) })
    const [came] = await world.events('add_member')
    expect(await read(group)).toEqual(before)
    world.simulator.control.clock({ advance: 3000 })
    expect((await read(group))['member_version']).toBe(came?.get('CurMemVer'))
    expect((await read(group))['member_list']).toHaveLength(4)
  })

  test('are lost, doubled and reordered by faults, and the truth stays the truth', async () => {
    const group = makeGroup('福利1群')
    await world.simulator.control.settled()
    world.pushes.length = 0
    world.simulator.control.addFault({ side: 'push', kind: 'lose', account: 'corp' })
    world.corp.join(group, { people: strangers(1, 1) })
    world.simulator.control.addFault({ side: 'push', kind: 'duplicate', account: 'corp' })
    world.corp.join(group, { people: strangers(1, 2) })
    const doubled = await world.events('add_member')
    expect(doubled).toHaveLength(2)
    expect(doubled[0]?.body).toBe(doubled[1]?.body)
    world.simulator.control.addFault({ side: 'push', kind: 'reorder', account: 'corp' })
    world.corp.join(group, { people: strangers(1, 3) })
    world.corp.join(group, { people: strangers(1, 4) })
    const [later, earlier] = (await world.events('add_member')).slice(2)
    expect(earlier?.get('CurMemVer')).toBe(later?.get('LastMemVer'))
    expect(world.corp.group(group).count).toBe(5)
  })
})

describe('a join way', () => {
  const add = async (over: object) => {
    const body = { scene: 2, auto_create_room: 0, state: 'parcel', ...over }
    return String((await world.api(`${ROOT}/add_join_way`, body))['config_id'])
  }
  const scan = (code: string, name: string) => {
    const { id } = world.simulator.control.addFollower({ name })
    return world.corp.personAct(id, 'scan', { code })
  }

  test('brings people into the first group with room, with its state and their unionid', async () => {
    world.corp.set({ joinFull: 4 })
    const [full, free] = [makeGroup('满群', 3), makeGroup('新群')]
    const code = await add({ chat_id_list: [full, free] })
    const { id, unionid } = world.simulator.control.addFollower({ name: '小雨' })
    expect(world.corp.personAct(id, 'scan', { code })).toMatchObject({ group: free, created: false })
    expect(world.corp.personAct(id, 'scan', { code })).toMatchObject({ already: true })
    expect((await read(free))['member_list']).toContainEqual(
      expect.objectContaining({ type: 2, unionid, join_scene: 3, state: 'parcel', name: '小雨' }),
    )
  })

  test('rolls over into new groups that it names and counts itself', async () => {
    world.corp.set({ joinFull: 2 })
    const group = makeGroup('满群', 1)
    const auto = { auto_create_room: 1, room_base_name: '福利', room_base_id: 7 }
    const code = await add({ chat_id_list: [group], ...auto })
    expect(scan(code, '甲')).toMatchObject({ created: true })
    const made = scan(code, '乙')
    expect(made).toMatchObject({ created: true })
    expect(await world.events('create')).toHaveLength(3)
    const names = world.corp.groups().groups.map((one) => [one.name, one.owner, one.auto])
    expect(names.slice(1)).toEqual([
      ['福利7', 'lihua', true],
      ['福利8', 'lihua', true],
    ])
    const listed = async () =>
      ((await world.api(`${ROOT}/get_join_way`, { config_id: code }))['join_way'] as { chat_id_list: string[] })
        .chat_id_list
    expect(await listed()).toEqual([group])
    world.corp.set({ autoRoomsListed: true })
    expect(await listed()).toHaveLength(3)
  })

  test('without overflow sends people away when all are full', async () => {
    world.corp.set({ joinFull: 2 })
    const code = await add({ chat_id_list: [makeGroup('满群', 1)] })
    expect(() => scan(code, '甲')).toThrow('every group behind this code is full')
    expect(await world.events('add_member')).toHaveLength(0)
  })

  test('takes five groups that exist, and an update writes everything anew', async () => {
    const groups = Array.from({ length: 6 }, (_, index) => makeGroup(`群${index}`))
    const refused = (body: object) => world.api(`${ROOT}/add_join_way`, { scene: 2, ...body })
    expect(await refused({ chat_id_list: groups })).toMatchObject({ errcode: 41091 })
    expect(await refused({ chat_id_list: ['wrNONE'] })).toMatchObject({ errcode: 90501 })
    const code = await add({ chat_id_list: groups.slice(0, 1), remark: '包裹卡' })
    await world.api(`${ROOT}/update_join_way`, { config_id: code, scene: 2, chat_id_list: groups.slice(1, 3) })
    const { join_way } = await world.api(`${ROOT}/get_join_way`, { config_id: code })
    expect(join_way).toMatchObject({ remark: '', state: '', auto_create_room: 1, chat_id_list: groups.slice(1, 3) })
    expect(await world.api(`${ROOT}/del_join_way`, { config_id: code })).toMatchObject({ errcode: 0 })
    expect(await world.api(`${ROOT}/get_join_way`, { config_id: code })).toMatchObject({ errcode: 41044 })
  })
})

describe('a group', () => {
  test('greets who comes with the welcome its owner chose', async () => {
    const add = { text: { content: '欢迎 %NICKNAME%' }, notify: 0, agentid: 1_000_002 }
    const { template_id } = await world.api('/externalcontact/group_welcome_template/add', add)
    const group = makeGroup('福利1群')
    world.corp.staffAct('lihua', 'group-welcome', { group, template: String(template_id) })
    world.corp.join(group, { people: [{ name: '小雨' }] })
    const lines = await world.corp.groupThread(group)
    expect(lines.at(-1)).toMatchObject({ by: 'lihua', via: 'group-welcome', content: { text: '欢迎 @小雨' } })
  })

  test('is found by its opengid', async () => {
    const group = makeGroup('福利1群')
    const { opengid } = world.corp.group(group)
    expect(await world.api('/externalcontact/opengid_to_chatid', { opengid })).toMatchObject({ chat_id: group })
    expect(await world.api('/externalcontact/opengid_to_chatid', { opengid: 'x' })).toMatchObject({ errcode: 90511 })
  })

  test('of an owner who left waits for a new one; handing it over by API makes no event', async () => {
    const group = makeGroup('福利1群', 1)
    const move = (path: string) => world.api(`${ROOT}/${path}`, { chat_id_list: [group], new_owner: 'wangfang' })
    expect(await move('transfer')).toMatchObject({ failed_chat_list: [{ chat_id: group, errcode: 90500 }] })
    world.corp.staffAct('lihua', 'leave')
    expect(await world.events('delete_user')).toHaveLength(1)
    expect(await world.api(`${ROOT}/list`, { limit: 10 })).toMatchObject({ group_chat_list: [] })
    const left = { status_filter: 1, owner_filter: { userid_list: ['lihua'] }, limit: 10 }
    expect(await world.api(`${ROOT}/list`, left)).toMatchObject({ group_chat_list: [{ chat_id: group, status: 1 }] })
    expect(await move('onjob_transfer')).toMatchObject({ failed_chat_list: [{ errcode: 90502 }] })
    expect(await move('transfer')).toMatchObject({ failed_chat_list: [] })
    expect(await read(group)).toMatchObject({ owner: 'wangfang' })
    expect(await world.events('change_owner')).toHaveLength(0)
  })

  test('is counted by owner and by day, but not today', async () => {
    const now = Date.now()
    const group = makeGroup('福利1群', 2)
    world.corp.staffAct('lihua', 'say', { to: group, text: '早上好' })
    const owners = { owner_filter: { userid_list: ['lihua', 'wangfang'] } }
    const day = { day_begin_time: Math.floor(now / 1000), ...owners }
    expect(await world.api(`${ROOT}/statistic`, day)).toMatchObject({ errcode: 40058 })
    world.simulator.control.clock({ advance: 86_400_000 })
    const { items } = await world.api(`${ROOT}/statistic`, day)
    expect(items).toMatchObject([
      { owner: 'lihua', data: { chat_total: 1, new_chat_cnt: 1, member_total: 3, msg_total: 1, member_has_msg: 1 } },
      { owner: 'wangfang', data: { chat_total: 0 } },
    ])
    expect((await world.api(`${ROOT}/statistic_group_by_day`, day))['items']).toMatchObject([
      { data: { chat_total: 1 } },
    ])
  })
})

test('groups dismissed while they are listed do not shift the next page', async () => {
  const made = Array.from({ length: 5 }, (_, index) => makeGroup(`群${index}`))
  const first = await world.api(`${ROOT}/list`, { limit: 2 })
  world.corp.staffAct('lihua', 'dismiss', { group: made[0] ?? '' })
  const second = await world.api(`${ROOT}/list`, { limit: 5, cursor: first['next_cursor'] })
  expect(second['group_chat_list']).toMatchObject(made.slice(2).map((chat_id) => ({ chat_id })))
  expect(second['next_cursor']).toBe('')
  expect(await world.api(`${ROOT}/list`, { limit: 5, cursor: 'forged' })).toMatchObject({ errcode: 40058 })
})

test('whoever follows the chain of events knows the roster, whatever order they came in', async () => {
  const step = fc.record({ joins: fc.boolean(), who: fc.uniqueArray(fc.nat(19), { minLength: 1, maxLength: 4 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
      const group = makeGroup('福利1群')
      const start = String((await read(group))['member_version'])
      for (const { joins, who } of steps) {
        const people = who.map((index) => ({ name: `客人${index}`, unionid: `uCHAIN${index}` }))
        if (joins) world.corp.join(group, { people })
        else leaveSome(group, who.length)
      }
      await world.simulator.control.settled()
      const changes = new Map(
        world.pushes
          .filter((push) => push.get('ChatId') === group && push.get('LastMemVer') !== undefined)
          .map((push) => [push.get('LastMemVer') ?? '', push]),
      )
      const roster = new Set(['lihua'])
      let version = start
      for (let next = changes.get(version); next; next = changes.get(version)) {
        for (const id of next.xml.match(/wm[\w-]{30}/g) ?? []) {
          if (next.get('UpdateDetail') === 'add_member') roster.add(id)
          else roster.delete(id)
        }
        version = next.get('CurMemVer') ?? ''
      }
      expect(version).toBe(world.corp.group(group).version)
      expect([...roster].toSorted()).toEqual(
        world.corp
          .group(group)
          .members.map((one) => one.id)
          .toSorted(),
      )
    }),
    { numRuns: 15 },
  )
})

/** The first guests of a group leave it. */
function leaveSome(group: string, count: number): void {
  const guests = world.corp.group(group).members.filter((one) => one.type === 2)
  const people = guests.slice(0, count).map((one) => one.id)
  if (people.length > 0) world.corp.leave(group, { people })
}
