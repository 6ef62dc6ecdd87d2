import type { Connection } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { change } from './compare-and-set.js'
import { ACTIVE } from './life.js'
import { type CampaignRow, campaignCollections, type RunRow } from './model.js'
import { nextOccurrence, type Schedule } from './schedule.js'

/**
 * Makes the runs' rows match a campaign that is scheduled or under way: the run that comes next has a row; when that one
 * has begun or was skipped, the one after it is next; when nothing is left, the campaign is done. Each step is
 * idempotent, so it is run again whenever somebody may have been cut short.
 */
export async function planRuns(
  connection: Connection,
  campaign: CampaignRow,
  schedule: Schedule,
  now: Date,
): Promise<CampaignRow> {
  const { campaigns, runs } = campaignCollections(connection)
  let row = campaign
  while (row.next !== undefined && (row.state === 'scheduled' || row.state === 'running')) {
    const { next } = row
    const run = await ensureRun(connection, row._id, next, now)
    if (run.state === 'scheduled') return row
    const following = nextOccurrence(schedule, next.manual ? now : next.at)
    const written = await change<CampaignRow>(campaigns, row._id, (newest) =>
      newest.next?.key === next.key && newest.next.at.getTime() === next.at.getTime()
        ? { next: following, updatedAt: now }
        : undefined,
    )
    if (written === undefined) return row
    row = written.row
  }
  if (row.next !== undefined || (row.state !== 'scheduled' && row.state !== 'running')) return row
  const active = await runs.findOne({ campaign: row._id, state: { $in: [...ACTIVE, 'scheduled'] } })
  if (active) return row
  const done = await change<CampaignRow>(campaigns, row._id, ({ state, next }) =>
    next === undefined && (state === 'scheduled' || state === 'running')
      ? { state: 'done', updatedAt: now }
      : undefined,
  )
  return done?.row ?? row
}

/** The row of a campaign's next run, made when it is not there. */
async function ensureRun(
  connection: Connection,
  campaign: string,
  next: NonNullable<CampaignRow['next']>,
  now: Date,
): Promise<RunRow> {
  const { runs } = campaignCollections(connection)
  const _id = `${campaign}:${next.key}`
  const fresh: RunRow = {
    _id,
    campaign,
    occurrence: next.key,
    state: 'scheduled',
    rev: 1,
    dueAt: next.at,
    createdAt: now,
    ...(next.manual && { manual: true }),
  }
  const known = await runs.findOne({ _id })
  if (known === null) {
    try {
      await runs.insertOne(fresh)
      return fresh
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
  }
  // A run that was called back before it began is wanted again: the campaign was withdrawn and scheduled anew.
  const written = await change<RunRow>(runs, _id, ({ state, asOf, dueAt }) => {
    if (state === 'cancelled' && asOf === undefined)
      return { state: 'scheduled', dueAt: next.at, reason: undefined, endedAt: undefined }
    return state === 'scheduled' && dueAt.getTime() !== next.at.getTime() ? { dueAt: next.at } : undefined
  })
  return written?.row ?? fresh
}
