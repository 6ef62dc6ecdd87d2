import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { rejectionOf } from '../client/fixture.js'
import { type ContractWorld, startContractWorld } from './world.js'

let world: ContractWorld
let openids: string[]
beforeEach(async () => {
  world = await startContractWorld()
  openids = Array.from({ length: 3 }, () => world.simulator.control.addFollower({ following: true }).id)
})
afterEach(() => world.close())

const calls = async () => (await world.simulator.control.calls({ waitMs: 1 })).length

describe('tags', () => {
  test('a tag is made, given, listed, taken and removed', async () => {
    const { tags, users } = world.client
    const id = await tags.create('老客户')
    expect(id).toMatch(/^\d{3}$/)
    await tags.addMembers(id, openids.slice(0, 2))
    expect(await tags.list()).toContainEqual({ id, name: '老客户', followers: 2 })
    expect((await tags.members(id)).openids).toEqual(openids.slice(0, 2))
    expect(await tags.of(openids[0] ?? '')).toEqual([id])
    expect(await users.info(openids[0] ?? '')).toMatchObject({ tagIds: [id] })
    await tags.removeMembers(id, [openids[0] ?? ''])
    expect(await tags.of(openids[0] ?? '')).toEqual([])
    await tags.rename(id, '常客')
    await tags.remove(id)
    expect((await tags.list()).map((tag) => tag.id)).not.toContain(id)
  })

  test('names: twice the same is 45157, 31 bytes never leave', async () => {
    await world.client.tags.create('新客')
    expect(await rejectionOf(world.client.tags.create('新客'))).toMatchObject({ errcode: 45157 })
    const before = await calls()
    const refused = await rejectionOf(world.client.tags.create('一二三四五六七八九十一'))
    expect(refused).toMatchObject({
      class: 'request',
      message: expect.stringMatching(/name: 33 given.*30 bytes.*标签管理/),
    })
    expect(await rejectionOf(world.client.tags.addMembers('101', Array(51).fill('o')))).toMatchObject({
      class: 'request',
      errcode: undefined,
    })
    expect(await rejectionOf(world.client.tags.remove('2'))).toMatchObject({ class: 'request', errcode: undefined })
    expect(await calls()).toBe(before)
  })

  test('the 101st tag is 45056, the 21st of a follower 45059, a stranger 49003, an unknown tag 45159', async () => {
    const { tags } = world.client
    const ids: string[] = []
    for (let at = 0; at < 100; at += 1) ids.push(await tags.create(`标签${at}`))
    expect(await rejectionOf(tags.create('多出来的'))).toMatchObject({ errcode: 45056 })
    for (const id of ids.slice(0, 20)) await tags.addMembers(id, [openids[0] ?? ''])
    expect(await rejectionOf(tags.addMembers(ids[20] ?? '', [openids[0] ?? '']))).toMatchObject({ errcode: 45059 })
    expect(await rejectionOf(tags.addMembers(ids[0] ?? '', ['oStranger']))).toMatchObject({ errcode: 49003 })
    expect(await rejectionOf(tags.addMembers('999', [openids[1] ?? '']))).toMatchObject({ errcode: 45159 })
  })
})

describe('followers', () => {
  test('the list, the profile, a remark', async () => {
    const { users } = world.client
    expect(await users.list()).toMatchObject({ total: 3, openids })
    expect(await users.list(openids[0])).toMatchObject({ openids: openids.slice(1) })
    await users.setRemark(openids[0] ?? '', '爱买床品')
    expect(await users.batchGet(openids)).toMatchObject([{ remark: '爱买床品' }, { remark: '' }, { remark: '' }])
    expect(await rejectionOf(users.info('oStranger'))).toMatchObject({ class: 'identity', errcode: 40003 })
    expect(await rejectionOf(users.batchGet(Array(101).fill('o')))).toMatchObject({ class: 'request' })
  })

  test('who is on the blacklist gets nothing (43019) until she is taken off', async () => {
    const { users, messages } = world.client
    const [first = ''] = openids
    world.simulator.control.say(first, '你好')
    await users.block([first])
    expect(await users.blacklist()).toEqual({ total: 1, openids: [first], next: first })
    expect(await rejectionOf(messages.send(first, { type: 'text', content: '在' }))).toMatchObject({ class: 'blocked' })
    await users.unblock([first])
    expect((await users.blacklist()).openids).toEqual([])
    await messages.send(first, { type: 'text', content: '在' })
    expect(await rejectionOf(users.block(Array(21).fill('o')))).toMatchObject({ class: 'request', errcode: undefined })
  })

  test('openids of before a migration become new ones', async () => {
    const [changed] = await world.client.users.changed('wx0000000000000old', [openids[0] ?? ''])
    expect(changed).toMatchObject({ before: openids[0], after: expect.stringMatching(/^o/) })
  })
})

describe('menus and codes', () => {
  test('a conditional menu needs a plain one, wins for its tag, and goes with it', async () => {
    const { menus, tags } = world.client
    const id = await tags.create('会员')
    const button = [{ type: 'click', name: '会员日', key: 'VIP' }]
    expect(await rejectionOf(menus.addConditional({ button, matchrule: { tag_id: id } }))).toMatchObject({
      errcode: 65303,
    })
    await menus.create({ button: [{ type: 'click', name: '查物流', key: 'LOGISTICS' }] })
    const menuId = await menus.addConditional({ button, matchrule: { tag_id: id } })
    await tags.addMembers(id, [openids[0] ?? ''])
    expect(await menus.tryMatch(openids[0] ?? '')).toMatchObject({ button: [{ name: '会员日' }] })
    expect(await menus.tryMatch(openids[1] ?? '')).toMatchObject({ button: [{ name: '查物流' }] })
    expect(await menus.get()).toMatchObject({ conditionalmenu: [{ matchrule: { tag_id: id } }] })
    expect(await rejectionOf(menus.addConditional({ button, matchrule: { sex: '1' } }))).toMatchObject({
      errcode: 65320,
    })
    await menus.removeConditional(menuId)
    expect(await rejectionOf(menus.removeConditional(menuId))).toMatchObject({ errcode: 65301 })
  })

  test('a code is scanned; a short key keeps what its scene has no room for', async () => {
    const { codes } = world.client
    const code = await codes.permanent('ch_poster_01')
    expect((await fetch(codes.imageUrl(code.ticket))).headers.get('content-type')).toBe('image/png')
    world.simulator.control.scan(openids[0] ?? '', { ticket: code.ticket })
    expect(await world.pushed('SCAN')).toContain('ch_poster_01')
    const key = await codes.shorten('门店=杭州西湖店&导购=小环', 600)
    expect(key).toHaveLength(15)
    expect(await codes.expand(key)).toMatchObject({ text: '门店=杭州西湖店&导购=小环' })
    world.pass(601_000)
    expect(await rejectionOf(codes.expand(key))).toMatchObject({ errcode: 47003 })
    expect(await rejectionOf(codes.shorten('x'.repeat(4097), 60))).toMatchObject({
      class: 'request',
      errcode: undefined,
    })
  })
})
