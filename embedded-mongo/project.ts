import { fail, unsupported } from './errors.js'
import { compileExpr, type Expr } from './expr/index.js'
import { compileFilter, isOperators } from './match/index.js'
import { isNum, toDouble } from './numbers.js'
import { addPath, applyProjection, type Policy, type Projection, projection } from './projection.js'
import { asDoc, type Doc, get, isPlain, set } from './values.js'

/**
 * Compiles a find projection; `undefined` when it keeps whole documents. The compiled form takes the positional
 * index the filter reported (for `'a.$': 1`).
 */
export function compileProjection(
  spec: Doc | undefined,
  _filter: Doc,
  vars?: Doc,
): ((doc: Doc, pos?: number) => Doc) | undefined {
  if (spec === undefined || Object.keys(spec).length === 0) return undefined
  const p = parse(spec, true)
  const scope: Doc = { NOW: new Date(), ...vars }
  return (doc, pos) => {
    let out = applyProjection(p.tree, doc, p.policy, doc, scope)
    for (const s of p.slices) out = sliceAt(out, s.parts, 0, s.cut) as Doc
    if (p.positional) out = positionAt(out, p.positional, 0, pos) as Doc
    return out
  }
}

/**
 * The fields that a valid find projection keeps, when all it does is to keep whole top-level fields; else undefined.
 */
export function topLevel(spec: Doc): string[] | undefined {
  const names: string[] = []
  let id = true
  for (const name of Object.keys(spec)) {
    const v = get(spec, name)
    const flag = typeof v === 'boolean' ? v : isNum(v) ? toDouble(v) !== 0 : undefined
    if (name === '_id' && flag !== undefined) id = flag
    else if (flag === true && !name.includes('.') && !name.startsWith('$')) names.push(name)
    else return undefined
  }
  if (names.length === 0) return id && Object.hasOwn(spec, '_id') ? ['_id'] : undefined
  return id ? ['_id', ...names] : names
}

/** Compiles a `$project` stage. */
export function compileProjectStage(spec: unknown): (doc: Doc, vars: Doc) => Doc {
  if (!isPlain(spec)) return fail(15969, '$project specification must be an object')
  if (Object.keys(spec).length === 0)
    fail(51272, 'Invalid $project :: caused by :: projection specification must have at least one field')
  const p = parse(spec, false)
  return (doc, vars) => applyProjection(p.tree, doc, p.policy, doc, vars)
}

/** Compiles `$addFields` / `$set`. */
export function compileAddFields(spec: unknown, stage: string): (doc: Doc, vars: Doc) => Doc {
  if (!isPlain(spec)) return fail(40272, `${stage} specification stage must be an object`)
  if (Object.keys(spec).length === 0)
    fail(40177, `Invalid ${stage} :: caused by :: specification must have at least one field`)
  const tree = projection()
  const walk = (o: Doc, prefix: string) => {
    for (const k of Object.keys(o)) {
      const v = get(o, k)
      const inner = isPlain(v) ? Object.keys(v) : []
      if (isPlain(v) && inner.length > 0 && inner[0]?.[0] !== '$') walk(v, `${prefix}${k}.`)
      else addPath(tree, prefix + k, compileExpr(v))
    }
  }
  walk(spec, '')
  return (doc, vars) => applyProjection(tree, doc, 'add', doc, vars)
}

/** Compiles `$unset`: one path or a list. */
export function compileUnset(spec: unknown): (doc: Doc, vars: Doc) => Doc {
  const paths = typeof spec === 'string' ? [spec] : spec
  if (!Array.isArray(paths)) return fail(31002, '$unset specification must be a string or an array')
  if (paths.length === 0) fail(31119, '$unset specification must be a string or an array with at least one field')
  const tree = projection()
  for (const p of paths)
    addPath(
      tree,
      typeof p === 'string'
        ? p
        : fail(31120, '$unset specification must be a string or an array containing only string values'),
      true,
    )
  return (doc, vars) => applyProjection(tree, doc, 'exclude', doc, vars)
}

type Cut = (list: unknown[]) => unknown[]
type Parsed = { tree: Projection; policy: Policy; slices: { parts: string[]; cut: Cut }[]; positional?: string[] }

