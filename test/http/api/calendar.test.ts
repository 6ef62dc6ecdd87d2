import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { createCalendar, type Dated } from '../../../src/calendar/calendar.js'
import type { Campaigns } from '../../../src/campaigns/campaigns.js'
import { definitionJsonSchema } from '../../../src/campaigns/definition.js'
import { calendarRoutes } from '../../../src/http/api/calendar.js'
import { campaignRunRoutes } from '../../../src/http/api/campaign-runs.js'
import { createCampaignRoutes } from '../../../src/http/api/campaigns.js'
import type { Scope } from '../../../src/http/api/route.js'
import { clean, id, people, promotion, world } from '../../campaigns/setup.js'
import { type ServedApi, serveApi } from '../../helpers/api.js'
import { openTestStore, type TestStore } from '../../store/open.js'

let store: TestStore
const open: ServedApi[] = []
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(async () => {
  for (const api of open.splice(0)) await api.close()
  await clean(store)
})
afterAll(() => store.dispose())

const NAMES: Readonly<Record<string, string>> = { 'key-ming-1': '小明' }
const MARKETER: Scope[] = ['campaigns:read', 'campaigns:write', 'deliveries:read', 'deliveries:write']

/** The routes of campaigns and the calendar, which also has a group send. */
async function serve(campaigns: Campaigns, scopes: Scope[] = MARKETER): Promise<ServedApi> {
  const nameOf = async (who: string) => NAMES[who]
  const groups: Dated = {
    ...{ kind: 'group-send', id: 'deals', occurrence: '2026-03-05T2000', name: '周四拼团', channels: ['group-send'] },
    ...{ at: new Date('2026-03-05T12:00:00Z'), state: 'scheduled', planned: true, tentative: false },
    ...{ repeats: true, movable: false },
  }
  const calendar = createCalendar({
    entries: async ({ groups: wanted, ...span }) => [
      ...(await campaigns.dates(span)).map((one) => ({ kind: 'push' as const, ...one, channels: [...one.channels] })),
      ...(wanted ? [groups] : []),
    ],
    perDay: async () => undefined,
    rules: { caps: { day: 1, week: 3, month: 8 }, quietUntil: () => undefined, timeZone: 'Asia/Shanghai' },
  })
  const routes = [
    ...createCampaignRoutes({
      campaigns,
      contact: async () => undefined,
      definition: definitionJsonSchema(),
      newNonce: () => 'n',
      nameOf,
    }),
    ...campaignRunRoutes(campaigns, nameOf),
    ...calendarRoutes({ calendar }),
  ]
  const api = await serveApi(routes, { key: { id: 'key-ming-1', scopes } })
  open.push(api)
  return api
}

interface View {
  entries: { id: string; occurrence: string; planned: boolean; tentative: boolean; movable: boolean; state: string }[]
  holidays: { id: string }[]
}

test('the calendar has what ran, what is scheduled, each time of what repeats, and drafts as such', async () => {
  const made = await world(store, people(5))
  const { campaigns, clock, bulk } = made
  const api = await serve(campaigns, [...MARKETER, 'groups:read'])
  const create = (name: string, schedule?: object) =>
    campaigns.create({ id: name, definition: promotion({ ...(schedule && { schedule }) }), by: 'ming' })
  await create('ran')
  await campaigns.estimate('ran')
  await campaigns.approve('ran', { by: 'lan' })
  await campaigns.run('ran', { by: 'lan' })
  await campaigns.tick()
  await campaigns.idle()
  bulk.settle('ran:2026-03-04T1000')
  clock.pass(1000)
  await campaigns.tick()
  await campaigns.idle()
  await create('draft', { at: '2026-03-06T10:00' })
  await create('weekly', { cron: '0 10 * * 1' })
  const { body } = await api.ask<View>('GET', '/calendar?from=2026-03-01&to=2026-03-31')
  const brief = body.entries.map((one) => [one.id, one.occurrence, one.planned, one.tentative, one.movable])
  expect(brief).toEqual(
    expect.arrayContaining([
      ['ran', '2026-03-04T1000', false, false, false],
      ['draft', '2026-03-06T1000', true, true, true],
      ['deals', '2026-03-05T2000', true, false, false],
      ...['09', '16', '23', '30'].map((day) => ['weekly', `2026-03-${day}T1000`, true, true, false]),
    ]),
  )
  expect(brief).toHaveLength(7)
  expect(body.entries.find(({ id: name }) => name === 'ran')?.state).toBe('done')
  const blind = await serve(campaigns)
  const seen = await blind.ask<View>('GET', '/calendar?from=2026-03-01&to=2026-03-31')
  expect(seen.body.entries.map(({ id: name }) => name)).not.toContain('deals')
})

