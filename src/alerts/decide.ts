import { isDuplicate } from '../store/duplicate.js'
import type { AlertRow, AlertRows, RateRow } from './model.js'
import type { Plan } from './plan.js'

type DecideRows = Pick<AlertRows, 'alerts' | 'groups' | 'rates'>

const MOST_TRIES = 50

/** What the decisions of one turn already know: it stays true while they last. */
interface Known {
  /** Until when a group is spoken for. */
  led: Map<string, Date>
  /** The storm that alerts of a rule which are due then are part of. */
  storms: Map<string, string>
}

/**
 * Decides new alerts, in order: one waits for its moment, another of its group stands for it (`held`), or it is part of
 * a storm (`capped`). Deciding again, also in another process at the same moment, comes to the same. `failed` is told
 * of those that could not be decided now.
 */
export async function decide(
  rows: DecideRows,
  alerts: readonly AlertRow[],
  planOf: (rule: string) => Plan | undefined,
  now: Date,
  failed: (alert: AlertRow, error: unknown) => void,
): Promise<void> {
  const known: Known = { led: new Map(), storms: new Map() }
  const decided = new Map<string, { fields: Partial<AlertRow>; ids: string[] }>()
  for (const alert of alerts) {
    try {
      const fields = await fate(rows, alert, planOf(alert.rule), now, known)
      const same = decided.get(JSON.stringify(fields))
      if (same) same.ids.push(alert._id)
      else decided.set(JSON.stringify(fields), { fields, ids: [alert._id] })
    } catch (error) {
      failed(alert, error)
    }
  }
  for (const { fields, ids } of decided.values())
    await rows.alerts.updateMany({ _id: { $in: ids }, state: 'new' }, { $set: fields })
}

async function fate(
  rows: DecideRows,
  alert: AlertRow,
  plan: Plan | undefined,
  now: Date,
  { led, storms }: Known,
): Promise<Partial<AlertRow>> {
  if (plan === undefined) return { state: 'dropped', reason: 'rule-gone', endedAt: now, data: {} }
  const { rule, group, dueAt } = alert
  if (plan.dedupe && group !== '') {
    const until = led.get(`${rule}|${group}`)
    const first = until !== undefined && until > dueAt ? false : await leads(rows, alert, plan.dedupe.within)
    if (!first) return { state: 'held', reason: 'repeated', data: {} }
    led.set(`${rule}|${group}`, new Date(dueAt.getTime() + plan.dedupe.within))
  }
  const moment = `${rule}|${dueAt.getTime()}`
  const storm = storms.get(moment) ?? (await passes(rows, alert, plan.most))
  if (storm === undefined) return { state: 'waiting' }
  storms.set(moment, storm)
  return { state: 'capped', reason: 'storm', storm }
}

/** Whether the alert is the one of its group that is told in this while. */
async function leads(rows: DecideRows, { _id, rule, group, dueAt }: AlertRow, withinMs: number): Promise<boolean> {
  const until = new Date(dueAt.getTime() + withinMs)
  try {
    const { matchedCount, upsertedCount } = await rows.groups.updateOne(
      { _id: `${rule}|${group}`, $or: [{ leader: _id }, { until: { $lte: dueAt } }] },
      { $set: { leader: _id, until } },
      { upsert: true },
    )
    return matchedCount + upsertedCount === 1
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}

/** Lets an alert through, or gives the storm that it is part of. */
async function passes(
  rows: DecideRows,
  { _id, rule, dueAt }: AlertRow,
  most: Plan['most'],
): Promise<string | undefined> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const row = await rows.rates.findOne({ _id: rule })
    if (row?.passed.some(({ id }) => id === _id)) return undefined
    const after = dueAt.getTime() - most.within
    const lately = (row?.passed ?? []).filter(({ at }) => at.getTime() > after)
    const free = lately.length < most.count
    if (!free && row?.storm) return row.storm.id
    const storm = { id: `${_id}#${row?.rev ?? 0}`, until: new Date(dueAt.getTime() + most.within) }
    const change: Partial<RateRow> = free ? { passed: [...lately, { id: _id, at: dueAt }] } : { storm }
    if (await written(rows, rule, row, change)) return free ? undefined : storm.id
  }
  throw new Error(`the rate of ${rule} is being changed by others all the time`)
}

async function written(
  { rates }: DecideRows,
  rule: string,
  row: RateRow | null,
  change: Partial<RateRow>,
): Promise<boolean> {
  if (row) {
    const { matchedCount } = await rates.updateOne({ _id: rule, rev: row.rev }, { $set: change, $inc: { rev: 1 } })
    return matchedCount === 1
  }
  try {
    await rates.insertOne({ _id: rule, rule, rev: 1, passed: [], ...change })
    return true
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}
