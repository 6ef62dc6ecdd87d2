import { z } from 'zod'
import type { SortedPage } from '../../core/sort.js'
import { sortBy } from './sorting.js'

/** Where a campaign is in its life. */
export const campaignState = z.enum([
  'draft',
  'estimated',
  'approved',
  'scheduled',
  'running',
  'paused',
  'done',
  'stopped',
])

/** What campaigns can be ordered by; the last changed first unless given. */
export const campaignSort = sortBy(['name', 'id', 'state', 'people', 'next', 'updatedAt'])

const counts = z.record(z.string(), z.int())
const reason = z.object({
  code: z
    .string()
    .describe('by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ...'),
  text: z.string(),
  at: z.date(),
  by: z.string().optional(),
})

/** Who would get a campaign, and who not and why. */
export const estimateView = z
  .object({
    asOf: z.date(),
    for: z.date().describe('the time of the run it was reckoned for'),
    version: z.int(),
    people: z.int().describe('in the audience; with stages, whose turn it is'),
    notDue: z.int(),
    holdOut: z.int(),
    channels: counts.describe('people who would be sent something, by channel'),
    later: counts.describe('people who would be sent something later in the run'),
    reasons: counts.describe('people who cannot be reached, by the most telling reason'),
    refusals: z.record(z.string(), counts).describe('by channel, all that stands against it'),
    variants: z.array(z.object({ name: z.string(), people: z.int() })),
    forecast: z
      .array(
        z.object({
          channel: z.string(),
          people: z.int(),
          calls: z.int(),
          fits: z.int().describe('people the quota reaches today'),
          beyond: z.int().describe('people it leaves out'),
          left: z.number().optional(),
          perDay: z.number().optional(),
          days: z.int().optional(),
          until: z.date().optional(),
        }),
      )
      .describe('what the platform’s quotas allow of it'),
    tookMs: z.int(),
    partial: z.literal(true).optional().describe('not everybody was looked at: the bound of a look before saving'),
  })
  .meta({ id: 'CampaignEstimate' })

const progress = z
  .object({
    recipients: z.int(),
    states: counts,
    reasons: counts,
    variants: z.array(z.object({ sent: z.int(), failed: z.int(), uncertain: z.int() })),
    firstSentAt: z.date().optional(),
    lastSentAt: z.date().optional(),
    done: z.boolean(),
  })
  .meta({ id: 'CampaignProgress' })

/** A campaign as it is shown; its definition is added where the schema is known. */
export const campaignView = z
  .object({
    id: z.string(),
    state: campaignState,
    version: z.int().describe('of the definition; name it when editing and approving'),
    authors: z.array(z.string()),
    createdAt: z.date(),
    updatedAt: z.date(),
    estimate: estimateView.optional(),
    approval: z.object({ by: z.string(), at: z.date(), version: z.int(), people: z.int() }).optional(),
    next: z.object({ key: z.string(), at: z.date(), manual: z.literal(true).optional() }).optional(),
    reason: reason.optional(),
  })
  .meta({ id: 'Campaign' })

/** One run of a campaign. */
export const runView = z
  .object({
    occurrence: z.string(),
    state: z.enum([
      'scheduled',
      'expanding',
      'sending',
      'resting',
      'paused',
      'done',
      'stopped',
      'skipped',
      'cancelled',
    ]),
    dueAt: z.date(),
    asOf: z.date().optional().describe('when its audience was frozen'),
    version: z.int().optional(),
    wave: z.int().optional(),
    counts: z.object({ people: z.int(), holdOut: z.int(), chunks: z.int() }).optional(),
    estimate: estimateView.optional(),
    progress: progress.optional(),
    optOuts: z.int().optional(),
    endedAt: z.date().optional(),
    reason: reason.optional(),
  })
  .meta({ id: 'CampaignRun' })

/** A run without what is nobody's business outside. */
export function runViewOf(run: z.input<typeof runView>): z.input<typeof runView> {
  const shown = Object.keys(runView.shape) as (keyof typeof run)[]
  return Object.fromEntries(shown.flatMap((key) => (run[key] === undefined ? [] : [[key, run[key]]]))) as typeof run
}

/** How one person stands to a campaign. */
export const standing = z
  .object({
    inAudience: z.boolean(),
    heldOut: z.boolean(),
    variant: z.string().optional(),
    run: z.string().optional(),
    end: z
      .object({
        state: z.string(),
        channel: z.string().optional(),
        reason: z.string().optional(),
        code: z.int().optional(),
        at: z.date().optional(),
        variant: z.int(),
      })
      .optional(),
  })
  .meta({ id: 'CampaignStanding' })

/** A message on trial. */
export const trialSent = z.object({
  key: z.string().describe('for GET /deliveries'),
  to: z.string(),
  variant: z.string(),
})

type Shown = Omit<z.input<typeof campaignView>, 'id'>
/** A campaign as the engine gives it. */
export type CampaignShown = Shown & { _id: string; rev: number; definition: Record<string, unknown> }

interface By {
  by: string
  note?: string
}
/** What the routes ask of campaigns; `createCampaigns` is it. `P` is a contact's row. */
export interface CampaignPort<P> {
  find(id: string): Promise<CampaignShown>
  page(query: {
    state?: z.output<typeof campaignState> | undefined
    text?: string | undefined
    sort?: z.output<typeof campaignSort>
    after?: string | undefined
    limit?: number | undefined
  }): Promise<SortedPage<CampaignShown>>
  show(id: string): Promise<{ campaign: CampaignShown; runs: z.input<typeof runView>[] }>
  runOf(id: string, occurrence: string): Promise<z.input<typeof runView>>
  create(given: By & { id: string; definition: unknown }): Promise<CampaignShown>
  edit(id: string, given: By & { version: number; definition: unknown }): Promise<CampaignShown>
  remove(id: string): Promise<void>
  estimate(id: string, options: By & { signal: AbortSignal }): Promise<unknown>
  approve(id: string, by: By & { version: number }): Promise<CampaignShown>
  schedule(id: string, by: By): Promise<CampaignShown>
  run(id: string, by: By): Promise<CampaignShown>
  pause(id: string, by: By): Promise<CampaignShown>
  resume(id: string, by: By): Promise<CampaignShown>
  stop(id: string, by: By): Promise<CampaignShown>
  withdraw(id: string, by: By): Promise<CampaignShown>
  move(id: string, asked: By & { version: number; at: string }): Promise<CampaignShown>
  trial(
    id: string,
    trial: { contact?: string | undefined; to?: string | undefined; variant?: string | undefined; nonce: string },
  ): Promise<z.input<typeof trialSent>>
  standing(id: string, person: P): Promise<z.input<typeof standing>>
}

/** A campaign without what is nobody's business outside. */
export function viewOf({ _id, rev: _, ...row }: CampaignShown) {
  return { id: _id, ...row }
}
