// A filter flattened into conditions per path, as far as index bounds can use it.
import { asDoc, type Doc, get, isPlain } from '../values.js'

/** One operator applied to a path; `options` is `$options` beside a `$regex`. */
export interface Condition {
  op: string
  value: unknown
  options?: unknown
}

/** Conditions that all must hold, and `$or` lists of which one branch each must. */
export interface Conditions {
  paths: Map<string, Condition[]>
  ors: Doc[][]
}

/** Flattens `$and`; what it cannot use is left out, so the result is never stricter than the filter. */
export function flatten(filter: Doc, out: Conditions = { paths: new Map(), ors: [] }): Conditions {
  for (const key of Object.keys(filter)) {
    const value = get(filter, key)
    if (key === '$and') for (const branch of docs(value)) flatten(branch, out)
    else if (key === '$or') out.ors.push(docs(value))
    else if (!key.startsWith('$')) add(out, key, value)
  }
  return out
}

function docs(value: unknown): Doc[] {
  return Array.isArray(value) ? value.filter(isPlain) : []
}

function add(out: Conditions, path: string, value: unknown): void {
  const list = out.paths.get(path) ?? []
  out.paths.set(path, list)
  const ops = operators(value)
  if (ops === undefined) list.push({ op: '$eq', value })
  else for (const op of Object.keys(ops)) list.push({ op, value: get(ops, op), options: get(ops, '$options') })
}

/** The operator document `{ $gt: 1 }`, or undefined when the value is compared as it is. */
export function operators(value: unknown): Doc | undefined {
  if (!isPlain(value)) return undefined
  const first = Object.keys(value)[0]
  return first?.startsWith('$') && asDoc(value) === value ? value : undefined
}
