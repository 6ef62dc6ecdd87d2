import { durationMs } from '../core/clock.js'
import type { SessionHandle } from '../core/context.js'
import { AppError } from '../core/errors.js'
import { contactKey, type Update } from '../core/update.js'
import type { SessionRow, Waiting } from './model.js'
import type { SessionStore } from './session-store.js'

/** Conversations' memory. */
export interface Sessions {
  /** The conversation an update belongs to; read from the store at most once, and only when it is used. */
  handle(update: Update, now: Date): SessionHandle
}

const MAX_MS = durationMs('7d')
const MAX_DATA_BYTES = 8192
/** How long a session that ended is kept, in case the update that ended it is handled again. */
const ENDED_MS = durationMs('1d')

/** Sessions over a store. Expiry is judged by the time the update was accepted, not by when the store cleans up. */
export function createSessions(store: SessionStore): Sessions {
  return { handle: (update, now) => createHandle(store, update, now) }
}

function createHandle(store: SessionStore, update: Update, now: Date): SessionHandle {
  const key = contactKey(update)
  let loading: Promise<void> | undefined
  let current: Waiting | null = null
  let before: Waiting | null = null

  function load(): Promise<void> {
    loading ??= read()
    return loading
  }

  async function read(): Promise<void> {
    if (update.from === '') throw noConversation(update)
    const row = await store.read(key)
    const seen = row === undefined ? null : row.by === update.id ? row.before : row.waiting
    before = seen !== null && seen.until > now ? seen : null
    current = before
  }

  async function write(waiting: Waiting | null): Promise<void> {
    current = waiting
    const ended = new Date(now.getTime() + ENDED_MS)
    const expiresAt = waiting !== null && waiting.until > ended ? waiting.until : ended
    await store.write({ _id: key, waiting, by: update.id, before, expiresAt })
  }

  return {
    async waitingFor() {
      await load()
      return current?.name
    },
    async data() {
      await load()
      return { ...current?.data }
    },
    async wait(name, data = {}, options = {}) {
      const until = new Date(now.getTime() + bounded(options.for ?? '10m'))
      if (Buffer.byteLength(JSON.stringify(data)) > MAX_DATA_BYTES) {
        throw new AppError('session.data', `the data of '${name}' is larger than ${MAX_DATA_BYTES} bytes`, {
          fix: 'keep ids in the session and the things themselves elsewhere',
        })
      }
      await load()
      await write({ name, data, until })
    },
    async clear() {
      await load()
      if (current !== null) await write(null)
    },
    async once(name, every) {
      if (update.from === '') throw noConversation(update)
      const _id = `${key}#${name}`
      const expiresAt = new Date(now.getTime() + bounded(every))
      const row: SessionRow | undefined = await store.read(_id)
      if (row?.by === update.id) return true
      if (row !== undefined && row.expiresAt > now) return false
      await store.write({ _id, waiting: null, by: update.id, before: null, expiresAt })
      return true
    },
  }
}

function bounded(duration: string): number {
  const ms = durationMs(duration)
  if (ms <= MAX_MS) return ms
  throw new AppError('session.duration', `'${duration}' is longer than a session lasts`, { fix: 'write at most 7d' })
}

function noConversation(update: Update): AppError {
  return new AppError('session.none', `an update of kind ${update.kind} belongs to no conversation`, {
    fix: 'use ctx.session in handlers of messages and of events that a follower causes',
  })
}
