import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../src/core/clock.js'
import type { Logger } from '../../src/core/log.js'
import type { Message, ResolvedMessage } from '../../src/core/message.js'
import { splitText } from '../../src/core/message.js'
import type { Outcome } from '../../src/core/outcome.js'
import type { TextMessage } from '../../src/core/update.js'
import { createInbox, type Inbox, type InboxDeps } from '../../src/inbox/inbox.js'
import { openSpool, type Spool } from '../../src/inbox/spool.js'
import type { NewDelivery } from '../../src/outbox/delivery.js'
import type { DeliveryTarget, Envelope, Platform } from '../../src/platforms/platform.js'
import type { TestStore } from '../store/open.js'

/** A platform whose answers can be read: `reply:<text>` or `ack`. Mini-program cards cannot ride; text fits 20 bytes. */
export function fakePlatform(
  deliver: (message: ResolvedMessage, target: DeliveryTarget) => Promise<Outcome> = async () => ({ state: 'sent' }),
): Platform {
  return {
    platform: 'official-account',
    account: 'shop',
    receive: () => ({ type: 'refused', reason: 'no webhook here' }),
    decode: (body) => {
      const update = JSON.parse(body) as TextMessage
      return { ...update, at: new Date(update.at) }
    },
    fit(_kind, message) {
      if (message.kind !== 'text') return { fit: 'later', messages: [message] }
      const [first = '', ...rest] = splitText(message.text, 20)
      return {
        fit: 'passive',
        message: { kind: 'text', text: first },
        rest: rest.map((text) => ({ kind: 'text', text })),
      }
    },
    answer: (_update, _envelope, message) => (message?.kind === 'text' ? `reply:${message.text}` : 'ack'),
    deliver,
    warm: async () => undefined,
    close: async () => undefined,
  }
}

let count = 0

/** A text from a follower, with an id of its own. */
export function says(text: string, from = 'ming', id = `u${process.pid}-${++count}`): TextMessage {
  return {
    kind: 'message.text',
    id,
    platform: 'official-account',
    account: 'shop',
    from,
    at: new Date(1_770_000_000_000),
    text,
  }
}

/** The envelope that goes with an update of `says`. */
export function envelopeOf(update: TextMessage): Envelope {
  return { body: JSON.stringify(update), mode: 'plain', format: 'xml' }
}

/** Remembers what was put, once per key; `failing` makes puts reject. */
export function fakeOutbox() {
  const rows = new Map<string, NewDelivery>()
  return {
    rows,
    failing: false,
    texts: () => [...rows.values()].map(({ message }) => (message.kind === 'text' ? message.text : message.kind)),
    async put(deliveries: readonly NewDelivery[]) {
      if (this.failing) throw new Error('the store is gone')
      for (const delivery of deliveries) if (!rows.has(delivery.key)) rows.set(delivery.key, delivery)
    },
  }
}

/** A clock that tests move. */
export function movableClock(start = new Date()): Clock & { pass(ms: number): void } {
  let now = start.getTime()
  return {
    now: () => new Date(now),
    pass(ms) {
      now += ms
    },
  }
}

/** Log lines as `level message`. */
export function recorder(): Logger & { lines: string[]; fields: object[] } {
  const lines: string[] = []
  const fields: object[] = []
  const add = (level: string) => (about: object, message: string) => {
    lines.push(`${level} ${message}`)
    fields.push(about)
  }
  const log = { debug: add('debug'), info: add('info'), warn: add('warn'), error: add('error') }
  return Object.assign(log, { lines, fields, child: () => log as Logger })
}

/** An inbox under test and its surroundings. */
export interface TestInbox extends Inbox {
  outbox: ReturnType<typeof fakeOutbox>
  log: ReturnType<typeof recorder>
  spool: Spool
  /** Brings an update in, as a request would. */
  push(update: TextMessage): Promise<string>
}

/** Opens an inbox on a store; several on one store are several processes. */
export async function openInbox(
  store: TestStore,
  run: InboxDeps['run'],
  options: Partial<Omit<InboxDeps, 'run' | 'outbox'>> & { outbox?: ReturnType<typeof fakeOutbox> } = {},
): Promise<TestInbox> {
  const outbox = options.outbox ?? fakeOutbox()
  const log = recorder()
  const spool =
    options.spool ??
    (await openSpool({
      dir: await mkdtemp(join(store.dir, 'spool-')),
      maxBytes: 1_000_000,
      log: options.log ?? log,
    }))
  const platform = fakePlatform()
  const inbox = createInbox({
    connection: store.connection,
    config: { replyBudget: 4500, warnAfter: 2000 },
    clock: systemClock,
    leaseClock: store.clock,
    log,
    run,
    resolve: (message: Message) => {
      if (message.kind === 'notice' || message.kind === 'invitation') throw new Error(`there is no ${message.name}`)
      if (message.kind === 'card' || message.kind === 'article')
        throw new Error(`there is no ${message.kind} ${message.slug}`)
      return message
    },
    platform: (account) => (account === 'shop' ? platform : undefined),
    ...options,
    outbox,
    spool,
  })
  return { ...inbox, outbox, log, spool, push: (update) => inbox.accept(platform, update, envelopeOf(update)) }
}

/** A promise and the ways to end it. */
export function gate<T = void>() {
  let open: (value: T) => void = () => undefined
  const promise = new Promise<T>((resolve) => {
    open = resolve
  })
  return { promise, open }
}

/** Never ends: what a killed process does. */
export const forever = new Promise<never>(() => undefined)
