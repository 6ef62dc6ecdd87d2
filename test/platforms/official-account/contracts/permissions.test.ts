import { afterEach, describe, expect, test } from '@jest/globals'
import { capabilityOf } from '../../../../rules/official-account/endpoints.js'
import { silentLogger } from '../../../../src/core/log.js'
import {
  createMemoryPermissionStore,
  createPermissions,
} from '../../../../src/platforms/official-account/client/permissions.js'
import { errorOf } from '../../../../src/platforms/official-account/errors.js'
import { handClock, rejectionOf } from '../client/fixture.js'
import { type ContractWorld, startContractWorld } from './world.js'

let world: ContractWorld | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

describe('a call the account may not make does not leave', () => {
  test.each([
    ['an unverified account, customer messages', 'service', false, 'messages'],
    ['an unverified account, co-wechat-api underneath', 'service', false, 'tags'],
    ['a subscription account, template messages', 'subscription', true, 'templates'],
    ['a subscription account, scene codes', 'subscription', true, 'codes'],
    ['a subscription account, web login', 'subscription', true, 'login'],
    ['a service account without the plugin', 'service', true, 'notices'],
  ] as const)('%s', async (_, kind, verified, what) => {
    const here = await startContractWorld(kind, verified)
    world = here
    const client = here.as(kind, verified)
    const refused = await rejectionOf(
      {
        messages: () => client.messages.send('o', { type: 'text', content: '你好' }),
        tags: () => client.tags.create('新客'),
        templates: () => client.templates.list(),
        codes: () => client.codes.permanent('a'),
        login: () => client.webLogins.exchange('code'),
        notices: () => client.subscriptions.templates.list(),
      }[what](),
    )
    expect(refused).toMatchObject({ class: 'permission', errcode: undefined, code: 'wechat.permission' })
    expect(String(refused)).toMatch(/\(.*(没有|未启用).*\)/)
    expect(await here.simulator.control.calls({ waitMs: 1 })).toEqual([])
  })

  test('with the plugin switched on, notices go out', async () => {
    world = await startContractWorld()
    const client = world.as('service', true, true)
    expect(client.permissions.may('subscription-notices')).toBe(true)
    expect(await client.subscriptions.templates.list()).toEqual([])
  })
})

describe('a 48001 of the platform', () => {
  test('is remembered for this endpoint until the operator says it is mended', async () => {
    world = await startContractWorld('service', false)
    const { client } = world
    expect(await rejectionOf(client.users.list())).toMatchObject({ errcode: 48001 })
    expect(await rejectionOf(client.users.list())).toMatchObject({ class: 'permission', errcode: undefined })
    expect(await world.simulator.control.calls({ path: '/cgi-bin/user/get' })).toHaveLength(1)
    expect(await client.permissions.denied()).toMatchObject([{ endpoint: '/cgi-bin/user/get' }])
    expect(await rejectionOf(client.tags.list())).toMatchObject({ errcode: 48001 })
    world.simulator.control.setAccount('shop', { verified: true })
    expect(await rejectionOf(client.users.list())).toMatchObject({ fix: expect.stringContaining('--recheck') })
    await client.recheck()
    await client.users.list()
    expect(await client.permissions.denied()).toEqual([])
  })

  test('other processes learn it within half a minute, and forget it again', async () => {
    const clock = handClock()
    const store = createMemoryPermissionStore(clock)
    const make = () => createPermissions({ account: 'shop', store, clock, log: silentLogger })
    const [one, two] = [make(), make()]
    await two.pass('/datacube/getusersummary')
    await one.learn('/datacube/getusersummary', errorOf('/datacube/getusersummary', 48001, ''))
    await two.pass('/datacube/getusersummary')
    clock.pass(30_000)
    expect(await rejectionOf(two.pass('/datacube/getusersummary'))).toMatchObject({ class: 'permission' })
    await one.recheck()
    clock.pass(30_000)
    await two.pass('/datacube/getusersummary')
  })

  test('only 48001 is remembered; a store that fails lets calls out', async () => {
    const clock = handClock()
    const broken = {
      list: () => Promise.reject(new Error('down')),
      put: () => Promise.reject(new Error('down')),
      clear: () => Promise.reject(new Error('down')),
    }
    const gate = createPermissions({ account: 'shop', store: broken, clock, log: silentLogger })
    await gate.learn('/cgi-bin/message/custom/send', errorOf('', 45015, ''))
    await gate.pass('/cgi-bin/message/custom/send')
    await gate.learn('/cgi-bin/message/custom/send', errorOf('', 48001, ''))
    expect(await rejectionOf(gate.pass('/cgi-bin/message/custom/send'))).toMatchObject({ class: 'permission' })
  })
})

test('every path knows its capability; the longest rule counts', () => {
  expect(capabilityOf('/cgi-bin/message/mass/send')).toBe('mass-by-openid')
  expect(capabilityOf('/cgi-bin/message/mass/sendall')).toBe('mass-by-tag')
  expect(capabilityOf('/cgi-bin/template/api_add_template')).toBe('template-messages')
  expect(capabilityOf('/cgi-bin/media/upload')).toBeUndefined()
})
