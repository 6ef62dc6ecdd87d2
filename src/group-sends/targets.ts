import { OPEN_TARGETS, type TargetState } from './life.js'
import { groupSendRows, type TargetRow, type TaskRow } from './model.js'
import type { GroupSendPorts, SenderResult } from './ports.js'

const BATCH = 1000

/** Moves a task's open targets to a state; a target that has an end keeps it. Gives how many moved. */
export async function moveTargets(
  { connection, clock }: Pick<GroupSendPorts, 'connection' | 'clock'>,
  task: Pick<TaskRow, '_id' | 'run'>,
  to: { state: TargetState; reason?: string; ids?: readonly string[] },
): Promise<number> {
  const { state, reason, ids } = to
  let moved = 0
  for (const filter of ids === undefined ? [{}] : batches(ids).map((some) => idFilter(task.run, some))) {
    const { modifiedCount } = await groupSendRows(connection).targets.updateMany(
      { ...filter, run: task.run, task: task._id, state: { $in: [...OPEN_TARGETS] } },
      { $set: { state, at: clock.now(), ...(reason !== undefined && { reason }) } },
    )
    moved += modifiedCount
  }
  return moved
}

/** Takes in what the platform says became of targets; only what it says is written. */
export async function storeResults(
  { connection, clock }: Pick<GroupSendPorts, 'connection' | 'clock'>,
  task: Pick<TaskRow, '_id' | 'run'>,
  results: readonly SenderResult[],
): Promise<void> {
  const alike = new Map<string, SenderResult[]>()
  for (const one of results) {
    if (one.state === 'waiting') continue
    const key = `${one.state} ${one.at?.getTime() ?? ''}`
    const some = alike.get(key)
    if (some) some.push(one)
    else alike.set(key, [one])
  }
  for (const some of alike.values()) {
    const [first] = some
    if (first === undefined || first.state === 'waiting') continue
    const { state, at = clock.now() } = first
    const ids = some.map(({ target }) => `${task.run}:${target}`)
    await groupSendRows(connection).targets.updateMany(
      { _id: { $in: ids }, task: task._id, state: { $in: [...OPEN_TARGETS, 'unknown'] } },
      {
        $set: {
          state: state === 'not-connected' ? 'not-friend' : state,
          at,
          ...(state === 'sent' && { owes: true as const }),
        },
      },
    )
  }
}

/** Books sent customers with whoever keeps the books of touches; a target stays marked until that is done. */
export async function bookSent(ports: GroupSendPorts, task: Pick<TaskRow, '_id' | 'account' | 'run'>): Promise<void> {
  const { targets, runs } = groupSendRows(ports.connection)
  for (;;) {
    const owing = await targets.find({ task: task._id, owes: true }).limit(BATCH).toArray()
    if (owing.length === 0) return
    const touches = owing.flatMap(({ _id: key, contact, at }) => (contact === undefined ? [] : [{ key, contact, at }]))
    if (touches.length > 0) {
      const run = await runs.findOne({ _id: task.run }, { projection: { definition: 1 } })
      const purpose = run?.definition.purpose ?? 'marketing'
      await ports.touched(touches, { account: task.account, purpose, source: task.run })
    }
    await targets.updateMany({ _id: { $in: owing.map(({ _id }) => _id) } }, { $unset: { owes: '' } })
  }
}

/** How many targets of a task have no end yet. */
export async function openTargets(
  { connection }: Pick<GroupSendPorts, 'connection'>,
  task: Pick<TaskRow, '_id' | 'run'>,
): Promise<TargetRow[]> {
  return groupSendRows(connection)
    .targets.find({ run: task.run, task: task._id, state: { $in: [...OPEN_TARGETS] } })
    .sort({ _id: 1 })
    .toArray()
}

/** Counts of a task's targets by state. */
export async function stateCounts(
  { connection }: Pick<GroupSendPorts, 'connection'>,
  filter: { run: string; task?: string },
): Promise<Partial<Record<TargetState, number>>> {
  const counts: Partial<Record<TargetState, number>> = {}
  const groups = groupSendRows(connection).targets.aggregate<{ _id: TargetState; count: number }>([
    { $match: filter },
    { $group: { _id: '$state', count: { $sum: 1 } } },
  ])
  for await (const { _id, count } of groups) counts[_id] = count
  return counts
}

const idFilter = (run: string, ids: readonly string[]) => ({ _id: { $in: ids.map((id) => `${run}:${id}`) } })

function batches<T>(items: readonly T[]): T[][] {
  const cut: T[][] = []
  for (let at = 0; at < items.length; at += BATCH) cut.push(items.slice(at, at + BATCH))
  return cut
}
