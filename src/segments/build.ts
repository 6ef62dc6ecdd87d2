import { AppError } from '../core/errors.js'
import { type LeafRule, type Rule, segmentsIn } from '../library/rule.js'
import type { Condition } from '../library/rule-condition.js'
import { INBOUND, type Leaves } from '../library/rule-leaves.js'
import { parseSpan, type Span } from '../library/rule-time.js'
import { fieldOf } from './fields.js'
import { type Facts, leavesOf, type Node, type Where } from './node.js'

/** The most leaves of a rule with all the segments it refers to. */
export const MAX_EXPANDED = 300

/**
 * Makes a rule ready. `find` gives the rules of the segments that are referred to. Throws AppError `segment.missing`,
 * `segment.cycle` or `segment.large`.
 */
export async function build(rule: Rule, find: (slug: string) => Promise<Rule | undefined>): Promise<Node> {
  const known = new Map<string, Rule>()
  const open = [rule]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { id } of segmentsIn(next)) {
      if (known.has(id)) continue
      const found = await find(id)
      if (found === undefined) {
        throw new AppError('segment.missing', `there is no segment '${id}'`, { fix: 'look at `weloop segment list`' })
      }
      known.set(id, found)
      open.push(found)
    }
  }
  const size = { leaves: 0 }
  const node = nodeOf(rule, known, [], size)
  return node
}

function nodeOf(rule: Rule, known: ReadonlyMap<string, Rule>, way: readonly string[], size: { leaves: number }): Node {
  const inner = (each: Rule) => nodeOf(each, known, way, size)
  if ('all' in rule) return { kind: 'all', of: rule.all.map(inner) }
  if ('any' in rule) return { kind: 'any', of: rule.any.map(inner) }
  if ('not' in rule) return { kind: 'none', of: [rule.not].flat().map(inner) }
  if ('segment' in rule) {
    const { id } = rule.segment
    const found = known.get(id)
    if (found === undefined || way.includes(id)) {
      throw new AppError('segment.cycle', `segments refer to each other: ${[...way, id].join(' → ')}`, {
        fix: 'take one of the references out',
      })
    }
    return { kind: 'segment', id, of: nodeOf(found, known, [...way, id], size) }
  }
  size.leaves++
  if (size.leaves > MAX_EXPANDED) {
    throw new AppError('segment.large', `the rule has more than ${MAX_EXPANDED} conditions, its segments counted`, {
      fix: 'refer to fewer segments',
    })
  }
  return leafOf(rule)
}

function leafOf(rule: Exclude<LeafRule, { segment: unknown }>): Node {
  if ('profile' in rule) return field(rule.profile)
  if ('tag' in rule) return { kind: 'tag', names: rule.tag.in ?? rule.tag.notIn ?? [], has: rule.tag.in !== undefined }
  if ('follow' in rule) return follow(rule.follow)
  if ('consent' in rule) {
    return { kind: 'consent', purpose: rule.consent.purpose, state: rule.consent.state ?? 'granted' }
  }
  if ('event' in rule) return event(rule.event)
  if ('last' in rule) return last(rule.last)
  if ('sum' in rule) {
    const { field: name, op, n, within, between, ever } = rule.sum
    return { kind: 'sum', path: name.split('.'), op, n, ...facts(rule.sum), range: { within, between, ever } }
  }
  if ('sequence' in rule) {
    const { types, span, within, between, ever } = rule.sequence
    const longest = span === undefined ? undefined : spanOf(span)
    const base = { types: [...new Set(types)], where: [], range: { within, between, ever } }
    return { kind: 'sequence', steps: types, ...base, ...(longest && { longest }) }
  }
  if ('bucket' in rule) return { kind: 'bucket', ...rule.bucket }
  return { kind: 'reachable', channel: rule.reachable.channel }
}

function field({ field: name, ...condition }: Condition): Node {
  return { kind: 'field', field: fieldOf(name), condition }
}

function follow({ channel = 'oa', account, state, within, olderThan }: Leaves['follow']): Node {
  const since = within ?? olderThan
  return {
    kind: 'follow',
    platform: channel === 'wecom' ? 'wecom' : 'official-account',
    state,
    ...(account !== undefined && { account }),
    ...(since !== undefined && { since: { span: spanOf(since), within: within !== undefined } }),
  }
}

function event(leaf: Leaves['event']): Node {
  const { type, count, within, between, ever, never } = leaf
  if (type === INBOUND && within !== undefined) return field({ field: 'seen.lastAt', op: 'within', value: within })
  const test = never ? { op: 'eq' as const, n: 0 } : (count ?? { op: 'gte' as const, n: 1 })
  return { kind: 'event', ...test, ...facts(leaf), range: { within, between, ever } }
}

function last(leaf: Leaves['last']): Node {
  const { type, within, olderThan } = leaf
  if ([type].flat().includes(INBOUND)) {
    const [op, value] = within === undefined ? (['olderThan', olderThan] as const) : (['within', within] as const)
    return field({ field: 'seen.lastAt', op, value })
  }
  if (within !== undefined) return { kind: 'event', op: 'gte', n: 1, ...facts(leaf), range: { within } }
  return { kind: 'last-before', span: spanOf(olderThan ?? ''), ...facts(leaf), range: {} }
}

function facts({ type, where = [] }: { type: string | string[]; where?: Condition[] | undefined }): Facts {
  return {
    types: [...new Set([type].flat())],
    where: where.map(({ field: name, ...condition }): Where => ({ path: name.split('.'), condition })),
    range: {},
  }
}

function spanOf(text: string): Span {
  const span = parseSpan(text)
  if (span === undefined) throw new AppError('segment.span', `'${text}' is no stretch of time`)
  return span
}

/** The types of facts that a node asks for. */
export function typesIn(node: Node): string[] {
  return [...new Set([...leavesOf(node)].flatMap((leaf) => ('types' in leaf ? leaf.types : [])))]
}
