import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { loadConfig } from '../../../src/config/load.js'
import { silentLogger } from '../../../src/core/log.js'
import { connectReach, policyOf } from '../../../src/outbox/reach/connect.js'
import { booking, NOON, openWorld, type World } from './setup.js'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const { reach: config, timeZone } = loadConfig({ root: '.', env: {} })

function connected(change: Partial<typeof config> = {}) {
  return connectReach({
    connection: world.store.connection,
    clock: world.clock,
    log: silentLogger,
    config: { ...config, ...change },
    timeZone,
    contacts: world.contacts,
    platform: (account) => (account === 'shop' ? 'official-account' : undefined),
    may: () => true,
    hasMiniProgram: () => false,
    acts: async (contact, since) => (world.acts.get(contact) ?? []).filter(({ at }) => at >= since),
  })
}

test('the standard configuration is the one that its file describes', () => {
  expect(policyOf(config, timeZone)).toEqual({
    caps: { day: 1, week: 3, month: 8 },
    quiet: { hours: '22:00-08:00', mode: 'next', timeZone: 'Asia/Shanghai' },
    requireConsent: [],
  })
  expect(config.quotas).toEqual({})
})

test.each([
  [{ caps: { day: 0 } }, 'reach.caps.day'],
  [{ quietHours: { hours: 'nights' } }, 'reach.quietHours.hours'],
  [{ quietHours: { mode: 'maybe' } }, 'reach.quietHours.mode'],
  [{ quotas: { shop: { pigeon: 5 } } }, 'reach.quotas.shop.pigeon'],
])('a mistake in it is found: %j', (reach, field) => {
  expect(() => loadConfig({ root: '.', env: {}, overrides: { reach } })).toThrow(field)
})

test('what a campaign took from a window, handlers and guards see too', async () => {
  const { reach, windows, guards } = connected()
  const contact = await world.person('o1')
  world.acts.set('shop:o1', [{ trigger: 'message', at: NOON }])
  expect((await windows.of('shop:o1', NOON)).open[0]?.remaining).toBe(5)
  await reach.reserve([{ contact }], booking(NOON, { purpose: 'service', channel: 'customer-message' }))
  expect((await windows.of('shop:o1', NOON)).open[0]?.remaining).toBe(4)
  expect(guards.length).toBeGreaterThan(4)
  await reach.close()
})

test('an account that was granted more, and has no mini program', async () => {
  const { reach } = connected({ quotas: { shop: { template: 1_000_000 } } })
  const state = await reach.quota('shop', NOON)
  expect(state.template).toMatchObject({ perDay: 1_000_000, permitted: true })
  expect(state['mini-program'].permitted).toBe(false)
  await reach.close()
})
