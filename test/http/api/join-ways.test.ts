import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import {
  addSteerCommands,
  checkRules,
  listWays,
  pushWelcomes,
  removeWay,
  type SteerTools,
  showWay,
  syncWays,
  trySteering,
} from '../../../src/commands/steer.js'
import { type Contacts, createContacts } from '../../../src/contacts/contacts.js'
import { silentLogger } from '../../../src/core/log.js'
import { createEvents } from '../../../src/events/events.js'
import { createSteering, type Steering } from '../../../src/groups/steer/steering.js'
import { createWelcomes } from '../../../src/groups/welcomes/welcomes.js'
import { joinWayRoutes } from '../../../src/http/api/join-ways.js'
import { steeringRoutes } from '../../../src/http/api/join-ways-steering.js'
import { openApi } from '../../../src/http/api/openapi.js'
import { type FakePlatform, fakePlatform, fakeRoster } from '../../groups/ways/fake-platform.js'
import { type ServedApi, serveApi } from '../../helpers/api.js'
import { openTestStore, type TestStore } from '../../store/open.js'

const clock = { now: () => new Date('2026-03-04T04:00:00Z') }
const roster = fakeRoster()
let platform: FakePlatform
let store: TestStore
let contacts: Contacts
let steering: Steering
let api: ServedApi
let reader: ServedApi
let her = ''
let dir = ''
const said: string[] = []
const warned: string[] = []

beforeAll(async () => {
  store = await openTestStore()
  dir = await mkdtemp(join(tmpdir(), 'weloop-join-api-'))
  for (const folder of ['join-ways', 'steering', 'group-welcomes']) await mkdir(join(dir, folder))
  await writeFile(join(dir, 'join-ways', 'newcomers.yaml'), 'title: 新人群\ngroups: [wr1, wr2, wr9]\n')
  await writeFile(
    join(dir, 'steering', 'join.yaml'),
    'title: 进群\nrules:\n  - when: { tag: 会员 }\n    way: members\ndefault: newcomers\n',
  )
  await writeFile(join(dir, 'group-welcomes', 'hello.yaml'), 'title: 欢迎\ntext: 欢迎 %NICKNAME%\n')
  const { connection } = store
  const events = createEvents({ connection, clock })
  contacts = createContacts({ connection, clock, log: silentLogger, events })
  platform = fakePlatform()
  roster.put('wr1', 200, { name: '新人群1' })
  roster.put('wr2', 12, { name: '新人群2' })
  const resolve: Parameters<typeof createSteering>[0]['resolve'] = (message) => {
    if (message.kind === 'text') return message
    throw new Error('not here')
  }
  steering = createSteering({
    connection,
    clock,
    log: silentLogger,
    events,
    dir,
    corps: ['corp'],
    api: () => platform,
    roster,
    fullAt: 200,
    reloadMs: 0,
    contacts,
    inSegment: async () => false,
    statesOf: async () => [],
    publicUrl: 'https://wx.example.com',
    secret: Buffer.alloc(32, 7),
    lifeMs: 86_400_000,
    platform: () => 'official-account',
    resolve,
    timeZone: 'Asia/Shanghai',
  })
  const welcomes = createWelcomes({
    connection,
    clock,
    dir,
    corps: ['corp'],
    api: () => ({
      prepare: async () => 'prepared',
      add: async () => 'T1',
      get: async () => ({}),
      update: async () => undefined,
      remove: async () => undefined,
    }),
    resolve,
  })
  await store.ensureIndexes()
  her = await contacts.resolve({ platform: 'official-account', account: 'shop', externalId: 'oMEI' })
  const routes = [...joinWayRoutes(steering), ...steeringRoutes(steering)]
  api = await serveApi(routes, { scopes: ['groups:read', 'groups:write'] })
  reader = await serveApi(routes, { scopes: ['groups:read'] })
  tools = {
    ways: steering.ways,
    steer: steering.steer,
    welcomes,
    contentDir: dir,
    names: { hasCard: () => true, hasArticle: () => true, segment: () => undefined },
    close: async () => undefined,
  }
})
let tools: SteerTools
afterAll(async () => {
  await api.close()
  await reader.close()
  await contacts.close()
  await store.dispose()
  await rm(dir, { recursive: true })
})
type Any = Record<string, unknown>
const options = (more: object = {}) => {
  said.length = 0
  warned.length = 0
  return {
    root: dir,
    env: {},
    open: async () => tools,
    say: (line: string) => void said.push(line),
    warn: (line: string) => void warned.push(line),
    ...more,
  }
}

