import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { demoCorp } from '../../simulator/options.js'
import { silentLogger } from '../../src/core/log.js'
import { type Customers, createCustomers } from '../../src/customers/customers.js'
import { createHttpClient, type HttpClient } from '../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { parseXml } from '../../src/platforms/shared/xml.js'
import { createWecomClient, type WecomClient } from '../../src/platforms/wecom/client.js'
import { decode } from '../../src/platforms/wecom/decode.js'
import { openPeople, type People } from '../contacts/people.js'
import { type CorpPush, type CorpWorld, startCorpWorld } from '../simulator/wecom-setup.js'

const HOUR = 3_600_000
const { corpid, agentId, secret } = demoCorp
let world: CorpWorld
let people: People
let client: WecomClient
let http: HttpClient
let customers: Customers

beforeEach(async () => {
  world = await startCorpWorld({ boundAccount: 'shop' })
  const now = () => new Date(world.simulator.control.clock())
  people = await openPeople(now)
  http = createHttpClient()
  const clock = { now }
  const shared = { clock, log: silentLogger }
  const tokenStore = createMemoryTokenStore(clock)
  client = createWecomClient({ corpid, agentId, secret, apiBase: world.simulator.url, http, tokenStore, ...shared })
  const { contacts, transfer, tags, groups } = client
  customers = createCustomers({
    ...{ connection: people.store.connection, contacts: people.contacts, events: people.events, ...shared },
    corps: [{ account: 'corp', contacts, transfer, tags, groups, mirrorTags: ['老客'], mirrorTagGroup: '微环' }],
    timeZone: 'Asia/Shanghai',
  })
  await people.store.ensureIndexes()
})
afterEach(async () => {
  await customers.close()
  await client.close()
  await http.close()
  await people.close()
  await world.close()
})

const pass = (advance: number) => world.simulator.control.clock({ advance })

async function take({ xml }: CorpPush): Promise<void> {
  const fields = parseXml(xml)
  if (typeof fields === 'string') throw new Error(fields)
  const update = decode(xml, fields, { id: 'corp', corpid, agentId })
  if (typeof update === 'string') throw new Error(update)
  await customers.apply(update)
}

async function takeAll(): Promise<void> {
  await world.simulator.control.settled()
  for (const push of world.pushes.splice(0)) await take(push)
  await customers.refetch()
}

const ours = async () =>
  (await customers.relations.list({ account: 'corp', limit: 1000 })).map(
    ({ staff, customer }) => `${staff}/${customer}`,
  )

interface True {
  staff: string
  customer: string
  lost: boolean
  half: boolean
}
const truth = () => (world.corp.truth() as { relations: True[] }).relations
const live = () =>
  truth()
    .flatMap(({ staff, customer, lost }) => (lost ? [] : [`${staff}/${customer}`]))
    .toSorted()

