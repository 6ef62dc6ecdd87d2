import { Long } from 'bson'
import { fail } from '../errors.js'
import { compileExpr } from '../expr/index.js'
import { compileAddFields, compileProjectStage, compileUnset } from '../project.js'
import { show } from '../show.js'
import { asDoc, type Doc, get, isPlain, set, typeAlias } from '../values.js'
import type { StageCompiler } from './types.js'

/** The stages that change each document by itself, which updates may use too. */
export const reshaping: Readonly<Record<string, (arg: unknown) => (doc: Doc, vars: Doc) => Doc>> = {
  $project: compileProjectStage,
  $addFields: (arg) => compileAddFields(arg, '$addFields'),
  $set: (arg) => compileAddFields(arg, '$set'),
  $unset: compileUnset,
  $replaceWith: (arg) => replaceRoot(arg, '$replaceWith'),
  $replaceRoot: (arg) => {
    if (!isPlain(arg))
      return fail(40229, `expected an object as specification for $replaceRoot stage, got ${typeAlias(arg)[0]}`)
    for (const k of Object.keys(arg))
      if (k !== 'newRoot') fail(40415, `BSON field '$replaceRoot.${k}' is an unknown field.`)
    if (!Object.hasOwn(arg, 'newRoot')) fail(40414, "BSON field '$replaceRoot.newRoot' is missing but a required field")
    return replaceRoot(get(arg, 'newRoot'), '$replaceRoot')
  },
}

function replaceRoot(e: unknown, stage: string): (doc: Doc, vars: Doc) => Doc {
  const f = compileExpr(e)
  return (doc, vars) => {
    const v = f(doc, vars)
    const fields = asDoc(v)
    const name = stage === '$replaceRoot' ? "'newRoot' expression " : "'replacement document' "
    return fields ?? fail(40228, `${name} must evaluate to an object, but resulting value was: ${show(v)}.`)
  }
}

/** `$unwind`. */
export const unwind: StageCompiler = (arg) => {
  const o = isPlain(arg) ? arg : { path: arg }
  for (const k of Object.keys(o)) {
    if (!['path', 'preserveNullAndEmptyArrays', 'includeArrayIndex'].includes(k))
      fail(28811, `unrecognized option to $unwind stage: ${k}`)
  }
  const path = get(o, 'path')
  if (path === undefined) fail(28812, 'no path specified to $unwind stage')
  if (typeof path !== 'string')
    return fail(28808, `expected a string as the path for $unwind stage, got ${typeAlias(path)[0]}`)
  if (path[0] !== '$') fail(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`)
  const keep = get(o, 'preserveNullAndEmptyArrays') ?? false
  if (typeof keep !== 'boolean')
    return fail(28809, 'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage')
  const index = get(o, 'includeArrayIndex')
  if (index !== undefined && (typeof index !== 'string' || index === ''))
    return fail(28810, 'expected a non-empty string for the includeArrayIndex option to $unwind stage')
  if (typeof index === 'string' && index[0] === '$')
    fail(28822, 'includeArrayIndex option to $unwind stage should not be prefixed with a $')
  const parts = path.slice(1).split('.')
  const indexParts = typeof index === 'string' ? index.split('.') : undefined
  const numbered = (d: Doc, i: number | null) =>
    indexParts ? setNested(d, indexParts, i === null ? null : Long.fromNumber(i)) : d
  return function* (source) {
    for (const d of source) {
      const v = readNested(d, parts)
      if (Array.isArray(v) && v.length > 0) {
        for (let i = 0; i < v.length; i++) yield numbered(setNested(d, parts, v[i]), i)
      } else if (Array.isArray(v)) {
        if (keep) yield numbered(removeNested(d, parts), null)
      } else if (keep || (v !== undefined && v !== null)) yield numbered(d, null)
    }
  }
}

/** Reads a path through documents only. */
export function readNested(doc: Doc, parts: string[]): unknown {
  let v: unknown = doc
  for (const p of parts) {
    const fields = asDoc(v)
    if (!fields) return undefined
    v = get(fields, p)
  }
  return v
}

/** A copy with a path set; whatever is not a document on the way is replaced by one. */
export function setNested(doc: Doc, parts: string[], v: unknown, i = 0): Doc {
  const out = { ...doc }
  const key = parts[i] ?? ''
  set(out, key, i === parts.length - 1 ? v : setNested(asDoc(get(doc, key)) ?? {}, parts, v, i + 1))
  return out
}

function removeNested(doc: Doc, parts: string[], i = 0): Doc {
  const out = { ...doc }
  const key = parts[i] ?? ''
  const inner = asDoc(get(doc, key))
  if (i === parts.length - 1) delete out[key]
  else if (inner) set(out, key, removeNested(inner, parts, i + 1))
  return out
}
