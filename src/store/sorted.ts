import type { mongo } from 'mongoose'
import { cursorOf, readCursor, readSort, type Sort, type SortedPage, type SortValue } from '../core/sort.js'

/** Which page of a collection, and in which order. */
export interface SortedAsk<Column extends string> {
  filter: Readonly<Record<string, unknown>>
  sort: Sort<Column>
  /** The field of each column; a field holds one type, or nothing. */
  fields: Readonly<Record<Column, string>>
  /** `next` of the page before. */
  after?: string | undefined
  limit: number
  projection?: mongo.Document
}

/**
 * A page of a collection in the order of one field, then of `_id`; documents without the field stand before all others.
 * Asks for ranges that an index over the filter's fields and the order can serve: first what shares the last row's value,
 * then what lies behind it, so that a far page costs no more than the first. Throws AppError `invalid.cursor`.
 */
export async function sortedPage<T extends { _id: string }, Column extends string>(
  rows: mongo.Collection<T>,
  ask: SortedAsk<Column>,
): Promise<SortedPage<T>> {
  const { filter, sort, fields, after, limit, projection } = ask
  const { column, down } = readSort(sort)
  const field = fields[column]
  const found: mongo.WithId<T>[] = []
  for (const range of after === undefined ? [{}] : rangesBehind(field, down, sort, after)) {
    const part = rows
      .find({ $and: [filter, range] } as mongo.Filter<T>, projection ? { projection } : {})
      .sort({ [field]: down ? -1 : 1, _id: down ? -1 : 1 })
      .limit(limit + 1 - found.length)
    found.push(...(await part.toArray()))
    if (found.length > limit) break
  }
  const last = found.length > limit ? found[limit - 1] : undefined
  return {
    rows: found.slice(0, limit) as unknown as T[],
    ...(last && { next: cursorOf(sort, valueAt(last, field), String(last._id)) }),
  }
}

/** A part of a text, capitals or not, taken literally. */
export const partly = (text: string) => ({ $regex: text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), $options: 'i' })

/** What lies behind a place, in parts that follow each other. */
function rangesBehind(field: string, down: boolean, sort: Sort, after: string): Record<string, unknown>[] {
  const { value, id } = readCursor(sort, after)
  if (field === '_id') return [{ _id: down ? { $lt: id } : { $gt: id } }]
  const same = { [field]: value, _id: down ? { $lt: id } : { $gt: id } }
  if (value === null) return down ? [same] : [same, { [field]: { $ne: null } }]
  return down ? [same, { [field]: { $lt: value } }, { [field]: null }] : [same, { [field]: { $gt: value } }]
}

function valueAt(row: object, field: string): SortValue {
  return field
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], row) as SortValue
}
