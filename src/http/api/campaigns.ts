import { z } from 'zod'
import { refusable } from './campaign-refusals.js'
import {
  type CampaignPort,
  type CampaignShown,
  campaignSort,
  campaignState,
  campaignView,
  runView,
  runViewOf,
  standing,
  trialSent,
  viewOf,
} from './campaign-view.js'
import { ApiError, type Route, route } from './route.js'
import { cursor, part } from './sorting.js'

/** What the campaign routes are made of. */
export interface CampaignRoutePorts<P> {
  campaigns: CampaignPort<P>
  /** A contact's row, for `standing`. */
  contact(id: string): Promise<P | undefined>
  /** The JSON Schema of a definition, for the description. */
  definition: object
  newNonce(): string
  /** What a person of the console is called; undefined for API keys. */
  nameOf?(id: string): Promise<string | undefined>
}

const TAG = 'Campaigns'
const id = z.string().min(2).max(48).describe('the campaign’s name')
const one = z.strictObject({ id })
const inRun = z.strictObject({
  id,
  occurrence: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{4}$/, 'looks like 2026-09-20T1000'),
})
const noted = z.strictObject({ note: z.string().max(500).optional().describe('why, for the record') }).optional()
const UNKNOWN = { 404: 'There is no such campaign.' }
const STATES = { ...UNKNOWN, 409: 'Its state does not allow that; `detail` says what does.' }

