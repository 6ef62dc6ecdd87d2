import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { silentLogger } from '../../src/core/log.js'
import { createDeskFiles } from '../../src/desk/files.js'
import { keptSettings } from '../../src/desk/kept-settings.js'
import { TEXTS, TIMES } from '../../src/desk/settings.js'
import { deskSettingsRoutes } from '../../src/http/api/desk-settings.js'
import { serveApi } from '../helpers/api.js'
import { movableClock } from '../inbox/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { MORNING } from './setup.js'

const timeZone = 'Asia/Shanghai'
const clock = movableClock(MORNING)
let store: TestStore
let dir: string

beforeAll(async () => {
  store = await openTestStore()
  dir = await mkdtemp(path.join(tmpdir(), 'weloop-kept-'))
})
afterAll(async () => {
  await store.dispose()
  await rm(dir, { recursive: true, force: true })
})

const definition = (name: string) => ({
  shifts: { 早班: [{ days: '周一至周五', hours: ['09:00-12:00', '13:30-18:00'] }] },
  staff: [{ userid: 'lihua', name, shifts: ['早班'] }],
})

/** A process: its own view of the same store and folder. */
function process() {
  const files = createDeskFiles({ dir, timeZone, log: silentLogger })
  return keptSettings({ connection: store.connection, clock, log: silentLogger, timeZone, files })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('without a file the console’s settings open the desk, in all processes, and close it again', async () => {
  const [one, two] = [process(), process()]
  expect([await one.settings(), one.isOpen()]).toEqual([undefined, false])
  expect(await two.settings()).toBeUndefined()
  expect(await one.view()).toMatchObject({ origin: 'none', on: false, revision: 0 })
  const done = await one.put({ revision: 0, enabled: true, definition: definition('李华'), by: '老板' })
  expect(done).toMatchObject({ outcome: 'stored', view: { origin: 'store', on: true, revision: 1, updatedBy: '老板' } })
  expect([(await one.settings())?.staff[0]?.name, one.isOpen()]).toEqual(['李华', true])
  await until(async () => (await two.settings())?.staff[0]?.name === '李华')
  await one.put({ revision: 1, enabled: false, definition: definition('李华'), by: '老板' })
  expect(one.isOpen()).toBe(false)
  await until(async () => (await two.settings()) === undefined)
  expect(await two.view()).toMatchObject({ origin: 'store', on: false, revision: 2, definition: definition('李华') })
})

test('of two who change the same revision one is told who was quicker, and nothing of hers is lost silently', async () => {
  const [one, two] = [process(), process()]
  const { revision } = await one.view()
  const both = await Promise.all([
    one.put({ revision, enabled: true, definition: definition('甲'), by: '甲' }),
    two.put({ revision, enabled: true, definition: definition('乙'), by: '乙' }),
  ])
  expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['stale', 'stored'])
  const winner = both[0].outcome === 'stored' ? '甲' : '乙'
  const loser = both.find(({ outcome }) => outcome === 'stale')
  expect(loser).toMatchObject({ view: { updatedBy: winner, revision: revision + 1 } })
  expect((await one.view()).definition?.staff[0]?.name).toBe(winner)
})

test('by API: mistakes are named with their fields, a stale revision is 409, and only those with all rights may put', async () => {
  const settings = process()
  const routes = deskSettingsRoutes({ settings, defaults: { times: TIMES, texts: TEXTS } })
  const api = await serveApi(routes, { clock })
  const staff = await serveApi(routes, { clock, scopes: ['desk:read', 'desk:write'] })
  const { revision } = await settings.view()
  const body = { revision, enabled: true, definition: { ...definition('丙'), shifts: {} } }
  const wrong = await api.ask<{ errors: { field: string; fix: string }[] }>('PUT', '/desk/settings', body)
  expect([wrong.status, wrong.body.errors.map(({ field }) => field)]).toEqual([422, expect.arrayContaining(['shifts'])])
  const stale = await api.ask('PUT', '/desk/settings', { ...body, revision: 0, definition: definition('丙') })
  expect(stale).toMatchObject({ status: 409, body: { type: 'urn:weloop:problem:desk.settings-stale' } })
  expect((await staff.ask('PUT', '/desk/settings', { ...body, definition: definition('丙') })).status).toBe(403)
  expect((await staff.ask('GET', '/desk/settings')).body).toMatchObject({
    defaults: { times: { alertAfter: 120_000 } },
  })
  const done = await api.ask('PUT', '/desk/settings', { ...body, definition: definition('丙') })
  expect(done).toMatchObject({ status: 200, body: { revision: revision + 1, on: true } })
  await Promise.all([api.close(), staff.close()])
})

test('a file wins over them and is read-only here; without it they hold again', async () => {
  const file = path.join(dir, 'desk.yaml')
  await writeFile(
    file,
    'shifts:\n  晚班:\n    - days: 每天\n      hours: [18:00-22:00]\nstaff:\n  - { userid: zhang, name: 张三, shifts: 晚班 }\n',
  )
  const one = process()
  expect((await one.settings())?.staff[0]?.name).toBe('张三')
  const view = await one.view()
  expect(view).toMatchObject({ origin: 'file', file: 'content/desk.yaml', on: true })
  const put = { revision: view.revision, enabled: true, definition: definition('李华'), by: '老板' }
  expect(await one.put(put)).toEqual({ outcome: 'read-only' })
  await rm(file)
  const two = process()
  expect((await two.settings())?.staff[0]?.name).toBe('丙')
})
