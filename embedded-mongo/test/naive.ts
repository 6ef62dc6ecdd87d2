/**
 * A deliberately naive second reading of MongoDB's rules for plain JSON values, to hold the engine against:
 * it lists every value, copies everything, and shares no code with the engine.
 */
export type Json = null | boolean | number | string | Json[] | { [k: string]: Json }
export type JsonDoc = { [k: string]: Json }
type Maybe = Json | undefined

const isDoc = (v: Maybe): v is JsonDoc => typeof v === 'object' && v !== null && !Array.isArray(v)
const kind = (v: Maybe): number => {
  if (v === undefined || v === null) return 1
  if (typeof v === 'number') return 2
  if (typeof v === 'string') return 3
  if (Array.isArray(v)) return 5
  return typeof v === 'boolean' ? 6 : 4
}

/** MongoDB's order, spelled out. */
export function naiveCompare(a: Maybe, b: Maybe): number {
  if (kind(a) !== kind(b)) return kind(a) - kind(b)
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; ; i++) {
      if (i === a.length || i === b.length) return a.length - b.length
      const c = naiveCompare(a[i], b[i])
      if (c) return c
    }
  }
  if (isDoc(a) && isDoc(b)) {
    const x = Object.entries(a)
    const y = Object.entries(b)
    for (let i = 0; ; i++) {
      const p = x[i]
      const q = y[i]
      if (!p || !q) return x.length - y.length
      if (kind(p[1]) !== kind(q[1])) return kind(p[1]) - kind(q[1])
      if (p[0] !== q[0]) return p[0] < q[0] ? -1 : 1
      const c = naiveCompare(p[1], q[1])
      if (c) return c
    }
  }
  if (kind(a) === 1) return 0
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0
}

/** Every value a path reaches, leaf arrays as elements and whole. */
function reached(v: Maybe, path: string[], leaves: boolean): Maybe[] {
  const [head, ...rest] = path
  if (head === undefined) return leaves && Array.isArray(v) ? [...v, v] : [v]
  if (!isDoc(v)) return [undefined]
  const next = v[head]
  return Array.isArray(next) && rest.length > 0 ? through(next, rest, leaves) : reached(next, rest, leaves)
}

function through(list: Json[], path: string[], leaves: boolean): Maybe[] {
  const [head, ...rest] = path
  return list.flatMap((e, i) => {
    const own = isDoc(e) ? reached(e, path, leaves) : []
    if (String(i) !== head) return own
    if (rest.length === 0) return [...own, e]
    if (isDoc(e)) return [...own, ...reached(e, rest, leaves)]
    return Array.isArray(e) ? [...own, ...through(e, rest, leaves)] : own
  })
}

/** Does a filter of this small language match? */
export function naiveMatch(filter: JsonDoc, doc: JsonDoc): boolean {
  return Object.entries(filter).every(([k, x]) => {
    if (k === '$and') return (x as JsonDoc[]).every((f) => naiveMatch(f, doc))
    if (k === '$or') return (x as JsonDoc[]).some((f) => naiveMatch(f, doc))
    if (k === '$nor') return !(x as JsonDoc[]).some((f) => naiveMatch(f, doc))
    return Object.entries(x as JsonDoc).every(([op, arg]) => {
      const leaves = op !== '$size' && op !== '$elemMatch'
      return naiveTest(op, arg, reached(doc, k.split('.'), leaves))
    })
  })
}

function naiveTest(op: string, arg: Json, values: Maybe[]): boolean {
  const equals = (v: Maybe, x: Maybe) => naiveCompare(v, x) === 0
  switch (op) {
    case '$eq':
      return values.some((v) => equals(v, arg))
    case '$ne':
      return !naiveTest('$eq', arg, values)
    case '$in':
      return (arg as Json[]).some((x) => naiveTest('$eq', x, values))
    case '$nin':
      return !naiveTest('$in', arg, values)
    case '$all':
      return (arg as Json[]).length > 0 && (arg as Json[]).every((x) => naiveTest('$eq', x, values))
    case '$gt':
      return values.some((v) => kind(v) === kind(arg) && naiveCompare(v, arg) > 0)
    case '$gte':
      return values.some((v) => kind(v) === kind(arg) && naiveCompare(v, arg) >= 0)
    case '$lt':
      return values.some((v) => kind(v) === kind(arg) && naiveCompare(v, arg) < 0)
    case '$lte':
      return values.some((v) => kind(v) === kind(arg) && naiveCompare(v, arg) <= 0)
    case '$exists':
      return values.some((v) => v !== undefined) === arg
    case '$size':
      return values.some((v) => Array.isArray(v) && v.length === arg)
    case '$not':
      return !Object.entries(arg as JsonDoc).every(([o, a]) => naiveTest(o, a, values))
    case '$elemMatch':
      return values.some(
        (v) =>
          Array.isArray(v) && v.some((e) => Object.entries(arg as JsonDoc).every(([o, a]) => naiveTest(o, a, [e]))),
      )
    default:
      throw new Error(op)
  }
}

