import { hold } from './create-task.js'
import type { TargetState } from './life.js'
import type { Member, TaskRow } from './model.js'
import { pollTask } from './poll-task.js'
import { moveTargets } from './targets.js'
import { call, owing, revise, taskFact, type Work } from './work.js'

/** After so long without an answer a task ends with what is known. */
const UNREADABLE_MS = 3_600_000

/**
 * Ends a task that was cancelled or has run out of time. What has been sent is read first, then the rest is called back,
 * so that a late tap sends nothing stale; what was sent stays sent.
 */
export async function endTask(work: Work, task: TaskRow, as: 'cancelled' | 'expired'): Promise<void> {
  if (task.state === 'planned') return close(work, task, as, as)
  if (task.state === 'uncertain') return close(work, task, 'uncertain', 'unknown')
  const { ports, sender } = work
  const { platformId, kind } = task
  if (platformId === undefined) return
  const late = ports.clock.now().getTime() - task.expiresAt.getTime() > UNREADABLE_MS
  const read = task.gone === undefined ? await pollTask(work, task) : task
  if (read === undefined && !late) return
  const row = read ?? task
  if (row.endedAt) return
  await ports.at?.('cancelling')
  const answer = await call(work, () =>
    kind === 'moments' ? sender.cancelMoment(platformId) : sender.cancel(platformId),
  )
  if (answer.state !== 'ok' && answer.state !== 'refused' && !late) return hold(work, row, answer)
  const sending = row.members.some(({ state }) => state === 'confirmed')
  return close(
    work,
    row,
    as,
    sending || (answer.state !== 'ok' && !(answer.state === 'refused' && answer.gone)) ? 'unknown' : as,
  )
}

async function close(
  work: Work,
  task: TaskRow,
  state: 'cancelled' | 'expired' | 'uncertain',
  rest: Extract<TargetState, 'cancelled' | 'expired' | 'unknown'>,
): Promise<void> {
  const now = work.ports.clock.now()
  const left = state === 'uncertain' ? ('unknown' as const) : state
  await moveTargets(work.ports, task, { state: rest, ...(rest === 'unknown' && { reason: 'no-result' }) })
  await revise(work, task._id, (newest) => ({
    state,
    endedAt: now,
    members: newest.members.map((one): Member => (one.state === 'confirmed' ? one : { ...one, state: left, at: now })),
    moving: undefined,
    owed: owing(
      newest,
      ...(left === 'cancelled' || newest.escalatedAt
        ? []
        : [taskFact(newest, 'task.overdue', 'overdue', now, { why: state })]),
      taskFact(newest, 'task.done', 'done', now, { state }),
    ),
  }))
}
