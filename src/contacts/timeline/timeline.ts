/** What kinds of things happen to a person. */
export const TIMELINE_KINDS = [
  'message',
  'delivery',
  'desk',
  'follow',
  'order',
  'group',
  'tag',
  'consent',
  'merge',
  'event',
] as const
export type TimelineKind = (typeof TIMELINE_KINDS)[number]

/** One thing that happened. */
export interface TimelineEntry {
  at: Date
  kind: TimelineKind
  /** What exactly: a type of fact, a kind of message, a state. */
  type: string
  account?: string
  /** A text that somebody wrote; shown to those only who may change contacts. */
  text?: string
  props: Record<string, unknown>
}

/** Whose timeline: a contact with everything that became part of it. */
export interface TimelineOf {
  /** Its ids, the present one in front. */
  contacts: readonly string[]
  identities: readonly { key: string; platform: string; account: string; externalId: string }[]
}

/** Where a part of a timeline is read. */
export interface TimelineSource {
  readonly name: string
  readonly kinds: readonly TimelineKind[]
  /**
   * The newest at `upTo` and earlier, the newest first; always in the same order, those of one moment included. Fewer
   * than `limit` means that there are no more.
   */
  read(of: TimelineOf, ask: { upTo: Date; limit: number; kinds: ReadonlySet<TimelineKind> }): Promise<TimelineEntry[]>
}

/** A page of a timeline, the newest first. */
export interface TimelinePage {
  entries: TimelineEntry[]
  /** Give it as `before` for the next page; absent at the end. */
  next?: string
}

/** How a page is asked for. */
export interface TimelineQuery {
  before?: string
  /** 50 unless given, at most 200. */
  limit?: number
  /** All unless given. */
  kinds?: readonly TimelineKind[]
  now: Date
}

/**
 * One timeline out of several sources. Each is asked for a page only, so a page costs as many short reads by index as
 * there are sources. A cursor is a moment with how much of it each source has given: nothing is shown twice or left out
 * where many things have the same moment.
 */
export async function readTimeline(
  sources: readonly TimelineSource[],
  of: TimelineOf,
  query: TimelineQuery,
): Promise<TimelinePage> {
  const limit = Math.min(Math.max(query.limit ?? 50, 1), 200)
  const kinds = new Set(query.kinds && query.kinds.length > 0 ? query.kinds : TIMELINE_KINDS)
  const cursor = cursorOf(query.before)
  const upTo = cursor?.at ?? query.now
  const asked = sources.filter((source) => source.kinds.some((kind) => kinds.has(kind)))
  const lists = await Promise.all(
    asked.map(async (source) => {
      const skip = cursor?.given.get(source.name) ?? 0
      const found = await source.read(of, { upTo, limit: limit + skip + 1, kinds })
      return { name: source.name, skip, left: found.slice(skip) }
    }),
  )
  const entries: TimelineEntry[] = []
  const given = new Map<string, { at: number; count: number }>()
  for (const { name, skip } of lists) given.set(name, { at: upTo.getTime(), count: skip })
  while (entries.length < limit) {
    const newest = lists.reduce<(typeof lists)[number] | undefined>((best, list) => {
      const [head] = list.left
      if (!head) return best
      const [other] = best?.left ?? []
      return !other || head.at > other.at ? list : best
    }, undefined)
    const entry = newest?.left.shift()
    if (!newest || !entry) return { entries }
    entries.push(entry)
    const at = entry.at.getTime()
    const before = given.get(newest.name)
    given.set(newest.name, { at, count: before?.at === at ? before.count + 1 : 1 })
  }
  const last = entries.at(-1)
  if (!last || lists.every(({ left }) => left.length === 0)) return { entries }
  return { entries, next: cursorText(last.at.getTime(), given) }
}

interface Cursor {
  at: Date
  given: ReadonlyMap<string, number>
}

function cursorText(at: number, given: ReadonlyMap<string, { at: number; count: number }>): string {
  const counts = [...given].flatMap(([name, one]) => (one.at === at && one.count > 0 ? [`${name}.${one.count}`] : []))
  return [at, ...counts].join('~')
}

/** A cursor that is none begins with now: it comes from outside. A source is never asked for more than 1,000 rows more. */
function cursorOf(text: string | undefined): Cursor | undefined {
  const [at = '', ...counts] = text?.split('~') ?? []
  if (!/^\d{1,15}$/.test(at)) return undefined
  const given = counts.flatMap((one) => {
    const [, name = '', count = ''] = /^([a-z]+)\.(\d{1,4})$/.exec(one) ?? []
    return name === '' ? [] : [[name, Math.min(Number(count), 1000)] as const]
  })
  return { at: new Date(Number(at)), given: new Map(given) }
}
