import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { groupRows } from '../../src/groups/model.js'
import { createLeases } from '../../src/store/lease.js'
import { ACCOUNT, type GroupWorld, openGroups } from './setup.js'

let world: GroupWorld
let count = 0

beforeAll(async () => {
  world = await openGroups()
})
afterAll(() => world.close())
beforeEach(() => {
  world.corp.calls = []
  world.corp.refuse = undefined
})

/** New groups of one owner, of which we hear nothing. */
function unheard(groups: number, owner = 'lihua'): string[] {
  return Array.from({ length: groups }, () => {
    const id = `wr${String(++count).padStart(4, '0')}`
    world.corp.create(id, owner, [`wm-${id}-a`, `wm-${id}-b`], `群 ${id}`)
    return id
  })
}
const gets = () => world.corp.calls.filter((call) => call.startsWith('get'))

describe('a sync of groups', () => {
  test('brings in every group with its members, as no news, and reports the second time what nobody told us', async () => {
    const { corp, groups } = world
    const ids = unheard(30)
    await world.pass(86_400_000)
    const first = await groups.sync(ACCOUNT)
    expect(first).toMatchObject({ state: 'done', counts: { listed: 30, read: 30, changed: 0, failed: 0 } })
    expect(first.differences[0]).toEqual({ kind: 'new', group: ids[0], detail: '3 members' })
    expect(await groups.list({ limit: 1000 })).toMatchObject({ groups: ids.map((chatId) => ({ chatId, count: 3 })) })
    expect(await world.facts()).toEqual([])

    await world.pass(60_000)
    corp.join(ids[0] ?? '', 'wm-unheard', { state: 'poster', way: 'code' })
    corp.leave(ids[1] ?? '', `wm-${ids[1]}-a`)
    corp.rename(ids[2] ?? '', '新名')
    corp.dismiss(ids[3] ?? '')
    const [born = ''] = unheard(1)
    await world.pass(60_000)
    const second = await groups.sync(ACCOUNT)
    expect(second.counts).toEqual({
      listed: 30,
      read: 31,
      added: 1,
      changed: 3,
      joined: 1,
      left: 1,
      dismissed: 0,
      failed: 1,
    })
    expect(second.differences.map(({ kind, group }) => [kind, group])).toEqual(
      expect.arrayContaining([
        ['members', ids[0]],
        ['members', ids[1]],
        ['name', ids[2]],
        ['unlisted', ids[3]],
        ['new', born],
      ]),
    )
    await world.settle()
    expect(await groups.get(ACCOUNT, ids[3] ?? '')).toMatchObject({ status: 'dismissed', count: 0 })
    const facts = (await world.facts()).map(({ type, props }) => [type, props['group'], props['guessed']])
    expect(facts).toEqual(
      expect.arrayContaining([
        ['chat.joined', ids[0], undefined],
        ['chat.left', ids[1], true],
        ['chat.renamed', ids[2], undefined],
        ['chat.dismissed', ids[3], undefined],
        ['chat.created', born, undefined],
      ]),
    )
    expect(facts.filter(([type, group]) => type === 'chat.joined' && group === born)).toHaveLength(3)
  })

  test('the third time nothing differs, and no roster is written', async () => {
    const before = await groupRows(world.store.connection)
      .find({}, { projection: { rev: 1 } })
      .toArray()
    const third = await world.groups.sync(ACCOUNT)
    expect(third).toMatchObject({ counts: { changed: 0, failed: 0 }, differences: [] })
    expect(
      await groupRows(world.store.connection)
        .find({}, { projection: { rev: 1 } })
        .toArray(),
    ).toEqual(before)
  })

  test('asks for a hundred owners at once, for fewer where the platform finds that too many, and for owners who left', async () => {
    const { corp, groups } = world
    corp.people = Array.from({ length: 250 }, (_, n) => `staff${String(n).padStart(3, '0')}`)
    corp.ownersAtMost = 60
    corp.pageSize = 7
    const ids = unheard(10, 'staff199')
    const done = await groups.sync(ACCOUNT)
    expect(await groups.many(ACCOUNT, ids)).toHaveLength(10)
    expect(done.counts.failed).toBe(0)
    expect(done.differences.filter(({ kind }) => kind === 'unlisted')).toEqual([])
    const sizes = corp.calls.flatMap((call) => (call.startsWith('list') ? [Number(call.split(' ')[1])] : []))
    expect(sizes).toEqual(expect.arrayContaining([100, 50]))
    corp.people = ['lihua']
    corp.group(ids[0] ?? '').hold = 'owner-left'
    await groups.sync(ACCOUNT)
    expect(await groups.get(ACCOUNT, ids[0] ?? '')).toMatchObject({ hold: 'owner-left', owner: 'staff199' })
    Object.assign(corp, { people: ['lihua', 'wangfang'], ownersAtMost: 100, pageSize: 1000 })
  })

  test('one that was cut short goes on where it was; one group that is refused holds up no other', async () => {
    const { corp, groups } = world
    unheard(120)
    corp.refuse = (call) => (gets().length > 60 && call.startsWith('get') ? new Error('gone away') : undefined)
    await expect(groups.sync(ACCOUNT)).rejects.toThrow('gone away')
    expect(await groups.syncState(ACCOUNT)).toMatchObject({ state: 'busy', counts: { listed: expect.any(Number) } })
    corp.calls = []
    corp.refuse = (call) => (call === 'get wr0160' ? new Error('no') : undefined)
    await groups.ticks.find(({ name }) => name === 'groups-resume')?.run()
    const state = await groups.syncState(ACCOUNT)
    expect(state).toMatchObject({ state: 'done', counts: { failed: expect.any(Number) } })
    expect(state?.differences).toContainEqual({ kind: 'refused', group: 'wr0160', detail: 'no' })
    expect(corp.calls.filter((call) => call.startsWith('list'))).toEqual([])
    expect(gets().length).toBeLessThan(140)
    const missing = (await groups.list({ limit: 1000 })).groups.filter(({ name }) => name === '')
    expect(missing.map(({ chatId }) => chatId)).toEqual(['wr0160'])
  })

  test('never reads more than five at once, and is made by one process at a time', async () => {
    const { corp, groups } = world
    let [under, most] = [0, 0]
    const slow = {
      staff: corp.staff,
      groups: {
        ...corp.groups,
        get: async (id: string) => {
          most = Math.max(most, ++under)
          await new Promise((done) => setImmediate(done))
          under -= 1
          return corp.groups.get(id)
        },
      },
    }
    expect(await world.another(slow).sync(ACCOUNT)).toMatchObject({ state: 'done' })
    expect(most).toBe(5)
    const lease = await createLeases(world.store.connection).take(`sync-groups:${ACCOUNT}`, 'another', 60_000)
    expect(await groups.sync(ACCOUNT)).toMatchObject({ state: 'busy' })
    await lease?.release()
  })

  test('an event that comes while its group is read wins', async () => {
    const { corp, groups } = world
    const [id = ''] = unheard(1)
    await groups.sync(ACCOUNT)
    await world.pass(3_600_000)
    const overtaken = {
      staff: corp.staff,
      groups: {
        ...corp.groups,
        get: async (asked: string) => {
          const detail = corp.detailOf(asked)
          if (asked === id && !corp.has(id, 'wm-between')) await groups.apply(corp.join(id, 'wm-between'))
          return detail
        },
      },
    }
    corp.rename(id, '又改名')
    await world.another(overtaken).sync(ACCOUNT)
    expect(await groups.isMember(ACCOUNT, id, 'wm-between')).toBe(true)
    await world.settle()
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ name: '又改名', count: 4 })
    expect((await world.facts('chat.left')).filter(({ props }) => props['group'] === id)).toEqual([])
  })
})

