import { LONGEST_WINDOW_MS } from '../contacts/windows.js'
import { parsePoint, parseSpan, type Range, type Span } from '../library/rule-time.js'
import type { Person } from './contact-leaf.js'
import { matches } from './judge.js'
import { type Facts, isFactLeaf, type Leaf, leavesOf, type Node, type Where } from './node.js'
import type { PastFact } from './tally.js'
import { type Moment, momentOf } from './time.js'
import { valuesAt } from './values.js'

/** Moments that are tried at most; a person with more of them is looked at again at the last one tried. */
const MOST = 400

/**
 * When a rule's answer for a person changes next although nothing happens: exactly then it has to be asked again.
 * Undefined when time alone changes nothing any more. `history` must hold every fact of the types that the rule names.
 */
export function nextFlip(node: Node, person: Person, history: readonly PastFact[], moment: Moment): Date | undefined {
  const now = matches(node, person, history, moment)
  const turns = [...leavesOf(node)].flatMap((leaf) => turnsOf(leaf, person, history, moment))
  const ahead = [...new Set(turns)].filter((at) => at > moment.asOf).toSorted((a, b) => a - b)
  for (const [tried, at] of ahead.entries()) {
    const there = new Date(at)
    if (tried === MOST || matches(node, person, history, momentOf(there, moment.zone)) !== now) return there
  }
  return undefined
}

/** True when time alone can change a rule's answer for anybody. */
export function dependsOnTime(node: Node): boolean {
  return [...leavesOf(node)].some((leaf) => {
    switch (leaf.kind) {
      case 'field':
        return isRelative(leaf.condition.op)
      case 'follow':
        return leaf.since !== undefined
      case 'reachable':
        return leaf.channel === 'customer-message'
      case 'last-before':
        return true
      case 'event':
      case 'sum':
      case 'sequence':
        return spansOf(leaf.range).length > 0 || leaf.where.some(({ condition }) => isRelative(condition.op))
      default:
        return false
    }
  })
}

const isRelative = (op: string) => op === 'within' || op === 'olderThan' || op === 'withinNext'

/** Every moment at which a leaf's answer may change; some may change nothing. */
function turnsOf(leaf: Leaf, person: Person, history: readonly PastFact[], moment: Moment): number[] {
  if (isFactLeaf(leaf)) {
    const facts = history.filter(({ type }) => leaf.types.includes(type))
    const spans = leaf.kind === 'last-before' ? [leaf.span] : spansOf(leaf.range)
    return facts.flatMap((fact) => [...passing(fact.at, spans, moment), ...inProps(leaf, fact, moment)])
  }
  switch (leaf.kind) {
    case 'field':
      return inValues(valuesAt(person.row, leaf.field.path), leaf.condition, moment)
    case 'follow': {
      const spans = leaf.since ? [leaf.since.span] : []
      return person.row.identities.flatMap(({ follow }) => passing(follow.at.getTime(), spans, moment))
    }
    case 'reachable':
      return leaf.channel === 'customer-message' ? [person.row.lastSeenAt.getTime() + LONGEST_WINDOW_MS] : []
    default:
      return []
  }
}

function inProps({ where }: Facts, { props }: PastFact, moment: Moment): number[] {
  return where.flatMap(({ path, condition }) => inValues(valuesAt(props, path), condition, moment))
}

function inValues(values: readonly unknown[], { op, value }: Where['condition'], moment: Moment): number[] {
  const span = isRelative(op) && typeof value === 'string' ? parseSpan(value) : undefined
  if (!span) return []
  return values.flatMap((each) => {
    const at = timeOf(each, moment)
    if (at === undefined) return []
    const ahead = 'days' in span ? moment.dayOf(at, 1 - span.days) : at - span.ms
    return [...passing(at, [span], moment), ahead, moment.dayOf(at, 0), moment.dayOf(at, 1), at + 1]
  })
}

/** When something of that time arrives, and when the spans back from now stop reaching it. */
function passing(at: number, spans: readonly Span[], moment: Moment): number[] {
  return [at, ...spans.map((span) => moment.leaves(at, span))]
}

function spansOf({ within, between }: Range): Span[] {
  return [within, ...(between ?? [])].flatMap((text) => (text === undefined ? [] : (parseSpan(text) ?? [])))
}

function timeOf(value: unknown, moment: Moment): number | undefined {
  if (value instanceof Date) return value.getTime()
  const day = typeof value === 'string' ? parsePoint(value.slice(0, 10)) : undefined
  return day && moment.point(day).from
}
