import type { By } from './actions.js'
import { change } from './compare-and-set.js'
import { GroupSendError } from './group-send-error.js'
import { groupSendRows, type RunRow, type TaskRow } from './model.js'
import { waiting } from './next-step.js'
import type { GroupSendPorts } from './ports.js'
import { moveTargets } from './targets.js'
import { evidenceOf, owing, pay, revise, taskFact } from './work.js'

/** How old what is known of a task must be before a person's refresh asks the platform again. */
const REFRESH_MS = 30_000

/** What people do with runs and their tasks; a worker carries it out. */
export function createRunActions(ports: GroupSendPorts) {
  const { clock } = ports
  const { runs, tasks } = groupSendRows(ports.connection)

  async function findRun(push: string, occurrence: string): Promise<RunRow> {
    const run = await runs.findOne({ _id: `${push}:${occurrence}` })
    if (run) return run
    const fix = `see \`weloop group-send show ${push}\``
    throw new GroupSendError('group-send.unknown', `'${push}' has no run '${occurrence}'`, { fix })
  }

  /** Calls back what is not sent; what is sent stays sent. */
  async function cancelRun(run: RunRow, { by, note }: By): Promise<RunRow> {
    const at = clock.now()
    const done = await change<RunRow>(runs, run._id, (row) =>
      row.open && !row.cancelled ? { cancelled: { by, at, ...(note !== undefined && { note }) } } : undefined,
    )
    return done?.row ?? run
  }

  /** Asks for a reminder of everybody who has not confirmed; gives how many tasks. At night it waits for the morning. */
  async function remindRun(run: RunRow, { by }: By): Promise<number> {
    const at = clock.now()
    let asked = 0
    for await (const { _id } of tasks.find({ run: run._id, open: true, state: 'made' }, { projection: { _id: 1 } })) {
      const done = await revise({ ports }, _id, (task) =>
        waiting(task).length > 0 && !task.remindAsked && task.state === 'made'
          ? { remindAsked: { at, by } }
          : undefined,
      )
      if (done?.row.remindAsked) asked += 1
    }
    return asked
  }

  /** Has the platform asked again soon for what is older than 30 s; gives how many tasks. */
  async function refreshRun(run: RunRow): Promise<number> {
    const now = clock.now()
    const due = { run: run._id, open: true as const, state: 'made' as const, platformId: { $exists: true } }
    let asked = 0
    for (const { _id } of await tasks.find(due, { projection: { _id: 1 } }).toArray()) {
      const done = await revise({ ports }, _id, (task) => {
        const since = Math.max(task.madeAt?.getTime() ?? 0, task.polledAt?.getTime() ?? 0)
        return now.getTime() - since < REFRESH_MS || task.pollAsked ? undefined : { pollAsked: true }
      })
      if (done?.row.pollAsked) asked += 1
    }
    return asked
  }

  async function findTask(id: string): Promise<TaskRow> {
    const task = await tasks.findOne({ _id: id })
    if (task) return task
    throw new GroupSendError('group-send.unknown', `there is no task '${id}'`, { fix: 'see the table of its run' })
  }

  /**
   * Decides about a task of which nobody knows whether it was made: `again` makes it (the person has looked and there is
   * none), `made` takes it as made, with results unknown for good.
   */
  async function decide(id: string, as: 'again' | 'made', { by, note }: By): Promise<TaskRow> {
    const before = await findTask(id)
    if (before.decided?.as === as && before.state !== 'uncertain') return before
    const now = clock.now()
    if (before.state !== 'uncertain') throw decided(before)
    if (as === 'again' && before.endedAt) {
      throw new GroupSendError('group-send.state', 'its time is over; it is not made again', { fix: 'start a new run' })
    }
    if (as === 'made') await moveTargets(ports, before, { state: 'assumed', reason: by })
    if (as === 'made')
      await groupSendRows(ports.connection).targets.updateMany(
        { run: before.run, task: id, state: 'unknown' },
        { $set: { state: 'assumed', reason: by, at: now } },
      )
    const words = as === 'again' ? '重新创建' : '视为已创建，结果不可知'
    const done = await revise({ ports }, id, (task) => {
      if (task.state !== 'uncertain') return undefined
      const kept = {
        decided: { as, by, at: now },
        evidence: evidenceOf(task, now, `${by}：${words}${note ? `（${note}）` : ''}`),
      }
      if (as === 'again')
        return {
          ...kept,
          state: 'planned',
          attempts: 0,
          unclearSince: undefined,
          reason: undefined,
          holdUntil: undefined,
        }
      return {
        ...kept,
        state: 'done',
        endedAt: task.endedAt ?? now,
        members: task.members.map((one) => ({ ...one, state: 'unknown' as const, at: now })),
        owed: owing(task, taskFact(task, 'task.done', 'decided', now, { state: 'assumed', by })),
      }
    })
    if (done?.changed) return (await pay({ ports }, done.row)) ?? done.row
    throw decided(done?.row ?? before)
  }

  return { findRun, findTask, cancelRun, remindRun, refreshRun, decide }
}

function decided(task: TaskRow): GroupSendError {
  return new GroupSendError('group-send.state', `'${task._id}' is ${task.state}: there is nothing to decide`, {
    fix: 'look at it again',
  })
}
