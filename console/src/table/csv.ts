/** A cell of a CSV file. */
export type Cell = string | number | boolean | undefined

/** Begins what a spreadsheet would run as a formula. */
const FORMULA = /^(?:\s*[=+\-@＝＋－＠]|[\t\r])/u

/**
 * Rows as a CSV file that Excel opens as UTF-8 (it begins with a byte order mark, lines end with CR LF). Texts that a
 * spreadsheet would take for a formula get an apostrophe in front, for they may come from followers.
 */
export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(cellOf).join(','))
  return `\uFEFF${lines.join('\r\n')}\r\n`
}

function cellOf(cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : ''
  if (typeof cell === 'boolean') return cell ? 'true' : 'false'
  const safe = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
