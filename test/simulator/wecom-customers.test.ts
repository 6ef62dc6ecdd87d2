import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type CorpWorld, startCorpWorld } from './wecom-setup.js'

let world: CorpWorld
beforeEach(async () => {
  world = await startCorpWorld()
})
afterEach(() => world.close())

const ROOT = '/externalcontact'
const way = async (over: object = {}) => {
  const body = { type: 2, scene: 2, state: 'poster', user: ['lihua', 'wangfang'], ...over }
  return String((await world.api(`${ROOT}/add_contact_way`, body))['config_id'])
}

describe('a person who scans a contact way', () => {
  test('is connected with a member of it, with state and a welcome code, under the unionid of the follower', async () => {
    const follower = world.simulator.control.addFollower({ name: '小雨' })
    const scanned = world.corp.personAct(follower.id, 'scan', { code: await way() })
    const [event] = await world.events('add_external_contact')
    expect(event?.get('FromUserName')).toBe('sys')
    expect(event?.get('State')).toBe('poster')
    expect(event?.get('WelcomeCode')).toMatch(/^[\w-]{20,}$/)
    expect(event?.get('ExternalUserID')).toBe(scanned.kind === 'contact' && scanned.customer)
    const external_userid = String(event?.get('ExternalUserID'))
    const read = await world.api(`${ROOT}/get`, undefined, { external_userid })
    expect(read).toMatchObject({
      errcode: 0,
      external_contact: { external_userid, name: '小雨', type: 1, unionid: follower.unionid },
      follow_user: [{ userid: event?.get('UserID'), state: 'poster', add_way: 1 }],
    })
  })

  test('scans the picture’s text as well as the id, comes to members by turns, and only once', async () => {
    const { qr_code } = await world.api(`${ROOT}/add_contact_way`, { type: 2, scene: 2, user: ['lihua', 'wangfang'] })
    const picture = await fetch(String(qr_code))
    expect(picture.headers.get('content-type')).toBe('image/png')
    const people = ['甲', '乙'].map((name) => world.simulator.control.addFollower({ name }).id)
    const staff = people.map((id) => {
      const scanned = world.corp.personAct(id, 'scan', { code: String(qr_code) })
      return scanned.kind === 'contact' ? scanned.staff : ''
    })
    expect(staff.toSorted()).toEqual(['lihua', 'wangfang'])
    expect(world.corp.personAct(people[0] ?? '', 'scan', { code: String(qr_code) })).toMatchObject({ already: true })
    expect(await world.events('add_external_contact')).toHaveLength(2)
  })

  test('waits for the member where the way asks for confirmation', async () => {
    const code = await way({ type: 1, user: ['lihua'], skip_verify: false })
    const { id } = world.simulator.control.addFollower({ name: '小雨' })
    expect(world.corp.personAct(id, 'scan', { code })).toMatchObject({ pending: true })
    expect(await world.events('add_external_contact')).toHaveLength(0)
    expect(world.corp.requests('lihua')).toMatchObject([{ name: '小雨', state: 'poster' }])
    world.corp.staffAct('lihua', 'confirm', { person: id })
    const [event] = await world.events('add_external_contact')
    expect(event?.get('State')).toBe('poster')
    expect(event?.get('WelcomeCode')).toBeDefined()
  })

  test('half added is refused by calls until the member adds her back', async () => {
    const { id } = world.simulator.control.addFollower({ name: '小雨' })
    const scanned = world.corp.personAct(id, 'scan', { code: await way(), half: true })
    if (scanned.kind !== 'contact') throw new Error('no contact way')
    const pair = { userid: scanned.staff, external_userid: scanned.customer }
    expect(await world.events('add_half_external_contact')).toHaveLength(1)
    expect(await world.api(`${ROOT}/remark`, { ...pair, remark: 'x' })).toMatchObject({ errcode: 84061 })
    world.corp.staffAct(scanned.staff, 'confirm', { person: id })
    expect(await world.events('add_external_contact')).toHaveLength(1)
    expect(await world.api(`${ROOT}/remark`, { ...pair, remark: 'x' })).toMatchObject({ errcode: 0 })
  })
})

