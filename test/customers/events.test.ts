import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CorpUpdate } from '../../src/core/corp-update.js'
import type { Customers } from '../../src/customers/customers.js'
import { relationRows } from '../../src/customers/relations/model.js'
import type { FakeCorp } from './fake-corp.js'
import { type CustomerWorld, openCustomerWorld } from './world.js'

const HOUR = 3_600_000
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

const factsOf = async (customer: string) => {
  const contact = String((await world.contactOf(corp.account, customer))?._id)
  const facts = await world.people.events.read({ contact })
  return facts.filter(({ source }) => source === 'customers').toReversed()
}

describe('news of customers', () => {
  test('an adding makes relation, contact and fact, and is read soon for remark, tags and unionid', async () => {
    corp.add('li', 'wmA', { unionid: `U-${corp.account}`, remark: '小雨-宝妈', state: 'poster', way: 1 })
    await customers.apply(corp.update('event.customer.added', 'li', 'wmA', { state: 'poster' }))
    expect(await customers.relations.staffOf(corp.account, 'wmA')).toEqual(['li'])
    await customers.refetch()
    expect(await customers.relations.find(corp.account, 'li', 'wmA')).toMatchObject({ remark: '小雨-宝妈', way: 1 })
    expect(await world.contactOf(corp.account, 'wmA')).toMatchObject({ unionid: `U-${corp.account}` })
    expect(await factsOf('wmA')).toMatchObject([
      { type: 'customer.added', props: { staff: 'li', state: 'poster', by: 'event' } },
    ])
    expect(await relationRows(world.people.store.connection).countDocuments({ owesAt: { $exists: true } })).toBe(0)
  })

  test('handled twice, also by two processes at once, is one relation and one fact', async () => {
    corp.add('li', 'wmA')
    const added = corp.update('event.customer.added', 'li', 'wmA')
    await Promise.all([customers.apply(added), world.another(corp).apply(added), customers.apply(added)])
    expect(await factsOf('wmA')).toHaveLength(1)
    expect(await customers.relations.of(corp.account, 'wmA')).toHaveLength(1)
  })

  test('a customer who removes the last member no longer follows, and the loss is a fact with the member', async () => {
    corp.add('li', 'wmA')
    await customers.apply(corp.update('event.customer.added', 'li', 'wmA'))
    world.pass(HOUR)
    await customers.apply(corp.update('event.customer.removed', 'li', 'wmA', { by: 'customer' }))
    expect(await factsOf('wmA')).toMatchObject([
      { type: 'customer.added' },
      { type: 'customer.lost', props: { corp: corp.account, staff: 'li', customer: 'wmA' } },
    ])
    expect((await world.contactOf(corp.account, 'wmA'))?.identities[0]?.follow.following).toBe(false)
    expect(await customers.relations.list({ account: corp.account, standing: 'lost' })).toHaveLength(1)
    expect(await customers.sync(corp.account)).toMatchObject({ counts: { revived: 0 } })
    expect(await customers.relations.list({ account: corp.account, standing: 'lost' })).toHaveLength(1)
  })

  test('facts that a crash left unwritten are written by the tick', async () => {
    corp.add('li', 'wmA')
    const { append } = world.people.events
    world.people.events.append = async () => {
      throw new Error('the power went out')
    }
    const added = corp.update('event.customer.added', 'li', 'wmA')
    await expect(customers.apply(added)).rejects.toThrow('the power went out')
    world.people.events.append = append
    await customers.refetch()
    expect(await factsOf('wmA')).toMatchObject([{ type: 'customer.added' }])
  })

  test('a member who leaves makes a to-do with the number of customers, who wait', async () => {
    corp.add('li', 'wmA')
    corp.add('li', 'wmB')
    await customers.sync(corp.account)
    world.pass(HOUR)
    const left = {
      kind: 'event.corp.directory',
      id: `${corp.account}-left`,
      platform: 'wecom',
      account: corp.account,
      from: '',
      at: world.now(),
      change: 'delete_user',
      user: 'li',
      fields: {},
    } as const
    await customers.apply(left)
    await customers.apply(left)
    const facts = await world.people.events.read({ type: 'staff.left' })
    expect(facts.filter(({ account }) => account === corp.account)).toMatchObject([
      { props: { corp: corp.account, staff: 'li', customers: 2 } },
    ])
    expect(await customers.relations.list({ account: corp.account, standing: 'waiting' })).toHaveLength(2)
    expect(await customers.relations.staffOf(corp.account, 'wmA')).toEqual([])
  })

  test('a failed reading is tried again later and does not lose its place', async () => {
    corp.add('li', 'wmA', { remark: '小雨' })
    await customers.apply(corp.update('event.customer.added', 'li', 'wmA'))
    corp.failing = { call: 'get', after: 0, error: new Error('the connection broke') }
    await customers.refetch()
    corp.failing = undefined
    await customers.refetch()
    expect((await customers.relations.find(corp.account, 'li', 'wmA'))?.remark).toBeUndefined()
    world.pass(10 * 60_000)
    await customers.refetch()
    expect((await customers.relations.find(corp.account, 'li', 'wmA'))?.remark).toBe('小雨')
  })
})

