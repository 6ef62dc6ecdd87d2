import type { Sort, SortedPage } from '../core/sort.js'
import type { BulkProgress, RecipientEnd } from '../outbox/bulk/chunk.js'
import type { AudienceRow } from '../segments/segment.js'
import { partly, sortedPage } from '../store/sorted.js'
import { type By, createActions } from './actions.js'
import { type CampaignDate, datesOf } from './calendar.js'
import { CampaignError } from './campaign-error.js'
import { createDrafts } from './drafts.js'
import type { Estimate } from './estimate.js'
import { estimate } from './estimate.js'
import type { CampaignState } from './life.js'
import { type CampaignRow, campaignCollections, campaignModels, type RunRow } from './model.js'
import { createMove, type Move } from './move.js'
import { type Plan, type PlanContext, planOf } from './plan.js'
import type { CampaignPorts } from './ports.js'
import { recallsOf } from './recall.js'
import { isHeldOut, variantOf } from './recipients.js'
import { createRunner, type RunnerTiming } from './runner.js'
import { nextOccurrence } from './schedule.js'
import { createSettling } from './settling.js'
import { sendTrial, type Trial, type TrialSent } from './trial.js'

/** The field of each column that campaigns can be ordered by. */
const SORT_FIELDS = {
  name: 'definition.name',
  id: '_id',
  state: 'state',
  people: 'estimate.people',
  next: 'next.at',
  updatedAt: 'updatedAt',
} as const

/** Which campaigns, and in which order. */
export interface CampaignQuery {
  state?: CampaignState | undefined
  /** A part of the name or the id. */
  text?: string | undefined
  sort?: Sort<keyof typeof SORT_FIELDS> | undefined
  /** `next` of the page before. */
  after?: string | undefined
  /** 100 unless given. */
  limit?: number | undefined
}

/** A run with what became of its messages. */
export interface RunView extends RunRow {
  /** As of now, or as it was when the run ended. */
  progress?: BulkProgress
}

/** A campaign with its newest runs. */
export interface CampaignView {
  campaign: CampaignRow
  runs: RunView[]
}

/** How one person stands to a campaign. */
export interface Standing {
  inAudience: boolean
  heldOut: boolean
  /** The variant or stage the person would get now; absent: none is due. */
  variant?: string
  /** The newest run that has the person. */
  run?: string
  end?: RecipientEnd
}

/** What a campaign is, in short. */
export interface CampaignBrief extends Pick<Plan, 'account' | 'purpose' | 'channels'> {
  id: string
  name: string
  state: CampaignState
}

/** Campaigns: what people do with them, and the engine that carries them out. */
export interface Campaigns
  extends Omit<ReturnType<typeof createActions>, 'act'>,
    ReturnType<typeof createDrafts>,
    Omit<ReturnType<typeof createSettling>, 'settled'> {
  /** Times of campaigns within a span, the earliest first. */
  dates(span: { from: Date; to: Date }): Promise<CampaignDate[]>
  /** Puts one that runs once at another time. */
  move(id: string, asked: Move): Promise<CampaignRow>
  list(query?: { state?: CampaignState; limit?: number }): Promise<CampaignRow[]>
  /** A page, the last changed first unless asked otherwise. */
  page(query: CampaignQuery): Promise<SortedPage<CampaignRow>>
  show(id: string): Promise<CampaignView>
  /** One run, by its occurrence. Throws CampaignError `campaign.unknown`. */
  runOf(id: string, occurrence: string): Promise<RunView>
  /** What became of one person in one run. */
  recipient(id: string, occurrence: string, contact: string): Promise<RecipientEnd | undefined>
  /** Why somebody gets it or does not. */
  standing(id: string, person: AudienceRow): Promise<Standing>
  /** The same with what the campaign is, for `GET /contacts/:id/why`; undefined when there is no such campaign. */
  about(id: string, person: AudienceRow): Promise<(Standing & CampaignBrief) | undefined>
  /** Looks at every person of the audience and keeps what was found; throws CampaignError. */
  estimate(id: string, options?: By & { progress?: (people: number) => void; signal?: AbortSignal }): Promise<Estimate>
  trial(id: string, trial: Trial): Promise<TrialSent>
  /** The runs that are scheduled, for the clock: one job each. */
  upcoming(): Promise<{ key: string; at: Date }[]>
  /** Carries a run as far as it goes now; the clock's job calls it with the run's id. */
  work(run: string): Promise<void>
  /** Run it every second or two, in any number of processes. */
  tick(): Promise<void>
  idle(): Promise<void>
  close(): Promise<void>
}

