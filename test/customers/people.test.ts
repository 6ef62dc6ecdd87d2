import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { contactRows } from '../../src/contacts/model.js'
import type { Customers } from '../../src/customers/customers.js'
import { updateOf } from '../contacts/people.js'
import type { FakeCorp } from './fake-corp.js'
import { type CustomerWorld, openCustomerWorld } from './world.js'

let world: CustomerWorld
let corp: FakeCorp
let customers: Customers

beforeAll(async () => {
  world = await openCustomerWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  ;({ corp, customers } = world.corp())
})

const met = (externalId: string, unionid?: string) => ({
  account: corp.account,
  externalId,
  at: world.now(),
  ...(unionid !== undefined && { unionid }),
})
const follower = async (openid: string, unionid: string) => {
  await world.people.contacts.apply(updateOf(openid, world.now(), { kind: 'event.subscribe' }))
  const person = { platform: 'official-account', account: 'shop', externalId: openid } as const
  await world.people.contacts.join(person, unionid, world.now())
  return world.people.contacts.resolve(person)
}

describe('people of a corporation', () => {
  test('who follow an Official Account are the same contact, by unionid', async () => {
    const contact = await follower(`o-${corp.account}`, `U-${corp.account}`)
    const ids = await customers.people.learn([met('wmA', `U-${corp.account}`), met('wmB')])
    expect(ids.get('wmA')).toBe(contact)
    expect(ids.get('wmB')).not.toBe(contact)
    const row = await world.contactOf(corp.account, 'wmA')
    expect(row?.identities.map(({ platform, follow }) => `${platform} ${follow.following}`)).toEqual([
      'official-account true',
      'wecom false',
    ])
  })

  test('are joined when the unionid turns up later', async () => {
    const ids = await customers.people.learn([met('wmA')])
    const contact = await follower(`o-${corp.account}`, `U-${corp.account}`)
    const later = await customers.people.learn([met('wmA', `U-${corp.account}`)])
    const row = await world.contactOf(corp.account, 'wmA')
    expect([contact, ids.get('wmA')]).toContain(row?._id)
    expect(later.get('wmA')).toBe(row?._id)
    expect(row?.identities).toHaveLength(2)
  })

  test('with different unionids never become one contact', async () => {
    await customers.people.learn([met('wmA', `U1-${corp.account}`)])
    const before = customers.people.conflicts()
    await customers.people.learn([met('wmA', `U2-${corp.account}`)])
    expect(customers.people.conflicts()).toBe(before + 1)
    expect((await world.contactOf(corp.account, 'wmA'))?.unionid).toBe(`U1-${corp.account}`)
    await customers.people.learn([met('wmB', `U1-${corp.account}`)])
    expect((await world.contactOf(corp.account, 'wmB'))?._id).not.toBe(
      (await world.contactOf(corp.account, 'wmA'))?._id,
    )
  })

  test('five hundred cost a handful of commands, and two processes that meet them at once agree', async () => {
    const all = Array.from({ length: 500 }, (_, at) => met(`wm${at}`, `${corp.account}-${at}`))
    const before = world.people.requests()
    const [one, two] = await Promise.all([customers.people.learn(all), world.another(corp).people.learn(all)])
    expect(world.people.requests() - before).toBeLessThan(40)
    expect([...one].toSorted()).toEqual([...two].toSorted())
    const rows = contactRows(world.people.store.connection)
    expect(await rows.countDocuments({ 'identities.account': corp.account })).toBe(500)
  })

  test('a group member is no follower; becoming a customer makes one', async () => {
    await customers.people.learn([met('wmA')])
    expect((await world.contactOf(corp.account, 'wmA'))?.identities[0]?.follow.following).toBe(false)
    await customers.apply(corp.update('event.customer.added', 'li', 'wmA'))
    expect((await world.contactOf(corp.account, 'wmA'))?.identities[0]?.follow.following).toBe(true)
  })
})
