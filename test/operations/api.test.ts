import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createEvents } from '../../src/events/events.js'
import type { Browser } from '../http/console/open-console.js'
import { openOperations, until } from './stage.js'

let stage: Awaited<ReturnType<typeof openOperations>>
let developer: Browser
let auditor: Browser
let owner: Browser
let analyst: Browser
beforeAll(async () => {
  stage = await openOperations()
  const as = stage.console.as
  ;[developer, auditor, owner, analyst] = [
    await as('dev', 'developer'),
    await as('audit', 'auditor'),
    await as('boss', 'owner'),
    await as('anna', 'analyst'),
  ]
}, 60_000)
afterAll(() => stage.close())

const at = (path: string) => encodeURIComponent(path)
const rows = (body: Record<string, unknown>, name: string) => body[name] as Record<string, unknown>[]

describe('updates', () => {
  test('one that failed is listed with its reason, its push masked, and handled again exactly once a press', async () => {
    await stage.says('早上好，电话 13812345678')
    const id = await stage.says('查优惠券')
    const list = await until(
      async () => rows((await developer.ask('GET', '/updates?state=failed')).body, 'updates'),
      (found) => found.length === 1,
    )
    expect(list[0]).toMatchObject({ id, account: 'shop', kind: 'message.text', state: 'failed', attempts: 1 })
    expect(list[0]?.['error']).toMatch(/: coupon service: token=\*\*\* refused$/)
    const { body } = await developer.ask('GET', `/updates/${at(id)}`)
    expect(body['envelope']).toContain('<FromUserName><![CDATA[oABC****12]]></FromUserName>')
    expect(body).toMatchObject({ mode: 'safe', format: 'xml', state: 'failed' })
    expect((await developer.ask('GET', '/dead-letters')).body).toMatchObject({ updates: { failed: 1, dead: 0 } })

    const runs = stage.runs()
    const again = await developer.ask('POST', `/updates/${at(id)}/replay`, undefined, {
      'idempotency-key': 'press-0001',
    })
    expect(again.body).toMatchObject({ state: 'failed' })
    stage.mend()
    const key = { 'idempotency-key': 'press-0002' }
    expect((await developer.ask('POST', `/updates/${at(id)}/replay`, undefined, key)).body).toEqual({ state: 'done' })
    expect((await developer.ask('POST', `/updates/${at(id)}/replay`, undefined, key)).body).toEqual({ state: 'done' })
    expect(stage.runs()).toBe(runs + 2)
    expect((await developer.ask('POST', `/updates/${at(id)}/replay`)).code).toBe('update.state')
    const sent = await stage.app.outbox.list({ source: id })
    expect(sent.map(({ _id }) => _id)).toEqual([`${id}:reply:0`])
    const log = await stage.console.access.audit.list({ action: 'replayUpdate', limit: 9 })
    expect(log.map(({ outcome }) => outcome)).toEqual(['update.state', 'done', 'done'])
  })

  test('pages by cursor tell every update once, also where many came in one millisecond', async () => {
    for (let n = 0; n < 23; n += 1) await stage.says(`第${n}条`)
    const seen: unknown[] = []
    let after = ''
    for (let page = 0; page < 20; page += 1) {
      const { body } = await developer.ask('GET', `/updates?limit=4&account=shop${after}`)
      seen.push(...rows(body, 'updates').map(({ id }) => id))
      if (body['next'] === undefined) break
      after = `&after=${body['next']}`
    }
    expect(seen).toHaveLength(25)
    expect(new Set(seen).size).toBe(25)
    const contact = at('shop:oABCDEFGHIJKLMNOPQRSTUVWXYZ12')
    expect(
      rows((await developer.ask('GET', `/updates?contact=${contact}&kind=message.`)).body, 'updates'),
    ).toHaveLength(25)
    expect(rows((await developer.ask('GET', '/updates?kind=event.')).body, 'updates')).toEqual([])
    expect(rows((await developer.ask('GET', '/updates?from=2099-01-01T00:00:00Z')).body, 'updates')).toEqual([])
  })

  test('a raw push is shown whole only with a reason, to who may, and the log tells', async () => {
    const id = await stage.says('我的电话 13987654321')
    const path = `/updates/${at(id)}`
    expect(((await owner.ask('GET', path)).body as { envelope: string }).envelope).toContain('139****4321')
    const ask = { path, field: 'envelope', reason: '排查编码问题' }
    expect((await developer.ask('POST', '/reveals', ask)).code).toBe('scope.missing')
    const { value } = (await owner.ask('POST', '/reveals', ask)).body as { value: string }
    expect(value).toContain('13987654321')
    expect(value).toContain('oABCDEFGHIJKLMNOPQRSTUVWXYZ12')
    const [row] = await stage.console.access.audit.list({ action: 'personal.revealed', limit: 1 })
    expect(row).toMatchObject({ target: path, reason: '排查编码问题' })
    const byKey = await stage.console.api.ask<{ envelope: string }>('GET', path)
    expect(byKey.body.envelope).toMatch(/oABC\*\*\*\*12.*139\*\*\*\*4321/s)
  })

  test('operators of the store and fields that are not ours are refused', async () => {
    for (const query of [
      'state[$ne]=done',
      'contact[$gt]=',
      'account=$where',
      'kind=message.*',
      'after=1',
      'limit=999',
    ]) {
      expect([query, (await developer.ask('GET', `/updates?${query}`)).code]).toEqual([query, 'request.invalid'])
    }
    for (const body of [
      { limit: { $gt: 0 } },
      { account: { $ne: null } },
      { limit: 1, state: 'done' },
      { kind: '$x' },
    ]) {
      expect((await developer.ask('POST', '/updates/replay-failed', body)).code).toBe('request.invalid')
    }
    for (const query of ['type[$ne]=x', 'type=$gt', 'contact[]=1', 'from=yesterday']) {
      expect((await developer.ask('GET', `/event-log?${query}`)).status).toBe(400)
    }
    expect((await developer.ask('GET', `/updates/${at('{"$ne":null}')}`)).code).toBe('update.unknown')
  })
})

