import type { Clock } from '../../src/core/clock.js'
import type { Answer, Sender, SenderResult } from '../../src/group-sends/ports.js'

interface Task {
  id: string
  createdAt: Date
  to: 'groups' | 'customers'
  staff: string
  targets: string[]
  text: string
  confirmedAt?: Date
  cancelled?: true
  results: Map<string, SenderResult['state']>
  reminders: number
}

interface Moment {
  id: string
  job: string
  createdAt: Date
  text: string
  staff: string[]
  published: Set<string>
  cancelled?: true
}

const ok = <T>(value: T): Answer<T> => ({ state: 'ok', value })
const gone: Answer<never> = { state: 'refused', reason: 'the task is gone', code: 41093, gone: true }
const BUSY_MS = 20_000

/**
 * A corporation's side in memory: tasks are made, can be read after a while, are confirmed by members. `lose` makes the
 * next answer to a creation get lost after (`after`) or before (`before`) the platform did it.
 */
export function fakePlatform(clock: Clock) {
  const tasks: Task[] = []
  const moments: Moment[] = []
  const next: { lose: 'before' | 'after' | undefined; refuse?: Answer<never>; remind?: Answer<never>; deaf?: number } =
    {
      lose: undefined,
    }
  const calls: Record<string, number> = {}
  const called = (name: string) => {
    calls[name] = (calls[name] ?? 0) + 1
  }
  const busy = ({ createdAt }: { createdAt: Date }) => clock.now().getTime() - createdAt.getTime() < BUSY_MS
  const later: Answer<never> = { state: 'later', reason: 'the task is being dispatched', afterMs: 30_000 }
  const find = (id: string) => tasks.find((one) => one.id === id)
  const textOf = (message: unknown) => (message as { text: string }).text

  const sender: Sender = {
    async prepare(messages) {
      const text = messages.flatMap((one) => (one.kind === 'text' ? [one.text] : [])).join('\n')
      const kinds = messages.flatMap((one) => (one.kind === 'text' ? [] : [one.kind]))
      return ok({ text, kinds, message: { text } })
    },
    async create({ to, staff, targets, message }) {
      called('create')
      const { refuse, lose } = next
      delete next.refuse
      next.lose = undefined
      if (refuse) return refuse
      if (lose === 'before') return { state: 'unclear', reason: 'the socket was closed' }
      const id = `msg${tasks.length + 1}`
      const failed = targets.filter((one) => one.endsWith('bad'))
      const reached = targets.filter((one) => !failed.includes(one))
      const results = new Map(reached.map((one) => [one, 'waiting' as SenderResult['state']]))
      tasks.push({
        id,
        createdAt: clock.now(),
        to,
        staff,
        targets: reached,
        text: textOf(message),
        results,
        reminders: 0,
      })
      if (lose === 'after') return { state: 'unclear', reason: 'no answer in time' }
      return ok({ id, failed })
    },
    async records({ to, from, upTo }) {
      called('records')
      if ((next.deaf ?? 0) > 0) {
        next.deaf = (next.deaf ?? 0) - 1
        return { state: 'later', reason: 'busy', afterMs: 1000 }
      }
      const found = tasks.filter((one) => one.to === to && one.createdAt >= from && one.createdAt <= upTo)
      return ok({ items: found.map(({ id, createdAt, text }) => ({ id, createdAt, text, kinds: [] })) })
    },
    async members(id) {
      called('members')
      const task = find(id)
      if (!task || task.cancelled) return gone
      if (busy(task)) return later
      const { staff, confirmedAt } = task
      const state = confirmedAt ? ('confirmed' as const) : ('waiting' as const)
      return ok({ items: [{ staff, state, ...(confirmedAt && { at: confirmedAt }) }] })
    },
    async results(id, staff, cursor) {
      called('results')
      const task = find(id)
      if (!task || task.cancelled || task.staff !== staff) return gone
      if (busy(task)) return later
      const all = [...task.results].map(([target, state]) => ({
        target,
        state,
        at: task.confirmedAt ?? task.createdAt,
      }))
      const at = Number(cursor ?? 0)
      const items = all.slice(at, at + 1000)
      return ok({ items, ...(at + 1000 < all.length && { next: String(at + 1000) }) })
    },
    async remind(id) {
      called('remind')
      const { remind } = next
      delete next.remind
      if (remind) return remind
      const task = find(id)
      if (!task || task.cancelled) return gone
      task.reminders += 1
      return ok(true)
    },
    async cancel(id) {
      called('cancel')
      const task = find(id)
      if (task) task.cancelled = true
      return ok(true)
    },
    async createMoment({ staff, message }) {
      called('createMoment')
      const { lose } = next
      next.lose = undefined
      if (lose === 'before') return { state: 'unclear', reason: 'the socket was closed' }
      const n = moments.length + 1
      const text = textOf(message)
      moments.push({
        id: `mom${n}`,
        job: `job${n}`,
        createdAt: clock.now(),
        text,
        staff: [...staff],
        published: new Set(),
      })
      return lose === 'after' ? { state: 'unclear', reason: 'no answer in time' } : ok(`job${n}`)
    },
    async momentJob(job) {
      const moment = moments.find((one) => one.job === job)
      if (!moment) return { state: 'refused', reason: 'no such job' }
      return ok(busy(moment) ? { state: 'under-way' } : { state: 'done', id: moment.id, wrongStaff: [] })
    },
    async momentRecords({ from, upTo }) {
      const found = moments.filter((one) => !busy(one) && one.createdAt >= from && one.createdAt <= upTo)
      return ok({ items: found.map(({ id, createdAt, text }) => ({ id, createdAt, text })) })
    },
    async momentMembers(id) {
      const moment = moments.find((one) => one.id === id)
      if (!moment || moment.cancelled) return gone
      return ok({ items: moment.staff.map((staff) => ({ staff, published: moment.published.has(staff) })) })
    },
    async cancelMoment(id) {
      const moment = moments.find((one) => one.id === id)
      if (moment) moment.cancelled = true
      return ok(true)
    },
  }
  return {
    sender,
    tasks,
    moments,
    calls,
    next,
    of: (staff: string) => tasks.filter((one) => one.staff === staff && !one.cancelled),
    /** The member taps 发送; what is not named is sent. */
    confirm(staff: string, ends: Record<string, SenderResult['state']> = {}) {
      for (const task of tasks.filter((one) => one.staff === staff && !one.cancelled && !one.confirmedAt)) {
        task.confirmedAt = clock.now()
        for (const target of task.results.keys()) task.results.set(target, ends[target] ?? 'sent')
      }
    },
  }
}
