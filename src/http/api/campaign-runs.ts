import { z } from 'zod'
import { refusable } from './campaign-refusals.js'
import { namesOf } from './campaigns.js'
import { type Route, route } from './route.js'

/** How one person of a run stands. */
const STATES = [
  'waiting',
  'sending',
  'sent',
  'skipped',
  'failed',
  'retry',
  'uncertain',
  'cancelled',
  'expired',
  'waiting-visit',
] as const
type State = (typeof STATES)[number]

interface By {
  by: string
  note?: string
}

/** What the routes ask of campaigns; `createCampaigns` is it. */
export interface CampaignRunPort {
  recipients(
    id: string,
    occurrence: string,
    states: readonly State[],
    page: { after?: string; limit?: number },
  ): Promise<{ recipients: z.input<typeof recipient>[]; next?: string }>
  resend(id: string, occurrence: string, whom: readonly string[] | 'failed' | 'uncertain', by: By): Promise<number>
  treatAsSent(id: string, occurrence: string, whom: readonly string[] | 'uncertain', by: By): Promise<number>
  log(id: string): Promise<Omit<z.input<typeof line>, 'name'>[]>
}

const TAG = 'Campaigns'
const inRun = z.strictObject({
  id: z.string().min(2).max(48),
  occurrence: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{4}$/, 'looks like 2026-09-20T1000'),
})
const contacts = z
  .array(z.string().regex(/^[0-9a-f]{24}$/, 'is no contact’s id'))
  .min(1)
  .max(100)
  .describe('these people')
const note = z.string().max(500).optional().describe('why, for the record')

const recipient = z
  .object({
    contact: z.string(),
    to: z.string().describe('the person’s id on the account; empty once erased'),
    state: z.enum(STATES),
    variant: z.int(),
    channel: z.string().optional(),
    reason: z.string().optional(),
    code: z.int().optional().describe('the platform’s error code'),
    at: z.date().optional(),
  })
  .meta({ id: 'CampaignRecipient' })

const line = z
  .object({
    at: z.date(),
    type: z.string(),
    action: z.string().optional(),
    by: z.string().optional(),
    name: z.string().optional().describe('what the person is called'),
    note: z.string().optional(),
    occurrence: z.string().optional(),
    version: z.int().optional(),
    people: z.int().optional(),
  })
  .meta({ id: 'CampaignLogLine' })

/** The people of a run, putting right what did not end well, and who did what when. */
export function campaignRunRoutes(
  campaigns: CampaignRunPort,
  nameOf?: (id: string) => Promise<string | undefined>,
): Route[] {
  const errors = { 404: 'There is no such campaign or run.' }
  const states = { ...errors, 409: 'The run has not begun.' }
  return [
    route({
      id: 'listCampaignRecipients',
      method: 'GET',
      path: '/campaigns/:id/runs/:occurrence/recipients',
      tag: TAG,
      summary: 'The people of a run by how they stand, in pages.',
      scope: 'deliveries:read',
      params: inRun,
      query: z.strictObject({
        state: z.enum(STATES).optional().describe('those that failed or have an unclear end unless given'),
        after: z.string().max(400).optional(),
        size: z.coerce.number().int().min(1).max(500).default(50),
      }),
      answer: z.object({ recipients: z.array(recipient), next: z.string().optional() }),
      errors,
      async handle({ params, query: { state, after, size } }) {
        const wanted: State[] = state === undefined ? ['uncertain', 'failed'] : [state]
        const page = { limit: size, ...(after !== undefined && { after }) }
        return { body: await refusable(campaigns.recipients(params.id, params.occurrence, wanted, page)) }
      },
    }),
    route({
      id: 'resendCampaign',
      method: 'POST',
      path: '/campaigns/:id/runs/:occurrence/resend',
      tag: TAG,
      summary: 'Send it once more (补发) to those to whom it failed, or of whom nobody knows.',
      description: 'Somebody whose first message did arrive gets it twice: look before you resend to uncertain ones.',
      scope: 'deliveries:write',
      params: inRun,
      body: z.strictObject({ whom: z.union([z.enum(['failed', 'uncertain']), contacts]), note }),
      answer: z.object({ people: z.int().describe('to how many') }),
      errors: states,
      async handle({ params: { id, occurrence }, body, caller }) {
        const by = { by: caller.id, ...(body.note !== undefined && { note: body.note }) }
        return { body: { people: await refusable(campaigns.resend(id, occurrence, body.whom, by)) } }
      },
    }),
    route({
      id: 'treatCampaignAsSent',
      method: 'POST',
      path: '/campaigns/:id/runs/:occurrence/treat-as-sent',
      tag: TAG,
      summary: 'Unclear ends count as sent (视为已发).',
      scope: 'deliveries:write',
      params: inRun,
      body: z.strictObject({ whom: z.union([z.literal('uncertain'), contacts]), note }),
      answer: z.object({ people: z.int() }),
      errors: states,
      async handle({ params: { id, occurrence }, body, caller }) {
        const by = { by: caller.id, ...(body.note !== undefined && { note: body.note }) }
        return { body: { people: await refusable(campaigns.treatAsSent(id, occurrence, body.whom, by)) } }
      },
    }),
    route({
      id: 'getCampaignLog',
      method: 'GET',
      path: '/campaigns/:id/log',
      tag: TAG,
      summary: 'Who did what about a campaign and its runs, the newest 200 first.',
      scope: 'campaigns:read',
      params: inRun.pick({ id: true }),
      answer: z.object({ lines: z.array(line) }),
      async handle({ params }) {
        const lines = await campaigns.log(params.id)
        const names = await namesOf(
          lines.map(({ by }) => by),
          nameOf,
        )
        const named = lines.map((one) => {
          const name = one.by === undefined ? undefined : names[one.by]
          return { ...one, ...(name !== undefined && { name }) }
        })
        return { body: { lines: named } }
      },
    }),
  ]
}