describe('personal data of a customer', () => {
  const contactId = async () => String((await world.contactOf(corp.account, 'wmA'))?._id)

  test('is exported with all relations', async () => {
    corp.add('li', 'wmA', { remark: '小雨' })
    await customers.sync(corp.account)
    expect(await world.people.contacts.privacy.export(await contactId())).toMatchObject({
      customers: { relations: [{ staff: 'li', remark: '小雨', live: true }] },
    })
  })

  test('goes with an erasure, and what was written about somebody goes when the last member lost them', async () => {
    corp.add('li', 'wmA', { remark: '小雨' })
    await customers.sync(corp.account)
    corp.pairs.delete('li/wmA')
    world.pass(HOUR)
    await customers.apply(corp.update('event.customer.removed', 'li', 'wmA', { by: 'staff' }))
    const row = await customers.relations.find(corp.account, 'li', 'wmA')
    expect(row).toMatchObject({ live: false, tags: [] })
    expect(row?.remark).toBeUndefined()
    await world.people.contacts.privacy.erase(await contactId(), world.now())
    expect(await customers.relations.of(corp.account, 'wmA')).toEqual([])
  })
})

describe('whatever becomes of the events', () => {
  const STAFF = ['li', 'wang']
  const step = fc.record({
    act: fc.constantFrom('add', 'half', 'staff-removes', 'customer-removes', 'edit'),
    staff: fc.constantFrom(...STAFF),
    customer: fc.constantFrom('wm1', 'wm2'),
    fate: fc.constantFrom('told', 'told', 'told', 'twice', 'late', 'lost'),
  })

  test('a sync brings our relations to the truth of the platform', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30, size: 'max' }), async (steps) => {
        ;({ corp, customers } = world.corp())
        corp.staff = [...STAFF]
        const late: CorpUpdate[] = []
        for (const one of steps) {
          world.pass(61_000 + one.customer.length)
          const update = act(one)
          if (update === undefined) continue
          if (one.fate === 'late') late.unshift(update)
          if (one.fate === 'lost' && !untold(update)) continue
          if (one.fate === 'lost' || one.fate === 'told' || one.fate === 'twice') await customers.apply(update)
          if (one.fate === 'twice') await customers.apply(update)
        }
        for (const update of late) await customers.apply(update)
        world.pass(HOUR)
        await customers.refetch()
        await customers.sync(corp.account, { believe: true })
        const ours = await customers.relations.list({ account: corp.account, limit: 1000 })
        const truth = [...corp.pairs.values()].filter(({ lost }) => !lost)
        expect(ours.map(({ staff, customer }) => `${staff}/${customer}`)).toEqual(
          truth.map(({ staff, customer }) => `${staff}/${customer}`).toSorted(),
        )
        for (const customer of corp.people.keys()) {
          const contact = await world.contactOf(corp.account, customer)
          if (contact === null) continue
          const follows = truth.some((pair) => pair.customer === customer)
          expect(contact.identities[0]?.follow.following).toBe(follows)
        }
      }),
      { numRuns: 15 },
    )
  })

  /** The lists of the platform show neither: only the event can tell. */
  function untold(update: CorpUpdate): boolean {
    if (update.kind === 'event.customer.removed') return update.by === 'customer' || corp.halves.has(pairKey(update))
    return update.kind === 'event.customer.added' && update.half
  }

  const pairKey = ({ staff, from }: { staff: string; from: string }) => `${staff}/${from}`

  /** Does it at the platform, by its rules; gives the event, if there is one. */
  function act({ act: what, staff, customer }: { act: string; staff: string; customer: string }) {
    const pair = corp.pair(staff, customer)
    const key = `${staff}/${customer}`
    switch (what) {
      case 'add':
        if (pair && !pair.half && !pair.lost) return undefined
        corp.add(staff, customer)
        corp.halves.delete(key)
        return corp.update('event.customer.added', staff, customer)
      case 'half':
        if (pair) return undefined
        corp.add(staff, customer, { half: true })
        corp.halves.add(key)
        return corp.update('event.customer.added', staff, customer, { half: true })
      case 'staff-removes':
        if (!pair) return undefined
        corp.pairs.delete(key)
        return corp.update('event.customer.removed', staff, customer, { by: 'staff' })
      case 'customer-removes':
        if (!pair || pair.lost || pair.half) return undefined
        pair.lost = true
        return corp.update('event.customer.removed', staff, customer, { by: 'customer' })
      default:
        if (!pair) return undefined
        pair.remark = `备注${world.now().getTime()}`
        return corp.update('event.customer.edited', staff, customer)
    }
  }
})
