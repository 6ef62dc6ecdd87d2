import type { Events } from '../events/events.js'
import type { CampaignBulk } from './ports.js'

const TYPES = ['consent.withdrawn', 'follow.ended'] as const
const PAGE = 1000
/** More people than this are not looked up in one go; the rate is beyond every limit by then. */
const MOST = 20_000

/** Counts who left or opted out after a run had reached them. */
export interface OptOuts {
  /** Of the run so far. `since` is when it began. */
  count(run: string, purpose: string, since: Date): Promise<number>
  /** Forgets a run that has ended. */
  forget(run: string): void
}

/**
 * A person counts once, when the fact (marketing or care taken back, unfollowed) is later than the person's message of
 * the run. People who were looked up once are remembered in memory, so that asking again costs only the new facts.
 */
export function createOptOuts(ports: { events: Pick<Events, 'read'>; bulk: Pick<CampaignBulk, 'of'> }): OptOuts {
  const memory = new Map<string, Map<string, boolean>>()

  async function count(run: string, purpose: string, since: Date): Promise<number> {
    const known = memory.get(run) ?? new Map<string, boolean>()
    memory.set(run, known)
    for (const type of TYPES) {
      let before: Date | undefined
      for (let seen = 0; seen < MOST; seen += PAGE) {
        const facts = await ports.events.read({ type, from: since, limit: PAGE, ...(before && { before }) })
        for (const { contact, occurredAt, props, id } of facts) {
          if (contact === undefined) continue
          if (type === 'consent.withdrawn' && props['purpose'] !== undefined && props['purpose'] !== purpose) continue
          const key = `${contact} ${id}`
          if (known.has(key)) continue
          const end = await ports.bulk.of(run, contact)
          const reached = end?.state === 'sent' || end?.state === 'uncertain'
          known.set(key, reached && (end?.at === undefined || end.at <= occurredAt))
        }
        const last = facts.at(-1)
        if (facts.length < PAGE || last === undefined) break
        const further = new Date(last.occurredAt.getTime() + 1)
        before = before && further >= before ? last.occurredAt : further
      }
    }
    return new Set([...known].filter(([, counts]) => counts).map(([key]) => key.slice(0, key.indexOf(' ')))).size
  }

  return { count, forget: (run) => void memory.delete(run) }
}
