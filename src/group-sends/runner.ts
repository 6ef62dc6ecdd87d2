import { randomUUID } from 'node:crypto'
import { messageOf, unreachable } from '../core/errors.js'
import { save } from '../store/compare-and-set.js'
import { createLeases, type Lease } from '../store/lease.js'
import { createTask } from './create-task.js'
import { endTask } from './end-task.js'
import { escalateTask, moveTask } from './escalate-task.js'
import { lookUp } from './look-up.js'
import { groupSendRows, type RunRow, type TaskRow } from './model.js'
import { stepOf } from './next-step.js'
import { beginRuns, endRun, settlePush } from './occurrences.js'
import { divideRun, surveyRun } from './plan-run.js'
import { pollJob, pollTask } from './poll-task.js'
import type { GroupSendPorts } from './ports.js'
import { nudge, remindTask } from './remind-task.js'
import { bookSent } from './targets.js'
import { pay, revise, type Work } from './work.js'

/** What carries runs from their time to their end. */
export interface Runner {
  /** Begins runs that are due and does for each task what is due; run it every few seconds, in any number of processes. */
  tick(): Promise<void>
  /** The same for one run. */
  work(run: string): Promise<void>
  close(): Promise<void>
}

const LEASE_MS = 60_000
const AT_ONCE = 50
const STEPS_AT_ONCE = 4
const REST_MS = 60_000