/** The least (or greatest) key of a document for a sort by one field. */
export function naiveSortKey(doc: JsonDoc, path: string[], dir: number): Maybe | 'empty' {
  const spread = (v: Maybe, p: string[]): (Maybe | 'empty')[] => {
    const [head, ...rest] = p
    if (head === undefined) return Array.isArray(v) ? (v.length > 0 ? v : ['empty']) : [v]
    if (Array.isArray(v)) return v.length > 0 ? v.flatMap((e) => (isDoc(e) ? spread(e, p) : [undefined])) : [undefined]
    return isDoc(v) ? spread(v[head], rest) : [undefined]
  }
  return spread(doc, path).reduce((best, k) => (naiveKeyOrder(k, best) * dir < 0 ? k : best))
}

/** Order of sort keys: an empty array comes before null. The word 'empty' is no value of the generated documents. */
export function naiveKeyOrder(a: Maybe | 'empty', b: Maybe | 'empty'): number {
  if (a === 'empty' || b === 'empty') return (a === 'empty' ? 0 : 1) - (b === 'empty' ? 0 : 1)
  return naiveCompare(a, b)
}

/** Applies one operator to one path of a copy, or answers the code MongoDB refuses it with. */
export function naiveUpdate(doc: JsonDoc, op: string, path: string, arg: Json): JsonDoc | number {
  const out = JSON.parse(JSON.stringify(doc)) as JsonDoc
  const parts = path.split('.')
  const last = parts.pop() as string
  const isIndex = (p: string) => /^\d+$/.test(p)
  const creates = !['$unset', '$pull', '$pop'].includes(op)
  const barred = op === '$unset' ? out : 28
  let node: Json[] | JsonDoc = out
  for (const p of parts) {
    const next: Maybe = Array.isArray(node) ? (isIndex(p) ? node[Number(p)] : undefined) : node[p]
    if (next === undefined) {
      if (Array.isArray(node) && !isIndex(p)) return barred
      if (!creates) return out
      const made: JsonDoc = {}
      put(node, p, made)
      node = made
    } else if (typeof next === 'object' && next !== null) node = next
    else return barred
  }
  if (Array.isArray(node) && !isIndex(last)) return barred
  const now: Maybe = Array.isArray(node) ? node[Number(last)] : node[last]
  const next = naiveChange(op, now, arg)
  if (next instanceof Refused) return next.code
  if (next === undefined) {
    if (Array.isArray(node)) {
      if (now !== undefined) node[Number(last)] = null
    } else delete node[last]
  } else put(node, last, next)
  return out
}

function put(node: Json[] | JsonDoc, key: string, v: Json): void {
  if (!Array.isArray(node)) {
    node[key] = v
    return
  }
  while (node.length < Number(key)) node.push(null)
  node[Number(key)] = v
}

class Refused {
  readonly code: number

  constructor(code: number) {
    this.code = code
  }
}

function naiveChange(op: string, now: Maybe, arg: Json): Maybe | Refused {
  const list = Array.isArray(now) ? now : undefined
  switch (op) {
    case '$set':
      return arg
    case '$unset':
      return undefined
    case '$inc':
      if (now === undefined) return arg
      return typeof now === 'number' ? now + (arg as number) : new Refused(14)
    case '$min':
      return now === undefined || naiveCompare(arg, now) < 0 ? arg : now
    case '$max':
      return now === undefined || naiveCompare(arg, now) > 0 ? arg : now
    case '$push':
      if (now === undefined) return [arg]
      return list ? [...list, arg] : new Refused(2)
    case '$addToSet':
      if (now === undefined) return [arg]
      if (!list) return new Refused(2)
      return list.some((e) => naiveCompare(e, arg) === 0) ? list : [...list, arg]
    case '$pull':
      if (now === undefined) return undefined
      return list ? list.filter((e) => naiveCompare(e, arg) !== 0) : new Refused(2)
    case '$pop':
      if (now === undefined) return undefined
      if (!list) return new Refused(14)
      return arg === 1 ? list.slice(0, -1) : list.slice(1)
    default:
      throw new Error(op)
  }
}
