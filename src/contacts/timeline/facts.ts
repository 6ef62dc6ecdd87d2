import { type EventRow, eventRows } from '../../events/model.js'
import type { Connection } from '../../store/connect.js'
import type { TimelineEntry, TimelineKind, TimelineSource } from './timeline.js'

/** The first word of a fact's type says what kind of thing it is. Deliveries and conversations are shown from their own rows. */
const KINDS: Readonly<Record<string, TimelineKind>> = {
  follow: 'follow',
  scene: 'follow',
  customer: 'follow',
  order: 'order',
  logistics: 'order',
  group: 'group',
  steer: 'group',
  consent: 'consent',
}
const TAGS = ['contact.tagged', 'customer.tagged']
const MERGES = ['contact.merged', 'contact.unmerged', 'contact.erased']
/** Told by other sources. */
const ELSEWHERE = ['delivery', 'desk']

/** Facts of a person as a source of the timeline, each id by the index of its history. */
export function factTimeline(connection: Connection): TimelineSource {
  return {
    name: 'facts',
    kinds: ['follow', 'order', 'group', 'tag', 'consent', 'merge', 'event'],
    async read({ contacts }, { upTo, limit, kinds }) {
      const types = typesOf(kinds)
      const lists = await Promise.all(
        contacts.map((contact) =>
          eventRows(connection)
            .find({ contact, occurredAt: { $lte: upTo }, ...types })
            .sort({ occurredAt: -1 })
            .limit(limit)
            .toArray(),
        ),
      )
      return lists
        .flat()
        .toSorted((a, b) => +b.occurredAt - +a.occurredAt)
        .slice(0, limit)
        .map(entryOf)
    },
  }
}

/** The kind of a type of fact. */
export function kindOfFact(type: string): TimelineKind {
  if (TAGS.includes(type)) return 'tag'
  if (MERGES.includes(type)) return 'merge'
  return KINDS[type.split('.', 1)[0] ?? ''] ?? 'event'
}

function entryOf({ type, account, occurredAt, source, props }: EventRow): TimelineEntry {
  const about = { at: occurredAt, kind: kindOfFact(type), type, ...(account !== undefined && { account }) }
  return { ...about, props: { ...props, told: source } }
}

/** The filter for these kinds: words that the types begin with, or for `event` those that they do not. */
function typesOf(kinds: ReadonlySet<TimelineKind>): object {
  const known = [...Object.keys(KINDS), ...ELSEWHERE]
  const words = Object.entries(KINDS).flatMap(([word, kind]) => (kinds.has(kind) ? [`${word}\\.`] : []))
  const wholes = [...(kinds.has('tag') ? TAGS : []), ...(kinds.has('merge') ? MERGES : [])]
  const wanted = [...words, ...wholes.map((type) => `${type.replace('.', '\\.')}$`)]
  const without = [...(kinds.has('tag') ? [] : TAGS), ...(kinds.has('merge') ? [] : MERGES)]
  if (!kinds.has('event')) {
    const named = { type: { $regex: `^(${wanted.join('|')})` } }
    return kinds.has('tag') ? named : { $and: [named, { type: { $nin: TAGS } }] }
  }
  const hidden = known.filter((word) => {
    const kind = KINDS[word]
    return kind === undefined || !kinds.has(kind)
  })
  const rest = { type: { $not: { $regex: `^(${hidden.join('|')})\\.` }, $nin: without } }
  return kinds.has('tag') ? { $or: [rest, { type: { $in: TAGS } }] } : rest
}
