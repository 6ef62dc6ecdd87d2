import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { demoCorp } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { systemClock } from '../../src/core/clock.js'
import type { GroupChanged } from '../../src/core/corp-update.js'
import { silentLogger } from '../../src/core/log.js'
import type { Groups } from '../../src/groups/groups.js'
import { createHttpClient } from '../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { createWecomClient } from '../../src/platforms/wecom/client.js'
import { createWecom } from '../../src/platforms/wecom/index.js'
import { corp as account } from '../platforms/wecom/door.js'
import { ACCOUNT, type GroupWorld, openGroups } from './setup.js'

const http = createHttpClient()
let simulator: Simulator
let product: Server
let world: GroupWorld
let groups: Groups
/** Events that came through the door and wait for what the test has in mind for them. */
let arrived: GroupChanged[] = []

interface TruthGroup {
  id: string
  name: string
  owner: string
  version: string
  dismissed: boolean
  members: string[]
}
const truthOf = (id: string) =>
  (simulator.control.corp().truth() as { groups: TruthGroup[] }).groups.find((group) => group.id === id)

beforeAll(async () => {
  world = await openGroups()
  const door = createWecom(
    account,
    {
      deliver: () => Promise.reject(new Error('nothing is sent')),
      warm: async () => {},
      close: async () => {},
    } as never,
    {
      timestampWindowMs: 365 * 86_400_000 * 10,
    },
  )
  product = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { search } = new URL(request.url ?? '/', 'http://product.invalid')
    const found = door.receive({ method: 'POST', query: search.slice(1), body: Buffer.concat(chunks), now: new Date() })
    if (found.type === 'update' && found.update.kind === 'event.group.changed') arrived.push(found.update)
    response.end('')
  })
  product.listen(0, '127.0.0.1')
  await once(product, 'listening')
  const callbackUrl = `http://127.0.0.1:${(product.address() as AddressInfo).port}/wecom/corp`
  simulator = await startSimulator({ port: 0, corps: [{ ...demoCorp, callbackUrl }], quotas: 'off' })
  simulator.control.clock({ set: world.now().getTime() })
  simulator.control.corp().set({ detailDelayMs: 2000 })
  const client = createWecomClient({
    corpid: account.corpid,
    agentId: demoCorp.agentId,
    secret: account.secret,
    apiBase: simulator.url,
    http,
    tokenStore: createMemoryTokenStore(systemClock),
    clock: systemClock,
    log: silentLogger,
  })
  groups = world.another({ groups: client.groups, staff: client.contacts.followUsers })
})
afterAll(async () => {
  await simulator.close()
  product.close()
  await http.close()
  await world.close()
})

/** Moves the clocks of both sides, and has what is due read. */
async function pass(ms: number): Promise<void> {
  simulator.control.clock({ advance: ms })
  await world.wait(ms)
  await groups.repair()
}

const step = fc.record({
  act: fc.constantFrom('move', 'move', 'move', 'batch', 'rename', 'give'),
  who: fc.nat(4),
  wait: fc.integer({ min: 0, max: 90 }),
  fate: fc.constantFrom('kept', 'kept', 'lost', 'doubled', 'late'),
})

describe('against the simulator, through door and client', () => {
  test('lost, doubled and late events leave roster, owner and name true once the night has passed', async () => {
    const control = simulator.control.corp()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        const made = control.staffAct('lihua', 'create-group', { name: '福利群', members: ['wangfang'] })
        const id = (made as unknown as { group: string }).group
        await made.done
        let late: GroupChanged[] = []
        const handle = async (fate: string) => {
          const events = arrived
          arrived = []
          if (fate === 'late') late.push(...events)
          if (fate === 'kept' || fate === 'doubled') for (const event of events) await groups.apply(event)
          if (fate === 'doubled') for (const event of events) await groups.apply(event)
        }
        await handle('kept')
        for (const { act, who, wait, fate } of steps) {
          await pass(wait * 1000)
          const person = { name: `顾客${who}`, unionid: `uFUZZ${who}` }
          const inside = truthOf(id)?.members ?? []
          const known = inside.filter((one) => one.startsWith('wm'))
          if (act === 'rename')
            await control.staffAct(truthOf(id)?.owner ?? '', 'rename', { group: id, name: `群${who}` }).done
          else if (act === 'give') {
            const owner = truthOf(id)?.owner ?? ''
            await control.staffAct(owner, 'give-group', { group: id, to: owner === 'lihua' ? 'wangfang' : 'lihua' })
              .done
          } else if (known.length > who && act === 'move') await control.leave(id, { people: [known[who] ?? ''] }).done
          else
            await control.join(id, {
              people: [person, ...(act === 'batch' ? [{ name: '同来', unionid: `uWITH${who}` }] : [])],
            }).done
          await handle(fate)
        }
        for (const event of late.reverse()) await groups.apply(event)
        late = []
        await pass(3_600_000)
        await groups.sync(ACCOUNT)
        for (let round = 0; round < 8; round++) await pass(400_000)
        const truth = truthOf(id)
        const { members } = await groups.membersOf(ACCOUNT, id)
        expect(members.map(({ member }) => member)).toEqual(truth?.members.toSorted())
        expect(await groups.get(ACCOUNT, id)).toMatchObject({
          name: truth?.name,
          owner: truth?.owner,
          count: truth?.members.length,
          pending: false,
        })
        expect((await world.roster(id))?.version).toBe(truth?.version)
        const { days } = await groups.history(ACCOUNT, id, { days: 2 })
        const balance = days.reduce((sum, { joined, left }) => sum + joined - left, 0)
        expect(balance).toBe(truth?.members.length)
      }),
      { numRuns: 5 },
    )
  }, 60_000)

  test('who comes by a code is known by name and contact once the detail is built', async () => {
    const control = simulator.control.corp()
    const made = control.staffAct('lihua', 'create-group', { name: '会员群', members: [] })
    const id = (made as unknown as { group: string }).group
    await made.done
    await control.join(id, { people: [{ name: '小雨', unionid: 'uRAIN' }] }).done
    for (const event of arrived.splice(0)) await groups.apply(event)
    await pass(3000)
    await pass(10_000)
    const { members } = await groups.membersOf(ACCOUNT, id)
    expect(members).toMatchObject([
      { kind: 'staff' },
      { kind: 'customer', way: 'code', name: '小雨', contact: expect.any(String) },
    ])
  })
})
