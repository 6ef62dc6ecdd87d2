import { asRecord, list, text } from '../json.js'
import type { ShopAnswer, ShopBodies, ShopClient, ShopMessageKind } from './client.js'

/** One attempt to bring a message to the product. */
export interface ShopAttempt {
  at: number
  ms: number
  /** Absent when no answer came. */
  status?: number
  answer?: unknown
  problem?: string
}

/** A message that the shop has for the product. */
export type ShopTelling = {
  [K in ShopMessageKind]: {
    kind: K
    body: ShopBodies[K]
    /** Its name; the same message never has two. */
    key: string
    /** Messages of a lane go one after the other, in their order. */
    lane: string
    /** The order it is about. */
    order?: string
  }
}[ShopMessageKind]

/** A message on its way. */
export type ShopMessage = ShopTelling & {
  id: number
  at: number
  state: 'waiting' | 'taken' | 'refused'
  attempts: ShopAttempt[]
  /** When it is tried next, while it waits. */
  nextAt: number
}

/** The shop's outbox: a message leaves it when the product has taken it, or has said for good that it will not. */
export interface ShopOutbox {
  add(message: ShopTelling): ShopMessage
  /** Newest last, at most the 500 newest. */
  list(): ShopMessage[]
  waiting(): number
  /** Tries everything that waits now instead of at its time. */
  hurry(): void
  /** Resolves when nothing waits. */
  settled(): Promise<void>
  clear(): void
  stop(): void
}

/** Waits between attempts: doubling from `firstMs` to `mostMs`, a quarter of it by chance. */
export interface ShopRetry {
  firstMs: number
  mostMs: number
}

const KEPT = 500
const KEPT_ATTEMPTS = 20
/** Answers that another attempt may better: the time, a conflict with an attempt under way, the rate, our key, the server. */
const PASSING = new Set([401, 403, 404, 408, 409, 425, 429])

/** An empty outbox. Without a client every message waits. */
export function createShopOutbox(ports: {
  client: ShopClient | undefined
  now: () => number
  retry: ShopRetry
  /** Called after each change of a message. */
  changed: (message: ShopMessage) => void
  /** Called after each attempt. */
  attempted: (message: ShopMessage, attempt: ShopAttempt) => void
}): ShopOutbox {
  const { client, now, retry } = ports
  let messages: ShopMessage[] = []
  const lanes = new Map<string, { queue: ShopMessage[]; timer?: NodeJS.Timeout; busy: boolean }>()
  const settlers = new Set<() => void>()
  let last = 0
  let stopped = false

  const waiting = () => [...lanes.values()].reduce((sum, lane) => sum + lane.queue.length, 0)

  function drive(name: string): void {
    const lane = lanes.get(name)
    const first = lane?.queue[0]
    if (!lane || lane.busy || stopped || !client) return
    if (!first) {
      lanes.delete(name)
      if (waiting() === 0) for (const settle of [...settlers]) settle()
      return
    }
    clearTimeout(lane.timer)
    const waitMs = first.nextAt - now()
    if (waitMs > 0) {
      lane.timer = setTimeout(() => drive(name), waitMs)
      return
    }
    lane.busy = true
    void attempt(client, first).then((over) => {
      lane.busy = false
      if (over) lane.queue.shift()
      drive(name)
    })
  }

  async function attempt(to: ShopClient, message: ShopMessage): Promise<boolean> {
    const at = now()
    const began = performance.now()
    const made: ShopAttempt = { at, ms: 0 }
    let answer: ShopAnswer | undefined
    try {
      answer = await tell(to, message)
      made.status = answer.status
      made.answer = answer.body
    } catch (error) {
      made.problem = error instanceof Error ? error.message : String(error)
    }
    made.ms = Math.round((performance.now() - began) * 10) / 10
    message.attempts = [...message.attempts, made].slice(-KEPT_ATTEMPTS)
    message.state = stateAfter(answer)
    if (message.state === 'waiting') message.nextAt = now() + pauseMs(message.attempts.length, answer)
    ports.attempted(message, made)
    ports.changed(message)
    return message.state !== 'waiting'
  }

  function pauseMs(attempts: number, answer: ShopAnswer | undefined): number {
    const doubled = Math.min(retry.mostMs, retry.firstMs * 2 ** (attempts - 1))
    return Math.max((answer?.retryAfterSeconds ?? 0) * 1000, doubled * (0.75 + Math.random() * 0.25))
  }

  return {
    add: (given) => {
      const message: ShopMessage = { ...given, id: ++last, at: now(), state: 'waiting', attempts: [], nextAt: 0 }
      messages = [...messages, message].slice(-KEPT)
      const lane = lanes.get(message.lane) ?? { queue: [], busy: false }
      lanes.set(message.lane, lane)
      lane.queue.push(message)
      ports.changed(message)
      drive(message.lane)
      return message
    },
    list: () => [...messages],
    waiting,
    hurry: () => {
      for (const [name, lane] of lanes) {
        const [first] = lane.queue
        if (first) first.nextAt = 0
        drive(name)
      }
    },
    settled: () =>
      new Promise((resolve) => {
        const settle = () => {
          settlers.delete(settle)
          resolve()
        }
        if (waiting() === 0 || stopped) resolve()
        else settlers.add(settle)
      }),
    clear: () => {
      for (const lane of lanes.values()) clearTimeout(lane.timer)
      lanes.clear()
      messages = []
      for (const settle of [...settlers]) settle()
    },
    stop: () => {
      stopped = true
      for (const lane of lanes.values()) clearTimeout(lane.timer)
      for (const settle of [...settlers]) settle()
    },
  }
}

function tell(client: ShopClient, message: ShopMessage): Promise<ShopAnswer> {
  switch (message.kind) {
    case 'identify':
      return client.identify(message.body)
    case 'orders':
      return client.orders(message.body)
    case 'events':
      return client.events(message.body)
  }
}

/** Accepted means durable: only a 2xx takes a message out; a refusal for good, of all or of an item, keeps it in sight. */
function stateAfter(answer: ShopAnswer | undefined): ShopMessage['state'] {
  if (!answer) return 'waiting'
  if (answer.status >= 200 && answer.status < 300) {
    const results = list(asRecord(answer.body), 'results') ?? []
    return results.some((item) => text(asRecord(item), 'result') === 'rejected') ? 'refused' : 'taken'
  }
  return answer.status >= 400 && answer.status < 500 && !PASSING.has(answer.status) ? 'refused' : 'waiting'
}
