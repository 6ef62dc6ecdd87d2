import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Connection } from '../store/connect.js'
import { type CallbackRow, callbackRows } from './model.js'

/** What came to a callback, as far as it is remembered; `Received` of the platforms is one. */
export type Heard =
  | { type: 'echo' }
  | { type: 'refused'; reason: string }
  | { type: 'update'; update: { kind: string }; envelope: { mode: string } }

/** Remembers when each account's callback was last called. */
export interface Callbacks {
  /** Notes it in memory, nothing else: it stands in the way of every push. */
  heard(account: string, received: Heard): void
  /** While our own doctor calls with a wrong signature, refusals are none. */
  quiet(account: string, on: boolean): void
  /** By account, what is not yet written included. */
  read(): Promise<Map<string, CallbackRow>>
  flush(): Promise<void>
  close(): Promise<void>
}

/** What remembering needs. */
export interface CallbackPorts {
  connection: Connection
  clock: Clock
  log: Logger
  /** Every 10 s unless given. */
  everyMs?: number
}

interface Noted {
  taken?: { at: Date; kind: string; mode: string }
  checked?: Date
  refused?: { at: Date; reason: string; count: number }
}

/** The memory of one process, shared over the store. */
export function createCallbacks({ connection, clock, log, everyMs = 10_000 }: CallbackPorts): Callbacks {
  let noted = new Map<string, Noted>()
  const quiet = new Set<string>()
  let writing: Promise<void> = Promise.resolve()
  const timer = setInterval(() => void flush(), everyMs)
  timer.unref()

  async function write(): Promise<void> {
    if (noted.size === 0) return
    const taken = noted
    noted = new Map()
    try {
      await callbackRows(connection).bulkWrite([...taken].map(statement), { ordered: false })
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'times of callbacks wait for the store')
      for (const [account, note] of taken) noted.set(account, { ...note, ...noted.get(account) })
    }
  }

  function flush(): Promise<void> {
    writing = writing.then(write)
    return writing
  }

  return {
    heard(account, received) {
      if (received.type === 'refused' && quiet.has(account)) return
      let note = noted.get(account)
      if (!note) {
        note = {}
        noted.set(account, note)
      }
      const at = clock.now()
      if (received.type === 'refused') {
        note.refused = { at, reason: received.reason.slice(0, 200), count: (note.refused?.count ?? 0) + 1 }
      } else if (received.type === 'echo') note.checked = at
      else note.taken = { at, kind: received.update.kind, mode: received.envelope.mode }
    },
    quiet(account, on) {
      if (on) quiet.add(account)
      else quiet.delete(account)
    },
    async read() {
      await flush()
      const rows = await callbackRows(connection).find({}).toArray()
      return new Map(rows.map((row) => [row._id, row]))
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
}

function statement([_id, { taken, checked, refused }]: [string, Noted]) {
  const update = {
    $set: {
      ...(taken && { lastAt: taken.at, kind: taken.kind, mode: taken.mode }),
      ...(checked && { checkedAt: checked }),
      ...(refused && { refusedAt: refused.at, refusedReason: refused.reason }),
    },
    ...(refused && { $inc: { refused: refused.count } }),
  }
  return { updateOne: { filter: { _id }, update, upsert: true } }
}
