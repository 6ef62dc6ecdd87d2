import { describe, expect, test } from '@jest/globals'
import { cursorOf, readCursor, type Sort, type SortValue, sortedCut } from '../../src/core/sort.js'

interface Row {
  id: string
  name?: string
  count?: number
  at?: Date
}

const values = { name: ({ name }: Row) => name, count: ({ count }: Row) => count, at: ({ at }: Row) => at }
type Column = keyof typeof values
const DAY = (day: number) => new Date(Date.UTC(2026, 10, day))
const ROWS: Row[] = [
  { id: 'a', name: '群10', count: 2, at: DAY(3) },
  { id: 'b', name: '群9', count: 2 },
  { id: 'c', name: '阿姨', count: 10, at: DAY(1) },
  { id: 'd', count: 2, at: DAY(3) },
  { id: 'e', name: '群9', at: DAY(2) },
]

const cut = (sort: Sort<Column>, limit: number, after?: string, rows = ROWS) =>
  sortedCut<Row, Column>(rows, { sort, values, id: ({ id }) => id, after, limit })

function pages(sort: Sort<Column>, limit: number): string {
  const found: string[] = []
  for (let after: string | undefined; ; ) {
    const { rows, next } = cut(sort, limit, after)
    expect(rows.length).toBeLessThanOrEqual(limit)
    found.push(...rows.map(({ id }) => id))
    if (next === undefined) return found.join('')
    after = next
  }
}

describe('a page of a list that is at hand', () => {
  test.each<[Sort<Column>, string]>([
    ['name', 'dcbea'],
    ['-name', 'aebcd'],
    ['count', 'eabdc'],
    ['-count', 'cdbae'],
    ['at', 'bcead'],
    ['-at', 'daecb'],
  ])('by %s, whatever its size', (sort, whole) => {
    for (const limit of [1, 2, 3, 4, 5, 9]) expect([limit, pages(sort, limit)]).toEqual([limit, whole])
  })

  test('loses and repeats nothing when rows come and go between two pages', () => {
    const { rows, next } = cut('count', 3)
    expect(rows.map(({ id }) => id).join('')).toBe('eab')
    const later = [...ROWS.filter(({ id }) => id !== 'b'), { id: '0', count: 1 }, { id: 'f', count: 2 }]
    expect(
      cut('count', 9, next, later)
        .rows.map(({ id }) => id)
        .join(''),
    ).toBe('dfc')
  })

  test.each<[string, SortValue]>([
    ['text', '群 "1"'],
    ['number', -1.5],
    ['truth', false],
    ['moment', DAY(5)],
    ['nothing', null],
  ])('a cursor keeps a %s', (_, value) => {
    expect(readCursor('-x', cursorOf('-x', value, 'id'))).toEqual({ value, id: 'id' })
  })

  test.each([
    ['of another order', cursorOf('-name', 'x', 'a')],
    ['that is none', 'x'],
    ['that is no list', Buffer.from('{}').toString('base64url')],
    ['with an operator', Buffer.from('["name",{"$gt":""},"a"]').toString('base64url')],
    ['with a list for an id', Buffer.from('["name","x",["a"]]').toString('base64url')],
    ['with a list for a value', Buffer.from('["name",["x"],"a"]').toString('base64url')],
  ])('refuses a cursor %s', (_, cursor) => {
    expect(() => cut('name', 2, cursor)).toThrow(expect.objectContaining({ code: 'invalid.cursor' }))
  })
})
