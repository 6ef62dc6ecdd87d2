import { z } from 'zod'
import {
  account,
  type ContactWaysPort,
  found,
  named,
  slugParams,
  TAG,
  unknown,
  type WelcomeCountsPort,
  way,
  wayDay,
} from './contact-way-shapes.js'
import { ApiError, type Route, route } from './route.js'

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** Making anew, counts, the rota at a moment, and how welcomes ended. */
export function contactWayReports(ports: {
  ways: ContactWaysPort
  welcomes: WelcomeCountsPort
  now: () => Date
}): Route[] {
  const { ways, welcomes, now } = ports

  const remake = route({
    method: 'POST',
    path: '/contact-ways/:slug/remake',
    id: 'remakeContactWay',
    summary: 'Make a contact way anew whose code is gone from the platform',
    description: 'The picture is another one afterwards: replace what is printed.',
    tag: TAG,
    scope: 'contacts:write',
    params: slugParams,
    query: z.strictObject({ account }),
    answer: way,
    errors: { 404: 'There is no such contact way on the platform.', 409: 'It is live: it would leave a second code.' },
    async handle({ params: { slug }, query }) {
      const known = found(await ways.find(slug, query.account), slug)
      if (known.status !== 'gone')
        throw new ApiError(409, 'contact-way.live', `'${slug}' is not gone from the platform`)
      return { body: found(await ways.remake(slug, query.account), slug) }
    },
  })

  const days = route({
    method: 'GET',
    path: '/contact-ways/:slug/days',
    id: 'listContactWayDays',
    summary: 'Newcomers and losses by business day and member, newest first',
    tag: TAG,
    scope: 'contacts:read',
    params: slugParams,
    query: z.strictObject({ account, limit: z.coerce.number().int().min(1).max(1000).default(100) }),
    answer: z.object({ days: z.array(wayDay) }),
    handle: async ({ params, query }) => ({
      body: { days: await ways.days(params.slug, { ...named(query.account), limit: query.limit }) },
    }),
  })

  const duty = route({
    method: 'GET',
    path: '/contact-ways/:slug/on-duty',
    id: 'contactWayOnDuty',
    summary: 'Who receives newcomers at a moment, by the rota',
    tag: TAG,
    scope: 'contacts:read',
    params: slugParams,
    query: z.strictObject({ account, at: moment.optional() }),
    answer: z.object({ at: z.date(), staff: z.array(z.string()), by: z.enum(['slot', 'holiday', 'spare']) }),
    errors: { 404: 'There is no such contact way.' },
    async handle({ params, query }) {
      const at = query.at ?? now()
      const on = await ways.onDuty(params.slug, at, query.account)
      if (!on) throw unknown(params.slug)
      return { body: { at, ...on } }
    },
  })

  const welcomed = route({
    method: 'GET',
    path: '/welcomes/counts',
    id: 'countWelcomes',
    summary: 'How the welcomes of new customers ended',
    tag: TAG,
    scope: 'contacts:read',
    query: z.strictObject({ account, from: moment.optional().meta({ description: 'the last 24 h unless given' }) }),
    answer: z.object({ from: z.date(), counts: z.record(z.string(), z.int()) }),
    async handle({ query }) {
      const from = query.from ?? new Date(now().getTime() - 86_400_000)
      return { body: { from, counts: await welcomes.counts({ ...named(query.account), from }) } }
    },
  })

  return [remake, days, duty, welcomed]
}
