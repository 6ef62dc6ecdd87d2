import type { mongo } from 'mongoose'

type Collection<T extends { _id: string }> = mongo.Collection<T>

/** A row whose `rev` grows with every write. */
export interface Revised {
  _id: string
  rev: number
}

/** Fields to write; one given as undefined is removed. */
export type Changes<T extends Revised> = { [K in keyof Omit<T, '_id' | 'rev'>]?: T[K] | undefined }

const MOST_TRIES = 20

/**
 * Writes changes on a row as it was read; undefined when somebody else has written since (or removed it): read again
 * and decide anew.
 */
export async function save<T extends Revised>(
  rows: Collection<T>,
  row: T,
  changes: Changes<T>,
): Promise<T | undefined> {
  const given = Object.entries(changes)
  const $set = Object.fromEntries([...given.filter(([, value]) => value !== undefined), ['rev', row.rev + 1]])
  const gone = given.filter(([, value]) => value === undefined).map(([name]) => [name, ''] as const)
  const update = { $set, ...(gone.length > 0 && { $unset: Object.fromEntries(gone) }) }
  const filter = { _id: row._id, rev: row.rev } as mongo.Filter<T>
  const written = await rows.findOneAndUpdate(filter, update as mongo.UpdateFilter<T>, { returnDocument: 'after' })
  return (written as T | null) ?? undefined
}

/**
 * Changes a row by a decision on its newest state, which is made again when somebody else wrote meanwhile. `decide`
 * gives undefined when nothing is to be changed. Gives the row as it is then, and whether it was changed by this call.
 * Rejects with `busy` when others write all the time.
 */
export async function changeRow<T extends Revised>(
  rows: Collection<T>,
  id: string,
  decide: (row: T) => Changes<T> | undefined,
  busy: (id: string) => Error,
): Promise<{ row: T; changed: boolean } | undefined> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const row = (await rows.findOne({ _id: id } as mongo.Filter<T>)) as T | null
    if (row === null) return undefined
    const changes = decide(row)
    if (changes === undefined) return { row, changed: false }
    const written = await save(rows, row, changes)
    if (written) return { row: written, changed: true }
  }
  throw busy(id)
}
