import { z } from 'zod'
import { type PicturePort, pictureRoutes } from './content-pictures.js'
import {
  CHANGE_ERRORS,
  type ContentKind,
  type ContentOutcome,
  contentKind,
  done,
  fields,
  type ItemShape,
  item,
  itemParams,
  itemSummary,
  limit,
  TAG,
  unknown,
} from './content-shapes.js'
import { type TryPort, tryRoutes } from './content-tries.js'
import { type VersionPort, versionRoutes } from './content-versions.js'
import { type WechatPorts, wechatRoutes } from './content-wechat.js'
import { type Caller, type Route, route } from './route.js'
import { cursor, sortBy } from './sorting.js'

type Content = Readonly<Record<string, unknown>>

/** What the routes ask of the editor; `src/editor/editor.ts` is it. */
export interface ContentPort extends VersionPort, TryPort {
  list(
    kind: ContentKind,
    query: {
      text?: string | undefined
      owner?: 'file' | 'console' | undefined
      state?: 'draft' | 'live' | undefined
      after?: string | undefined
      limit: number
    },
  ): Promise<{ items: z.input<typeof itemSummary>[]; next?: string }>
  find(kind: ContentKind, slug: string): Promise<ItemShape | undefined>
  save(
    kind: ContentKind,
    slug: string,
    save: { content: Content; rev: number; live?: boolean | undefined },
    by: string,
  ): Promise<ContentOutcome>
  publish(kind: ContentKind, slug: string, rev: number, by: string): Promise<ContentOutcome>
  withdraw(kind: ContentKind, slug: string, rev: number, by: string): Promise<ContentOutcome>
  remove(kind: ContentKind, slug: string, rev: number, by: string): Promise<ContentOutcome>
}

/** What the routes of content are made of. */
export interface ContentRoutePorts extends WechatPorts {
  editor: ContentPort
  shelf: PicturePort
}

/** Who writes, as colleagues know her. */
export const writerOf = ({ person, id }: Caller): string => person?.name ?? id

/** Articles, cards and reply rules: those of files can be read, those of the console written. */
export function contentRoutes(ports: ContentRoutePorts): Route[] {
  const { editor } = ports
  const reads = { tag: TAG, scope: 'content:read', ownWords: true } as const
  const writes = { tag: TAG, scope: 'content:write', ownWords: true, errors: CHANGE_ERRORS } as const
  const rev = z.int().min(1).meta({ description: 'the version that was looked at' })

  const list = route({
    ...reads,
    method: 'GET',
    path: '/content/:kind',
    id: 'listContent',
    summary: 'Items of a kind: those of the console, the last changed first, then those of files',
    params: z.strictObject({ kind: contentKind }),
    query: z.strictObject({
      text: z.string().max(100).optional(),
      owner: z.enum(['file', 'console']).optional(),
      state: z.enum(['draft', 'live']).optional(),
      sort: sortBy(['title', 'slug', 'state', 'owner', 'updatedAt']),
      cursor,
      limit,
    }),
    answer: z.object({ items: z.array(itemSummary), next: z.string().optional() }),
    async handle({ params, query: { cursor: after, ...query } }) {
      return { body: await editor.list(params.kind, { ...query, after }) }
    },
  })

  const get = route({
    ...reads,
    method: 'GET',
    path: '/content/:kind/:slug',
    id: 'getContent',
    summary: 'An item with its fields, what is wrong with it, and what uses it',
    description: 'A rule of a file is named by the file and its number: `service.3`.',
    params: itemParams,
    answer: item,
    errors: { 404: 'There is no such item.' },
    async handle({ params: { kind, slug } }) {
      const found = await editor.find(kind, slug)
      if (found) return { body: found }
      throw unknown(kind, slug)
    },
  })

  const put = route({
    ...writes,
    method: 'PUT',
    path: '/content/:kind/:slug',
    id: 'putContent',
    summary: 'Make an item, or a new version of it',
    description:
      '`rev` is the version it was made from, 0 for a new item. A draft may have problems; with `live` it is served at once and may have none.',
    params: itemParams,
    body: z.strictObject({ content: fields, rev: z.int().min(0), live: z.boolean().optional() }),
    answer: item,
    async handle({ params: { kind, slug }, body, caller }) {
      return { body: done(await editor.save(kind, slug, body, writerOf(caller)), kind, slug) }
    },
  })

  const act = (name: 'publish' | 'withdraw', summary: string, description: string) =>
    route({
      ...writes,
      method: 'POST',
      path: `/content/:kind/:slug/${name}`,
      id: `${name}Content`,
      summary,
      description,
      params: itemParams,
      body: z.strictObject({ rev }),
      answer: item,
      async handle({ params: { kind, slug }, body, caller }) {
        return { body: done(await editor[name](kind, slug, body.rev, writerOf(caller)), kind, slug) }
      },
    })

  const remove = route({
    ...writes,
    method: 'DELETE',
    path: '/content/:kind/:slug',
    id: 'deleteContent',
    summary: 'Delete an item; refused while something uses it',
    description: 'Its newest versions are kept and can be rolled back to.',
    params: itemParams,
    query: z.strictObject({ rev: z.coerce.number().int().min(1) }),
    answer: z.object({ slug: z.string() }),
    async handle({ params: { kind, slug }, query, caller }) {
      done(await editor.remove(kind, slug, query.rev, writerOf(caller)), kind, slug)
      return { body: { slug } }
    },
  })

  return [
    list,
    get,
    put,
    act('publish', 'Serve the newest version', 'Refused while it has problems.'),
    act('withdraw', 'Serve it no more; it stays as a draft', 'Refused while something uses it.'),
    remove,
    ...versionRoutes(editor),
    ...tryRoutes(editor),
    ...pictureRoutes(ports.shelf),
    ...wechatRoutes(ports),
  ]
}
