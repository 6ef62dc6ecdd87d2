import { z } from 'zod'
import { ApiError, type Route, route } from './route.js'

const words = { zh: z.string(), en: z.string() }

/** The answer, as `createWhy` gives it. */
export const why = z
  .object({
    contact: z.string(),
    account: z.string(),
    to: z.string().optional().describe('the person’s id on the account'),
    campaign: z.string().optional(),
    purpose: z.enum(['reply', 'service', 'marketing', 'care']),
    at: z.date(),
    verdict: z.object({ ...words, ok: z.boolean() }).describe('the answer in one sentence'),
    lines: z
      .array(
        z.object({
          topic: z
            .string()
            .describe('campaign, follow, consent, caps, window, mass, quota, quiet, channel or delivery'),
          ok: z.boolean().describe('false: this stands against the message'),
          ...words,
          fix: z.object(words).optional(),
          at: z.date().optional(),
          evidence: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .describe('everything that was looked at'),
  })
  .meta({ id: 'Why' })

/** What the route is made of. */
export interface WhyRoutePorts {
  /** Explains one contact; undefined when there is none. May throw errors with a `code` for an unknown campaign or account. */
  why(question: {
    who: string
    campaign?: string | undefined
    account?: string | undefined
    purpose?: 'reply' | 'service' | 'marketing' | 'care' | undefined
  }): Promise<z.input<typeof why> | undefined>
}

/** `GET /contacts/:id/why`: why somebody gets a message, or does not. */
export function createWhyRoutes(ports: WhyRoutePorts): Route[] {
  return [
    route({
      id: 'explainContact',
      method: 'GET',
      path: '/contacts/:id/why',
      tag: 'People',
      summary: 'Why somebody gets a message, or does not',
      description:
        'In plain words, with evidence: follow state, consent, caps with the messages that count, window, quota and, with `campaign`, what became of this person in it.',
      scope: 'contacts:read',
      params: z.object({ id: z.string().min(1).max(128).describe('the contact, or the person’s id on an account') }),
      query: z.object({
        campaign: z.string().max(128).optional(),
        account: z.string().max(32).optional(),
        purpose: z.enum(['reply', 'service', 'marketing', 'care']).optional().describe('without a campaign; marketing'),
      }),
      answer: why,
      errors: { 404: 'There is no such contact, campaign or account.' },
      async handle({ params, query }) {
        const found = await ports.why({ who: params.id, ...query }).catch(unknownOne)
        if (found === undefined) throw new ApiError(404, 'contact.unknown', 'there is no such contact')
        return { body: found }
      },
    }),
  ]
}

/** A campaign or account that does not exist is the caller's to mend. */
function unknownOne(error: unknown): never {
  if (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'campaign.unknown' || error.code === 'account.unknown')
  ) {
    throw new ApiError(404, error.code, error.message)
  }
  throw error
}
