import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { PASSWORD, TERMINAL } from '../../access/open-access.js'
import { type OpenConsole, openConsole } from './open-console.js'

let console_: OpenConsole
beforeAll(async () => {
  console_ = await openConsole()
})
afterAll(() => console_.close())

describe('signing in over HTTP', () => {
  test('sets a cookie that scripts and other sites cannot use, and tells what one may do', async () => {
    await console_.access.person('anna', ['marketer'])
    const browser = console_.browser()
    const reply = await browser.signIn('anna')
    expect(reply.status).toBe(200)
    expect(reply.body).toMatchObject({
      state: 'signed-in',
      me: {
        person: { login: 'anna', roles: ['marketer'] },
        sees: { phones: 'masked', names: 'shown' },
        canReveal: false,
      },
    })
    const cookie = reply.headers.getSetCookie().find((line) => line.startsWith('weloop_session='))
    expect(cookie).toMatch(/^weloop_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(reply.headers.get('cache-control')).toBe('no-store')
    expect(JSON.stringify(reply.body)).not.toContain(browser.cookies.get('weloop_session'))
    expect((await browser.ask('GET', '/session')).body).toMatchObject({ person: { login: 'anna' } })
  })

  test('with https the cookies are __Host- and Secure', async () => {
    const https = await openConsole({ publicUrl: 'https://bot.example.cn/' })
    try {
      await https.access.person('anna', ['marketer'])
      const own = { origin: 'https://bot.example.cn' }
      const reply = await https.browser().ask('POST', '/session', { login: 'anna', password: PASSWORD }, own)
      const lines = reply.headers.getSetCookie()
      expect(lines.length).toBeGreaterThanOrEqual(3)
      for (const line of lines) expect(line).toMatch(/^__Host-[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure/)
    } finally {
      await https.close()
    }
  })

  test('a wrong password says nothing, many wrong ones slow down with Retry-After', async () => {
    await console_.access.person('ben', ['marketer'])
    const browser = console_.browser()
    for (let time = 0; time < 10; time += 1) {
      const reply = await browser.signIn('ben', 'wrong wrong wrong')
      expect([reply.status, reply.code, reply.headers.getSetCookie()]).toEqual([401, 'login.wrong', []])
    }
    const slow = await browser.signIn('ben')
    expect([slow.status, slow.code]).toEqual([429, 'login.slow'])
    expect(Number(slow.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('signing out ends it on the server; an ended session is told so', async () => {
    const browser = await console_.as('cora', 'marketer')
    const token = browser.cookies.get('weloop_session') ?? ''
    expect((await browser.ask('DELETE', '/session')).body).toEqual({ done: true })
    expect(browser.cookies.has('weloop_session')).toBe(false)
    browser.cookies.set('weloop_session', token)
    const after = await browser.ask('GET', '/session')
    expect([after.status, after.code]).toEqual([401, 'session.ended'])
    browser.cookies.clear()
    expect((await browser.ask('GET', '/session')).code).toBe('session.missing')
  })

  test('a second factor is set up by its code, asked for afterwards, and recovery codes open once', async () => {
    const browser = await console_.as('dora', 'admin')
    expect((await browser.ask('POST', '/me/totp', { password: 'wrong' })).code).toBe('password.wrong')
    const begun = await browser.ask('POST', '/me/totp', { password: PASSWORD })
    expect(begun.body).toMatchObject({ uri: expect.stringContaining('otpauth://totp/WeLoop:dora') })
    expect((await browser.ask('POST', '/me/totp/confirm', { code: '000000' })).code).toBe('code.wrong')
    const dora = await console_.access.people.findByLogin('dora')
    const { code, recovery } = await console_.access.withTotp(dora?._id ?? '')
    const other = console_.browser()
    expect((await other.signIn('dora')).body).toEqual({ state: 'second-factor', methods: ['totp', 'recovery'] })
    expect((await other.ask('GET', '/session')).status).toBe(401)
    expect((await other.ask('POST', '/session/second-factor', { code: '000000' })).code).toBe('second-factor.wrong')
    expect((await other.ask('POST', '/session/second-factor', { code: code() })).status).toBe(200)
    expect((await other.ask('GET', '/session')).body).toMatchObject({ secondFactor: { on: true, recoveryLeft: 10 } })
    const third = console_.browser()
    await third.signIn('dora')
    expect((await third.ask('POST', '/session/second-factor', { recovery: recovery[3] })).status).toBe(200)
    expect((await console_.browser().ask('POST', '/session/second-factor', { code: '123456' })).code).toBe(
      'second-factor.ended',
    )
  })

  test('a new password gives a new cookie and a new token, and ends the session elsewhere', async () => {
    const [here, there] = [await console_.as('emma', 'marketer'), console_.browser()]
    await there.signIn('emma')
    const [token, csrf] = [here.cookies.get('weloop_session'), here.csrf]
    const weak = await here.ask('POST', '/me/password', { current: PASSWORD, password: 'short' })
    expect([weak.status, weak.code]).toEqual([422, 'password.weak'])
    expect(weak.body['errors']).toMatchObject([{ field: 'password' }])
    const change = { current: PASSWORD, password: 'Seven grey herons over water' }
    expect((await here.ask('POST', '/me/password', change)).status).toBe(200)
    expect(here.cookies.get('weloop_session')).not.toBe(token)
    expect(here.csrf).not.toBe(csrf)
    expect((await here.ask('PATCH', '/me', { name: '艾玛' })).body).toMatchObject({ person: { name: '艾玛' } })
    expect((await there.ask('GET', '/session')).code).toBe('session.ended')
  })

  test('one’s own sessions are listed and ended', async () => {
    const [here, there] = [await console_.as('fay', 'marketer'), console_.browser()]
    await there.signIn('fay')
    const { body } = await here.ask('GET', '/me/sessions')
    const sessions = body['sessions'] as { id: string; current: boolean }[]
    expect(sessions.map(({ current }) => current).toSorted()).toEqual([false, true])
    const other = sessions.find(({ current }) => !current)?.id
    expect((await here.ask('DELETE', `/me/sessions/${other}`)).status).toBe(200)
    expect((await there.ask('GET', '/session')).status).toBe(401)
    expect((await here.ask('DELETE', `/me/sessions/${other}`)).status).toBe(404)
    await there.signIn('fay')
    expect((await here.ask('DELETE', '/me/sessions')).body).toEqual({ ended: 1 })
  })

  test('requests that no person made do not keep the session alive', async () => {
    const browser = await console_.as('gina', 'marketer')
    for (let minute = 0; minute < 29; minute += 1) {
      console_.access.pass(60_000)
      expect((await browser.ask('GET', '/session', undefined, { 'x-background': '1' })).status).toBe(200)
    }
    console_.access.pass(61_000)
    expect((await browser.ask('GET', '/session')).code).toBe('session.ended')
  })
})

describe('links', () => {
  test('an invitation is looked at, used once, and the browser is signed in', async () => {
    const owner = await console_.as('owner', 'owner')
    const invited = await owner.ask('POST', '/people', { login: 'hugo', name: '雨果', roles: ['service'] })
    expect(invited.status).toBe(201)
    const { url } = invited.body['link'] as { url: string }
    expect(url).toMatch(/^\/console\/welcome#[\w-]{43}$/)
    const token = url.split('#')[1]
    const browser = console_.browser()
    expect((await browser.ask('POST', '/session/link/look', { token })).body).toMatchObject({
      kind: 'invitation',
      login: 'hugo',
    })
    expect((await browser.ask('POST', '/session/link', { token, password: 'hugo20260304' })).code).toBe('password.weak')
    expect((await browser.ask('POST', '/session/link', { token, password: PASSWORD })).body).toMatchObject({
      state: 'signed-in',
      me: { person: { login: 'hugo', roles: ['service'] }, canReveal: true },
    })
    const again = await console_.browser().ask('POST', '/session/link', { token, password: PASSWORD })
    expect([again.status, again.code]).toEqual([410, 'link.gone'])
  })

  test('ways say whether there is anybody yet', async () => {
    expect((await console_.browser().ask('GET', '/session/ways')).body).toMatchObject({
      password: true,
      passwordRules: { min: 12, max: 128 },
      firstOwner: false,
    })
  })
})

test('people are changed by rev, disabled at once, and reset by those who may', async () => {
  const admin = await console_.as('ida', 'admin')
  const victim = await console_.as('jan', 'marketer')
  const { _id: id = '' } = (await console_.access.people.findByLogin('jan')) ?? {}
  const { rev } = (await admin.ask('GET', `/people/${id}`)).body
  expect((await admin.ask('PATCH', `/people/${id}`, { rev, roles: ['analyst'] })).body).toMatchObject({
    roles: ['analyst'],
  })
  expect((await admin.ask('PATCH', `/people/${id}`, { rev, name: 'x' })).code).toBe('conflict.person')
  expect((await victim.ask('GET', '/session')).body).toMatchObject({ person: { roles: ['analyst'] } })
  expect((await admin.ask('POST', `/people/${id}/disable`, { reason: 'x' })).status).toBe(400)
  expect((await admin.ask('POST', `/people/${id}/disable`, { reason: 'left the company' })).body).toMatchObject({
    state: 'disabled',
  })
  expect((await victim.ask('GET', '/session')).code).toBe('session.ended')
  expect((await admin.ask('POST', `/people/${id}/enable`)).status).toBe(200)
  const people = (await admin.ask('GET', '/people?limit=2')).body
  expect(people['people']).toHaveLength(2)
  expect(people['next']).toBeDefined()
  expect(JSON.stringify(people)).not.toMatch(/scrypt|recovery|sealed|passwordHash|credential/)
})

test('the audit log is listed page by page and verified over HTTP', async () => {
  const auditor = await console_.as('kim', 'auditor')
  const { body } = await auditor.ask('GET', '/audit?limit=3&action=session.began')
  expect(body['entries']).toHaveLength(3)
  const next = await auditor.ask('GET', `/audit?limit=3&action=session.began&cursor=${body['next']}`)
  const seqs = [body, next.body].flatMap((page) => (page['entries'] as { seq: number }[]).map(({ seq }) => seq))
  expect(seqs).toEqual(seqs.toSorted((a, b) => b - a))
  const whole = await auditor.ask('GET', '/audit/verify')
  expect(whole.body).toMatchObject({ ok: true })
  const { seq, hash } = whole.body['head'] as { seq: number; hash: string }
  expect((await auditor.ask('GET', `/audit/verify?seq=${seq}&hash=${hash}`)).body).toMatchObject({ ok: true })
  expect((await auditor.ask('GET', `/audit/verify?seq=${seq}&hash=${'x'.repeat(43)}`)).body).toMatchObject({
    ok: false,
  })
  expect((await auditor.ask('GET', '/people')).status).toBe(200)
  expect((await auditor.ask('POST', '/people', {})).code).toBe('scope.missing')
})

describe('WeCom’s scan', () => {
  test('comes back to the browser that began it, for members who are bound', async () => {
    const logins = {
      corps: [{ corp: 'shop-corp', name: '微环商贸' }],
      address: (corp: string, { returnTo, state }: { returnTo: string; state: string }) =>
        `https://login.example/${corp}?${new URLSearchParams({ returnTo, state })}`,
      member: async (corp: string, code: string) =>
        corp === 'shop-corp' && code === 'code-of-li' ? 'LiLei' : undefined,
    }
    const scan = await openConsole({ logins })
    try {
      const wecom = { corp: 'shop-corp', staff: 'LiLei' }
      await scan.access.people.invite({ login: 'li', name: '李雷', roles: ['service'], wecom }, TERMINAL)
      const [browser, stranger] = [scan.browser(), scan.browser()]
      const begun = await browser.ask('POST', '/session/wecom/start', { corp: 'shop-corp' })
      expect(begun.headers.getSetCookie()[0]).toContain('SameSite=Lax')
      const state = new URL(String(begun.body['url'])).searchParams.get('state') ?? ''
      const end = { code: 'code-of-li', state }
      expect((await stranger.ask('POST', '/session/wecom', end)).code).toBe('login.state')
      expect((await browser.ask('POST', '/session/wecom', { ...end, code: 'other' })).code).toBe('login.unknown-staff')
      expect((await browser.ask('POST', '/session/wecom', end)).body).toMatchObject({ state: 'signed-in' })
      expect((await browser.ask('POST', '/session/wecom', end)).code).toBe('login.state')
      expect((await browser.ask('POST', '/session/wecom/start', { corp: 'other' })).status).toBe(404)
    } finally {
      await scan.close()
    }
  })
})
