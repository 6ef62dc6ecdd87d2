import { z } from 'zod'
import { type Sort, type SortValue, sortedCut } from '../../core/sort.js'

/** The `sort` of a list: the columns upwards, and with `-` in front downwards. */
export function sortBy<const Column extends string>(columns: readonly Column[]) {
  const both = columns.flatMap((column): Sort<Column>[] => [column, `-${column}`])
  return z
    .enum(both as [Sort<Column>, ...Sort<Column>[]])
    .optional()
    .describe('by this column; with `-` the greatest first')
}

/** A part of the name or the id. */
export const part = z.string().trim().max(100).optional().describe('a part of the name or the id')

/** Where a page goes on. */
export const cursor = z.string().max(2000).optional().describe('`next` of the page before, with the same `sort`')

/**
 * For a list that a feature keeps at hand as a whole: its order and pages, made here. Without `sort` and `limit` the
 * answer is the whole list as the feature gives it.
 */
export function wholeList<Row>() {
  return <const Column extends string>(list: {
    values: Readonly<Record<Column, (row: Row) => SortValue>>
    id(row: Row): string
    /** What a row is found by: a part of it, in small letters or capitals. */
    search?(row: Row): string
    /** The order of the pages when none is asked for. */
    otherwise: Sort<NoInfer<Column>>
    /** Rows of a page at most. */
    most?: number
  }) => {
    const { values, id, search = id, otherwise, most = 1000 } = list
    interface Asked {
      text?: string | undefined
      sort?: Sort<Column> | undefined
      after?: string | undefined
      limit?: number | undefined
    }
    return {
      query: {
        text: part,
        sort: sortBy(Object.keys(values) as Column[]),
        after: cursor,
        limit: z.coerce.number().int().min(1).max(most).optional().describe('all of them unless given'),
      },
      answer: { next: z.string().optional(), total: z.int().describe('rows of all pages') },
      /** One page, and what the answer says besides. Throws AppError `invalid.cursor`. */
      page(all: readonly Row[], { text = '', sort, after, limit }: Asked) {
        const wanted = text.trim().toLowerCase()
        const rows = wanted === '' ? [...all] : all.filter((row) => search(row).toLowerCase().includes(wanted))
        const total = rows.length
        if (sort === undefined && limit === undefined) return { rows, rest: { total } }
        const cut = { values, id, after, sort: sort ?? otherwise, limit: limit ?? Math.max(total, 1) }
        const { rows: shown, next } = sortedCut<Row, Column>(rows, cut)
        return { rows: shown, rest: { total, ...(next !== undefined && { next }) } }
      },
    }
  }
}
