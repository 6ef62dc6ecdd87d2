import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createVisit } from './visit.js'
import { openWorld, type World } from './world.js'

let world: World
let contact: string
beforeAll(async () => {
  world = await openWorld()
  contact = await world.customer('wmRain', 'lihua', { openid: 'o-rain' })
  await world.customer('wmOther', 'wangfang', { name: '阿明' })
  await world.customer('wmBranch', 'lihua', { name: '分公司客户', account: 'branch' })
  world.desk.queue('talk1', contact, '有 <b>优惠</b> 吗')
}, 60_000)
afterAll(() => world.close())

const as = async (staff: string, query = '') => {
  const visit = createVisit(world)
  await visit.logIn(staff, query)
  return visit
}

describe('who may ask', () => {
  const paths = [
    '/me',
    '/customers/wmRain',
    '/customers/wmRain/orders',
    '/customers/wmRain/timeline',
    '/customers/wmRain/talks',
    '/groups/wrGroup1',
    '/groups/wrGroup1/members',
    '/canned',
    '/materials',
    '/colleagues',
    '/signature?kind=app&url=x',
    '/nothing',
  ]
  test.each(paths)('without a session %s gives 401 and no data', async (path) => {
    const answer = await createVisit(world).get(path)
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual({ error: { code: 'unauthenticated', message: '登录已过期，请重新登录' } })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('a change needs the session’s word and our own origin', async () => {
    const visit = await as('lihua')
    const tag = { add: ['潜客'] }
    const path = '/customers/wmRain/tags'
    const code = async (headers: Record<string, string>) => {
      const { status, body } = await visit.post(path, tag, headers)
      return [status, body.error?.code]
    }
    expect(await code({ 'x-csrf-token': '' })).toEqual([403, 'forbidden.csrf'])
    expect(await code({ origin: 'https://evil.example' })).toEqual([403, 'forbidden.origin'])
    expect(await code({ origin: '' })).toEqual([403, 'forbidden.origin'])
    expect(await code({ origin: 'null' })).toEqual([403, 'forbidden.origin'])
    const page = `${world.web.url}/sidebar`
    expect(await code({ origin: 'null', referer: page })).toEqual([403, 'forbidden.origin'])
    expect(await code({ origin: '', referer: 'https://evil.example/sidebar' })).toEqual([403, 'forbidden.origin'])
    expect(await code({ 'x-csrf-token': 'x'.repeat(43) })).toEqual([401, 'unauthenticated.changed'])
    expect(await code({ 'sec-fetch-site': 'same-site' })).toEqual([403, 'forbidden.site'])
    expect((await visit.get('/customers/wmRain')).body.tags).toEqual([])
    expect(await code({})).toEqual([200, undefined])
    expect(await code({ origin: '', referer: page })).toEqual([200, undefined])
  })

  test('the word of one session is nothing in another, for reading too', async () => {
    const [lihua, wangfang] = [await as('lihua'), await as('wangfang')]
    const answer = await wangfang.get('/customers/wmOther', { 'x-csrf-token': lihua.csrf })
    expect([answer.status, answer.body.error.code]).toEqual([401, 'unauthenticated.changed'])
    expect((await wangfang.get('/customers/wmOther', { 'x-csrf-token': '' })).status).toBe(403)
  })

  test('after logging out the cookie is worth nothing', async () => {
    const visit = await as('lihua')
    const token = visit.jar.get('weloop-sidebar-session') ?? ''
    expect((await visit.post('/log-out', {})).status).toBe(200)
    expect(visit.jar.has('weloop-sidebar-session')).toBe(false)
    visit.jar.set('weloop-sidebar-session', token)
    expect((await visit.get('/me')).status).toBe(401)
  })

  test('bodies that are large, no JSON, of the wrong kind or with more than asked for are refused', async () => {
    const visit = await as('lihua')
    const path = '/customers/wmRain/tags'
    expect((await visit.post(path, { add: ['x'.repeat(20_000)] })).status).toBe(413)
    expect((await visit.post(path, { add: ['a'] }, { 'content-type': 'text/plain' })).body.error.code).toBe(
      'invalid.type',
    )
    expect((await visit.post(path, { add: ['a'], account: 'branch' })).status).toBe(400)
    expect((await visit.post(path, { add: 'a' })).status).toBe(400)
    expect((await visit.post('/customers/wm%2F..%2Fx/tags', { add: ['a'] })).status).toBe(400)
  })
})

describe('whom a member sees', () => {
  test('their own customers; those of colleagues are refused as if they were not there', async () => {
    const visit = await as('wangfang')
    expect((await visit.get('/customers/wmOther')).body).toMatchObject({ name: '阿明', standing: 'mine' })
    const refused = await visit.get('/customers/wmUnknown')
    expect(refused.status).toBe(404)
    world.desk.queue('elsewhere', 'nobody', '')
    const { status, rows } = await (await as('zhaolei')).get('/customers/wmRain/orders')
    expect(status).toBe(200)
    expect(rows.length).toBeGreaterThan(0)
    for (const part of ['', '/orders', '/meter', '/timeline', '/talks']) {
      const answer = await (await as('lihua')).get(`/customers/wmOther${part}`)
      expect([answer.status, answer.body]).toEqual([404, refused.body])
    }
  })

  test('nobody sees customers of another corporation, a supervisor neither', async () => {
    for (const staff of ['lihua', 'chief']) {
      expect((await (await as(staff)).get('/customers/wmBranch')).status).toBe(404)
    }
    const there = await as('lihua', '?corp=branch')
    expect((await there.get('/customers/wmBranch')).body.name).toBe('分公司客户')
    expect((await there.get('/customers/wmRain')).status).toBe(404)
    expect((await there.get('/groups/wrGroup1')).status).toBe(404)
  })

  test('a supervisor sees every customer of the corporation', async () => {
    expect((await (await as('chief')).get('/customers/wmOther')).body).toMatchObject({
      standing: 'other',
      others: ['wangfang'],
    })
  })

  test('a group is there for its members, and a supervisor', async () => {
    expect((await (await as('wangfang')).get('/groups/wrGroup1')).body).toMatchObject({
      name: '母婴福利1群',
      mayLabel: false,
    })
    expect((await (await as('chief')).get('/groups/wrGroup1')).body).toMatchObject({ mayLabel: true })
    expect((await (await as('zhaolei')).get('/groups/wrGroup1')).status).toBe(404)
    expect((await (await as('zhaolei')).get('/groups/wrGroup1/members')).status).toBe(404)
    expect((await (await as('zhaolei')).get('/materials?group=wrGroup1')).status).toBe(404)
    const label = await (await as('wangfang')).post('/groups/wrGroup1/labels', { add: ['x'] })
    expect([label.status, label.body.error.code]).toEqual([403, 'forbidden.label'])
  })

  test('a conversation is reached through its own customer only', async () => {
    const visit = await as('wangfang')
    expect((await visit.get('/customers/wmOther/talks/talk1')).status).toBe(404)
    const act = await visit.post('/customers/wmOther/talks/talk1', { act: 'take' })
    expect(act.status).toBe(404)
    expect(world.desk.row('talk1')?.state).toBe('queued')
  })
})

describe('the SDK’s signatures', () => {
  const sign = async (url: string, kind = 'app') =>
    (await as('lihua')).get(`/signature?kind=${kind}&url=${encodeURIComponent(url)}`)

  test('are for the page’s exact address, without what follows #', async () => {
    const page = `${world.web.url}/sidebar?corp=corp`
    expect((await sign(`${page}#a`)).body).toEqual({ timestamp: 1, nonceStr: 'agent', signature: `agent:${page}` })
    expect((await sign(page, 'corp')).body.signature).toBe(`corp:${page}`)
  })

  test('are for no other page', async () => {
    const { url } = world.web
    for (const wrong of [
      'https://evil.example/sidebar',
      `${url}/sidebar/api/me`,
      `${url}/articles/x`,
      url.replace('://', '://evil@'),
      `${url}@evil.example/sidebar`,
      '/sidebar',
      '',
    ]) {
      expect((await sign(wrong)).body.error.code).toBe('invalid.url')
    }
  })

  test('when the platform gives none, it is said', async () => {
    world.refuse(new Error('ticket'))
    const answer = await sign(`${world.web.url}/sidebar`)
    world.refuse(undefined)
    expect([answer.status, answer.body.error.message]).toEqual([503, '企业微信暂时没有给出签名，请稍后再试'])
  })
})
