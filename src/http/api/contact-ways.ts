import { z } from 'zod'
import { contactWayReports } from './contact-way-reports.js'
import {
  account,
  type ContactWaysPort,
  found,
  named,
  slugParams,
  TAG,
  unknown,
  type WayBody,
  type WelcomeCountsPort,
  way,
} from './contact-way-shapes.js'
import { ApiError, type Route, route } from './route.js'
import { wholeList } from './sorting.js'

const listed = wholeList<WayBody>()({
  values: {
    name: ({ name }) => name,
    slug: ({ slug }) => slug,
    status: ({ status }) => status,
    channel: ({ state }) => state,
    added: ({ counts }) => counts.added,
    lost: ({ counts }) => counts.lost,
    origin: ({ origin }) => origin,
    updatedAt: ({ updatedAt }) => updatedAt,
  },
  id: ({ account, slug }) => `${account}:${slug}`,
  search: ({ slug, name, staff }) => `${slug} ${name} ${staff.join(' ')}`,
  otherwise: 'name',
})

/** The routes of contact ways (联系我, channel codes). Files' ways can be read but not written. */
export function contactWayRoutes(ports: {
  ways: ContactWaysPort
  welcomes: WelcomeCountsPort
  now: () => Date
}): Route[] {
  const { ways } = ports

  const list = route({
    method: 'GET',
    path: '/contact-ways',
    id: 'listContactWays',
    summary: 'All contact ways of an account',
    tag: TAG,
    scope: 'contacts:read',
    query: z.strictObject({ account, removed: z.enum(['true', 'false']).optional(), ...listed.query }),
    answer: z.object({ ways: z.array(way), ...listed.answer }),
    async handle({ query }) {
      const all = await ways.list({ ...named(query.account), removed: query.removed === 'true' })
      const { rows, rest } = listed.page(all, query)
      return { body: { ways: rows, ...rest } }
    },
  })

  const get = route({
    method: 'GET',
    path: '/contact-ways/:slug',
    id: 'getContactWay',
    summary: 'One contact way, with what it is on the platform',
    tag: TAG,
    scope: 'contacts:read',
    params: slugParams,
    query: z.strictObject({ account }),
    answer: way,
    errors: { 404: 'There is no such contact way.' },
    async handle({ params, query }) {
      return { body: found(await ways.find(params.slug, query.account), params.slug) }
    },
  })

  const put = route({
    method: 'PUT',
    path: '/contact-ways/:slug',
    id: 'putContactWay',
    summary: 'Make or change a contact way',
    description:
      'The way is made on the platform at once where that is possible; otherwise `status` is `pending` and `problem` says why, and it is tried again by itself. `version` names the version that is replaced (0: there is none yet). `state` and `place` cannot change later.',
    tag: TAG,
    scope: 'contacts:write',
    params: slugParams,
    query: z.strictObject({ account }),
    body: z.strictObject({ definition: z.record(z.string(), z.unknown()), version: z.int().min(0).optional() }),
    answer: way,
    errors: {
      409: 'It is a file of content/contact-ways, or was changed meanwhile.',
      422: 'The definition cannot be used.',
    },
    async handle({ params: { slug }, query, body, caller }) {
      const version = body.version === undefined ? {} : { version: body.version }
      const done = await ways.put(slug, body.definition, caller.id, { ...version, ...named(query.account) })
      switch (done.outcome) {
        case 'stored':
          return { body: done.way }
        case 'invalid':
          throw new ApiError(422, 'contact-way.invalid', 'the contact way cannot be used', { problems: done.problems })
        case 'read-only':
          throw readOnly(slug)
        case 'unknown-account':
          throw new ApiError(422, 'account.unknown', `there is no WeCom app '${query.account}'`)
        default:
          throw new ApiError(409, 'contact-way.stale', `the contact way has version ${done.version} now; read it again`)
      }
    },
  })

  const remove = route({
    method: 'DELETE',
    path: '/contact-ways/:slug',
    id: 'deleteContactWay',
    summary: 'Remove a contact way from the platform',
    description: 'Printed codes stop working. Its counts and its channel are kept.',
    tag: TAG,
    scope: 'contacts:write',
    params: slugParams,
    query: z.strictObject({ account }),
    answer: z.object({ slug: z.string() }),
    errors: { 404: 'There is no such contact way.', 409: 'It is a file of content/contact-ways.' },
    async handle({ params: { slug }, query, caller }) {
      const removed = await ways.remove(slug, caller.id, query.account)
      if (removed === 'removed') return { body: { slug } }
      if (removed === 'read-only') throw readOnly(slug)
      throw unknown(slug)
    },
  })

  return [list, get, put, remove, ...contactWayReports(ports)]
}

function readOnly(slug: string): ApiError {
  const field = `content/contact-ways/${slug}.yaml`
  return new ApiError(409, 'contact-way.read-only', `'${slug}' is a file of content/contact-ways`, {
    problems: [{ field, message: 'read-only here', fix: 'edit the file, or take another name' }],
  })
}
