import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { personRows } from '../../../src/access/model.js'
import { consoleHeaders } from '../../../src/http/console/headers.js'
import { PASSWORD } from '../../access/open-access.js'
import { type Browser, type OpenConsole, openConsole } from './open-console.js'

let console_: OpenConsole
let marketer: Browser
let admin: Browser
beforeAll(async () => {
  console_ = await openConsole()
  marketer = await console_.as('marketer', 'marketer')
  admin = await console_.as('admin', 'admin')
})
afterAll(() => console_.close())

const write = (browser: Browser, headers: Record<string, string>, name = 'x') =>
  browser.ask('POST', '/samples', { name }, headers)

describe('requests that other sites forge', () => {
  test('without the token, with another session’s, or with one cut short nothing is changed', async () => {
    const before = console_.done.length
    for (const token of ['', 'x', admin.csrf, marketer.csrf.slice(0, -1)]) {
      const reply = await write(marketer, { 'x-csrf-token': token })
      expect([reply.status, reply.code]).toEqual([403, 'csrf.wrong'])
    }
    expect(console_.done).toHaveLength(before)
    expect((await write(marketer, {})).status).toBe(201)
  })

  test.each([
    ['cross-site', '', 'https://evil.example'],
    ['same-site', '', 'https://evil.example'],
    ['', '', 'https://evil.example'],
    ['', '', 'null'],
    ['', '', ''],
    ['cross-site', '', ''],
  ])(
    'from Sec-Fetch-Site "%s" and Origin "%s%s" they are refused, with the right token too',
    async (site, _, origin) => {
      const reply = await write(marketer, { 'sec-fetch-site': site, origin })
      expect([reply.status, reply.code]).toEqual([403, 'origin.foreign'])
      const login = { login: 'marketer', password: PASSWORD }
      const forged = await console_.browser().ask('POST', '/session', login, { 'sec-fetch-site': site, origin })
      expect([forged.status, forged.headers.getSetCookie()]).toEqual([403, []])
    },
  )

  test('another site cannot read either', async () => {
    const reply = await marketer.ask('GET', '/samples/c1', undefined, { 'sec-fetch-site': 'cross-site' })
    expect(reply.code).toBe('origin.foreign')
  })

  test('a form’s body is refused: JSON only', async () => {
    const reply = await console_.api.ask('POST', '/session', undefined, {
      signed: false,
      raw: 'login=marketer&password=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: console_.api.url },
    })
    expect(reply.status).toBe(415)
  })

  test('two cookies of the session’s name, as another host of the domain may set, count as none', async () => {
    const token = marketer.cookies.get('weloop_session')
    const cookie = `weloop_session=${admin.cookies.get('weloop_session')}; weloop_session=${token}`
    expect((await console_.browser().ask('GET', '/session', undefined, { cookie })).code).toBe('session.missing')
  })

  test('a session chosen beforehand is not taken over at sign-in', async () => {
    const browser = console_.browser()
    const planted = 'A'.repeat(43)
    browser.cookies.set('weloop_session', planted)
    await browser.signIn('marketer')
    expect(browser.cookies.get('weloop_session')).not.toBe(planted)
  })
})

describe('operators of the database where words belong', () => {
  test.each([
    ['POST', '/session', { login: { $gt: '' }, password: { $gt: '' } }],
    ['POST', '/session', { login: 'marketer', password: { $ne: null } }],
    ['POST', '/session', { login: ['marketer'], password: PASSWORD }],
    ['POST', '/session/link', { token: { $exists: true }, password: PASSWORD }],
    ['POST', '/session/link/look', { token: { $regex: '.*' } }],
    ['POST', '/session/second-factor', { code: { $gt: '' } }],
  ])('%s %s %j is refused as a form, and nobody comes in', async (method, path, body) => {
    const reply = await console_.browser().ask(method, path, body)
    expect([reply.status, reply.code, reply.headers.getSetCookie()]).toEqual([400, 'request.invalid', []])
  })

  test.each([
    '/people?filter[$ne]=x',
    '/people?state[$in]=active',
    '/people?role=owner&role=admin',
    '/audit?actor[$exists]=true',
    '/audit?cursor=%7B%22%24gt%22%3A0%7D',
  ])('GET %s is refused', async (path) => {
    expect((await admin.ask('GET', path)).status).toBe(400)
  })

  test('an operator as an id or a filter is a word like any other', async () => {
    expect((await admin.ask('GET', '/people/%7B%22%24ne%22%3Anull%7D')).status).toBe(404)
    expect((await admin.ask('GET', '/people?filter=%7B%22%24ne%22%3A1%7D')).body).toEqual({ people: [] })
    expect((await admin.ask('GET', '/people?filter=.*')).body).toEqual({ people: [] })
    expect((await admin.ask('DELETE', '/me/sessions/%7B%22%24ne%22%3Anull%7D')).status).toBe(404)
  })
})