/** Campaigns on their ports. Make them before `ensureIndexes`. */
export function createCampaigns(ports: CampaignPorts & { timing?: Partial<RunnerTiming> }): Campaigns {
  const { connection, clock, config, timeZone, accounts, audiences, bulk } = ports
  campaignModels(connection)
  const context = (): PlanContext => ({ config, timeZone, account: accounts[0] ?? '' })
  const rows = () => campaignCollections(connection)
  const made = lazily(() => ({
    actions: createActions(ports, context),
    settling: createSettling(ports, runOf),
    runner: createRunner(ports, context, { lease: 30_000, look: 5000, ...ports.timing }),
  }))

  const planned = (row: CampaignRow): Plan => planOf(row.definition, context())

  async function followed(row: Promise<CampaignRow>): Promise<CampaignRow> {
    const { _id } = await row
    await made().runner.follow(_id)
    return made().actions.find(_id)
  }

  async function view(run: RunRow): Promise<RunView> {
    const progress =
      (await made().settling.settled(run)) ?? (run.asOf === undefined ? undefined : await bulk.progress(run._id))
    return { ...run, ...(progress && { progress }) }
  }

  async function runOf(id: string, occurrence: string): Promise<RunRow> {
    const run = await rows().runs.findOne({ _id: `${id}:${occurrence}` })
    if (run) return run
    throw new CampaignError('campaign.unknown', `'${id}' has no run '${occurrence}'`, {
      fix: `see \`weloop campaign show ${id}\``,
    })
  }

  async function ruleOf(row: CampaignRow): Promise<unknown> {
    const found = await audiences.rule(row.definition.audience)
    if ('rule' in found) return found.rule
    throw new CampaignError('campaign.invalid', `the audience of '${row._id}' cannot be used`, { faults: found.faults })
  }

  async function standingOf(row: CampaignRow, person: AudienceRow): Promise<Standing> {
    const id = row._id
    const plan = planned(row)
    const now = clock.now()
    const recalls = await recallsOf(connection, id, plan.stages ? [person._id] : [])
    const inAudience = await audiences.match(await ruleOf(row), person._id, now)
    const variant = variantOf(person, { campaign: id, run: '', plan, asOf: now, recalls })
    const name = variant === undefined ? undefined : plan.variants[variant]?.name
    const found: Standing = {
      inAudience,
      heldOut: isHeldOut(id, person._id, plan.holdOut),
      ...(name !== undefined && { variant: name }),
    }
    const runs = await rows()
      .runs.find({ campaign: id, asOf: { $exists: true } })
      .sort({ dueAt: -1 })
      .limit(5)
      .toArray()
    for (const { _id: run } of runs) {
      const end = await bulk.of(run, person._id)
      if (end) return { ...found, run, end }
    }
    return found
  }

  return {
    ...createDrafts(ports, context),
    recipients: (...asked) => made().settling.recipients(...asked),
    resend: (...asked) => made().settling.resend(...asked),
    treatAsSent: (...asked) => made().settling.treatAsSent(...asked),
    log: (id) => made().settling.log(id),
    dates: (span) => datesOf(connection, { ...span, now: clock.now() }, context),
    move: (id, asked) => followed(createMove(ports, context, made().actions)(id, asked)),
    find: (id) => made().actions.find(id),
    create: (given) => made().actions.create(given),
    edit: (id, given) => made().actions.edit(id, given),
    approve: (id, by) => made().actions.approve(id, by),
    remove: (id) => made().actions.remove(id),
    schedule: (id, by) => followed(made().actions.schedule(id, by)),
    run: (id, by) => followed(made().actions.run(id, by)),
    pause: (id, by) => followed(made().actions.pause(id, by)),
    resume: (id, by) => followed(made().actions.resume(id, by)),
    stop: (id, by) => followed(made().actions.stop(id, by)),
    withdraw: (id, by) => followed(made().actions.withdraw(id, by)),

    list: ({ state, limit = 100 } = {}) =>
      rows()
        .campaigns.find(state === undefined ? {} : { state })
        .sort({ updatedAt: -1 })
        .limit(Math.min(Math.max(limit, 1), 1000))
        .toArray(),

    page({ state, text, sort = '-updatedAt', after, limit = 100 }) {
      const like = text ? { $or: [{ _id: partly(text) }, { 'definition.name': partly(text) }] } : {}
      const filter = { ...like, ...(state && { state }) }
      return sortedPage(rows().campaigns, { filter, sort, fields: SORT_FIELDS, after, limit: Math.min(limit, 1000) })
    },

    async show(id) {
      const campaign = await made().actions.find(id)
      const found = await rows().runs.find({ campaign: id }).sort({ dueAt: -1 }).limit(20).toArray()
      return { campaign, runs: await Promise.all(found.map(view)) }
    },

    runOf: async (id, occurrence) => view(await runOf(id, occurrence)),

    recipient: async (id, occurrence, contact) => bulk.of((await runOf(id, occurrence))._id, contact),

    async standing(id, person) {
      return standingOf(await made().actions.find(id), person)
    },

    async about(id, person) {
      const row = await rows().campaigns.findOne({ _id: id })
      if (row === null) return undefined
      const { account, purpose, channels } = planned(row)
      const brief = { id, name: row.definition.name, state: row.state, account, purpose, channels }
      return { ...brief, ...(await standingOf(row, person)) }
    },
    async estimate(id, options = { by: '' }) {
      const row = await made().actions.find(id)
      const plan = planned(row)
      const now = clock.now()
      const next = row.next?.at ?? nextOccurrence(plan.schedule, now)?.at
      const { progress, signal, by } = options
      const found = await estimate(ports, {
        campaign: id,
        version: row.version,
        plan,
        rule: await ruleOf(row),
        now,
        for: next && next > now ? next : now,
        ...(progress && { progress }),
        ...(signal && { signal }),
      })
      await made().actions.act(id, 'estimate', { by }, (newest, state) => {
        if (newest.version === row.version) return { state, estimate: found }
        throw new CampaignError('campaign.version', 'the campaign was changed while it was estimated', {
          fix: 'estimate it again',
        })
      })
      return found
    },

    async trial(id, trial) {
      const row = await made().actions.find(id)
      return sendTrial(ports, row, planned(row), trial)
    },

    async upcoming() {
      const held = await rows()
        .campaigns.find({ state: 'paused' }, { projection: { _id: 1 } })
        .toArray()
      const paused = held.map(({ _id }) => _id)
      const found = await rows()
        .runs.find({ state: 'scheduled', campaign: { $nin: paused } }, { projection: { dueAt: 1 } })
        .toArray()
      return found.map(({ _id, dueAt }) => ({ key: _id, at: dueAt }))
    },

    work: (run) => made().runner.work(run),
    tick: () => made().runner.tick(),

    idle: () => made().runner.idle(),
    close: () => made().runner.close(),
  }
}

/** Parts that need the store's collections are made on first use: the store may not be connected before. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
