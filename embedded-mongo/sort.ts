import { fail, unsupported } from './errors.js'
import { isNum, toDouble } from './numbers.js'
import { show } from './show.js'
import { asDoc, compare, type Doc, EMPTY_ARRAY, get } from './values.js'

/** A parsed sort: fields in order of significance. */
export type SortSpec = { path: string; parts: string[]; dir: 1 | -1 }[]

/** Parses `{a: 1, 'b.c': -1}`; `$natural` is the store's business and is refused here. */
export function parseSort(spec: Doc): SortSpec {
  return Object.keys(spec).map((path) => {
    const v = get(spec, path)
    if (asDoc(v)) throw unsupported('sorting by an expression or $meta')
    if (!isNum(v)) fail(15974, `Illegal key in $sort specification: ${path}: ${show(v)}`)
    const dir = toDouble(v)
    if (dir !== 1 && dir !== -1) fail(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
    if (path === '') fail(40352, 'FieldPath cannot be constructed with empty string')
    if (path.endsWith('.')) fail(40353, "FieldPath must not end with a '.'.")
    if (path.split('.').some((p) => p === '')) fail(15998, 'FieldPath field names may not be empty strings.')
    if (path.startsWith('$'))
      fail(16410, `FieldPath field names may not start with '$'. Consider using $getField or $setField.`)
    return { path, parts: path.split('.'), dir }
  })
}

/**
 * The values a document is sorted by, one per field of the sort. An array sorts by its least element (greatest when
 * descending); several fields through one array are taken from the same element.
 */
export function sortKey(doc: Doc, spec: SortSpec): unknown[] {
  const simple: unknown[] = []
  for (const { path, parts } of spec) {
    const v = parts.length === 1 ? get(doc, path) : reach(doc, parts)
    if (v === ARRAY || Array.isArray(v)) return leastTuple(doc, spec)
    simple.push(v)
  }
  return simple
}

/** Order of two sort keys of the same sort. */
export function compareSortKeys(a: unknown[], b: unknown[], spec: SortSpec): number {
  for (let i = 0; i < spec.length; i++) {
    const c = compare(a[i], b[i])
    if (c !== 0) return spec[i]?.dir === -1 ? -c : c
  }
  return 0
}

const ARRAY: unique symbol = Symbol('array on the way')

function reach(doc: Doc, parts: string[]): unknown {
  let v: unknown = doc
  for (const p of parts) {
    if (Array.isArray(v)) return ARRAY
    const o = asDoc(v)
    if (!o) return undefined
    v = get(o, p)
  }
  return v
}

type Walk = { at: unknown; parts: string[]; i: number; done: boolean }

function leastTuple(doc: Doc, spec: SortSpec): unknown[] {
  const all: unknown[][] = []
  expand(
    spec.map((s) => ({ at: doc, parts: s.parts, i: 0, done: false })),
    all,
  )
  let best = all[0] ?? []
  for (const t of all) if (compareSortKeys(t, best, spec) < 0) best = t
  return best
}

function expand(walks: Walk[], out: unknown[][]): void {
  const stopped = walks.map(advance)
  let array: unknown[] | undefined
  for (const w of stopped) {
    if (w.done || !Array.isArray(w.at)) continue
    if (array && array !== w.at) fail(2, 'cannot sort with keys that are parallel arrays')
    array = w.at
  }
  if (!array) {
    out.push(stopped.map((w) => w.at))
    return
  }
  const elements: unknown[] = array.length > 0 ? array : [EMPTY_ARRAY]
  for (const e of elements)
    expand(
      stopped.map((w) => (w.at === array && !w.done ? into(w, e) : w)),
      out,
    )
}

function into(w: Walk, e: unknown): Walk {
  if (w.i === w.parts.length) return { ...w, at: e, done: true }
  return asDoc(e) ? { ...w, at: e } : { ...w, at: undefined, done: true }
}

function advance(w: Walk): Walk {
  if (w.done) return w
  let { at, i } = w
  while (i < w.parts.length) {
    const p = w.parts[i] ?? ''
    if (Array.isArray(at)) {
      if (!/^\d+$/.test(p)) return { ...w, at, i }
      at = at[Number(p)]
    } else {
      const o = asDoc(at)
      if (!o) return { ...w, at: undefined, done: true }
      at = get(o, p)
    }
    i++
  }
  return { ...w, at, i, done: !Array.isArray(at) }
}