/** A runner; a lease gives each run to one process at a time. */
export function createRunner(ports: GroupSendPorts, timing: { lease?: number } = {}): Runner {
  const { connection, clock, log, settings } = ports
  const leaseMs = timing.lease ?? LEASE_MS
  const owner = randomUUID()
  const leases = createLeases(connection)
  const stopping = new AbortController()
  const underWay = new Map<string, Promise<void>>()
  /** Tasks over which this process failed: they do not keep the others waiting. */
  const resting = new Map<string, number>()
  const { runs, tasks } = groupSendRows(connection)

  async function tick(): Promise<void> {
    if (stopping.signal.aborted) return
    await beginRuns(ports)
    const open = await runs
      .find({ open: true, dueAt: { $lte: clock.now() } })
      .sort({ dueAt: 1 })
      .limit(200)
      .toArray()
    for (const run of open) if (await hasWork(run)) await work(run._id)
  }

  async function hasWork({ _id, state, cancelled }: RunRow): Promise<boolean> {
    if (state !== 'running' && state !== 'cancelling') return true
    if (cancelled && state === 'running') return true
    const some = await tasks.findOne(
      { run: _id, open: true, nextAt: { $lte: clock.now() } },
      { projection: { _id: 1 } },
    )
    return some !== null || (await tasks.findOne({ run: _id, open: true }, { projection: { _id: 1 } })) === null
  }

  function work(id: string): Promise<void> {
    const running = underWay.get(id)
    if (running) return running
    const begun = carry(id)
      .catch((error: unknown) => log.error({ run: id, reason: messageOf(error) }, 'group-send run interrupted'))
      .finally(() => underWay.delete(id))
    underWay.set(id, begun)
    return begun
  }

  async function carry(id: string): Promise<void> {
    const lease = await leases.take(`group-send-run:${id}`, owner, leaseMs)
    if (lease === undefined) return
    try {
      for (let turn = 0; turn < 10 && !stopping.signal.aborted; turn++) {
        const run = await runs.findOne({ _id: id })
        if (run === null || !run.open || !(await advance(run, lease))) break
      }
    } finally {
      await lease.release().catch(() => undefined)
    }
  }

  /** True: look again at once. */
  async function advance(run: RunRow, lease: Lease): Promise<boolean> {
    const keep = keeper(lease)
    switch (run.state) {
      case 'due':
        return (await beginRun(run)) !== undefined
      case 'surveying':
        return planned(run, keep)
      case 'dividing':
        if ((await settlePush(ports, run)) === 'ended') return false
        return (await divideRun(ports, run, keep)) !== undefined
      case 'running':
      case 'cancelling':
        return carryTasks(run, keep)
      case 'done':
      case 'cancelled':
      case 'skipped':
        return false
      default:
        return unreachable(run.state)
    }
  }

  async function beginRun(run: RunRow): Promise<RunRow | undefined> {
    const now = clock.now()
    if (run.cancelled) return endRun(ports, run, 'cancelled')
    if (now.getTime() - run.dueAt.getTime() > settings.skipAfter) {
      return endRun(
        ports,
        run,
        'skipped',
        `晚了 ${Math.round((now.getTime() - run.dueAt.getTime()) / 60_000)} 分钟，已跳过`,
      )
    }
    const begun = await save(runs, run, { state: 'surveying', asOf: now })
    await ports.at?.('begun')
    return begun
  }

  /** One survey of a corporation at a time: what one run plans counts towards the caps of the next. */
  async function planned(run: RunRow, keep: () => Promise<boolean>): Promise<boolean> {
    if (run.cancelled) return (await endRun(ports, run, 'cancelled')) !== undefined
    const plan = await leases.take(`group-send-plan:${run.account}`, owner, leaseMs)
    if (plan === undefined) return false
    try {
      const both = async () => (await keep()) && (await plan.renew(leaseMs))
      return (await surveyRun(ports, run, both)) !== undefined
    } finally {
      await plan.release().catch(() => undefined)
    }
  }

  async function carryTasks(run: RunRow, keep: () => Promise<boolean>): Promise<boolean> {
    if (run.cancelled && run.state === 'running') {
      const calledBack = { $set: { cancelAsked: true as const, nextAt: clock.now() }, $inc: { rev: 1 } }
      await tasks.updateMany({ run: run._id, open: true, cancelAsked: { $exists: false } }, calledBack)
      return (await save(runs, run, { state: 'cancelling' })) !== undefined
    }
    const sender = ports.sender(run.account)
    if (sender === undefined) {
      log.error({ run: run._id, account: run.account }, 'the corporation is not configured; its tasks wait')
      return false
    }
    const due = await tasks
      .find({ run: run._id, open: true, nextAt: { $lte: clock.now() } })
      .sort({ nextAt: 1 })
      .limit(AT_ONCE)
      .toArray()
    const work_: Work = { ports, run, sender, keep, calls: { left: settings.callsPerTurn } }
    for (const task of due) {
      if (work_.calls.left <= 0 || !(await keep())) return false
      if ((resting.get(task._id) ?? 0) > clock.now().getTime()) continue
      await carryTask(work_, task).catch((error: unknown) => {
        resting.set(task._id, clock.now().getTime() + REST_MS)
        log.error({ task: task._id, reason: messageOf(error) }, 'group-send task interrupted')
      })
    }
    if ((await tasks.findOne({ run: run._id, open: true }, { projection: { _id: 1 } })) !== null)
      return due.length === AT_ONCE && due.some(({ _id }) => !resting.has(_id))
    await endRun(ports, run, run.state === 'cancelling' ? 'cancelled' : 'done')
    return false
  }

  async function carryTask(work_: Work, task: TaskRow): Promise<void> {
    let row = await pay(work_, task)
    for (let steps = 0; row !== undefined && steps < STEPS_AT_ONCE; steps++) {
      const step = stepOf(row, clock.now(), settings)
      if (step === undefined) break
      await act(work_, row, step)
      row = (await tasks.findOne({ _id: row._id })) ?? undefined
    }
    if (row === undefined) return
    if (!row.endedAt && row.nextAt <= clock.now()) await revise(work_, row._id, () => ({}))
    await bookSent(ports, row)
    const after = await tasks.findOne({ _id: row._id })
    const paid = after && (await pay(work_, after))
    if (paid?.endedAt && paid.open) await revise(work_, paid._id, () => ({ open: undefined }))
  }

  return {
    tick,
    work,
    async close() {
      stopping.abort()
      await Promise.allSettled(underWay.values())
    },
  }

  /** Says, between two things, whether to go on. */
  function keeper(lease: Lease): () => Promise<boolean> {
    let renewedAt = performance.now()
    return async () => {
      if (stopping.signal.aborted) return false
      if (performance.now() - renewedAt < leaseMs / 6) return true
      renewedAt = performance.now()
      return lease.renew(leaseMs)
    }
  }
}

async function act(work: Work, task: TaskRow, step: NonNullable<ReturnType<typeof stepOf>>): Promise<void> {
  switch (step) {
    case 'create':
      return createTask(work, task)
    case 'look':
      return lookUp(work, task)
    case 'job':
      return pollJob(work, task)
    case 'cancel':
      return endTask(work, task, 'cancelled')
    case 'expire':
      return endTask(work, task, 'expired')
    case 'move':
      return moveTask(work, task)
    case 'poll':
      return void (await pollTask(work, task))
    case 'escalate':
      return escalateTask(work, task)
    case 'remind':
      return remindTask(work, task)
    case 'nudge':
      return nudge(work, task)
    default:
      return unreachable(step)
  }
}
