import { hold, madeAs } from './create-task.js'
import { groupSendRows, type TaskRow } from './model.js'
import { SETTLE_MS } from './next-step.js'
import type { Answer, Page, TaskRecord } from './ports.js'
import { call, evidenceOf, laterBy, revise, type Work } from './work.js'

/** How far our clock and the platform's may differ. */
const SKEW_MS = 600_000
/** A moments task is in the list only when its job has ended. */
const MOMENT_SETTLE_MS = 600_000
/** Without a readable list for so long a person is asked. */
const GIVE_UP_MS = 3_600_000
const MOST_PAGES = 20
const MOST_CANDIDATES = 40

type Found =
  | { state: 'found'; id: string }
  | { state: 'none'; looked: number }
  /** Something is there that may be it. */
  | { state: 'unsure'; reason: string }
  | { state: 'later'; reason: string; afterMs: number }

/**
 * Finds out what became of a call whose end is unknown. Only a task of the platform that has our member and our targets
 * and says the same is taken as ours; only a complete list without any such task, read after it must have been in it,
 * lets the task be made again. Everything between is for a person.
 */
export async function lookUp(work: Work, task: TaskRow): Promise<void> {
  const { ports } = work
  const now = ports.clock.now()
  const intentAt = task.intentAt ?? task.createdAt
  const found = await look(work, task, intentAt)
  await ports.at?.('looked')
  switch (found.state) {
    case 'found':
      return madeAs(work, task, found.id, [])
    case 'none': {
      const settled = now.getTime() - intentAt.getTime() >= (task.kind === 'moments' ? MOMENT_SETTLE_MS : SETTLE_MS)
      const text = `已查看 ${found.looked} 个任务，没有找到`
      if (!settled) return hold(work, task, { reason: text, afterMs: 30_000 })
      await revise(work, task._id, (newest) => ({
        state: 'planned',
        holdUntil: undefined,
        unclearSince: undefined,
        evidence: evidenceOf(newest, now, `${text}，重新创建`),
      }))
      return
    }
    case 'unsure':
      return doubt(work, task, found.reason)
    case 'later': {
      const since = task.unclearSince ?? intentAt
      if (now.getTime() - since.getTime() > GIVE_UP_MS) return doubt(work, task, `无法核实：${found.reason}`)
      await revise(work, task._id, () => ({
        unclearSince: since,
        holdUntil: laterBy(work, Math.max(30_000, found.afterMs)),
      }))
    }
  }
}

async function doubt(work: Work, task: TaskRow, reason: string): Promise<void> {
  const now = work.ports.clock.now()
  await revise(work, task._id, (newest) => ({
    state: 'uncertain',
    unclearSince: newest.unclearSince ?? now,
    reason,
    evidence: evidenceOf(newest, now, reason),
  }))
  work.ports.log.warn({ task: task._id, reason }, 'nobody knows whether a task was made')
}

async function look(work: Work, task: TaskRow, intentAt: Date): Promise<Found> {
  const { connection, clock } = work.ports
  const from = new Date(intentAt.getTime() - SKEW_MS)
  const upTo = new Date(Math.min(clock.now().getTime(), intentAt.getTime() + 86_400_000) + SKEW_MS)
  const records: TaskRecord[] = []
  let cursor: string | undefined
  for (let page = 0; ; page++) {
    if (page >= MOST_PAGES) return { state: 'unsure', reason: '这段时间的群发任务太多，无法逐个核对' }
    const query = { from, upTo, ...(cursor !== undefined && { cursor }) }
    const answer: Answer<Page<TaskRecord>> = await call(work, () =>
      task.kind === 'moments'
        ? work.sender.momentRecords(query)
        : work.sender.records({ ...query, to: task.kind === 'groups' ? 'groups' : 'customers' }),
    )
    if (answer.state !== 'ok') return delayed(answer)
    records.push(...answer.value.items)
    cursor = answer.value.next
    if (cursor === undefined) break
  }
  const claims = records.map(({ id }) => `${task.account}:${id}`)
  const known = await groupSendRows(connection)
    .tasks.find({ claim: { $in: claims } }, { projection: { claim: 1 } })
    .toArray()
  const claimed = new Set(known.map(({ claim }) => claim))
  const open = records.filter(({ id }) => !claimed.has(`${task.account}:${id}`))
  if (open.length > MOST_CANDIDATES) return { state: 'unsure', reason: `有 ${open.length} 个任务可能是它` }
  const ours: string[] = []
  for (const record of open) {
    const verdict = await matches(work, task, record)
    if (verdict.state === 'later') return verdict
    if (verdict.state === 'unsure') return verdict
    if (verdict.state === 'found') ours.push(record.id)
  }
  const [first, second] = ours
  if (second !== undefined) return { state: 'unsure', reason: `有 ${ours.length} 个相同的任务：${ours.join('、')}` }
  return first === undefined ? { state: 'none', looked: records.length } : { state: 'found', id: first }
}

/** Whether a task of the platform is the one in question: its member, its targets, its words. */
async function matches(work: Work, task: TaskRow, record: TaskRecord): Promise<Found> {
  const same = saysTheSame(task, record)
  if (task.kind === 'moments') {
    if (!same) return { state: 'none', looked: 1 }
    const asked = new Set(task.members.map(({ staff }) => staff))
    const answer = await call(work, () => work.sender.momentMembers(record.id))
    if (answer.state !== 'ok') return delayed(answer)
    if (asked.size > 0 && !answer.value.items.some(({ staff }) => asked.has(staff))) return { state: 'none', looked: 1 }
    if (asked.size > 0 && words(record.text) !== '') return { state: 'found', id: record.id }
    return { state: 'unsure', reason: `朋友圈任务 ${record.id} 可能就是它` }
  }
  const members = await call(work, () => work.sender.members(record.id))
  if (members.state !== 'ok') return members.state === 'refused' ? { state: 'none', looked: 1 } : delayed(members)
  if (!members.value.items.some(({ staff }) => staff === task.staff)) return { state: 'none', looked: 1 }
  const results = await call(work, () => work.sender.results(record.id, task.staff))
  if (results.state !== 'ok') return results.state === 'refused' ? { state: 'none', looked: 1 } : delayed(results)
  const wanted = new Set(task.targets)
  if (results.value.items.length > 0 && !results.value.items.some(({ target }) => wanted.has(target)))
    return { state: 'none', looked: 1 }
  if (same && results.value.items.length > 0) return { state: 'found', id: record.id }
  const why = same ? '还没有对象可以核对' : '内容与我们要发的不同'
  return { state: 'unsure', reason: `${task.staff} 在同一时间有另一个群发任务 ${record.id}，${why}` }
}

function saysTheSame({ ready }: TaskRow, record: TaskRecord): boolean {
  const sameKinds = record.kinds === undefined || (ready?.kinds ?? []).join() === record.kinds.join()
  return words(ready?.text) === words(record.text) && sameKinds
}

const words = (text: string | undefined): string => (text ?? '').replaceAll('\r\n', '\n').trim()

function delayed(answer: Exclude<Answer<unknown>, { state: 'ok' }>): Found {
  const afterMs = answer.state === 'later' ? answer.afterMs : 60_000
  return { state: 'later', reason: answer.reason, afterMs }
}
