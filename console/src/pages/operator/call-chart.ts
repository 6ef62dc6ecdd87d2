import type { Series } from '../../chart/draw.js'

/** More than these are drawn together. */
const MOST = 5

/**
 * Failures by code over the hours, the most frequent codes each for themselves; by day where there are more than three
 * days of hours. Without failures there are no series.
 */
export function failuresByCode(
  hours: readonly { hour: string; codes: Readonly<Record<string, number>> }[],
  others: string,
): { labels: string[]; series: Series[] } {
  const daily = hours.length > 72
  const labels: string[] = []
  const columns: Record<string, number>[] = []
  const totals = new Map<string, number>()
  for (const { hour, codes } of hours) {
    const label = labelOf(new Date(hour), daily)
    if (labels.at(-1) !== label) {
      labels.push(label)
      columns.push({})
    }
    const column = columns.at(-1) ?? {}
    for (const [code, count] of Object.entries(codes)) {
      if (code === '0') continue
      column[code] = (column[code] ?? 0) + count
      totals.set(code, (totals.get(code) ?? 0) + count)
    }
  }
  const codes = [...totals].toSorted((a, b) => b[1] - a[1]).map(([code]) => code)
  const own = codes.slice(0, MOST)
  const rest = codes.slice(MOST)
  const series: Series[] = own.map((code) => ({ name: code, values: columns.map((column) => column[code] ?? 0) }))
  if (rest.length > 0) {
    const values = columns.map((column) => rest.reduce((sum, code) => sum + (column[code] ?? 0), 0))
    series.push({ name: others, values, tone: 'quiet' })
  }
  return { labels, series }
}

function labelOf(at: Date, daily: boolean): string {
  const day = `${at.getMonth() + 1}-${at.getDate()}`
  return daily ? day : `${day} ${String(at.getHours()).padStart(2, '0')}:00`
}