describe('fields that nobody offered', () => {
  test.each([
    ['PATCH', '/me', { name: 'x', roles: ['owner'] }],
    ['PATCH', '/me', { name: 'x', _id: 'per_1' }],
    ['PATCH', '/me', { name: 'x', 'roles.0': 'owner' }],
    ['POST', '/me/password', { current: PASSWORD, password: PASSWORD, credential: -1 }],
    ['POST', '/samples', { name: 'x', approved: true }],
    ['POST', '/session', { login: 'marketer', password: PASSWORD, roles: ['owner'] }],
  ])('%s %s %j is refused', async (method, path, body) => {
    const reply = await marketer.ask(method, path, body)
    expect([reply.status, reply.code]).toEqual([400, 'request.invalid'])
    expect((await console_.access.people.findByLogin('marketer'))?.roles).toEqual(['marketer'])
  })

  test('a prototype in the body changes nobody’s rights', async () => {
    const raw = '{"name":"x","__proto__":{"scopes":["admin"],"roles":["owner"]}}'
    const reply = await console_.api.ask('PATCH', '/me', undefined, {
      signed: false,
      raw,
      headers: {
        cookie: `weloop_session=${marketer.cookies.get('weloop_session')}`,
        'x-csrf-token': marketer.csrf,
        'sec-fetch-site': 'same-origin',
        origin: console_.api.url,
      },
    })
    expect(reply.status).toBe(400)
    expect(({} as Record<string, unknown>)['roles']).toBeUndefined()
    expect((await marketer.ask('GET', '/people')).code).toBe('scope.missing')
  })

  test('an admin cannot make an owner or raise himself by any field', async () => {
    const me = await console_.access.people.findByLogin('admin')
    const self = await admin.ask('PATCH', `/people/${me?._id}`, { rev: me?.rev, roles: ['owner'] })
    expect([self.status, self.code]).toEqual([403, 'forbidden.self'])
    const owner = await admin.ask('POST', '/people', { login: 'mallory', name: 'm', roles: ['owner'] })
    expect([owner.status, owner.code]).toEqual([403, 'forbidden.owner'])
    const extra = await admin.ask('POST', '/people', { login: 'm2', name: 'm', roles: ['analyst'], passwordHash: 'x' })
    expect(extra.status).toBe(400)
    expect(await personRows(console_.access.store.connection).countDocuments({ roles: 'owner' })).toBe(0)
  })
})

describe('scripts in what people write', () => {
  test('are kept as text and never answered as a page', async () => {
    const name = '<img src=x onerror=alert(1)>'
    const reply = await marketer.ask('PATCH', '/me', { name })
    expect(reply.body).toMatchObject({ person: { name } })
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/)
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer')
    const odd = await marketer.ask('GET', '/%3Cscript%3Ealert(1)%3C/script%3E')
    expect([odd.status, odd.headers.get('content-type')]).toEqual([
      404,
      expect.stringMatching(/^application\/problem\+json/),
    ])
    expect(JSON.stringify(odd.body)).not.toContain('script')
  })

  test('cannot run on the console’s pages: no inline scripts or styles, no frames, no plugins', () => {
    const headers = consoleHeaders({ nonce: 'rAnd0mrAnd0mrAnd0mrAnd0', https: true })
    const policy = headers['Content-Security-Policy'] ?? ''
    expect(policy).not.toMatch(/unsafe-|\*|https?:/)
    for (const part of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
      expect(policy).toContain(part)
    }
    expect(headers).toMatchObject({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    })
    expect(consoleHeaders({ nonce: 'rAnd0mrAnd0mrAnd0mrAnd0', https: false })).not.toHaveProperty(
      'Strict-Transport-Security',
    )
    for (const nonce of ['', 'short', "x' 'unsafe-inline' 'x12345678901234"]) {
      expect(() => consoleHeaders({ nonce, https: true })).toThrow(RangeError)
    }
  })
})

describe('keys of shops', () => {
  test('may not touch people, sessions and the audit log, not even with admin', async () => {
    for (const path of ['/people', '/audit', '/session', '/roles', '/me/sessions']) {
      const reply = await console_.api.ask('GET', path)
      expect([path, reply.status]).toEqual([path, 403])
    }
    expect((await console_.api.ask('POST', '/people', { login: 'x1', name: 'x', roles: ['admin'] })).status).toBe(403)
  })

  test('a signed request beside a cookie is the key’s, not the person’s', async () => {
    const cookie = `weloop_session=${admin.cookies.get('weloop_session')}`
    const reply = await console_.api.ask('GET', '/session', undefined, { headers: { cookie } })
    expect(reply.status).toBe(403)
  })
})
