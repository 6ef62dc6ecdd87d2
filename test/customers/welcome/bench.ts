import type { CustomerAdded } from '../../../src/core/corp-update.js'
import { type Message, type ResolvedMessage, text } from '../../../src/core/message.js'
import { type WelcomeRow, welcomeRows } from '../../../src/customers/welcome/model.js'
import type { WelcomePorts, WelcomeTry, WelcomeWords } from '../../../src/customers/welcome/ports.js'
import { createWelcomes, type Welcomes } from '../../../src/customers/welcome/welcomes.js'
import { createEvents, type Events } from '../../../src/events/events.js'
import { movableClock, recorder } from '../../inbox/setup.js'
import { openTestStore, type TestStore } from '../../store/open.js'

/** When the customer of `added` came. */
export const CAME = new Date('2026-03-04T02:00:00Z')

let count = 0

/** A customer has come to a member; every call is another push with another code. */
export function added(change: Partial<CustomerAdded> = {}): CustomerAdded {
  count += 1
  return {
    kind: 'event.customer.added',
    id: `u${count}`,
    platform: 'wecom',
    account: 'corp',
    from: `wm${count}`,
    staff: 'lihua',
    at: CAME,
    half: false,
    state: 'parcel',
    welcomeCode: `WC${count}`,
    ...change,
  }
}

/** A call of the platform; it ends when the test says so, or as planned. */
export interface Sending {
  code: string
  said: string[]
  end(found: WelcomeTry): void
}

/** Welcomes of one process and what they did. */
export interface TestWelcomes extends Welcomes {
  calls: Sending[]
  /** Resolves when the platform was called so often. */
  called(times: number): Promise<void>
  waits: number[]
  log: ReturnType<typeof recorder>
}

export interface WelcomeBench {
  store: TestStore
  events: Events
  clock: ReturnType<typeof movableClock>
  /** A process; several share the store. `ends`: how its calls end, the last for ever; without, the test ends them. */
  open(options?: Partial<WelcomePorts> & { ends?: WelcomeTry[]; said?: WelcomeWords[] }): TestWelcomes
  row(code: string): Promise<WelcomeRow | null>
  /** The row, once it has ended and the fact is written. */
  ended(code: string): Promise<WelcomeRow>
  facts(): Promise<{ type: string; props: Record<string, unknown> }[]>
  close(): Promise<void>
}

export const words = (...said: [WelcomeWords['source'], string][]): WelcomeWords[] =>
  said.map(([source, value]) => ({ source, messages: [text(value)] }))

const shown = (messages: readonly ResolvedMessage[]) =>
  messages.map((one) => (one.kind === 'text' ? one.text : one.kind))

export async function openWelcomeBench(): Promise<WelcomeBench> {
  const store = await openTestStore()
  const { connection } = store
  const clock = movableClock(new Date(CAME.getTime() + 800))
  const events = createEvents({ connection, clock })
  const opened: Welcomes[] = []
  const row = (code: string) => welcomeRows(connection).findOne({ _id: `corp:${code}` })

  const bench: WelcomeBench = {
    store,
    events,
    clock,
    row,
    open({ ends, said = words(['default', '欢迎']), ...options } = {}) {
      const calls: Sending[] = []
      const waits: number[] = []
      const log = recorder()
      let waiters: { times: number; resolve: () => void }[] = []
      const planned = [...(ends ?? [])]
      const welcomes = createWelcomes({
        connection,
        clock,
        log,
        events,
        handlerMs: 60,
        sender: (account) =>
          account !== 'corp'
            ? undefined
            : {
                problems: (messages) => (shown(messages).includes('choices') ? ['messages[0]: a choices'] : []),
                send: (code, messages) =>
                  new Promise((end) => {
                    calls.push({ code, said: shown(messages), end })
                    waiters = waiters.filter(({ times, resolve }) => calls.length < times || void resolve())
                    const next = planned.length > 1 ? planned.shift() : planned[0]
                    if (next) end(next)
                  }),
              },
        async *words() {
          yield* said
        },
        resolve: async (message: Message) => {
          if (message.kind === 'article') throw new Error(`there is no article ${message.slug}`)
          return [message as ResolvedMessage]
        },
        contact: async ({ externalId }) => `contact-${externalId}`,
        wait: async (ms) => {
          waits.push(ms)
          clock.pass(ms)
        },
        ...options,
      })
      opened.push(welcomes)
      const called = (times: number) =>
        new Promise<void>((resolve) => {
          if (calls.length >= times) resolve()
          else waiters.push({ times, resolve })
        })
      return Object.assign(welcomes, { calls, called, waits, log })
    },
    async ended(code) {
      for (;;) {
        const found = await row(code)
        if (found?.endedAt && !found.untold) return found
        await new Promise(setImmediate)
      }
    },
    async facts() {
      const found = [
        ...(await events.read({ type: 'welcome.sent', limit: 1000 })),
        ...(await events.read({ type: 'welcome.missed', limit: 1000 })),
      ]
      return found.map(({ type, props }) => ({ type, props }))
    },
    async close() {
      for (const one of opened) await one.close()
      await store.dispose()
    },
  }
  bench.open()
  await store.ensureIndexes()
  return bench
}
