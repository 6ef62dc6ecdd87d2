import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { personRows } from '../../src/access/model.js'
import { networkOf } from '../../src/access/throttle.js'
import { addressOf, type OpenAccess, openAccess, PASSWORD, TERMINAL } from './open-access.js'

let access: OpenAccess
beforeAll(async () => {
  access = await openAccess()
})
afterAll(() => access.close())

const from = (address: string, device?: string) => ({ address, agent: 'Browser 1', ...(device && { device }) })
const guess = (login: string, address: string, device?: string) =>
  access.signIn.byPassword({ login, password: 'wrong wrong wrong' }, from(address, device))
const enter = (login: string, address: string, device?: string) =>
  access.signIn.byPassword({ login, password: PASSWORD }, from(address, device))

describe('signing in', () => {
  test('knows the login in capitals, and tells unknown, wrong and disabled alike', async () => {
    const { _id } = await access.person('ann@shop.cn', ['analyst'])
    expect((await enter(' Ann@Shop.cn ', '10.0.0.1')).state).toBe('signed-in')
    expect(await guess('ann@shop.cn', '10.0.0.2')).toEqual({ state: 'wrong' })
    expect(await guess('nobody@shop.cn', '10.0.0.2')).toEqual({ state: 'wrong' })
    await access.people.disable(_id, 'on leave', TERMINAL)
    expect(await enter('ann@shop.cn', '10.0.0.2')).toEqual({ state: 'wrong' })
  })

  test('slows one sender who guesses at one account; the right password does not help him, others come in', async () => {
    await access.person('ben', ['analyst'])
    for (let time = 0; time < 10; time += 1) expect((await guess('ben', '10.0.1.1')).state).toBe('wrong')
    expect(await enter('ben', '10.0.1.1')).toMatchObject({ state: 'slow', retryAfterSeconds: expect.any(Number) })
    expect((await enter('ben', '10.0.1.2')).state).toBe('signed-in')
    access.pass(15 * 60_000)
    expect((await enter('ben', '10.0.1.1')).state).toBe('signed-in')
  })

  test('slows one sender who tries many accounts, unknown ones too, and one IPv6 network is one sender', async () => {
    const states: string[] = []
    for (let time = 0; time < 61; time += 1)
      states.push((await guess(`nobody-${time}`, `2001:db8:1:2::${time + 1}`)).state)
    expect([states.slice(0, 60).every((state) => state === 'wrong'), states[60]]).toEqual([true, 'slow'])
    expect((await guess('nobody-x', '2001:db8:1:3::1')).state).toBe('wrong')
  })

  test('does not lock anybody out: with guesses from everywhere a known browser still comes in', async () => {
    await access.person('cora', ['analyst'])
    const first = await enter('cora', '10.0.2.1')
    if (first.state !== 'signed-in') throw new Error(first.state)
    for (let time = 0; time < 101; time += 1) await guess('cora', `10.1.${time}.1`)
    expect((await enter('cora', '10.9.9.9')).state).toBe('slow')
    expect((await enter('cora', '10.0.2.1')).state).toBe('slow')
    expect((await enter('cora', '10.0.2.1', first.device)).state).toBe('signed-in')
    expect((await enter('cora', '10.9.9.8', `${first.device.slice(0, -2)}AA`)).state).toBe('slow')
  })

  test('a known browser’s mark is slowed too, and is of no use for another person or after a new password', async () => {
    const dan = await access.person('dan', ['analyst'])
    await access.person('dina', ['analyst'])
    const first = await enter('dan', '10.0.3.1')
    if (first.state !== 'signed-in') throw new Error(first.state)
    for (let time = 0; time < 20; time += 1) expect((await guess('dan', '10.0.3.9', first.device)).state).toBe('wrong')
    expect((await enter('dan', '10.0.3.9', first.device)).state).toBe('slow')
    for (let time = 0; time < 10; time += 1) await guess('dina', '10.0.3.2', first.device)
    expect((await enter('dina', '10.0.3.2', first.device)).state).toBe('slow')
    access.pass(3_600_000)
    const fresh = { current: PASSWORD, password: 'Ten small boats in fog' }
    await access.signIn.changePassword(dan, fresh, from('10.0.3.1'))
    for (let time = 0; time < 10; time += 1) await guess('dan', '10.0.3.3', first.device)
    expect((await guess('dan', '10.0.3.3', first.device)).state).toBe('slow')
  })

  test('counts attempts of all processes together, also those that come at once', async () => {
    await access.person('emil', ['analyst'])
    const others = [access, access.another(), access.another()]
    const states = await Promise.all(
      Array.from({ length: 15 }, (_, index) => {
        const wrong = { login: 'emil', password: 'wrong wrong wrong' }
        return others[index % 3]?.signIn.byPassword(wrong, from('10.0.4.1'))
      }),
    )
    expect(states.filter((result) => result?.state === 'wrong')).toHaveLength(10)
  })

  test('writes refusals into both logs without the password', async () => {
    const { _id } = await access.person('finn', ['analyst'])
    await guess('finn', '10.0.5.1')
    const [row] = await access.audit.list({ actor: _id, limit: 1 })
    expect(row).toMatchObject({ action: 'session.refused', outcome: 'password.wrong', address: '10.0.5.1' })
    expect(access.lines.at(-1)).toMatchObject({ level: 'warn', message: 'sign-in refused' })
    const everything = JSON.stringify([access.lines, await access.audit.list({ limit: 1000 })])
    expect(everything).not.toContain('wrong wrong')
    expect(everything).not.toContain(PASSWORD)
  })

  test('a weak new password and a wrong present one are refused', async () => {
    const person = await access.person('gert', ['analyst'])
    const change = (current: string, password: string) =>
      access.signIn.changePassword(person, { current, password }, from('10.0.6.1'))
    await expect(change(PASSWORD, 'short')).rejects.toMatchObject({ code: 'password.weak' })
    await expect(change('not mine at all', 'Nine white geese fly south')).rejects.toMatchObject({
      code: 'password.wrong',
    })
    for (let time = 0; time < 8; time += 1) await change('nope', PASSWORD).catch(() => undefined)
    await change('nope', PASSWORD).catch(() => undefined)
    await expect(change('nope', PASSWORD)).rejects.toMatchObject({ code: 'throttled.proof' })
  })

  test('by WeCom lets in the member who is bound, and nobody else', async () => {
    const staff = { corp: 'corp', staff: 'LiLei' }
    const bound = { login: 'lilei', name: '李雷', roles: ['service' as const], wecom: staff }
    const { person } = await access.people.invite(bound, TERMINAL)
    expect(await access.signIn.byStaff(staff, from('10.0.7.1'))).toMatchObject({ state: 'signed-in' })
    expect(await access.signIn.byStaff({ corp: 'other', staff: 'LiLei' }, from('10.0.7.1'))).toEqual({ state: 'wrong' })
    const twice = access.people.invite({ ...bound, login: 'lilei2' }, TERMINAL)
    await expect(twice).rejects.toMatchObject({ code: 'conflict.wecom' })
    await access.people.disable(person._id, 'has left', TERMINAL)
    expect(await access.signIn.byStaff(staff, from('10.0.7.1'))).toEqual({ state: 'wrong' })
  })
})