describe('customers over the client and the simulator', () => {
  test('a follower who becomes a customer is one contact; tags and remark go both ways', async () => {
    const follower = world.simulator.control.addFollower({ name: '小雨' })
    const shop = { platform: 'official-account', account: 'shop', externalId: follower.id } as const
    await people.contacts.resolve(shop)
    await people.contacts.join(shop, String(follower.unionid), new Date(0))
    const { customer } = world.corp.staffAct('lihua', 'add', { person: follower.id })
    await takeAll()
    const contact = String(await people.contacts.find({ platform: 'wecom', account: 'corp', externalId: customer }))
    expect(await people.contacts.find(shop)).toBe(contact)
    expect((await customers.relations.ofContact(contact)).map(({ staff }) => staff)).toEqual(['lihua'])
    pass(HOUR)
    expect(await customers.tag({ account: 'corp', staff: 'lihua', customer }, ['老客'])).toMatchObject({
      there: ['老客'],
      refused: [],
    })
    const tag = world.corp.customer(customer).relations[0]?.tags[0]
    expect(tag?.name).toBe('老客')
    world.corp.staffAct('lihua', 'tag', { person: customer, remove: [tag?.id ?? ''] })
    pass(HOUR)
    await takeAll()
    expect((await people.contacts.get(contact))?.tags).toEqual([])
  })

  test('a seeded corporation is read in pages, and what was missed since is put right', async () => {
    world.corp.seed({ customers: 250, tags: ['老客', '活动'] })
    expect(await customers.sync('corp')).toMatchObject({
      state: 'done',
      counts: { added: truth().length, conflicts: 0 },
    })
    expect((await ours()).toSorted()).toEqual(live())
    const [first] = truth()
    world.corp.staffAct(first?.staff ?? '', 'delete', { person: first?.customer ?? '' })
    world.pushes.length = 0
    pass(HOUR)
    expect(await customers.sync('corp')).toMatchObject({ counts: { added: 0, ended: 1 } })
    expect((await ours()).toSorted()).toEqual(live())
  })

  test('customers and groups of a member who has left are handed over', async () => {
    const { customer } = world.corp.staffAct('lihua', 'add', { person: { name: '小雨', unionid: 'u-1' } })
    world.corp.staffAct('lihua', 'create-group', { name: '一群', members: [customer, 'wangfang'] })
    await takeAll()
    world.corp.staffAct('lihua', 'leave')
    pass(HOUR)
    await takeAll()
    expect(await people.events.read({ type: 'staff.left' })).toMatchObject([
      { props: { staff: 'lihua', customers: 1 } },
    ])
    expect((await customers.handOvers.unassigned('corp')).items).toMatchObject([{ staff: 'lihua', customer }])
    const { _id } = await customers.handOvers.plan({ account: 'corp', from: 'lihua', to: ['wangfang'], by: 'test' })
    await customers.handOvers.start(_id)
    await customers.handOvers.drive()
    pass(25 * HOUR)
    await customers.handOvers.drive()
    await takeAll()
    expect(await customers.handOvers.find(_id)).toMatchObject({
      state: 'done',
      resigned: true,
      items: { customer: { done: 1 }, group: { done: 1 } },
    })
    expect(await customers.relations.staffOf('corp', customer)).toEqual(['wangfang'])
  })

  test('events lost, doubled and out of order, then a sync: our relations are the truth', async () => {
    const members = ['lihua', 'wangfang'] as const
    const step = fc.record({
      act: fc.constantFrom('add', 'half', 'delete', 'lose', 'remark'),
      staff: fc.constantFrom(...members),
      person: fc.constantFrom('uA', 'uB'),
      fate: fc.constantFrom('told', 'told', 'twice', 'late', 'lost'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 25, size: 'max' }), async (steps) => {
        const late: CorpPush[] = []
        for (const { act, staff, person, fate } of steps) {
          pass(61_000)
          const half = truth().find((one) => one.staff === staff && one.customer === idOf(person))?.half === true
          if (!carryOut(act, staff, person)) continue
          await world.simulator.control.settled()
          const pushes = world.pushes.splice(0)
          const untold = act === 'lose' || act === 'half' || half
          if (fate === 'late') late.unshift(...pushes)
          else if (fate !== 'lost' || untold) for (const push of pushes) await take(push)
          if (fate === 'twice') for (const push of pushes) await take(push)
        }
        for (const push of late) await take(push)
        pass(HOUR)
        await customers.refetch()
        await customers.sync('corp', { believe: true })
        expect((await ours()).toSorted()).toEqual(live())
      }),
      { numRuns: 3 },
    )
  })

  const idOf = (person: string) => {
    try {
      return world.corp.customer(person).id
    } catch {
      return ''
    }
  }

  /** False where the platform's rules do not let it happen. */
  function carryOut(act: string, staff: string, person: string): boolean {
    const who = idOf(person) === '' ? { name: person, unionid: person } : person
    try {
      if (act === 'add') world.corp.staffAct(staff, 'add', { person: who })
      if (act === 'half') world.corp.staffAct(staff, 'add', { person: who, half: true })
      if (act === 'delete') world.corp.staffAct(staff, 'delete', { person })
      if (act === 'lose') world.corp.personAct(person, 'delete', { staff })
      if (act === 'remark')
        world.corp.staffAct(staff, 'remark', { person, remark: `备注${world.simulator.control.clock()}` })
      return true
    } catch {
      return false
    }
  }
})
