import { fail } from './errors.js'
import type { Expr } from './expr/operators.js'
import { asDoc, type Doc, get, set } from './values.js'

/** What happens to fields a projection does not name: dropped, or kept (with named ones dropped or added). */
export type Policy = 'include' | 'exclude' | 'add'

/** A projection as a tree of field names: `true` for a named field, an expression, or what lies below. */
export type Projection = { fields: Map<string, true | Expr | Projection>; computes: boolean }

/** An empty projection. */
export function projection(): Projection {
  return { fields: new Map(), computes: false }
}

/** Adds a path to a projection; overlapping paths answer 31249 or 31250. */
export function addPath(root: Projection, path: string, entry: true | Expr): void {
  if (path === '') fail(40352, 'FieldPath cannot be constructed with empty string')
  if (path.endsWith('.')) fail(40353, "FieldPath must not end with a '.'.")
  const parts = path.split('.')
  for (const p of parts) {
    if (p === '') fail(15998, 'FieldPath field names may not be empty strings.')
    if (p[0] === '$' && p !== '$id' && p !== '$ref' && p !== '$db')
      fail(16410, `FieldPath field names may not start with '$'. Consider using $getField or $setField.`)
  }
  let node = root
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? ''
    if (entry !== true) node.computes = true
    const known = node.fields.get(part)
    if (i === parts.length - 1) {
      if (known !== undefined) fail(31250, `Path collision at ${path}`)
      node.fields.set(part, entry)
    } else if (known === undefined) {
      const next = projection()
      node.fields.set(part, next)
      node = next
    } else if (isNode(known)) node = known
    else fail(31249, `Path collision at ${path} remaining portion ${parts.slice(i + 1).join('.')}`)
  }
}

/** Applies a projection: first keeps or drops, then computes (missing values remove the field). */
export function applyProjection(node: Projection, doc: Doc, policy: Policy, root: Doc, vars: Doc): Doc {
  const out = keep(node, doc, policy)
  if (node.computes) compute(node, out, root, vars)
  return out
}

function isNode(entry: true | Expr | Projection): entry is Projection {
  return typeof entry === 'object'
}

function keep(node: Projection, doc: Doc, policy: Policy): Doc {
  const out: Doc = {}
  for (const k of Object.keys(doc)) {
    const entry = node.fields.get(k)
    if (entry === undefined) {
      if (policy !== 'include') set(out, k, get(doc, k))
    } else if (entry === true) {
      if (policy === 'include') set(out, k, get(doc, k))
    } else if (isNode(entry)) {
      const v = keepIn(entry, get(doc, k), policy)
      if (v !== undefined) set(out, k, v)
    } else if (policy === 'add') set(out, k, get(doc, k))
  }
  return out
}

function keepIn(node: Projection, v: unknown, policy: Policy): unknown {
  if (Array.isArray(v)) {
    const out = v.map((e) => keepIn(node, e, policy))
    return policy === 'include' ? out.filter((e) => e !== undefined) : out
  }
  const fields = asDoc(v)
  if (fields) return keep(node, fields, policy)
  return policy === 'include' ? undefined : v
}

function compute(node: Projection, out: Doc, root: Doc, vars: Doc): void {
  for (const [k, entry] of node.fields) {
    if (entry === true) continue
    if (isNode(entry)) {
      if (entry.computes) set(out, k, computeIn(entry, get(out, k), root, vars))
      continue
    }
    const v = entry(root, vars)
    if (v === undefined) delete out[k]
    else set(out, k, v)
  }
}

function computeIn(node: Projection, v: unknown, root: Doc, vars: Doc): unknown {
  if (Array.isArray(v)) return v.map((e) => computeIn(node, e, root, vars))
  const fields = asDoc(v) ?? {}
  compute(node, fields, root, vars)
  return fields
}
