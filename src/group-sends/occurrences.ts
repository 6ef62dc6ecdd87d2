import { save } from '../store/compare-and-set.js'
import { isDuplicate } from '../store/duplicate.js'
import { change } from './compare-and-set.js'
import type { Definition } from './definition.js'
import { kindOf } from './definition.js'
import { groupSendRows, type PushRow, type RunRow } from './model.js'
import type { GroupSendPorts } from './ports.js'
import { nextOccurrence } from './schedule.js'
import { stateCounts } from './targets.js'

/** The corporation of a definition that names none: the only one. */
export const accountOf = ({ account }: Definition, { accounts }: Pick<GroupSendPorts, 'accounts'>): string =>
  account ?? accounts[0] ?? ''

/**
 * Makes the runs of pushes whose time has come and sets the time after. The run's name is its local time, so making it
 * again after being cut short changes nothing.
 */
export async function beginRuns(ports: GroupSendPorts): Promise<void> {
  const { connection, clock, timeZone } = ports
  const { pushes, runs } = groupSendRows(connection)
  const now = clock.now()
  const due = await pushes
    .find({ state: { $in: ['scheduled', 'running'] }, 'next.at': { $lte: now } })
    .limit(100)
    .toArray()
  for (const push of due) {
    const { next, definition } = push
    if (next === undefined) continue
    await runs.insertOne(newRun(ports, push, next.key, next.manual ? now : next.at)).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error
    })
    const following = nextOccurrence(definition.schedule, timeZone, next.manual ? now : next.at)
    await change<PushRow>(pushes, push._id, (newest) =>
      newest.next?.key === next.key && (newest.state === 'scheduled' || newest.state === 'running')
        ? { state: 'running', next: following, updatedAt: now }
        : undefined,
    )
  }
}

function newRun(ports: GroupSendPorts, push: PushRow, occurrence: string, dueAt: Date): RunRow {
  const { _id, definition, version } = push
  return {
    _id: `${_id}:${occurrence}`,
    push: _id,
    occurrence,
    account: accountOf(definition, ports),
    kind: kindOf(definition),
    state: 'due',
    rev: 1,
    open: true,
    dueAt,
    createdAt: ports.clock.now(),
    definition,
    version,
  }
}

/**
 * Whether a run whose audience is settled may go on: one that has become far larger than what was approved waits for
 * nobody and makes no tasks, but says so; so does one whose push was moved while its old time came, or was stopped by
 * somebody who could not see it yet: the process that makes a run reads the push first and inserts the run after.
 */
export async function settlePush(ports: GroupSendPorts, run: RunRow): Promise<'goes-on' | 'ended'> {
  const { pushes } = groupSendRows(ports.connection)
  const push = await pushes.findOne({ _id: run.push })
  if (push && push.version !== run.version) {
    await endRun(ports, run, 'cancelled', '名单确定前已被改期或修改')
    return 'ended'
  }
  if (push?.state === 'stopped') {
    await endRun(ports, run, 'cancelled', '名单确定前已停止，没有创建任务')
    return 'ended'
  }
  const approved = push?.approval?.targets
  const { planned = 0 } = await stateCounts(ports, { run: run._id })
  const above = run.definition.approvalAbove ?? ports.settings.approvalAbove
  if (approved === undefined || planned <= above || planned <= approved + Math.max(50, approved / 2)) return 'goes-on'
  const text = `批准时 ${approved} 个，现在 ${planned} 个，请重新预估和批准`
  await change<PushRow>(pushes, run.push, () => ({
    state: 'draft',
    approval: undefined,
    next: undefined,
    reason: { text, at: ports.clock.now() },
  }))
  await endRun(ports, run, 'skipped', text)
  return 'ended'
}

/** Ends a run; the push waits for its next one, or is done. */
export async function endRun(
  ports: GroupSendPorts,
  run: RunRow,
  state: 'done' | 'cancelled' | 'skipped',
  why?: string,
): Promise<RunRow | undefined> {
  const { runs, pushes, targets } = groupSendRows(ports.connection)
  const now = ports.clock.now()
  await targets.updateMany({ run: run._id, state: 'planned' }, { $set: { state: 'cancelled', at: now } })
  const other = await runs.findOne({ push: run.push, open: true, _id: { $ne: run._id } }, { projection: { _id: 1 } })
  await change<PushRow>(pushes, run.push, (push) =>
    push.state === 'running' && !push.next && other === null ? { state: 'done', updatedAt: now } : undefined,
  )
  const text = why ?? run.cancelled?.note
  const reason = text === undefined ? {} : { reason: { text, at: now } }
  const ended = await save(runs, run, { state, open: undefined, endedAt: now, ...reason })
  ports.log.info({ run: run._id, state, reason: why }, 'group-send run ended')
  return ended
}
