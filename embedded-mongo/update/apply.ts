import { fail } from '../errors.js'
import { show } from '../show.js'
import { type Doc, equal, get } from '../values.js'
import type { ArrayFilters } from './array-filters.js'
import { child, Draft } from './draft.js'
import type { Leaf } from './parse.js'

/** What an application of modifiers knows: the matched array index and whether a new document is being made. */
export type Application = { pos?: number; inserting?: boolean }

/** Applies modifications to a document, answering the changed copy; `_id` may not change (66). */
export function applyModifiers(doc: Doc, leaves: Leaf[], filters: ArrayFilters, o: Application): Doc {
  const draft = new Draft(doc)
  const id = get(doc, '_id')
  for (const [leaf, parts] of targets(draft, leaves, filters, o))
    applyAt(draft, leaf, parts, { id, inserting: o.inserting === true })
  const after = get(draft.root, '_id')
  if (id !== undefined && (after === undefined || (after !== id && !equal(after, id)))) {
    fail(66, "Performing an update on the path '_id' would modify the immutable field '_id'")
  }
  return draft.root
}

/** What changes where: array paths are resolved against the document as it was, and may not meet (40). */
function targets(draft: Draft, leaves: Leaf[], filters: ArrayFilters, o: Application): [Leaf, string[]][] {
  const out: [Leaf, string[]][] = []
  const taken: string[] = []
  for (const leaf of leaves) {
    if (leaf.onInsert && !o.inserting) continue
    if (!leaf.dynamic) {
      out.push([leaf, leaf.parts])
      continue
    }
    for (const parts of concretePaths(draft, leaf.parts, filters, o)) {
      if (leaves.length > 1) disjoint(taken, parts.join('.'))
      out.push([leaf, parts])
    }
  }
  return out
}

function applyAt(
  draft: Draft,
  leaf: Leaf,
  parts: string[],
  { id, inserting }: { id: unknown; inserting: boolean },
): void {
  switch (leaf.kind) {
    case 'unset':
      draft.remove(parts)
      break
    case 'rename':
      if (!inserting && draft.read(leaf.from) !== undefined) refuseDollar(parts)
      renameAt(draft, leaf.from, parts, id)
      break
    case 'change': {
      const path = parts.join('.')
      const old = draft.read(parts)
      const next = leaf.change(old, { path, name: parts.at(-1) ?? path, id })
      if (next === undefined) {
        if (old === undefined) draft.viable(parts)
        return
      }
      if (!inserting && (old === undefined || !equal(old, next))) refuseDollar(parts)
      draft.write(parts, next)
    }
  }
}

// since MongoDB 5.0 a new document may have such names anywhere, a changed one below its top level
function refuseDollar(parts: string[]): void {
  const top = parts[0] ?? ''
  if (top[0] !== '$') return
  if (top === '$ref' || top === '$id' || top === '$db') {
    fail(55, `The parts of a DBRef cannot be changed one by one at the top level of a document: '${top}'`)
  }
  fail(
    52,
    `The dollar ($) prefixed field '${top}' in '${top}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  )
}

function renameAt(draft: Draft, from: string[], to: string[], id: unknown): void {
  const v = draft.read(from)
  if (v === undefined) {
    draft.viable(from)
    return
  }
  for (const [end, parts] of [
    ['source', from],
    ['destination', to],
  ] as const) {
    const array = draft.arrayOnTheWay(parts)
    if (array !== undefined) {
      fail(
        2,
        `The ${end} field cannot be an array element, '${parts.join('.')}' in doc with _id: ${show(id)} has an array field called '${array}'`,
      )
    }
  }
  draft.remove(from)
  draft.write(to, v)
}

function disjoint(taken: string[], path: string): void {
  for (const t of taken) {
    if (t === path || path.startsWith(`${t}.`) || t.startsWith(`${path}.`)) {
      fail(40, `Update created a conflict at '${t.length < path.length ? t : path}'`)
    }
  }
  taken.push(path)
}

/** Resolves `$`, `$[]` and `$[id]` against the document. */
function concretePaths(draft: Draft, parts: string[], filters: ArrayFilters, o: Application): string[][] {
  const out: string[][] = []
  const go = (node: unknown, i: number, path: string[]): void => {
    const part = parts[i]
    if (part === undefined) {
      out.push(path)
      return
    }
    if (part === '$') {
      if (o.pos === undefined) fail(2, 'The positional operator did not find the match needed from the query.')
      go(child(node, String(o.pos)), i + 1, [...path, String(o.pos)])
      return
    }
    if (!part.startsWith('$[')) {
      go(child(node, part), i + 1, [...path, part])
      return
    }
    const at = path.join('.')
    if (node === undefined) fail(2, `The path '${at}' must exist in the document in order to apply array updates.`)
    const list = Array.isArray(node)
      ? (node as unknown[])
      : fail(2, `Cannot apply array updates to non-array element ${path.at(-1)}: ${show(node)}`)
    const test = part === '$[]' ? undefined : filters.get(part.slice(2, -1))
    list.forEach((e, k) => {
      if (!test || test(e)) go(e, i + 1, [...path, String(k)])
    })
  }
  go(draft.root, 0, [])
  return out
}