test('who may what: developer, admin and owner write, the auditor reads, an analyst neither', async () => {
  const reads = [
    '/accounts',
    '/updates',
    '/dead-letters',
    '/jobs',
    '/platform-calls',
    '/event-log',
    '/api-keys',
    '/health',
  ]
  for (const path of [...reads, '/content-problems', '/accounts/shop']) {
    expect([path, (await developer.ask('GET', path)).status]).toEqual([path, 200])
    expect([path, (await auditor.ask('GET', path)).status]).toEqual([path, 200])
    expect([path, (await analyst.ask('GET', path)).code]).toEqual([path, 'scope.missing'])
  }
  const writes: [string, unknown?][] = [
    ['/accounts/shop/doctor'],
    ['/accounts/shop/recheck'],
    ['/updates/x/replay'],
    ['/updates/replay-failed', {}],
    ['/jobs/inbox-sweep/run'],
    ['/api-keys', { name: 'x', shop: 'demo', scopes: ['events:write'] }],
    ['/api-keys/wlk_x/rotate', {}],
    ['/api-keys/wlk_x/revoke'],
  ]
  for (const [path, body] of writes) expect((await auditor.ask('POST', path, body)).code).toBe('scope.missing')
})

test('accounts tell whether secrets are there, never what they are', async () => {
  const { body } = await developer.ask('GET', '/accounts')
  const [shop] = rows(body, 'accounts')
  expect(shop).toMatchObject({ id: 'shop', secrets: { secret: 'demo', token: 'demo', previousToken: 'missing' } })
  expect(JSON.stringify(shop)).toMatch(/"url":"[^"]+\/wechat\/shop"/)
  expect(JSON.stringify(body)).not.toMatch(/weloop-demo-(token|secret)|abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG/)
  expect((await developer.ask('GET', '/accounts/nobody')).code).toBe('account.unknown')
  expect((await developer.ask('GET', '/accounts/constructor')).code).toBe('account.unknown')
})

