import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Customers } from '../../src/customers/customers.js'
import { type FakeCorp, refusal } from './fake-corp.js'
import { type CustomerWorld, openCustomerWorld } from './world.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
let world: CustomerWorld
let corp: FakeCorp
let customers: Customers

beforeAll(async () => {
  world = await openCustomerWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  ;({ corp, customers } = world.corp())
  corp.staff = ['li', 'wang', 'zhao']
})

async function has(count: number, staff = 'li'): Promise<void> {
  for (let at = 0; at < count; at++) corp.add(staff, `wm${at}`)
  await customers.sync(corp.account)
}
const plan = (more: object = {}) =>
  customers.handOvers.plan({ account: corp.account, from: 'li', to: ['wang'], by: 'test', groups: [], ...more })
const drive = async (hours = 1) => {
  world.pass(hours * HOUR)
  await customers.handOvers.drive()
}
const sent = (call = 'transfer') =>
  corp.calls.filter((one) => one.call === call).map(({ about }) => about as { customers: string[]; to: string })
const view = async (id: string) => (await customers.handOvers.find(id)) ?? { state: 'gone', items: {} }

describe('a hand-over', () => {
  test('is planned, shown and sent only when started; a hundred a call, and read until the platform is done', async () => {
    await has(230)
    const planned = await plan({ message: '之后由王芳为您服务' })
    expect(planned).toMatchObject({ state: 'planned', resigned: false, items: { customer: { planned: 230 } } })
    await drive()
    expect(sent()).toEqual([])
    await customers.handOvers.start(planned._id)
    await drive()
    expect(sent().map((one) => one.customers.length)).toEqual([100, 100, 30])
    expect(await view(planned._id)).toMatchObject({ state: 'running', items: { customer: { waiting: 230 } } })
    world.pass(DAY)
    for (let at = 0; at < 229; at++) corp.settle(`wm${at}`, 'done')
    corp.settle('wm229', 'refused-by-customer')
    await drive()
    expect(await view(planned._id)).toMatchObject({ state: 'done', items: { customer: { done: 229, refused: 1 } } })
    expect(sent()).toHaveLength(3)
    expect(await customers.relations.staffOf(corp.account, 'wm7')).toEqual(['wang'])
    expect(await customers.relations.staffOf(corp.account, 'wm229')).toEqual(['li'])
    const contact = String((await world.contactOf(corp.account, 'wm7'))?._id)
    const facts = await world.people.events.read({ contact, type: 'customer.transferred' })
    expect(facts).toMatchObject([{ props: { staff: 'wang', from: 'li', customer: 'wm7' } }])
  })

  test('among several takers goes round, and to the next one where a taker is full', async () => {
    await has(4)
    const { _id } = await plan({ to: ['wang', 'zhao'] })
    await customers.handOvers.start(_id)
    await drive()
    expect(sent().map(({ to, customers: ids }) => [to, ids])).toEqual([
      ['wang', ['wm0', 'wm2']],
      ['zhao', ['wm1', 'wm3']],
    ])
    corp.settle('wm0', 'full')
    await drive()
    await drive()
    expect(sent().at(-1)).toMatchObject({ to: 'zhao', customers: ['wm0'] })
    corp.settle('wm0', 'full')
    await drive()
    expect((await customers.handOvers.items(_id, { state: 'taker-full' })).rows).toMatchObject([{ target: 'wm0' }])
  })

  test('refused by the platform for one customer is told with its reason and does not stop the others', async () => {
    await has(3)
    corp.refusing.set('wm1', refusal('state', '客户近期已被继承'))
    const { _id } = await plan()
    await customers.handOvers.start(_id)
    await drive()
    expect(await view(_id)).toMatchObject({ items: { customer: { waiting: 2, failed: 1 } } })
    expect((await customers.handOvers.items(_id, { state: 'failed' })).rows).toMatchObject([
      { target: 'wm1', reason: '客户近期已被继承' },
    ])
  })

  test('leaves out who was handed over twice within ninety days', async () => {
    await has(1)
    for (const [from, to] of [
      ['li', 'wang'],
      ['wang', 'li'],
    ] as const) {
      const { _id } = await plan({ from, to: [to] })
      await customers.handOvers.start(_id)
      await drive()
      corp.settle('wm0', 'done')
      await drive()
      expect((await view(_id)).state).toBe('done')
    }
    expect(await plan()).toMatchObject({ items: { customer: { failed: 1 } } })
    world.pass(91 * DAY)
    expect(await plan()).toMatchObject({ items: { customer: { planned: 1 } } })
  })

  test('cut short after the platform took the call begins nothing twice', async () => {
    await has(150)
    const { _id } = await plan()
    await customers.handOvers.start(_id)
    corp.failing = { call: 'transfer', after: 0, error: new Error('the power went out'), done: true }
    await drive()
    expect(await view(_id)).toMatchObject({ items: { customer: { sending: 100, planned: 50 } } })
    corp.failing = undefined
    world.pass(HOUR)
    await world.another(corp).handOvers.drive()
    expect(await view(_id)).toMatchObject({ items: { customer: { waiting: 150 } } })
    const all = sent().flatMap((one) => one.customers)
    expect(new Set(all).size).toBe(all.length)
  })

  test('cut short before the platform got the call sends it again', async () => {
    await has(5)
    const { _id } = await plan()
    await customers.handOvers.start(_id)
    corp.failing = { call: 'transfer', after: 0, error: new Error('the power went out') }
    await drive()
    corp.failing = undefined
    await drive()
    expect(await view(_id)).toMatchObject({ items: { customer: { waiting: 5 } } })
  })

  test('waits at a quota and says so', async () => {
    await has(5)
    const { _id } = await plan()
    await customers.handOvers.start(_id)
    corp.failing = { call: 'transfer', after: 0, error: refusal('quota', '调用过于频繁') }
    await drive()
    expect(await view(_id)).toMatchObject({ held: '调用过于频繁', items: { customer: { planned: 5 } } })
    corp.failing = undefined
    await drive()
    const now = await view(_id)
    expect(now).toMatchObject({ items: { customer: { waiting: 5 } } })
    expect(now).not.toHaveProperty('held')
  })

  test('planned again under the same key, as after a crash, is the same plan', async () => {
    await has(3)
    const one = await plan({ key: 'leave-2026' })
    const two = await plan({ key: 'leave-2026' })
    expect(two._id).toBe(one._id)
    expect(two.items).toEqual(one.items)
  })

  test('of a member who has left takes the list of unassigned customers too, and the calls for leavers', async () => {
    await has(2)
    corp.add('li', 'wmUnknown')
    corp.staff = ['wang']
    world.pass(HOUR)
    await customers.sync(corp.account)
    const planned = await plan()
    expect(planned).toMatchObject({ resigned: true, items: { customer: { planned: 3 } } })
    await customers.handOvers.start(planned._id)
    await drive()
    expect(sent('transferOfLeft').flatMap((one) => one.customers)).toHaveLength(3)
    expect((await customers.handOvers.unassigned(corp.account)).items).toHaveLength(3)
    await expect(plan({ message: '再见' })).rejects.toThrow('no message')
  })

  test('moves groups, a hundred a call and three hundred a day, and tells which failed', async () => {
    for (let at = 0; at < 320; at++) corp.ownedGroups.set(`wr${String(at).padStart(3, '0')}`, 'li')
    corp.refusing.set('wr005', refusal('state', '客户群近期已转移'))
    const planned = await plan({ customers: [], groups: 'all' })
    expect(planned.items).toEqual({ customer: {}, group: { planned: 320 } })
    await customers.handOvers.start(planned._id)
    await drive(0)
    expect(await view(planned._id)).toMatchObject({ items: { group: { done: 299, failed: 1, planned: 20 } } })
    await drive(24)
    expect(await view(planned._id)).toMatchObject({ state: 'done', items: { group: { done: 319, failed: 1 } } })
    expect((await customers.handOvers.items(planned._id, { state: 'failed' })).rows).toMatchObject([
      { target: 'wr005', reason: '客户群近期已转移' },
    ])
  })

  test('a crash in the middle of moving groups asks who owns them now', async () => {
    for (const id of ['wr1', 'wr2']) corp.ownedGroups.set(id, 'li')
    const { _id } = await plan({ customers: [], groups: 'all' })
    await customers.handOvers.start(_id)
    corp.failing = { call: 'groups', after: 0, error: new Error('the power went out'), done: true }
    await drive()
    corp.failing = undefined
    await drive()
    expect(await view(_id)).toMatchObject({ state: 'done', items: { group: { done: 2 } } })
    expect(corp.count('groups')).toBe(1)
  })

  test('can be dropped before it is started, not after', async () => {
    await has(2)
    const one = await plan()
    expect(await customers.handOvers.drop(one._id)).toBe('dropped')
    expect(await customers.handOvers.find(one._id)).toBeUndefined()
    const two = await plan()
    await customers.handOvers.start(two._id)
    expect(await customers.handOvers.drop(two._id)).toBe('started')
    expect(await customers.handOvers.drop('none')).toBe('unknown')
  })
})
