import type { Channel, Reason } from '../outbox/channel.js'
import { draftOf, type Forecast, forecastOf, mainReason, type Reach, resolveChannel } from '../outbox/reach/reach.js'
import type { AudienceRow } from '../segments/segment.js'
import type { Connection } from '../store/connect.js'
import type { Plan } from './plan.js'
import type { Audiences } from './ports.js'
import { recallsOf } from './recall.js'
import { isHeldOut, variantOf } from './recipients.js'

/** What a run would do, before it does it. Kept with the campaign, and shown beside the outcome later. */
export interface Estimate {
  /** When the audience was looked at, for a run at `for`. */
  asOf: Date
  for: Date
  /** Of which version of the definition. */
  version: number
  /** People in the audience; with stages, those of them whose turn it is. */
  people: number
  /** With stages: people in the audience whose turn it is not. */
  notDue: number
  holdOut: number
  /** People who would be sent something, by channel; what a quota leaves out today is not among them. */
  channels: Partial<Record<Channel, number>>
  /** People who would be sent something later the same run: quiet hours, a quota that rolls. */
  later: Partial<Record<Reason, number>>
  /** People who cannot be reached, by the most telling reason. */
  reasons: Partial<Record<Reason, number>>
  /** All that stands against channels, for those whom none can carry; one person counts once a channel. */
  refusals: Partial<Record<Channel, Partial<Record<Reason, number>>>>
  /** People by variant. */
  variants: { name: string; people: number }[]
  /** What it takes from the platform's quotas, and whom they leave out. */
  forecast: Forecast[]
  /** How long the look took, in ms. */
  tookMs: number
  /** Not everybody was looked at: the bound of a look before saving was reached. */
  partial?: true
}

/** What an estimate is made of. */
export interface EstimateDeps {
  connection: Connection
  audiences: Audiences
  reach: Pick<Reach, 'load' | 'quota' | 'policy'>
}

/** What is estimated. */
export interface EstimateQuestion {
  campaign: string
  version: number
  plan: Plan
  rule: unknown
  now: Date
  /** When the run would be: windows, quiet hours and caps are judged for then. */
  for: Date
  signal?: AbortSignal
  /** Looks at no more than about so many people (whole pages of 1,000); at everybody unless given. */
  most?: number
  /** Told after each page how many people were looked at. */
  progress?: (people: number) => void
}

/**
 * Looks at every person of the audience the way the sender will, in pages: the next page is read while this one is
 * judged. Nothing is sent or booked. Quotas are drawn down as if it ran, so that a person whom they leave out shows.
 */
export async function estimate(deps: EstimateDeps, question: EstimateQuestion): Promise<Estimate> {
  const { campaign, plan, rule, now, for: at, version, signal } = question
  const { account, purpose, channels } = plan
  const startedAt = performance.now()
  const { policy } = deps.reach
  const quota = await deps.reach.quota(account, at)
  const draft = draftOf(quota)
  const asked: Partial<Record<Channel, number>> = {}
  const found: Omit<Estimate, 'forecast' | 'tookMs'> = {
    asOf: now,
    for: at,
    version,
    people: 0,
    notDue: 0,
    holdOut: 0,
    channels: {},
    later: {},
    reasons: {},
    refusals: {},
    variants: plan.variants.map(({ name }) => ({ name, people: 0 })),
  }
  const options = { channels, source: `${campaign}:estimate` }
  const query = { asOf: at, ...(signal && { signal }) }
  let partial = false
  for await (const { rows, facts, recalls } of ahead(deps.audiences.pages(rule, query), load)) {
    rows.forEach((row, index) => {
      const one = facts[index]
      const variant = variantOf(row, { campaign, run: '', plan, asOf: at, recalls })
      if (variant === undefined || one === undefined) found.notDue += 1
      else judge(row, one, variant)
    })
    const looked = found.people + found.notDue
    question.progress?.(looked)
    partial = looked >= (question.most ?? Number.POSITIVE_INFINITY)
    if (partial) break
  }
  const known = { ...found, forecast: forecastOf(quota, asked), tookMs: tookMs(startedAt) }
  return partial ? { ...known, partial } : known

  async function load(rows: AudienceRow[]) {
    const [facts, recalls] = await Promise.all([
      deps.reach.load(rows, account, at, options),
      recallsOf(deps.connection, campaign, plan.stages ? rows.map(({ _id }) => _id) : []),
    ])
    return { rows, facts, recalls }
  }

  function judge(row: AudienceRow, facts: Awaited<ReturnType<Reach['load']>>[number], variant: number): void {
    found.people += 1
    const share = found.variants[variant]
    if (share) share.people += 1
    if (isHeldOut(campaign, row._id, plan.holdOut)) {
      found.holdOut += 1
      return
    }
    const resolution = resolveChannel({ purpose, channels, facts, policy, quota: draft.quota, now: at })
    if ('channel' in resolution) {
      draft.take(resolution.channel)
      add(found.channels, resolution.channel)
      add(asked, resolution.channel)
      return
    }
    if ('until' in resolution) {
      add(found.later, resolution.reason)
      const wanted = resolveChannel({ purpose, channels, facts, policy, quota, now: at })
      if ('channel' in wanted) add(asked, wanted.channel)
      return
    }
    const reason = mainReason(resolution)
    if (reason) add(found.reasons, reason)
    for (const refusal of resolution.refusals) {
      found.refusals[refusal.channel] ??= {}
      add(found.refusals[refusal.channel] ?? {}, refusal.reason)
    }
  }
}

/** People whom a run would reach, now or later. */
export function reachable({ channels, later }: Pick<Estimate, 'channels' | 'later'>): number {
  return [...Object.values(channels), ...Object.values(later)].reduce((sum, count) => sum + count, 0)
}

/** Works on pages one ahead: while one is judged, the next is being read. */
async function* ahead<T>(
  pages: AsyncIterable<AudienceRow[]>,
  work: (rows: AudienceRow[]) => Promise<T>,
): AsyncGenerator<T> {
  let waiting: Promise<T> | undefined
  for await (const rows of pages) {
    const next = work(rows)
    next.catch(() => undefined)
    if (waiting) yield await waiting
    waiting = next
  }
  if (waiting) yield await waiting
}

function add<K extends string>(counts: Partial<Record<K, number>>, key: K): void {
  counts[key] = (counts[key] ?? 0) + 1
}

function tookMs(startedAt: number): number {
  return Math.round(performance.now() - startedAt)
}