describe('what else the platform tells', () => {
  test('an opengid is asked for once; that it is none of ours is asked again after an hour', async () => {
    const { corp, groups } = world
    corp.opengids.set('oG1', 'wr0001')
    expect(await groups.groupOf(ACCOUNT, 'oG1')).toBe('wr0001')
    expect(await groups.groupOf(ACCOUNT, 'oG1')).toBe('wr0001')
    expect(await groups.groupOf(ACCOUNT, 'oG2')).toBeUndefined()
    expect(await groups.groupOf(ACCOUNT, 'oG2')).toBeUndefined()
    expect(corp.calls).toEqual(['opengid oG1', 'opengid oG2'])
    corp.opengids.set('oG2', 'wr0002')
    await world.pass(3_600_000)
    expect(await groups.groupOf(ACCOUNT, 'oG2')).toBe('wr0002')
  })

  test('its figures by owner are fetched for the days that are missing, up to yesterday', async () => {
    const { corp, groups } = world
    const figures = {
      groups: 3,
      newGroups: 1,
      groupsWithMessages: 2,
      members: 9,
      newMembers: 2,
      membersWithMessages: 4,
    }
    corp.figures = [{ ...figures, owner: 'lihua', messages: 77 }]
    const fetch = () => groups.ticks.find(({ name }) => name === 'groups-statistics')?.run()
    await fetch()
    expect(corp.calls).toHaveLength(30)
    expect(corp.calls.at(-1)).toBe('statistics 2026-03-03T16:00:00.000Z 3')
    corp.calls = []
    await fetch()
    expect(corp.calls).toEqual([])
    await world.pass(86_400_000)
    await fetch()
    expect(corp.calls).toHaveLength(1)
    expect(await groups.ownerDays(ACCOUNT, { from: '2026-03-04', to: '2026-03-31' })).toEqual([
      { ...figures, account: ACCOUNT, owner: 'lihua', day: '2026-03-04', messages: 77 },
      { ...figures, account: ACCOUNT, owner: 'lihua', day: '2026-03-05', messages: 77 },
    ])
  })
})
