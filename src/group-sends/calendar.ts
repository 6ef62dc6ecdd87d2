import type { Connection } from '../store/connect.js'
import { stateAfter } from './life.js'
import { groupSendRows, type PushRow } from './model.js'
import { nextOccurrence } from './schedule.js'

/** One time of a push to groups, customers or moments on the calendar. */
export interface GroupSendDate {
  id: string
  name: string
  /** Name it when moving. */
  version: number
  occurrence: string
  at: Date
  state: string
  /** It has not begun. */
  planned: boolean
  /** It will not run as it stands. */
  tentative: boolean
  repeats: boolean
  /** It may be put at another time. */
  movable: boolean
  /** Groups, customers or members it means, as far as that is known. */
  targets?: number
  /** The segment it goes to, where it goes to one. */
  segment?: string
}

const WAITING: readonly string[] = ['draft', 'estimated', 'approved']
const OVER: readonly string[] = ['done', 'stopped']
const MOST_EACH = 100

/** All times of pushes within a span, the earliest first. */
export async function datesOf(
  connection: Connection,
  { from, to, now, timeZone }: { from: Date; to: Date; now: Date; timeZone: string },
): Promise<GroupSendDate[]> {
  const rows = groupSendRows(connection)
  const pushes = await rows.pushes.find({}).toArray()
  const ids = pushes.map(({ _id }) => _id)
  const runs = await rows.runs.find({ push: { $in: ids }, dueAt: { $gte: from, $lt: to } }).toArray()
  const found: GroupSendDate[] = []
  for (const row of pushes) {
    const mine = runs.filter(({ push }) => push === row._id)
    for (const run of mine) {
      if (run.state === 'cancelled') continue
      const targets = run.found?.targets ?? row.estimate?.targets
      found.push({
        ...common(row),
        ...{ occurrence: run.occurrence, at: run.dueAt, state: run.state, planned: run.state === 'due' },
        ...{ tentative: false, movable: false },
        ...(targets !== undefined && { targets }),
      })
    }
    if (OVER.includes(row.state)) continue
    const taken = new Set(mine.map(({ occurrence }) => occurrence))
    let next = nextOccurrence(row.definition.schedule, timeZone, new Date(Math.max(from.getTime() - 1, now.getTime())))
    for (let count = 0; next && next.at < to && count < MOST_EACH; count++) {
      if (!taken.has(next.key)) {
        const targets = row.estimate?.targets
        found.push({
          ...common(row),
          ...{ occurrence: next.key, at: next.at, state: row.state, planned: true },
          tentative: WAITING.includes(row.state),
          movable: isMovable(row),
          ...(targets !== undefined && { targets }),
        })
      }
      next = nextOccurrence(row.definition.schedule, timeZone, next.at)
    }
  }
  return found.toSorted((one, other) => one.at.getTime() - other.at.getTime())
}

/** One that repeats, is under way, or was started for now is not. */
const isMovable = ({ state, definition, next }: PushRow) =>
  stateAfter(state, 'move') !== undefined && definition.schedule?.at !== undefined && !next?.manual

function common({ _id, version, definition }: PushRow) {
  const segment = definition.to.customers?.segment
  return {
    id: _id,
    name: definition.name,
    version,
    repeats: definition.schedule?.every !== undefined,
    ...(segment !== undefined && { segment }),
  }
}
