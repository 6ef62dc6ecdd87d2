import { hostname } from 'node:os'
import { datacubeFirstDay } from '../../rules/official-account/datacube.js'
import type { Clock } from '../core/clock.js'
import { AppError, messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Events } from '../events/events.js'
import type { Fact } from '../events/fact.js'
import type { Lease, Leases } from '../store/lease.js'
import { addDays, type Days, isDay, lastReadyDay, pieces, startOf } from './days.js'
import { type Metric, metrics, type Reading, type StatisticsApi } from './metrics.js'
import type { Checkpoints } from './model.js'

/** How one metric's import ended. */
export interface MetricImport {
  metric: string
  /**
   * `current`: nothing was due; `imported`: everything due is in; `waiting`: the platform has not all numbers yet;
   * `paused`: out of calls for now; `failed`: see `reason`. What is missing comes with the next run.
   */
  state: 'current' | 'imported' | 'waiting' | 'paused' | 'failed'
  /** The last complete day. */
  through?: string
  calls: number
  /** Facts that were not known before. */
  added: number
  reason?: string
  /** The code of the platform's refusal, e.g. `wechat.quota-day`. */
  code?: string
}

/** How an account's import ended. */
export interface AccountImport {
  account: string
  metrics: MetricImport[]
}

/** Statistics of the platform as facts (`statistics.*`). */
export interface Statistics {
  /**
   * Imports what is due, or the given days. The same days may be imported again and again: a fact is stored once.
   * Throws AppError for days that are none; failures of the platform are values.
   */
  import(account: string, days?: { from?: string; to?: string }): Promise<AccountImport>
  /** Imports what is due for every account, one after the other. */
  importAll(): Promise<AccountImport[]>
}

/** What the import needs. */
export interface StatisticsPorts {
  /** The accounts that may read statistics, by id. */
  accounts: ReadonlyMap<string, StatisticsApi>
  checkpoints: Checkpoints
  leases: Leases
  events: Pick<Events, 'append'>
  clock: Clock
  log: Logger
  /** How far back the first import reaches. */
  firstDays?: number
  /** The most calls of one run and account; the rest follows with the next run. */
  mostCalls?: number
}

const TURN_MS = 180_000

