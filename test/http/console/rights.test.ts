import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { z } from 'zod'
import { mask, maskPhones } from '../../../src/access/mask.js'
import { MATRIX, ROLES, type Role, scopesOf } from '../../../src/access/roles.js'
import { contactSearchRoutes } from '../../../src/http/api/contact-search.js'
import { createContactRoutes } from '../../../src/http/api/contacts.js'
import { isAllowed, PERSON_SCOPES, type Route, SCOPES, type Scope } from '../../../src/http/api/route.js'
import { type Browser, type OpenConsole, openConsole } from './open-console.js'

let console_: OpenConsole
const browsers = new Map<Role, Browser>()
beforeAll(async () => {
  const beside = [
    ...contactSearchRoutes({ find: async () => ({ people: [], looked: 0 }) }),
    ...createContactRoutes({
      lookup: { find: async () => undefined, read: async () => undefined },
      windows: { of: async () => ({ open: [] }) },
      credits: async () => [],
      privacy: { export: async () => undefined, erase: async () => false },
      orders: { of: async () => [] },
      now: () => new Date(),
      schemas: { person: z.strictObject({ phone: z.string() }) },
    }),
  ]
  console_ = await openConsole({ beside })
  for (const role of ROLES) browsers.set(role, await console_.as(`a-${role}`, role))
})
afterAll(() => console_.close())

const all: readonly Scope[] = [...SCOPES, ...PERSON_SCOPES]