describe('join ways over HTTP', () => {
  test('of files are synced and shown with their groups, but not changed', async () => {
    const synced = await api.ask('POST', '/join-ways/newcomers/sync', {})
    expect(synced).toMatchObject({ status: 200, body: { outcome: 'made' } })
    const shown = await api.ask<Any>('GET', '/join-ways/newcomers')
    expect(shown.body).toMatchObject({
      slug: 'newcomers',
      origin: 'file',
      made: true,
      room: true,
      qrCode: 'https://qr.example/cfg1',
      definition: { title: '新人群', state: 'newcomers' },
      groups: [
        { chatId: 'wr1', members: 200, state: 'full', live: false },
        { chatId: 'wr2', members: 12, state: 'open', live: true },
      ],
      unknown: ['wr9'],
      counts: { offered: 0, opened: 0, joined: 0, steered: 0, left: 0 },
    })
    const definition = { title: '别的', groups: ['wr1'] }
    expect(await api.ask('PUT', '/join-ways/newcomers', { definition })).toMatchObject({ status: 409 })
    expect(await api.ask('DELETE', '/join-ways/newcomers')).toMatchObject({ status: 409 })
    expect(await api.ask('GET', '/join-ways/none')).toMatchObject({ status: 404 })
    expect(await api.ask('POST', '/join-ways/none/sync', {})).toMatchObject({ status: 404 })
  })

  test('are made, replaced by version, and deleted on the platform too', async () => {
    const definition = { title: '会员群', groups: ['wr2'], state: 'vip_1' }
    const made = await api.ask<Any>('PUT', '/join-ways/members', { definition, version: 0 })
    expect(made).toMatchObject({ status: 200, body: { origin: 'store', version: 1, made: false, room: false } })
    expect(await api.ask('PUT', '/join-ways/members', { definition, version: 0 })).toMatchObject({ status: 409 })
    await api.ask('POST', '/join-ways/members/sync', {})
    expect(platform.ways.size).toBe(2)
    const bad = await api.ask<Any>('PUT', '/join-ways/members', { definition: { title: '', groups: ['wr2'] } })
    expect(bad).toMatchObject({ status: 422, body: { errors: [{ field: 'title' }] } })
    expect(await api.ask('DELETE', '/join-ways/members')).toMatchObject({ status: 200 })
    expect(platform.ways.size).toBe(1)
    expect(await reader.ask('PUT', '/join-ways/members', { definition })).toMatchObject({ status: 403 })
  })
})

describe('steering over HTTP', () => {
  test('says which group a contact would get, and why', async () => {
    const tried = await api.ask<Any>('POST', '/steering/join/try', { contact: her, said: '进群' })
    expect(tried).toMatchObject({
      status: 200,
      body: {
        facts: { said: '进群', tags: [] },
        choice: { to: 'way', way: 'newcomers', rule: 'default', passed: [{ rule: 0, way: 'members', why: 'unfit' }] },
      },
    })
    expect(await api.ask('POST', '/steering/none/try', { contact: her })).toMatchObject({ status: 404 })
    expect(await api.ask('POST', '/steering/join/try', { contact: 'nobody' })).toMatchObject({ status: 404 })
  })

  test('keeps rule sets of the store beside those of files', async () => {
    const definition = { title: '门店', default: 'newcomers' }
    expect(await api.ask('PUT', '/steering/shop', { definition })).toMatchObject({ status: 200, body: { version: 1 } })
    expect(await api.ask('PUT', '/steering/join', { definition })).toMatchObject({ status: 409 })
    const all = await api.ask<{ sets: { slug: string; origin: string }[] }>('GET', '/steering')
    expect(all.body.sets.map(({ slug, origin }) => `${slug} ${origin}`)).toEqual(['join file', 'shop store'])
    expect((await api.ask<Any>('GET', '/steering/shop')).body).toMatchObject({ definition: { default: 'newcomers' } })
    expect(await api.ask('DELETE', '/steering/shop')).toMatchObject({ status: 200 })
    expect(await api.ask('GET', '/steering/shop')).toMatchObject({ status: 404 })
  })

  test('every route stands in the description', () => {
    const page = JSON.stringify(openApi([...joinWayRoutes(steering), ...steeringRoutes(steering)]))
    for (const id of ['listJoinWays', 'putJoinWay', 'syncJoinWay', 'trySteering']) expect(page).toContain(id)
  })
})

describe('weloop steer', () => {
  test('lists and shows ways with their counts', async () => {
    expect(await listWays(options())).toBe(0)
    expect(said[0]).toMatch(/^newcomers\s+可进群 {2}1\/2 个群有位置/)
    expect(await showWay('newcomers', options())).toBe(0)
    expect(said[0]).toContain('▶ wr2  12 人  有位置  新人群2')
    expect(said[0]).toContain('wr9  不在名册里')
    expect(await showWay('none', options())).toBe(1)
  })

  test('syncs, and says in words what cannot be kept up', async () => {
    expect(await syncWays(undefined, options())).toBe(0)
    expect(said).toEqual(['newcomers           无需变动'])
    expect(await syncWays('none', options())).toBe(1)
  })

  test('checks the files, and finds names that lead nowhere', async () => {
    expect(await checkRules(options())).toBe(1)
    expect(said[0]).toMatch(/^content\/steering\/join\.yaml:4 rules\[0\]\.way: 没有名为 members 的入群方式/)
    expect(said.at(-1)).toBe('入群方式 1，引导规则 1，入群欢迎语 1，问题 1')
  })

  test('tries a contact', async () => {
    expect(await trySteering(her, options())).toBe(0)
    expect(said[0]).toContain('join：→ newcomers（默认）')
    expect(said[0]).toContain('跳过 第 1 条 members：条件不符')
    expect(await trySteering('nobody', options())).toBe(1)
  })

  test('pushes welcomes and says what a server cannot do', async () => {
    expect(await pushWelcomes(undefined, options())).toBe(0)
    expect(said).toEqual(['hello               已加入素材库  欢迎', expect.stringContaining('服务器不能替群主选')])
  })

  test('removes nothing without a yes, and no file', async () => {
    expect(await removeWay('newcomers', options())).toBe(2)
    expect(await removeWay('newcomers', options({ yes: true }))).toBe(1)
    expect(warned[0]).toContain('先删去 content/join-ways/newcomers.yaml')
  })

  test('passes arguments and options from the command line', async () => {
    const program = new Command().exitOverride()
    addSteerCommands(program, options())
    const before = process.exitCode
    await program.parseAsync(['steer', 'try', her, '--set', 'newcomers', '--json'], { from: 'user' })
    expect(JSON.parse(String(said[0]))).toMatchObject({ choice: { way: 'newcomers' } })
    await program.parseAsync(['steer', 'ways', 'list', '--json'], { from: 'user' })
    expect(JSON.parse(String(said[1]))).toMatchObject({ ways: [{ account: 'corp' }], strays: [] })
    process.exitCode = before
  })
})
