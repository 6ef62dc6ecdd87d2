import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { groupRoutes } from '../../../src/http/api/groups.js'
import { ACCOUNT, type GroupWorld, openGroups } from '../../groups/setup.js'
import { type ServedApi, serveApi } from '../../helpers/api.js'

let world: GroupWorld
let api: ServedApi

beforeAll(async () => {
  world = await openGroups()
  api = await serveApi(groupRoutes({ groups: world.groups, corps: () => [ACCOUNT] }))
  world.corp.create('wrA', 'lihua', ['wm-a', 'wm-b'], '华东福利')
  world.corp.create('wrB', 'wangfang', [], '华北福利')
  await world.wait(3_600_000)
})
afterAll(async () => {
  await api.close()
  await world.close()
})

describe('the customer groups of the API', () => {
  test('are read from the platform on demand; how that stands is asked for', async () => {
    expect(await api.ask('GET', `/group-syncs/${ACCOUNT}`)).toMatchObject({ status: 404 })
    const { status } = await api.ask('POST', `/group-syncs/${ACCOUNT}`)
    expect([200, 202]).toContain(status)
    let state = ''
    for (let round = 0; round < 500 && state !== 'done'; round++) {
      state = (await api.ask<{ state: string }>('GET', `/group-syncs/${ACCOUNT}`)).body.state
    }
    expect(await api.ask('GET', `/group-syncs/${ACCOUNT}`)).toMatchObject({
      body: { state: 'done', counts: { listed: 2, read: 2, added: 2, failed: 0 } },
    })
    expect(await api.ask('POST', '/group-syncs/shop')).toMatchObject({ status: 404 })
    world.corp.refuse = () => new Error('not allowed (60011)')
    expect(await api.ask('POST', `/group-syncs/${ACCOUNT}`)).toMatchObject({
      status: 502,
      body: { detail: 'not allowed (60011)' },
    })
    world.corp.refuse = undefined
  })

  test('are listed, filtered and paged, and shown one by one', async () => {
    const first = await api.ask<{ next: string }>('GET', '/groups?limit=1')
    expect(first.body).toMatchObject({ groups: [{ chatId: 'wrA', name: '华东福利', count: 3, customers: 2 }] })
    expect(await api.ask('GET', `/groups?limit=1&after=${encodeURIComponent(first.body.next)}`)).toMatchObject({
      body: { groups: [{ chatId: 'wrB' }] },
    })
    const named = await api.ask<{ groups: object[] }>(
      'GET',
      `/groups?name=${encodeURIComponent('华北')}&owner=wangfang`,
    )
    expect(named.body.groups).toHaveLength(1)
    expect((await api.ask<{ groups: object[] }>('GET', '/groups?nearlyFull=true')).body.groups).toEqual([])
    expect(await api.ask('GET', `/groups/${ACCOUNT}/wrA`)).toMatchObject({ body: { owner: 'lihua', capacity: 500 } })
    expect(await api.ask('GET', `/groups/${ACCOUNT}/wrX`)).toMatchObject({ status: 404 })
    expect(await api.ask('GET', '/groups?limit=5000')).toMatchObject({ status: 400 })
  })

  test('have members and days', async () => {
    await world.groups.apply(world.corp.join('wrA', 'wm-c', { way: 'code', state: 'poster' }))
    await world.settle()
    const page = await api.ask<{ next: string }>('GET', `/groups/${ACCOUNT}/wrA/members?limit=3`)
    expect(page.body).toMatchObject({ members: [{ member: 'lihua' }, { member: 'wm-a' }, { member: 'wm-b' }] })
    expect(await api.ask('GET', `/groups/${ACCOUNT}/wrA/members?after=${page.body.next}`)).toMatchObject({
      body: { members: [{ member: 'wm-c', way: 'code', state: 'poster' }] },
    })
    expect(await api.ask('GET', `/groups/${ACCOUNT}/wrA/days?days=2`)).toMatchObject({
      body: {
        since: expect.any(String),
        days: [
          { day: '2026-03-03', joined: 0, members: 0 },
          { day: '2026-03-04', joined: 4, left: 0, members: 4, byState: { poster: 1 }, byWay: { invited: 3, code: 1 } },
        ],
      },
    })
  })

  test('tell who came and went today where it is asked for', async () => {
    await world.groups.apply(world.corp.join('wrA', 'wm-d', { way: 'link' }))
    await world.groups.apply(world.corp.leave('wrA', 'wm-d'))
    await world.settle()
    const { body } = await api.ask<{ groups: { chatId: string; today?: object }[] }>('GET', '/groups?today=true')
    expect(body.groups).toMatchObject([
      { chatId: 'wrA', today: { joined: 5, left: 1 } },
      { chatId: 'wrB', today: { joined: 1, left: 0 } },
    ])
    expect((await api.ask<typeof body>('GET', '/groups')).body.groups[0]).not.toHaveProperty('today')
  })

  test('are listed for a person, with their names', async () => {
    const { members } = await world.groups.membersOf(ACCOUNT, 'wrA')
    const contact = members.find(({ member }) => member === 'wm-c')?.contact ?? ''
    expect(await api.ask('GET', `/contacts/${contact}/groups`)).toMatchObject({
      body: { groups: [{ chatId: 'wrA', name: '华东福利', way: 'code', state: 'poster' }] },
    })
  })

  test('take our labels, folder and size, and nothing the platform would have to do', async () => {
    const change = { addLabels: ['老客'], folder: '华东', nearlyFullAt: 4 }
    expect(await api.ask('PATCH', `/groups/${ACCOUNT}/wrA`, change)).toMatchObject({
      body: { labels: ['老客'], folder: '华东', nearlyFullAt: 4, nearlyFull: true },
    })
    expect(await api.ask('GET', `/group-labels/${ACCOUNT}`)).toMatchObject({
      body: { labels: [{ label: '老客', groups: 1 }], folders: [{ folder: '华东', groups: 1 }] },
    })
    expect(await api.ask('PATCH', `/groups/${ACCOUNT}/wrA`, { name: '改名' })).toMatchObject({ status: 400 })
    expect(await api.ask('PATCH', `/groups/${ACCOUNT}/wrA`, {})).toMatchObject({ status: 400 })
    expect(await api.ask('PATCH', `/groups/${ACCOUNT}/wrX`, { folder: 'x' })).toMatchObject({ status: 404 })
  })

  test('are found by the opengid of a mini program', async () => {
    world.corp.opengids.set('oG1', 'wrA')
    expect(await api.ask('GET', `/group-opengids/${ACCOUNT}/oG1`)).toMatchObject({
      body: { chatId: 'wrA', group: { name: '华东福利' } },
    })
    expect(await api.ask('GET', `/group-opengids/${ACCOUNT}/oG9`)).toMatchObject({ status: 404 })
  })

  test('have the platform\u2019s figures by owner', async () => {
    const figures = {
      groups: 1,
      newGroups: 0,
      groupsWithMessages: 1,
      members: 3,
      newMembers: 0,
      membersWithMessages: 2,
    }
    world.corp.figures = [{ ...figures, owner: 'lihua', messages: 8 }]
    await world.groups.ticks.find(({ name }) => name === 'groups-statistics')?.run()
    expect(
      await api.ask('GET', `/group-owner-days/${ACCOUNT}?from=2026-03-03&to=2026-03-04&owner=lihua`),
    ).toMatchObject({
      body: { days: [{ day: '2026-03-03', owner: 'lihua', messages: 8 }] },
    })
  })

  test('say on the API page what a server cannot do', () => {
    const routes = groupRoutes({ groups: world.groups, corps: () => [] })
    for (const id of ['listGroups', 'getGroup', 'editGroup']) {
      expect(routes.find((one) => one.id === id)?.description).toMatch(/建群、解散、在群内直接发言/)
    }
  })
})
