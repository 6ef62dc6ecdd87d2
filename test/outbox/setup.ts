import { systemClock } from '../../src/core/clock.js'
import type { FilledNotice, Message, ResolvedMessage } from '../../src/core/message.js'
import type { Outcome } from '../../src/core/outcome.js'
import type { DeliveryEnd, DeliveryRow, NewDelivery } from '../../src/outbox/delivery.js'
import { outboxModel } from '../../src/outbox/model.js'
import { createOutbox, type Outbox, type OutboxDeps } from '../../src/outbox/outbox.js'
import type { Act } from '../../src/outbox/record.js'
import { fakePlatform, movableClock, recorder } from '../inbox/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

/** One call of the platform; it ends when the test says so. */
export interface Call {
  message: ResolvedMessage
  /** The text, or the template. */
  what: string
  to: string
  key: string
  end(outcome: Outcome): void
}

/** An outbox under test with everything it was told. */
export interface TestOutbox extends Outbox {
  calls: Call[]
  told: DeliveryEnd[]
  acts: Act[]
  followed: DeliveryRow[]
  clock: ReturnType<typeof movableClock>
  leaseClock: ReturnType<typeof movableClock>
  log: ReturnType<typeof recorder>
  /** Resolves when the platform was called so often. */
  called(times: number): Promise<void>
}

type Options = Partial<OutboxDeps> & { answer?: (what: string, calls: number) => Outcome | undefined }

/** A store with the outbox's collections, and outboxes on it. */
export interface OutboxBench {
  store: TestStore
  /** An outbox; several are several processes. */
  open(options?: Options): TestOutbox
  row(key: string): Promise<DeliveryRow | null>
  /** The row, once it is in a state. */
  state(key: string, wanted: string): Promise<DeliveryRow>
  /** The row, once it looks so. */
  until(key: string, looks: (row: DeliveryRow) => boolean): Promise<DeliveryRow>
  /** Its process ended, for good. */
  abandon(outbox: Outbox): void
  /** Closes what was opened and empties the outbox. */
  reset(): Promise<void>
  close(): Promise<void>
}

export async function openBench(): Promise<OutboxBench> {
  const store = await openTestStore()
  outboxModel(store.connection)
  await store.ensureIndexes()
  let opened: Outbox[] = []

  const row = (key: string) => store.connection.collection<DeliveryRow>('outbox').findOne({ _id: key })

  async function until(key: string, looks: (row: DeliveryRow) => boolean): Promise<DeliveryRow> {
    for (;;) {
      const found = await row(key)
      if (found && looks(found)) return found
      await new Promise(setImmediate)
    }
  }

  function open(options: Options = {}): TestOutbox {
    const { answer } = options
    const calls: Call[] = []
    const told: DeliveryEnd[] = []
    const acts: Act[] = []
    const followed: DeliveryRow[] = []
    const log = recorder()
    const clock = movableClock()
    const leaseClock = movableClock()
    let waiters: { count: number; resolve: () => void }[] = []
    const platform = fakePlatform((message, { to, key }) => {
      const what = message.kind === 'text' ? message.text : 'template' in message ? message.template : message.kind
      return new Promise((end) => {
        calls.push({ message, what, to, key, end })
        const outcome = answer?.(what, calls.length)
        if (outcome) end(outcome)
        waiters = waiters.filter(({ count, resolve }) => {
          if (calls.length >= count) resolve()
          return calls.length < count
        })
      })
    })
    const outbox = createOutbox({
      connection: store.connection,
      config: { concurrency: 8, expireAfter: 48 * 3_600_000 },
      clock,
      leaseClock,
      log,
      platform: (account) => (account === 'shop' ? platform : undefined),
      resolve,
      guards: [],
      record: async (ends) => void told.push(...ends),
      audit: async (list) => void acts.push(...list),
      follow: async (rows) => void followed.push(...rows),
      timing: { poll: 20 },
      ...options,
    })
    const made: TestOutbox = {
      ...outbox,
      calls,
      told,
      acts,
      followed,
      clock,
      leaseClock,
      log,
      called: (times) =>
        calls.length >= times
          ? Promise.resolve()
          : new Promise<void>((resolve) => waiters.push({ count: times, resolve })),
    }
    opened.push(made)
    return made
  }

  return {
    store,
    open,
    row,
    until,
    state: (key, wanted) => until(key, ({ state }) => state === wanted),
    abandon(outbox) {
      opened = opened.filter((one) => one !== outbox)
      void outbox.close(0)
    },
    async reset() {
      for (const outbox of opened) await outbox.close(0)
      opened = []
      await store.connection.model('Delivery').deleteMany({})
      await store.connection.collection('receipts').deleteMany({})
    },
    close: () => store.dispose(),
  }
}

/** Notices are filled by their own name; `gone` is not there. */
function resolve(message: Message): ResolvedMessage {
  switch (message.kind) {
    case 'notice':
      if (message.name === 'gone') throw new Error('there is no notice gone')
      return notice('template', message.name)
    case 'invitation':
      throw new Error(`there is no group ${message.name}`)
    case 'card':
    case 'article':
      throw new Error(`there is no ${message.kind} ${message.slug}`)
    default:
      return message
  }
}

/** A filled notice of a template. */
export function notice(channel: FilledNotice['channel'], template: string): FilledNotice {
  return { kind: 'filled-notice', channel, template, fields: { thing1: '好' } }
}

export const words = (text: string): Message => ({ kind: 'text', text })
export const SENT = (): Outcome => ({ state: 'sent', receipt: 'm1' })

let count = 0
/** A delivery with a key of its own. */
export function delivery(message: Message | string, about: Partial<NewDelivery> = {}): NewDelivery {
  const key = `d${++count}`
  const what = typeof message === 'string' ? words(message) : message
  return { key, account: 'shop', to: `p${count}`, purpose: 'service', message: what, source: key, ...about }
}

export { movableClock, systemClock }
