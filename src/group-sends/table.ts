import type { Sort } from '../core/sort.js'
import { sortedPage } from '../store/sorted.js'
import type { MemberState, SkipReason, TargetState, TaskState } from './life.js'
import { taskWords } from './life.js'
import { groupSendRows, type RunRow, type TargetRow, type TaskRow } from './model.js'
import type { GroupSendPorts } from './ports.js'
import { stateCounts } from './targets.js'

/** One line of the result table: a task, its members, what became of its targets. */
export interface TaskLine {
  task: string
  /** Empty for moments, which several members publish. */
  staff: string
  part: number
  state: TaskState
  /** The state in words: never more than what is proven. */
  words: string
  members: { staff: string; name?: string; state: MemberState; at?: Date; why?: string }[]
  reminders: { at: Date; by: string; end?: string; reason?: string }[]
  targets: Partial<Record<TargetState, number>>
  createdAt: Date
  madeAt?: Date
  expiresAt: Date
  polledAt?: Date
  escalatedAt?: Date
  escalateTo?: string
  attempts: number
  evidence: { at: Date; text: string }[]
  reason?: string
}

/** A run in one look. */
export interface Table {
  run: RunRow
  tasks: TaskLine[]
  /** The task after the last line, when there are more. */
  next?: string
  totals: {
    tasks: Partial<Record<TaskState, number>>
    members: Partial<Record<MemberState, number>>
    targets: Partial<Record<TargetState, number>>
    skipped: Partial<Record<SkipReason, number>>
  }
}

/** The field of each column that tasks can be ordered by, and targets. */
const TASK_FIELDS = { task: '_id', staff: 'staff', state: 'state', expiresAt: 'expiresAt' } as const
const TARGET_FIELDS = { target: '_id', staff: 'staff' } as const

/** Which tasks of a run; by their names unless `sort` is given. */
export interface TaskPage {
  state?: TaskState | undefined
  sort?: Sort<keyof typeof TASK_FIELDS> | undefined
  after?: string | undefined
  size?: number | undefined
}

/** Which targets of a run; by their ids unless `sort` is given. */
export interface TargetPage {
  task?: string | undefined
  state?: TargetState | undefined
  sort?: Sort<keyof typeof TARGET_FIELDS> | undefined
  after?: string | undefined
  size?: number | undefined
}

/** The result table of a run; its lines in pages of at most 200. */
export async function tableOf(ports: GroupSendPorts, run: RunRow, page: TaskPage = {}): Promise<Table> {
  const { tasks, targets } = groupSendRows(ports.connection)
  const { state, sort = 'task', after, size = 100 } = page
  const ask = { filter: { run: run._id, ...(state && { state }) }, sort, fields: TASK_FIELDS, after, limit: size }
  const { rows, ...more } = await sortedPage(tasks, ask)
  const lines = await Promise.all(rows.map((task) => lineOf(ports, task)))
  const totals: Table['totals'] = { tasks: {}, members: {}, targets: {}, skipped: {} }
  const shown = tasks.find({ run: run._id }, { projection: { state: 1, members: 1 } })
  for await (const { state, members } of shown) {
    totals.tasks[state] = (totals.tasks[state] ?? 0) + 1
    for (const one of members) totals.members[one.state] = (totals.members[one.state] ?? 0) + 1
  }
  totals.targets = await stateCounts(ports, { run: run._id })
  const skipped = targets.aggregate<{ _id: SkipReason; count: number }>([
    { $match: { run: run._id, state: 'skipped' } },
    { $group: { _id: '$reason', count: { $sum: 1 } } },
  ])
  for await (const { _id, count } of skipped) totals.skipped[_id] = count
  return { run, tasks: lines, ...more, totals }
}

async function lineOf(ports: GroupSendPorts, task: TaskRow): Promise<TaskLine> {
  const { _id, run, staff, part, state, members, reminders, createdAt, expiresAt, attempts, evidence = [] } = task
  const { madeAt, polledAt, escalatedAt, escalateTo, reason } = task
  return {
    task: _id,
    staff,
    part,
    state,
    words: taskWords(state),
    members: members.map(({ staff: who, state: is, at, why }) => {
      const name = ports.staff.name?.(task.account, who)
      return {
        staff: who,
        state: is,
        ...(name !== undefined && { name }),
        ...(at && { at }),
        ...(why !== undefined && { why }),
      }
    }),
    reminders,
    targets: await stateCounts(ports, { run, task: _id }),
    createdAt,
    expiresAt,
    attempts,
    evidence,
    ...(madeAt && { madeAt }),
    ...(polledAt && { polledAt }),
    ...(escalatedAt && { escalatedAt }),
    ...(escalateTo !== undefined && { escalateTo }),
    ...(reason !== undefined && { reason }),
  }
}

/** Targets of a run, of one task or one state where asked, in pages. */
export async function targetsOf(
  ports: Pick<GroupSendPorts, 'connection'>,
  run: RunRow,
  query: TargetPage = {},
): Promise<{ targets: TargetRow[]; next?: string }> {
  const { task, state, sort = 'target', after, size = 100 } = query
  const filter = { run: run._id, ...(task !== undefined && { task }), ...(state && { state }) }
  const ask = { filter, sort, fields: TARGET_FIELDS, after, limit: size }
  const { rows, ...more } = await sortedPage(groupSendRows(ports.connection).targets, ask)
  return { targets: rows, ...more }
}
