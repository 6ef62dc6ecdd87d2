import type { Clock } from '../core/clock.js'
import type { ResolvedMessage } from '../core/message.js'
import type { Update } from '../core/update.js'
import type { Envelope, Platform } from '../platforms/platform.js'
import { createDeadlines } from './deadlines.js'
import type { Entry } from './entry.js'
import { createRecentAnswers } from './recent.js'

/** The updates of this process between their arrival and their end, and the answers of the last minutes. */
export interface UnderWay {
  /** The answer to a resend that this process knows of; undefined when the update is new here. */
  known(id: string, platform: Platform, update: Update, envelope: Envelope): Promise<string> | undefined
  has(id: string): boolean
  add(entry: Entry): void
  /** Answers the push if it still waits; null acknowledges without a reply. Throws when the message has no form. */
  answer(entry: Entry, message: ResolvedMessage | null): void
  /** Tells the waiting request that nothing was stored. */
  refuse(entry: Entry, error: unknown): void
  /** The entry has ended here; a resend gets `before`. */
  leave(entry: Entry, before?: ResolvedMessage | null): void
  /** Those whose handlers were reached and that arrived before a moment of `performance.now()`. */
  workingSince(before: number): Entry[]
  readonly size: number
  close(): void
}

/** What happens when time runs out. */
export interface UnderWayDeps {
  clock: Clock
  handlerLimitMs: number
  /** The reply can no longer ride the response. */
  outOfTime(entry: Entry): void
  /** The handlers have run as long as they may. */
  giveUp(entry: Entry): void
}

/** An empty register. */
export function createUnderWay(deps: UnderWayDeps): UnderWay {
  const entries = new Map<string, Entry>()
  const recent = createRecentAnswers()
  const deadlines = createDeadlines<Entry>((entry) => {
    if (entry.stage === 'ended') return
    entry.late = true
    watch(entry)
    deps.outOfTime(entry)
  })
  const limits = createDeadlines<{ entry: Entry; deadline: number }>(({ entry }) => {
    if (entry.stage === 'ended') return
    const spent = entry.startedAt > 0 ? performance.now() - entry.startedAt : 0
    if (spent >= deps.handlerLimitMs) deps.giveUp(entry)
    else watch(entry, deps.handlerLimitMs - spent)
  })

  function watch(entry: Entry, forMs = deps.handlerLimitMs): void {
    limits.add({ entry, deadline: performance.now() + forMs })
  }

  function encode(platform: Platform, update: Update, envelope: Envelope, message: ResolvedMessage | null): string {
    return platform.answer(update, envelope, message ?? undefined, deps.clock.now())
  }

  function settled(entry: Entry): void {
    entry.resolve = undefined
    entry.reject = undefined
    deadlines.remove(entry)
  }

  return {
    known(id, platform, update, envelope) {
      const entry = entries.get(id)
      if (entry) return entry.answered ?? Promise.resolve(encode(platform, update, envelope, null))
      const before = recent.get(id)
      return before === undefined ? undefined : Promise.resolve(encode(platform, update, envelope, before))
    },
    has: (id) => entries.has(id),
    add(entry) {
      entries.set(entry.id, entry)
      if (entry.recovered) watch(entry)
      else deadlines.add(entry)
    },
    answer(entry, message) {
      if (!entry.resolve) return
      try {
        entry.resolve(encode(entry.platform, entry.update, entry.envelope, message))
      } catch (error) {
        if (message !== null) throw error
        entry.reject?.(error)
      }
      settled(entry)
    },
    refuse(entry, error) {
      entry.reject?.(error)
      settled(entry)
      entry.stage = 'ended'
      entries.delete(entry.id)
    },
    leave(entry, before = null) {
      entry.stage = 'ended'
      entries.delete(entry.id)
      recent.set(entry.id, before)
    },
    workingSince(before) {
      return [...entries.values()].filter((entry) => entry.stage === 'working' && entry.arrivedAt <= before)
    },
    get size() {
      return entries.size
    },
    close() {
      deadlines.close()
      limits.close()
    },
  }
}
