import type { Channel } from '../channel.js'
import type { Evidence } from './evidence.js'
import { createGate, type Gate } from './gate.js'
import { createLatency, type Latency } from './latency.js'
import { createPacer, type Pacer } from './pacer.js'
import type { BulkDeps, BulkSender } from './ports.js'
import type { Item, Work } from './work.js'

/** A source while it is sent. */
export interface Feed {
  readonly source: string
  /** As of the last look: closing the source is refused when it has grown since. */
  version: number
  works: Work[]
  /** The source's own rate. */
  pacer: Pacer | undefined
  perSecond: number
  /** Marked, by channel; the next to be called is at the front. */
  readonly ready: Map<Channel, Item[]>
  /** Waiting for a mass send, by variant; `since` is when the latest came, by the monotonic clock. */
  readonly pool: Map<number, { members: Member[]; since: number }>
  claiming: boolean
  /** No due chunk was found at the last look. */
  exhausted: boolean
}

/** One person of a mass send. */
export interface Member {
  work: Work
  index: number
  to: string
}

/** What the parts of a lane share: one account, in the process that sends for it. */
export interface LaneState {
  readonly deps: BulkDeps
  readonly account: string
  readonly sender: BulkSender
  readonly evidence: Evidence
  readonly feeds: Map<string, Feed>
  readonly latency: Latency
  readonly underWay: Set<Item>
  /** By the monotonic clock: after this another process may send for the account. */
  validUntil: number
  /** Marked and not called yet. */
  ready: number
  /** Calls begun, and calls that the platform answered. */
  begun: number
  answered: number
  /** Calls a second that all sources together can come to. */
  perSecond: number
  lastCallAt: Date | undefined
  closing: boolean
  /** Calls made since they were last counted. */
  readonly calls: Map<Channel, number>
  gate(channel: Channel): Gate
  /** Looks for calls that may begin. */
  pump(): void
  /** Writes what is to be written. */
  flush(): void
}

/** The state of a lane that has nothing to do yet; `pump` and `flush` are the lane's to fill in. */
export function laneState(
  deps: BulkDeps,
  account: string,
  sender: BulkSender,
  evidence: Evidence,
): Omit<LaneState, 'pump' | 'flush'> {
  const gates = new Map<Channel, Gate>()
  return {
    deps,
    account,
    sender,
    evidence,
    feeds: new Map(),
    latency: createLatency(),
    underWay: new Set(),
    validUntil: Number.NEGATIVE_INFINITY,
    ready: 0,
    begun: 0,
    answered: 0,
    perSecond: 1,
    lastCallAt: undefined,
    closing: false,
    calls: new Map(),
    gate(channel) {
      const known = gates.get(channel)
      if (known) return known
      const gate = createGate(deps.rate(account, channel))
      gates.set(channel, gate)
      return gate
    },
  }
}

/** A feed of a source. */
export function openFeed(source: string, version: number): Feed {
  return {
    source,
    version,
    works: [],
    pacer: undefined,
    perSecond: Number.POSITIVE_INFINITY,
    ready: new Map(),
    pool: new Map(),
    claiming: false,
    exhausted: false,
  }
}

/** The source's own limit, as its chunks say. */
export function paceFeed(feed: Feed, perSecond: number | undefined): void {
  const rate = perSecond ?? Number.POSITIVE_INFINITY
  if (rate === feed.perSecond) return
  feed.perSecond = rate
  feed.pacer = perSecond === undefined ? undefined : createPacer(perSecond)
}

/** Calls a second that a feed can come to: by its own limit and that of its fastest channel. */
export function feedRate(lane: Pick<LaneState, 'gate'>, feed: Feed): number {
  const now = performance.now()
  const channels = new Set(feed.works.flatMap((work) => work.about.channels))
  let rate = 1
  for (const channel of channels) if (channel !== 'next-visit') rate = Math.max(rate, lane.gate(channel).rate(now))
  return Math.min(rate, feed.perSecond)
}

/** Every chunk in hand. */
export function* worksOf(lane: Pick<LaneState, 'feeds'>): Iterable<Work> {
  for (const feed of lane.feeds.values()) yield* feed.works
}