/** Campaigns over HTTP. Nothing here sends: a worker carries out what was decided. */
export function createCampaignRoutes<P>(ports: CampaignRoutePorts<P>): Route[] {
  const { campaigns, contact, definition, newNonce, nameOf } = ports
  const written = z.record(z.string(), z.unknown()).meta({ ...definition, id: 'CampaignDefinition' })
  const whole = campaignView.extend({ definition: written })

  async function shown(doing: Promise<CampaignShown>) {
    return { body: viewOf(await refusable(doing)) }
  }

  /** One action on a campaign that is idempotent by nature. */
  const action = (
    name: string,
    summary: string,
    act: (name: string, by: { by: string; note?: string }) => Promise<CampaignShown>,
    description?: string,
  ) =>
    route({
      id: `${name}Campaign`,
      method: 'POST',
      path: `/campaigns/:id/${name}`,
      tag: TAG,
      summary,
      ...(description !== undefined && { description }),
      scope: 'campaigns:write',
      params: one,
      body: noted,
      answer: whole,
      errors: STATES,
      handle: ({ params, body, caller }) =>
        shown(act(params.id, { by: caller.id, ...(body?.note !== undefined && { note: body.note }) })),
    })

  return [
    route({
      id: 'listCampaigns',
      method: 'GET',
      path: '/campaigns',
      tag: TAG,
      summary: 'Campaigns, page by page, the last changed first.',
      scope: 'campaigns:read',
      query: z.strictObject({
        state: campaignState.optional(),
        text: part,
        sort: campaignSort,
        after: cursor,
        limit: z.coerce.number().int().min(1).max(1000).optional(),
      }),
      answer: z.object({ campaigns: z.array(whole), next: z.string().optional() }),
      async handle({ query }) {
        const { rows, ...more } = await campaigns.page(query)
        return { body: { campaigns: rows.map(viewOf), ...more } }
      },
    }),
    route({
      id: 'createCampaign',
      method: 'POST',
      path: '/campaigns',
      tag: TAG,
      summary: 'Make a campaign; it starts as a draft.',
      description: 'The same name with the same definition again changes nothing; with another one it is refused.',
      scope: 'campaigns:write',
      idempotent: true,
      body: z.strictObject({ id, definition: written }),
      answer: whole,
      errors: { 409: 'There is a campaign of that name.', 422: 'The definition has mistakes; `errors` names each.' },
      async handle({ body, caller }) {
        return { status: 201, ...(await shown(campaigns.create({ ...body, by: caller.id }))) }
      },
    }),
    route({
      id: 'getCampaign',
      method: 'GET',
      path: '/campaigns/:id',
      tag: TAG,
      summary: 'A campaign with its newest runs, the estimate beside the outcome.',
      scope: 'campaigns:read',
      params: one,
      answer: whole.extend({
        runs: z.array(runView),
        names: z.record(z.string(), z.string()).describe('what the people named in it are called, by their ids'),
      }),
      errors: UNKNOWN,
      async handle({ params }) {
        const { campaign, runs } = await refusable(campaigns.show(params.id))
        const { authors, approval, reason } = campaign
        const names = await namesOf([...authors, approval?.by, reason?.by], nameOf)
        return { body: { ...viewOf(campaign), runs: runs.map(runViewOf), names } }
      },
    }),
    route({
      id: 'editCampaign',
      method: 'PUT',
      path: '/campaigns/:id',
      tag: TAG,
      summary: 'Replace the definition.',
      description: `\`version\` names the version that the edit is based on. When somebody else was quicker the answer is 409 and
\`errors\` names each field that differs. Estimate and approval are taken back.`,
      scope: 'campaigns:write',
      params: one,
      body: z.strictObject({ version: z.int().min(1), definition: written }),
      answer: whole,
      errors: { ...STATES, 422: 'The definition has mistakes; `errors` names each.' },
      handle: ({ params, body, caller }) => shown(campaigns.edit(params.id, { ...body, by: caller.id })),
    }),
    route({
      id: 'removeCampaign',
      method: 'DELETE',
      path: '/campaigns/:id',
      tag: TAG,
      summary: 'Remove a draft that never ran.',
      scope: 'campaigns:write',
      params: one,
      answer: z.object({ removed: z.literal(true) }),
      errors: STATES,
      async handle({ params }) {
        await refusable(campaigns.remove(params.id))
        return { body: { removed: true as const } }
      },
    }),
    route({
      id: 'estimateCampaign',
      method: 'POST',
      path: '/campaigns/:id/estimate',
      tag: TAG,
      summary: 'Look at every person of the audience the way the sender will, and keep what was found.',
      scope: 'campaigns:write',
      params: one,
      answer: whole,
      errors: { ...STATES, 422: 'Its audience cannot be used.' },
      async handle({ params, caller, signal }) {
        await refusable(campaigns.estimate(params.id, { by: caller.id, signal }))
        return shown(campaigns.find(params.id))
      },
    }),
    route({
      id: 'approveCampaign',
      method: 'POST',
      path: '/campaigns/:id/approve',
      tag: TAG,
      summary: 'Approve the version that was estimated.',
      scope: 'campaigns:write',
      params: one,
      body: z.strictObject({ version: z.int().min(1).describe('the version that was looked at') }),
      answer: whole,
      errors: { ...STATES, 403: 'It is too large for its author’s own approval.' },
      handle: ({ params, body, caller }) =>
        shown(campaigns.approve(params.id, { by: caller.id, version: body.version })),
    }),
    route({
      id: 'moveCampaign',
      method: 'POST',
      path: '/campaigns/:id/move',
      tag: TAG,
      summary: 'Put one that runs once at another time, as a calendar does.',
      description: `The approval stays for a campaign so small that its author may approve it (\`campaigns.approvalAbove\`); a larger one
goes back to a draft, to be estimated, approved and scheduled again: \`state\` tells.`,
      scope: 'campaigns:write',
      params: one,
      body: z.strictObject({
        version: z.int().min(1).describe('the version that was looked at'),
        at: z
          .string()
          .max(40)
          .describe(
            'an instant with its offset (2026-09-20T10:00:00+08:00), put into the schedule’s own zone; or local text of that zone (2026-09-20T10:00)',
          ),
        note: z.string().max(500).optional(),
      }),
      answer: whole,
      errors: { ...STATES, 422: 'The time is over, or after its end.' },
      handle: ({ params, body: { version, at, note }, caller }) =>
        shown(campaigns.move(params.id, { by: caller.id, version, at, ...(note !== undefined && { note }) })),
    }),
    action('schedule', 'Put it on the calendar by its schedule.', (name, by) => campaigns.schedule(name, by)),
    action('run', 'Run it now, whatever its schedule says.', (name, by) => campaigns.run(name, by)),
    action('pause', 'Let nothing more leave until it is resumed.', (name, by) => campaigns.pause(name, by)),
    action('resume', 'Go on where it was paused.', (name, by) => campaigns.resume(name, by)),
    action('stop', 'Call back for good what has not left, and run it no more.', (name, by) => campaigns.stop(name, by)),
    action('withdraw', 'Take it off the calendar, to be edited.', (name, by) => campaigns.withdraw(name, by)),
    route({
      id: 'testCampaign',
      method: 'POST',
      path: '/campaigns/:id/test',
      tag: TAG,
      summary: 'Send its message to one person, outside of consent, caps and runs.',
      description: 'The platform’s rules hold: without an open window it ends as skipped; see GET /deliveries.',
      scope: 'campaigns:write',
      idempotent: true,
      params: one,
      body: z
        .strictObject({
          contact: z.string().max(24).optional(),
          to: z.string().max(128).optional().describe('the person’s id on the account (an openid)'),
          variant: z.string().max(30).optional(),
        })
        .refine(
          ({ contact: known, to }) => (known === undefined) !== (to === undefined),
          'names a contact or an openid',
        ),
      answer: trialSent,
      errors: { ...UNKNOWN, 422: 'The person is not known on the account, or the content is not there.' },
      async handle({ params, body, idempotencyKey, caller }) {
        const nonce = idempotencyKey === undefined ? newNonce() : `${caller.id}:${idempotencyKey}`
        return { status: 202, body: await refusable(campaigns.trial(params.id, { ...body, nonce })) }
      },
    }),
    route({
      id: 'getCampaignRun',
      method: 'GET',
      path: '/campaigns/:id/runs/:occurrence',
      tag: TAG,
      summary: 'One run: how far it is, or how it ended.',
      scope: 'campaigns:read',
      params: inRun,
      answer: runView,
      errors: UNKNOWN,
      async handle({ params }) {
        return { body: runViewOf(await refusable(campaigns.runOf(params.id, params.occurrence))) }
      },
    }),
    route({
      id: 'getCampaignRecipient',
      method: 'GET',
      path: '/campaigns/:id/contacts/:contact',
      tag: TAG,
      summary: 'How one person stands to a campaign: in its audience or not, what they get, what became of them.',
      scope: 'campaigns:read',
      params: z.strictObject({ id, contact: z.string().regex(/^[0-9a-f]{24}$/, 'is no contact’s id') }),
      answer: standing,
      errors: { 404: 'There is no such campaign or contact.' },
      async handle({ params }) {
        const person = await contact(params.contact)
        if (!person) throw new ApiError(404, 'contact.unknown', 'there is no such contact')
        return { body: await refusable(campaigns.standing(params.id, person)) }
      },
    }),
  ]
}

/** The people's names by their ids; whoever is not a person of the console is left out. */
export async function namesOf(
  ids: readonly (string | undefined)[],
  nameOf: ((id: string) => Promise<string | undefined>) | undefined,
): Promise<Record<string, string>> {
  const wanted = [...new Set(ids)].filter((one): one is string => one !== undefined)
  const named = await Promise.all(wanted.map(async (one) => [one, await nameOf?.(one)] as const))
  return Object.fromEntries(named.filter((one): one is [string, string] => one[1] !== undefined))
}
