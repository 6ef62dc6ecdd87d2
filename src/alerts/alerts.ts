import type { PersonalData } from '../contacts/privacy.js'
import { AppError, messageOf } from '../core/errors.js'
import { createFeed } from '../events/feed.js'
import { decide } from './decide.js'
import { createDispatch } from './dispatch.js'
import { createFollower, type Followed } from './follow.js'
import type { AlertNames } from './lint.js'
import { type AlertRow, alertModel, alertRows } from './model.js'
import { alertPersonalData } from './personal-data.js'
import { type Plan, planOf } from './plan.js'
import type { AlertPorts } from './ports.js'
import { createRelease } from './release.js'
import { type AlertRules, createRules } from './rules.js'
import { createSources, type Sources, type Words } from './sources.js'
import { type AlertPage, type AlertQuery, type AlertStatus, historyOf, statusOf } from './status.js'
import { type Trial, type TrialFact, tryRule } from './trial.js'

/** What one turn did. */
export interface Turn extends Followed {
  calls: number
}

/** Staff are told what they should know, once, at a fit time, and not a hundred times. */
export interface Alerts extends Sources {
  rules: AlertRules
  /** Follows the facts and lets go what is due; run it every few seconds, in any number of processes. */
  run(): Promise<Turn>
  /** For the scheduler. */
  ticks: { name: string; every: string; run(): Promise<unknown> }[]
  /** Shows what a rule would do with a fact; nothing is stored or sent. Throws AppError `alert.unknown`. */
  try(rule: string | { definition: unknown }, fact?: TrialFact): Promise<Trial>
  history(query: AlertQuery): Promise<AlertPage>
  status(): Promise<AlertStatus>
  /** Uses a stopped robot or internal group again; false when nothing was known about it. */
  resume(place: { kind: 'robot' | 'chat'; name: string }): Promise<boolean>
  personalData: PersonalData
}

const BATCH = 500
const PLANS_FRESH_MS = 5000

/** The names that rules may use, of a configuration. */
export const alertNames = ({
  settings,
  corps,
  groupSends,
}: Pick<AlertPorts, 'settings' | 'corps' | 'groupSends'>): AlertNames => ({
  robots: Object.keys(settings.robots),
  chats: Object.keys(settings.chats),
  corps,
  ...(groupSends && { groupSends }),
})

/** The alerts on a connection; make them before `ensureIndexes`. */
export function createAlerts(ports: AlertPorts): Alerts {
  const { connection, settings, timeZone, clock, log, events } = ports
  alertModel(connection, settings.keep)
  const rows = alertRows(connection)
  const rules = createRules({ rows, files: ports.files, names: alertNames(ports), clock, log })
  const follow = createFollower({
    connection,
    rows,
    feed: createFeed(connection),
    clock,
    staleAfterMs: settings.staleAfter,
  })
  const release = createRelease({ ...ports, rows })
  const dispatch = createDispatch({ ...ports, rows })
  let latest: Words | undefined
  let remembered: { at: number; plans: Promise<Plan[]> } | undefined

  async function plans(): Promise<Plan[]> {
    const all = await rules.list()
    return all.filter(({ definition }) => definition.enabled !== false).map((rule) => planOf(rule, settings, timeZone))
  }

  const sources = createSources({
    events,
    contactOf: ports.contactOf,
    words,
    known() {
      if (remembered === undefined || performance.now() - remembered.at > PLANS_FRESH_MS)
        void words().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'alert rules could not be read'))
      return latest
    },
  })

  /** What messages are looked through for, read again every few seconds. */
  async function words(): Promise<Words> {
    if (remembered === undefined || performance.now() - remembered.at > PLANS_FRESH_MS)
      remembered = { at: performance.now(), plans: plans() }
    const all = await remembered.plans.catch((error: unknown) => {
      remembered = undefined
      throw error
    })
    const complains = all.some(({ triggers }) => triggers.some((trigger) => trigger.words === 'complaint'))
    latest = {
      own: all.flatMap(({ definition }) => definition.keywords ?? []),
      complaint: complains ? settings.complaintWords : [],
    }
    return latest
  }

  /** One alert's failure must not keep the others. */
  async function each(alerts: readonly AlertRow[], what: string, work: (alert: AlertRow) => Promise<void>) {
    for (const alert of alerts) {
      try {
        await work(alert)
      } catch (error) {
        failed(alert, what, error)
      }
    }
  }

  function failed({ _id }: AlertRow, what: string, error: unknown): void {
    log.error({ alert: _id, reason: messageOf(error) }, `alert not ${what}, tried again`)
  }

  async function run(): Promise<Turn> {
    const now = clock.now()
    const all = await plans()
    const plan = new Map(all.map((one) => [one.slug, one]))
    const followed = await follow(all)
    const fresh = await rows.alerts.find({ state: 'new' }).sort({ dueAt: 1, at: 1 }).limit(BATCH).toArray()
    await decide(
      rows,
      fresh,
      (rule) => plan.get(rule),
      now,
      (alert, error) => failed(alert, 'decided', error),
    )
    for (const rate of await rows.rates.find({ 'storm.until': { $lte: now } }).toArray())
      await release.summarise(rate, plan.get(rate.rule))
    const cut = await rows.alerts.find({ state: 'written' }).limit(BATCH).toArray()
    await each(cut, 'handed over', release.hand)
    const due = await rows.alerts
      .find({ state: 'waiting', dueAt: { $lte: now } })
      .sort({ dueAt: 1, at: 1 })
      .limit(BATCH)
      .toArray()
    await each(due, 'released', (alert) => release.release(alert, plan.get(alert.rule)))
    await dispatch.sweep()
    const calls = await dispatch.run()
    if (followed.stale > 0) log.warn({ facts: followed.stale }, 'facts were too old for alerts')
    return { ...followed, calls }
  }

  return {
    ...sources,
    rules,
    run,
    ticks: [{ name: 'alerts', every: '2 seconds', run }],
    async try(rule, fact = {}) {
      if (typeof rule !== 'string') {
        const { value, problems } = rules.check(rule.definition)
        if (value) return tryRule({ slug: 'trial', definition: value }, fact, ports)
        const first = problems.map(({ field, message }) => `${field}: ${message}`).join('; ')
        throw new AppError('alert.invalid', `the rule cannot be used: ${first}`, { fix: problems[0]?.fix ?? '' })
      }
      const found = await rules.find(rule)
      if (found) return tryRule(found, fact, ports)
      throw new AppError('alert.unknown', `there is no alert '${rule}'`, { fix: 'see `weloop alerts list`' })
    },
    history: (query) => historyOf(rows, query),
    status: () => statusOf(rows, dispatch.places, settings),
    resume: dispatch.places.resume,
    personalData: alertPersonalData(connection),
  }
}