describe('the matrix', () => {
  test('has a row for every scope of the API, and no other', () => {
    expect(MATRIX.map(({ scope }) => scope).toSorted()).toEqual([...all].toSorted())
  })

  test('covers the scope of every route there is in the sources', () => {
    const folder = 'src/http/api'
    const found = readdirSync(folder).flatMap((file) => {
      return [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/\bscope: '([^']+)'/g)].map(
        ([, scope = '']) => scope,
      )
    })
    expect(found.length).toBeGreaterThan(80)
    const known = [...MATRIX.map(({ scope }) => scope), 'anyone']
    expect([...new Set(found)].filter((scope) => !known.includes(scope))).toEqual([])
  })

  test('gives every role its own account, and only rulers everything', () => {
    for (const role of ROLES) expect(scopesOf([role])).toContain('account:own')
    expect(ROLES.filter((role) => scopesOf([role]).includes('admin'))).toEqual(['owner', 'admin'])
    expect(ROLES.filter((role) => scopesOf([role]).includes('people:write'))).toEqual(['owner', 'admin'])
    expect(scopesOf(['analyst']).filter((scope) => /:(write|send|reveal)$/.test(scope))).toEqual([])
    expect(scopesOf(['auditor']).filter((scope) => /:(write|send|reveal)$/.test(scope))).toEqual([])
  })

  test('is enforced: each role at each route is let in or refused as it says', async () => {
    const wrong: string[] = []
    for (const role of ROLES) {
      const browser = browsers.get(role)
      for (const route of console_.routes.filter(isHarmless)) {
        const path = route.path.replace(/:\w+/g, 'nothing')
        const body = route.body ? { $odd: 1 } : undefined
        const reply = await browser?.ask(route.method, path, body)
        const may = isAllowed(scopesOf([role]) as Scope[], route.scope)
        if ((reply?.code === 'scope.missing') === may) wrong.push(`${role} ${route.method} ${path}: ${reply?.status}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('nobody without a session or a key reaches any route but those of signing in', async () => {
    const open: string[] = []
    for (const { method, path, scope } of console_.routes) {
      const reply = await console_
        .browser()
        .ask(method, path.replace(/:\w+/g, 'nothing'), method === 'GET' ? undefined : {})
      if (reply.status !== 401 && scope !== 'anyone') open.push(`${method} ${path}: ${reply.status}`)
    }
    expect(open).toEqual([])
    expect(
      console_.routes
        .filter(({ scope }) => scope === 'anyone')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['lookAtLink', 'proveSecondFactor', 'signIn', 'signInWays', 'useLink'])
  })

  test('refusals are in the audit log', async () => {
    const analyst = await console_.access.people.findByLogin('a-analyst')
    await browsers.get('analyst')?.ask('POST', '/samples', { name: 'x' })
    const [row] = await console_.access.audit.list({ actor: analyst?._id, limit: 1 })
    expect(row).toMatchObject({ action: 'writeSample', outcome: 'scope.missing' })
  })
})

/** Those that would end the browser's own session. */
const isHarmless = ({ id, scope }: Route) => scope !== 'anyone' && !['signOut', 'endMyOtherSessions'].includes(id)

describe('masking', () => {
  test('nobody sees a telephone number, an analyst no name either', async () => {
    const seen = async (role: Role) => (await browsers.get(role)?.ask('GET', '/samples/c1'))?.body
    const note = '客户电话 138****5678，晚上联系'
    const at = '2026-03-04T04:00:00.000Z'
    for (const role of ['owner', 'admin', 'marketer', 'service'] as const) {
      const profile = { nickname: '小明同学', phone: '138****5678', city: '杭州' }
      expect(await seen(role)).toEqual({ id: 'c1', profile, note, at })
    }
    for (const role of ['analyst', 'developer'] as const) {
      expect(await seen(role)).toEqual({
        id: 'c1',
        profile: { nickname: '小**', phone: '138****5678', city: '杭州' },
        note,
        at,
      })
    }
    expect(await seen('auditor')).toMatchObject({ status: 403 })
  })

  test('whoever is shown no names cannot ask whose a name or number is', async () => {
    const codes = async (role: Role) => {
      const searched = await browsers.get(role)?.ask('POST', '/contact-searches', { text: '小明' })
      const asked = await browsers.get(role)?.ask('GET', '/contacts?phone=13812345678')
      return [role, searched?.code, asked?.code]
    }
    for (const role of ['owner', 'admin', 'marketer', 'service'] as const)
      expect(await codes(role)).toEqual([role, undefined, 'contact.unknown'])
    for (const role of ['analyst', 'developer'] as const)
      expect(await codes(role)).toEqual([role, 'search.masked', 'search.masked'])
    expect(await codes('auditor')).toEqual(['auditor', 'scope.missing', 'scope.missing'])
  })

  test('a reveal shows one value with a reason, is in the audit log before, and ends at 30 an hour', async () => {
    const service = browsers.get('service')
    const ask = { path: '/samples/c1?limit=5', field: 'profile.phone', reason: '客户要求回电' }
    expect((await service?.ask('POST', '/reveals', ask))?.body).toEqual({ value: '13812345678' })
    const [row] = await console_.access.audit.list({ action: 'personal.revealed', limit: 1 })
    expect(row).toMatchObject({ target: '/samples/c1', reason: '客户要求回电', actor: { name: '名a-service' } })
    expect(row?.change).toBe('{"field":"profile.phone"}')
    expect((await service?.ask('POST', '/reveals', { ...ask, reason: 'no' }))?.status).toBe(400)
    const code = async (change: object) => (await service?.ask('POST', '/reveals', { ...ask, ...change }))?.code
    expect(await code({ field: 'profile.city' })).toBe('reveal.nothing')
    expect(await code({ field: '__proto__.toString' })).toBe('reveal.nothing')
    expect(await code({ path: '/samples/c1/export' })).toBe('scope.missing')
    expect(await code({ path: '/session/ways' })).toBe('path.unknown')
    expect(await code({ path: '/samples/c1?limit=x' })).toBe('request.invalid')
    for (const role of ['marketer', 'analyst', 'developer', 'auditor'] as const) {
      expect((await browsers.get(role)?.ask('POST', '/reveals', ask))?.code).toBe('scope.missing')
    }
    for (let time = 0; time < 25; time += 1) await service?.ask('POST', '/reveals', ask)
    expect((await service?.ask('POST', '/reveals', ask))?.code).toBe('reveal.many')
  })

  test('an export is whole, and in the audit log', async () => {
    const { body } = (await browsers.get('admin')?.ask('GET', '/samples/c1/export')) ?? {}
    expect(body).toMatchObject({ profile: { phone: '13812345678' } })
    const [row] = await console_.access.audit.list({ action: 'exportSample', limit: 1 })
    expect(row).toMatchObject({ target: '/samples/c1/export', outcome: 'done' })
  })

  test('what people change is in the audit log with their words, without secrets and numbers', async () => {
    const sent = { name: '回访 13812345678', secret: 'hunter2 hunter2' }
    const reply = await browsers.get('marketer')?.ask('POST', '/samples', sent, { 'idempotency-key': 'key-00000001' })
    expect(reply?.body).toEqual({ name: '回访 138****5678' })
    const [row] = await console_.access.audit.list({ action: 'writeSample', limit: 1 })
    expect(JSON.parse(row?.change ?? '')).toEqual({ sent: { name: '回访 138****5678', secret: '(left out)' } })
    const log = JSON.stringify(await console_.access.audit.list({ limit: 1000 }))
    expect(log).not.toMatch(/hunter2|13812345678/)
  })

  test('finds numbers in any JSON and leaves no one whole', () => {
    const phone = fc
      .tuple(
        fc.constantFrom('', '+86', '86', '+86 ', '+86-'),
        fc.integer({ min: 30, max: 99 }),
        fc.integer({ min: 0, max: 99_999_999 }),
      )
      .map(([country, head, rest]) => `${country}1${head}${String(rest).padStart(8, '0')}`)
    const spaced = phone.map((one) => one.replace(/(1\d\d)(\d{4})(\d{4})$/, '$1-$2-$3'))
    const text = fc.tuple(
      fc.constantFrom('', '电话：', 'tel=', '(', '客户 '),
      fc.oneof(phone, spaced),
      fc.constantFrom('', '，谢谢', '&x=1', ')'),
    )
    const shape = (leaf: fc.Arbitrary<unknown>) =>
      fc.letrec((tie) => ({
        node: fc.oneof(
          { depthSize: 'small' },
          leaf,
          fc.array(tie('node'), { maxLength: 3 }),
          fc.dictionary(fc.string(), tie('node'), { maxKeys: 3 }),
        ),
      })).node
    const leaf = text.map((parts) => parts.join(''))
    fc.assert(
      fc.property(shape(leaf), fc.constantFrom('shown' as const, 'masked' as const), (answer, names) => {
        const masked = JSON.stringify(mask(answer, { names }))
        expect(masked.replace(/-/g, '')).not.toMatch(/(?<!\d)1[3-9]\d{9}(?!\d)/)
      }),
    )
  })

  test('leaves ids, sums, times and versions as they are, and masks twice to the same', () => {
    const answer = {
      id: '65f1138123456780a1b2c3d4',
      openid: 'oLVPpjqs13812345678BOBbnPp1k',
      orderNo: '2026030413812345678',
      paidFen: 13_812_345_678,
      at: new Date(0),
      ms: 1_772_596_800_000,
      none: null,
      list: [true, 1.5, '1.38.12'],
    }
    expect(mask(answer, { names: 'masked' })).toEqual(answer)
    const text = '138 1234 5678 / +8613812345678 / 13812345678'
    expect(maskPhones(text)).toBe('138****5678 / +86138****5678 / 138****5678')
    expect(maskPhones(maskPhones(text))).toBe(maskPhones(text))
    expect(mask({ phone: 13_812_345_678, mobile: '0571-88886666' }, { names: 'shown' })).toEqual({
      phone: '138****5678',
      mobile: '057****6666',
    })
  })

  test('knows whose name a name is', () => {
    const answer = {
      name: '春季召回',
      receiver: { name: '韩梅梅', city: '杭州', address: '文三路 1 号' },
      members: [{ member: 'wm1', name: '李雷' }],
      group: { name: '妈妈群', owner: 'staff-1' },
      people: [{ externalId: 'wm2', name: 'Jim', avatar: 'https://x/y.png', email: 'jim@x.cn' }],
    }
    expect(mask(answer, { names: 'masked' })).toEqual({
      name: '春季召回',
      receiver: { name: '韩**', city: '杭州', address: '****' },
      members: [{ member: 'wm1', name: '李**' }],
      group: { name: '妈妈群', owner: 'staff-1' },
      people: [{ externalId: 'wm2', name: 'J**', avatar: '****', email: '****' }],
    })
    expect(mask(answer, { names: 'shown' })).toEqual(answer)
  })
})
