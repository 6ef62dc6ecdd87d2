import { dependsOnTime } from './flips.js'
import { isFactLeaf, type Leaf, leavesOf, type Node } from './node.js'

/** What a segment looks at: only when one of these changes can its answer change, or with time. */
export interface Mentions {
  /** Types of facts. */
  events: ReadonlySet<string>
  /**
   * Fields of the contact as rules name them (`city`, `orders.count`), and `tags`, `follow`, `credits`,
   * `consents.marketing`, `seen.lastAt`.
   */
  fields: ReadonlySet<string>
  /** Segments that it refers to, also by way of others. */
  segments: ReadonlySet<string>
  /** Time alone can change it. */
  time: boolean
}

/** What a node looks at. */
export function mentionsOf(node: Node): Mentions {
  const leaves = [...leavesOf(node)]
  return {
    events: new Set(leaves.filter(isFactLeaf).flatMap(({ types }) => types)),
    fields: new Set(leaves.flatMap(fieldsOf)),
    segments: new Set(referred(node)),
    time: dependsOnTime(node),
  }
}

function fieldsOf(leaf: Leaf): string[] {
  switch (leaf.kind) {
    case 'field':
      return [leaf.field.name]
    case 'tag':
      return ['tags']
    case 'follow':
      return ['follow']
    case 'consent':
      return [`consents.${leaf.purpose}`]
    case 'reachable':
      if (leaf.channel === 'subscription' || leaf.channel === 'mini-program') return ['credits']
      return leaf.channel === 'customer-message' ? ['follow', 'seen.lastAt'] : ['follow']
    default:
      return []
  }
}

function* referred(node: Node): Generator<string> {
  if (node.kind === 'all' || node.kind === 'any' || node.kind === 'none')
    for (const each of node.of) yield* referred(each)
  if (node.kind !== 'segment') return
  yield node.id
  yield* referred(node.of)
}

/** Segments by what they look at: with a fact or a changed field only these need to be asked again. */
export interface MentionIndex {
  byEvent(type: string): readonly string[]
  byField(name: string): readonly string[]
  /** Those whose answer time alone can change. */
  byTime(): readonly string[]
}

/** The index of some segments. */
export function createMentionIndex(segments: readonly { slug: string; mentions: Mentions }[]): MentionIndex {
  const events = new Map<string, string[]>()
  const fields = new Map<string, string[]>()
  const note = (map: Map<string, string[]>, name: string, slug: string) =>
    map.set(name, [...(map.get(name) ?? []), slug])
  for (const { slug, mentions } of segments) {
    for (const type of mentions.events) note(events, type, slug)
    for (const name of mentions.fields) note(fields, name, slug)
  }
  const timed = segments.filter(({ mentions }) => mentions.time).map(({ slug }) => slug)
  return {
    byEvent: (type) => events.get(type) ?? [],
    byField: (name) => fields.get(name) ?? [],
    byTime: () => timed,
  }
}
