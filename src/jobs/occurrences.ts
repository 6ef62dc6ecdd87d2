import type { Agenda, Job } from 'agenda'
import { AppError } from '../core/errors.js'
import { type Connection, database } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'

/** agenda's collection. */
export const JOBS = 'agendaJobs'

/** Things that happen once each, at times that are kept elsewhere. */
export interface Occurrences {
  /** The jobs' name. */
  name: string
  /** What is to come, by a key that names it for ever. The clock's jobs are made to match it, never the other way round. */
  due(): Promise<readonly { key: string; at: Date }[]>
  /** Does it. Must be idempotent: it may be called twice, or late. */
  run(key: string): Promise<unknown>
}

/** What the jobs of occurrences are made of. */
export interface OccurrenceDeps {
  connection: Connection
  /** agenda's collection. */
  collection: string
}

interface OccurrenceRow {
  name: string
  type: string
  data?: { key?: string }
  nextRunAt?: Date | null
  lockedAt?: Date | null
}

/** Several at once, and few more locked ahead: what a worker has locked waits for its lock's end when it dies. */
export const OCCURRENCE_LIMITS = { concurrency: 4, lockLimit: 8 } as const

/**
 * A process's jobs of that name may not be made twice: agenda's own `unique` is an upsert, which two processes win at
 * once where no index forbids it.
 */
export async function ensureUniqueOccurrences({ connection, collection }: OccurrenceDeps): Promise<void> {
  const rows = database(connection).collection(collection)
  const only = { type: 'normal' }
  await rows.createIndex(
    { name: 1, 'data.key': 1 },
    { name: 'one-per-occurrence', unique: true, partialFilterExpression: only },
  )
}

/**
 * Makes the clock's jobs match what is to come: one job an occurrence, at its time. A job that runs right now is left
 * alone; one that ended without its occurrence having come to an end is set up again; one that nobody wants is removed
 * (agenda's `removeOnComplete` would do it sooner, but removes behind the end that `drain` waits for, and hangs it).
 * Only dates are handed to agenda, which takes words that it cannot read for "now". Throws AppError `jobs.schedule` for
 * a time that is none.
 */
export async function matchOccurrences(agenda: Agenda, deps: OccurrenceDeps, occurrences: Occurrences): Promise<void> {
  const { name } = occurrences
  const wanted = new Map((await occurrences.due()).map(({ key, at }) => [key, at]))
  for (const [key, at] of wanted)
    if (Number.isNaN(at.getTime())) throw new AppError('jobs.schedule', `'${key}' of ${name} has no valid time`)
  const rows = database(deps.connection).collection<OccurrenceRow>(deps.collection)
  for (const { _id, data, nextRunAt, lockedAt } of await rows.find({ name, type: 'normal' }).toArray()) {
    const at = wanted.get(data?.key ?? '')
    wanted.delete(data?.key ?? '')
    if (lockedAt) continue
    if (at === undefined) await rows.deleteOne({ _id, lockedAt: null })
    else if (nextRunAt?.getTime() !== at.getTime())
      await rows.updateOne(
        { _id, lockedAt: null },
        { $set: { nextRunAt: at, failCount: 0, failReason: null } as object },
      )
  }
  for (const [key, at] of wanted) await create(agenda, name, key, at)
}

/** Runs the occurrence of a job. When it goes wrong, the next match sets the job up again. */
export async function runOccurrence(occurrences: Occurrences, job: Job): Promise<void> {
  const { key } = (job.attrs.data ?? {}) as { key?: string }
  if (key !== undefined) await occurrences.run(key)
}

async function create(agenda: Agenda, name: string, key: string, at: Date): Promise<void> {
  const job = agenda.create(name, { key }).unique({ 'data.key': key }, { insertOnly: true }).schedule(at)
  await job.save().catch((error: unknown) => {
    if (!isDuplicate(error)) throw error
  })
}
