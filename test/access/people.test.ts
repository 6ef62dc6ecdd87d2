import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { auditHeads, auditRows } from '../../src/access/audit/model.js'
import type { PersonRow } from '../../src/access/model.js'
import { personRows } from '../../src/access/model.js'
import { stateOf } from '../../src/access/people.js'
import type { By } from '../../src/access/ports.js'
import { type OpenAccess, openAccess, PASSWORD, TERMINAL } from './open-access.js'

let access: OpenAccess
beforeAll(async () => {
  access = await openAccess()
})
afterAll(() => access.close())

const visitor = { address: '10.0.0.1', agent: 'Browser 1' }
const as = ({ _id, name }: PersonRow): By => ({ kind: 'person', id: _id, name, address: '10.0.0.1' })
const useLink = (token: string, more = {}) => access.signIn.byLink({ token, password: PASSWORD, ...more }, visitor)

describe('the first owner', () => {
  test('there is no account at all, until the link of the first start is used: once, within a day', async () => {
    expect(await personRows(access.store.connection).countDocuments({})).toBe(0)
    const first = await access.firstStart()
    const late = await access.firstStart()
    if (!first || !late) throw new Error('no link')
    expect(await access.signIn.look(first.token)).toMatchObject({ kind: 'owner' })
    access.pass(24 * 3_600_000 + 1)
    expect(await access.signIn.look(first.token)).toBeUndefined()
    const link = await access.firstStart()
    if (!link) throw new Error('no link')
    await expect(useLink(link.token, { login: 'o', name: '店主' })).rejects.toMatchObject({ code: 'invalid.login' })
    const weak = access.signIn.byLink(
      { token: link.token, login: 'owner', name: '店主', password: 'owner2026owner' },
      visitor,
    )
    await expect(weak).rejects.toMatchObject({ code: 'password.weak' })
    const both = await Promise.all(['owner', 'other'].map((login) => useLink(link.token, { login, name: '店主' })))
    expect(both.map((result) => result?.state).toSorted()).toEqual(['signed-in', undefined])
    expect(await access.hasPeople()).toBe(true)
    expect(await access.firstStart()).toBeUndefined()
    expect(await useLink(link.token, { login: 'again', name: '再来' })).toBeUndefined()
  })

  test('an owner’s link from the command line makes another one', async () => {
    const link = await access.ownerLink(TERMINAL)
    expect(await useLink(link.token, { login: 'boss', name: '老板' })).toMatchObject({ state: 'signed-in' })
    expect(await access.people.findByLogin('boss')).toMatchObject({ roles: ['owner'] })
  })
})

