import type { BulkProgress } from '../outbox/bulk/chunk.js'
import { save } from '../store/compare-and-set.js'
import { change } from './compare-and-set.js'
import { reachable } from './estimate.js'
import { ACTIVE, type RunState } from './life.js'
import { type CampaignRow, campaignCollections, type Reason, type RunRow } from './model.js'
import { type Plan, type PlanContext, planOf } from './plan.js'
import type { CampaignPorts } from './ports.js'
import { nextOccurrence, occurrenceKey } from './schedule.js'
import { judgeRun } from './stop-rules.js'

/** What the steps of a run share. */
export interface StepDeps {
  ports: CampaignPorts
  context(): PlanContext
  optOuts(run: RunRow, plan: Plan): Promise<number>
  /** Records what happened to a run as a fact. */
  tell(run: RunRow, type: string, props?: Record<string, unknown>): Promise<void>
}

/** The steps of a run. Each gives the row as it is then, or undefined when it could not be written: read it again. */
export function createSteps({ ports, context, optOuts, tell }: StepDeps) {
  const { connection, clock, log, audiences, bulk } = ports
  const { campaigns, runs } = campaignCollections(connection)

  const plan = (run: RunRow, campaign: CampaignRow): Plan => planOf(run.definition ?? campaign.definition, context())

  const why = (code: string, text: string): Reason => ({ code, text, at: clock.now() })

  /** Ends a run that never began, on the record. */
  async function skip(run: RunRow, state: 'skipped' | 'cancelled', code: string, text: string) {
    const ended = await save(runs, run, { state, reason: why(code, text), endedAt: clock.now() })
    if (ended) {
      log.warn({ run: run._id, dueAt: run.dueAt, reason: code }, `campaign run ${state}`)
      await tell(ended, `campaign.${state}`, { reason: code, lateMs: clock.now().getTime() - run.dueAt.getTime() })
    }
    return ended
  }

  /** Stops everything of a campaign until a person has looked. */
  async function hold(id: string, code: string, text: string, state: 'paused' | 'stopped' = 'paused'): Promise<void> {
    const held = await change<CampaignRow>(campaigns, id, (row) =>
      row.state === 'scheduled' || row.state === 'running'
        ? { state, reason: why(code, text), updatedAt: clock.now() }
        : undefined,
    )
    if (held?.changed) log.warn({ campaign: id, reason: code, state }, 'campaign held')
  }

  /** A run that is not to begin: the campaign has been moved to another time since. */
  const withdrawMoved = (run: RunRow) => skip(run, 'cancelled', 'moved', 'the campaign was moved to another time')

  /** A run that is not to begin any more. */
  const callBack = (run: RunRow, { state }: CampaignRow) =>
    skip(run, 'cancelled', 'withdrawn', `the campaign is ${state}`)

  /** Begins a run that is due: freezes the audience, or says why not. */
  async function begin(run: RunRow, campaign: CampaignRow): Promise<RunRow | undefined> {
    const now = clock.now()
    if (campaign.state === 'paused' || now < run.dueAt) return undefined
    if (campaign.state !== 'scheduled' && campaign.state !== 'running') return callBack(run, campaign)
    const told = plan(run, campaign)
    if (isMoved(run, told)) return withdrawMoved(run)
    const late = now.getTime() - run.dueAt.getTime()
    const other = await runs.findOne({ campaign: run.campaign, state: { $in: [...ACTIVE] } })
    if (other) return skip(run, 'skipped', 'overlap', `${other._id} is still under way`)
    if (told.skipAfterMs !== undefined && late > told.skipAfterMs)
      return skip(run, 'skipped', 'stale', `it would have been ${minutes(late)} late`)
    const following = run.manual ? undefined : nextOccurrence(told.schedule, run.dueAt)
    if (following && following.at <= now) return skip(run, 'skipped', 'superseded', `${following.key} is due as well`)
    if (told.endsAt && told.endsAt <= now) return skip(run, 'skipped', 'over', 'its time is over')
    return freeze(run, campaign, told, now)
  }

  async function freeze(run: RunRow, campaign: CampaignRow, told: Plan, now: Date): Promise<RunRow | undefined> {
    const held = async (code: string, text: string) => {
      await hold(campaign._id, code, text)
      return undefined
    }
    const lost = told.variants.map(({ message }) => ports.missing(message)).find((name) => name !== undefined)
    if (lost !== undefined) return held('content-missing', `there is no ${lost}`)
    const found = await audiences.rule(campaign.definition.audience)
    if ('faults' in found) {
      const text = found.faults.map(({ field, message }) => `${field}: ${message}`).join('; ')
      return held('audience-missing', text)
    }
    const people = await audiences.count(found.rule, now)
    const allowed = campaign.approval?.people ?? 0
    if (people > allowed) {
      const text = `the audience is ${people} people, approved were at most ${allowed}`
      return held('audience-grew', text)
    }
    const waves = people >= told.wavesAbove ? [...told.waves] : told.waves.slice(-1)
    const begun = await save(runs, run, {
      state: 'expanding',
      definition: campaign.definition,
      version: campaign.version,
      rule: JSON.stringify(found.rule),
      asOf: now,
      waves,
      wave: 0,
      waveAt: now,
      at: { no: 0 },
      counts: { people: 0, holdOut: 0, chunks: 0 },
      estimate: campaign.estimate,
    })
    if (begun === undefined) return undefined
    await change<CampaignRow>(campaigns, campaign._id, ({ state }) =>
      state === 'scheduled' ? { state: 'running', updatedAt: now } : undefined,
    )
    log.info(
      { run: run._id, people, waves: waves.length, lateMs: now.getTime() - run.dueAt.getTime() },
      'campaign run began',
    )
    await tell(begun, 'campaign.started', {
      people,
      ...(campaign.estimate && { estimated: reachable(campaign.estimate) }),
    })
    await ports.at?.('frozen')
    return begun
  }

  /** Makes a run follow what was decided about its campaign; the row as it was when there is nothing to follow. */
  async function obey(run: RunRow, campaign: CampaignRow): Promise<RunRow | undefined> {
    if (run.owes) return pay(run)
    const { state } = campaign
    if (state === 'stopped') return turn(run, { state: 'stopped', owes: 'cancel', endedAt: clock.now() })
    if (state === 'paused' && run.state !== 'paused')
      return turn(run, { state: 'paused', pausedFrom: run.state, owes: 'pause' })
    if ((state === 'running' || state === 'scheduled') && run.state === 'paused')
      return turn(run, { state: run.pausedFrom ?? 'sending', pausedFrom: undefined, owes: 'resume' })
    if (state === 'scheduled') {
      const now = clock.now()
      await change<CampaignRow>(campaigns, campaign._id, (row) =>
        row.state === 'scheduled' ? { state: 'running', updatedAt: now } : undefined,
      )
    }
    return run
  }

  async function turn(run: RunRow, changes: Parameters<typeof save<RunRow>>[2]): Promise<RunRow | undefined> {
    const turned = await save(runs, run, changes)
    return turned && pay(turned)
  }

  /** The bulk sender is told what the row says already; a crash in between is found by `owes`. */
  async function pay(run: RunRow): Promise<RunRow | undefined> {
    if (run.owes === 'pause') await bulk.pause(run._id)
    if (run.owes === 'resume') await bulk.resume(run._id)
    if (run.owes === 'cancel') await bulk.cancel(run._id)
    const outcome = run.owes === 'cancel' ? await bulk.progress(run._id) : undefined
    const paid = await save(runs, run, { owes: undefined, ...(outcome?.done && { outcome }) })
    if (paid) await tell(paid, TOLD[run.owes ?? 'resume'])
    return paid
  }

  /** Holds the campaign when a stop rule is broken; false then. */
  async function within(run: RunRow, told: Plan, known?: BulkProgress): Promise<boolean> {
    const [progress, optedOut] = await Promise.all([known ?? bulk.progress(run._id), optOuts(run, told)])
    if (optedOut !== (run.optOuts ?? 0)) await runs.updateOne({ _id: run._id }, { $set: { optOuts: optedOut } })
    const broken = judgeRun(progress, optedOut, told.stop)
    if (broken === undefined) return true
    const { rule, rate, limit, of } = broken
    const text = `${rule}: ${rate.toFixed(1)} % of ${of}, the limit is ${limit} %`
    await hold(run.campaign, `stop-rule:${rule}`, text, told.stop.action === 'pause' ? 'paused' : 'stopped')
    return false
  }

  /** Looks how a wave goes: on to the next one after its rest, or the run's end. The row as it was while it goes on. */
  async function watch(run: RunRow, told: Plan): Promise<RunRow | undefined> {
    const now = clock.now()
    const progress = await bulk.progress(run._id)
    if (!(await within(run, told, progress))) return undefined
    const { waves = [], wave = 0, state, restedAt = now, at } = run
    if (state === 'sending') {
      const { waiting = 0, sending = 0, retry = 0 } = progress.states
      if (!progress.done && waiting + sending + retry > 0) return run
      return wave >= waves.length - 1 ? finish(run, progress) : save(runs, run, { state: 'resting', restedAt: now })
    }
    if (now.getTime() - restedAt.getTime() < (waves[wave]?.pauseMs ?? 0)) return run
    return save(runs, run, {
      state: 'expanding',
      wave: wave + 1,
      waveAt: now,
      restedAt: undefined,
      at: { no: at?.no ?? 0 },
    })
  }

  async function finish(run: RunRow, outcome: BulkProgress): Promise<RunRow | undefined> {
    const ended = await save(runs, run, { state: 'done', outcome, endedAt: clock.now() })
    if (ended === undefined) return undefined
    const { states } = outcome
    log.info({ run: run._id, ...states }, 'campaign run ended')
    await change<CampaignRow>(campaigns, run.campaign, ({ state }) =>
      state === 'running' ? { state: 'scheduled', updatedAt: clock.now() } : undefined,
    )
    await tell(ended, 'campaign.done', { recipients: outcome.recipients, ...states })
    return ended
  }

  return { begin, callBack, withdrawMoved, obey, within, watch, plan }
}

const TOLD = { pause: 'campaign.paused', resume: 'campaign.resumed', cancel: 'campaign.stopped' } as const

/** Whether a run's state says that there is something to do for it now or later. */
export const isOpen = (state: RunState) => state === 'scheduled' || ACTIVE.includes(state)

/** Whether a run of a campaign that runs once is not the time that the campaign has now: it was moved since. */
export function isMoved({ occurrence, manual }: RunRow, { schedule }: Pick<Plan, 'schedule'>): boolean {
  return manual !== true && schedule.kind === 'once' && occurrenceKey(schedule.at, schedule.timeZone) !== occurrence
}

const minutes = (ms: number) => `${Math.round(ms / 60_000)} min`
