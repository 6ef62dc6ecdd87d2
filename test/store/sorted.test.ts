import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { mongo } from 'mongoose'
import type { Sort } from '../../src/core/sort.js'
import { database } from '../../src/store/connect.js'
import { partly, sortedPage } from '../../src/store/sorted.js'
import { openTestStore, type TestStore } from './open.js'

interface Row {
  _id: string
  of: string
  name?: string
  size?: number
  next?: { at: Date }
}

const fields = { id: '_id', name: 'name', size: 'size', next: 'next.at' } as const
type Column = keyof typeof fields
const SORTS = Object.keys(fields).flatMap((one) => [one, `-${one}`]) as Sort<Column>[]
let store: TestStore
let rows: mongo.Collection<Row>

beforeAll(async () => {
  store = await openTestStore()
  rows = database(store.connection).collection<Row>('sorted')
  await rows.createIndex({ of: 1, size: 1, _id: 1 })
  await rows.insertMany(
    Array.from({ length: 60 }, (_, at) => ({
      _id: `r${String((at * 37) % 60).padStart(2, '0')}`,
      of: at % 6 === 0 ? 'other' : 'mine',
      ...(at % 4 !== 0 && { name: `名 ${at % 7}` }),
      ...(at % 5 !== 0 && { size: at % 3 }),
      ...(at % 3 !== 0 && { next: { at: new Date(1_700_000_000_000 + (at % 5) * 1000) } }),
    })),
  )
})
afterAll(() => store.dispose())

const page = (sort: Sort<Column>, limit: number, after?: string) =>
  sortedPage(rows, { filter: { of: 'mine' }, sort, fields, after, limit })

describe('a page of a collection', () => {
  test.each(SORTS)('by %s: the pages together are what the store sorts, whatever their size', async (sort) => {
    const down = sort.startsWith('-') ? -1 : 1
    const field = fields[sort.replace('-', '') as Column]
    const whole = await rows
      .find({ of: 'mine' })
      .sort({ [field]: down, _id: down })
      .toArray()
    expect(whole).toHaveLength(50)
    for (const limit of [1, 7, 10, 49, 50, 60]) {
      const found: string[] = []
      let after: string | undefined
      do {
        const { rows: some, next } = await page(sort, limit, after)
        expect(some.length).toBe(Math.min(limit, whole.length - found.length))
        found.push(...some.map(({ _id }) => _id))
        after = next
      } while (after !== undefined)
      expect(found).toEqual(whole.map(({ _id }) => _id))
    }
  })

  test('an index serves the first page and a far one', async () => {
    const { next } = await page('-size', 30)
    const plan = await rows
      .find({ $and: [{ of: 'mine' }, { size: { $lt: 1 } }] })
      .sort({ size: -1, _id: -1 })
      .explain('executionStats')
    expect(next).toBeDefined()
    expect(JSON.stringify(plan)).toContain('IXSCAN')
    expect(JSON.stringify(plan)).not.toContain('"stage":"SORT"')
  })

  test('a cursor of another order is refused', async () => {
    const { next } = await page('name', 3)
    await expect(page('-name', 3, next)).rejects.toMatchObject({ code: 'invalid.cursor' })
  })

  test('a part of a text is taken literally', async () => {
    await rows.insertOne({ _id: 'signs', of: 'signs', name: 'a.(b)*' })
    expect(await rows.countDocuments({ of: 'signs', name: partly('.(B)*') })).toBe(1)
    expect(await rows.countDocuments({ of: 'signs', name: partly('a.b') })).toBe(0)
  })
})
