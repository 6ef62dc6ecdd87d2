import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Customers } from '../../src/customers/customers.js'
import { type FakeCorp, refusal } from './fake-corp.js'
import { type CustomerWorld, openCustomerWorld } from './world.js'

let world: CustomerWorld
let corp: FakeCorp
let customers: Customers
const HOUR = 3_600_000

beforeAll(async () => {
  world = await openCustomerWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  ;({ corp, customers } = world.corp())
})

const live = async () =>
  (await customers.relations.list({ account: corp.account, limit: 1000 })).map(
    ({ staff, customer }) => `${staff}/${customer}`,
  )
const factsOf = async (customer: string) => {
  const contact = String((await world.contactOf(corp.account, customer))?._id)
  return world.people.events.read({ contact })
}
const sync = (options = {}) => customers.sync(corp.account, options)

describe('a sync of customers', () => {
  test('brings in every pair with remark, channel and tags, makes one contact a person, and tells who was new', async () => {
    const since = new Date(world.now().getTime() - 30 * 24 * HOUR)
    for (let at = 0; at < 230; at++) {
      corp.add(`s${at % 7}`, `wm${at}`, {
        addedAt: since,
        unionid: `u-${corp.account}-${at}`,
        state: 'poster',
        remark: `备注${at}`,
      })
    }
    corp.add('s1', 'wm0', { addedAt: since, unionid: `u-${corp.account}-0` })
    const seen: number[] = []
    const summary = await sync({ onProgress: (progress: { seen: number }) => seen.push(progress.seen) })
    expect(summary).toMatchObject({
      state: 'done',
      staff: { total: 7, done: 7 },
      counts: { seen: 231, added: 231, ended: 0, withUnionid: 231, withoutUnionid: 0, conflicts: 0 },
    })
    expect(Math.max(...seen)).toBe(231)
    expect(await world.contactOf(corp.account, 'wm0')).toMatchObject({
      unionid: `u-${corp.account}-0`,
      profile: { nickname: '客户wm0' },
      firstSeenAt: since,
      identities: [{ platform: 'wecom', follow: { following: true, at: since } }],
    })
    expect(await customers.relations.of(corp.account, 'wm0')).toMatchObject([
      { staff: 's0', live: true, state: 'poster', remark: '备注0', way: 1, addedAt: since },
      { staff: 's1', live: true },
    ])
    expect(await factsOf('wm5')).toMatchObject([
      {
        type: 'customer.added',
        occurredAt: since,
        props: { corp: corp.account, staff: 's5', state: 'poster', by: 'sync' },
      },
    ])
    expect(await sync()).toMatchObject({ counts: { seen: 231, added: 0, revived: 0, ended: 0 } })
    expect(await factsOf('wm5')).toHaveLength(1)
  })

  test('counts why a unionid is missing and says that the developer id is not bound', async () => {
    corp.add('li', 'wmA')
    corp.add('li', 'woB', { kind: 'wecom' })
    const { counts, conflicts } = await sync()
    expect(counts).toMatchObject({ withUnionid: 0, wecomUsers: 1, withoutUnionid: 1, conflicts: 1 })
    expect(conflicts).toMatchObject([{ kind: 'no-unionid', detail: expect.stringContaining('41057') }])
  })

  test('goes on at the page where it was cut short, also in another process', async () => {
    for (let at = 0; at < 60; at++) corp.add('li', `wm${at}`)
    corp.pageSize = 10
    corp.failing = { call: 'batch', after: 3, error: new Error('the connection broke') }
    await expect(sync()).rejects.toThrow('the connection broke')
    expect(await live()).toHaveLength(30)
    corp.failing = undefined
    const before = corp.count('batch')
    const summary = await world.another(corp).sync(corp.account)
    expect(corp.count('batch') - before).toBe(3)
    expect(summary).toMatchObject({ state: 'done', counts: { seen: 60, added: 60 } })
    expect(await live()).toHaveLength(60)
    expect(corp.count('followUsers')).toBe(1)
  })

  test('begins a batch anew when the platform has forgotten the cursor', async () => {
    for (let at = 0; at < 30; at++) corp.add('li', `wm${at}`)
    corp.pageSize = 10
    corp.failing = { call: 'batch', after: 2, error: new Error('the connection broke') }
    await expect(sync()).rejects.toThrow('the connection broke')
    corp.failing = undefined
    corp.forgetCursors()
    expect(await sync()).toMatchObject({ state: 'done' })
    const asked = corp.calls
      .filter(({ call }) => call === 'batch')
      .map(({ about }) => (about as { cursor?: string }).cursor)
    expect(asked).toEqual([undefined, 'li/wm9', 'li/wm19', 'li/wm19', undefined, 'li/wm9', 'li/wm19'])
    expect(await live()).toHaveLength(30)
  })

  test('pauses at a quota and goes on with the next run', async () => {
    for (let at = 0; at < 20; at++) corp.add('li', `wm${at}`)
    corp.pageSize = 10
    corp.failing = { call: 'batch', after: 1, error: refusal('quota', '调用过于频繁') }
    expect(await sync()).toMatchObject({ state: 'paused', counts: { seen: 10 } })
    corp.failing = undefined
    expect(await sync()).toMatchObject({ state: 'done', counts: { seen: 20 } })
  })

  test('ends pairs that no list names, after asking for each, and the customer no longer follows', async () => {
    corp.add('li', 'wmA')
    corp.add('li', 'wmB')
    corp.add('wang', 'wmB')
    await sync()
    corp.pairs.delete('li/wmA')
    corp.pairs.delete('li/wmB')
    world.pass(24 * HOUR)
    expect(await sync()).toMatchObject({ counts: { ended: 2 } })
    expect(corp.calls.filter(({ call }) => call === 'get').map(({ about }) => about)).toEqual(['wmA', 'wmB'])
    expect(await live()).toEqual(['wang/wmB'])
    const identity = async (customer: string) => (await world.contactOf(corp.account, customer))?.identities[0]
    expect((await identity('wmA'))?.follow.following).toBe(false)
    expect((await identity('wmB'))?.follow.following).toBe(true)
    expect((await factsOf('wmA')).map(({ type }) => type)).toContain('customer.removed')
  })

  test('doubts a list that is suddenly short, unless an operator believes it', async () => {
    for (let at = 0; at < 50; at++) corp.add('li', `wm${at}`)
    await sync()
    corp.pairs.clear()
    world.pass(24 * HOUR)
    const doubted = await sync()
    expect(doubted.conflicts).toMatchObject([{ kind: 'mass-missing', staff: 'li' }])
    expect(await live()).toHaveLength(50)
    expect(await sync({ believe: true })).toMatchObject({ counts: { ended: 50 } })
  })

  test('keeps the customers of a member who has left, until somebody takes them over', async () => {
    corp.add('li', 'wmA')
    corp.add('wang', 'wmB')
    await sync()
    corp.staff = ['wang']
    world.pass(24 * HOUR)
    expect(await sync()).toMatchObject({
      counts: { ended: 0, waiting: 1 },
      conflicts: expect.arrayContaining([expect.objectContaining({ kind: 'staff-gone', staff: 'li' })]),
    })
    const waiting = await customers.relations.list({ account: corp.account, standing: 'waiting' })
    expect(waiting).toMatchObject([{ staff: 'li', customer: 'wmA' }])
    expect((await world.contactOf(corp.account, 'wmA'))?.identities[0]?.follow.following).toBe(true)
    world.pass(HOUR)
    corp.pairs.delete('li/wmA')
    corp.add('wang', 'wmA', { way: 202 })
    world.pass(24 * HOUR)
    await sync()
    expect((await live()).toSorted()).toEqual(['wang/wmA', 'wang/wmB'])
    expect((await customers.relations.find(corp.account, 'li', 'wmA'))?.ended?.by).toBe('transfer')
  })

  test('leaves news younger than a minute to its event', async () => {
    corp.add('li', 'wmA')
    await sync()
    world.pass(HOUR)
    const added = corp.update('event.customer.added', 'li', 'wmNew')
    await customers.apply(added)
    expect(await sync()).toMatchObject({ counts: { ended: 0 } })
    expect(await live()).toEqual(['li/wmA', 'li/wmNew'])
  })

  test('one process at a time works', async () => {
    corp.add('li', 'wmA')
    const [one, two] = await Promise.all([sync(), world.another(corp).sync(corp.account)])
    expect([one.state, two.state].toSorted()).toEqual(['busy', 'done'])
  })
})
