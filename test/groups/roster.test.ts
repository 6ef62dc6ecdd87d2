import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createContacts } from '../../src/contacts/contacts.js'
import { contactRows } from '../../src/contacts/model.js'
import { silentLogger } from '../../src/core/log.js'
import { createEvents } from '../../src/events/events.js'
import { eventRows } from '../../src/events/model.js'
import { groupRows, rosterRows, stayRows } from '../../src/groups/model.js'
import { ACCOUNT, type GroupWorld, openGroups } from './setup.js'

let world: GroupWorld
let count = 0
const next = () => `wr${++count}`

beforeAll(async () => {
  world = await openGroups({ capacity: 50 })
})
afterAll(() => world.close())

/** A group that has been read, with so many customers. */
async function known(customers = 1): Promise<string> {
  const { corp, groups } = world
  const id = next()
  const people = Array.from({ length: customers }, (_, n) => `wm-${id}-${n}`)
  await groups.apply(corp.create(id, 'lihua', people, `群 ${id}`))
  await world.settle()
  await world.pass(3_600_000)
  return id
}
const factsOf = async (id: string, type?: string) =>
  (await world.facts(type)).filter(({ props }) => props['group'] === id)

describe('an event of a group', () => {
  test('a new group is read some seconds later, and becomes a fact with owner and name', async () => {
    const { corp, groups } = world
    const id = next()
    await groups.apply(corp.create(id, 'lihua', ['wm-new'], '新群'))
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ name: '', count: 0, pending: true })
    await world.settle()
    expect(await groups.get(ACCOUNT, id)).toMatchObject({
      name: '新群',
      owner: 'lihua',
      count: 2,
      customers: 1,
      pending: false,
    })
    expect((await factsOf(id, 'chat.created')).map(({ props }) => props)).toEqual([
      { corp: ACCOUNT, group: id, owner: 'lihua', name: '新群' },
    ])
    expect((await factsOf(id, 'chat.joined')).map(({ props }) => props['member']).toSorted()).toEqual([
      'lihua',
      'wm-new',
    ])
  })

  test('who joins is in the roster at once; by which code and who it is follows from the detail, then it is a fact', async () => {
    const { corp, groups } = world
    const id = await known()
    await groups.apply(corp.join(id, 'wm-anna', { way: 'code', state: 'poster', name: '小安' }))
    expect(await groups.isMember(ACCOUNT, id, 'wm-anna')).toBe(true)
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ count: 3, pending: true })
    expect(await factsOf(id, 'chat.joined')).toHaveLength(2)
    await world.pass(3000)
    const { members } = await groups.membersOf(ACCOUNT, id)
    const anna = members.find(({ member }) => member === 'wm-anna')
    expect(anna).toMatchObject({
      kind: 'customer',
      way: 'code',
      state: 'poster',
      name: '小安',
      contact: expect.any(String),
    })
    expect((await factsOf(id, 'chat.joined')).at(-1)).toMatchObject({
      contact: anna?.contact,
      props: { member: 'wm-anna', way: 'code', state: 'poster', kind: 'customer' },
    })
    expect(await groups.groupsOf(anna?.contact ?? '')).toMatchObject([
      { chatId: id, member: 'wm-anna', state: 'poster' },
    ])
  })

  test('who leaves is out at once, without another reading, and whether by themselves or not is kept', async () => {
    const { corp, groups } = world
    const id = await known(2)
    corp.calls = []
    await groups.apply(corp.leave(id, `wm-${id}-0`))
    await world.pass(1000)
    await groups.apply(corp.leave(id, `wm-${id}-1`, 1))
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ count: 1, pending: false })
    expect((await factsOf(id, 'chat.left')).map(({ props }) => props['by'])).toEqual(['self', 'removed'])
    expect(corp.calls).toEqual([])
    const { days } = await groups.history(ACCOUNT, id, { days: 1 })
    expect(days).toMatchObject([{ joined: 3, left: 2, members: 1, byLeave: { self: 1, removed: 1 } }])
  })

  test('a repeated one changes nothing and tells nothing', async () => {
    const { corp, groups } = world
    const id = await known()
    const update = corp.join(id, 'wm-twice')
    await groups.apply(update)
    await groups.apply(update)
    await world.settle()
    await groups.apply(update)
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ count: 3, pending: false })
    expect(await factsOf(id, 'chat.joined')).toHaveLength(3)
  })

  test('a lost one is noticed with the next: the group is read until the detail has the version of the event', async () => {
    const { corp, groups } = world
    const id = await known()
    corp.delayMs = 8000
    corp.join(id, 'wm-unheard', { state: 'card' })
    await world.pass(1000)
    await groups.apply(corp.join(id, 'wm-heard'))
    corp.calls = []
    await world.pass(3000)
    expect((await groups.get(ACCOUNT, id))?.pending).toBe(true)
    await world.pass(9999)
    expect(corp.calls).toEqual([`get ${id}`])
    await world.pass(1)
    expect(corp.calls).toHaveLength(2)
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ count: 4, pending: false })
    expect((await factsOf(id, 'chat.joined')).map(({ props }) => props['member'])).toContain('wm-unheard')
    corp.delayMs = 0
  })

  test('name and owner are read after the event and told with what they were', async () => {
    const { corp, groups } = world
    const id = await known()
    await groups.apply(corp.rename(id, '福利群'))
    await groups.apply(corp.give(id, 'wangfang'))
    await world.settle()
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ name: '福利群', owner: 'wangfang' })
    expect((await factsOf(id, 'chat.renamed'))[0]?.props).toMatchObject({ name: '福利群', before: `群 ${id}` })
    expect((await factsOf(id, 'chat.owner-changed'))[0]?.props).toMatchObject({ owner: 'wangfang', before: 'lihua' })
  })

  test('of a group we never heard of has it read, and those who were there before are no news', async () => {
    const { corp, groups } = world
    const id = next()
    corp.create(id, 'lihua', ['wm-old'])
    await world.pass(86_400_000)
    await groups.apply(corp.join(id, 'wm-newcomer'))
    await world.settle()
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ count: 3 })
    expect((await factsOf(id)).map(({ type, props }) => [type, props['member']])).toEqual([
      ['chat.joined', 'wm-newcomer'],
    ])
  })

  test('a dissolved group is empty and told once; a late event does not bring anybody back', async () => {
    const { corp, groups } = world
    const id = await known()
    const late = corp.join(id, 'wm-late')
    await world.pass(1000)
    const update = corp.dismiss(id)
    await groups.apply(update)
    await groups.apply(update)
    await groups.apply(late)
    await world.settle()
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ status: 'dismissed', count: 0, dismissedAt: update.at })
    expect(await factsOf(id, 'chat.dismissed')).toHaveLength(1)
    expect((await groups.list({ account: ACCOUNT, limit: 1000 })).groups.map(({ chatId }) => chatId)).not.toContain(id)
  })
})

