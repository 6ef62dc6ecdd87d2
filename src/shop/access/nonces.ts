import { AppError } from '../../core/errors.js'
import { createBatch } from '../../store/batch.js'
import type { Connection } from '../../store/connect.js'
import { DUPLICATE_KEY } from '../../store/duplicate.js'
import { insertRaw } from '../../store/raw-commands.js'
import { NONCES } from './model.js'

/** Nonces over all processes: the unique `_id` takes each once, the store drops them when they are of no use any more. */
export interface Nonces {
  /** False when the key used it before. Requests that come together share a write. */
  use(key: string, nonce: string, until: Date): Promise<boolean>
}

/** The nonces on a connection. */
export function createNonces({ connection }: { connection: Connection }): Nonces {
  const insert = createBatch<{ _id: string; until: Date }, boolean>(async (rows) => {
    const faults = await insertRaw(connection, NONCES, [...rows])
    const broken = faults.find(({ code }) => code !== DUPLICATE_KEY)
    if (broken) throw new AppError('store.refused', `a nonce could not be stored: ${broken.message}`)
    const taken = new Set(faults.map(({ index }) => index))
    return rows.map((_, index) => !taken.has(index))
  })
  return { use: (key, nonce, until) => insert({ _id: `${key}:${nonce}`, until }) }
}