describe('API keys', () => {
  test('are made with a secret that is shown once, list their last use, rotate and end', async () => {
    const wanted = { name: '小程序商城', shop: 'mall', scopes: ['events:write', 'orders:write'] }
    const { status, body } = await developer.ask('POST', '/api-keys', wanted)
    expect([status, String(body['secret']).startsWith('wls_')]).toEqual([201, true])
    const list = async () =>
      rows((await developer.ask('GET', '/api-keys')).body, 'keys').find(({ id }) => id === body['id'])
    expect(await list()).toMatchObject({ name: '小程序商城', secrets: 1, mayRotate: true })
    expect(JSON.stringify((await developer.ask('GET', '/api-keys')).body)).not.toContain(body['secret'])
    const log = JSON.stringify(await stage.console.access.audit.list({ limit: 200 }))
    expect(log).not.toContain(body['secret'])
    const rotated = await developer.ask('POST', `/api-keys/${body['id']}/rotate`, { overlapHours: 1 })
    expect(rotated.body['secret']).not.toBe(body['secret'])
    expect((await list())?.['secrets']).toBe(2)
    expect((await developer.ask('POST', `/api-keys/${body['id']}/rotate`, {})).code).toBe('key.rotating')
    stage.app.push.shop.keys.used(String(body['id']))
    await until(list, (key) => key?.['lastUsedAt'] !== undefined)
    expect((await developer.ask('POST', `/api-keys/${body['id']}/revoke`)).body).toMatchObject({ secrets: 0 })
  })

  test('nobody gives a key more than they are trusted with: keys see people unmasked', async () => {
    const key = (scopes: string[], more = {}) => ({ name: 'x', shop: 'demo', scopes, ...more })
    for (const scope of ['admin', 'contacts:read', 'operations:write', 'deliveries:read']) {
      expect((await developer.ask('POST', '/api-keys', key([scope]))).code).toBe('key.scope')
    }
    const made = await owner.ask('POST', '/api-keys', key(['contacts:read']))
    expect(made.status).toBe(201)
    expect((await developer.ask('POST', `/api-keys/${made.body['id']}/rotate`, {})).code).toBe('key.scope')
    for (const odd of [{ demo: true }, { secrets: [] }, { _id: 'wlk_demo_shop' }, { revokedAt: null }]) {
      expect((await owner.ask('POST', '/api-keys', key(['events:write'], odd))).code).toBe('request.invalid')
    }
    expect((await owner.ask('POST', '/api-keys', key(['people:write']))).code).toBe('request.invalid')
  })
})

test('health, jobs, facts and content problems are told', async () => {
  const { body: health } = await developer.ask('GET', '/health')
  expect(health).toMatchObject({ ok: true, store: { answers: true }, backlog: { updates: { open: 0 } } })
  expect((await developer.ask('GET', '/content-problems')).body).toMatchObject({ problems: [] })
  expect((await developer.ask('POST', '/jobs/nothing/run')).code).toBe('job.unknown')
})

test('facts are listed by type, contact and time, page by page', async () => {
  const events = createEvents({ connection: stage.app.store.connection })
  const fact = (id: number, more = {}) => ({
    source: 'tester',
    id: `f${id}`,
    type: 'coupon.claimed',
    // two of a moment each
    occurredAt: new Date(Date.parse('2026-03-04T04:00:00Z') + Math.floor(id / 2) * 1000),
    ...more,
  })
  await events.append([1, 2, 3, 4, 5].map((id) => fact(id)))
  await events.append([fact(6, { contact: 'c9', type: 'coupon.used', props: { tel: '13812345678' } })])
  for (const order of ['newest', 'oldest']) {
    const seen: Record<string, unknown>[] = []
    let after = ''
    for (let page = 0; page < 9; page += 1) {
      const { body } = await developer.ask('GET', `/event-log?type=coupon.claimed&order=${order}&limit=2${after}`)
      seen.push(...rows(body, 'facts'))
      if (body['next'] === undefined) break
      after = `&after=${body['next']}`
    }
    expect(seen.map(({ id }) => id).toSorted()).toEqual(['f1', 'f2', 'f3', 'f4', 'f5'])
    const times = seen.map(({ occurredAt }) => String(occurredAt))
    expect(times).toEqual(order === 'oldest' ? times.toSorted() : times.toSorted().toReversed())
  }
  expect((await developer.ask('GET', '/event-log?order=random')).status).toBe(400)
  const { body } = await developer.ask('GET', '/event-log?contact=c9')
  expect(rows(body, 'facts')).toMatchObject([{ id: 'f6', props: { tel: '138****5678' } }])
  const day = 'from=2026-03-04T00:00:00Z&to=2026-03-05T00:00:00Z&source=tester'
  expect(rows((await developer.ask('GET', `/event-log?${day}`)).body, 'facts')).toHaveLength(6)
})