function parse(spec: Doc, find: boolean): Parsed {
  const tree = projection()
  const slices: Parsed['slices'] = []
  let positional: string[] | undefined
  let policy: Policy | undefined
  let id: boolean | undefined
  let ownId = false
  const decide = (wanted: Policy, path: string) => {
    if (policy !== undefined && policy !== wanted) {
      const [a, b] = wanted === 'include' ? ['inclusion', 'exclusion'] : ['exclusion', 'inclusion']
      fail(wanted === 'include' ? 31253 : 31254, `Cannot do ${a} on field ${path} in ${b} projection`)
    }
    policy = wanted
  }
  const computed = (path: string, e: Expr) => {
    if (policy === 'exclude') fail(31252, `Cannot use an expression for field ${path} in an exclusion projection`)
    policy = 'include'
    if (path === '_id') ownId = true
    addPath(tree, path, e)
  }
  const walk = (o: Doc, prefix: string) => {
    for (const k of Object.keys(o)) {
      const path = prefix + k
      const v = get(o, k)
      const flag = typeof v === 'boolean' ? v : isNum(v) ? toDouble(v) !== 0 : undefined
      if (path.startsWith('_id.')) ownId = true
      if (flag !== undefined) {
        if (path === '_id') id = flag
        else if (find && /(^|\.)\$($|\.)/.test(path)) {
          if (!path.endsWith('.$') || path.slice(0, -2).includes('$')) {
            fail(
              31394,
              `As of 4.4, it's illegal to specify positional operator in the middle of a path.Positional projection may only be used at the end, for example: a.b.$. If the query previously used a form like a.b.$.d, remove the parts following the '$' and the results will be equivalent.`,
            )
          }
          if (positional) fail(31276, 'Cannot specify more than one positional projection per query.')
          if (!flag || policy === 'exclude') fail(31395, 'positional projection cannot be used with exclusion')
          policy = 'include'
          positional = path.slice(0, -2).split('.')
          addPath(tree, path.slice(0, -2), true)
        } else {
          decide(flag ? 'include' : 'exclude', path)
          addPath(tree, path, true)
        }
        continue
      }
      const op = isPlain(v) ? Object.keys(v)[0] : undefined
      if (isPlain(v) && op === undefined)
        fail(51270, `An empty sub-projection is not a valid value. Found empty object at path ${path}`)
      if (op === '$meta') throw unsupported('$meta')
      const cut = find && isPlain(v) && op === '$slice' ? findSlice(get(v, '$slice')) : undefined
      if (cut) slices.push({ parts: path.split('.'), cut })
      else if (find && isPlain(v) && op === '$elemMatch') {
        if (path.includes('.')) fail(31275, 'Cannot use $elemMatch projection on a nested field.')
        decide('include', path)
        computed(path, elemMatch(path, get(v, '$elemMatch')))
      } else if (isPlain(v) && op?.[0] !== '$') walk(v, `${path}.`)
      else computed(path, compileExpr(v))
    }
  }
  walk(spec, '')
  const settled = policy ?? (id === true && slices.length === 0 ? 'include' : 'exclude')
  if (settled === 'include') {
    if (id !== false && !ownId) addPath(tree, '_id', true)
    for (const s of slices) if (!reaches(tree, s.parts)) addPath(tree, s.parts.join('.'), true)
  } else if (id === false) addPath(tree, '_id', true)
  return { tree, policy: settled, slices, ...(positional ? { positional } : {}) }
}

function reaches(tree: Projection, parts: string[]): boolean {
  let node: Projection = tree
  for (const p of parts) {
    const next = node.fields.get(p)
    if (next === undefined) return false
    if (typeof next !== 'object') return true
    node = next
  }
  return true
}

/** The find form of $slice (`n` or `[skip, n]`); `undefined` when the argument is the expression's. */
function findSlice(arg: unknown): Cut | undefined {
  if (isNum(arg)) {
    const n = Math.trunc(toDouble(arg))
    return (list) => (n >= 0 ? list.slice(0, n) : list.slice(n))
  }
  if (!Array.isArray(arg))
    return fail(
      28667,
      'Invalid $slice syntax. The given syntax did not match the find() syntax because :: First argument to $slice must be a number',
    )
  if (arg.length !== 2 || !isNum(arg[0]) || !isNum(arg[1])) return undefined
  const skip = Math.trunc(toDouble(arg[0]))
  const n = Math.trunc(toDouble(arg[1]))
  if (n <= 0) fail(28724, `First argument to $slice must be an array, but is of type: int`)
  return (list) => {
    const from = skip >= 0 ? skip : Math.max(0, list.length + skip)
    return list.slice(from, from + n)
  }
}

function sliceAt(v: unknown, parts: string[], i: number, cut: Cut): unknown {
  if (i === parts.length) return Array.isArray(v) ? cut(v) : v
  if (Array.isArray(v)) return v.map((e) => sliceAt(e, parts, i, cut))
  return within(v, parts[i] ?? '', (inner) => sliceAt(inner, parts, i + 1, cut))
}

function positionAt(v: unknown, parts: string[], i: number, pos: number | undefined): unknown {
  if (Array.isArray(v)) {
    if (pos === undefined || pos >= v.length) {
      return fail(
        51246,
        "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
      )
    }
    return [v[pos]]
  }
  if (i === parts.length) return v
  return within(v, parts[i] ?? '', (inner) => positionAt(inner, parts, i + 1, pos))
}

function within(v: unknown, key: string, change: (inner: unknown) => unknown): unknown {
  const fields = asDoc(v)
  if (!fields || !Object.hasOwn(fields, key)) return v
  const out = { ...fields }
  set(out, key, change(get(fields, key)))
  return out
}

function elemMatch(path: string, spec: unknown): Expr {
  if (!isPlain(spec)) return fail(31274, '$elemMatch in projection must be an object')
  const first = Object.keys(spec)[0]
  const onValue = isOperators(spec, true) && !['$and', '$or', '$nor'].includes(first ?? '')
  const matches = onValue ? compileFilter({ v: { $elemMatch: spec } }) : compileFilter(spec)
  const test = (e: unknown) => {
    if (onValue) return matches({ v: [e] })
    const fields = Array.isArray(e) ? (e as unknown as Doc) : asDoc(e)
    return fields !== undefined && matches(fields)
  }
  return (doc) => {
    const list = isPlain(doc) ? get(doc, path) : undefined
    if (!Array.isArray(list)) return undefined
    const at = list.findIndex(test)
    return at < 0 ? undefined : [list[at]]
  }
}
