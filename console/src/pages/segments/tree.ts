/** A rule while it is being built: what is typed may not be whole yet, the server says what is missing. */
export type Draft = { readonly [key: string]: unknown }
/** Where a part stands, as the server names it: `rule.all[0].not[1]`. */
export type Place = readonly (string | number)[]

/** How conditions are joined. */
export const GROUPS = ['all', 'any', 'not'] as const
export type Group = (typeof GROUPS)[number]

/** Every single condition, in the order in which they are offered. */
export const LEAVES = [
  'profile',
  'tag',
  'follow',
  'consent',
  'event',
  'last',
  'sum',
  'sequence',
  'segment',
  'reachable',
  'bucket',
] as const
export type Leaf = (typeof LEAVES)[number]

/** What a condition begins as. */
export const FRESH: Readonly<Record<Leaf, Draft>> = {
  profile: { field: 'orders.count', op: 'gte', value: 1 },
  tag: { in: [] },
  follow: { channel: 'oa', state: 'following' },
  consent: { purpose: 'marketing' },
  event: { type: 'order.paid', within: '30d' },
  last: { type: 'order.paid', olderThan: '45d' },
  sum: { type: 'order.paid', field: 'paidFen', op: 'gte', n: 10_000, within: '90d' },
  sequence: { types: ['order.created', 'order.paid'], span: '1d' },
  segment: { id: '' },
  reachable: { channel: 'customer-message' },
  bucket: { salt: 'test', from: 0, to: 50 },
}

/** The group of a node; undefined for a single condition. */
export const groupOf = (node: Draft): Group | undefined => GROUPS.find((name) => Object.hasOwn(node, name))

/** The kind of a single condition; undefined when it is none that is known. */
export const leafOf = (node: Draft): Leaf | undefined => LEAVES.find((name) => Object.hasOwn(node, name))

/** What is in a group; `not` may stand before a single one. */
export function childrenOf(node: Draft): readonly Draft[] {
  const group = groupOf(node)
  if (group === undefined) return []
  const inner = node[group]
  return (Array.isArray(inner) ? inner : [inner]).filter(isDraft)
}

/** The same rule with each `not` before a list, as the builder edits it. */
export function normal(node: Draft): Draft {
  const group = groupOf(node)
  return group === undefined ? node : { [group]: childrenOf(node).map(normal) }
}

/** The node at a place; undefined when there is none. */
export function nodeAt(root: Draft, place: Place): unknown {
  return place.reduce<unknown>(
    (node, key) => (isDraft(node) || Array.isArray(node) ? Reflect.get(node, key) : undefined),
    root,
  )
}

/** The rule with something else at a place; `undefined` takes it away. */
export function put(root: Draft, place: Place, value: unknown): Draft {
  const [key, ...rest] = place
  if (key === undefined) return isDraft(value) ? value : root
  return putInto(root, key, rest, value) as Draft
}

function putInto(node: unknown, key: string | number, rest: Place, value: unknown): unknown {
  const [next, ...more] = rest
  const inner = isDraft(node) || Array.isArray(node) ? Reflect.get(node, key) : undefined
  const made = next === undefined ? value : putInto(inner, next, more, value)
  if (Array.isArray(node)) {
    const index = Number(key)
    return made === undefined ? node.toSpliced(index, 1) : node.with(index, made)
  }
  const { [key]: _, ...others } = isDraft(node) ? node : {}
  return made === undefined ? others : { ...(isDraft(node) ? node : {}), [key]: made }
}

/** A condition put at the end of a group. */
export function add(root: Draft, group: Place, node: Draft): Draft {
  const found = nodeAt(root, group)
  const name = isDraft(found) ? groupOf(found) : undefined
  if (name === undefined || !isDraft(found)) return root
  return put(root, group, { [name]: [...childrenOf(found), node] })
}

/** Moves what stands at a place by so many places within its group. */
export function move(root: Draft, place: Place, by: -1 | 1): Draft {
  const [index, list] = [place.at(-1), nodeAt(root, place.slice(0, -1))]
  if (typeof index !== 'number' || !Array.isArray(list)) return root
  const to = index + by
  if (to < 0 || to >= list.length) return root
  return put(root, place.slice(0, -1), list.with(index, list[to]).with(to, list[index]))
}

/** How deep groups lie in each other, the condition itself counted, and how many conditions there are. */
export function sizeOf(node: Draft): { depth: number; leaves: number } {
  if (groupOf(node) === undefined) return { depth: 1, leaves: 1 }
  const inner = childrenOf(node).map(sizeOf)
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    leaves: inner.reduce((sum, { leaves }) => sum + leaves, 0),
  }
}

/** A place as the server writes it in its answers. */
export function nameOf(place: Place): string {
  return place.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    'rule',
  )
}

/** A stretch of time in its parts; undefined when the text is none. */
export function spanOf(text: unknown): { n: number; unit: 'm' | 'h' | 'd' | 'w' } | undefined {
  const found = /^(\d{1,7})([mhdw])$/.exec(typeof text === 'string' ? text : '')
  return found ? { n: Number(found[1]), unit: found[2] as 'd' } : undefined
}

/** True for an object that is no list. */
export const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
