import { durationMs } from '../core/clock.js'
import { messageOf as wordsOf } from '../core/errors.js'
import type { ResolvedMessage } from '../core/message.js'
import { messagesOf } from './definition.js'
import { groupSendRows, type TaskRow } from './model.js'
import type { Answer, Ready } from './ports.js'
import { todo } from './staff-words.js'
import { moveTargets } from './targets.js'
import { call, evidenceOf, laterBy, owing, revise, store, taskFact, type Work } from './work.js'

/** A call is not begun when this much has passed since its intent was on the disk: others may look for its end by then. */
const FRESH_MS = 15_000
const MOST_ATTEMPTS = 5

/**
 * Makes a task on the platform. The intent is on the disk before the call, so that whoever finds the row in `creating`
 * later looks on the platform before anything else: the platform has no key of ours and would make it twice.
 */
export async function createTask(work: Work, task: TaskRow): Promise<void> {
  const { ports } = work
  if (task.attempts >= MOST_ATTEMPTS) return failTask(work, task, `${MOST_ATTEMPTS} 次都没有成功`)
  const ready = await call(work, () => prepared(work, task))
  if (ready.state === 'later' || ready.state === 'unclear') return hold(work, task, ready)
  if (ready.state === 'refused') return failTask(work, task, ready.reason)
  if (!(await work.keep())) return
  const intent = await store(work, task, {
    state: 'creating',
    intentAt: ports.clock.now(),
    attempts: task.attempts + 1,
    ready: ready.value,
    holdUntil: undefined,
    worn: undefined,
  })
  if (intent === undefined) return
  const since = performance.now()
  await ports.at?.('intended')
  if (performance.now() - since > FRESH_MS || !(await work.keep())) return
  const made = await ask(work, intent, ready.value)
  await ports.at?.('called')
  await record(work, intent, made)
  await ports.at?.('recorded')
}

async function prepared({ ports, run, sender }: Work, task: TaskRow): Promise<Answer<Ready>> {
  let messages: ResolvedMessage[]
  try {
    messages = messagesOf(run.definition).map(({ message }) => ports.resolve(message, run.account))
  } catch (error) {
    return { state: 'refused', reason: wordsOf(error) }
  }
  return sender.prepare(messages, task.kind === 'moments' ? 'moments' : 'message', task.worn === true)
}

type Made = Answer<{ id: string; failed: readonly string[] }> | { state: 'job'; job: string }

async function ask({ sender }: Work, task: TaskRow, { message }: Ready): Promise<Made> {
  const { kind, staff, targets, members, departments = [], tags = [] } = task
  if (kind !== 'moments') return sender.create({ to: kind, staff, targets, message })
  const begun = await sender.createMoment({ staff: members.map((one) => one.staff), departments, tags, message })
  return begun.state === 'ok' ? { state: 'job', job: begun.value } : begun
}

async function record(work: Work, task: TaskRow, made: Made): Promise<void> {
  switch (made.state) {
    case 'ok':
      return madeAs(work, task, made.value.id, made.value.failed)
    case 'job':
      await revise(work, task._id, (newest) =>
        newest.state === 'creating' ? { state: 'made', job: made.job, madeAt: work.ports.clock.now() } : undefined,
      )
      return
    case 'unclear':
      await revise(work, task._id, (newest) => ({
        unclearSince: newest.unclearSince ?? work.ports.clock.now(),
        evidence: evidenceOf(newest, work.ports.clock.now(), `创建请求没有得到明确结果：${made.reason}`),
      }))
      return
    case 'later':
      await revise(work, task._id, ({ state, attempts }) =>
        state === 'creating'
          ? { state: 'planned', holdUntil: laterBy(work, made.afterMs), attempts: attempts - 1 }
          : undefined,
      )
      return
    case 'refused': {
      if (made.worn && task.attempts < MOST_ATTEMPTS) {
        await revise(work, task._id, () => ({ state: 'planned', worn: true, holdUntil: laterBy(work, 1000) }))
        return
      }
      const newest = await groupSendRows(work.ports.connection).tasks.findOne({ _id: task._id })
      if (newest) await failTask(work, newest, made.reason)
    }
  }
}

/**
 * Notes that the platform has the task under this id: at once, or when it was found by looking. When the row has moved
 * on meanwhile (another process made it), this one is one too many and is called back.
 */
export async function madeAs(work: Work, task: TaskRow, id: string, failed: readonly string[]): Promise<void> {
  const { ports, run } = work
  const now = ports.clock.now()
  const { remindAfter = [], escalate, expireAfter } = run.definition
  const lasts = expireAfter === undefined ? ports.settings.expireAfter : durationMs(expireAfter)
  const after = (ms: number) => new Date(now.getTime() + ms)
  await moveTargets(ports, task, { state: 'refused', reason: 'platform', ids: failed })
  await moveTargets(ports, task, { state: 'waiting' })
  const found = await revise(work, task._id, (newest) => {
    if (newest.state !== 'creating' && newest.platformId === undefined && newest.state !== 'made') return undefined
    if (newest.platformId !== undefined) return undefined
    const next: TaskRow = { ...newest, platformId: id, targets: newest.targets.filter((one) => !failed.includes(one)) }
    const cards = next.members.filter(({ state, told }) => state === 'waiting' && !told)
    return {
      state: 'made',
      platformId: id,
      claim: `${task.account}:${id}`,
      madeAt: newest.madeAt ?? now,
      expiresAt: after(lasts),
      remindAt: remindAfter.map((each) => after(durationMs(each))),
      ...(escalate && { escalateAt: after(escalate.afterMinutes * 60_000) }),
      members: next.members.map((one) => (cards.includes(one) ? { ...one, told: true as const } : one)),
      unclearSince: undefined,
      owed: owing(
        newest,
        taskFact(newest, 'task.created', `created:${id}`, now, { refused: failed.length }),
        ...cards.map(({ staff }) => ({ delivery: todo(next, staff, 0, now) })),
      ),
    }
  })
  if (found?.row.platformId !== id) {
    ports.log.error(
      { task: task._id, made: id, known: found?.row.platformId },
      'a task was made twice; one is called back',
    )
    await call(work, () => (task.kind === 'moments' ? work.sender.cancelMoment(id) : work.sender.cancel(id)))
  }
}

/** The platform will not make it: every target of it says so. */
export async function failTask(work: Work, task: TaskRow, reason: string): Promise<void> {
  const now = work.ports.clock.now()
  await moveTargets(work.ports, task, { state: 'refused', reason })
  await revise(work, task._id, (newest) => ({
    state: 'failed',
    reason,
    endedAt: now,
    members: newest.members.map((one) => ({ ...one, state: 'cancelled' as const, at: now })),
    owed: owing(newest, taskFact(newest, 'task.done', 'done', now, { state: 'failed', reason })),
  }))
}

/** Waits with a task as long as the platform asks for. */
export async function hold(work: Work, task: TaskRow, answer: { reason: string; afterMs?: number }): Promise<void> {
  work.ports.log.debug({ task: task._id, reason: answer.reason }, 'a task waits')
  await revise(work, task._id, () => ({ holdUntil: laterBy(work, answer.afterMs ?? 60_000) }))
}
