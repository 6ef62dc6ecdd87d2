import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Reachable } from '../../../src/outbox/reach/reach.js'
import type { AudienceRow } from '../../../src/segments/segment.js'
import { database } from '../../../src/store/connect.js'
import { booking, DAY_MS, NOON, openWorld, type World } from './setup.js'

let world: World
let count = 0
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  world.clock.pass(NOON.getTime() - world.clock.now().getTime())
})

const name = () => `o${++count}`
const load = async (person: Reachable, options = {}) => {
  const [facts] = await world.reach.load([person], 'shop', world.clock.now(), options)
  if (facts === undefined) throw new Error('nothing was loaded')
  return facts
}
async function rowOf(contact: string): Promise<AudienceRow> {
  const row = await world.contacts.get(contact)
  if (row === undefined) throw new Error('no such contact')
  return row
}

describe('what is known of a person', () => {
  test('the same, whether the row was given or only the id', async () => {
    const openid = name()
    const contact = await world.person(openid)
    const byId = await load({ contact })
    expect(byId).toMatchObject({ contact, to: openid, following: true, consents: {}, massThisMonth: 0, openWindow: 0 })
    expect(await load(await rowOf(contact))).toEqual(byId)
  })

  test('somebody unknown, erased, or of another account is nobody to write to', async () => {
    expect(await load({ contact: 'nobody' })).toMatchObject({ erased: true, to: undefined })
    const contact = await world.person(name())
    await world.contacts.privacy.erase(contact, NOON)
    expect(await load({ contact })).toMatchObject({ erased: true, to: undefined })
    expect(await load(await rowOf(contact))).toMatchObject({ erased: true })
    const other = await world.person(name())
    const [facts] = await world.reach.load([{ contact: other }], 'elsewhere', NOON)
    expect(facts).toMatchObject({ to: undefined, following: false })
  })

  test('a contact that was merged is found where it went, and what it got is booked there', async () => {
    const [a, b] = [name(), name()]
    const [first, second] = [await world.person(a), await world.person(b)]
    const person = (externalId: string) => ({ platform: 'official-account' as const, account: 'shop', externalId })
    await world.contacts.join(person(a), `union-${a}`, NOON)
    const joined = await world.contacts.join(person(b), `union-${a}`, NOON)
    if (joined?.outcome !== 'merged') throw new Error(`not merged: ${joined?.outcome}`)
    const { gone, contact } = joined
    expect([first, second]).toContain(gone)
    const facts = await load({ contact: gone })
    expect(facts).toMatchObject({ contact: gone, mergedInto: contact, following: true })
    await world.reach.reserve([facts], booking(NOON))
    expect((await load({ contact })).touches).toMatchObject({ day: 1, week: 1, month: 1 })
  })

  test('a subscription counts the acceptances of its template, in the mini program those of the person there', async () => {
    const openid = name()
    const contact = await world.person(openid)
    const identities = {
      key: `mini-program:shop:m-${openid}`,
      platform: 'mini-program',
      account: 'shop',
      externalId: `m-${openid}`,
      boundAt: NOON,
      follow: { following: false, at: NOON },
    }
    await database(world.store.connection)
      .collection<{ _id: string }>('contacts')
      .updateOne({ _id: contact }, { $push: { identities } as never })
    const credit = (key: string, template: string, credits: number) => ({
      _id: `${key}#${template}`,
      key,
      template,
      credits,
    })
    await database(world.store.connection)
      .collection<{ _id: string }>('credits')
      .insertMany([credit(`official-account:shop:${openid}`, 'SUB', 2), credit(identities.key, 'MINI', 1)])
    const templates = { subscription: 'SUB', 'mini-program': 'MINI', template: 'TPL' }
    const facts = await load({ contact }, { templates })
    expect(facts).toMatchObject({ miniProgram: `m-${openid}`, credits: { SUB: 2, MINI: 1 } })
    expect((await load({ contact }, { templates, channels: ['template'] })).credits).toEqual({})
  })

  test('somebody who blocked us stays so until they do something again', async () => {
    const contact = await world.person(name())
    await world.reach.block([{ contact }], 'shop', NOON)
    expect(await load({ contact })).toMatchObject({ blockedAt: NOON })
    await database(world.store.connection)
      .collection<{ _id: string }>('contacts')
      .updateOne({ _id: contact }, { $set: { lastSeenAt: new Date(NOON.getTime() + 1000) } })
    expect(await load({ contact })).not.toHaveProperty('blockedAt')
  })

  test('what the asking message booked itself today does not count against it', async () => {
    const contact = await world.person(name())
    await world.reach.reserve([{ contact }], booking(NOON))
    expect(await load({ contact }, { source: 'spring:1' })).toMatchObject({ reserved: true, touches: { day: 0 } })
    expect(await load({ contact }, { source: 'spring:2' })).toMatchObject({
      massThisMonth: 1,
      touches: { day: 1, campaign: 1 },
    })
    world.clock.pass(DAY_MS)
    expect(await load({ contact }, { source: 'spring:1' })).toMatchObject({ touches: { day: 0, week: 1 } })
  })
})

