import { fail } from '../errors.js'
import { show } from '../show.js'
import { type Doc, get, isPlain, typeAlias } from '../values.js'
import type { ArrayFilters } from './array-filters.js'
import { addToSetChange, popChange, pullAllChange, pullChange, pushChange } from './array-modifiers.js'
import { arithmeticChange, bitChange, type Change, dateChange, extremeChange } from './modifiers.js'

/** One modification of one path. A rename is kept at its destination. */
export type Leaf = { parts: string[]; dynamic: boolean; onInsert: boolean } & (
  | { kind: 'change'; change: Change }
  | { kind: 'unset' }
  | { kind: 'rename'; from: string[] }
)

/** Reads an update document into its modifications, in the order MongoDB applies them (by path, numbers as numbers). */
export function parseModifiers(u: Doc, filters: ArrayFilters, now: Date): Leaf[] {
  const tree: Claims = { leaf: false, under: new Map() }
  const used = new Set<string>()
  const leaves: Leaf[] = []
  for (const op of Object.keys(u)) {
    if (!OPERATORS.has(op))
      fail(
        9,
        `Unknown modifier: ${op}. Expected a valid update modifier or pipeline-style update specified as an array`,
      )
    const fields = get(u, op)
    if (!isPlain(fields)) {
      fail(
        9,
        `Modifiers operate on fields but we found type ${typeAlias(fields)[0]} instead. For example: {$mod: {<field>: ...}} not {${op}: ${show(fields)}}`,
      )
    }
    for (const path of Object.keys(fields)) {
      const parts = checkPath(path)
      const arg = get(fields, path)
      if (op === '$rename') leaves.push(rename(path, parts, arg, tree))
      else {
        claim(tree, path, parts)
        leaves.push({
          parts,
          dynamic: isDynamic(parts),
          onInsert: op === '$setOnInsert',
          ...modification(op, path, arg, now),
        })
      }
      for (const p of parts) if (/^\$\[.+\]$/.test(p)) used.add(identifier(p, path, filters))
    }
  }
  for (const id of filters.keys()) {
    if (!used.has(id)) fail(9, `The array filter for identifier '${id}' was not used in the update ${show(u)}`)
  }
  return leaves.sort((a, b) => comparePaths(a.parts, b.parts))
}

const OPERATORS = new Set([
  '$set',
  '$unset',
  '$inc',
  '$mul',
  '$min',
  '$max',
  '$rename',
  '$currentDate',
  '$setOnInsert',
  '$push',
  '$addToSet',
  '$pull',
  '$pullAll',
  '$pop',
  '$bit',
])

function modification(
  op: string,
  path: string,
  arg: unknown,
  now: Date,
): { kind: 'change'; change: Change } | { kind: 'unset' } {
  switch (op) {
    case '$unset':
      return { kind: 'unset' }
    case '$inc':
    case '$mul':
      return { kind: 'change', change: arithmeticChange(op, path, arg) }
    case '$min':
    case '$max':
      return { kind: 'change', change: extremeChange(op, arg) }
    case '$currentDate':
      return { kind: 'change', change: dateChange(arg, now) }
    case '$push':
      return { kind: 'change', change: pushChange(arg) }
    case '$addToSet':
      return { kind: 'change', change: addToSetChange(arg) }
    case '$pull':
      return { kind: 'change', change: pullChange(arg) }
    case '$pullAll':
      return { kind: 'change', change: pullAllChange(arg) }
    case '$pop':
      return { kind: 'change', change: popChange(path, arg) }
    case '$bit':
      return { kind: 'change', change: bitChange(path, arg) }
    default:
      return { kind: 'change', change: () => (arg === undefined ? null : arg) }
  }
}

function rename(path: string, from: string[], arg: unknown, tree: Claims): Leaf {
  if (typeof arg !== 'string') return fail(2, `The 'to' field for $rename must be a string: ${path}: ${show(arg)}`)
  const to = checkPath(arg)
  if (arg.includes('\0')) fail(2, "The 'to' field for $rename cannot contain an embedded null byte")
  if (arg === path) fail(2, `The source and target field for $rename must differ: ${path}: "${arg}"`)
  if (arg.startsWith(`${path}.`) || path.startsWith(`${arg}.`)) {
    fail(2, `The source and target field for $rename must not be on the same path: ${path}: "${arg}"`)
  }
  if (isDynamic(from)) fail(2, `The source field for $rename may not be dynamic: ${path}`)
  if (isDynamic(to)) fail(2, `The destination field for $rename may not be dynamic: ${arg}`)
  claim(tree, path, from)
  claim(tree, arg, to)
  return { kind: 'rename', parts: to, from, dynamic: false, onInsert: false }
}

function isDynamic(parts: string[]): boolean {
  return parts.some((p) => p === '$' || p.startsWith('$['))
}

function identifier(part: string, path: string, filters: ArrayFilters): string {
  const id = part.slice(2, -1)
  return filters.has(id) ? id : fail(2, `No array filter found for identifier '${id}' in path '${path}'`)
}

function checkPath(path: string): string[] {
  const parts = path.split('.')
  if (path === '') fail(56, 'An empty update path is not valid.')
  if (parts.includes('')) fail(56, `The update path '${path}' contains an empty field name, which is not allowed.`)
  if (parts.filter((p) => p === '$').length > 1)
    fail(2, `Too many positional (i.e. '$') elements found in path '${path}'`)
  if (parts[0] === '$') fail(2, `Cannot have positional (i.e. '$') element in the first position in path '${path}'`)
  if (parts[0]?.startsWith('$['))
    fail(2, `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`)
  const open = parts.find((p) => p.startsWith('$[') && !p.endsWith(']'))
  if (open !== undefined) fail(52, `The dollar ($) prefixed field '${open}' in '${path}' is not allowed for storage.`)
  return parts
}

type Claims = { leaf: boolean; under: Map<string, Claims> }

/** Refuses two modifications of one path or of a path and its parent (40). */
function claim(tree: Claims, path: string, parts: string[]): void {
  const conflict = (n: number) =>
    fail(40, `Updating the path '${path}' would create a conflict at '${parts.slice(0, n).join('.')}'`)
  let node = tree
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? ''
    const filtered = part.startsWith('$[')
    for (const other of node.under.keys()) if (other.startsWith('$[') !== filtered) conflict(i)
    let next = node.under.get(part)
    if (next && (next.leaf || i === parts.length - 1)) conflict(i + 1)
    if (!next) {
      next = { leaf: i === parts.length - 1, under: new Map() }
      node.under.set(part, next)
    }
    node = next
  }
}

function comparePaths(a: string[], b: string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const x = a[i] ?? ''
    const y = b[i] ?? ''
    if (x === y) continue
    const numeric = /^\d+$/.test(x) && /^\d+$/.test(y)
    if (numeric && Number(x) !== Number(y)) return Number(x) - Number(y)
    return x < y ? -1 : 1
  }
  return a.length - b.length
}
