import { fail } from '../errors.js'
import { compileFilter } from '../match/index.js'
import { type Doc, get, isPlain, set } from '../values.js'

/** Compiled `arrayFilters`: tests of one array element by identifier. */
export type ArrayFilters = Map<string, (element: unknown) => boolean>

/** Compiles `arrayFilters`, refusing bad, double and multiple identifiers. */
export function compileArrayFilters(filters: Doc[] | undefined): ArrayFilters {
  const out: ArrayFilters = new Map()
  for (const f of filters ?? []) {
    const names = new Set(topNames(f))
    if (names.size > 1) {
      const [a, b] = [...names]
      fail(
        9,
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${a}' and '${b}'`,
      )
    }
    const [id] = names
    if (id === undefined) return fail(9, 'Cannot use an expression without a top-level field name in arrayFilters')
    if (!/^[a-z][a-zA-Z0-9]*$/.test(id)) {
      fail(
        2,
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${id}'`,
      )
    }
    if (out.has(id)) fail(9, `Found multiple array filters with the same top-level field name ${id}`)
    const matches = compileFilter(f)
    out.set(id, (element) => {
      const wrapped: Doc = {}
      set(wrapped, id, element)
      return matches(wrapped)
    })
  }
  return out
}

function topNames(filter: Doc): string[] {
  if (!isPlain(filter)) return fail(14, 'arrayFilters entries must be objects')
  return Object.keys(filter).flatMap((k) => {
    if (k[0] !== '$') return [k.split('.')[0] ?? '']
    const clauses = get(filter, k)
    return Array.isArray(clauses) ? clauses.flatMap((c) => topNames(c as Doc)) : []
  })
}
