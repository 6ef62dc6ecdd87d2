import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Campaigns } from '../../../src/campaigns/campaigns.js'
import { definitionJsonSchema } from '../../../src/campaigns/definition.js'
import { createCampaignRoutes } from '../../../src/http/api/campaigns.js'
import { openApi } from '../../../src/http/api/openapi.js'
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

const routesOf = (campaigns: Campaigns, all = people(60)) =>
  createCampaignRoutes({
    campaigns,
    contact: async (wanted) => all.find(({ _id }) => _id === wanted),
    definition: definitionJsonSchema(),
    newNonce: () => `${Math.random()}`,
  })

async function serve(
  campaigns: Campaigns,
  keyId = 'key-ming-1',
  scopes: Scope[] = ['campaigns:read', 'campaigns:write'],
) {
  const api = await serveApi(routesOf(campaigns), { key: { id: keyId, scopes } })
  open.push(api)
  return api
}
type Shown = { id: string; state: string; version: number; [key: string]: unknown }
type Refused = { type: string; detail: string; errors?: { field: string; message: string; fix?: string }[] }
const ask = <T>(api: ServedApi, method: string, path: string, body?: unknown) => api.ask<T>(method, path, body)

describe('a campaign over HTTP', () => {
  test('is made, estimated, approved by somebody else, run, paused, resumed and stopped', async () => {
    const made = await world(store, people(60))
    const [ming, lan] = [await serve(made.campaigns), await serve(made.campaigns, 'key-lan-01')]
    const created = await ask<Shown>(ming, 'POST', '/campaigns', { id: 'autumn', definition: promotion() })
    expect(created).toMatchObject({
      status: 201,
      body: { id: 'autumn', state: 'draft', version: 1, authors: ['key-ming-1'] },
    })
    expect(created.body).not.toHaveProperty('rev')
    const estimated = await ask<Shown>(ming, 'POST', '/campaigns/autumn/estimate')
    expect(estimated.body).toMatchObject({ state: 'estimated', estimate: { people: 60, channels: { mass: 60 } } })
    const own = await ask<Refused>(ming, 'POST', '/campaigns/autumn/approve', { version: 1 })
    expect(own).toMatchObject({ status: 403, body: { type: 'urn:weloop:problem:campaign.four-eyes' } })
    expect((await ask<Shown>(lan, 'POST', '/campaigns/autumn/approve', { version: 1 })).body.state).toBe('approved')
    expect((await ask<Shown>(lan, 'POST', '/campaigns/autumn/run', {})).body.state).toBe('scheduled')
    await made.campaigns.tick()
    await made.campaigns.idle()
    const paused = await ask<Shown>(lan, 'POST', '/campaigns/autumn/pause', { note: '等一等' })
    expect(paused.body).toMatchObject({ state: 'paused', reason: { by: 'key-lan-01', text: '等一等' } })
    expect((await ask<Shown>(lan, 'POST', '/campaigns/autumn/resume', {})).body.state).toBe('running')
    expect((await ask<Shown>(lan, 'POST', '/campaigns/autumn/stop', {})).body.state).toBe('stopped')
    const again = await ask<Refused>(lan, 'POST', '/campaigns/autumn/resume', {})
    expect(again).toMatchObject({ status: 409, body: { detail: "'autumn' is stopped: resume is not possible" } })
    const shown = await ask<{ runs: object[] }>(ming, 'GET', '/campaigns/autumn')
    expect(shown.body.runs).toEqual([
      expect.objectContaining({
        occurrence: '2026-03-04T1000',
        state: 'stopped',
        progress: expect.objectContaining({ recipients: 60 }),
      }),
    ])
    expect(shown.body.runs[0]).not.toHaveProperty('rule')
    const run = await ask<object>(ming, 'GET', '/campaigns/autumn/runs/2026-03-04T1000')
    expect(run.body).toEqual(shown.body.runs[0])
    const person = await ask<object>(ming, 'GET', `/campaigns/autumn/contacts/${id(7)}`)
    expect(person.body).toMatchObject({ inAudience: true, end: { state: 'cancelled' } })
  })

  test('with mistakes is answered with each of them', async () => {
    const { campaigns } = await world(store)
    const api = await serve(campaigns)
    const definition = promotion({ channels: ['template'], article: undefined })
    const { status, body } = await ask<Refused>(api, 'POST', '/campaigns', { id: 'bad', definition })
    expect(status).toBe(422)
    expect(body.errors?.map(({ field }) => field)).toContain('channels[0]')
    expect(body.errors?.every(({ fix = '' }) => fix !== '')).toBe(true)
  })

  test('that was changed meanwhile is answered with what differs', async () => {
    const { campaigns } = await world(store)
    const api = await serve(campaigns)
    await ask(api, 'POST', '/campaigns', { id: 'autumn', definition: promotion() })
    await ask(api, 'PUT', '/campaigns/autumn', { version: 1, definition: promotion({ name: '二' }) })
    const late = await ask<Refused>(api, 'PUT', '/campaigns/autumn', {
      version: 1,
      definition: promotion({ holdOut: 5 }),
    })
    expect(late).toMatchObject({
      status: 409,
      body: {
        type: 'urn:weloop:problem:campaign.version',
        errors: [
          { field: 'holdOut', message: 'stored: nothing; sent: 5' },
          { field: 'name', message: 'stored: "二"; sent: "秋日上新"' },
        ],
      },
    })
  })

  test('goes to one person on trial, once for one Idempotency-Key', async () => {
    const made = await world(store)
    const api = await serve(made.campaigns)
    await ask(api, 'POST', '/campaigns', { id: 'autumn', definition: promotion() })
    const headers = { 'Idempotency-Key': 'trial-0001' }
    for (let n = 0; n < 2; n++) {
      const { status, body } = await api.ask<{ to: string }>(
        'POST',
        '/campaigns/autumn/test',
        { contact: id(3) },
        { headers },
      )
      expect([status, body.to]).toEqual([202, 'o3'])
    }
    expect(made.put).toHaveLength(1)
    expect((await ask(api, 'POST', '/campaigns/autumn/test', {})).status).toBe(400)
    expect((await ask(api, 'POST', '/campaigns/autumn/test', { contact: 'f'.repeat(24) })).status).toBe(422)
  })

  test('is listed by state, removed as a draft, and unknown after', async () => {
    const { campaigns } = await world(store)
    const api = await serve(campaigns)
    for (const name of ['one', 'two']) await ask(api, 'POST', '/campaigns', { id: name, definition: promotion() })
    await ask(api, 'POST', '/campaigns/two/estimate')
    const list = async (query: string) =>
      (await ask<{ campaigns: Shown[] }>(api, 'GET', `/campaigns${query}`)).body.campaigns.map((one) => one.id)
    expect((await list('')).toSorted()).toEqual(['one', 'two'])
    expect(await list('?state=estimated')).toEqual(['two'])
    expect((await ask(api, 'DELETE', '/campaigns/one')).status).toBe(200)
    expect((await ask(api, 'GET', '/campaigns/one')).status).toBe(404)
  })

  test('needs the scope', async () => {
    const { campaigns } = await world(store)
    const api = await serve(campaigns, 'key-read-1', ['campaigns:read'])
    expect((await ask(api, 'GET', '/campaigns')).status).toBe(200)
    expect((await ask(api, 'POST', '/campaigns', { id: 'autumn', definition: promotion() })).status).toBe(403)
  })

  test('stands in the description with the fields of a definition', async () => {
    const { campaigns } = await world(store)
    const document = openApi(routesOf(campaigns))
    expect(document.paths['/campaigns/{id}/approve']).toHaveProperty('post')
    const definition = document.components.schemas['CampaignDefinition']
    expect(definition?.['properties']).toHaveProperty('stages')
  })
})
