import type { IdentityKind } from '../contacts/identity.js'
import type { ConsentPurpose } from '../core/context.js'
import type { Condition } from '../library/rule-condition.js'
import type { Leaves } from '../library/rule-leaves.js'
import type { Range, Span } from '../library/rule-time.js'
import type { Field } from './fields.js'

/** A rule made ready: names looked up, texts read, segments that it refers to put in. Both evaluators work on it. */
export type Node =
  | { kind: 'all'; of: readonly Node[] }
  | { kind: 'any'; of: readonly Node[] }
  /** None of them holds. */
  | { kind: 'none'; of: readonly Node[] }
  /** A segment that was referred to. */
  | { kind: 'segment'; id: string; of: Node }
  | Leaf
/** One condition: what a contact itself tells, or what is told by facts. */
export type Leaf = ContactLeaf | FactLeaf

/** A condition that the contact's own row answers. */
export type ContactLeaf =
  | { kind: 'field'; field: Field; condition: Omit<Condition, 'field'> }
  | { kind: 'tag'; names: readonly string[]; has: boolean }
  | FollowLeaf
  | { kind: 'consent'; purpose: ConsentPurpose; state: ConsentState }
  | { kind: 'bucket'; salt: string; from: number; to: number }
  | { kind: 'reachable'; channel: Leaves['reachable']['channel'] }

export interface FollowLeaf {
  kind: 'follow'
  platform: IdentityKind
  account?: string
  state: 'following' | 'unfollowed' | 'never'
  /** Since when: for less than the span (`within`) or for longer. */
  since?: { span: Span; within: boolean }
}

export type ConsentState = 'granted' | 'withdrawn' | 'never-asked' | 'not-withdrawn'

/** A condition that the person's facts answer. */
export type FactLeaf =
  | ({ kind: 'event'; op: Comparison; n: number } & Facts)
  /** The last one lies before a stretch back from now. */
  | ({ kind: 'last-before'; span: Span } & Facts)
  | ({ kind: 'sum'; path: readonly string[]; op: Comparison; n: number } & Facts)
  | ({ kind: 'sequence'; steps: readonly string[]; longest?: Span } & Facts)

/** Which facts count. */
export interface Facts {
  types: readonly string[]
  where: readonly Where[]
  range: Range
}

/** A condition on a property of a fact. */
export interface Where {
  path: readonly string[]
  condition: Omit<Condition, 'field'>
}

export type Comparison = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'

/** Compares two numbers. */
export function compare(value: number, op: Comparison, n: number): boolean {
  switch (op) {
    case 'eq':
      return value === n
    case 'ne':
      return value !== n
    case 'gt':
      return value > n
    case 'gte':
      return value >= n
    case 'lt':
      return value < n
    case 'lte':
      return value <= n
  }
}

/** Whether a node holds, its leaves judged by `judge`; no more of them than needed. */
export function holds(node: Node, judge: (leaf: Leaf) => boolean): boolean {
  switch (node.kind) {
    case 'all':
      return node.of.every((each) => holds(each, judge))
    case 'any':
      return node.of.some((each) => holds(each, judge))
    case 'none':
      return !node.of.some((each) => holds(each, judge))
    case 'segment':
      return holds(node.of, judge)
    default:
      return judge(node)
  }
}

/** The leaves of a node. */
export function* leavesOf(node: Node): Generator<Leaf> {
  if (node.kind === 'all' || node.kind === 'any' || node.kind === 'none')
    for (const each of node.of) yield* leavesOf(each)
  else if (node.kind === 'segment') yield* leavesOf(node.of)
  else yield node
}

/** True for a leaf that facts answer. */
export function isFactLeaf(leaf: Leaf): leaf is FactLeaf {
  return leaf.kind === 'event' || leaf.kind === 'last-before' || leaf.kind === 'sum' || leaf.kind === 'sequence'
}
