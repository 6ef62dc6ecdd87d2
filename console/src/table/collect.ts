/** A page of a list as the API gives it. */
export interface Page<Row> {
  rows: readonly Row[]
  /** The cursor of the next page; absent on the last one. */
  next?: string
  /** Rows of all pages, where the API tells it. */
  total?: number
}

/** Rows of one export at most: more is a job for the API. */
export const MOST_ROWS = 10_000

/** All pages from the first one, `more` when the limit cut them off. Rejects as `load` does. */
export async function collect<Row>(
  load: (after: string | undefined) => Promise<Page<Row>>,
  told: (rows: number) => void = () => undefined,
  most = MOST_ROWS,
): Promise<{ rows: Row[]; more: boolean }> {
  const rows: Row[] = []
  let after: string | undefined
  do {
    const page: Page<Row> = await load(after)
    rows.push(...page.rows)
    told(Math.min(rows.length, most))
    if (page.next !== undefined && page.next === after) break
    after = page.next
  } while (after !== undefined && rows.length < most)
  return { rows: rows.slice(0, most), more: rows.length > most || after !== undefined }
}
