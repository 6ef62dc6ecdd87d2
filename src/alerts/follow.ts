import { createHash } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { StoredFact } from '../events/fact.js'
import { FEED_OVERLAP_MS, type Feed } from '../events/feed.js'
import { quietUntil } from '../outbox/reach/quiet.js'
import type { Connection } from '../store/connect.js'
import { DUPLICATE_KEY } from '../store/duplicate.js'
import { insertRaw } from '../store/raw-commands.js'
import { valueAt } from './condition.js'
import { type AlertRow, type AlertRows, alertCollection } from './model.js'
import { judge, type Plan } from './plan.js'

/** What following the facts needs. */
export interface FollowPorts {
  connection: Connection
  rows: Pick<AlertRows, 'cursor'>
  feed: Feed
  clock: Clock
  staleAfterMs: number
}

/** What one turn found. */
export interface Followed {
  facts: number
  alerts: number
  /** Facts that were too old. */
  stale: number
}

const CURSOR = 'facts'
/** Looked back at in every turn; the whole overlap is, every DEEP_EVERY_MS. */
const SHALLOW_MS = 10_000
const DEEP_EVERY_MS = 30_000

/**
 * Turns facts into alerts, each once: the row of rule and fact is unique. Facts are followed by the time they were
 * received, with a look back over all that may have become visible late, so that none is lost; those longer ago than
 * the limit (nobody ran) are counted. Any number of processes may follow at once.
 */
export function createFollower({ connection, rows, feed, clock, staleAfterMs }: FollowPorts) {
  const seen = new Map<string, number>()
  let deepAt = Number.NEGATIVE_INFINITY

  /** From where to read, after what is too old has been counted. */
  async function start(types: readonly string[], now: Date, back: number): Promise<{ from: Date; stale: number }> {
    await rows.cursor.updateOne({ _id: CURSOR }, { $setOnInsert: { at: now, stale: 0 } }, { upsert: true })
    const { at } = (await rows.cursor.findOne({ _id: CURSOR })) ?? { at: now }
    const oldest = new Date(now.getTime() - staleAfterMs)
    const looked = new Date(at.getTime() - back)
    if (at >= oldest) return { from: looked < oldest ? oldest : looked, stale: 0 }
    const stale = await feed.count({ types, from: at, before: oldest })
    const { matchedCount } = await rows.cursor.updateOne({ _id: CURSOR, at }, { $set: { at: oldest }, $inc: { stale } })
    return { from: oldest, stale: matchedCount === 1 ? stale : 0 }
  }

  function alertsOf(facts: readonly StoredFact[], plans: ReadonlyMap<string, readonly Plan[]>, now: Date): AlertRow[] {
    return facts.flatMap((fact) =>
      (plans.get(fact.type) ?? []).flatMap((plan) => {
        const judged = judge(plan, fact)
        return 'data' in judged ? [alertOf(plan, fact, judged.data, now)] : []
      }),
    )
  }

  return async (plans: readonly Plan[]): Promise<Followed> => {
    const now = clock.now()
    const byType = new Map<string, Plan[]>()
    for (const plan of plans)
      for (const type of new Set(plan.triggers.map((trigger) => trigger.type)))
        byType.set(type, [...(byType.get(type) ?? []), plan])
    const types = [...byType.keys()]
    const deep = now.getTime() - deepAt >= DEEP_EVERY_MS
    if (deep) deepAt = now.getTime()
    const { from, stale } = await start(types, now, deep ? FEED_OVERLAP_MS : SHALLOW_MS)
    const found: Followed = { facts: 0, alerts: 0, stale }
    for await (const page of feed.pages({ types, from })) {
      const fresh = page.filter(({ source, id }) => !seen.has(`${source}:${id}`))
      const alerts = alertsOf(fresh, byType, now)
      if (alerts.length > 0) found.alerts += await store(connection, alerts)
      for (const { source, id, receivedAt } of fresh) seen.set(`${source}:${id}`, receivedAt.getTime())
      found.facts += fresh.length
      const last = page.at(-1)?.receivedAt ?? now
      await rows.cursor.updateOne({ _id: CURSOR }, { $max: { at: last < now ? last : now } })
    }
    await rows.cursor.updateOne({ _id: CURSOR }, { $max: { at: new Date(now.getTime() - SHALLOW_MS) } })
    for (const [id, at] of seen) if (at < now.getTime() - 2 * FEED_OVERLAP_MS) seen.delete(id)
    return found
  }
}

/** Stores alerts that are not there yet; gives how many were new. */
export async function store(connection: Connection, alerts: AlertRow[]): Promise<number> {
  const faults = await insertRaw(connection, alertCollection, alerts)
  const other = faults.find(({ code }) => code !== DUPLICATE_KEY)
  if (other) throw new AppError('store.refused', `alerts could not be stored: ${other.message}`)
  return alerts.length - faults.length
}

function alertOf(plan: Plan, fact: StoredFact, data: Record<string, unknown>, now: Date): AlertRow {
  const { slug, definition, quiet, dedupe } = plan
  const until = quiet && quietUntil(now, quiet.hours)
  const dropped = until !== undefined && quiet?.mode === 'drop'
  return {
    _id: `${slug}|${fact.source}:${fact.id}`,
    rule: slug,
    title: definition.title,
    type: fact.type,
    state: dropped ? 'dropped' : 'new',
    at: now,
    ...(fact.contact !== undefined && { contact: fact.contact }),
    data: dropped ? {} : data,
    group: dedupe ? groupOf(dedupe.by.map((field) => valueAt(data, field) ?? null)) : '',
    dueAt: until ?? now,
    ...(dropped && { reason: 'quiet-hours', endedAt: now }),
  }
}

const groupOf = (values: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 22)
