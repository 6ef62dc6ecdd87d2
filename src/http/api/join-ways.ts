import { z } from 'zod'
import { ApiError, type Route, route } from './route.js'

/** A definition of a file or of the store, as these routes show it. */
export interface DefinedItem {
  slug: string
  title: string
  origin: 'file' | 'store'
  version?: number
  updatedAt?: Date
  updatedBy?: string
}

/** What putting a definition led to. */
export type PutItem =
  | { outcome: 'stored'; item: DefinedItem }
  | { outcome: 'invalid'; problems: { field: string; message: string; fix: string }[] }
  | { outcome: 'read-only' }
  | { outcome: 'stale'; version: number }

/** What the routes ask of definitions. */
export interface DefinitionsPort {
  put(slug: string, input: unknown, by: string, version?: number): Promise<PutItem>
}

interface WayOfPort {
  definition: DefinedItem
  account: string
  configId?: string
  qrCode?: string
  room: boolean
  turn: { groups: string[]; open: string[]; dismissed: string[]; unknown: string[] }
  groups: { chatId: string; name: string; count: number; status: 'active' | 'dismissed' }[]
  live: string[]
  found: string[]
  problem?: { code: string; message: string; fix: string; at: Date; tries: number; retryAt: Date }
  counts: z.input<typeof counts>
}

/** What the routes ask of the join ways; `src/groups/ways/ways.ts` is it. */
export interface WaysPort {
  readonly definitions: DefinitionsPort
  list(): Promise<WayOfPort[]>
  find(slug: string): Promise<WayOfPort | undefined>
  sync(
    slug?: string,
    options?: { anyway?: boolean },
  ): Promise<{ slug: string; outcome: string | { problem: { code: string; message: string; fix: string } } }[]>
  remove(slug: string): Promise<'removed' | 'unknown' | 'read-only'>
}

const TAG = 'groups'
const counts = z.object({
  offered: z.int().meta({ description: 'people it was offered to' }),
  opened: z.int(),
  joined: z.int().meta({ description: 'joined by it, offered or not' }),
  steered: z.int().meta({ description: 'joined and had been offered it' }),
  left: z.int(),
})
const refusal = z.object({ code: z.string(), message: z.string(), fix: z.string() })

const view = z.object({
  slug: z.string(),
  title: z.string(),
  account: z.string(),
  origin: z.enum(['file', 'store']),
  version: z.int().optional(),
  definition: z.record(z.string(), z.unknown()),
  made: z.boolean().meta({ description: 'the platform has it' }),
  configId: z.string().optional(),
  qrCode: z.string().optional().meta({ description: 'the address of the picture' }),
  room: z.boolean().meta({ description: 'somebody can join by it now' }),
  groups: z.array(
    z.object({
      chatId: z.string(),
      name: z.string(),
      members: z.int(),
      state: z.enum(['open', 'full', 'dismissed']),
      live: z.boolean().meta({ description: 'the code leads there now' }),
      made: z.boolean().meta({ description: 'the platform made it when the others were full' }),
    }),
  ),
  unknown: z.array(z.string()).meta({ description: 'named, but not in the roster' }),
  problem: refusal.extend({ since: z.date(), tries: z.int(), retryAt: z.date() }).optional(),
  counts,
})

/** Names of definitions, in paths. */
export const slugParams = z.strictObject({ slug: z.string().max(64) })

/** The body of a PUT of a definition. */
export const definitionBody = (description: string) =>
  z.strictObject({
    definition: z.record(z.string(), z.unknown()).meta({ description }),
    version: z.int().min(0).optional().meta({ description: 'the version that is replaced; 0: there is none yet' }),
  })

