import { limits } from '../../rules/wecom/limits.js'
import { unreachable } from '../core/errors.js'
import type { Member, TaskRow } from './model.js'
import type { GroupSendSettings } from './settings.js'

/** What can be done for a task. */
export type Step = 'create' | 'look' | 'job' | 'cancel' | 'expire' | 'move' | 'poll' | 'escalate' | 'remind' | 'nudge'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Longer than a call can last and than the platform needs until its lists have a new task. */
export const SETTLE_MS = 2 * MINUTE
/** Results of a member who has confirmed come in within minutes. */
const RESULTS_MS = 5 * MINUTE

/** What is to be done for a task now; undefined: nothing before `dueAt`. Pure: the same row has the same answer. */
export function stepOf(task: TaskRow, now: Date, settings: Pick<GroupSendSettings, 'pollAfter'>): Step | undefined {
  return plans(task, settings)
    .filter(([, at]) => at <= now.getTime())
    .map(([step]) => step)[0]
}

/** When a task is to be looked at next; far off when nothing will be. */
export function dueAt(task: TaskRow, settings: Pick<GroupSendSettings, 'pollAfter'>): Date {
  const times = plans(task, settings).map(([, at]) => at)
  return new Date(times.length === 0 ? task.expiresAt.getTime() + 365 * DAY : Math.min(...times))
}

/** Members who have not said or done anything yet. */
export const waiting = ({ members }: Pick<TaskRow, 'members'>): Member[] =>
  members.filter(({ state }) => state === 'waiting')

/** The steps with their times, the most urgent first. */
function plans(task: TaskRow, settings: Pick<GroupSendSettings, 'pollAfter'>): [Step, number][] {
  const held = task.holdUntil?.getTime() ?? 0
  const ends = task.expiresAt.getTime()
  if (task.endedAt) return []
  switch (task.state) {
    case 'planned':
      if (task.cancelAsked) return [['cancel', 0]]
      return [
        ['expire', ends],
        ['create', held],
      ]
    case 'creating':
      return [['look', Math.max(held, (task.intentAt?.getTime() ?? 0) + limits.sendDispatchMs.value)]]
    case 'uncertain':
      return [[task.cancelAsked ? 'cancel' : 'expire', task.cancelAsked ? 0 : ends]]
    case 'made':
      return made(task, settings, held, ends)
    case 'done':
    case 'failed':
    case 'expired':
    case 'cancelled':
    case 'handed-over':
      return []
    default:
      return unreachable(task.state)
  }
}

function made(
  task: TaskRow,
  settings: Pick<GroupSendSettings, 'pollAfter'>,
  held: number,
  ends: number,
): [Step, number][] {
  if (task.platformId === undefined) return [['job', Math.max(held, (task.madeAt?.getTime() ?? 0) + MINUTE / 2)]]
  if (task.cancelAsked) return [['cancel', held]]
  const steps: [Step, number][] = [['expire', Math.max(held, ends)]]
  if (task.moving) steps.push(['move', held])
  steps.push(['poll', Math.max(held, pollAt(task, settings))])
  const stuck = task.members.some(({ state }) => state === 'cannot' || state === 'left')
  const open = waiting(task).length > 0
  if (!task.escalatedAt && (stuck || (open && task.escalateAt)))
    steps.push(['escalate', stuck ? held : Math.max(held, task.escalateAt?.getTime() ?? 0)])
  if (open) {
    const quiet = task.remindHold?.getTime() ?? 0
    const asked = task.remindAsked ? held : (task.remindAt[0]?.getTime() ?? Infinity)
    if (asked < Infinity) steps.push(['remind', Math.max(held, quiet, asked)])
    if (task.snoozedUntil) steps.push(['nudge', Math.max(quiet, task.snoozedUntil.getTime())])
  }
  return steps
}

function pollAt(
  { madeAt, polls, polledAt, pollAsked, members }: TaskRow,
  { pollAfter }: Pick<GroupSendSettings, 'pollAfter'>,
) {
  const start = madeAt?.getTime() ?? 0
  const last = pollAfter.at(-1) ?? 5 * MINUTE
  const usual = start + (pollAfter[polls] ?? last + (polls - pollAfter.length + 1) * HOUR)
  const counting = members.some(({ state, counted }) => state === 'confirmed' && !counted)
  const soon = counting && polledAt ? polledAt.getTime() + RESULTS_MS : Infinity
  return Math.max(start + limits.sendDispatchMs.value, pollAsked ? 0 : Math.min(usual, soon))
}

/** When the platform lets a task be reminded of again: at most 3 times in 24 h. */
export function mayRemindAt({ reminders }: Pick<TaskRow, 'reminders'>, now: Date): Date {
  const recent = reminders.filter(({ at, end }) => end !== 'refused' && now.getTime() - at.getTime() < DAY)
  const first = recent.at(-limits.sendReminders.value)
  return recent.length < limits.sendReminders.value || first === undefined ? now : new Date(first.at.getTime() + DAY)
}
