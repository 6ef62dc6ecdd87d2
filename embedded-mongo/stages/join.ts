import { Long } from 'bson'
import { fail, unsupported } from '../errors.js'
import { compileExpr, type Expr } from '../expr/index.js'
import { variableName } from '../expr/scopes.js'
import { compileFilter } from '../match/index.js'
import { walk } from '../match/walk.js'
import { isNum, toDouble } from '../numbers.js'
import { asDoc, type Doc, get, isPlain, set, typeAlias } from '../values.js'
import { keyOf } from './key.js'
import { setNested } from './reshape.js'
import type { Stage, StageCompiler } from './types.js'

/** `$lookup` by fields, by pipeline, or both. Reads the whole foreign collection. */
export const lookup: StageCompiler = (arg, compile) => {
  const o = options(arg, '$lookup', ['from', 'as', 'localField', 'foreignField', 'let', 'pipeline'])
  const from = text(o, 'from', '$lookup')
  const as = text(o, 'as', '$lookup').split('.')
  const local = Object.hasOwn(o, 'localField') ? text(o, 'localField', '$lookup').split('.') : undefined
  const foreign = Object.hasOwn(o, 'foreignField') ? text(o, 'foreignField', '$lookup').split('.') : undefined
  if ((local === undefined) !== (foreign === undefined)) {
    fail(9, '$lookup requires both or neither of "localField" and "foreignField" to be specified')
  }
  const run = Object.hasOwn(o, 'pipeline') ? compile(get(o, 'pipeline'), '$lookup') : undefined
  if (!run && !local)
    fail(9, "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified")
  if (!run && Object.hasOwn(o, 'let')) fail(9, "$lookup with a 'let' argument must also specify 'pipeline'")
  const lets = bindings(get(o, 'let'))
  return function* (source, context) {
    const all = [...context.resolve(from)]
    const byKey = foreign ? indexBy(all, foreign) : undefined
    for (const d of source) {
      let hits: Iterable<Doc> = byKey && local ? joined(d, local, all, byKey) : all
      if (run) hits = run(hits, { ...context, vars: bind(lets, d, context.vars) })
      yield setNested(d, as, [...hits])
    }
  }
}

/** `$unionWith`. */
export const unionWith: StageCompiler = (arg, compile) => {
  const o = typeof arg === 'string' ? { coll: arg } : options(arg, '$unionWith', ['coll', 'pipeline'])
  const coll = text(o, 'coll', '$unionWith')
  const run = compile(get(o, 'pipeline') ?? [], '$unionWith')
  return function* (source, context) {
    yield* source
    yield* run(context.resolve(coll), context)
  }
}

/** `$graphLookup`. Reads the whole foreign collection. */
export const graphLookup: StageCompiler = (arg) => {
  const known = [
    'from',
    'startWith',
    'connectFromField',
    'connectToField',
    'as',
    'maxDepth',
    'depthField',
    'restrictSearchWithMatch',
  ]
  const o = options(arg, '$graphLookup', known)
  const from = text(o, 'from', '$graphLookup')
  const as = text(o, 'as', '$graphLookup').split('.')
  const next = text(o, 'connectFromField', '$graphLookup').split('.')
  const to = text(o, 'connectToField', '$graphLookup').split('.')
  if (!Object.hasOwn(o, 'startWith')) fail(40105, "$graphLookup requires 'startWith' to be specified")
  const start = compileExpr(get(o, 'startWith'))
  const depthField = Object.hasOwn(o, 'depthField') ? text(o, 'depthField', '$graphLookup').split('.') : undefined
  const most = get(o, 'maxDepth')
  if (most !== undefined && (!isNum(most) || !Number.isInteger(toDouble(most)) || toDouble(most) < 0)) {
    fail(40101, "'maxDepth' argument to $graphLookup must be a nonnegative integer")
  }
  const maxDepth = most === undefined ? Number.POSITIVE_INFINITY : toDouble(most)
  const restrict = get(o, 'restrictSearchWithMatch')
  if (restrict !== undefined && !isPlain(restrict)) fail(40185, 'restrictSearchWithMatch must be an object')
  return function* (source, context) {
    const allowed = isPlain(restrict) ? compileFilter(restrict, { vars: context.vars }) : () => true
    const all = [...context.resolve(from)].filter((d) => allowed(d))
    const byKey = indexBy(all, to)
    for (const d of source) {
      const first = start(d, context.vars) ?? null
      const found = new Map<number, Doc>()
      let frontier = new Set((Array.isArray(first) ? first : [first]).map(keyOf))
      const seen = new Set<string>()
      for (let depth = 0; frontier.size > 0 && depth <= maxDepth; depth++) {
        const further = new Set<string>()
        for (const key of frontier) {
          seen.add(key)
          for (const i of byKey.get(key) ?? []) {
            const hit = all[i]
            if (!hit || found.has(i)) continue
            found.set(i, depthField ? setNested(hit, depthField, Long.fromNumber(depth)) : hit)
            for (const v of valuesAt(hit, next)) further.add(keyOf(v))
          }
        }
        frontier = new Set([...further].filter((k) => !seen.has(k)))
      }
      yield setNested(d, as, [...found.values()])
    }
  }
}

