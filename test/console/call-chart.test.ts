import { expect, test } from '@jest/globals'
import { failuresByCode } from '../../console/src/pages/operator/call-chart.js'
import { bytes, span } from '../../console/src/pages/operator/units.js'

const hour = (n: number, codes: Record<string, number>) => ({
  hour: new Date(Date.UTC(2026, 2, 4, n)).toISOString(),
  codes,
})

test('failures are drawn by code, the most frequent first, the rest together, successes not at all', () => {
  const codes = { '0': 900, '45009': 9, '45015': 8, '40001': 7, '48001': 6, '45047': 5, '40003': 2, '50002': 1 }
  const { labels, series } = failuresByCode([hour(1, { '0': 3 }), hour(2, codes)], '其他')
  expect(labels).toHaveLength(2)
  expect(series.map(({ name, values }) => [name, values])).toEqual([
    ['45009', [0, 9]],
    ['45015', [0, 8]],
    ['40001', [0, 7]],
    ['48001', [0, 6]],
    ['45047', [0, 5]],
    ['其他', [0, 3]],
  ])
  expect(failuresByCode([hour(1, { '0': 3 })], '其他').series).toEqual([])
})

test('more than three days are drawn by day', () => {
  const { labels, series } = failuresByCode(
    Array.from({ length: 168 }, (_, n) => hour(n, { '45009': 1 })),
    '其他',
  )
  expect(labels.length).toBeGreaterThanOrEqual(7)
  expect(labels.length).toBeLessThanOrEqual(8)
  expect(series[0]?.values.reduce((sum, n) => sum + n, 0)).toBe(168)
})

test('sizes and times are told in units that people read', () => {
  expect([bytes(0), bytes(999), bytes(1500), bytes(271_000_000_000)]).toEqual(['0 B', '999 B', '1.5 KB', '271 GB'])
  expect([span(840), span(2500), span(180_000), span(7_560_000), span(345_600_000)]).toEqual([
    '840 ms',
    '2.5 s',
    '3 min',
    '2.1 h',
    '4 d',
  ])
})
