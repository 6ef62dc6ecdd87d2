/** What a list shows: it stands in the page's address, so that it can be sent to a colleague. */
export interface ListState {
  /** By the filter's name; only those that are set. */
  filters: Readonly<Record<string, string>>
  /** The cursor of the page; absent on the first one. */
  after?: string
  /** Rows on a page. */
  size: number
  sort?: { column: string; down: boolean }
}

/** What a list knows of: anything else in the address is left alone. */
export interface ListSpec {
  filters: readonly string[]
  /** Columns that can be sorted by. */
  sorts?: readonly string[]
}

/** Rows on a page, the first one unless chosen. */
export const PAGE_SIZES = [20, 50, 100] as const
const DEFAULT_SIZE = PAGE_SIZES[0]
const LONGEST = 500

/** The list's state from the address; what makes no sense there counts as not given. */
export function readListState(search: URLSearchParams, spec: ListSpec): ListState {
  const filters = spec.filters.flatMap((name) => {
    const value = search.get(name)?.slice(0, LONGEST)
    return value ? [[name, value] as const] : []
  })
  const after = search.get('after')?.slice(0, LONGEST)
  const size = PAGE_SIZES.find((one) => String(one) === search.get('size')) ?? DEFAULT_SIZE
  const asked = search.get('sort') ?? ''
  const down = asked.startsWith('-')
  const column = down ? asked.slice(1) : asked
  return {
    filters: Object.fromEntries(filters),
    size,
    ...(after && { after }),
    ...(spec.sorts?.includes(column) && { sort: { column, down } }),
  }
}

/** The address's query with this state in it; whatever else stood there stays. */
export function writeListState(state: ListState, spec: ListSpec, onto: URLSearchParams): URLSearchParams {
  const search = new URLSearchParams(onto)
  for (const name of [...spec.filters, 'after', 'size', 'sort']) search.delete(name)
  for (const name of spec.filters) {
    const value = state.filters[name]
    if (value) search.set(name, value)
  }
  if (state.sort) search.set('sort', `${state.sort.down ? '-' : ''}${state.sort.column}`)
  if (state.size !== DEFAULT_SIZE) search.set('size', String(state.size))
  if (state.after) search.set('after', state.after)
  return search
}