/** The import on the given ports. */
export function createStatistics(ports: StatisticsPorts): Statistics {
  const { accounts, checkpoints, clock, log, firstDays = 30, mostCalls = 300 } = ports

  async function run(account: string, given: { from?: string; to?: string }): Promise<AccountImport> {
    const api = accounts.get(account)
    if (!api) {
      throw new AppError('statistics.account', `account '${account}' is not configured or may not read statistics`, {
        fix: `use one of: ${[...accounts.keys()].join(', ') || '(none)'}`,
      })
    }
    const last = lastReadyDay(clock.now())
    checkGiven(given, last)
    const lease = await ports.leases.take(`statistics:${account}`, `${hostname()}:${process.pid}`, TURN_MS)
    if (!lease) {
      throw new AppError('statistics.busy', `the statistics of '${account}' are being imported right now`, {
        fix: 'wait until that import has ended',
      })
    }
    try {
      const budget = { calls: mostCalls }
      const results: MetricImport[] = []
      let ready = last
      for (const metric of metrics) {
        const result = await importMetric(account, api, metric, given, ready, budget, lease)
        results.push(result)
        if (result.state === 'waiting' && metric === metrics[0]) ready = addDays(last, -1)
        const fields = { account, ...result }
        if (result.state === 'failed') log.warn(fields, 'statistics were not imported')
        else if (result.calls > 0) log.info(fields, 'statistics were imported')
        if (result.state === 'failed' && STOPS.includes(result.code ?? '')) break
      }
      return { account, metrics: results }
    } finally {
      await lease.release()
    }
  }

  async function importMetric(
    account: string,
    api: StatisticsApi,
    metric: Metric,
    given: { from?: string; to?: string },
    last: string,
    budget: { calls: number },
    lease: Lease,
  ): Promise<MetricImport> {
    const { name } = metric
    let through = await checkpoints.through(account, name)
    const result: MetricImport = { metric: name, state: 'current', calls: 0, added: 0 }
    const end = (state: MetricImport['state'], reason?: string, code?: string): MetricImport => ({
      ...result,
      state,
      ...(through !== undefined && { through }),
      ...(reason !== undefined && { reason }),
      ...(code !== undefined && { code }),
    })
    const from = given.from ?? (through === undefined ? addDays(last, 1 - firstDays) : addDays(through, 1))
    const to = given.to ?? last
    if (from > to) return end('current')
    const asked = later(addDays(from, -metric.lookBack), datacubeFirstDay)
    for (const piece of pieces({ from: asked, to }, metric.span)) {
      if (budget.calls <= 0) return end('paused', '本次的调用次数用完，下次继续')
      if (!(await lease.renew(TURN_MS))) return end('paused', '另一个进程接手了')
      budget.calls--
      result.calls++
      try {
        const { readings, delayed } = await metric.fetch(api, piece)
        const isNew = await ports.events.append(
          readings.filter(inTime).map((reading) => factOf(account, name, reading)),
        )
        result.added += isNew.filter((each) => each === 'new').length
        const complete = completeDay(metric, piece, readings, delayed, last)
        const joins = through === undefined || piece.from <= addDays(through, 1)
        if (joins && complete >= later(piece.from, from) && (through === undefined || complete > through)) {
          through = complete
          await checkpoints.advance(account, name, complete, clock.now())
        }
        if (complete < piece.to) {
          const reason = `微信还没有 ${addDays(complete, 1)} 的数据`
          await checkpoints.note(account, name, reason, clock.now())
          return end('waiting', reason)
        }
      } catch (error) {
        const code = error instanceof AppError ? error.code : 'error'
        const reason = messageOf(error)
        await checkpoints.note(account, name, reason, clock.now())
        return end(code.startsWith('wechat.quota') ? 'paused' : 'failed', reason, code)
      }
    }
    return end('imported')
  }

  /** Rows of days before the platform had statistics, or without a day, are no readings. */
  const inTime = ({ day }: Reading) => isDay(day) && day >= datacubeFirstDay

  return {
    import: (account, days = {}) => run(account, days),
    async importAll() {
      const all: AccountImport[] = []
      for (const account of accounts.keys()) {
        try {
          all.push(await run(account, {}))
        } catch (error) {
          log.warn({ account, reason: messageOf(error) }, 'statistics were not imported')
        }
      }
      return all
    },
  }
}

/** Codes after which no other metric of the account can do better. */
const STOPS = [
  'wechat.credential',
  'wechat.ip',
  'wechat.permission',
  'wechat.banned',
  'wechat.not-sent',
  'wechat.token',
]

/** The last day of a piece that is complete. Only the newest day may be missing; older gaps are days without numbers. */
function completeDay(
  metric: Metric,
  piece: Days,
  readings: readonly Reading[],
  delayed: boolean,
  last: string,
): string {
  const missing = metric === metrics[0] && piece.to === last && !readings.some(({ day }) => day === last)
  return delayed || missing ? addDays(piece.to, -1) : piece.to
}

function factOf(account: string, metric: string, { day, dimension, props }: Reading): Fact {
  return {
    source: 'statistics',
    id: [account, metric, day, ...(dimension === '' ? [] : [dimension])].join(':'),
    type: `statistics.${metric}`,
    account,
    occurredAt: startOf(day),
    props: { day, ...props },
  }
}

function checkGiven({ from, to }: { from?: string; to?: string }, last: string): void {
  const refuse = (message: string, fix: string): never => {
    throw new AppError('statistics.days', message, { fix })
  }
  for (const day of [from, to]) {
    if (day !== undefined && !isDay(day)) refuse(`'${day}' is no day`, 'write for example 2026-01-31')
  }
  if (to !== undefined && to > last) refuse(`the last day with numbers is ${last}`, `use --to ${last} or earlier`)
  if (from !== undefined && from < datacubeFirstDay)
    refuse(`there are no numbers before ${datacubeFirstDay}`, 'start later')
  if (from !== undefined && from > (to ?? last)) refuse('the first day is after the last', 'swap --from and --to')
  if (from === undefined && to !== undefined) refuse('--to needs --from', 'give both, or neither')
}

const later = (a: string, b: string) => (a > b ? a : b)
