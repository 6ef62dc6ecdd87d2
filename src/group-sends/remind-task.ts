import type { Reminder, TaskRow } from './model.js'
import { mayRemindAt, waiting } from './next-step.js'
import { todo } from './staff-words.js'
import { call, laterBy, owing, revise, type Work } from './work.js'

/**
 * Reminds those who have not confirmed, never in quiet hours and at most 3 times in 24 h. The reminder is on the disk
 * before the call: one whose end is unknown counts as made. Moments have no reminder of the platform: members get our
 * to-do again.
 */
export async function remindTask(work: Work, task: TaskRow): Promise<void> {
  const { ports } = work
  const now = ports.clock.now()
  const until = ports.quietUntil(now) ?? mayRemindAt(task, now)
  if (until > now) {
    await revise(work, task._id, () => ({ remindHold: until }))
    return
  }
  const by = task.remindAsked?.by ?? 'schedule'
  const moments = task.kind === 'moments'
  const begun = await revise(work, task._id, (newest) => {
    const cards = moments
      ? waiting(newest).map(({ staff }) => ({ delivery: todo(newest, staff, againOf(newest), now) }))
      : []
    return {
      reminders: [...newest.reminders, { at: now, by, ...(moments && { end: 'done' as const }) }],
      remindAt: newest.remindAt.filter((at) => at > now),
      remindAsked: undefined,
      remindHold: undefined,
      ...(moments && { snoozes: (newest.snoozes ?? 0) + 1, owed: owing(newest, ...cards) }),
    }
  })
  await ports.at?.('reminding')
  const { platformId } = task
  if (moments || begun === undefined || platformId === undefined) return
  const answer = await call(work, () => work.sender.remind(platformId))
  await ports.at?.('reminded')
  await revise(work, task._id, ({ reminders }) => {
    const ended = (end: Reminder['end'], reason?: string) =>
      reminders.map((one) =>
        one.at.getTime() === now.getTime() && one.end === undefined
          ? { ...one, ...(end && { end }), ...(reason !== undefined && { reason }) }
          : one,
      )
    switch (answer.state) {
      case 'ok':
        return { reminders: ended('done') }
      case 'unclear':
        return { reminders: ended('unclear', answer.reason) }
      case 'refused':
        return { reminders: ended('refused', answer.reason) }
      default:
        return {
          reminders: ended('refused', answer.reason),
          remindAsked: { at: now, by },
          remindHold: laterBy(work, answer.afterMs),
        }
    }
  })
}

/** The to-do comes again for those who pressed 稍后提醒; it is our own message and no reminder of the platform. */
export async function nudge(work: Work, task: TaskRow): Promise<void> {
  const { ports } = work
  const now = ports.clock.now()
  const until = ports.quietUntil(now)
  await revise(work, task._id, (newest) => {
    if (until) return { remindHold: until }
    const cards = waiting(newest).map(({ staff }) => ({ delivery: todo(newest, staff, againOf(newest), now) }))
    return { snoozedUntil: undefined, snoozes: (newest.snoozes ?? 0) + 1, owed: owing(newest, ...cards) }
  })
}

const againOf = ({ snoozes = 0 }: TaskRow) => snoozes + 1
