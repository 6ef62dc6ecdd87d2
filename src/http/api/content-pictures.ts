import { z } from 'zod'
import { TAG, type usedBy } from './content-shapes.js'
import { ApiError, type Route, route } from './route.js'

/** What these routes ask of the shelf; `src/editor/picture-shelf.ts` is it. */
export interface PicturePort {
  list(query: {
    text?: string | undefined
    owner?: 'file' | 'console' | undefined
    after?: string | undefined
    limit: number
  }): Promise<{ pictures: z.input<typeof picture>[]; next?: string }>
  put(bytes: Buffer, given: { name: string; use?: Use | undefined }, by: string): Promise<z.input<typeof picture>>
  remove(name: string): Promise<'removed' | 'unknown' | 'read-only' | { used: z.input<typeof usedBy>[] }>
}

const use = z.enum(['cover', 'body', 'thumb', 'reply'])
type Use = z.output<typeof use>

const picture = z
  .object({
    name: z.string().meta({ description: 'as articles and cards write it; it lies at /media/<name>' }),
    owner: z.enum(['file', 'console']),
    type: z.string(),
    bytes: z.int(),
    width: z.int().optional(),
    height: z.int().optional(),
    at: z.date().optional(),
    by: z.string().optional(),
  })
  .meta({ id: 'ContentPicture' })

/** 10 MiB, the most of the platform, as base64 with what stands around it. */
const MAX_BODY = 14_100_000

/** Pictures of articles and cards. */
export function pictureRoutes(shelf: PicturePort): Route[] {
  const list = route({
    method: 'GET',
    path: '/content-pictures',
    id: 'listContentPictures',
    summary: 'Pictures to choose from, those of the console first',
    tag: TAG,
    scope: 'content:read',
    ownWords: true,
    query: z.strictObject({
      text: z.string().max(100).optional(),
      owner: z.enum(['file', 'console']).optional(),
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answer: z.object({ pictures: z.array(picture), next: z.string().optional() }),
    async handle({ query: { cursor, ...query } }) {
      return { body: await shelf.list({ ...query, after: cursor }) }
    },
  })

  const put = route({
    method: 'POST',
    path: '/content-pictures',
    id: 'putContentPicture',
    summary: 'Keep a picture (JPG or PNG)',
    description:
      'What it is is told by its bytes; SVG, HTML and everything else is refused. `use` checks the platform’s limit: in an article 1 MB, on a card JPG and 64 KB, covers and replies 10 MB. The same picture is kept once.',
    tag: TAG,
    scope: 'content:write',
    ownWords: true,
    idempotent: true,
    maxBody: MAX_BODY,
    body: z.strictObject({
      name: z.string().max(200).meta({ description: 'what the file was called; its name here is made of it' }),
      data: z.base64().max(MAX_BODY),
      use: use.optional(),
    }),
    answer: picture,
    errors: { 422: 'No picture that the platform takes.' },
    async handle({ body: { name, data, use: wanted }, caller }) {
      const by = caller.person?.name ?? caller.id
      return { body: await shelf.put(Buffer.from(data, 'base64'), { name, use: wanted }, by) }
    },
  })

  const remove = route({
    method: 'DELETE',
    path: '/content-pictures/:name',
    id: 'deleteContentPicture',
    summary: 'Remove a picture that nothing uses',
    tag: TAG,
    scope: 'content:write',
    params: z.strictObject({ name: z.string().max(200) }),
    answer: z.object({ name: z.string() }),
    errors: { 404: 'There is no such picture.', 409: 'A file holds it, or something uses it.' },
    async handle({ params: { name } }) {
      const result = await shelf.remove(name)
      if (result === 'removed') return { body: { name } }
      if (result === 'unknown') throw new ApiError(404, 'picture.unknown', `there is no picture '${name}'`)
      if (result === 'read-only') {
        const problem = { field: `content/media/${name}`, message: 'read-only here', fix: 'remove the file' }
        throw new ApiError(409, 'content.read-only', `'${name}' is a file of content/media`, { problems: [problem] })
      }
      throw new ApiError(409, 'content.used', 'something uses it', {
        problems: result.used.map((each) => ({
          field: `${each.what}/${each.name}`,
          message: each.draft ? '草稿里正在使用它' : '正在使用它',
          fix: '先在那里换一张图片',
        })),
      })
    },
  })

  return [list, put, remove]
}
