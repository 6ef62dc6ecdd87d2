import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { demoCorp } from '../../simulator/options.js'
import { chatIdOf } from '../../src/alerts/places.js'
import type { ChatSettings } from '../../src/alerts/ports.js'
import { systemClock } from '../../src/core/clock.js'
import { silentLogger } from '../../src/core/log.js'
import { createHttpClient, type HttpClient } from '../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { createWecomClient } from '../../src/platforms/wecom/client.js'
import { type CorpWorld, startCorpWorld } from '../simulator/wecom-setup.js'
import { type Bench, openBench, settings } from './setup.js'

const seen = z.object({
  staff: z.array(z.object({ id: z.string() })),
  internalChats: z.array(z.object({ id: z.string(), name: z.string(), owner: z.string(), entries: z.number() })),
})
const state = () => seen.parse(world.corp.state())

let world: CorpWorld
let bench: Bench
let http: HttpClient
beforeAll(async () => {
  world = await startCorpWorld()
  bench = await openBench()
  http = createHttpClient()
})
afterAll(async () => {
  await http.close()
  await bench.store.dispose()
  await world.close()
})

test('in the simulated WeCom a group is made and told, and a robot posts until it is removed', async () => {
  const { corpid, agentId, secret } = demoCorp
  const tokenStore = createMemoryTokenStore(systemClock)
  const about = { http, tokenStore, clock: systemClock, log: silentLogger }
  const client = createWecomClient({ corpid, agentId, secret, apiBase: world.simulator.url, ...about })
  const { key } = world.corp.addRobot({ name: '运营机器人' })
  const [owner = '', ...members] = state()
    .staff.slice(0, 3)
    .map(({ id }) => id)
  const sales: ChatSettings = { name: '售后协同', owner, members }
  const ports = { client: () => client, settings: settings({ robots: { ops: key }, chats: { sales } }) }
  const processes = [bench.another(ports), bench.another(ports)]
  await processes[0]?.run()
  await bench.rule('both', { to: { robot: 'ops', chat: 'sales' } })
  const turn = () => Promise.all(processes.map((one) => one.run()))

  for (const orderNo of ['A1', 'A2']) await bench.happened('order.paid', { orderNo, paidFen: 1 })
  await turn()
  const told = (entries: readonly { content: object }[]) => entries.map(({ content }) => content)
  const words = ['订单 A1', '订单 A2'].map((text) => ({ kind: 'text', text }))
  expect(told(await world.corp.robot(key))).toEqual(
    expect.arrayContaining(words.map((one) => expect.objectContaining(one))),
  )
  expect(await world.corp.robot(key)).toHaveLength(2)
  expect(state().internalChats).toMatchObject([{ id: chatIdOf('sales', {}), name: '售后协同', owner, entries: 2 }])

  world.corp.removeRobot(key)
  await bench.happened('order.paid', { orderNo: 'A3', paidFen: 1 })
  await turn()
  const [first] = processes
  expect(await first?.status()).toMatchObject({
    robots: [{ name: 'ops', stopped: { code: 93000 } }],
    posts: { failed: 1 },
  })
  expect(state().internalChats).toMatchObject([{ entries: 3 }])
})
