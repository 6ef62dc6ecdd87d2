// The tuples of values a document has under the fields of an index, arrays expanded as MongoDB expands them.
import { MongoError } from '../errors.js'
import { asDoc, type Doc, EMPTY_ARRAY, get } from '../values.js'

/** Tuples of one document; `multikey` when an array was met on the way. */
export interface Extracted {
  tuples: unknown[][]
  multikey: boolean
}

interface Pending {
  field: number
  node: unknown
  /** The name followed last. */
  name: string
  parts: readonly string[]
}

/** One tuple per index entry of `doc`, one value per path. Throws 171 when two separate arrays would be multiplied. */
export function extract(doc: Doc, paths: readonly (readonly string[])[]): Extracted {
  const out: Extracted = { tuples: [], multikey: false }
  walk(
    paths.map((parts, field) => ({ field, node: doc, name: '', parts })),
    new Array<unknown>(paths.length).fill(undefined),
    out,
  )
  return out
}

function walk(pending: Pending[], fixed: unknown[], out: Extracted): void {
  const stopped: Pending[] = []
  for (const p of pending) {
    const q = descend(p, out)
    if (Array.isArray(q.node)) stopped.push(q)
    else fixed[q.field] = q.node
  }
  const list: unknown = stopped[0]?.node
  if (!Array.isArray(list)) {
    out.tuples.push(fixed)
    return
  }
  const other = stopped.find((p) => p.node !== list)
  if (other !== undefined) {
    throw new MongoError(171, `cannot index parallel arrays [${other.name}] [${stopped[0]?.name}]`)
  }
  out.multikey = true
  if (list.length === 0) {
    for (const p of stopped) fixed[p.field] = p.parts.length === 0 ? EMPTY_ARRAY : undefined
    out.tuples.push(fixed)
    return
  }
  for (const element of list) expand(element, stopped, [...fixed], out)
}

function expand(element: unknown, stopped: Pending[], fixed: unknown[], out: Extracted): void {
  const next: Pending[] = []
  for (const p of stopped) {
    if (p.parts.length === 0) fixed[p.field] = element
    else if (asDoc(element) !== undefined) next.push({ ...p, node: element })
    else fixed[p.field] = undefined
  }
  if (next.length === 0) out.tuples.push(fixed)
  else walk(next, fixed, out)
}

// follows the path until it ends or meets an array that must be expanded
function descend(p: Pending, out: Extracted): Pending {
  let { node, name } = p
  let i = 0
  for (; i < p.parts.length; i++) {
    const part = p.parts[i] ?? ''
    if (Array.isArray(node)) {
      const position = /^\d+$/.test(part) ? Number(part) : -1
      if (position < 0 || position >= node.length) break
      out.multikey = true
      node = node[position]
    } else node = field(node, part)
    name = part
  }
  return { field: p.field, node, name, parts: p.parts.slice(i) }
}

function field(node: unknown, name: string): unknown {
  const doc = asDoc(node)
  return doc === undefined ? undefined : get(doc, name)
}

/** Whether any of the paths is present, as a sparse index asks. */
export function anyExists(doc: Doc, paths: readonly (readonly string[])[]): boolean {
  return paths.some((parts) => exists(doc, parts))
}

function exists(doc: Doc, parts: readonly string[]): boolean {
  let node: unknown = doc
  for (const part of parts) {
    if (Array.isArray(node)) return true
    node = field(node, part)
  }
  return node !== undefined
}
