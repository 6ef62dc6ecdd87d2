import { fail } from '../errors.js'
import { arrayOrder } from '../expr/arrays.js'
import { compileFilter, isOperators, isRegex } from '../match/index.js'
import { isNum, toDouble } from '../numbers.js'
import { show } from '../show.js'
import { asDoc, type Doc, equal, get, isPlain, typeAlias } from '../values.js'
import type { Change, Where } from './modifiers.js'

/** `$push` with $each, $position, $sort and $slice. */
export function pushChange(arg: unknown): Change {
  const clauses = isPlain(arg) && Object.hasOwn(arg, '$each') ? arg : undefined
  if (!clauses) return (current, where) => [...arrayToPush(current, where), arg]
  for (const k of Object.keys(clauses)) {
    if (!['$each', '$position', '$sort', '$slice'].includes(k)) fail(2, `Unrecognized clause in $push: ${k}`)
  }
  const each = get(clauses, '$each')
  if (!Array.isArray(each))
    return fail(2, `The argument to $each in $push must be an array but it was of type: ${typeAlias(each)[0]}`)
  const position = clause(clauses, '$position')
  const slice = clause(clauses, '$slice')
  const sort = Object.hasOwn(clauses, '$sort') ? sortOrder(get(clauses, '$sort')) : undefined
  return (current, where) => {
    const list = [...arrayToPush(current, where)]
    const at = position === undefined ? list.length : position < 0 ? Math.max(0, list.length + position) : position
    list.splice(Math.min(at, list.length), 0, ...each)
    if (sort) list.sort(sort)
    if (slice === undefined) return list
    return slice >= 0 ? list.slice(0, slice) : list.slice(slice)
  }
}

/** `$addToSet` with or without $each. */
export function addToSetChange(arg: unknown): Change {
  const many = isPlain(arg) && Object.keys(arg)[0] === '$each'
  const each = many ? get(arg, '$each') : [arg]
  if (!Array.isArray(each))
    return fail(14, `The argument to $each in $addToSet must be an array but it was of type ${typeAlias(each)[0]}`)
  if (many && Object.keys(arg).length > 1) fail(2, `Found unexpected fields after $each in $addToSet: ${show(arg)}`)
  return (current, where) => {
    if (current !== undefined && !Array.isArray(current)) {
      return fail(
        2,
        `Cannot apply $addToSet to non-array field. Field named '${where.name}' has non-array type ${typeAlias(current)[0]}`,
      )
    }
    const list: unknown[] = [...(current ?? [])]
    for (const v of each) if (!list.some((x) => equal(x, v))) list.push(v)
    return current !== undefined && list.length === current.length ? undefined : list
  }
}

/** `$pull`: by equality, by operators on the element, or by a filter on element documents. */
export function pullChange(arg: unknown): Change {
  return cull('$pull', pullTest(arg))
}

/** `$pullAll`: every element equal to one of a list. */
export function pullAllChange(arg: unknown): Change {
  if (!Array.isArray(arg)) return fail(2, `$pullAll requires an array argument but was given a ${typeAlias(arg)[0]}`)
  return cull('$pullAll', (e) => arg.some((x) => equal(e, x)))
}

/** `$pop`: the last (1) or first (-1) element. */
export function popChange(path: string, arg: unknown): Change {
  if (!isNum(arg)) return fail(9, `Expected a number in: ${path}: ${show(arg)}`)
  const side = toDouble(arg)
  if (side !== 1 && side !== -1) return fail(9, `$pop expects 1 or -1, found: ${show(arg)}`)
  return (current) => {
    if (current === undefined) return undefined
    if (!Array.isArray(current))
      return fail(14, `Path '${path}' contains an element of non-array type '${typeAlias(current)[0]}'`)
    return side === 1 ? current.slice(0, -1) : current.slice(1)
  }
}

function arrayToPush(current: unknown, where: Where): unknown[] {
  if (current === undefined) return []
  if (Array.isArray(current)) return current
  const type = typeAlias(current)[0]
  return fail(
    2,
    `The field '${where.path}' must be an array but is of type ${type} in document {_id: ${show(where.id)}}`,
  )
}

function clause(clauses: Doc, name: '$position' | '$slice'): number | undefined {
  if (!Object.hasOwn(clauses, name)) return undefined
  const v = get(clauses, name)
  const n = isNum(v) ? toDouble(v) : Number.NaN
  return Number.isInteger(n)
    ? n
    : fail(2, `The value for ${name} must be an integer value but was given type: ${typeAlias(v)[0]}`)
}

function sortOrder(sort: unknown): (a: unknown, b: unknown) => number {
  const dirs = isPlain(sort) ? Object.keys(sort).map((k) => get(sort, k)) : [sort]
  if (dirs.length === 0) fail(2, 'The $sort pattern is empty when it should be a set of fields.')
  for (const d of dirs) {
    const n = isNum(d) ? toDouble(d) : 0
    if (n !== 1 && n !== -1)
      fail(2, 'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields')
  }
  return arrayOrder(sort)
}

function cull(op: string, test: (e: unknown) => boolean): Change {
  return (current) => {
    if (current === undefined) return undefined
    if (!Array.isArray(current)) return fail(2, `Cannot apply ${op} to a non-array value`)
    const kept = current.filter((e) => !test(e))
    return kept.length === current.length ? undefined : kept
  }
}

const LOGICAL = new Set(['$and', '$or', '$nor', '$expr', '$comment', '$where', '$text', '$jsonSchema'])

function pullTest(arg: unknown): (e: unknown) => boolean {
  if (isRegex(arg) || (isOperators(arg, true) && !LOGICAL.has(Object.keys(arg)[0] ?? ''))) {
    const matches = compileFilter({ e: arg })
    return (e) => matches({ e })
  }
  if (isPlain(arg)) {
    const matches = compileFilter(arg)
    return (e) => {
      const fields = asDoc(e)
      return fields !== undefined && matches(fields)
    }
  }
  return (e) => equal(e, arg)
}
