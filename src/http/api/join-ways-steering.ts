import { z } from 'zod'
import { type DefinedItem, type DefinitionsPort, definitionBody, readOnly, slugParams, stored } from './join-ways.js'
import { ApiError, type Route, route } from './route.js'

/** What the routes ask of steering; `src/groups/steer/steer.ts` is it. */
export interface SteerPort {
  readonly sets: DefinitionsPort & {
    list(): Promise<DefinedItem[]>
    find(slug: string): Promise<DefinedItem | undefined>
    remove(slug: string): Promise<'removed' | 'unknown' | 'read-only'>
  }
  /** Undefined when there is no such contact; throws AppError `steer.unknown` when there is no such set. */
  attempt(
    name: string,
    contact: string,
    about: { said?: string | undefined; scene?: string | undefined; state?: string | undefined },
  ): Promise<z.input<typeof tried> | undefined>
}

const TAG = 'groups'
const place = z.union([z.int(), z.literal('default')]).meta({ description: 'the place of the rule, from 0' })
const passed = z.array(z.object({ rule: place, way: z.string(), why: z.enum(['unfit', 'full', 'unready', 'already']) }))
const choice = z.discriminatedUnion('to', [
  z.object({ to: z.literal('way'), way: z.string(), rule: place, passed }),
  z.object({
    to: z.literal('already'),
    way: z.string(),
    rule: place,
    chatId: z.string(),
    group: z.string(),
    passed,
  }),
  z.object({ to: z.literal('waiting'), full: z.array(z.string()), passed }),
  z.object({ to: z.literal('nobody'), passed }),
])
const tried = z.object({
  facts: z.object({
    tags: z.array(z.string()).readonly(),
    segments: z.array(z.string()).readonly(),
    said: z.string().optional(),
    scenes: z.array(z.string()).readonly(),
    states: z.array(z.string()).readonly(),
    city: z.string().optional(),
    groups: z.array(z.string()).readonly(),
  }),
  choice,
  unjudged: z.array(z.object({ segment: z.string(), reason: z.string() })),
})

const summary = z.object({
  slug: z.string(),
  title: z.string(),
  origin: z.enum(['file', 'store']),
  version: z.int().optional(),
  definition: z.record(z.string(), z.unknown()),
})

/** Steering rules over HTTP: which group somebody is led to. */
export function steeringRoutes({ steer }: { steer: SteerPort }): Route[] {
  const { sets } = steer

  const list = route({
    method: 'GET',
    path: '/steering',
    id: 'listSteering',
    summary: 'All rule sets that lead people to groups',
    tag: TAG,
    scope: 'groups:read',
    answer: z.object({ sets: z.array(summary) }),
    handle: async () => ({ body: { sets: (await sets.list()).map(viewOf) } }),
  })

  const get = route({
    method: 'GET',
    path: '/steering/:slug',
    id: 'getSteering',
    summary: 'A rule set',
    tag: TAG,
    scope: 'groups:read',
    params: slugParams,
    answer: summary,
    errors: { 404: 'There is no such rule set.' },
    async handle({ params: { slug } }) {
      const found = await sets.find(slug)
      if (found) return { body: viewOf(found) }
      throw unknownSet(slug)
    },
  })

  const put = route({
    method: 'PUT',
    path: '/steering/:slug',
    id: 'putSteering',
    summary: 'Make or replace a rule set',
    tag: TAG,
    scope: 'groups:write',
    params: slugParams,
    body: definitionBody('the fields of a file of content/steering'),
    answer: summary,
    errors: { 409: 'It is a file, or was changed meanwhile.', 422: 'It cannot be used.' },
    async handle({ params: { slug }, body, caller }) {
      const done = await sets.put(slug, body.definition, caller.id, body.version)
      return { body: viewOf(stored(done, slug, 'content/steering')) }
    },
  })

  const remove = route({
    method: 'DELETE',
    path: '/steering/:slug',
    id: 'deleteSteering',
    summary: 'Delete a rule set',
    tag: TAG,
    scope: 'groups:write',
    params: slugParams,
    answer: z.object({ slug: z.string() }),
    errors: { 404: 'There is no such rule set.', 409: 'It is a file of content/steering.' },
    async handle({ params: { slug } }) {
      const removed = await sets.remove(slug)
      if (removed === 'unknown') throw unknownSet(slug)
      if (removed === 'read-only') throw readOnly(slug, 'content/steering')
      return { body: { slug } }
    },
  })

  const attempt = route({
    method: 'POST',
    path: '/steering/:slug/try',
    id: 'trySteering',
    looks: true,
    summary: 'Which group a contact would get, and why',
    description: 'Nothing is sent or recorded. `slug` may also be the name of a join way.',
    tag: TAG,
    scope: 'groups:read',
    params: slugParams,
    body: z.strictObject({
      contact: z.string().max(64),
      said: z.string().max(600).optional(),
      scene: z.string().max(64).optional(),
      state: z.string().max(64).optional(),
    }),
    answer: tried,
    errors: { 404: 'There is no such rule set, or no such contact.' },
    async handle({ params: { slug }, body: { contact, ...about } }) {
      const found = await steer.attempt(slug, contact, about).catch((error: unknown) => {
        if (isUnknown(error)) throw unknownSet(slug)
        throw error
      })
      if (found) return { body: found }
      throw new ApiError(404, 'contact.unknown', `there is no contact '${contact}'`)
    },
  })

  return [list, get, put, remove, attempt]
}

function viewOf(item: DefinedItem): z.input<typeof summary> {
  const { slug, title, origin, version, updatedAt: _at, updatedBy: _by, ...rest } = item
  return { slug, title, origin, ...(version !== undefined && { version }), definition: { title, ...rest } }
}

const isUnknown = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'steer.unknown'

const unknownSet = (slug: string) => new ApiError(404, 'steering.unknown', `there is no rule set '${slug}'`)
