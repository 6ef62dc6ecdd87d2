import { failTask, hold, madeAs } from './create-task.js'
import type { Member, TaskRow } from './model.js'
import type { Answer, Page } from './ports.js'
import { thanks, todo } from './staff-words.js'
import { openTargets, stateCounts, storeResults } from './targets.js'
import { call, laterBy, owing, revise, taskFact, type Work } from './work.js'

/** What the platform says of a member. */
interface Said {
  staff: string
  confirmed: boolean
  at?: Date
}

const MOST_PAGES = 20

/** Asks how the making of a moments task stands; its result is the moment's id. */
export async function pollJob(work: Work, task: TaskRow): Promise<void> {
  const { job } = task
  if (job === undefined) return failTask(work, task, '企业微信没有给出任务编号')
  const answer = await call(work, () => work.sender.momentJob(job))
  if (answer.state === 'refused') return failTask(work, task, answer.reason)
  if (answer.state !== 'ok') return hold(work, task, answer)
  const found = answer.value
  if (found.state === 'under-way') return hold(work, task, { reason: 'the job is under way', afterMs: 30_000 })
  if (found.state === 'refused') return failTask(work, task, found.reason)
  const { id, wrongStaff } = found
  const now = work.ports.clock.now()
  await revise(work, task._id, ({ members }) => ({
    members: members.map((one) => (wrongStaff.includes(one.staff) ? { ...one, state: 'left' as const, at: now } : one)),
  }))
  await madeAs(work, task, id, [])
}

/**
 * Reads who has confirmed and, for those, what became of each group or customer. Nothing else makes a target `sent`.
 * Gives the row after it, or undefined when the platform could not be asked now.
 */
export async function pollTask(work: Work, task: TaskRow): Promise<TaskRow | undefined> {
  const { ports } = work
  const { platformId } = task
  if (platformId === undefined) return undefined
  const said = await membersOf(work, task, platformId)
  if (said.state === 'refused' && said.gone) return vanished(work, task, said.reason)
  if (said.state !== 'ok') {
    await hold(work, task, said)
    return undefined
  }
  const now = ports.clock.now()
  const seen = await revise(work, task._id, (newest) => heard(newest, said.value, now))
  await ports.at?.('polled')
  let row = seen?.row
  for (const member of row?.members ?? [])
    if (row && member.state === 'confirmed' && !member.counted) row = await count(work, row, member)
  if (row === undefined) return undefined
  return finished(row) ? complete(work, row) : row
}

async function membersOf(work: Work, task: TaskRow, id: string): Promise<Answer<Said[]>> {
  const said: Said[] = []
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer: Answer<Page<Said>> = await call(work, () => page_(work, task, id, cursor))
    if (answer.state !== 'ok') return answer
    said.push(...answer.value.items)
    cursor = answer.value.next
    if (cursor === undefined) break
  }
  return { state: 'ok', value: said }
}

async function page_({ sender }: Work, { kind }: TaskRow, id: string, cursor?: string): Promise<Answer<Page<Said>>> {
  if (kind !== 'moments') {
    const answer = await sender.members(id, cursor)
    if (answer.state !== 'ok') return answer
    const { items, next } = answer.value
    const said = items.map(
      ({ staff, state, at }): Said => ({ staff, confirmed: state === 'confirmed', ...(at && { at }) }),
    )
    return { state: 'ok', value: { items: said, ...(next !== undefined && { next }) } }
  }
  const answer = await sender.momentMembers(id, cursor)
  if (answer.state !== 'ok') return answer
  const { items, next } = answer.value
  const said = items.map(({ staff, published }): Said => ({ staff, confirmed: published }))
  return { state: 'ok', value: { items: said, ...(next !== undefined && { next }) } }
}

/** The members as the platform has them; who confirmed stays so. */
function heard(task: TaskRow, said: readonly Said[], now: Date) {
  const known = new Map(task.members.map((one) => [one.staff, one]))
  const owed = [...(task.owed ?? [])]
  for (const { staff, confirmed, at = now } of said) {
    const member = known.get(staff)
    if (confirmed && member?.state !== 'confirmed') {
      const done = task.kind === 'moments' ? { counted: true as const } : {}
      known.set(staff, { ...member, staff, state: 'confirmed', at, ...done })
      owed.push(taskFact(task, 'task.confirmed', `${staff}:confirmed`, at, { staff }))
    } else if (member === undefined) {
      known.set(staff, { staff, state: 'waiting', told: true })
      owed.push({ delivery: todo(task, staff, 0, now) })
    }
  }
  return {
    members: [...known.values()],
    polls: task.polls + 1,
    polledAt: now,
    pollAsked: undefined,
    holdUntil: undefined,
    owed,
  }
}

/** Reads a member's results page by page, going on where a turn ended. */
async function count(work: Work, task: TaskRow, member: Member): Promise<TaskRow | undefined> {
  const { ports } = work
  const { platformId = '' } = task
  let cursor = member.cursor
  for (;;) {
    const answer = await call(work, () => work.sender.results(platformId, member.staff, cursor))
    if (answer.state !== 'ok') {
      await hold(work, task, answer)
      return undefined
    }
    await storeResults(ports, task, answer.value.items)
    await ports.at?.('results-stored')
    const { next } = answer.value
    cursor = next
    const counted = next === undefined && (await openTargets(ports, task)).length === 0
    const written = await revise(work, task._id, ({ members }) => ({
      members: members.map((one) => {
        if (one.staff !== member.staff) return one
        const { cursor: _, ...rest } = one
        return { ...rest, ...(next !== undefined && { cursor: next }), ...(counted && { counted: true as const }) }
      }),
    }))
    if (next === undefined || written === undefined) return written?.row
  }
}

const finished = ({ members }: TaskRow) =>
  members.length > 0 && members.every(({ state, counted }) => state === 'confirmed' && counted)

async function complete(work: Work, task: TaskRow): Promise<TaskRow | undefined> {
  const { ports } = work
  const now = ports.clock.now()
  const counts = await stateCounts(ports, { run: task.run, task: task._id })
  const done = await revise(work, task._id, (newest) => ({
    state: 'done',
    endedAt: now,
    owed: owing(
      newest,
      taskFact(newest, 'task.done', 'done', now, { state: 'done', counts }),
      ...newest.members.map(({ staff }) => ({ delivery: thanks(newest, staff, countWords(newest, counts), now) })),
    ),
  }))
  return done?.row
}

function countWords({ kind }: TaskRow, counts: Partial<Record<string, number>>): string {
  if (kind === 'moments') return '朋友圈已发表'
  const unit = kind === 'groups' ? '个群' : '位客户'
  const parts = [
    `已送达 ${counts['sent'] ?? 0} ${unit}`,
    ...(counts['over-cap'] ? [`${counts['over-cap']} ${unit}已达接收上限`] : []),
    ...(counts['not-friend'] ? [`${counts['not-friend']} ${unit}已不是好友`] : []),
    ...(counts['refused'] ? [`${counts['refused']} ${unit}被企业微信拒绝`] : []),
  ]
  return parts.join('，')
}

/** The platform has no such task any more: somebody cancelled it in the admin console. */
async function vanished(work: Work, task: TaskRow, reason: string): Promise<TaskRow | undefined> {
  const found = await revise(work, task._id, ({ gone }) =>
    gone ? undefined : { cancelAsked: true, gone: true, reason, holdUntil: laterBy(work, 1000) },
  )
  return found?.row
}
