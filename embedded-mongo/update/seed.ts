import { fail } from '../errors.js'
import { isOperators, isRegex } from '../match/index.js'
import { type Doc, get, isPlain } from '../values.js'
import { Draft } from './draft.js'

/** The document an upsert starts from: the equalities the filter pins. A path pinned twice answers 54. */
export function seedFrom(filter: Doc): Doc {
  const pinned = new Map<string, unknown>()
  collect(filter, pinned)
  const draft = new Draft({})
  const paths = [...pinned.keys()]
  for (const path of paths) {
    const parent = paths.find((p) => path.startsWith(`${p}.`))
    if (parent !== undefined)
      fail(54, `cannot infer query fields to set, both paths '${parent}' and '${path}' are matched`)
    draft.write(path.split('.'), pinned.get(path))
  }
  return idFirst(draft.root)
}

function idFirst(doc: Doc): Doc {
  return Object.hasOwn(doc, '_id') && Object.keys(doc)[0] !== '_id' ? { _id: doc['_id'], ...doc } : doc
}

function collect(filter: Doc, pinned: Map<string, unknown>): void {
  const pin = (path: string, v: unknown) => {
    if (isRegex(v)) return
    if (pinned.has(path)) fail(54, `cannot infer query fields to set, path '${path}' is matched twice`)
    pinned.set(path, v)
  }
  for (const k of Object.keys(filter)) {
    const x = get(filter, k)
    if (k === '$and' || (k === '$or' && Array.isArray(x) && x.length === 1)) {
      for (const f of Array.isArray(x) ? x : []) if (isPlain(f)) collect(f, pinned)
    } else if (k[0] === '$') continue
    else if (!isOperators(x)) pin(k, x)
    else {
      const only = (op: string) => {
        const list = get(x, op)
        return Array.isArray(list) && list.length === 1 ? list : undefined
      }
      if (Object.hasOwn(x, '$eq')) pin(k, get(x, '$eq'))
      const one = only('$in') ?? only('$all')
      if (one && !isOperators(one[0])) pin(k, one[0])
    }
  }
}
