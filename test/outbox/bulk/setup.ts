import { systemClock } from '../../../src/core/clock.js'
import type { Message, ResolvedMessage } from '../../../src/core/message.js'
import type { Outcome } from '../../../src/core/outcome.js'
import type { Bulk } from '../../../src/outbox/bulk/bulk.js'
import { createBulk } from '../../../src/outbox/bulk/bulk.js'
import type { BulkProgress, NewChunk, Recipient } from '../../../src/outbox/bulk/chunk.js'
import type { BulkPorts, BulkSender } from '../../../src/outbox/bulk/ports.js'
import type { Resolution } from '../../../src/outbox/channel.js'
import type { Booking, Judged, Question, Reachable, ReachFacts } from '../../../src/outbox/reach/reach.js'
import { recorder } from '../../inbox/setup.js'
import type { TestStore } from '../../store/open.js'

/** The id of the `n`th contact. */
export const contactOf = (n: number): string => n.toString(16).padStart(24, '0')
/** The openid of the `n`th contact. */
export const openidOf = (n: number): string => `o${String(n).padStart(27, '0')}`

let count = 0

/** A chunk of `size` people from the `first` contact on. */
export function chunkOf(
  size: number,
  about: Partial<NewChunk> & { first?: number; recipient?: Partial<Recipient> } = {},
): NewChunk {
  const { first = 1, recipient, ...rest } = about
  const source = about.source ?? `recall:${++count}`
  const now = Date.now()
  return {
    key: `${source}:${first}`,
    source,
    account: 'shop',
    purpose: 'marketing',
    channels: ['customer-message'],
    variants: [{ kind: 'text', text: '好久不见' }],
    recipients: Array.from({ length: size }, (_, n) => ({
      contact: contactOf(first + n),
      to: openidOf(first + n),
      variant: 0,
      ...recipient,
    })),
    dueAt: new Date(now - 1000),
    expiresAt: new Date(now + 3_600_000),
    ...rest,
  }
}

/** One call that the fake platform saw. */
export interface Call {
  to: string
  key: string
  message: ResolvedMessage
  at: number
}

/** A resolver that lets everybody through by the first channel, unless told otherwise. */
export function fakeReach(verdict?: (contact: string, question: Question) => Resolution | undefined) {
  const booked = new Map<string, Set<string>>()
  const released: string[] = []
  const blocked: string[] = []
  const parked: string[] = []
  const calls = new Map<string, number>()
  const asked: number[] = []
  return {
    booked,
    released,
    blocked,
    parked,
    calls,
    asked,
    async judge(people: readonly Reachable[], question: Question): Promise<Judged[]> {
      asked.push(people.length)
      return people.map((person) => {
        const contact = 'contact' in person ? person.contact : String(person._id)
        const [channel] = question.channels
        if (channel === undefined) throw new Error('asked for no channel')
        return { facts: factsOf(contact), resolution: verdict?.(contact, question) ?? { channel } }
      })
    },
    async book(people: readonly { contact: string }[], booking: Booking): Promise<undefined[]> {
      const books = booked.get(booking.source) ?? new Set()
      booked.set(booking.source, books)
      for (const { contact } of people) books.add(contact)
      return people.map(() => undefined)
    },
    async release(contacts: readonly string[], source: string): Promise<void> {
      released.push(...contacts)
      for (const contact of contacts) booked.get(source)?.delete(contact)
    },
    async block(people: readonly { contact: string }[]): Promise<void> {
      blocked.push(...people.map(({ contact }) => contact))
    },
    count(_account: string, channel: string, more: number): void {
      calls.set(channel, (calls.get(channel) ?? 0) + more)
    },
    async park(_account: string, channel: string, _now: Date, until?: Date): Promise<Date> {
      parked.push(channel)
      return until ?? new Date()
    },
  }
}

export function factsOf(contact: string): ReachFacts {
  return {
    contact,
    to: undefined,
    following: true,
    consents: {},
    openWindow: 5,
    massThisMonth: 0,
    touches: { day: 0, week: 0, month: 0 },
    credits: {},
  }
}

/** A bulk sender under test. */
export interface TestBulk extends Bulk {
  calls: Call[]
  reach: ReturnType<typeof fakeReach>
  log: ReturnType<typeof recorder>
  /** Resolves when the platform has seen so many calls. */
  called(times: number): Promise<void>
}

/** Opens a bulk sender on a store; several on one store are several processes. `answer` decides how calls end. */
export function openBulk(
  store: TestStore,
  options: Partial<BulkPorts> & {
    answer?: (call: Call, calls: readonly Call[]) => Outcome | Promise<Outcome>
    mass?: BulkSender['mass']
    verdict?: (contact: string, question: Question) => Resolution | undefined
  } = {},
): TestBulk {
  const { answer, mass, verdict, ...ports } = options
  const calls: Call[] = []
  let waiters: { times: number; resolve(): void }[] = []
  const reach = fakeReach(verdict)
  const log = recorder()
  const sender: BulkSender = {
    async send(message, { to, key }) {
      const call = { to, key, message, at: performance.now() }
      calls.push(call)
      waiters = waiters.filter(({ times, resolve }) => {
        if (calls.length >= times) resolve()
        return calls.length < times
      })
      return answer ? answer(call, calls) : { state: 'sent' }
    },
    ...(mass && { mass }),
  }
  const bulk = createBulk({
    connection: store.connection,
    clock: systemClock,
    leaseClock: store.clock,
    log,
    reach,
    sender: (account) => (account === 'shop' ? sender : undefined),
    resolve: (message: Message) => {
      if (message.kind === 'invitation' || message.kind === 'notice') throw new Error(`there is no ${message.kind}`)
      if (message.kind === 'article' || message.kind === 'card') throw new Error(`there is no ${message.kind}`)
      return message
    },
    rate: () => 20_000,
    ...ports,
    timing: { poll: 20, lease: 2_000, massLinger: 100, ...ports.timing },
  })
  return {
    ...bulk,
    calls,
    reach,
    log,
    called: (times) =>
      calls.length >= times ? Promise.resolve() : new Promise((resolve) => waiters.push({ times, resolve })),
  }
}

/** Looks until the source's progress is as wished. */
export async function until(
  bulk: Bulk,
  source: string,
  wished: (progress: BulkProgress) => boolean,
): Promise<BulkProgress> {
  for (;;) {
    const progress = await bulk.progress(source)
    if (wished(progress)) return progress
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Everybody came to an end. */
export const isDone = (progress: BulkProgress): boolean => progress.done