/** `$facet`: several pipelines over the same documents. */
export const facet: StageCompiler = (arg, compile) => {
  if (!isPlain(arg))
    return fail(40169, `the $facet specification must be a non-empty object, but found: ${typeAlias(arg)[0]}`)
  const names = Object.keys(arg)
  if (names.length === 0) fail(40169, 'the $facet specification must be a non-empty object')
  const runs = names.map((k): [string, Stage] => {
    if (k.includes('.') || k[0] === '$') fail(40170, `invalid name for facet: '${k}'`)
    const p = get(arg, k)
    if (!Array.isArray(p)) fail(40170, `arguments to $facet must be arrays, ${k} is type ${typeAlias(p)[0]}`)
    return [k, compile(p, '$facet')]
  })
  return function* (source, context) {
    const all = [...source]
    const out: Doc = {}
    for (const [k, run] of runs) set(out, k, [...run(all, context)])
    yield out
  }
}

/** `$documents`: literal documents as a source. */
export const documents: StageCompiler = (arg) => {
  const e = compileExpr(arg)
  return function* (_, context) {
    const list = e({}, context.vars)
    if (!Array.isArray(list)) return fail(5858203, `an array is expected, but got ${typeAlias(list)[0]}`)
    for (const d of list) yield asDoc(d) ?? fail(40228, 'all elements of $documents must be objects')
  }
}

function options(arg: unknown, stage: string, known: string[]): Doc {
  if (!isPlain(arg))
    return fail(9, `the ${stage} stage specification must be an object, but found ${typeAlias(arg)[0]}`)
  for (const k of Object.keys(arg)) if (!known.includes(k)) fail(9, `unknown argument to ${stage}: ${k}`)
  return arg
}

function text(o: Doc, name: string, stage: string): string {
  const v = get(o, name)
  if (isPlain(v)) throw unsupported(`${stage} with another database or an object as '${name}'`)
  if (v === undefined) return fail(9, `must specify '${name}' field for a ${stage}`)
  return typeof v === 'string' && v !== ''
    ? v
    : fail(9, `${stage} argument '${name}' must be a string, is type ${typeAlias(v)[0]}`)
}

function bindings(lets: unknown): [string, Expr][] {
  if (lets === undefined) return []
  if (!isPlain(lets)) return fail(9, "$lookup argument 'let' must be an object")
  return Object.keys(lets).map((k) => [variableName(k), compileExpr(get(lets, k))])
}

function bind(lets: [string, Expr][], d: Doc, vars: Doc): Doc {
  const out = { ...vars }
  for (const [k, e] of lets) set(out, k, e(d, vars))
  return out
}

/** Documents by every value an equality on the path would match. */
function indexBy(all: Doc[], path: string[]): Map<string, number[]> {
  const out = new Map<string, number[]>()
  all.forEach((d, i) => {
    const keys = new Set<string>()
    walk(d, path, 0, true, (v) => {
      keys.add(keyOf(v))
      return false
    })
    for (const k of keys) {
      const list = out.get(k)
      if (list) list.push(i)
      else out.set(k, [i])
    }
  })
  return out
}

function joined(d: Doc, local: string[], all: Doc[], byKey: Map<string, number[]>): Doc[] {
  const values = valuesAt(d, local)
  const keys = new Set((values.length > 0 ? values : [null]).map(keyOf))
  const [only, second] = keys
  const at =
    second === undefined
      ? (byKey.get(only ?? '') ?? [])
      : [...new Set([...keys].flatMap((k) => byKey.get(k) ?? []))].sort((a, b) => a - b)
  const out: Doc[] = []
  for (const i of at) {
    const hit = all[i]
    if (hit) out.push(hit)
  }
  return out
}

/** The values at a path, arrays on the way and at the end taken apart; none when missing. */
function valuesAt(v: unknown, parts: string[], i = 0, out: unknown[] = []): unknown[] {
  if (i === parts.length) {
    if (Array.isArray(v)) out.push(...v)
    else if (v !== undefined) out.push(v)
    return out
  }
  const part = parts[i] ?? ''
  if (Array.isArray(v)) {
    if (/^(0|[1-9]\d*)$/.test(part) && Number(part) < v.length) valuesAt(v[Number(part)], parts, i + 1, out)
    for (const e of v) if (asDoc(e)) valuesAt(e, parts, i, out)
    return out
  }
  const fields = asDoc(v)
  return fields ? valuesAt(get(fields, part), parts, i + 1, out) : out
}
