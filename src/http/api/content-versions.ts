import { z } from 'zod'
import {
  CHANGE_ERRORS,
  type ContentKind,
  type ContentOutcome,
  done,
  fields,
  item,
  itemParams,
  limit,
  TAG,
} from './content-shapes.js'
import { ApiError, type Route, route } from './route.js'

/** A version as it is kept. */
interface Version {
  rev: number
  act: 'saved' | 'published' | 'withdrawn' | 'rolled-back' | 'deleted'
  content: string
  after: { title: string; state: 'draft' | 'live' | 'deleted'; liveRev?: number; problems: number }
  of?: number
  at: Date
  by: string
}

/** What these routes ask of the editor. */
export interface VersionPort {
  versions(
    kind: ContentKind,
    slug: string,
    query: { before?: number | undefined; limit: number },
  ): Promise<readonly Version[]>
  version(kind: ContentKind, slug: string, rev: number): Promise<Version | undefined>
  rollBack(
    kind: ContentKind,
    slug: string,
    to: { version: number; rev: number; live?: boolean | undefined },
    by: string,
  ): Promise<ContentOutcome>
}

const shape = {
  rev: z.int(),
  act: z.enum(['saved', 'published', 'withdrawn', 'rolled-back', 'deleted']),
  title: z.string(),
  problems: z.int(),
  of: z.int().optional().meta({ description: 'the version that was rolled back to' }),
  at: z.date(),
  by: z.string(),
}
const version = z.object(shape).meta({ id: 'ContentVersion' })

/** The history of an item, and the way back. */
export function versionRoutes(editor: VersionPort): Route[] {
  const list = route({
    method: 'GET',
    path: '/content/:kind/:slug/versions',
    id: 'listContentVersions',
    summary: 'The versions of an item, the newest first',
    description: 'The newest 200 are kept, also of what was deleted (20).',
    tag: TAG,
    scope: 'content:read',
    ownWords: true,
    params: itemParams,
    query: z.strictObject({ before: z.coerce.number().int().min(1).optional(), limit }),
    answer: z.object({ versions: z.array(version) }),
    async handle({ params: { kind, slug }, query }) {
      return { body: { versions: (await editor.versions(kind, slug, query)).map(shown) } }
    },
  })

  const get = route({
    method: 'GET',
    path: '/content/:kind/:slug/versions/:version',
    id: 'getContentVersion',
    summary: 'A version with its fields',
    tag: TAG,
    scope: 'content:read',
    ownWords: true,
    params: itemParams.extend({ version: z.coerce.number().int().min(1) }),
    answer: z.object({ ...shape, content: fields }),
    errors: { 404: 'There is no such version, or it is not kept any more.' },
    async handle({ params: { kind, slug, version: rev } }) {
      const found = await editor.version(kind, slug, rev)
      if (!found) throw new ApiError(404, 'content.unknown-version', `'${slug}' has no version ${rev}`)
      return { body: { ...shown(found), content: JSON.parse(found.content) as Record<string, unknown> } }
    },
  })

  const rollBack = route({
    method: 'POST',
    path: '/content/:kind/:slug/roll-back',
    id: 'rollBackContent',
    summary: 'Make an old version the newest one',
    description:
      'Nothing is lost: the old content becomes a new version. `rev`: the newest version that was looked at, 0 after a deletion.',
    tag: TAG,
    scope: 'content:write',
    ownWords: true,
    params: itemParams,
    body: z.strictObject({ version: z.int().min(1), rev: z.int().min(0), live: z.boolean().optional() }),
    answer: item,
    errors: CHANGE_ERRORS,
    async handle({ params: { kind, slug }, body, caller }) {
      const by = caller.person?.name ?? caller.id
      return { body: done(await editor.rollBack(kind, slug, body, by), kind, slug) }
    },
  })

  return [list, get, rollBack]
}

function shown({ rev, act, after, of, at, by }: Version) {
  return { rev, act, title: after.title, problems: after.problems, at, by, ...(of !== undefined && { of }) }
}
