import { fail } from '../errors.js'
import { show } from '../show.js'
import { compileUpdateStages } from '../stages/index.js'
import { type Doc, equal, get, isPlain } from '../values.js'
import { applyModifiers } from './apply.js'
import { compileArrayFilters } from './array-filters.js'
import { type Leaf, parseModifiers } from './parse.js'

export { seedFrom } from './seed.js'

/** One compiled update. `apply` never changes its input; parts that did not change are shared with it. */
export type Update = {
  kind: 'modify' | 'replace' | 'pipeline'
  apply(doc: Doc, o?: { pos?: number; inserting?: boolean }): Doc
}

/** Compiles an update document, replacement or pipeline. Number types are kept when `u` and the documents carry them. */
export function compileUpdate(u: unknown, arrayFilters: Doc[] | undefined, opts: { now: Date; vars?: Doc }): Update {
  if (Array.isArray(u)) {
    if (arrayFilters?.length) fail(9, 'arrayFilters may not be specified for pipeline-syle updates')
    return pipelineUpdate(u, { NOW: opts.now, ...opts.vars })
  }
  if (!isPlain(u)) return fail(9, 'Update argument must be either an object or an array')
  if (Object.keys(u)[0]?.[0] !== '$') {
    if (arrayFilters?.length) fail(9, 'arrayFilters may not be specified for replacement-style updates')
    return replacement(u)
  }
  const filters = compileArrayFilters(arrayFilters)
  const leaves = parseModifiers(u, filters, opts.now)
  const simple = topLevelSets(u, leaves)
  return {
    kind: 'modify',
    apply: (doc, o = {}) => (simple && !o.inserting ? { ...doc, ...simple } : applyModifiers(doc, leaves, filters, o)),
  }
}

/** The fields of an update that only sets whole top-level fields (not `_id`), which needs no path walking. */
function topLevelSets(u: Doc, leaves: Leaf[]): Doc | undefined {
  for (const op of Object.keys(u)) if (op !== '$set' && op !== '$setOnInsert') return undefined
  if (leaves.some((l) => l.parts.length > 1 || /^(_id$|__proto__$|\$)/.test(l.parts[0] ?? ''))) return undefined
  const out: Doc = {}
  for (const l of leaves) {
    if (l.onInsert || l.kind !== 'change') continue
    const key = l.parts[0] ?? ''
    out[key] = l.change(undefined, { path: key, name: key, id: undefined })
  }
  return out
}

function replacement(u: Doc): Update {
  for (const k of Object.keys(u)) {
    if (k[0] === '$') {
      fail(
        52,
        `The dollar ($) prefixed field '${k}' in '${k}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
      )
    }
  }
  return {
    kind: 'replace',
    apply(doc) {
      const id = get(doc, '_id')
      const given = get(u, '_id')
      if (id === undefined) return given === undefined ? { ...u } : { _id: given, ...u }
      if (given !== undefined && !equal(given, id)) {
        fail(
          66,
          `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(given)}`,
        )
      }
      const out: Doc = { _id: id, ...u }
      out['_id'] = id
      return out
    },
  }
}

function pipelineUpdate(stages: unknown[], vars: Doc): Update {
  const run = compileUpdateStages(stages)
  return {
    kind: 'pipeline',
    apply(doc) {
      const out = run(doc, vars)
      const id = get(doc, '_id')
      const after = get(out, '_id')
      if (id === undefined) return out
      if (after === undefined) return { _id: id, ...out }
      if (!equal(after, id)) {
        fail(
          66,
          `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(after)}`,
        )
      }
      return out
    },
  }
}
