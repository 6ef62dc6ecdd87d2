import type { Filter } from './condition.js'
import { contactFilter } from './contact-leaf.js'
import { isFactLeaf, type Node } from './node.js'
import type { Moment } from './time.js'

const EVERYONE: Filter = { filter: {}, exact: false }

/**
 * What can be said of a node by looking at contacts alone, as a filter of the store: everybody who is meant passes it.
 * `exact` when nobody else does.
 */
export function prefilter(node: Node, moment: Moment): Filter {
  switch (node.kind) {
    case 'all': {
      const parts = node.of.map((each) => prefilter(each, moment))
      return { filter: joined('$and', parts.map(({ filter }) => filter).filter(restricts)), exact: exact(parts) }
    }
    case 'any': {
      const parts = node.of.map((each) => prefilter(each, moment))
      if (!parts.every(({ filter }) => restricts(filter))) return { filter: {}, exact: exact(parts) }
      return {
        filter: joined(
          '$or',
          parts.map(({ filter }) => filter),
        ),
        exact: exact(parts),
      }
    }
    case 'none': {
      const parts = node.of.map((each) => prefilter(each, moment))
      const sure = parts.filter((part) => part.exact)
      const none = sure.flatMap(({ filter, others }) => (others ? [] : [filter]))
      const others = sure.flatMap(({ others: other }) => other ?? [])
      return { filter: joined('$and', [...others, ...(none.length > 0 ? [{ $nor: none }] : [])]), exact: exact(parts) }
    }
    case 'segment':
      return prefilter(node.of, moment)
    default:
      return isFactLeaf(node) ? EVERYONE : contactFilter(node, moment)
  }
}

const exact = (parts: readonly Filter[]) => parts.every((part) => part.exact)
const restricts = (filter: object) => Object.keys(filter).length > 0

function joined(operator: '$and' | '$or', filters: object[]): object {
  const [only] = filters
  return only === undefined ? {} : filters.length === 1 ? only : { [operator]: filters }
}

/** What is left to ask of those who passed the prefilter; undefined when nothing is. */
export function residue(node: Node, moment: Moment): Node | undefined {
  if (prefilter(node, moment).exact) return undefined
  if (node.kind === 'segment') return residue(node.of, moment)
  if (node.kind === 'all') {
    const of = node.of.flatMap((each) => residue(each, moment) ?? [])
    const [only] = of
    return of.length === 1 && only ? only : { kind: 'all', of }
  }
  if (node.kind === 'none') return { kind: 'none', of: node.of.filter((each) => !prefilter(each, moment).exact) }
  return node
}
