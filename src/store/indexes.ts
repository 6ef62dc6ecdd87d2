import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { Connection, mongo } from 'mongoose'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import { database } from './raw-commands.js'
import { type Declared, declaredOn } from './schema.js'

/** The indexes of everything that was declared on a connection. */
export interface Indexes {
  /**
   * Resolves when they are there. Where this very list was made before, that is known from one small document: the start
   * goes on at once, and the store is asked for each a little later, in case somebody dropped one by hand.
   */
  ensure(): Promise<void>
  close(): void
}

/** A server may take many minutes for a large collection. */
const PATIENT = { timeoutMS: 0 }
/** After a start, when the first messages are answered. */
const LATER_MS = 5000
const NOTES = 'storeNotes'

/** The indexes over a connection. */
export function createIndexes(connection: Connection, log: Logger, laterMs: number = LATER_MS): Indexes {
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const notes = () => database(connection).collection<{ _id: string; hash: string }>(NOTES)

  async function make(all: readonly Declared[], hash: string): Promise<void> {
    for (const one of all) {
      if (closed) return
      await makeOf(connection, one, log)
      await turn()
    }
    await notes().updateOne({ _id: 'indexes' }, { $set: { hash } }, { upsert: true })
  }

  return {
    async ensure() {
      const all = declaredOn(connection).filter(({ indexes }) => indexes.length > 0)
      const hash = hashOf(all)
      if ((await notes().findOne({ _id: 'indexes' }))?.hash !== hash) return make(all, hash)
      clearTimeout(timer)
      const again = () =>
        make(all, hash).catch((error) => log.warn({ reason: messageOf(error) }, 'indexes not checked'))
      timer = setTimeout(again, laterMs).unref()
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

const hashOf = (all: readonly Declared[]) => createHash('sha256').update(JSON.stringify(all)).digest('base64url')

/** One command a collection, so that a start that finds all of them in place is short. */
async function makeOf(connection: Connection, { collection, indexes }: Declared, log: Logger): Promise<void> {
  const rows = database(connection).collection(collection)
  try {
    await rows.createIndexes(indexes, PATIENT)
  } catch (error) {
    if (!isConflict(error)) throw error
    for (const spec of indexes) await replace(rows, spec, log)
  }
}

async function replace(rows: mongo.Collection, spec: mongo.IndexDescription, log: Logger): Promise<void> {
  try {
    await rows.createIndexes([spec], PATIENT)
  } catch (error) {
    if (!isConflict(error)) throw error
    log.info({ collection: rows.collectionName, index: spec.name }, 'index rebuilt with new options')
    await rows.dropIndex(spec.name ?? '')
    await rows.createIndexes([spec], PATIENT)
  }
}

/** 85 IndexOptionsConflict, 86 IndexKeySpecsConflict: the index exists with other options (a changed TTL). */
function isConflict(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === 85 || code === 86
}
