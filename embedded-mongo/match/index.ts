import { fail, unsupported } from '../errors.js'
import { compileExpr, truthy } from '../expr/index.js'
import { asDoc, type Doc, get, isPlain } from '../values.js'
import { type Condition, conditions } from './field.js'
import { MISS, NO_INDEX, type Test, walk } from './walk.js'

export { isOperators } from './field.js'
export { isRegex, toRegex } from './regex.js'

/** Does the document match? `hit.pos` receives the array index the positional operator `$` stands for. */
export type Predicate = (doc: Doc, hit?: { pos?: number }) => boolean

/** Compiles a filter once; throws MongoError for anything malformed or unsupported. `vars` serve `$expr`. */
export function compileFilter(filter: Doc, opts: { vars?: Doc } = {}): Predicate {
  return compileScoped(filter, { vars: { NOW: new Date(), ...opts.vars } })
}

/** Where `$expr` reads its variables at the time it runs. */
export type Scope = { vars: Doc }

/** As `compileFilter`, for filters whose variables change between documents. */
export function compileScoped(filter: Doc, scope: Scope): Predicate {
  return both(branches(filter, scope, false))
}

/** Does a filter, pipeline or expression ask for types, so that documents must be decoded with number types kept? */
export function asksForTypes(spec: unknown): boolean {
  if (Array.isArray(spec)) return spec.some(asksForTypes)
  const doc = asDoc(spec)
  if (!doc) return false
  return Object.keys(doc).some((k) => k === '$type' || asksForTypes(get(doc, k)))
}

/** A part of a conjunction with MongoDB's place for it (operator, then path). */
type Branch = { order: number; path: string; matches: Predicate }

const AND = 0
const OR = 1
const NOT = 18
const NOR = 19
const EXPR = 30

function branches(filter: Doc, scope: Scope, nested: boolean): Branch[] {
  const out: Branch[] = []
  for (const key of Object.keys(filter)) {
    const x = get(filter, key)
    if (key[0] !== '$' || key === '$ref' || key === '$id' || key === '$db') {
      if (/^\.|\.\.|\.$/.test(key)) throw unsupported(`an empty name in a filter path ('${key}')`)
      for (const c of conditions(key, x, (f) => both(branches(f, scope, true)))) out.push(branch(key, c))
      continue
    }
    const b = topLevel(key, x, scope, nested)
    if (b) out.push(b)
  }
  return out
}

function topLevel(key: string, x: unknown, scope: Scope, nested: boolean): Branch | undefined {
  switch (key) {
    case '$and':
      return { order: AND, path: '', matches: both(clauses(key, x).flatMap((f) => branches(f, scope, nested))) }
    case '$or': {
      const of = clauses(key, x).map((f) => both(branches(f, scope, nested)))
      return { order: OR, path: '', matches: (d, hit) => of.some((p) => p(d, hit)) }
    }
    case '$nor': {
      const of = clauses(key, x).map((f) => both(branches(f, scope, nested)))
      return { order: NOR, path: '', matches: (d) => !of.some((p) => p(d)) }
    }
    case '$expr': {
      if (nested) fail(2, '$expr can only be applied to the top-level document')
      const e = compileExpr(x)
      return { order: EXPR, path: '', matches: (d) => truthy(e(d, scope.vars)) }
    }
    case '$comment':
      return undefined
    case '$alwaysTrue':
      return { order: EXPR, path: '', matches: () => true }
    case '$alwaysFalse':
      return { order: EXPR, path: '', matches: () => false }
    case '$where':
    case '$text':
    case '$jsonSchema':
    case '$sampleRate':
      throw unsupported(key)
    default:
      return fail(
        2,
        `unknown top level operator: ${key}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      )
  }
}

function clauses(op: string, x: unknown): Doc[] {
  if (!Array.isArray(x)) return fail(2, `${op} must be an array`)
  if (x.length === 0) fail(2, '$and/$or/$nor must be a nonempty array')
  return x.map((f) => (isPlain(f) ? f : fail(2, '$or/$and/$nor entries need to be full objects')))
}

/** A conjunction. With a `hit` the parts run in MongoDB's order and the last one that points into an array decides. */
function both(all: Branch[]): Predicate {
  const [a, b] = all
  if (!a) return () => true
  if (!b) return a.matches
  const given = all.map((x) => x.matches)
  let ordered: Predicate[] | undefined
  return (doc, hit) => {
    if (!hit) {
      for (const p of given) if (!p(doc)) return false
      return true
    }
    ordered ??= [...all].sort(byPlace).map((x) => x.matches)
    for (const p of ordered) {
      if (p(doc, hit)) continue
      delete hit.pos
      return false
    }
    return true
  }
}

function byPlace(x: Branch, y: Branch): number {
  return x.order - y.order || (x.path < y.path ? -1 : x.path > y.path ? 1 : 0)
}

function branch(path: string, c: Condition): Branch {
  switch (c.kind) {
    case 'leaf':
      return { order: c.order, path, matches: leafMatcher(path, c.traverse, c.test) }
    case 'elem':
      return { order: c.order, path, matches: elemMatcher(path, c.find) }
    case 'not': {
      const inner = both(c.of.map((x) => branch(path, x)))
      return { order: NOT, path, matches: (d) => !inner(d) }
    }
    case 'all':
      return { order: AND, path, matches: both(c.of.map((x) => branch(path, x))) }
  }
}

function leafMatcher(path: string, traverse: boolean, test: Test): Predicate {
  if (path.includes('.')) {
    const parts = path.split('.')
    return (doc, hit) => report(walk(doc, parts, 0, traverse, test), hit)
  }
  const parts = [path]
  return (doc, hit) => {
    if (Array.isArray(doc)) return report(walk(doc, parts, 0, traverse, test), hit)
    const v = get(doc, path)
    if (!traverse || !Array.isArray(v)) return test(v)
    for (let k = 0; k < v.length; k++) if (test(v[k])) return report(k, hit)
    return test(v)
  }
}

function elemMatcher(path: string, find: (array: unknown[]) => number): Predicate {
  const parts = path.split('.')
  return (doc, hit) => {
    let inner = -1
    const found = walk(doc, parts, 0, false, (v) => {
      inner = Array.isArray(v) ? find(v) : -1
      return inner >= 0
    })
    return report(found === NO_INDEX ? inner : found, hit)
  }
}

function report(found: number, hit: { pos?: number } | undefined): boolean {
  if (found === MISS) return false
  if (hit && found >= 0) hit.pos = found
  return true
}
