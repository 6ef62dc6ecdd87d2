import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sessionRows } from '../../src/access/model.js'
import { SESSION_TIMES } from '../../src/access/sessions.js'
import { addressOf, type OpenAccess, openAccess, PASSWORD, TERMINAL } from './open-access.js'

let access: OpenAccess
beforeAll(async () => {
  access = await openAccess()
})
afterAll(() => access.close())

const visitor = (name: string) => ({ address: addressOf(name), agent: 'Browser 1' })

async function signedIn(login: string) {
  const result = await access.signIn.byPassword({ login, password: PASSWORD }, visitor(login))
  if (result.state !== 'signed-in') throw new Error(result.state)
  return result
}

const find = (token: string, touch = true) => access.sessions.find(token, { stage: 'full', touch })

describe('a session', () => {
  test('is found by its token only, and the store knows the token’s hash at most', async () => {
    await access.person('anna', ['marketer'])
    const { token } = await signedIn('anna')
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await find(token)).toMatchObject({ person: { login: 'anna' } })
    expect(await find(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeUndefined()
    const rows = await sessionRows(access.store.connection).find({}).toArray()
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('ends after 30 minutes without a request of the person, however often the page asks by itself', async () => {
    await access.person('bob', ['marketer'])
    const { token } = await signedIn('bob')
    access.pass(SESSION_TIMES.idleMs - 1000)
    expect(await find(token)).toBeDefined()
    for (let minute = 0; minute < 29; minute += 1) {
      access.pass(60_000)
      expect(await find(token, false)).toBeDefined()
    }
    access.pass(61_000)
    expect(await find(token, false)).toBeUndefined()
    expect(await find(token)).toBeUndefined()
    expect(await access.sessions.list((await access.people.findByLogin('bob'))?._id ?? '')).toEqual([])
  })

  test('ends after 12 hours, however busy', async () => {
    await access.person('carl', ['marketer'])
    const { token } = await signedIn('carl')
    const minutes = SESSION_TIMES.absoluteMs / 60_000
    for (let at = 0; at < minutes - 20; at += 20) {
      access.pass(20 * 60_000)
      expect(await find(token)).toBeDefined()
    }
    access.pass(20 * 60_000)
    expect(await find(token)).toBeUndefined()
  })

  test('is another after each sign-in, and each is listed and ended alone', async () => {
    const { _id } = await access.person('dora', ['marketer'])
    const [one, two] = [await signedIn('dora'), await signedIn('dora')]
    expect(one.token).not.toBe(two.token)
    const listed = await access.sessions.list(_id)
    expect(listed.map(({ name }) => name).toSorted()).toEqual([one.session.row.name, two.session.row.name].toSorted())
    expect(listed[0]).toMatchObject({ address: addressOf('dora'), agent: 'Browser 1' })
    const other = await access.person('dieter', ['marketer'])
    expect(await access.sessions.endNamed(other._id, one.session.row.name)).toBe(false)
    expect(await access.sessions.endNamed(_id, one.session.row.name)).toBe(true)
    expect([await find(one.token), await find(two.token)]).toMatchObject([undefined, { person: { login: 'dora' } }])
  })

  test('is over in every process once the person is disabled, and stays over when she is enabled', async () => {
    const { _id } = await access.person('eve', ['marketer'])
    const { token } = await signedIn('eve')
    const other = access.another()
    expect(await other.sessions.find(token, { stage: 'full', touch: false })).toBeDefined()
    await access.people.disable(_id, 'left the shop', TERMINAL)
    expect(await other.sessions.find(token, { stage: 'full', touch: false })).toBeUndefined()
    expect(await access.signIn.byPassword({ login: 'eve', password: PASSWORD }, visitor('eve'))).toEqual({
      state: 'wrong',
    })
    await access.people.enable(_id, TERMINAL)
    expect(await find(token)).toBeUndefined()
    expect((await signedIn('eve')).state).toBe('signed-in')
  })

  test('and all others end when the password changes; the one that changed it gets a new id', async () => {
    const person = await access.person('fay', ['marketer'])
    const [mine, other] = [await signedIn('fay'), await signedIn('fay')]
    const change = { current: PASSWORD, password: 'Seven grey herons over water' }
    const renewed = await access.signIn.changePassword(person, change, visitor('fay'))
    expect([await find(mine.token), await find(other.token)]).toEqual([undefined, undefined])
    expect(await find(renewed.token)).toMatchObject({ person: { login: 'fay' } })
    expect(await access.signIn.byPassword({ login: 'fay', password: PASSWORD }, visitor('fay'))).toEqual({
      state: 'wrong',
    })
  })

  test('that was begun with an earlier password while it changed counts for nothing', async () => {
    const person = await access.person('gina', ['marketer'])
    await access.signIn.changePassword(
      person,
      { current: PASSWORD, password: 'Quiet harbour at nine' },
      visitor('gina'),
    )
    const late = await access.sessions.begin(person, visitor('gina'))
    expect(await find(late.token)).toBeUndefined()
  })

  test('is none while the second factor is missing, and half a one lasts five minutes', async () => {
    const { _id } = await access.person('hugo', ['marketer'])
    const { code } = await access.withTotp(_id)
    const half = await access.signIn.byPassword({ login: 'hugo', password: PASSWORD }, visitor('hugo'))
    if (half.state !== 'second-factor') throw new Error(half.state)
    expect(await find(half.token)).toBeUndefined()
    expect(await access.sessions.list(_id)).toEqual([])
    access.pass(SESSION_TIMES.halfMs + 1)
    expect(await access.signIn.bySecondFactor(half.token, { code: code() }, visitor('hugo'))).toEqual({ state: 'gone' })
  })
})
