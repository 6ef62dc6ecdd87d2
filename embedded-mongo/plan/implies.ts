// Whether a query only asks for documents that a sparse or partial index holds.

import type { Index } from '../storage/index-def.js'
import { compare, type Doc, equal, get, isPlain, rank } from '../values.js'
import { type Condition, operators } from './conditions.js'

/** Whether every document that meets `paths` has an entry in the sparse index. */
export function impliesPresence(paths: ReadonlyMap<string, Condition[]>, ix: Index): boolean {
  return ix.fields.some((f) => (paths.get(f.path) ?? []).some(present))
}

function present({ op, value }: Condition): boolean {
  switch (op) {
    case '$eq':
      return rank(value) !== 10 && rank(value) !== 50
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return rank(value) !== 10 && rank(value) !== 1 && rank(value) !== 255
    case '$regex':
      return true
    case '$in':
      return Array.isArray(value) && value.every((v) => rank(v) !== 10 && rank(v) !== 50)
    case '$exists':
      return value === true || value === 1
  }
  return false
}

/** Whether every document that meets `paths` meets the partial filter: each of its conditions is there or follows. */
export function impliesFilter(paths: ReadonlyMap<string, Condition[]>, partial: Doc): boolean {
  return Object.keys(partial).every((key) => {
    const value = get(partial, key)
    if (key === '$and') return Array.isArray(value) && value.every((p) => isPlain(p) && impliesFilter(paths, p))
    const have = paths.get(key)
    if (key.startsWith('$') || have === undefined) return false
    const ops = operators(value)
    if (ops === undefined) return have.some((c) => follows(c, '$eq', value))
    return Object.keys(ops).every((op) => have.some((c) => follows(c, op, get(ops, op))))
  })
}

function follows(c: Condition, op: string, want: unknown): boolean {
  if (c.op === '$in' && op !== '$in' && Array.isArray(c.value)) {
    return c.value.length > 0 && c.value.every((v) => rank(v) !== 110 && follows({ op: '$eq', value: v }, op, want))
  }
  if (c.op === op && rank(c.value) === rank(want) && equal(c.value, want)) return true
  switch (op) {
    case '$exists':
      return (want === true || want === 1) && present(c)
    case '$type':
      return c.op === '$eq' && typeRank(want) === rank(c.value)
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return within(c, op, want)
    case '$in':
      return Array.isArray(want) && c.op === '$eq' && want.some((v) => rank(v) === rank(c.value) && equal(v, c.value))
  }
  return false
}

function typeRank(alias: unknown): number | undefined {
  switch (alias) {
    case 'string':
    case 2:
      return 30
    case 'objectId':
    case 7:
      return 70
    case 'number':
      return 20
    case 'date':
    case 9:
      return 90
  }
  return undefined
}

// the query's own equality or bound lies inside the wanted bound
function within(c: Condition, op: string, want: unknown): boolean {
  if (rank(c.value) !== rank(want)) return false
  const side = compare(c.value, want)
  const lower = op === '$gt' || op === '$gte'
  const holds = lower ? side > 0 || (side === 0 && op === '$gte') : side < 0 || (side === 0 && op === '$lte')
  if (c.op === '$eq') return holds
  if (lower && (c.op === '$gt' || c.op === '$gte')) return side > 0 || (side === 0 && (op === '$gte' || c.op === '$gt'))
  if (!lower && (c.op === '$lt' || c.op === '$lte')) {
    return side < 0 || (side === 0 && (op === '$lte' || c.op === '$lt'))
  }
  return false
}
