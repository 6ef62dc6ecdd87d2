import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { EditorRows } from './model.js'

/** How the processes on a store learn that something was written at the console. */
export interface Changes {
  /** Something was changed. */
  tell(): Promise<void>
  /**
   * Calls back after changes, also those of other processes: a counter is looked at every two seconds, and once a
   * minute the rows themselves, for a process may have died before it counted. Returns the way to stop.
   */
  follow(changed: () => Promise<unknown>): () => Promise<void>
}

const COUNTER = 'content'
const LOOK_MS = 2000
/** Every so many looks the rows themselves are compared. */
const ROWS_EVERY = 30

/** The changes of a store. `lookMs`: how often is looked, for tests. */
export function createChanges(rows: EditorRows, log: Logger, lookMs = LOOK_MS): Changes {
  const counted = async () => (await rows.changes().findOne({ _id: COUNTER }))?.count ?? 0

  /** Rows of items are never removed and their numbers only grow, so that every change changes this. */
  async function mark(): Promise<string> {
    const sum = { $group: { _id: null, rows: { $sum: 1 }, revs: { $sum: '$rev' } } }
    const [found] = await rows.items().aggregate<{ rows: number; revs: number }>([sum]).toArray()
    return `${found?.rows ?? 0} ${found?.revs ?? 0}`
  }

  return {
    async tell() {
      await rows.changes().updateOne({ _id: COUNTER }, { $inc: { count: 1 } }, { upsert: true })
    },
    follow(changed) {
      let seen: { count?: number; mark?: string } = {}
      let looks = 0
      let busy: Promise<void> = Promise.resolve()
      let idle = true
      const look = async () => {
        const count = await counted()
        const now = { count, mark: looks++ % ROWS_EVERY === 0 ? await mark() : (seen.mark ?? '') }
        if (now.count === seen.count && now.mark === seen.mark) return
        await changed()
        seen = { count: now.count, mark: now.mark }
      }
      const timer = setInterval(() => {
        if (!idle) return
        idle = false
        busy = look()
          .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'changes of content could not be read'))
          .finally(() => {
            idle = true
          })
      }, lookMs)
      timer.unref()
      return async () => {
        clearInterval(timer)
        await busy
      }
    },
  }
}
