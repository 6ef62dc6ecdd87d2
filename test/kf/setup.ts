import type { Update } from '../../src/core/update.js'
import { createEvents } from '../../src/events/events.js'
import type { StoredFact } from '../../src/events/fact.js'
import { createKf, type Kf } from '../../src/kf/kf.js'
import { kfCodes, kfCursors, kfModels, kfSessions } from '../../src/kf/model.js'
import type { KfMet, KfPorts } from '../../src/kf/ports.js'
import type { NewDelivery } from '../../src/outbox/delivery.js'
import { createLeases } from '../../src/store/lease.js'
import { movableClock, recorder } from '../inbox/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { CORP, type FakeDesk, fakeDesk, OPEN_KFID, START } from './platform.js'

/** A store with the desk's collections, and desks on it: several are several processes. */
export interface DeskBench {
  store: TestStore
  clock: ReturnType<typeof movableClock>
  /** What the inbox holds: the update's id, once each. */
  inbox: Map<string, Update>
  /** How often each came to the inbox. */
  came: Map<string, number>
  met: KfMet[]
  put: NewDelivery[]
  open(desk: FakeDesk, options?: Partial<KfPorts>): TestKf
  facts(type: string): Promise<StoredFact[]>
  pending(token?: string): Update
  reset(): Promise<void>
  close(): Promise<void>
}

/** The desk, with its ticks by name. */
export type TestKf = Kf & { tick(name: string): Promise<unknown> }

let serial = 0

export async function openDeskBench(): Promise<DeskBench> {
  const store = await openTestStore()
  const { connection } = store
  kfModels(connection)
  const clock = movableClock(START)
  const events = createEvents({ connection, clock })
  await store.ensureIndexes()
  const inbox = new Map<string, Update>()
  const came = new Map<string, number>()
  const met: KfMet[] = []
  const put: NewDelivery[] = []
  let opened: TestKf[] = []

  return {
    store,
    clock,
    inbox,
    came,
    met,
    put,
    open(desk, options = {}) {
      const kf = createKf({
        connection,
        clock,
        log: recorder(),
        leases: createLeases(connection),
        events,
        contacts: { find: async () => undefined, resolve: async ({ externalId }) => `c-${externalId}` },
        outbox: {
          async put(deliveries) {
            const list = [deliveries].flat() as NewDelivery[]
            put.push(...list)
            return list.map(() => 'new' as const)
          },
        },
        accounts: [desk],
        async accept(_account, update) {
          came.set(update.id, (came.get(update.id) ?? 0) + 1)
          if (!inbox.has(update.id)) inbox.set(update.id, update)
        },
        learn: async (batch) => void met.push(...batch),
        resolve: (message) => {
          if (message.kind === 'text' || message.kind === 'choices') return message
          throw new Error(`there is no ${message.kind}`)
        },
        ...options,
      })
      const tick = async (name: string) => kf.ticks.find((one) => one.name === name)?.run()
      const made: TestKf = { ...kf, tick }
      opened.push(made)
      return made
    },
    facts: (type) => events.read({ type }),
    pending: (token = '') => ({
      kind: 'event.kf.pending',
      id: `pending-${++serial}`,
      platform: 'wecom',
      account: CORP,
      from: OPEN_KFID,
      at: clock.now(),
      token,
    }),
    async reset() {
      await Promise.all(opened.map((kf) => kf.close()))
      opened = []
      for (const rows of [kfCursors(connection), kfCodes(connection), kfSessions(connection)]) await rows.deleteMany({})
      await connection.collection('leases').deleteMany({})
      await connection.collection('events').deleteMany({})
      clock.pass(START.getTime() - clock.now().getTime())
      inbox.clear()
      came.clear()
      met.length = 0
      put.length = 0
    },
    close: () => store.dispose(),
  }
}

export { fakeDesk }
