import { fail } from '../errors.js'
import { show } from '../show.js'
import { asDoc, type Doc, get, set } from '../values.js'

/** Most nulls MongoDB puts in front of an element set far beyond an array's end. */
const MAX_PADDING = 1_500_000

/** A document being updated: containers are copied the first time they change, the original never does. */
export class Draft {
  readonly root: Doc
  private readonly owned = new Set<object>()

  constructor(doc: Doc) {
    this.root = { ...doc }
    this.owned.add(this.root)
  }

  /** The value at a path, `undefined` when missing or not reachable. */
  read(parts: string[]): unknown {
    let v: unknown = this.root
    for (const p of parts) v = child(v, p)
    return v
  }

  /** Writes a value, creating documents on the way; a scalar in the way answers 28. */
  write(parts: string[], v: unknown): void {
    const last = parts.length - 1
    let node: Doc | unknown[] = this.root
    for (let i = 0; i < last; i++) node = this.enter(node, parts, i)
    this.put(node, parts, last, v)
  }

  /** Removes a field; an array element becomes null. Does nothing when there is no such path. */
  remove(parts: string[]): void {
    if (this.read(parts) === undefined) return
    const last = parts.length - 1
    let node: Doc | unknown[] = this.root
    for (let i = 0; i < last; i++) node = this.enter(node, parts, i)
    const key = parts[last] ?? ''
    if (Array.isArray(node)) node[Number(key)] = null
    else delete node[key]
  }

  /** Refuses (28) a path that a scalar, or an array without such an index, bars. */
  viable(parts: string[]): void {
    let v: unknown = this.root
    for (let i = 0; i < parts.length && v !== undefined; i++) {
      const key = parts[i] ?? ''
      if (Array.isArray(v) ? !isIndex(key) : asDoc(v) === undefined) {
        fail(
          28,
          `Cannot use the part (${key}) of (${parts.join('.')}) to traverse the element ({${parts[i - 1]}: ${show(v)}})`,
        )
      }
      v = child(v, key)
    }
  }

  /** The array a path runs through before its end, if any. */
  arrayOnTheWay(parts: string[]): string | undefined {
    let v: unknown = this.root
    for (let i = 0; i < parts.length; i++) {
      if (Array.isArray(v)) return parts[i - 1]
      v = child(v, parts[i] ?? '')
    }
    return undefined
  }

  private enter(node: Doc | unknown[], parts: string[], i: number): Doc | unknown[] {
    const next = child(node, parts[i] ?? '')
    if (next !== undefined && this.owned.has(next as object)) return next as Doc | unknown[]
    const fields = asDoc(next)
    let mine: Doc | unknown[]
    if (Array.isArray(next)) mine = [...next]
    else if (fields) mine = { ...fields }
    else if (next === undefined) mine = {}
    else return fail(28, `Cannot create field '${parts[i + 1]}' in element {${parts[i]}: ${show(next)}}`)
    this.owned.add(mine)
    this.put(node, parts, i, mine)
    return mine
  }

  private put(node: Doc | unknown[], parts: string[], i: number, v: unknown): void {
    const key = parts[i] ?? ''
    if (!Array.isArray(node)) {
      set(node, key, v)
      return
    }
    if (!isIndex(key)) fail(28, `Cannot create field '${key}' in element {${parts[i - 1]}: ${show(node)}}`)
    const at = Number(key)
    if (at - node.length > MAX_PADDING) {
      fail(200, `Cannot expand array at index ${at}: at most ${MAX_PADDING} elements can be filled in`)
    }
    while (node.length < at) node.push(null)
    node[at] = v
  }
}

/** A field of a document or an element of an array. */
export function child(v: unknown, key: string): unknown {
  if (Array.isArray(v)) return isIndex(key) ? v[Number(key)] : undefined
  const fields = asDoc(v)
  return fields ? get(fields, key) : undefined
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d*)$/.test(key)
}
