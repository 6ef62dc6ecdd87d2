import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Update } from '../../src/core/update.js'
import { sessionRows, usedLogins } from '../../src/sidebar/model.js'
import { createVisit } from './visit.js'
import { openWorld, type World } from './world.js'

const HOUR = 3_600_000
let world: World
beforeAll(async () => {
  world = await openWorld({ allowFrames: 'http://127.0.0.1:3001' })
}, 60_000)
afterAll(() => world.close())

describe('the way in', () => {
  test('without a session the page leads to the platform’s login, and nothing is stored for it', async () => {
    const visit = createVisit(world)
    const { response, state } = await visit.begin()
    expect(response.status).toBe(302)
    expect(state).toMatch(/^[A-Za-z0-9]{30,128}$/)
    expect(response.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax; Max-Age=600$/)
    expect(await usedLogins(world.connection).countDocuments()).toBe(0)
  })

  test('a member who comes back has a session of eight hours, then none', async () => {
    const visit = createVisit(world)
    const back = await visit.logIn('lihua')
    expect([back.status, back.headers.get('location')]).toEqual([302, `${world.web.url}/sidebar`])
    expect((await visit.ask('/sidebar')).status).toBe(200)
    const me = await visit.get('/me')
    expect(me.body).toMatchObject({ staff: 'lihua', name: '李华', role: 'service', account: 'corp', corpid: 'ww-corp' })
    world.wait(8 * HOUR - 1000)
    expect((await visit.get('/me')).status).toBe(200)
    world.wait(1000)
    const late = await visit.get('/me')
    expect([late.status, late.body.error.code]).toEqual([401, 'unauthenticated'])
    expect((await visit.ask('/sidebar')).status).toBe(302)
  })

  test('the store holds no token, only its digest', async () => {
    const visit = createVisit(world)
    await visit.logIn('wangfang')
    const token = visit.jar.get('weloop-sidebar-session') ?? ''
    expect(token).toMatch(/^[\w-]{43}$/)
    const rows = await sessionRows(world.connection).find({ staff: 'wangfang' }).toArray()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('a state is good once: going back to the same address logs nobody in', async () => {
    const visit = createVisit(world)
    const { state, back } = await visit.begin()
    const kept = visit.jar.get('weloop-sidebar-login') ?? ''
    expect((await visit.ask(`${back}?code=code-lihua&state=${state}`)).status).toBe(302)
    visit.jar.set('weloop-sidebar-login', kept)
    visit.jar.delete('weloop-sidebar-session')
    const again = await visit.ask(`${back}?code=code-lihua&state=${state}`)
    expect(again.status).toBe(400)
    expect(visit.jar.has('weloop-sidebar-session')).toBe(false)
  })

  test('a login that somebody else began is refused in this browser, however fresh', async () => {
    const [attacker, victim] = [createVisit(world), createVisit(world)]
    const { state, back } = await attacker.begin()
    await victim.begin()
    const answer = await victim.ask(`${back}?code=code-attacker&state=${state}`)
    expect(answer.status).toBe(400)
    expect(victim.jar.has('weloop-sidebar-session')).toBe(false)
    expect(await answer.text()).toContain('重新登录')
  })

  test('a state of more than ten minutes, a made-up one and none at all are refused', async () => {
    const visit = createVisit(world)
    const { state, back } = await visit.begin()
    world.wait(601_000)
    expect((await visit.ask(`${back}?code=code-lihua&state=${state}`)).status).toBe(400)
    visit.jar.set('weloop-sidebar-login', 'madeup')
    expect((await visit.ask(`${back}?code=code-lihua&state=madeup`)).status).toBe(400)
    expect((await visit.ask(`${back}?code=code-lihua`)).status).toBe(400)
    expect((await visit.ask(`${back}?code=code-lihua&state=a&state=b`)).status).toBe(400)
  })

  test('a customer is refused, a used code is said, and a silent platform is a 503', async () => {
    const end = async (code: string) => {
      const visit = createVisit(world)
      const { state, back } = await visit.begin()
      const answer = await visit.ask(`${back}?code=${code}&state=${state}`)
      expect(visit.jar.has('weloop-sidebar-session')).toBe(false)
      return [answer.status, /<h1>(.*?)<\/h1>/.exec(await answer.text())?.[1]]
    }
    expect(await end('outside')).toEqual([403, '只有本企业的成员可以使用'])
    expect(await end('gone')).toEqual([400, '登录已过期'])
    expect(await end('down')).toEqual([503, '暂时登录不了'])
  })

  test('login=1 always logs in anew and ends the session before', async () => {
    const visit = createVisit(world)
    await visit.logIn('lihua')
    const before = visit.jar.get('weloop-sidebar-session') ?? ''
    await visit.logIn('wangfang', '?login=1')
    expect((await visit.get('/me')).body.staff).toBe('wangfang')
    visit.jar.set('weloop-sidebar-session', before)
    expect((await visit.get('/me')).status).toBe(401)
  })

  test('two phones in one browser can log in at the same time', async () => {
    const visit = createVisit(world)
    const [first, second] = [await visit.begin(), await visit.begin()]
    expect((await visit.ask(`${second.back}?code=code-wangfang&state=${second.state}`)).status).toBe(302)
    expect((await visit.ask(`${first.back}?code=code-lihua&state=${first.state}`)).status).toBe(302)
  })

  test('a session of one corporation is none of another’s', async () => {
    const visit = createVisit(world)
    await visit.logIn('lihua', '?corp=branch')
    expect((await visit.get('/me')).body.account).toBe('branch')
    expect((await visit.ask('/sidebar')).status).toBe(302)
    expect((await visit.ask('/sidebar?corp=branch')).status).toBe(200)
    expect((await visit.ask('/sidebar?corp=nobody')).status).toBe(404)
  })

  test('who leaves the corporation has no session any more, in this one only', async () => {
    const [here, there] = [createVisit(world), createVisit(world)]
    await here.logIn('zhaolei')
    await there.logIn('zhaolei', '?corp=branch')
    const about = { id: 'u1', platform: 'wecom', account: 'corp', from: 'zhaolei', at: world.clock.now() } as const
    const left: Update = { ...about, kind: 'staff.event', event: 'left', key: '' }
    await world.bar.apply(left)
    expect((await here.get('/me')).status).toBe(401)
    expect((await there.get('/me')).status).toBe(200)
  })

  test('the page may be framed by WeCom and the simulator only, runs nothing inline, and is kept by nobody', async () => {
    const visit = createVisit(world)
    await visit.logIn('lihua')
    const page = await visit.ask('/sidebar')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain(
      "frame-ancestors 'self' https://work.weixin.qq.com https://*.work.weixin.qq.com http://127.0.0.1:3001",
    )
    expect(policy).toContain(`script-src 'self' ${world.web.url}`)
    expect(page.headers.get('cache-control')).toBe('private, no-store')
    expect(await page.text()).not.toMatch(/<script(?![^>]*src=)|style=| on\w+=/)
    const script = await visit.ask('/sidebar/page/main.js')
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
    for (const wrong of ['index.html', '..%2fapi.ts', '../call.ts', 'none.js']) {
      expect((await visit.ask(`/sidebar/page/${wrong}`)).status).toBe(404)
    }
    expect((await visit.ask('/sidebar', { method: 'POST' })).status).toBe(405)
  })

  test('over https the cookies are secure and bound to the host', async () => {
    const safe = await openWorld({ publicUrl: 'https://wx.example.com' })
    try {
      const { response } = await createVisit(safe).begin()
      expect(response.headers.getSetCookie()[0]).toMatch(
        /^__Host-weloop-sidebar-login=\w+; Path=\/; HttpOnly; SameSite=Lax; Secure;/,
      )
    } finally {
      await safe.close()
    }
  }, 60_000)
})
