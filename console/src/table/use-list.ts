import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import type { ApiProblem } from '../api/problem.js'
import { asProblem } from '../api/use-call.js'
import { useWords } from '../words/use-words.js'
import type { AnyWord } from '../words/words.js'
import { collect, type Page } from './collect.js'
import { type Cell, csvOf } from './csv.js'
import { saveFile } from './save-file.js'
import { type ListState, PAGE_SIZES, readListState, writeListState } from './state.js'

/** Asks for one page. */
export type Loader<Row, Sort extends string = never> = (query: {
  filters: Readonly<Record<string, string>>
  after: string | undefined
  size: number
  /** By the column that `sorts` by time; else the newest. */
  order: 'newest' | 'oldest'
  /** By a column that the API sorts by, `-` in front: the greatest first. */
  sort: Sort | `-${Sort}` | undefined
  signal: AbortSignal
  background: boolean
}) => Promise<Page<Row>>

interface ListOptions<Row, Sort extends string> {
  name: string
  columns: readonly { key: string; title: AnyWord; value(row: Row): Cell; sorts?: 'time' }[]
  sorts?: readonly Sort[]
  filters?: readonly { name: string }[]
  load: Loader<Row, Sort>
  of?: string
  everyMs?: number
}

/** A list as the page shows it, and what can be done with it. */
export interface List<Row> {
  state: ListState
  rows: readonly Row[]
  /** How many there are in all, where the API tells it. */
  total: number | undefined
  problem: ApiProblem | undefined
  loading: boolean
  /** Absent where there is none. */
  next: (() => void) | undefined
  previous: (() => void) | undefined
  filter(filters: Readonly<Record<string, string>>): void
  sort(sort: ListState['sort']): void
  resize(size: number): void
  again(): void
  /** Everything that fits the filters as a CSV file; resolves to whether it was too much for one. */
  save(told: (rows: number) => void): Promise<{ rows: number; more: boolean }>
}

/** What the rows depend on, besides what they are of. */
type Asked = [string, Record<string, string>, string?, number?, Order?, string?]
type Order = 'newest' | 'oldest'

/** Rows of one request while exporting. */
const EXPORT_SIZE = 200

/** The state of a list in the address, and the rows that belong to it. */
export function useList<Row, Sort extends string = never>(options: ListOptions<Row, Sort>): List<Row> {
  const { name, columns, sorts: sortable = [], filters = [], everyMs, of = '' } = options
  const { t } = useWords()
  const [search] = useSearchParams()
  const location = useLocation()
  const navigate = useNavigate()
  const names = filters.map((filter) => filter.name).join()
  const sorts = [...columns.flatMap(({ key, sorts: can }) => (can ? [key] : [])), ...sortable].join()
  const spec = useMemo(() => ({ filters: names.split(',').filter(Boolean), sorts: sorts.split(',') }), [names, sorts])
  const state = useMemo(() => readListState(search, spec), [search, spec])
  const load = useRef(options.load)
  load.current = options.load

  const order: Order = state.sort?.down === false ? 'oldest' : 'newest'
  const by = sortable.find((column) => column === state.sort?.column)
  const sort = by && state.sort?.down ? (`-${by}` as const) : by
  const asked = JSON.stringify([of, state.filters, state.after, state.size, order, sort])
  const [round, setRound] = useState(0)
  const [found, setFound] = useState<{ of?: string; page?: Page<Row>; problem?: ApiProblem; loading: boolean }>({
    loading: true,
  })
  const again = useCallback(() => setRound((before) => before + 1), [])

  useEffect(() => {
    const control = new AbortController()
    const [, wanted, after, size, order, sort] = JSON.parse(asked) as Asked
    if (round < 0) return
    async function ask(background: boolean): Promise<void> {
      try {
        const query = {
          filters: wanted,
          after: after ?? undefined,
          size: size ?? EXPORT_SIZE,
          order: order ?? 'newest',
          sort: (sort ?? undefined) as Sort | undefined,
        }
        const page = await load.current({ ...query, signal: control.signal, background })
        if (!control.signal.aborted) setFound({ of: asked, page, loading: false })
      } catch (error) {
        if (!control.signal.aborted) setFound((before) => ({ ...before, problem: asProblem(error), loading: false }))
      }
    }
    setFound((before) => ({
      ...(before.page && { page: before.page }),
      ...(before.of && { of: before.of }),
      loading: true,
    }))
    void ask(false)
    const timer = everyMs === undefined ? undefined : setInterval(() => !document.hidden && void ask(true), everyMs)
    return () => {
      control.abort()
      clearInterval(timer)
    }
  }, [asked, round, everyMs])

  const trail = trailOf(location.state)
  const go = (next: ListState, newTrail: readonly string[] = []) =>
    navigate(`?${writeListState(next, spec, search)}`, { state: { trail: newTrail }, preventScrollReset: true })
  const without = ({ after: _, ...rest }: ListState): ListState => rest

  const next = found.page?.next
  const last = trail.at(-1)

  return {
    state,
    rows: found.page?.rows ?? [],
    total: found.page?.total,
    problem: found.problem,
    loading: found.loading || found.of !== asked,
    next: next === undefined ? undefined : () => void go({ ...state, after: next }, [...trail, state.after ?? '']),
    previous:
      state.after === undefined
        ? undefined
        : () => void go(last ? { ...state, after: last } : without(state), trail.slice(0, -1)),
    filter: (given) => void go({ ...without(state), filters: given }),
    sort(sort) {
      const { sort: _, ...rest } = without(state)
      void go({ ...rest, ...(sort && { sort }) })
    },
    resize: (size) => void go({ ...without(state), size: PAGE_SIZES.find((one) => one === size) ?? PAGE_SIZES[0] }),
    again,
    async save(told) {
      const control = new AbortController()
      const query = {
        filters: state.filters,
        size: EXPORT_SIZE,
        order,
        sort,
        signal: control.signal,
        background: false,
      }
      const { rows, more } = await collect((after) => load.current({ ...query, after }), told)
      const cells = rows.map((row) => columns.map((column) => column.value(row)))
      saveFile(
        `${name}.csv`,
        csvOf(
          columns.map(({ title }) => t(title)),
          cells,
        ),
      )
      return { rows: rows.length, more }
    },
  }
}

/** The cursors of the pages before this one; they stand in the history, not in the address. */
function trailOf(state: unknown): readonly string[] {
  if (typeof state !== 'object' || state === null || !('trail' in state) || !Array.isArray(state.trail)) return []
  return state.trail.filter((one): one is string => typeof one === 'string')
}
