import type { PersonalData } from '../contacts/privacy.js'
import type { Sort, SortedPage } from '../core/sort.js'
import type { Update } from '../core/update.js'
import { partly, sortedPage } from '../store/sorted.js'
import { type By, createActions } from './actions.js'
import { datesOf, type GroupSendDate } from './calendar.js'
import type { PushState } from './life.js'
import { groupSendModels, groupSendRows, type PushRow, type RunRow, type TargetRow, type TaskRow } from './model.js'
import { createMove, type Move } from './move.js'
import { groupSendPersonalData } from './personal-data.js'
import type { GroupSendPorts } from './ports.js'
import { applyUpdate } from './presses.js'
import { createRunActions } from './run-actions.js'
import { createRunner } from './runner.js'
import { type Table, type TargetPage, type TaskPage, tableOf, targetsOf } from './table.js'

/** The field of each column that pushes can be ordered by. */
const SORT_FIELDS = {
  name: 'definition.name',
  id: '_id',
  state: 'state',
  targets: 'estimate.targets',
  tasks: 'estimate.tasks',
  next: 'next.at',
  updatedAt: 'updatedAt',
} as const

/** Which pushes, and in which order. */
export interface PushQuery {
  state?: PushState | undefined
  /** A part of the name or the id. */
  text?: string | undefined
  sort?: Sort<keyof typeof SORT_FIELDS> | undefined
  /** `next` of the page before. */
  after?: string | undefined
  /** 100 unless given. */
  limit?: number | undefined
}

/**
 * Pushes to customer groups, customers and moments, by tasks that members confirm. A server cannot post into a group or
 * write to a customer itself: nothing here is `sent` before the platform's own result says so.
 */
export interface GroupSends {
  list(query?: { state?: PushState; limit?: number }): Promise<PushRow[]>
  /** A page, the last changed first unless asked otherwise. */
  page(query: PushQuery): Promise<SortedPage<PushRow>>
  /** Times of pushes within a span, the earliest first. */
  dates(span: { from: Date; to: Date }): Promise<GroupSendDate[]>
  /** A push with its newest runs. Throws GroupSendError `group-send.unknown`. */
  show(id: string): Promise<{ push: PushRow; runs: RunRow[] }>
  create(given: By & { id: string; definition: unknown }): Promise<PushRow>
  edit(id: string, given: By & { version: number; definition: unknown }): Promise<PushRow>
  /** Puts one that runs once at another time; estimates it anew for then. */
  move(id: string, asked: Move): Promise<PushRow>
  /** Looks at every target the way the run will, and keeps what was found. */
  estimate(id: string, by: By): Promise<PushRow>
  approve(id: string, by: By & { version?: number }): Promise<PushRow>
  start(id: string, by: By & { now?: boolean }): Promise<PushRow>
  /** No further runs; what is under way is called back as far as it is not sent. */
  cancel(id: string, by: By): Promise<PushRow>
  /** Asks for a reminder of all who have not confirmed; gives how many tasks. At most 3 in 24 h a task, never at night. */
  remind(id: string, by: By): Promise<number>
  /** Has what is older than 30 s read again; gives how many tasks. */
  refresh(id: string): Promise<number>
  table(id: string, occurrence: string, page?: TaskPage): Promise<Table>
  targets(id: string, occurrence: string, query?: TargetPage): Promise<{ targets: TargetRow[]; next?: string }>
  /** Decides about an uncertain task. */
  decide(task: string, as: 'again' | 'made', by: By): Promise<TaskRow>
  /** Card presses and members who left; undefined for other updates. Call it for every update after its insert. */
  apply(update: Update): Promise<void> | undefined
  ticks: { name: string; every: string; run: () => Promise<void> }[]
  tick(): Promise<void>
  /** What of it is about people. */
  personalData: PersonalData
  close(): Promise<void>
}

/** Pushes on their ports. Make them before `ensureIndexes`. */
export function createGroupSends(ports: GroupSendPorts & { timing?: { lease?: number } }): GroupSends {
  const { connection } = ports
  groupSendModels(connection)
  let made: ReturnType<typeof make> | undefined
  const make = () => ({
    actions: createActions(ports),
    runs: createRunActions(ports),
    runner: createRunner(ports, ports.timing),
    rows: groupSendRows(connection),
  })
  const parts = () => {
    made ??= make()
    return made
  }
  const runsOf = (push: string, open: boolean) =>
    parts()
      .rows.runs.find({ push, ...(open && { open: true }) })
      .sort({ dueAt: -1 })
      .limit(20)
      .toArray()

  const each = async (id: string, act: (run: RunRow) => Promise<number>): Promise<number> => {
    await parts().actions.find(id)
    let sum = 0
    for (const run of await runsOf(id, true)) sum += await act(run)
    return sum
  }
  const tick = () => parts().runner.tick()

  return {
    create: (given) => parts().actions.create(given),
    edit: (id, given) => parts().actions.edit(id, given),
    move: (id, asked) => createMove(ports, parts().actions)(id, asked),
    estimate: (id, by) => parts().actions.estimate(id, by),
    approve: (id, by) => parts().actions.approve(id, by),
    start: (id, by) => parts().actions.start(id, by),
    async cancel(id, by) {
      const push = await parts().actions.stop(id, by)
      for (const run of await runsOf(id, true)) await parts().runs.cancelRun(run, by)
      return push
    },
    list: ({ state, limit = 100 } = {}) =>
      parts()
        .rows.pushes.find(state === undefined ? {} : { state })
        .sort({ updatedAt: -1 })
        .limit(Math.min(Math.max(limit, 1), 1000))
        .toArray(),
    page({ state, text, sort = '-updatedAt', after, limit = 100 }) {
      const like = text ? { $or: [{ _id: partly(text) }, { 'definition.name': partly(text) }] } : {}
      const filter = { ...like, ...(state && { state }) }
      return sortedPage(parts().rows.pushes, { filter, sort, fields: SORT_FIELDS, after, limit: Math.min(limit, 1000) })
    },
    dates: (span) => datesOf(ports.connection, { ...span, now: ports.clock.now(), timeZone: ports.timeZone }),
    show: async (id) => ({ push: await parts().actions.find(id), runs: await runsOf(id, false) }),
    remind: (id, by) => each(id, (run) => parts().runs.remindRun(run, by)),
    refresh: (id) => each(id, (run) => parts().runs.refreshRun(run)),
    table: async (id, occurrence, page) => tableOf(ports, await parts().runs.findRun(id, occurrence), page),
    targets: async (id, occurrence, query) => targetsOf(ports, await parts().runs.findRun(id, occurrence), query),
    decide: (task, as, by) => parts().runs.decide(task, as, by),
    apply: (update) => applyUpdate(ports, update),
    ticks: [{ name: 'group-sends', every: '5 seconds', run: tick }],
    tick,
    personalData: groupSendPersonalData(connection),
    close: () => made?.runner.close() ?? Promise.resolve(),
  }
}
