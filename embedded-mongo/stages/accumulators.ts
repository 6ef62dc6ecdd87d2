import { better, deviation, Sum } from '../accumulators.js'
import { fail, unsupported } from '../errors.js'
import { countOf, extremes } from '../expr/arrays.js'
import { compileExpr, type Expr } from '../expr/index.js'
import { mergeAll } from '../expr/objects.js'
import { namedArgs } from '../expr/operators.js'
import { compareSortKeys, parseSort, sortKey } from '../sort.js'
import { type Doc, get, isPlain } from '../values.js'
import { keyOf } from './key.js'

/** An accumulator at work on one group. */
export type Running = { add(doc: Doc, vars: Doc): void; result(): unknown }

/** Compiles `{$sum: …}` and its kin; each call of the result starts one group. */
export function compileAccumulator(field: string, spec: unknown): (vars: Doc) => Running {
  if (!isPlain(spec)) return fail(40234, `The field '${field}' must be an accumulator object`)
  const keys = Object.keys(spec)
  const op = keys[0]
  if (op === undefined || keys.length !== 1) return fail(40238, `The field '${field}' must specify one accumulator`)
  const arg = get(spec, op)
  if (['$firstN', '$lastN', '$maxN', '$minN'].includes(op)) return severalOf(op, arg)
  if (['$top', '$bottom', '$topN', '$bottomN'].includes(op)) return ranked(op, arg)
  if (op === '$count') {
    if (!isPlain(arg) || Object.keys(arg).length > 0) fail(9, '$count takes no arguments, i.e. $count:{}')
    return folded(
      () => 1,
      () => new Sum(),
      (s) => s.total(),
    )
  }
  return simple(op, compileExpr(arg))
}

function folded<S extends { add(v: unknown): void }>(e: Expr, start: () => S, result: (s: S) => unknown) {
  return (): Running => {
    const state = start()
    return { add: (d, v) => state.add(e(d, v)), result: () => result(state) }
  }
}

function collected(e: Expr, result: (list: unknown[]) => unknown) {
  return (): Running => {
    const list: unknown[] = []
    return { add: (d, v) => void list.push(e(d, v)), result: () => result(list) }
  }
}

function simple(op: string, e: Expr): (vars: Doc) => Running {
  switch (op) {
    case '$sum':
      return folded(
        e,
        () => new Sum(),
        (s) => s.total(),
      )
    case '$avg':
      return folded(
        e,
        () => new Sum(),
        (s) => s.mean(),
      )
    case '$min':
    case '$max':
      return () => {
        let best: unknown
        return {
          add: (d, v) => {
            best = better(best, e(d, v), op === '$max' ? 1 : -1)
          },
          result: () => best ?? null,
        }
      }
    case '$first':
    case '$last':
      return () => {
        let value: unknown
        let seen = false
        return {
          add: (d, v) => {
            if (seen && op === '$first') return
            seen = true
            value = e(d, v)
          },
          result: () => value ?? null,
        }
      }
    case '$push':
      return collected(e, (list) => list.filter((v) => v !== undefined))
    case '$addToSet':
      return () => {
        const seen = new Map<string, unknown>()
        return {
          add: (d, v) => {
            const value = e(d, v)
            if (value === undefined) return
            const key = keyOf(value)
            if (!seen.has(key)) seen.set(key, value)
          },
          result: () => [...seen.values()],
        }
      }
    case '$stdDevPop':
      return collected(e, (list) => deviation(list, false))
    case '$stdDevSamp':
      return collected(e, (list) => deviation(list, true))
    case '$mergeObjects':
      return collected(e, mergeAll)
    case '$median':
    case '$percentile':
    case '$accumulator':
      throw unsupported(`the accumulator ${op}`)
    default:
      return fail(15952, `unknown group operator '${op}'`)
  }
}

function severalOf(op: string, arg: unknown): (vars: Doc) => Running {
  const args = new Map(namedArgs(arg, op, ['input', 'n'], new Set(['input', 'n'])))
  const input = compileExpr(args.get('input'))
  const count = compileExpr(args.get('n'))
  return (vars) => {
    const n = countOf(count({}, vars), op)
    const list: unknown[] = []
    return {
      add: (d, v) => {
        if (op === '$firstN' && list.length >= n) return
        list.push(input(d, v) ?? null)
        if (op === '$lastN' && list.length > n) list.shift()
      },
      result: () => (op === '$maxN' ? extremes(list, n, -1) : op === '$minN' ? extremes(list, n, 1) : list),
    }
  }
}

function ranked(op: string, arg: unknown): (vars: Doc) => Running {
  const many = op.endsWith('N')
  const names = many ? ['n', 'output', 'sortBy'] : ['output', 'sortBy']
  const args = new Map(namedArgs(arg, op, names, new Set(names)))
  const output = compileExpr(args.get('output'))
  const count = many ? compileExpr(args.get('n')) : () => 1
  const sortBy = args.get('sortBy')
  if (!isPlain(sortBy)) return fail(10065, `invalid parameter: expected an object (sortBy) (${op})`)
  const spec = parseSort(sortBy)
  return (vars) => {
    const n = countOf(count({}, vars), op)
    const list: { key: unknown[]; value: unknown }[] = []
    return {
      add: (d, v) => void list.push({ key: sortKey(d, spec), value: output(d, v) ?? null }),
      result: () => {
        list.sort((a, b) => compareSortKeys(a.key, b.key, spec))
        const chosen = (op.startsWith('$top') ? list.slice(0, n) : list.slice(-n)).map((x) => x.value)
        return many ? chosen : (chosen[0] ?? null)
      },
    }
  }
}
