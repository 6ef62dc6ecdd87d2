import type { CorpSubject } from '../bus.js'
import { createRing, type Ring } from '../ring.js'
import type { CorpEntry } from './content.js'
import type { Scene } from './corp.js'

/** A chat: its newest lines. */
export interface Thread {
  ring: Ring<CorpEntry>
  last: number
}

/** An empty chat that keeps so many lines. */
export const createThread = (keep: number): Thread => ({ ring: createRing(keep), last: 0 })

/** Adds a line and tells the page. */
export function show(
  { platform, corp, now }: Scene,
  where: { about: CorpSubject; id: string; thread: Thread },
  entry: Omit<CorpEntry, 'n' | 'at'>,
): CorpEntry {
  const { about, id, thread } = where
  thread.last += 1
  const added: CorpEntry = { n: thread.last, at: now, ...entry }
  thread.ring.push(added)
  platform.bus.publish({ type: 'corp', account: corp.options.id, about, id, entry: added })
  return added
}

/** Tells the page that a line has changed. */
export function shownAgain({ platform, corp }: Scene, about: CorpSubject, id: string, entry: CorpEntry): void {
  platform.bus.publish({ type: 'corp', account: corp.options.id, about, id, entry })
}
