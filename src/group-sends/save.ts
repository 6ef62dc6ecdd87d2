import { GroupSendError } from './group-send-error.js'
import type { RowFilter, Rows, RowUpdate } from './model.js'

/** A row whose `rev` grows with every write. */
export interface Revised {
  _id: string
  rev: number
}

/** Fields to write; one given as undefined is removed. */
export type Changes<T extends Revised> = { [K in keyof Omit<T, '_id' | 'rev'>]?: T[K] | undefined }

const MOST_TRIES = 20

/** Writes changes on a row as it was read; undefined when somebody else has written since. */
export async function save<T extends Revised>(rows: Rows<T>, row: T, changes: Changes<T>): Promise<T | undefined> {
  const given = Object.entries(changes)
  const $set = Object.fromEntries([...given.filter(([, value]) => value !== undefined), ['rev', row.rev + 1]])
  const gone = given.filter(([, value]) => value === undefined).map(([name]) => [name, ''] as const)
  const update = { $set, ...(gone.length > 0 && { $unset: Object.fromEntries(gone) }) }
  const filter = { _id: row._id, rev: row.rev } as RowFilter<T>
  const written = await rows.findOneAndUpdate(filter, update as RowUpdate<T>, { returnDocument: 'after' })
  return (written as T | null) ?? undefined
}

/**
 * Changes a row by a decision on its newest state, made again when somebody else wrote meanwhile; `decide` gives
 * undefined when nothing is to be changed. Undefined when there is no such row.
 */
export async function change<T extends Revised>(
  rows: Rows<T>,
  id: string,
  decide: (row: T) => Changes<T> | undefined,
): Promise<{ row: T; changed: boolean } | undefined> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const row = (await rows.findOne({ _id: id } as RowFilter<T>)) as T | null
    if (row === null) return undefined
    const changes = decide(row)
    if (changes === undefined) return { row, changed: false }
    const written = await save(rows, row, changes)
    if (written) return { row: written, changed: true }
  }
  throw new GroupSendError('group-send.busy', `${id} is being changed by others all the time`, { fix: 'try again' })
}