describe('a welcome', () => {
  const code = async () => {
    const { id } = world.simulator.control.addFollower({ name: '小雨' })
    const added = world.corp.staffAct('lihua', 'add', { person: id })
    return { id, welcome_code: String(added.welcomeCode) }
  }
  const send = (welcome_code: string) =>
    world.api(`${ROOT}/send_welcome_msg`, { welcome_code, text: { content: '欢迎' } })

  test('reaches the conversation, once', async () => {
    const { id, welcome_code } = await code()
    expect(await send(welcome_code)).toMatchObject({ errcode: 0 })
    expect(await world.corp.chat('lihua', id)).toMatchObject([
      { from: 'staff', by: 'lihua', via: 'welcome', content: { kind: 'text', text: '欢迎' } },
    ])
    expect(await send(welcome_code)).toMatchObject({ errcode: 41050 })
  })

  test('is too late after 20 s, not due once they talk, and refused while another app is at it', async () => {
    const late = await code()
    world.simulator.control.clock({ advance: 20_000 })
    expect(await send(late.welcome_code)).toMatchObject({ errcode: 41050 })
    const talking = await code()
    world.corp.personAct(talking.id, 'say', { to: 'lihua', text: '在吗' })
    expect(await send(talking.welcome_code)).toMatchObject({ errcode: 41051 })
    world.corp.set({ welcomeBusyMs: 5000 })
    const busy = await code()
    expect(await send(busy.welcome_code)).toMatchObject({ errcode: 41096 })
    world.simulator.control.clock({ advance: 5000 })
    expect(await send(busy.welcome_code)).toMatchObject({ errcode: 0 })
  })

  test('of the console goes out instead of a code', async () => {
    world.corp.setStaff('lihua', { nativeWelcome: '您好，我是李华' })
    const { id } = world.simulator.control.addFollower({ name: '小雨' })
    expect(world.corp.staffAct('lihua', 'add', { person: id }).welcomeCode).toBeUndefined()
    const [event] = await world.events('add_external_contact')
    expect(event?.get('WelcomeCode')).toBeUndefined()
    expect(await world.corp.chat('lihua', id)).toMatchObject([{ via: 'welcome' }])
  })

  test('with foreign media, too much or nothing in it is refused', async () => {
    const { welcome_code } = await code()
    const with_ = (more: object) => world.api(`${ROOT}/send_welcome_msg`, { welcome_code, ...more })
    const image = { msgtype: 'image', image: { media_id: 'of-the-official-account' } }
    expect(await with_({ attachments: [image] })).toMatchObject({ errcode: 40007 })
    expect(await with_({ attachments: Array.from({ length: 10 }, () => image) })).toMatchObject({ errcode: 41064 })
    expect(await with_({ attachments: [{ msgtype: 'voice', voice: {} }] })).toMatchObject({ errcode: 41065 })
    expect(await with_({ text: { content: '好'.repeat(1334) } })).toMatchObject({ errcode: 45002 })
    expect(await with_({})).toMatchObject({ errcode: 40063 })
  })
})

