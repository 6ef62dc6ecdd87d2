import { z } from 'zod'
import { refusable } from './campaign-refusals.js'
import { estimateView } from './campaign-view.js'
import { ApiError, type Route, route } from './route.js'
import { why } from './why.js'

/** What the routes of campaigns that are being written ask for. */
export interface DraftPort {
  look(unsaved: Unsaved, signal: AbortSignal): Promise<{ audience: number; estimate: z.input<typeof estimateView> }>
  /** What a person (or nobody in particular) would see; undefined when there is no such contact. */
  preview(unsaved: Unsaved, contact: string | undefined, variant: string | undefined): Promise<Previewed | undefined>
  templates(): Promise<z.input<typeof template>[]>
  options(): Promise<z.input<typeof options>>
}

interface Unsaved {
  id?: string | undefined
  definition: unknown
}
type Previewed = z.input<typeof preview>

const TAG = 'Campaigns'
const words = z.object({ zh: z.string(), en: z.string() })
const definition = z.record(z.string(), z.unknown())
const id = z.string().max(48).optional().describe('the campaign’s name, where it has one')

const template = z
  .object({
    id: z.string(),
    title: words,
    about: words,
    origin: z.enum(['house', 'file']),
    definition,
    suggests: z
      .object({ days: z.int(), time: z.string() })
      .describe('when it is usually sent: days from now, local time'),
  })
  .meta({ id: 'CampaignTemplate' })

const options = z
  .object({
    accounts: z.array(z.string()),
    timeZone: z.string(),
    caps: z.object({ day: z.int(), week: z.int(), month: z.int() }),
    quietHours: z.object({ hours: z.string(), mode: z.enum(['next', 'abort', 'ignore']) }),
    approvalAbove: z.int().describe('for more people somebody else than the authors must approve'),
    articles: z.array(z.object({ slug: z.string(), title: z.string(), cover: z.string().optional() })),
    cards: z.array(z.object({ slug: z.string(), title: z.string(), app: z.string() })),
  })
  .meta({ id: 'CampaignOptions' })

const preview = z
  .object({
    account: z.string(),
    variant: z.string().optional(),
    message: z
      .looseObject({ kind: z.string() })
      .optional()
      .describe('complete, as the platform would get it; absent while nothing is written'),
    why: why.optional().describe('with a contact: would the person get it, and everything that was looked at'),
  })
  .meta({ id: 'CampaignPreview' })

/** Looks at campaigns that are being written. Nothing is stored, sent or booked. */
export function campaignDraftRoutes(drafts: DraftPort): Route[] {
  return [
    route({
      id: 'campaignOptions',
      method: 'GET',
      path: '/campaign-options',
      tag: TAG,
      summary: 'What a campaign can be made of: accounts, articles, cards, and the house’s rules.',
      scope: 'campaigns:read',
      answer: options,
      handle: async () => ({ body: await drafts.options() }),
    }),
    route({
      id: 'listCampaignTemplates',
      method: 'GET',
      path: '/campaign-templates',
      tag: TAG,
      summary: 'Campaigns to begin with: the product’s, and those of content/campaigns.',
      scope: 'campaigns:read',
      answer: z.object({ templates: z.array(template) }),
      handle: async () => ({ body: { templates: await drafts.templates() } }),
    }),
    route({
      id: 'estimateDraft',
      method: 'POST',
      path: '/campaigns/estimate',
      looks: true,
      tag: TAG,
      summary: 'Who would get a campaign that is not saved; its name and content may still be missing.',
      description: `\`audience\` is exact. The estimate looks at the first 20,000 people at most (\`partial\`), ends when the caller goes
away, and is refused with 429 while three others are under way. The one that an approval needs is \`POST /campaigns/:id/estimate\`.`,
      scope: 'campaigns:write',
      body: z.strictObject({ id, definition }),
      answer: z.object({ audience: z.int(), estimate: estimateView }),
      errors: { 422: 'The definition has mistakes; `errors` names each.' },
      async handle({ body, signal }) {
        return { body: await refusable(drafts.look(body, signal)) }
      },
    }),
    route({
      id: 'previewCampaign',
      method: 'POST',
      path: '/campaigns/preview',
      looks: true,
      tag: TAG,
      summary: 'What one person would see, and whether they would get it and why.',
      scope: 'campaigns:write',
      body: z.strictObject({
        id,
        definition,
        contact: z.string().max(128).optional().describe('our id of the contact, or an id on an account (an openid)'),
        variant: z.string().max(30).optional().describe('the one that is due unless named'),
      }),
      answer: preview,
      errors: { 404: 'There is no such contact.', 422: 'The definition has mistakes; `errors` names each.' },
      async handle({ body: { contact, variant, ...unsaved } }) {
        const found = await refusable(drafts.preview(unsaved, contact, variant))
        if (found) return { body: found }
        throw new ApiError(404, 'contact.unknown', 'there is no such contact', {
          problems: [
            { field: 'contact', message: 'nobody of that id is known', fix: 'look for the person in contacts' },
          ],
        })
      },
    }),
  ]
}