describe('people', () => {
  test('are invited, become active by the link, change, and conflict when two change them at once', async () => {
    const { person, link } = await access.people.invite({ login: 'Nora', name: '诺拉', roles: ['marketer'] }, TERMINAL)
    expect([person.login, stateOf(person)]).toEqual(['nora', 'invited'])
    expect((await useLink(link.token, { login: 'evil', name: 'x', roles: ['owner'] }))?.state).toBe('signed-in')
    const active = await access.people.find(person._id)
    expect(active).toMatchObject({ login: 'nora', name: '诺拉', roles: ['marketer'] })
    expect(active && stateOf(active)).toBe('active')
    const rev = active?.rev ?? 0
    const changed = await access.people.change(person._id, rev, { roles: ['analyst', 'service'] }, TERMINAL)
    expect(changed.roles).toEqual(['analyst', 'service'])
    const stale = access.people.change(person._id, rev, { name: '别人' }, TERMINAL)
    await expect(stale).rejects.toMatchObject({ code: 'conflict.person' })
  })

  test.each([
    [{ login: 'a b', name: 'x', roles: ['analyst'] }, 'invalid.login'],
    [{ login: '$ne', name: 'x', roles: ['analyst'] }, 'invalid.login'],
    [{ login: 'ok-login', name: '\n', roles: ['analyst'] }, 'invalid.name'],
    [{ login: 'ok-login', name: 'x', roles: [] }, 'invalid.roles'],
    [{ login: 'ok-login', name: 'x', roles: ['root'] }, 'invalid.roles'],
    [{ login: 'NORA', name: 'x', roles: ['analyst'] }, 'conflict.login'],
  ])('%j is refused: %s', async (person, code) => {
    await expect(access.people.invite(person as never, TERMINAL)).rejects.toMatchObject({ code })
  })

  test('only an owner touches owners, and nobody themselves', async () => {
    const admin = await access.person('olga', ['admin'])
    const owner = await access.people.findByLogin('boss')
    if (!owner) throw new Error('no owner')
    const by = as(admin)
    const owners = { login: 'paul', name: '保罗', roles: ['owner' as const] }
    await expect(access.people.invite(owners, by)).rejects.toMatchObject({ code: 'forbidden.owner' })
    for (const touch of [
      access.people.disable(owner._id, 'a coup', by),
      access.people.reset(owner._id, 'a coup', by),
      access.people.change(owner._id, owner.rev, { roles: ['analyst'] }, by),
      access.people.endSessions(owner._id, by),
    ]) {
      await expect(touch).rejects.toMatchObject({ code: expect.stringMatching(/forbidden.owner|conflict.people/) })
    }
    const self = access.people.change(admin._id, admin.rev, { roles: ['owner'] }, by)
    await expect(self).rejects.toMatchObject({ code: 'forbidden.self' })
    expect((await access.people.invite(owners, as(owner))).person.roles).toEqual(['owner'])
  })

  test('there is always an owner who can come in', async () => {
    const alone = await openAccess()
    try {
      const link = await alone.ownerLink(TERMINAL)
      await alone.signIn.byLink({ token: link.token, password: PASSWORD, login: 'one', name: '一' }, visitor)
      const one = await alone.people.findByLogin('one')
      if (!one) throw new Error('nobody')
      await alone.people.invite({ login: 'two', name: '二', roles: ['owner'] }, TERMINAL)
      const attempts = [
        alone.people.disable(one._id, 'for good', TERMINAL),
        alone.people.change(one._id, one.rev, { roles: ['admin'] }, TERMINAL),
      ]
      const results = await Promise.allSettled(attempts)
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
      await expect(alone.people.disable(one._id, 'for good', TERMINAL)).rejects.toMatchObject({
        code: 'conflict.last-owner',
      })
      const three = await alone.person('three', ['owner'])
      const two = await Promise.allSettled([
        alone.people.disable(one._id, 'for good', TERMINAL),
        alone.another().people.disable(three._id, 'for good', TERMINAL),
      ])
      expect(two.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    } finally {
      await alone.close()
    }
  })

  test('a reset voids password, second factor and link at once; its own link makes a new password', async () => {
    const { _id } = await access.person('rita', ['marketer'])
    await access.withTotp(_id)
    const { link } = await access.people.reset(_id, 'telephone stolen', TERMINAL)
    expect(await access.signIn.byPassword({ login: 'rita', password: PASSWORD }, visitor)).toEqual({ state: 'wrong' })
    const newer = await access.people.reset(_id, 'link lost', TERMINAL)
    expect(await useLink(link.token)).toBeUndefined()
    expect(await useLink(newer.link.token)).toMatchObject({ state: 'signed-in' })
  })

  test('are found by part of the name with any sign in it, by role and state', async () => {
    await access.people.invite({ login: 'x.y', name: '点(.*)点', roles: ['auditor'] }, TERMINAL)
    const logins = async (filter: object) =>
      (await access.people.list({ limit: 50, ...filter })).rows.map(({ login }) => login)
    expect(await logins({ text: '(.*)' })).toEqual(['x.y'])
    expect(await logins({ role: 'auditor' })).toEqual(['x.y'])
    expect(await logins({ state: 'invited', text: 'x.y' })).toEqual(['x.y'])
    expect(await logins({ state: 'active', text: 'x.y' })).toEqual([])
    const all = await logins({})
    const first = await access.people.list({ limit: all.length - 1, sort: '-login' })
    const rest = await access.people.list({ limit: 50, sort: '-login', after: first.next })
    expect([...first.rows, ...rest.rows].map(({ login }) => login)).toEqual(all.toReversed())
    expect(rest.next).toBeUndefined()
    await expect(access.people.list({ limit: 50, after: first.next })).rejects.toMatchObject({ code: 'invalid.cursor' })
  })
})

describe('the audit log in the store', () => {
  test('tells who invited, changed and disabled whom, with before, after and reason', async () => {
    const person = await access.person('sven', ['marketer'])
    const by: By = { kind: 'person', id: 'per_x', name: '某人', address: '10.0.0.9' }
    const owner = await access.people.findByLogin('boss')
    const real = owner ? as(owner) : by
    await access.people.change(person._id, person.rev, { roles: ['analyst'] }, real)
    await access.people.disable(person._id, 'contract ended', real)
    const [disabled, changed] = await access.audit.list({ target: person._id, limit: 2 })
    expect(disabled).toMatchObject({ action: 'person.disabled', reason: 'contract ended', actor: { id: real.id } })
    expect(JSON.parse(changed?.change ?? '')).toMatchObject({
      before: { roles: ['marketer'] },
      after: { roles: ['analyst'] },
    })
  })

  test('two processes write one chain without a gap, and it is whole', async () => {
    const other = access.another()
    const entry = (action: string) => ({ actor: { kind: 'system' as const, id: 'test' }, action, outcome: 'done' })
    const writes = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? other : access).audit.append(entry(`race.${index}`)),
    )
    await Promise.all(writes)
    const verdict = await access.audit.verify()
    expect(verdict).toMatchObject({ ok: true, rows: await auditRows(access.store.connection).countDocuments({}) })
  })

  test('a row that somebody changes or cuts off in the store is found, also after more was written', async () => {
    const rows = auditRows(access.store.connection)
    const last = await rows.find({}).sort({ _id: -1 }).limit(1).next()
    if (!last) throw new Error('empty')
    await rows.updateOne({ _id: 2 }, { $set: { outcome: 'nothing' } })
    expect(await access.audit.verify()).toMatchObject({ ok: false, problem: { seq: 2 } })
    await rows.updateOne({ _id: 2 }, { $set: { outcome: 'done' } })
    expect((await access.audit.verify()).ok).toBe(true)
    await rows.deleteOne({ _id: last._id })
    expect(await access.audit.verify()).toMatchObject({ ok: false, problem: { seq: last._id } })
    await access.audit.append({ actor: { kind: 'system', id: 'test' }, action: 'later', outcome: 'done' })
    expect(await access.audit.verify()).toMatchObject({ ok: false, problem: { seq: last._id } })
    expect(await auditHeads(access.store.connection).countDocuments({})).toBe(1)
  })
})