describe('relations', () => {
  test('changed by people make events, changed by API make none', async () => {
    const { id } = world.simulator.control.addFollower({ name: '小雨' })
    const { customer } = world.corp.staffAct('lihua', 'add', { person: id })
    const { tags } = world.corp.addTags({ group: '来源', names: ['海报', '直播'] })
    const [poster, live] = tags.map((tag) => tag.id)
    const pair = { userid: 'lihua', external_userid: customer }
    expect(await world.api(`${ROOT}/mark_tag`, { ...pair, add_tag: [poster] })).toMatchObject({ errcode: 0 })
    expect(await world.api(`${ROOT}/remark`, { ...pair, remark: '小雨-宝妈' })).toMatchObject({ errcode: 0 })
    expect(await world.events('edit_external_contact')).toHaveLength(0)
    world.corp.staffAct('lihua', 'tag', { person: id, add: [live ?? ''] })
    expect(await world.events('edit_external_contact')).toHaveLength(1)
    expect(world.corp.customer(id).relations).toMatchObject([
      { remark: '小雨-宝妈', tags: [{ name: '海报' }, { name: '直播' }] },
    ])
    expect(await world.api(`${ROOT}/mark_tag`, { ...pair, userid: 'wangfang', add_tag: [poster] })).toMatchObject({
      errcode: 84061,
    })
    expect(await world.api(`${ROOT}/mark_tag`, { ...pair, add_tag: ['etNONE'] })).toMatchObject({ errcode: 40068 })
  })

  test('lose a tag that the administrator removes, and the group with its last tag', async () => {
    const { customer } = world.corp.staffAct('lihua', 'add', { person: { name: '阿强' } })
    const { groupId, tags } = world.corp.addTags({ group: '来源', names: ['海报'] })
    const [{ id } = { id: '' }] = tags
    world.corp.staffAct('lihua', 'tag', { person: customer, add: [id] })
    expect(await world.api(`${ROOT}/get_corp_tag_list`, {})).toMatchObject({
      tag_group: [{ group_id: groupId, tag: [{ id }] }],
    })
    const twice = { group_name: '来源', tag: [{ name: '海报' }] }
    expect(await world.api(`${ROOT}/add_corp_tag`, twice)).toMatchObject({ errcode: 40071 })
    world.corp.removeTag(id)
    expect((await world.events('delete')).map((push) => push.get('TagType'))).toEqual(['tag'])
    expect(world.corp.customer(customer).relations).toMatchObject([{ tags: [] }])
    expect(await world.api(`${ROOT}/get_corp_tag_list`, {})).toMatchObject({ tag_group: [] })
  })

  test('are not begun by looking: a follower nobody has met stays unknown', async () => {
    const { id } = world.simulator.control.addFollower({ name: '路人' })
    expect(await world.corp.chat('lihua', id)).toEqual([])
    expect(() => world.corp.personAct(id, 'say', { to: 'lihua', text: '在吗' })).toThrow('has not met')
    expect(world.corp.customers().total).toBe(0)
  })

  test('end on the side of the one who deletes', async () => {
    const { id } = world.simulator.control.addFollower({ name: '小雨' })
    const { customer } = world.corp.staffAct('lihua', 'add', { person: id })
    world.corp.personAct(id, 'delete', { staff: 'lihua' })
    expect(await world.events('del_follow_user')).toHaveLength(1)
    const pair = { userid: 'lihua', external_userid: customer }
    expect(await world.api(`${ROOT}/remark`, { ...pair, remark: '走了' })).toMatchObject({ errcode: 0 })
    world.corp.staffAct('lihua', 'delete', { person: id })
    expect(await world.events('del_external_contact')).toHaveLength(1)
    expect(await world.api(`${ROOT}/remark`, { ...pair, remark: 'x' })).toMatchObject({ errcode: 84061 })
    expect(await world.api(`${ROOT}/list`, undefined, { userid: 'lihua' })).toMatchObject({ errcode: 84061 })
  })

  test('tell no unionid while no developer account is bound', async () => {
    world.corp.set({ boundAccount: null })
    const { id } = world.simulator.control.addFollower({ name: '小雨' })
    const { customer } = world.corp.staffAct('lihua', 'add', { person: id })
    const read = await world.api(`${ROOT}/get`, undefined, { external_userid: customer })
    expect(read['external_contact']).not.toHaveProperty('unionid')
  })

  test('are read in pages that people who come and go do not shift', async () => {
    world.corp.seed({ customers: 25 })
    const ask = (cursor: string) =>
      world.api(`${ROOT}/batch/get_by_user`, { userid_list: ['lihua', 'wangfang'], limit: 3, cursor })
    const ids: string[] = []
    let cursor = ''
    do {
      const answer = await ask(cursor)
      const rows = answer['external_contact_list'] as { external_contact: { external_userid: string } }[]
      ids.push(...rows.map((row) => row.external_contact.external_userid))
      if (ids.length === 3) world.corp.staffAct('lihua', 'delete', { person: ids[0] ?? '' })
      cursor = String(answer['next_cursor'])
    } while (cursor !== '')
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(9)
    expect(await ask('forged')).toMatchObject({ errcode: 40058 })
  })
})

