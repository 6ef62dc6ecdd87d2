import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { kindOfFact } from '../../src/contacts/timeline/facts.js'
import {
  readTimeline,
  type TimelineEntry,
  type TimelineKind,
  type TimelineQuery,
  type TimelineSource,
} from '../../src/contacts/timeline/timeline.js'

const NOW = new Date('2026-03-04T04:00:00Z')
const OF = { contacts: ['a'], identities: [] }

/** A source over a list of moments; `asked` counts how many rows it was asked for. */
function source(name: string, kind: TimelineKind, minutes: readonly number[], asked: number[] = []): TimelineSource {
  const entries = minutes
    .toSorted((a, b) => a - b)
    .map((ago, index): TimelineEntry => {
      return { at: new Date(NOW.getTime() - ago * 60_000), kind, type: `${name}.${index}`, props: {} }
    })
  return {
    name,
    kinds: [kind],
    async read(_, { upTo, limit }) {
      asked.push(limit)
      return entries.filter(({ at }) => at <= upTo).slice(0, limit)
    },
  }
}

async function all(sources: readonly TimelineSource[], query: Omit<TimelineQuery, 'now' | 'before'>) {
  const found: TimelineEntry[] = []
  for (let before: string | undefined, round = 0; round < 1000; round++) {
    const page = await readTimeline(sources, OF, { ...query, now: NOW, ...(before !== undefined && { before }) })
    found.push(...page.entries)
    before = page.next
    if (before === undefined) return found
  }
  throw new Error('pages do not end')
}

test('everything of every source comes once, in order, whatever the page size and however many share a moment', async () => {
  const moments = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(moments, moments, moments, fc.integer({ min: 1, max: 7 }), async (a, b, c, limit) => {
      const sources = [source('facts', 'event', a), source('inbox', 'message', b), source('outbox', 'delivery', c)]
      const found = await all(sources, { limit })
      expect(found.map(({ type }) => type).toSorted()).toEqual(
        [
          ...a.map((_, i) => `facts.${i}`),
          ...b.map((_, i) => `inbox.${i}`),
          ...c.map((_, i) => `outbox.${i}`),
        ].toSorted(),
      )
      const times = found.map(({ at }) => at.getTime())
      expect(times).toEqual(times.toSorted((x, y) => y - x))
    }),
    { numRuns: 200 },
  )
})

test('only the sources of the kinds asked for are read, and never more than a page and its overlap', async () => {
  const asked: number[] = []
  const other: number[] = []
  const minutes = Array.from({ length: 500 }, (_, index) => index)
  const sources = [source('facts', 'event', minutes, asked), source('inbox', 'message', minutes, other)]
  expect(await all(sources, { limit: 50, kinds: ['event'] })).toHaveLength(500)
  expect(other).toEqual([])
  expect(Math.max(...asked)).toBeLessThanOrEqual(52)
})

test('a cursor from outside that is none begins with now', async () => {
  const sources = [source('facts', 'event', [1, 2])]
  for (const before of ['', 'x', '99999999999999999~facts.2', '{"$gt":1}']) {
    expect((await readTimeline(sources, OF, { before, now: NOW })).entries).toHaveLength(2)
  }
})

test('types of facts have their kind', () => {
  expect(
    ['follow.ended', 'order.paid', 'group.left', 'contact.tagged', 'contact.merged', 'coupon.claimed'].map(kindOfFact),
  ).toEqual(['follow', 'order', 'group', 'tag', 'merge', 'event'])
})
