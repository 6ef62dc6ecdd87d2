import { isInstant, writtenIn } from '../core/local-time.js'
import type { By, createActions } from './actions.js'
import { CampaignError } from './campaign-error.js'
import { definitionSchema } from './definition.js'
import { type CampaignRow, campaignCollections } from './model.js'
import { type PlanContext, planOf } from './plan.js'
import type { CampaignPorts } from './ports.js'
import { instantOf, nextOccurrence, occurrenceKey } from './schedule.js'

/** A campaign to another time. */
export interface Move extends By {
  /** The version that the person looked at. */
  version: number
  /** The new time: an instant with its offset, stored as the campaign's zone writes it, or local text of that zone. */
  at: string
}

/**
 * Moves a campaign that runs once to another time, as dragging on a calendar does. The approval stays for a campaign so
 * small that its author may approve it (`campaigns.approvalAbove`); a larger one goes back to a draft, for the time was
 * part of what somebody else approved. The run of the old time is called back first; whoever is cut short there leaves it
 * to be planned anew. Throws CampaignError `campaign.version`, `campaign.schedule` (it repeats, or is started by hand),
 * `campaign.invalid` (the time is over, or after the offer's end), `campaign.state`.
 */
export function createMove(
  ports: Pick<CampaignPorts, 'connection' | 'clock' | 'config'>,
  context: () => PlanContext,
  { find, act }: Pick<ReturnType<typeof createActions>, 'find' | 'act'>,
) {
  const { connection, clock, config } = ports

  function decide(row: CampaignRow, to: CampaignRow['state'], { at, by, version }: Move) {
    if (row.version !== version) {
      throw new CampaignError('campaign.version', `it is version ${row.version}, you looked at ${version}`, {
        fix: 'look at the campaign again',
      })
    }
    const { schedule } = planOf(row.definition, context())
    if (schedule.kind !== 'once') {
      throw new CampaignError('campaign.schedule', 'it repeats, or is started by hand: it has no one time to move', {
        fix: 'edit its schedule',
      })
    }
    const definition = movedTo(row, at, schedule.timeZone, clock.now())
    const { estimate, approval } = row
    const kept = estimate !== undefined && approval?.version === row.version
    const small = kept && estimate.people + estimate.notDue <= config.approvalAbove
    const common = { definition, version: row.version + 1, authors: [...new Set([...row.authors, by])] }
    if (!small) return { ...common, state: 'draft' as const, next: undefined, approval: undefined, estimate: undefined }
    const next = nextOccurrence(planOf(definition, context()).schedule, clock.now())
    return {
      ...common,
      state: to,
      approval: { ...approval, version: row.version + 1 },
      estimate: { ...estimate, version: row.version + 1 },
      ...(to === 'scheduled' && { next }),
    }
  }

  return async function move(id: string, asked: Move): Promise<CampaignRow> {
    const known = await find(id)
    const wanted = known.version === asked.version ? decide(known, known.state, asked) : undefined
    const at = wanted?.definition.schedule?.at ?? asked.at
    const old = known.next
    if (known.state === 'scheduled' && known.version === asked.version && old && !old.manual) {
      const endedAt = clock.now()
      const reason = { code: 'moved', text: `moved to ${at}`, at: endedAt, by: asked.by }
      const { runs } = campaignCollections(connection)
      const called = await runs.updateOne(
        { _id: `${id}:${old.key}`, state: 'scheduled' },
        { $set: { state: 'cancelled', reason, endedAt }, $inc: { rev: 1 } },
      )
      if (called.matchedCount === 0 && (await runs.findOne({ _id: `${id}:${old.key}`, asOf: { $exists: true } })))
        throw new CampaignError('campaign.state', 'its run has begun', { fix: 'stop it, or let it end' })
    }
    return act(id, 'move', { by: asked.by, note: asked.note ?? at }, (row, to) => decide(row, to, asked))
  }
}

/** The definition with another time. */
function movedTo(row: CampaignRow, asked: string, timeZone: string, now: Date): CampaignRow['definition'] {
  const time = instantOf(asked, timeZone)
  const at = time && isInstant(asked) ? writtenIn(timeZone, time) : asked
  const definition = { ...row.definition, schedule: { ...row.definition.schedule, at } }
  const refused = (message: string, fix: string) =>
    new CampaignError('campaign.invalid', `schedule.at: ${message}`, {
      faults: [{ field: 'schedule.at', message, fix }],
    })
  if (time === undefined || !definitionSchema.safeParse(definition).success)
    throw refused('不是时间，或该时区没有这个时刻', "写成 '2026-09-20T10:00'")
  if (time <= now) throw refused('时间已经过去', '选以后的时间')
  const old = instantOf(row.definition.schedule?.at ?? '', timeZone)
  if (old && occurrenceKey(old, timeZone) === occurrenceKey(time, timeZone))
    throw refused('就是现在的时间', '选另一个时间')
  const end = row.definition.endsAt === undefined ? undefined : instantOf(row.definition.endsAt, timeZone)
  if (end && end <= time) throw refused('晚于活动的截止时间（endsAt）', '选更早的时间，或先改截止时间')
  return definition
}
