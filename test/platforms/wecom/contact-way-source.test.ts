import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createContactWaySource } from '../../../src/platforms/wecom/contact-way-source.js'
import { startWecomWorld, type WecomWorld } from './world.js'

const ROOT = '/cgi-bin/externalcontact'
let world: WecomWorld
beforeEach(async () => {
  world = await startWecomWorld()
})
afterEach(() => world.close())

const source = () => createContactWaySource(world.client)
const way = { place: 'qr' as const, remark: '包裹卡', addAtOnce: true, state: 'parcel', staff: ['lihua', 'wangfang'] }
const add = (answer: object) => {
  world.wecom.next(`${ROOT}/add_contact_way`, answer)
  return source().add(way)
}

describe('the contact ways of the platform', () => {
  test('are made with their channel, found and changed', async () => {
    expect(await add({ errcode: 0, config_id: 'CFG', qr_code: 'https://qr.example/1' })).toEqual({
      end: 'made',
      id: 'CFG',
      qrCode: 'https://qr.example/1',
    })
    expect(world.wecom.sent(`${ROOT}/add_contact_way`)).toEqual([
      { type: 2, scene: 2, remark: '包裹卡', skip_verify: true, state: 'parcel', user: ['lihua', 'wangfang'] },
    ])
    world.wecom.next(`${ROOT}/list_contact_way`, { errcode: 0, contact_way: [{ config_id: 'CFG' }] })
    const span = { from: new Date(1_760_000_000_000), to: new Date(1_760_000_600_000) }
    expect(await source().list(span)).toMatchObject({ end: 'page', page: { items: ['CFG'] } })
    world.wecom.next(`${ROOT}/get_contact_way`, {
      errcode: 0,
      contact_way: {
        config_id: 'CFG',
        type: 2,
        scene: 2,
        state: 'parcel',
        user: ['lihua'],
        remark: 'r',
        skip_verify: false,
      },
    })
    expect(await source().get('CFG')).toMatchObject({
      end: 'found',
      way: { state: 'parcel', staff: ['lihua'], remark: 'r', addAtOnce: false },
    })
    const { place: _, ...change } = way
    expect(await source().update('CFG', { ...change, staff: ['wangfang'] })).toEqual({ end: 'done' })
    expect(world.wecom.sent(`${ROOT}/update_contact_way`)).toMatchObject([{ config_id: 'CFG', user: ['wangfang'] }])
  })

  test.each([
    [41045, 'full', '联系我数量已达上限（41045）'],
    [41054, 'staff', '成员未激活（41054）'],
    [84074, 'staff', '84074'],
    [48002, 'later', '48002'],
    [40003, 'staff', 'userid 不存在'],
    [41044, 'gone', '41044'],
    [45009, 'later', '45009'],
    [-1, 'later', '（-1）'],
    [40058, 'refused', '40058'],
  ])('refused with %i are a fault of kind %s, in words for an operator', async (errcode, kind, words) => {
    world.wecom.always(`${ROOT}/add_contact_way`, { errcode, errmsg: 'no' })
    expect(await source().add(way)).toMatchObject({ end: 'fault', kind, reason: expect.stringContaining(words) })
  })

  test('are unclear when the connection breaks after the request, and never repeated', async () => {
    world.wecom.next(`${ROOT}/add_contact_way`, (response) => response.destroy())
    expect(await source().add(way)).toMatchObject({ end: 'fault', kind: 'unclear' })
    expect(world.wecom.sent(`${ROOT}/add_contact_way`)).toHaveLength(1)
  })

  test('that are gone count as removed', async () => {
    world.wecom.next(`${ROOT}/del_contact_way`, { errcode: 41044, errmsg: 'gone' })
    expect(await source().remove('CFG')).toEqual({ end: 'done' })
  })
})
