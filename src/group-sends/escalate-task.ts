import { hold } from './create-task.js'
import type { MemberState } from './life.js'
import { groupSendRows, type TaskRow } from './model.js'
import { sendTask } from './plan-run.js'
import { pollTask } from './poll-task.js'
import { alarm, moved } from './staff-words.js'
import { moveTargets, openTargets } from './targets.js'
import { call, owing, revise, taskFact, type Work } from './work.js'

const STUCK: readonly MemberState[] = ['waiting', 'cannot', 'left']

/**
 * Tells the other person that a task is not confirmed. The platform cannot move a task: the person can ask or send by
 * hand. Only where a push says `transferGroups` do the groups themselves change owner.
 */
export async function escalateTask(work: Work, task: TaskRow): Promise<void> {
  const { ports } = work
  const now = ports.clock.now()
  const dueAt = ports.quietUntil(now) ?? now
  await revise(work, task._id, (newest) => {
    if (newest.escalatedAt) return undefined
    const { escalateTo, transferGroups, staff, account, members } = newest
    const stuck = members.filter(({ state }) => STUCK.includes(state))
    const moves = transferGroups && ports.transferGroups && escalateTo !== undefined && escalateTo !== staff
    const names = stuck.map((one) => ports.staff.name?.(account, one.staff) ?? one.staff)
    const overdue = taskFact(newest, 'task.overdue', 'overdue', now, { why: reasonOf(stuck.map(({ state }) => state)) })
    const told =
      escalateTo === undefined || moves ? [] : [{ delivery: alarm(newest, escalateTo, names, said(stuck), dueAt) }]
    return {
      escalatedAt: now,
      ...(moves && { moving: { to: escalateTo, at: now } }),
      owed: owing(newest, overdue, ...told),
    }
  })
}

function said(stuck: readonly { state: MemberState; why?: string }[]): string {
  const why = stuck.find((one) => one.why !== undefined)?.why
  if (why !== undefined) return `表示无法发送（${why}）`
  return stuck.some(({ state }) => state === 'left') ? '已不在职' : '还没有确认'
}

function reasonOf(states: readonly MemberState[]): string {
  if (states.includes('left')) return 'left'
  return states.includes('cannot') ? 'cannot' : 'unconfirmed'
}

/**
 * Hands the groups of a task to another owner and makes a new task for that owner. The old one is called back on the
 * platform first, so that no group can get the message twice. Every step may be repeated.
 */
export async function moveTask(work: Work, task: TaskRow): Promise<void> {
  const { ports, sender } = work
  const { moving, platformId } = task
  if (moving === undefined || platformId === undefined || ports.transferGroups === undefined) return
  if (!moving.cancelled) {
    const row = await pollTask(work, task)
    if (row === undefined || row.endedAt) return
    if (row.members.some(({ state }) => state === 'confirmed')) {
      await revise(work, task._id, () => ({ moving: undefined }))
      return
    }
    await ports.at?.('cancelling')
    const answer = await call(work, () => sender.cancel(platformId))
    if (answer.state !== 'ok' && !(answer.state === 'refused' && answer.gone)) return hold(work, row, answer)
    await revise(work, task._id, () => ({ moving: { ...moving, cancelled: true } }))
  }
  const next = await movedTask(work, task, moving.to)
  if (next === undefined) return
  const now = ports.clock.now()
  await revise(work, task._id, (newest) => ({
    state: 'handed-over',
    endedAt: now,
    moving: undefined,
    members: newest.members.map((one) => ({ ...one, state: 'cancelled' as const, at: now })),
    owed: owing(newest, taskFact(newest, 'task.done', 'done', now, { state: 'handed-over', to: moving.to })),
  }))
}

/** Changes the groups' owner and stores the new owner's task; done again it finds what it stored. */
async function movedTask(work: Work, task: TaskRow, to: string): Promise<TaskRow | 'none' | undefined> {
  const { ports, run } = work
  const { tasks, targets } = groupSendRows(ports.connection)
  const id = `${task._id}>${to}`
  let next = await tasks.findOne({ _id: id })
  let reason = '群主未能变更'
  if (next === null) {
    const groups = (await openTargets(ports, task)).map(({ target }) => target)
    if (groups.length === 0 || ports.transferGroups === undefined) return 'none'
    const answer = await ports.transferGroups(task.account, groups, to)
    await ports.at?.('transferred')
    if (answer.state === 'later' || answer.state === 'unclear') {
      await hold(work, task, answer)
      return undefined
    }
    const done = answer.state === 'ok' ? answer.value.done.filter((one) => groups.includes(one)) : []
    if (answer.state === 'refused') reason = answer.reason
    if (done.length > 0) {
      const { escalateTo: _, transferGroups: __, ...fresh } = sendTask(ports, run, to, task.part, done)
      const told = moved({ ...task, targets: done }, to, task.staff, ports.clock.now())
      next = { ...fresh, _id: id, owed: [{ delivery: told }] }
      await tasks.insertOne(next)
    }
  }
  if (next) {
    const ids = next.targets.map((one) => `${task.run}:${one}`)
    await targets.updateMany({ _id: { $in: ids }, task: task._id }, { $set: { task: id, staff: to, state: 'planned' } })
  }
  await moveTargets(ports, task, { state: 'cancelled', reason })
  return next ?? 'none'
}
