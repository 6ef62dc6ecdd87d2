import type { Corp } from './corp.js'
import type { Moment, Sender, SendTask, Target } from './state.js'
import { nameOf } from './views.js'

const SHOWN = 500

/** A group-send task with everybody's part. */
export function taskView(corp: Corp, task: SendTask, now: number) {
  const { id, kind, createdAt, dispatchedAt, cancelled, message, reminders } = task
  return {
    id,
    kind,
    createdAt,
    by: 'api',
    dispatched: dispatchedAt <= now,
    cancelled,
    contents: message.contents,
    reminders,
    senders: [...task.senders.values()].map((sender) => ({
      staff: sender.staff,
      name: nameOf(corp, sender.staff),
      status: statusOf(sender),
      ...(sender.confirmedAt !== undefined && { confirmedAt: sender.confirmedAt }),
      counts: countsOf(sender.targets),
      targets: targetsOf(corp, task, sender),
    })),
  }
}

/** A task as one of its members sees it. */
export function staffTask(corp: Corp, task: SendTask, sender: Sender) {
  const { id, kind, createdAt, cancelled, message, reminders } = task
  return {
    id,
    kind,
    createdAt,
    contents: message.contents,
    reminded: reminders.length,
    cancelled,
    status: statusOf(sender),
    ...(sender.confirmedAt !== undefined && { confirmedAt: sender.confirmedAt }),
    choose: sender.chooses,
    targets: targetsOf(corp, task, sender),
    total: sender.targets.length,
  }
}

/** 0 not confirmed, 2 confirmed. */
export const statusOf = (sender: Sender): 0 | 2 => (sender.confirmedAt === undefined ? 0 : 2)

/** How many targets stand how. */
export function countsOf(targets: readonly Target[]) {
  const counts = { waiting: 0, sent: 0, notFriend: 0, capped: 0 }
  const names = ['waiting', 'sent', 'notFriend', 'capped'] as const
  for (const { status } of targets) counts[names[status]] += 1
  return counts
}

function targetsOf(corp: Corp, task: SendTask, sender: Sender) {
  return sender.targets.slice(0, SHOWN).map(({ id, status, at }) => ({
    id,
    name: task.kind === 'groups' ? (corp.groups.get(id)?.name ?? id) : nameOf(corp, id),
    status,
    ...(at > 0 && { at }),
  }))
}

/** A moments task with everybody's part. */
export function momentView(corp: Corp, moment: Moment) {
  const { id, createdAt, message, cancelled } = moment
  const staff = [...moment.staff].map(([userid, { publishedAt, customers }]) => ({
    staff: userid,
    name: nameOf(corp, userid),
    published: publishedAt !== undefined,
    ...(publishedAt !== undefined && { at: publishedAt }),
    customers: customers.length,
  }))
  return { id, createdAt, contents: message.contents, cancelled, staff }
}

/** A moments task as one of its members sees it. */
export function staffMoment(moment: Moment, staff: string) {
  const part = moment.staff.get(staff)
  const { id, createdAt, message, cancelled } = moment
  return {
    id,
    createdAt,
    contents: message.contents,
    cancelled,
    published: part?.publishedAt !== undefined,
    ...(part?.publishedAt !== undefined && { at: part.publishedAt }),
    customers: part?.customers.length ?? 0,
  }
}
