import { messageOf } from '../../core/errors.js'
import { remarkOf } from './definition.js'
import { type WayTaskRow, wayTaskRows } from './model.js'
import type { WayPorts } from './ports.js'

/** What is left to do for newcomers: tags and remarks, once the platform knows the pair. */
export interface WayTasks {
  /** Notes what is to be done; resolves when it is durable. */
  put(task: Omit<WayTaskRow, 'dueAt' | 'doneAt' | 'tries' | 'createdAt'>): Promise<void>
  /** Does what is due. A task that fails is tried again with growing pauses for 7 days, then given up. */
  run(): Promise<{ done: number; left: number }>
  /** Does one now, when it is there. */
  one(id: string): Promise<void>
}

const KEPT_MS = 7 * 86_400_000
const FIRST_PAUSE_MS = 30_000
const LONGEST_PAUSE_MS = 6 * 3_600_000
/** While one process works on a task others leave it. */
const TAKEN_MS = 60_000
const AT_ONCE = 100

/** The queue on a connection. Every part of a task may be done twice without harm. */
export function createWayTasks({
  connection,
  clock,
  log,
  people,
}: Pick<WayPorts, 'connection' | 'clock' | 'log' | 'people'>): WayTasks {
  const rows = () => wayTaskRows(connection)
  const inMs = (ms: number) => new Date(clock.now().getTime() + ms)

  async function take(filter: { _id?: string }): Promise<WayTaskRow | undefined> {
    const row = await rows().findOneAndUpdate(
      { ...filter, dueAt: { $lte: clock.now() } },
      { $set: { dueAt: inMs(TAKEN_MS) } },
      { sort: { dueAt: 1 }, returnDocument: 'after' },
    )
    return row ?? undefined
  }

  async function end(_id: string, reason?: string): Promise<void> {
    await rows().updateOne(
      { _id },
      { $set: { doneAt: clock.now(), ...(reason !== undefined && { reason }) }, $unset: { dueAt: '', remark: '' } },
    )
  }

  async function perform(task: WayTaskRow): Promise<boolean> {
    const { _id, account, staff, customer, tags, remark, tries, createdAt } = task
    const who = { account, staff, customer }
    try {
      if (tags.length > 0) await people.tag(who, tags)
      if (remark !== undefined) {
        const name = remark.includes('{name}') ? await people.nameOf(who) : ''
        if (name === undefined) throw new Error('the platform does not tell the customer’s name yet')
        await people.remark(who, remarkOf(remark, { name, staff }))
      }
      await end(_id)
      return true
    } catch (error) {
      const reason = messageOf(error).slice(0, 300)
      if (clock.now().getTime() - createdAt.getTime() > KEPT_MS) {
        log.warn({ account, staff, way: task.way, reason }, 'tags or remark of a new customer given up')
        await end(_id, reason)
        return false
      }
      const dueAt = inMs(Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS))
      await rows().updateOne({ _id }, { $set: { dueAt, reason }, $inc: { tries: 1 } })
      return false
    }
  }

  return {
    async put(task) {
      const now = clock.now()
      await rows().updateOne(
        { _id: task._id },
        { $setOnInsert: { ...withoutId(task), dueAt: now, tries: 0, createdAt: now } },
        { upsert: true },
      )
    },
    async run() {
      const found = { done: 0, left: 0 }
      for (let at = 0; at < AT_ONCE; at++) {
        const task = await take({})
        if (task === undefined) break
        if (await perform(task)) found.done += 1
        else found.left += 1
      }
      return found
    },
    async one(id) {
      const task = await take({ _id: id })
      if (task) await perform(task)
    },
  }
}

function withoutId<T extends { _id: string }>({ _id, ...rest }: T): Omit<T, '_id'> {
  return rest
}
