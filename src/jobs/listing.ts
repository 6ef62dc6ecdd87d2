import { AppError } from '../core/errors.js'
import { type Connection, database } from '../store/connect.js'
import { JOBS } from './occurrences.js'

/** A recurring tick, or one job of an occurrence, as people see it. */
export interface ShownJob {
  name: string
  /** `tick` comes again and again, `once` belongs to one occurrence. */
  kind: 'tick' | 'once'
  /** What an occurrence is called: the campaign's run. */
  key?: string
  /** `10 seconds`, or a cron line. */
  every?: string
  timeZone?: string
  nextAt?: Date
  lastRunAt?: Date
  lastFinishedAt?: Date
  /** How long the last run took, where it has ended. */
  tookMs?: number
  running: boolean
  lockedAt?: Date
  /** The process that has or had it last: host, pid and a few letters. */
  by?: string
  failures: number
  failedAt?: Date
  /** Why it failed last, without secrets. */
  reason?: string
  /** Whether `runNow` takes it. */
  byHand: boolean
}

interface JobDocument {
  name: string
  type: string
  data?: { key?: string } | null
  repeatInterval?: string | null
  repeatTimezone?: string | null
  nextRunAt?: Date | null
  lastRunAt?: Date | null
  lastFinishedAt?: Date | null
  lockedAt?: Date | null
  lastModifiedBy?: string | null
  failCount?: number | null
  failedAt?: Date | null
  failReason?: string | null
}

/** Looking at the clock of the product, in whatever process it runs. */
export interface JobListing {
  /** Ticks by name, then occurrences by their time; at most 500. */
  list(): Promise<ShownJob[]>
  /**
   * Makes a tick due now; a worker takes it within its next look (2 s). Every tick is idempotent and resumes where it
   * stopped, so one run more does no harm; occurrences begin what was planned for a time and are refused. Gives false
   * when it runs already. Throws AppError `job.unknown` or `job.once`.
   */
  runNow(name: string, now: Date): Promise<boolean>
}

const MOST = 500

/** The jobs on a connection. */
export function createJobListing(connection: Connection): JobListing {
  const rows = () => database(connection).collection<JobDocument>(JOBS)
  return {
    async list() {
      const found = await rows().find({}).limit(MOST).toArray()
      return found.map(shown).toSorted(inOrder)
    },
    async runNow(name, now) {
      const row = await rows().findOne({ name })
      if (!row) throw new AppError('job.unknown', `there is no tick '${name}'`, { fix: 'GET /jobs lists them' })
      if (row.type !== 'single') {
        throw new AppError('job.once', `'${name}' belongs to occurrences, which come at their own time`, {
          fix: 'run the campaign from its page instead',
        })
      }
      const due = { $set: { nextRunAt: now } }
      const { matchedCount } = await rows().updateOne({ name, type: 'single', lockedAt: null } as object, due)
      return matchedCount > 0
    },
  }
}

function shown(row: JobDocument): ShownJob {
  const { name, data, repeatInterval, repeatTimezone, nextRunAt, lastRunAt, lastFinishedAt, lockedAt } = row
  const { lastModifiedBy, failCount, failedAt, failReason } = row
  const tick = row.type === 'single'
  const ended = lastRunAt && lastFinishedAt && lastFinishedAt >= lastRunAt
  return {
    name,
    kind: tick ? 'tick' : 'once',
    ...(data?.key !== undefined && { key: data.key }),
    ...(repeatInterval && { every: repeatInterval }),
    ...(repeatTimezone && { timeZone: repeatTimezone }),
    ...(nextRunAt && { nextAt: nextRunAt }),
    ...(lastRunAt && { lastRunAt }),
    ...(lastFinishedAt && { lastFinishedAt }),
    ...(ended && { tookMs: lastFinishedAt.getTime() - lastRunAt.getTime() }),
    running: lockedAt != null && (lastFinishedAt == null || lastRunAt == null || lastFinishedAt < lastRunAt),
    ...(lockedAt && { lockedAt }),
    ...(lastModifiedBy && { by: lastModifiedBy.replace(/^weloop /, '') }),
    failures: failCount ?? 0,
    ...(failedAt && { failedAt }),
    ...(failReason && { reason: withoutSecrets(failReason) }),
    byHand: tick,
  }
}

function inOrder(a: ShownJob, b: ShownJob): number {
  if (a.kind !== b.kind) return a.kind === 'tick' ? -1 : 1
  if (a.kind === 'once') return (a.nextAt?.getTime() ?? 0) - (b.nextAt?.getTime() ?? 0)
  return a.name.localeCompare(b.name)
}

const withoutSecrets = (text: string) =>
  text.slice(0, 500).replace(/((?:token|secret|ticket|key|password)["']?\s*[=:]\s*["']?)[^\s&"']+/gi, '$1***')
