import { durationMs } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { save } from '../store/compare-and-set.js'
import { DUPLICATE_KEY, isDuplicate } from '../store/duplicate.js'
import { insertRaw } from '../store/raw-commands.js'
import { partSize } from './estimate.js'
import { groupSendRows, type RunRow, TARGETS, type TargetRow, type TaskRow } from './model.js'
import type { GroupSendPorts } from './ports.js'
import { type Surveyed, survey } from './survey.js'

/**
 * Settles who is meant. Rows of targets are written under `<run>:<target>`, so a survey that was cut short is done again
 * and changes nothing that it wrote: what was decided first about a target stays. `keep` says whether to go on.
 */
export async function surveyRun(
  ports: GroupSendPorts,
  run: RunRow,
  keep: () => Promise<boolean>,
): Promise<RunRow | undefined> {
  const { connection, clock } = ports
  const asOf = run.asOf ?? clock.now()
  if (run.kind !== 'moments') {
    const question = { account: run.account, definition: run.definition, run: run._id, asOf, for: asOf }
    for await (const page of survey(ports, question)) {
      if (!(await keep())) return undefined
      const rows = page.map((one) => targetRow(run, one, asOf))
      for (const { code, message } of await insertRaw(connection, TARGETS, rows))
        if (code !== DUPLICATE_KEY) throw new AppError('store.refused', `targets could not be stored: ${message}`)
      await ports.at?.('surveyed')
    }
  }
  const frozen = await save(groupSendRows(connection).runs, run, { state: 'dividing' })
  await ports.at?.('frozen')
  return frozen
}

function targetRow(run: RunRow, one: Surveyed, at: Date): TargetRow {
  const { target, name, contact, staff, skip, detail } = one
  return {
    _id: `${run._id}:${target}`,
    run: run._id,
    push: run.push,
    account: run.account,
    kind: run.kind,
    target,
    ...(name !== undefined && { name }),
    ...(contact !== undefined && { contact }),
    ...(staff !== undefined && { staff }),
    state: skip === undefined ? 'planned' : 'skipped',
    ...(skip !== undefined && { reason: skip }),
    ...(detail !== undefined && { detail }),
    at,
  }
}

/**
 * Puts the frozen targets into tasks: one a member, more only where the platform takes no more in one. The same targets
 * always make the same tasks under the same names, so being cut short and done again adds nothing.
 */
export async function divideRun(
  ports: GroupSendPorts,
  run: RunRow,
  keep: () => Promise<boolean>,
): Promise<RunRow | undefined> {
  const { runs, targets, tasks } = groupSendRows(ports.connection)
  if (run.kind === 'moments') await storeTask(ports, momentsTask(ports, run, await activeStaff(ports, run)))
  else {
    const size = partSize(run.kind)
    const planned = { run: run._id, state: 'planned' as const }
    const staff = (await targets.distinct('staff', planned)) as string[]
    for (const one of staff.toSorted()) {
      if (!(await keep())) return undefined
      const found = await targets
        .find({ ...planned, staff: one }, { projection: { target: 1 } })
        .sort({ _id: 1 })
        .toArray()
      for (let part = 1, at = 0; at < found.length; part++, at += size) {
        const ids = found.slice(at, at + size)
        const task = sendTask(
          ports,
          run,
          one,
          part,
          ids.map(({ target }) => target),
        )
        await targets.updateMany({ _id: { $in: ids.map(({ _id }) => _id) } }, { $set: { task: task._id } })
        await storeTask(ports, task)
      }
    }
  }
  const [all, skipped, made] = await Promise.all([
    targets.countDocuments({ run: run._id }),
    targets.countDocuments({ run: run._id, state: 'skipped' }),
    tasks.countDocuments({ run: run._id }),
  ])
  const running = await save(runs, run, {
    state: 'running',
    found: { targets: all, skipped, tasks: made },
  })
  await ports.at?.('planned')
  return running
}

async function activeStaff(ports: GroupSendPorts, { account, definition }: RunRow): Promise<string[]> {
  const named = [...new Set(definition.to.moments?.staff ?? [])]
  const active = await ports.staff.active(account, named)
  return named.filter((one) => active.has(one))
}

async function storeTask({ connection, at }: GroupSendPorts, task: TaskRow | undefined): Promise<void> {
  if (task === undefined) return
  try {
    await groupSendRows(connection).tasks.insertOne(task)
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
  await at?.('task-stored')
}

function momentsTask(ports: GroupSendPorts, run: RunRow, staff: readonly string[]): TaskRow | undefined {
  const { departments, tags } = run.definition.to.moments ?? {}
  if (staff.length === 0 && departments === undefined) return undefined
  return {
    ...freshTask(ports, run, 'moments', 1),
    staff: '',
    members: staff.map((one) => ({ staff: one, state: 'waiting' })),
    targets: [],
    ...(departments && { departments }),
    ...(tags && { tags }),
  }
}

/** A task of one member. */
export function sendTask(ports: GroupSendPorts, run: RunRow, staff: string, part: number, targets: string[]): TaskRow {
  return { ...freshTask(ports, run, staff, part), staff, members: [{ staff, state: 'waiting' }], targets }
}

function freshTask({ clock, settings }: GroupSendPorts, run: RunRow, whose: string, part: number) {
  const now = clock.now()
  const { definition } = run
  const lasts = definition.expireAfter === undefined ? settings.expireAfter : durationMs(definition.expireAfter)
  return {
    _id: `${run._id}:${whose}:${part}`,
    run: run._id,
    push: run.push,
    account: run.account,
    kind: run.kind,
    name: definition.name,
    state: 'planned' as const,
    rev: 1,
    open: true as const,
    nextAt: now,
    part,
    createdAt: now,
    expiresAt: new Date(now.getTime() + lasts),
    remindAt: [],
    ...(definition.escalate && { escalateTo: definition.escalate.to }),
    ...(definition.escalate?.transferGroups && { transferGroups: true as const }),
    attempts: 0,
    polls: 0,
    reminders: [],
  }
}
