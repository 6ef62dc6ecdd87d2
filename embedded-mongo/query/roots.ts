// Which top-level fields a filter or a pipeline reads, so that no other field is decoded.
import { type Doc, get, isPlain } from '../values.js'

const LOGICAL = new Set(['$and', '$or', '$nor'])

/** Top-level fields a filter reads; undefined when it may read any (`$expr` and the like). */
export function rootsRead(filter: Doc, out: Set<string> = new Set()): Set<string> | undefined {
  for (const key of Object.keys(filter)) {
    if (!key.startsWith('$')) {
      out.add(key.split('.')[0] ?? key)
      continue
    }
    if (key === '$comment') continue
    const branches = get(filter, key)
    if (!LOGICAL.has(key) || !Array.isArray(branches)) return undefined
    for (const branch of branches) if (!isPlain(branch) || rootsRead(branch, out) === undefined) return undefined
  }
  return out
}
