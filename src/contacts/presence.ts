import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Directory } from './directory.js'
import { identityKey, type Person } from './identity.js'
import type { ContactRows } from './model.js'

/** Keeps `lastSeenAt` true to about a minute, in the background. */
export interface Presence {
  /** Notes that the person did something. Returns at once and never fails. */
  touch(person: Person, at: Date): void
  /** Writes what is noted. */
  flush(): Promise<void>
  /** Writes what is noted and stops. */
  close(): Promise<void>
}

const AGAIN_AFTER_MS = 60_000
const FLUSH_AFTER_MS = 1000
const MAX_PENDING = 2000

/**
 * Notes who was here. A person is written at most once a minute and with everybody else of that second, so a message
 * costs no query. Somebody who was marked as gone and writes again follows again: only followers can write.
 */
export function createPresence(rows: () => ContactRows, directory: Directory, clock: Clock, log: Logger): Presence {
  const pending = new Map<string, { person: Person; at: Date }>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  function touch(person: Person, at: Date): void {
    const key = identityKey(person)
    const known = directory.peek(key)
    const now = clock.now().getTime()
    if (known?.following && now - known.seenAt < AGAIN_AFTER_MS) return
    if (known) known.seenAt = now
    if (!pending.has(key) && pending.size >= MAX_PENDING) return
    pending.set(key, { person, at })
    timer ??= setTimeout(flush, FLUSH_AFTER_MS).unref()
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const seen = [...pending]
    pending.clear()
    if (seen.length > 0) writing = writing.then(() => write(seen))
    return writing
  }

  async function write(seen: [string, { person: Person; at: Date }][]): Promise<void> {
    try {
      const now = clock.now().getTime()
      const updates = await Promise.all(
        seen.map(async ([key, { person, at }]) => {
          const known = await directory.resolve(person, at)
          known.seenAt = now
          if (known.following) return { filter: { _id: known.contact }, update: { $max: { lastSeenAt: at } } }
          known.following = true
          return {
            filter: {
              'identities.key': key,
              identities: { $elemMatch: { key, 'follow.following': false, 'follow.at': { $lt: at } } },
            },
            update: { $max: { lastSeenAt: at }, $set: { 'identities.$.follow': { following: true, at } } },
          }
        }),
      )
      await rows().bulkWrite(
        updates.map((updateOne) => ({ updateOne })),
        { ordered: false },
      )
    } catch (error) {
      directory.forget(seen.map(([key]) => key))
      log.warn({ contacts: seen.length, reason: messageOf(error) }, 'last visits could not be written')
    }
  }

  return { touch, flush, close: flush }
}
