import { expect, test } from '@jest/globals'
import { periodsOf, totals } from '../../console/src/pages/groups/periods.js'

const day = (name: string, joined: number, left: number) => ({
  ...{ day: name, joined, left },
  ...{ byState: joined > 0 ? { poster: joined } : {}, byWay: { code: joined }, byLeave: { self: left } },
})
const DAYS = [day('2026-02-28', 1, 0), day('2026-03-01', 2, 1), day('2026-03-02', 4, 0), day('2026-03-08', 8, 2)]

test('days become weeks from Monday and months', () => {
  expect(periodsOf(DAYS, 'day').map(({ label }) => label)).toEqual(['02-28', '03-01', '03-02', '03-08'])
  expect(periodsOf(DAYS, 'week')).toEqual([
    { label: '02-23', joined: 3, left: 1 },
    { label: '03-02', joined: 12, left: 2 },
  ])
  expect(periodsOf(DAYS, 'month')).toEqual([
    { label: '2026-02', joined: 1, left: 0 },
    { label: '2026-03', joined: 14, left: 3 },
  ])
})

test('sources are summed up over all days', () => {
  expect(totals(DAYS, 'byState')).toEqual({ poster: 15 })
  expect(totals(DAYS, 'byLeave')).toEqual({ self: 3 })
})