describe('a hand-over', () => {
  const pair = { handover_userid: 'lihua', takeover_userid: 'wangfang' }
  const start = async (resigned = false) => {
    const { id } = world.simulator.control.addFollower({ name: '小雨' })
    const { customer } = world.corp.staffAct('lihua', 'add', { person: id })
    if (resigned) world.corp.staffAct('lihua', 'leave')
    const path = resigned ? `${ROOT}/resigned/transfer_customer` : `${ROOT}/transfer_customer`
    const begun = await world.api(path, { ...pair, external_userid: [customer] })
    expect(begun).toMatchObject({ errcode: 0, customer: [{ external_userid: customer, errcode: 0 }] })
    return { id, customer }
  }

  test('completes after 24 h, with events of the platform', async () => {
    const { id, customer } = await start()
    const result = () => world.api(`${ROOT}/transfer_result`, pair)
    expect(await result()).toMatchObject({ customer: [{ external_userid: customer, status: 2 }] })
    world.simulator.control.clock({ advance: 24 * 3_600_000 })
    expect(await result()).toMatchObject({ customer: [{ status: 1 }] })
    const [gone] = await world.events('del_external_contact')
    expect(gone?.get('Source')).toBe('DELETE_BY_TRANSFER')
    expect(world.corp.customer(id).relations).toMatchObject([{ staff: 'wangfang', way: 202 }])
  })

  test('is refused by the customer, and by the rule of two in 90 days', async () => {
    const { id, customer } = await start()
    const again = () => world.api(`${ROOT}/transfer_customer`, { ...pair, external_userid: [customer] })
    expect(await again()).toMatchObject({ customer: [{ errcode: 40129 }] })
    world.corp.personAct(id, 'refuse-transfer')
    const [failed] = await world.events('transfer_fail')
    expect(failed?.get('FailReason')).toBe('customer_refused')
    expect(await world.api(`${ROOT}/transfer_result`, pair)).toMatchObject({ customer: [{ status: 3 }] })
    expect(await again()).toMatchObject({ customer: [{ errcode: 0 }] })
    world.corp.personAct(id, 'refuse-transfer')
    expect(await again()).toMatchObject({ customer: [{ errcode: 40128 }] })
    world.simulator.control.clock({ advance: 91 * 86_400_000 })
    expect(await again()).toMatchObject({ customer: [{ errcode: 0 }] })
  })

  test('of a member who left starts from the list of the unassigned', async () => {
    const { customer } = world.corp.staffAct('zhangwei', 'add', { person: { name: '阿强' } })
    world.corp.staffAct('zhangwei', 'leave')
    expect(await world.api(`${ROOT}/get_unassigned_list`, { page_size: 10 })).toMatchObject({
      info: [{ handover_userid: 'zhangwei', external_userid: customer }],
      is_last: true,
    })
    const wrong = { handover_userid: 'liuyang', takeover_userid: 'lihua', external_userid: [customer] }
    expect(await world.api(`${ROOT}/resigned/transfer_customer`, wrong)).toMatchObject({ errcode: 40097 })
    const { id } = await start(true)
    world.corp.personAct(id, 'accept-transfer')
    expect(world.corp.customer(id).relations).toMatchObject([{ staff: 'wangfang' }])
  })

  test('fails when the taker has no room', async () => {
    world.corp.setStaff('wangfang', { capacity: 0 })
    await start()
    world.simulator.control.clock({ advance: 24 * 3_600_000 })
    const [failed] = await world.events('transfer_fail')
    expect(failed?.get('FailReason')).toBe('customer_limit_exceed')
    expect(await world.api(`${ROOT}/transfer_result`, pair)).toMatchObject({ customer: [{ status: 4 }] })
  })
})
