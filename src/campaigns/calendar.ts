import type { Connection } from '../store/connect.js'
import type { CampaignState, RunState } from './life.js'
import { type CampaignRow, campaignCollections } from './model.js'
import { type Plan, type PlanContext, planOf } from './plan.js'
import { nextOccurrence } from './schedule.js'

/** One time of a campaign on the calendar: a run that was or is, or one to come. */
export interface CampaignDate extends Pick<Plan, 'account' | 'purpose' | 'channels'> {
  id: string
  name: string
  version: number
  occurrence: string
  at: Date
  state: CampaignState | RunState
  /** It has not begun. */
  planned: boolean
  /** It will not run as it stands: a draft, or not approved, or not scheduled. */
  tentative: boolean
  repeats: boolean
  /** Names the audience: the same text is the same people. */
  audience: string
  /** Who was in it, or who was when it was estimated. */
  people?: number
  /** People by channel, as estimated. */
  byChannel?: Record<string, number>
  /** It may be put at another time. */
  movable: boolean
}

const TO_COME: readonly CampaignState[] = ['draft', 'estimated', 'approved', 'scheduled', 'running', 'paused']
const WAITING: readonly CampaignState[] = ['draft', 'estimated', 'approved']
/** Of one that repeats within the span; hourly ones for a month would bury everything else. */
const MOST_EACH = 100

/** All times of campaigns within a span, the earliest first: runs by their rows, what is to come by its schedules. */
export async function datesOf(
  connection: Connection,
  { from, to, now }: { from: Date; to: Date; now: Date },
  context: () => PlanContext,
): Promise<CampaignDate[]> {
  const { campaigns, runs } = campaignCollections(connection)
  const states: RunState[] = ['scheduled', 'expanding', 'sending', 'resting', 'paused', 'done', 'stopped', 'skipped']
  const [rows, known] = await Promise.all([
    campaigns.find({}).toArray(),
    runs.find({ state: { $in: states }, dueAt: { $gte: from, $lt: to } }).toArray(),
  ])
  const found: CampaignDate[] = []
  for (const row of rows) {
    const mine = known.filter(({ campaign }) => campaign === row._id)
    for (const { occurrence, dueAt: at, state, counts } of mine) {
      const planned = state === 'scheduled'
      const people = counts?.people ?? row.estimate?.people
      found.push({
        ...common(row, context),
        ...{ occurrence, at, planned, state: planned ? row.state : state },
        movable: planned && row.state === 'scheduled' && !repeats(row),
        ...(people !== undefined && { people }),
      })
    }
    if (!TO_COME.includes(row.state)) continue
    const taken = new Set(mine.map(({ occurrence }) => occurrence))
    const { schedule } = planOf(row.definition, context())
    let next = nextOccurrence(schedule, new Date(Math.max(from.getTime() - 1, now.getTime())))
    for (let count = 0; next && next.at < to && count < MOST_EACH; count++) {
      if (!taken.has(next.key)) {
        const { key: occurrence, at } = next
        const people = row.estimate?.people
        found.push({
          ...common(row, context),
          ...{ occurrence, at, planned: true, state: row.state },
          movable: !repeats(row) && row.state !== 'running' && row.state !== 'paused',
          ...(people !== undefined && { people }),
        })
      }
      next = nextOccurrence(schedule, next.at)
    }
  }
  return found.toSorted((one, other) => one.at.getTime() - other.at.getTime())
}

const repeats = ({ definition }: CampaignRow) => definition.schedule?.cron !== undefined

function common(row: CampaignRow, context: () => PlanContext) {
  const { account, purpose, channels } = planOf(row.definition, context())
  const { audience, name } = row.definition
  return {
    ...{ id: row._id, name, version: row.version, account, purpose, channels },
    audience: typeof audience === 'string' ? audience : JSON.stringify(audience),
    repeats: repeats(row),
    ...(row.estimate && { byChannel: row.estimate.channels }),
    tentative: WAITING.includes(row.state),
  }
}
