import { asDoc, type Doc, get } from '../values.js'

/** A test of one value; missing is `undefined`. */
export type Test = (v: unknown) => boolean

/** `walk` found nothing. */
export const MISS = -2

/** `walk` found a value that lies in no array. */
export const NO_INDEX = -1

/**
 * Tests every value a dotted path reaches, as MongoDB's matcher visits them: arrays on the way are entered, a
 * numeric part is also an array index, an array of scalars yields nothing for a longer path. With `traverse` an
 * array at the end is tested element by element, then whole. Answers the index in the outermost array, or one of
 * the constants above.
 */
export function walk(doc: Doc | unknown[], parts: string[], from: number, traverse: boolean, test: Test): number {
  let v: unknown = doc
  for (let i = from; i < parts.length; i++) {
    const part = parts[i] ?? ''
    if (Array.isArray(v)) {
      if (i > from) return walkArray(v, parts, i, traverse, test)
      const at = indexOf(part)
      v = at >= 0 ? v[at] : undefined
      continue
    }
    const fields = asDoc(v)
    if (!fields) return test(undefined) ? NO_INDEX : MISS
    v = get(fields, part)
  }
  if (traverse && Array.isArray(v)) {
    for (let k = 0; k < v.length; k++) if (test(v[k])) return k
  }
  return test(v) ? NO_INDEX : MISS
}

function walkArray(array: unknown[], parts: string[], i: number, traverse: boolean, test: Test): number {
  const part = parts[i] ?? ''
  const wanted = indexOf(part)
  for (let k = 0; k < array.length; k++) {
    const e = array[k]
    const fields = asDoc(e)
    if (fields && walk(fields, parts, i, traverse, test) !== MISS) return k
    if (k !== wanted) continue
    if (i + 1 === parts.length) {
      if (test(e)) return k
    } else if (fields) {
      if (walk(fields, parts, i + 1, traverse, test) !== MISS) return k
    } else if (Array.isArray(e)) {
      if (walkArray(e, parts, i + 1, traverse, test) !== MISS) return k
    }
  }
  return MISS
}

/** The array index a path part can stand for, or -1. */
function indexOf(part: string): number {
  const first = part.charCodeAt(0)
  return first >= 48 && first <= 57 && /^(0|[1-9]\d*)$/.test(part) ? Number(part) : -1
}
