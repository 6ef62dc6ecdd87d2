import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { demoCorp } from '../../../simulator/options.js'
import { type Simulator, startSimulator } from '../../../simulator/start.js'
import { type Contacts, createContacts } from '../../../src/contacts/contacts.js'
import { silentLogger } from '../../../src/core/log.js'
import type { Link } from '../../../src/core/message.js'
import { createEvents } from '../../../src/events/events.js'
import { createGroups, type Groups } from '../../../src/groups/groups.js'
import { createSteering, type Steering } from '../../../src/groups/steer/steering.js'
import { createHttpClient, type HttpClient } from '../../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../../src/platforms/shared/token-store.js'
import { createWecomClient, type WecomClient } from '../../../src/platforms/wecom/client.js'
import { openTestStore, type TestStore } from '../../store/open.js'

const FULL = 4
const clock = { now: () => new Date() }
let store: TestStore
let simulator: Simulator
let http: HttpClient
let client: WecomClient
let contacts: Contacts
let groups: Groups
let steering: Steering
let dir = ''

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weloop-steering-'))
  await mkdir(join(dir, 'join-ways'))
  await mkdir(join(dir, 'steering'))
  const overflow = 'overflow: { name: 新人福利群, firstNumber: 3 }'
  const text = `title: 新人福利群\nlabel: 新人群\nstate: grp_new\nremark: 公众号\n${overflow}\n`
  await writeFile(join(dir, 'join-ways', 'newcomers.yaml'), text)
  await writeFile(join(dir, 'steering', 'join.yaml'), 'title: 进群\ndefault: newcomers\n')
  simulator = await startSimulator({ port: 0, corps: [{ ...demoCorp, callbackUrl: 'http://127.0.0.1:9/none' }] })
  simulator.control.corp().set({ joinFull: FULL, detailDelayMs: 0 })
  store = await openTestStore()
  const { connection } = store
  const events = createEvents({ connection, clock })
  contacts = createContacts({ connection, clock, log: silentLogger, events })
  http = createHttpClient()
  const { corpid, agentId, secret } = demoCorp
  const tokenStore = createMemoryTokenStore(clock)
  const apiBase = simulator.url
  client = createWecomClient({ corpid, agentId, secret, apiBase, http, tokenStore, clock, log: silentLogger })
  groups = createGroups({
    connection,
    clock,
    log: silentLogger,
    events,
    async learn(batch) {
      const found = new Map<string, string>()
      for (const { account, externalId, unionid, at } of batch) {
        const person = { platform: 'wecom' as const, account, externalId }
        await contacts.resolve(person, at)
        if (unionid !== undefined) await contacts.join(person, unionid, at)
        found.set(externalId, String(await contacts.find(person)))
      }
      return found
    },
    corps: {
      ids: () => ['corp'],
      find: () => ({ groups: client.groups, staff: () => client.contacts.followUsers() }),
    },
    sizes: { nearlyFull: 0.9, capacity: 500 },
    timeZone: 'Asia/Shanghai',
  })
  steering = createSteering({
    connection,
    clock,
    log: silentLogger,
    events,
    dir,
    corps: ['corp'],
    api: () => client.joinWays,
    roster: groups,
    fullAt: FULL,
    reloadMs: 0,
    contacts,
    inSegment: async () => false,
    statesOf: async () => [],
    publicUrl: 'https://wx.example.com',
    secret: Buffer.alloc(32, 3),
    lifeMs: 86_400_000,
    platform: () => 'official-account',
    resolve: () => ({ kind: 'text', text: '' }),
    timeZone: 'Asia/Shanghai',
  })
  await store.ensureIndexes()
}, 60_000)
afterAll(async () => {
  await contacts.close()
  await store.dispose()
  await http.close()
  await simulator.close()
  await rm(dir, { recursive: true })
})

