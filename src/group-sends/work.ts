import type { Fact } from '../events/fact.js'
import { type Changes, save } from '../store/compare-and-set.js'
import { change } from './compare-and-set.js'
import { groupSendRows, type Owed, type RunRow, type TaskRow } from './model.js'
import { dueAt } from './next-step.js'
import type { Answer, GroupSendPorts, Sender } from './ports.js'

/** What a step works with. Whoever has one holds the lease of the run. */
export interface Work {
  ports: GroupSendPorts
  run: RunRow
  sender: Sender
  /** Calls of the platform that are left in this turn. */
  calls: { left: number }
  /** Keeps the lease; false: another has it, stop at once. */
  keep(): Promise<boolean>
}

/** Counts a call of the platform and makes it. */
export async function call<T>(work: Work, make: () => Promise<Answer<T>>): Promise<Answer<T>> {
  if (work.calls.left <= 0) return { state: 'later', reason: 'enough calls for this turn', afterMs: 0 }
  work.calls.left -= 1
  return make()
}

/** Writes on a task as it was read, with the time of its next step; undefined when somebody else wrote meanwhile. */
export function store(
  { ports }: Pick<Work, 'ports'>,
  task: TaskRow,
  changes: Changes<TaskRow>,
): Promise<TaskRow | undefined> {
  return save(groupSendRows(ports.connection).tasks, task, timed(ports, task, changes))
}

/** Changes a task by a decision on its newest state, with the time of its next step. */
export async function revise(
  { ports }: Pick<Work, 'ports'>,
  id: string,
  decide: (newest: TaskRow) => Changes<TaskRow> | undefined,
): Promise<{ row: TaskRow; changed: boolean } | undefined> {
  return change<TaskRow>(groupSendRows(ports.connection).tasks, id, (newest) => {
    const changes = decide(newest)
    return changes && timed(ports, newest, changes)
  })
}

function timed(ports: GroupSendPorts, task: TaskRow, changes: Changes<TaskRow>): Changes<TaskRow> {
  const after = { ...task, ...changes } as TaskRow
  const at = dueAt(after, ports.settings)
  const now = after.endedAt !== undefined || (after.owed !== undefined && after.owed.length > 0)
  return { ...changes, nextAt: now ? ports.clock.now() : at }
}

/** What the task owes with more. */
export const owing = (task: TaskRow, ...more: Owed[]): Owed[] => [...(task.owed ?? []), ...more]

/** A fact about a task; the same `what` of the same task is the same fact. */
export function taskFact(
  task: TaskRow,
  type: 'task.created' | 'task.confirmed' | 'task.done' | 'task.overdue',
  what: string,
  at: Date,
  props: Record<string, unknown> = {},
): Owed {
  const { _id, account, kind, push, run, staff, targets } = task
  const about = { corp: account, task: _id, push, run, kind, staff, targets: targets.length, ...props }
  const fact: Fact = { source: 'group-sends', id: `${_id}:${what}`, type, account, occurredAt: at, props: about }
  return { fact }
}

/** Does what a task owes to others; each is harmless when repeated. */
export async function pay(work: Pick<Work, 'ports'>, task: TaskRow): Promise<TaskRow | undefined> {
  const owed = task.owed ?? []
  if (owed.length === 0) return task
  const facts = owed.flatMap((one) => ('fact' in one ? [one.fact] : []))
  const deliveries = owed.flatMap((one) => ('delivery' in one ? [one.delivery] : []))
  if (facts.length > 0) await work.ports.events.append(facts)
  if (deliveries.length > 0) await work.ports.put(deliveries)
  const keys = new Set(owed.map(keyOf))
  const paid = await revise(work, task._id, (newest) => {
    const left = (newest.owed ?? []).filter((one) => !keys.has(keyOf(one)))
    return { owed: left.length > 0 ? left : undefined }
  })
  return paid?.row
}

const keyOf = (one: Owed): string => ('fact' in one ? `f ${one.fact.id}` : `d ${one.delivery.key}`)

/** Later, at least a second from now. */
export const laterBy = ({ ports }: Pick<Work, 'ports'>, ms: number): Date =>
  new Date(ports.clock.now().getTime() + Math.max(1000, ms))

/** Notes of a call whose end is unclear, the newest 20. */
export const evidenceOf = (task: TaskRow, at: Date, text: string) => [...(task.evidence ?? []), { at, text }].slice(-20)