describe('windows', () => {
  test('are what the person did, less what was sent, by deliveries and by campaigns', async () => {
    const openid = name()
    const contact = await world.person(openid)
    world.acts.set(`shop:${openid}`, [{ trigger: 'message', at: NOON }])
    world.clock.pass(1000)
    expect(await load({ contact })).toMatchObject({
      openWindow: 5,
      windowUnexpired: true,
      windowUntil: new Date(NOON.getTime() + 2 * DAY_MS),
    })
    await world.store.connection.models['Delivery']?.create({
      _id: openid,
      contact: `shop:${openid}`,
      state: 'sent',
      endedAt: world.clock.now(),
      attempts: 1,
      message: { kind: 'text', text: '' },
    })
    const bulk = { purpose: 'service', channel: 'customer-message' } as const
    await world.reach.reserve([{ contact }], booking(world.clock.now(), { ...bulk, source: 'a:1' }))
    await world.reach.reserve([{ contact }], booking(world.clock.now(), { ...bulk, source: 'b:1', single: true }))
    expect((await load({ contact })).openWindow).toBe(3)
    expect(await world.reach.spends(contact, 'shop', NOON)).toEqual([{ at: world.clock.now() }])
    world.clock.pass(2 * DAY_MS)
    const later = await load({ contact })
    expect([later.openWindow, later.windowUnexpired ?? false]).toEqual([0, false])
  })

  test('of people who did nothing for two days nobody asks, nor when the message does not go by them', async () => {
    const asked: string[] = []
    const reach = world.another({
      acts: async (contact) => {
        asked.push(contact)
        return []
      },
    })
    const [quiet, lively] = [name(), name()]
    const silent = await world.person(quiet, { lastSeenAt: new Date(NOON.getTime() - 3 * DAY_MS) })
    const awake = await world.person(lively)
    await reach.load([{ contact: silent }, { contact: awake }], 'shop', NOON)
    expect(asked).toEqual([`shop:${lively}`])
    await reach.load([{ contact: awake }], 'shop', NOON, { channels: ['mass'] })
    expect(asked).toHaveLength(1)
  })
})

test('a thousand people cost a handful of reads', async () => {
  const ids = await Promise.all(Array.from({ length: 1000 }, () => world.person(name())))
  await world.reach.reserve(
    ids.map((contact) => ({ contact })),
    booking(NOON),
  )
  const db = database(world.store.connection)
  const spies = [jest.spyOn(db, 'collection'), jest.spyOn(db, 'command')]
  const people = ids.map((contact) => ({ contact }))
  const templates = { subscription: 'SUB' }
  const facts = await world.reach.load(people, 'shop', NOON, { templates, source: 'other:1' })
  const requests = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
  for (const spy of spies) spy.mockRestore()
  expect(facts.every(({ touches }) => touches.day === 1)).toBe(true)
  expect(requests).toBeLessThanOrEqual(8)
})

test('judging is loading and resolving in one', async () => {
  const [open, closed] = [name(), name()]
  const people = [await world.person(open), await world.person(closed)].map((contact) => ({ contact }))
  world.acts.set(`shop:${open}`, [{ trigger: 'message', at: NOON }])
  const judged = await world.reach.judge(people, {
    account: 'shop',
    purpose: 'marketing',
    channels: ['customer-message', 'mass'],
    now: NOON,
    source: 'spring:1',
  })
  expect(judged.map(({ resolution }) => resolution)).toEqual([{ channel: 'customer-message' }, { channel: 'mass' }])
})