describe('the second factor', () => {
  test('is asked for after the password; a code is good once, over all processes', async () => {
    const { _id } = await access.person('hana', ['admin'])
    const { code } = await access.withTotp(_id)
    const half = async () => {
      const result = await enter('hana', '10.0.8.1')
      if (result.state !== 'second-factor') throw new Error(result.state)
      return result.token
    }
    const [one, two] = [await half(), await half()]
    const other = access.another()
    const results = await Promise.all([
      access.signIn.bySecondFactor(one, { code: code() }, from('10.0.8.1')),
      other.signIn.bySecondFactor(two, { code: code() }, from('10.0.8.1')),
    ])
    expect(results.map(({ state }) => state).toSorted()).toEqual(['signed-in', 'wrong'])
    const again = await half()
    expect((await access.signIn.bySecondFactor(again, { code: code() }, from('10.0.8.1'))).state).toBe('wrong')
    access.pass(30_000)
    const used = await access.signIn.bySecondFactor(again, { code: code() }, from('10.0.8.1'))
    expect(used.state).toBe('signed-in')
    access.pass(30_000)
    expect((await access.signIn.bySecondFactor(again, { code: code() }, from('10.0.8.1'))).state).toBe('gone')
  })

  test('guessing codes is slowed', async () => {
    const { _id } = await access.person('ines', ['admin'])
    await access.withTotp(_id)
    const half = await enter('ines', '10.0.9.1')
    if (half.state !== 'second-factor') throw new Error(half.state)
    const states: string[] = []
    for (let time = 0; time < 11; time += 1) {
      states.push((await access.signIn.bySecondFactor(half.token, { code: '000000' }, from('10.0.9.1'))).state)
    }
    expect(states.at(-1)).toBe('slow')
  })

  test('each of ten recovery codes opens once; they and the secret lie in no readable form in the store', async () => {
    const { _id } = await access.person('jana', ['admin'])
    const { recovery } = await access.withTotp(_id)
    expect(new Set(recovery).size).toBe(10)
    const [first = ''] = recovery
    const row = await personRows(access.store.connection).findOne({ _id })
    expect(JSON.stringify(row)).not.toContain(first)
    expect(row?.totp?.sealed).toMatch(/^v1\./)
    const use = async () => {
      const half = await enter('jana', '10.0.10.1')
      if (half.state !== 'second-factor') throw new Error(half.state)
      return access.signIn.bySecondFactor(half.token, { recovery: ` ${first.toUpperCase()}` }, from('10.0.10.1'))
    }
    expect((await use()).state).toBe('signed-in')
    expect((await use()).state).toBe('wrong')
    expect((await access.people.find(_id))?.recovery).toHaveLength(9)
  })

  test('a secret that is not proven within ten minutes is none', async () => {
    const person = await access.person('kurt', ['admin'])
    await access.factor.begin(person)
    access.pass(10 * 60_000 + 1)
    const asked = (await access.people.find(person._id)) ?? person
    await expect(access.factor.confirm(asked, '000000', TERMINAL)).rejects.toMatchObject({ code: 'code.wrong' })
    expect((await enter('kurt', addressOf('kurt'))).state).toBe('signed-in')
  })

  test('whoever must have one and has none may set it up, and nothing else', async () => {
    const strict = await openAccess('privileged')
    try {
      const admin = await strict.person('lena', ['admin'])
      const analyst = await strict.person('mona', ['analyst'])
      expect(strict.rightsOf(admin)).toMatchObject({ scopes: ['account:own'], needsSecondFactor: true })
      expect(strict.rightsOf(analyst).scopes).toContain('contacts:read')
      await strict.withTotp(admin._id)
      const now = await strict.people.find(admin._id)
      expect(now && strict.rightsOf(now).scopes).toContain('people:write')
    } finally {
      await strict.close()
    }
  })
})

test('networks: IPv4 as it is, also mapped; IPv6 by 64 bits', () => {
  expect(['10.1.2.3', '::ffff:10.1.2.3', '2001:DB8:0:2::7', '2001:db8::1', '::1'].map(networkOf)).toEqual([
    '10.1.2.3',
    '10.1.2.3',
    '2001:db8:0:2::/64',
    '2001:db8:0:0::/64',
    '0:0:0:0::/64',
  ])
})