/** The join ways (加入群聊) over HTTP. */
export function joinWayRoutes({ ways }: { ways: WaysPort }): Route[] {
  async function known(slug: string): Promise<z.input<typeof view>> {
    const found = await ways.find(slug)
    if (found) return viewOf(found)
    throw unknownWay(slug)
  }

  const list = route({
    method: 'GET',
    path: '/join-ways',
    id: 'listJoinWays',
    summary: 'All join ways with their groups and counts',
    tag: TAG,
    scope: 'groups:read',
    answer: z.object({ ways: z.array(view) }),
    handle: async () => ({ body: { ways: (await ways.list()).map(viewOf) } }),
  })

  const get = route({
    method: 'GET',
    path: '/join-ways/:slug',
    id: 'getJoinWay',
    summary: 'A join way',
    tag: TAG,
    scope: 'groups:read',
    params: slugParams,
    answer: view,
    errors: { 404: 'There is no such join way.' },
    handle: async ({ params }) => ({ body: await known(params.slug) }),
  })

  const put = route({
    method: 'PUT',
    path: '/join-ways/:slug',
    id: 'putJoinWay',
    summary: 'Make or replace a join way',
    description:
      'Its fields are those of `content/join-ways`. It is made on the platform, or written there, within half a minute; a code stays the same. Groups cannot be made and nobody can be pulled into one by a server.',
    tag: TAG,
    scope: 'groups:write',
    params: slugParams,
    body: definitionBody('the fields of a file of content/join-ways'),
    answer: view,
    errors: { 409: 'It is a file, or was changed meanwhile.', 422: 'It cannot be used.' },
    async handle({ params, body, caller }) {
      stored(
        await ways.definitions.put(params.slug, body.definition, caller.id, body.version),
        params.slug,
        'content/join-ways',
      )
      return { body: await known(params.slug) }
    },
  })

  const remove = route({
    method: 'DELETE',
    path: '/join-ways/:slug',
    id: 'deleteJoinWay',
    summary: 'Delete a join way, here and on the platform',
    description: 'Its code is dead then, wherever it was printed.',
    tag: TAG,
    scope: 'groups:write',
    params: slugParams,
    answer: z.object({ slug: z.string() }),
    errors: { 404: 'There is no such join way.', 409: 'It is a file of content/join-ways.' },
    async handle({ params: { slug } }) {
      const removed = await ways.remove(slug)
      if (removed === 'unknown') throw unknownWay(slug)
      if (removed === 'read-only') throw readOnly(slug, 'content/join-ways')
      return { body: { slug } }
    },
  })

  const sync = route({
    method: 'POST',
    path: '/join-ways/:slug/sync',
    id: 'syncJoinWay',
    summary: 'Bring a join way in line with its definition and the roster now',
    tag: TAG,
    scope: 'groups:write',
    params: slugParams,
    body: z.strictObject({ anyway: z.boolean().default(false) }),
    answer: z.object({ outcome: z.string(), problem: refusal.optional() }),
    errors: { 404: 'There is no such join way.' },
    async handle({ params: { slug }, body }) {
      const [done] = await ways.sync(slug, { anyway: body.anyway })
      if (!done) throw unknownWay(slug)
      const { outcome } = done
      return { body: typeof outcome === 'string' ? { outcome } : { outcome: 'refused', problem: outcome.problem } }
    },
  })

  return [list, get, put, remove, sync]
}

function viewOf(way: WayOfPort): z.input<typeof view> {
  const { definition, account, configId, qrCode, room, turn, problem } = way
  const { slug, title, origin, version, updatedAt: _at, updatedBy: _by, ...rest } = definition
  return {
    slug,
    title,
    account,
    origin,
    ...(version !== undefined && { version }),
    definition: { title, ...rest },
    made: configId !== undefined,
    ...(configId !== undefined && { configId }),
    ...(qrCode !== undefined && { qrCode }),
    room,
    groups: way.groups.map(({ chatId, name, count, status }) => ({
      chatId,
      name,
      members: count,
      state: status === 'dismissed' ? 'dismissed' : turn.open.includes(chatId) ? 'open' : 'full',
      live: way.live.includes(chatId),
      made: way.found.includes(chatId),
    })),
    unknown: turn.unknown,
    ...(problem && { problem: { ...problem, since: problem.at } }),
    counts: way.counts,
  }
}

/** Throws unless a definition was stored. */
export function stored(put: PutItem, slug: string, folder: string): DefinedItem {
  switch (put.outcome) {
    case 'stored':
      return put.item
    case 'invalid':
      throw new ApiError(422, 'definition.invalid', 'the definition cannot be used', { problems: put.problems })
    case 'read-only':
      throw readOnly(slug, folder)
    case 'stale':
      throw new ApiError(409, 'definition.stale', `it has version ${put.version} now; read it again`)
  }
}

/** The refusal to change what a file says. */
export function readOnly(slug: string, folder: string): ApiError {
  return new ApiError(409, 'definition.read-only', `'${slug}' is a file of ${folder}`, {
    problems: [
      { field: `${folder}/${slug}.yaml`, message: 'read-only here', fix: 'edit the file, or take another name' },
    ],
  })
}

const unknownWay = (slug: string) => new ApiError(404, 'join-way.unknown', `there is no join way '${slug}'`)
