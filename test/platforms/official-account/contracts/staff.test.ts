import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { rejectionOf } from '../client/fixture.js'
import { type ContractWorld, picture, startContractWorld } from './world.js'

let world: ContractWorld
beforeEach(async () => {
  world = await startContractWorld()
})
afterEach(() => world.close())

test('accounts are made, renamed, invited, pictured and removed', async () => {
  const { staff } = world.client
  await staff.add('amy@shop', '小美')
  expect(await rejectionOf(staff.add('amy@shop', '小美'))).toMatchObject({ errcode: 61453 })
  await staff.rename('amy@shop', '美美')
  await staff.invite('amy@shop', 'wx_amy')
  await staff.setPicture('amy@shop', picture)
  expect(await staff.list()).toMatchObject([
    { account: 'amy@shop', nickname: '美美', invitation: { wechatId: 'wx_amy', status: 'waiting' } },
  ])
  expect(await staff.online()).toEqual([{ account: 'amy@shop', serving: 0 }])
  await staff.remove('amy@shop')
  expect(await staff.list()).toEqual([])
  expect(await rejectionOf(staff.remove('amy@shop'))).toMatchObject({ errcode: 61452 })
  for (const refused of [staff.add('amy', '小美'), staff.add('bob@shop', '长'.repeat(11))]) {
    expect(await rejectionOf(refused)).toMatchObject({ class: 'request', errcode: undefined })
  }
})

test('a session keeps her messages from us, and its chat can be read', async () => {
  const { staff } = world.client
  const { control } = world.simulator
  const openid = control.addFollower({ following: true }).id
  await staff.add('amy@shop', '小美')
  await staff.add('bob@shop', '小宝')
  await staff.openSession('amy@shop', openid)
  expect(await world.pushed('kf_create_session')).toContain('amy@shop')
  expect(await staff.sessionOf(openid)).toMatchObject({ account: 'amy@shop' })
  expect(await staff.sessions('amy@shop')).toMatchObject([{ openid }])
  expect(await rejectionOf(staff.openSession('bob@shop', openid))).toMatchObject({ errcode: 61458 })
  control.say(openid, '能退吗')
  control.staff(openid, '可以的')
  const now = world.clock.now().getTime()
  const { records } = await staff.records({ from: new Date(now - 3_600_000), to: new Date(now + 60_000) })
  expect(records.map(({ from, text, account }) => ({ from, text, account }))).toEqual([
    { from: 'person', text: '能退吗', account: 'amy@shop' },
    { from: 'staff', text: '可以的', account: 'amy@shop' },
  ])
  const first = await staff.records({ from: new Date(now - 3_600_000), to: new Date(now + 60_000), count: 1 })
  expect(first.records).toHaveLength(1)
  await staff.closeSession('amy@shop', openid)
  expect(await staff.sessionOf(openid)).toBeUndefined()
  expect(await staff.waiting()).toEqual({ total: 0, people: [] })
  const long = staff.records({ from: new Date(now - 25 * 3_600_000), to: new Date(now) })
  expect(await rejectionOf(long)).toMatchObject({ class: 'request', errcode: undefined })
})