test('a span that is backwards, too long or no days is refused with its field', async () => {
  const api = await serve((await world(store)).campaigns)
  const status = async (query: string) => (await api.ask('GET', `/calendar?${query}`)).status
  expect(await status('from=2026-03-31&to=2026-03-01')).toBe(422)
  expect(await status('from=2026-01-01&to=2026-12-31')).toBe(422)
  expect(await status('from=march&to=2026-03-31')).toBe(400)
})

test('a push is moved, and what the mover may not do is refused', async () => {
  const { campaigns } = await world(store)
  const api = await serve(campaigns)
  await campaigns.create({ id: 'autumn', definition: promotion({ schedule: { at: '2026-03-06T10:00' } }), by: 'ming' })
  const move = (at: string) => api.ask<{ version: number }>('POST', '/campaigns/autumn/move', { version: 1, at })
  expect(await move('2020-01-01T10:00')).toMatchObject({ status: 422, body: { errors: [{ field: 'schedule.at' }] } })
  expect(await move('2026-03-07T10:00')).toMatchObject({ status: 200, body: { version: 2 } })
  expect((await move('2026-03-08T10:00')).status).toBe(409)
  const reader = await serve(campaigns, ['campaigns:read'])
  expect((await reader.ask('POST', '/campaigns/autumn/move', { version: 2, at: '2026-03-09T10:00' })).status).toBe(403)
})

test('people of a run are put right over HTTP, and the log and the push name who did what', async () => {
  const { campaigns, bulk } = await world(store, people(40))
  const api = await serve(campaigns)
  await api.ask('POST', '/campaigns', { id: 'autumn', definition: promotion() })
  await api.ask('POST', '/campaigns/autumn/estimate')
  await api.ask('POST', '/campaigns/autumn/approve', { version: 1 })
  // Without a body: a reason need not be given.
  expect((await api.ask('POST', '/campaigns/autumn/run')).status).toBe(200)
  await campaigns.tick()
  await campaigns.idle()
  const run = '/campaigns/autumn/runs/2026-03-04T1000'
  bulk.mark('autumn:2026-03-04T1000', id(1), 'failed', { reason: 'refused', code: 48001 })
  bulk.mark('autumn:2026-03-04T1000', id(2), 'uncertain')
  const found = await api.ask<{ recipients: object[] }>('GET', `${run}/recipients`)
  expect(found.body.recipients).toEqual([
    expect.objectContaining({ contact: id(1), state: 'failed', reason: 'refused', code: 48001 }),
    expect.objectContaining({ contact: id(2), state: 'uncertain' }),
  ])
  expect((await api.ask('POST', `${run}/treat-as-sent`, { whom: [id(2)] })).body).toEqual({ people: 1 })
  expect((await api.ask('POST', `${run}/resend`, { whom: 'failed', note: '再试' })).body).toEqual({ people: 1 })
  expect((await api.ask('POST', `${run}/resend`, { whom: ['nobody'] })).status).toBe(400)
  const log = await api.ask<{ lines: { action?: string; name?: string; note?: string }[] }>(
    'GET',
    '/campaigns/autumn/log',
  )
  expect(log.body.lines).toEqual(
    expect.arrayContaining([expect.objectContaining({ action: 'resend', name: '小明', note: '再试', people: 1 })]),
  )
  const shown = await api.ask<{ names: object }>('GET', '/campaigns/autumn')
  expect(shown.body.names).toEqual({ 'key-ming-1': '小明' })
})
