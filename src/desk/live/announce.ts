import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { AnyDocument, Rows } from '../../store/connect.js'
import type { EntryRow } from '../model.js'
import type { DeskRows } from '../rows.js'
import type { Change, Journal } from './journal.js'

/** The desk's collections, with every change that people can see written into the journal. */
export interface Announced {
  rows: DeskRows
  /** Resolves when everything that was announced so far is durable, or could not be made so. */
  flush(): Promise<void>
  /** Told the number of each change this process wrote. */
  onWritten(told: (number: number) => void): void
}

/** Changes within so many ms share a row of the journal. */
const TOGETHER_MS = 20
const AGAIN_MS = 1000
const MOST_PENDING = 2000
/** What only the desk itself looks at: changing nothing else is worth telling nobody. */
const HIDDEN: ReadonlySet<string> = new Set(['todo', 'effects', 'expiresAt', 'message', 'relay', 'tell', 'nextAt'])

/**
 * Watches the writes to conversations and entries. The change is in the store first, its announcement some ms later; a
 * process that dies in between leaves a change untold until the next one of that conversation, or until a page reads anew.
 */
export function announced(rows: DeskRows, { journal, log }: { journal: Journal; log: Logger }): Announced {
  const conversations = new Set<string>()
  const places = new Map<string, { conversation: string; seq: number }>()
  /** Entries of which only the id is known. */
  const ids = new Set<string>()
  let lost = false
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let told: (number: number) => void = () => undefined

  function pending(): boolean {
    return lost || conversations.size + places.size + ids.size > 0
  }

  function changed(note: () => void): void {
    if (conversations.size + places.size + ids.size >= MOST_PENDING) lost = true
    else note()
    timer ??= setTimeout(go, TOGETHER_MS).unref()
  }

  function go(): void {
    timer = undefined
    writing ??= write().finally(() => {
      writing = undefined
    })
  }

  async function write(): Promise<void> {
    while (pending()) {
      const change: Change = { conversations: [...conversations], entries: [], ...(lost && { reset: true as const }) }
      const [known, byId] = [[...places], [...ids]]
      for (const set of [conversations, places, ids]) set.clear()
      lost = false
      try {
        change.entries = [...known.map(([, place]) => place), ...(await placesOf(rows.entries, byId))]
        told(await journal.append(change))
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'changes of the desk could not be announced, tried again')
        for (const id of change.conversations) conversations.add(id)
        for (const [key, place] of known) places.set(key, place)
        for (const id of byId) ids.add(id)
        lost ||= change.reset === true
        timer ??= setTimeout(go, AGAIN_MS).unref()
        return
      }
    }
  }

  const own: DeskRows = {
    ...rows,
    conversations: watched(rows.conversations, {
      inserted: ({ _id }) => changed(() => conversations.add(_id)),
      updated: (id) => changed(() => conversations.add(id)),
    }),
    entries: watched(rows.entries, {
      inserted: ({ _id, conversation, seq }) => changed(() => places.set(_id, { conversation, seq })),
      updated: (id) => changed(() => ids.add(id)),
    }),
  }
  return {
    rows: own,
    async flush() {
      if (timer && pending()) {
        clearTimeout(timer)
        go()
      }
      await writing
    },
    onWritten(listener) {
      told = listener
    },
  }
}

async function placesOf(entries: Rows<EntryRow>, ids: readonly string[]) {
  if (ids.length === 0) return []
  const projection = { conversation: 1, seq: 1 }
  const found = await entries.find({ _id: { $in: [...ids] } }, { projection }).toArray()
  return found.map(({ conversation, seq }) => ({ conversation, seq }))
}

/** A collection whose single writes are told of once they are done. */
function watched<T extends { _id: string }>(
  collection: Rows<T>,
  tell: { inserted(row: T): void; updated(id: string): void },
): Rows<T> {
  type Call = (...given: unknown[]) => Promise<unknown>
  return new Proxy(collection, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name, target)
      if (typeof found !== 'function') return found
      const call = found.bind(target) as Call
      switch (name) {
        case 'insertOne':
          return async (row: T, ...more: unknown[]) => {
            const done = await call(row, ...more)
            tell.inserted(row)
            return done
          }
        case 'updateOne':
          return async (filter: AnyDocument, change: AnyDocument, ...more: unknown[]) => {
            const done = (await call(filter, change, ...more)) as { modifiedCount: number }
            const { _id } = filter
            if (done.modifiedCount > 0 && typeof _id === 'string' && isSeen(change)) tell.updated(_id)
            return done
          }
        case 'findOneAndUpdate':
          return async (filter: AnyDocument, change: AnyDocument, ...more: unknown[]) => {
            const done = (await call(filter, change, ...more)) as { _id?: unknown } | null
            if (typeof done?._id === 'string' && isSeen(change)) tell.updated(done._id)
            return done
          }
        default:
          return call
      }
    },
  })
}

/** Whether a change touches a field that people see. */
function isSeen(change: AnyDocument): boolean {
  return Object.values(change).some(
    (fields) => typeof fields === 'object' && fields !== null && Object.keys(fields).some((name) => !HIDDEN.has(name)),
  )
}
