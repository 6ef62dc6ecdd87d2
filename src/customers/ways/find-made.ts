import type { FoundWay, WayFault, WaySource } from './ports.js'

/** The clocks of the two sides may differ by so much. */
const SLACK_MS = 300_000

/** The ways of a channel among those the platform made from `since` on; oldest as the platform lists them. */
export async function findMade(
  source: WaySource,
  state: string,
  since: Date,
  now: Date,
): Promise<{ ways: FoundWay[] } | { fault: WayFault }> {
  const ways: FoundWay[] = []
  const from = new Date(since.getTime() - SLACK_MS)
  const to = new Date(now.getTime() + SLACK_MS)
  for (let cursor: string | undefined; ; ) {
    const got = await source.list({ from, to, ...(cursor !== undefined && { cursor }) })
    if (got.end === 'fault') return { fault: got }
    for (const id of got.page.items) {
      const one = await source.get(id)
      if (one.end === 'found' && one.way.state === state) ways.push({ ...one.way, id })
      else if (one.end === 'fault' && one.kind !== 'gone') return { fault: one }
    }
    if (got.page.next === undefined || got.page.next === '') return { ways }
    cursor = got.page.next
  }
}