const corp = () => simulator.control.corp()
const makeGroup = async (name: string) => {
  const act = corp().staffAct('lihua', 'create-group', { name, members: ['wangfang'] })
  await act.done
  return act.group
}
const labelled = (chatId: string) => groups.edit('corp', chatId, { addLabels: ['新人群'] })
let people = 0
const customer = async (name: string, unionid = `uBORN${++people}`) => {
  const act = corp().staffAct('lihua', 'add', { person: { name, unionid } })
  await act.done
  return act.customer
}
const scan = async (person: string, code: string) => {
  const act = corp().personAct(person, 'scan', { code })
  await act.done
  return act
}
/** The roster is read, then the ways follow it. */
const settle = async () => {
  await groups.sync('corp')
  await steering.steer.joins.read()
  await steering.ways.sync()
}
const onPlatform = async (configId: string) => (await client.joinWays.get(configId)).groups

test('a code keeps leading to a group with room: the next of the list, then one that WeCom makes by itself', async () => {
  const [first, second] = [await makeGroup('新人群1'), await makeGroup('新人群2')]
  await groups.sync('corp')
  await labelled(first)
  await labelled(second)
  await steering.steer.joins.read()
  expect(await steering.ways.sync()).toEqual([{ slug: 'newcomers', outcome: 'made' }])
  const { configId = '', qrCode } = (await steering.ways.find('newcomers')) ?? {}
  expect(await onPlatform(configId)).toEqual([first, second])
  const picture = await fetch(String(qrCode))
  expect(picture.status).toBe(200)

  const mei = { platform: 'official-account' as const, account: 'shop', externalId: 'oMEI' }
  await contacts.resolve(mei)
  await contacts.join(mei, 'uMEI', new Date())
  const { message } = await steering.steer.invite('join', mei, { key: 'u1', at: new Date() })
  await steering.page.opened(String((message as Link).url.split('/join/')[1]))

  expect(await scan(await customer('小梅', 'uMEI'), configId)).toMatchObject({ kind: 'group', group: first })
  expect(await scan(await customer('小雨'), configId)).toMatchObject({ group: first })
  await settle()
  expect(await onPlatform(configId)).toEqual([second])
  expect((await steering.ways.find('newcomers'))?.counts).toEqual({
    offered: 1,
    opened: 1,
    joined: 2,
    steered: 1,
    left: 0,
  })
  const again = await steering.steer.invite('join', mei, { key: 'u2', at: new Date() })
  expect(again.choice).toMatchObject({ to: 'already', group: '新人群1' })
  expect(await groups.groupsOf(await contacts.resolve(mei))).toMatchObject([{ chatId: first }])

  await scan(await customer('小风'), configId)
  await scan(await customer('小云'), configId)
  const made = await scan(await customer('小雪'), configId)
  expect(made).toMatchObject({ created: true })
  await settle()
  const way = await steering.ways.find('newcomers')
  expect(way?.groups.map(({ name }) => name)).toEqual(['新人群1', '新人群2', '新人福利群3'])
  expect(way?.room).toBe(true)
  const live = await client.joinWays.get(configId)
  expect(live.groups).toEqual([way?.groups[2]?.chatId])
  expect(live.overflow).toEqual({ name: '新人福利群', firstNumber: 4 })
}, 60_000)

test('the list of the platform is found out at night where it adds its own groups to it', async () => {
  corp().set({ autoRoomsListed: true })
  const { configId = '' } = (await steering.ways.find('newcomers')) ?? {}
  for (const name of ['小木', '小石', '小水']) await scan(await customer(name), configId)
  await groups.sync('corp')
  await steering.ways.reread()
  await steering.ways.sync()
  const way = await steering.ways.find('newcomers')
  expect(way?.problem).toBeUndefined()
  expect(way?.room).toBe(true)
  expect(way?.groups.map(({ name }) => name)).toEqual(['新人群1', '新人群2', '新人福利群3', '新人福利群4'])
  expect(way?.live).toEqual([way?.groups[3]?.chatId])
  expect(await onPlatform(configId)).toEqual(way?.live)
}, 60_000)
