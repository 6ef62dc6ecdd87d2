import { AppError } from './errors.js'

/** An order of a list: a column's name, with `-` in front from the greatest down. */
export type Sort<Column extends string = string> = Column | `-${Column}`

/** What a list can be ordered by. Whatever has none comes before everything else, as in the store. */
export type SortValue = string | number | boolean | Date | null | undefined

/** Where a page goes on: behind the row with this value and this id. */
export interface SortPlace {
  value: string | number | boolean | Date | null
  id: string
}

/** One page; with `next` there is another one. */
export interface SortedPage<Row> {
  rows: Row[]
  next?: string
}

/** Column and direction of an order. */
export function readSort<Column extends string>(sort: Sort<Column>): { column: Column; down: boolean } {
  const down = sort.startsWith('-')
  return { column: (down ? sort.slice(1) : sort) as Column, down }
}

/** The cursor behind a row. It holds the order it belongs to. */
export function cursorOf(sort: Sort, value: SortValue, id: string): string {
  const plain = value instanceof Date ? { at: value.getTime() } : (value ?? null)
  return Buffer.from(JSON.stringify([sort, plain, id])).toString('base64url')
}

/** Reads a cursor. Throws AppError `invalid.cursor` (400) for one of another order, or of none. */
export function readCursor(sort: Sort, cursor: string): SortPlace {
  const [of, value, id] = partsOf(cursor)
  const at = typeof value === 'object' && value !== null && 'at' in value ? value.at : undefined
  const known = value === null || ['string', 'number', 'boolean'].includes(typeof value) || typeof at === 'number'
  if (of === sort && typeof id === 'string' && known) {
    return { value: (typeof at === 'number' ? new Date(at) : value) as SortPlace['value'], id }
  }
  throw new AppError('invalid.cursor', '`after` does not belong to this order', {
    fix: 'give back `next` of the page before with the same `sort`, or begin anew without it',
  })
}

function partsOf(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

/** How one page of a list that is at hand as a whole is cut. */
export interface Cut<Row, Column extends string> {
  sort: Sort<Column>
  values: { readonly [K in Column]: (row: Row) => SortValue }
  /** Tells rows of one value apart; unique. */
  id(row: Row): string
  /** `next` of the page before. */
  after?: string | undefined
  limit: number
}

/** A page of a list that is at hand as a whole. Texts are ordered as Chinese readers expect, numbers in them by size. */
export function sortedCut<Row, Column extends string>(rows: readonly Row[], cut: Cut<Row, Column>): SortedPage<Row> {
  const { sort, values, id, after, limit } = cut
  const { column, down } = readSort(sort)
  const sign = down ? -1 : 1
  const value = (row: Row) => values[column](row) ?? null
  const place = after === undefined ? undefined : readCursor(sort, after)
  const compare = (one: SortPlace, other: SortPlace) =>
    sign * (compareValues(one.value, other.value) || compareIds(one.id, other.id))
  const found = rows
    .map((row) => ({ row, value: value(row), id: id(row) }))
    .filter((one) => place === undefined || compare(one, place) > 0)
    .toSorted(compare)
  const last = found.length > limit ? found[limit - 1] : undefined
  return {
    rows: found.slice(0, limit).map(({ row }) => row),
    ...(last && { next: cursorOf(sort, last.value, last.id) }),
  }
}

const collator = new Intl.Collator('zh-CN', { numeric: true })

function compareValues(one: SortPlace['value'], other: SortPlace['value']): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null)
  if (typeof one === 'string' && typeof other === 'string') return collator.compare(one, other)
  return Number(one) - Number(other)
}

const compareIds = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