describe('a roster', () => {
  test('becomes nearly full once for each time it does', async () => {
    const { corp, groups } = world
    const id = await known(43)
    expect(await factsOf(id, 'chat.nearly-full')).toHaveLength(0)
    await groups.apply(corp.join(id, 'wm-45th'))
    await groups.apply(corp.leave(id, 'wm-45th'))
    await groups.apply(corp.join(id, 'wm-45th-too'))
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ nearlyFull: true, nearlyFullAt: 45, capacity: 50 })
    expect((await factsOf(id, 'chat.nearly-full')).map(({ props }) => props['members'])).toEqual([45])
    await groups.apply(corp.leave(id, 'wm-45th-too'))
    await groups.apply(corp.leave(id, `wm-${id}-0`))
    expect((await groups.get(ACCOUNT, id))?.nearlyFull).toBe(false)
    expect(await groups.edit(ACCOUNT, id, { nearlyFullAt: 40 })).toMatchObject({ nearlyFull: true, nearlyFullAt: 40 })
    await world.settle()
    expect(await factsOf(id, 'chat.nearly-full')).toHaveLength(2)
  })

  test('carries our labels and folder, by which groups are found; the platform hears nothing of it', async () => {
    const { corp, groups } = world
    const [one, two] = [await known(), await known()]
    corp.calls = []
    await groups.edit(ACCOUNT, one, { addLabels: ['妈妈', '老客'], folder: '华东' })
    await groups.edit(ACCOUNT, two, { addLabels: ['老客'] })
    expect(await groups.edit(ACCOUNT, one, { removeLabels: ['妈妈'], addLabels: ['$where'] })).toMatchObject({
      labels: ['$where', '老客'],
      folder: '华东',
    })
    const found = async (query: object) =>
      (await groups.list({ account: ACCOUNT, ...query })).groups.map(({ chatId }) => chatId)
    expect(await found({ label: '老客' })).toEqual([one, two])
    expect(await found({ folder: '华东' })).toEqual([one])
    expect(await found({ name: `群 ${two}` })).toEqual([two])
    expect(await found({ name: '.*' })).toEqual([])
    expect(await groups.labels(ACCOUNT)).toContainEqual({ label: '老客', groups: 2 })
    expect(await groups.folders(ACCOUNT)).toEqual([{ folder: '华东', groups: 1 }])
    await groups.edit(ACCOUNT, one, { folder: null })
    expect(await groups.folders(ACCOUNT)).toEqual([])
    expect(await groups.edit(ACCOUNT, 'wr-nowhere', { folder: 'x' })).toBeUndefined()
    expect(corp.calls).toEqual([])
  })

  test('is listed page by page', async () => {
    const { groups } = world
    const all: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await groups.list({ account: ACCOUNT, limit: 4, ...(after !== undefined && { after }) })
      all.push(...page.groups.map(({ chatId }) => chatId))
      if (page.next === undefined) break
      after = page.next
    }
    expect(all).toEqual((await groups.list({ account: ACCOUNT, limit: 1000 })).groups.map(({ chatId }) => chatId))
    expect(all.length).toBeGreaterThan(8)
  })

  test('forgets an erased person by name, and the next reading brings nothing back', async () => {
    const { corp, groups, store } = world
    const id = await known()
    const { connection } = store
    const { members } = await groups.membersOf(ACCOUNT, id)
    const contact = members.find(({ member }) => member === `wm-${id}-0`)?.contact ?? ''
    await groups.apply(corp.leave(id, `wm-${id}-0`))
    await groups.apply(corp.join(id, `wm-${id}-0`, { name: '小雨' }))
    await world.settle()
    const clock = { now: world.now }
    const contacts = createContacts({
      connection,
      clock,
      log: silentLogger,
      events: createEvents({ connection, clock }),
      parts: [groups.personalData],
    })
    expect(await contacts.privacy.export(contact)).toMatchObject({ groups: [{ chatId: id }, { chatId: id }] })
    await contacts.privacy.erase(contact, world.now())
    await groups.apply(corp.rename(id, '改名'))
    await world.settle()
    const row = await world.roster(id)
    const text = JSON.stringify([
      row?.past,
      await stayRows(connection)
        .find({ group: `${ACCOUNT}:${id}` })
        .toArray(),
    ])
    expect(text).not.toContain(`wm-${id}-0`)
    expect(row?.members.find((one) => one.id === `wm-${id}-0`)).toMatchObject({ forgotten: true })
    expect(JSON.stringify(row?.members)).not.toContain('小雨')
    expect(await contactRows(connection).countDocuments({ 'identities.externalId': `wm-${id}-0` })).toBe(0)
    await contacts.close()
  })

  test('what a crash kept from being carried on is swept up', async () => {
    const { corp, groups, store } = world
    const id = await known()
    const { connection } = store
    await groups.apply(corp.leave(id, `wm-${id}-0`))
    const row = await world.roster(id)
    if (!row) throw new Error('no roster')
    const facts = await factsOf(id, 'chat.left')
    const past = row.past.at(-1)
    await rosterRows(connection).updateOne(
      { _id: row._id },
      {
        $set: {
          todo: true,
          ended: [past?.key ?? ''],
          tell: facts.map(({ _id, receivedAt: _, ...fact }) => ({ ...fact, id: _id.slice(7) })),
        },
        $inc: { rev: 1 },
      },
    )
    await eventRows(connection).deleteMany({ _id: { $in: facts.map(({ _id }) => _id) } })
    await stayRows(connection).deleteMany({ group: row._id, leftAt: { $exists: true } })
    await groupRows(connection).updateOne({ _id: row._id }, { $set: { count: 99 } })
    await world.pass(31_000)
    await groups.ticks.find(({ name }) => name === 'groups-sweep')?.run()
    expect(await groups.get(ACCOUNT, id)).toMatchObject({ count: 1 })
    expect(await factsOf(id, 'chat.left')).toEqual(facts.map((fact) => ({ ...fact, receivedAt: expect.any(Date) })))
    expect(await stayRows(connection).countDocuments({ group: row._id, leftAt: { $exists: true } })).toBe(1)
    expect((await world.roster(id))?.todo).toBeUndefined()
  })
})
