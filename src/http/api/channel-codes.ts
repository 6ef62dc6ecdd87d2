import { z } from 'zod'
import { AppError, ProblemsError } from '../../core/errors.js'
import type { SortedPage } from '../../core/sort.js'
import { ApiError, type Route, route } from './route.js'
import { cursor, part, sortBy } from './sorting.js'

const counts = z.object({
  scans: z.int().meta({ description: 'scans by people who followed already' }),
  follows: z.int().meta({ description: 'follows through the code' }),
  unfollows: z.int().meta({ description: 'came by it last and left' }),
  first: z.int().meta({ description: 'people whom we met here first' }),
})

const reply = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ article: z.string() }),
  z.strictObject({ card: z.string() }),
])

const code = z
  .object({
    account: z.string(),
    code: z.string().meta({ description: 'what comes back with a scan or follow' }),
    name: z.string(),
    placement: z.string(),
    costCentre: z.string().optional(),
    tags: z.array(z.string()),
    reply: reply.optional(),
    permanent: z.boolean(),
    url: z.string().optional().meta({ description: 'what the code says; absent until WeChat has made it' }),
    createdAt: z.date(),
    expiresAt: z.date().optional(),
    counts,
  })
  .meta({ id: 'ChannelCode' })

const codeSort = sortBy(['name', 'code', 'placement', 'follows', 'scans', 'lost', 'life', 'createdAt'])

/** A channel code as the routes show it. */
export type ChannelCode = z.input<typeof code>

/** What the routes ask of the channel codes; made of `src/growth/scenes`. */
export interface ChannelCodesPort {
  /** The Official Accounts; `may`: its kind is allowed to make codes; how many permanent ones it has. */
  accounts(): Promise<{ account: string; may: boolean; permanent: number }[]>
  page(query: {
    account?: string | undefined
    placement?: string | undefined
    text?: string | undefined
    sort?: z.output<typeof codeSort>
    after?: string | undefined
    limit: number
  }): Promise<SortedPage<ChannelCode>>
  find(account: string, code: string): Promise<ChannelCode | undefined>
  create(input: NewCode): Promise<ChannelCode>
  renew(account: string, code: string, lasts: string): Promise<ChannelCode>
  days(
    account: string,
    code: string,
    days: number,
  ): Promise<{ day: string; follows: number; scans: number; unfollows: number }[]>
  picture(url: string, caption: string): { svg: string; png: Buffer }
  /** Where a code may hang, most of permanent codes, longest life in days. */
  rules: { placements: readonly string[]; permanent: number; days: number; text: number }
}

/** A code as a person asks for it; checked by the part itself, field by field. */
export interface NewCode {
  account: string
  code: string
  name: string
  placement: string
  costCentre?: string | undefined
  tags?: string[] | undefined
  reply?: z.output<typeof reply> | undefined
  lasts?: string | undefined
}

const TAG = 'channel codes'
const params = z.strictObject({ account: z.string().max(32), code: z.string().max(64) })
const short = z.string().max(200)

/** The routes of the channel codes of Official Accounts. */
export function channelCodeRoutes({ codes, now }: { codes: ChannelCodesPort; now: () => Date }): Route[] {
  async function known(account: string, name: string): Promise<ChannelCode> {
    const found = await codes.find(account, name)
    if (found) return found
    throw new ApiError(404, 'scene.unknown', `the account ${account} has no code '${name}'`)
  }

  const list = route({
    method: 'GET',
    path: '/channel-codes',
    id: 'listChannelCodes',
    summary: 'Channel codes with what came of them, newest first unless asked otherwise',
    tag: TAG,
    scope: 'content:read',
    query: z.strictObject({
      account: z.string().max(32).optional(),
      placement: z.string().max(32).optional(),
      text: part,
      sort: codeSort,
      after: cursor,
      limit: z.coerce.number().int().min(1).max(1000).default(1000),
    }),
    answer: z.object({
      codes: z.array(code),
      next: z.string().optional(),
      accounts: z.array(z.object({ account: z.string(), may: z.boolean(), permanent: z.int() })),
      rules: z.object({ placements: z.array(z.string()), permanent: z.int(), days: z.int(), text: z.int() }),
    }),
    async handle({ query }) {
      const { rows, ...more } = await codes.page(query)
      const rules = { ...codes.rules, placements: [...codes.rules.placements] }
      return { body: { codes: rows, ...more, accounts: await codes.accounts(), rules } }
    },
  })

  const create = route({
    method: 'POST',
    path: '/channel-codes',
    id: 'createChannelCode',
    idempotent: true,
    summary: 'Make a channel code',
    description:
      'Permanent unless `lasts` is given; permanent ones cannot be deleted on WeChat. Asked again with the same words a code is finished whose making was cut short.',
    tag: TAG,
    scope: 'content:write',
    body: z.strictObject({
      account: z.string().max(32),
      code: short,
      name: short,
      placement: short,
      costCentre: short.optional(),
      tags: z.array(short).max(100).optional(),
      reply: reply.optional(),
      lasts: short.optional().meta({ description: 'such as `7d`' }),
    }),
    answer: code,
    errors: { 409: 'There is another code of that name.', 422: 'It cannot be made; see the fields.' },
    async handle({ body }) {
      return { status: 201, body: await codes.create(body as NewCode).catch(refuse) }
    },
  })

  const get = route({
    method: 'GET',
    path: '/channel-codes/:account/:code',
    id: 'getChannelCode',
    summary: 'One channel code with its last days',
    tag: TAG,
    scope: 'content:read',
    params,
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(90).default(30) }),
    answer: code.extend({
      days: z.array(z.object({ day: z.string(), follows: z.int(), scans: z.int(), unfollows: z.int() })),
    }),
    errors: { 404: 'There is no such code.' },
    async handle({ params: { account, code: name }, query }) {
      const found = await known(account, name)
      return { body: { ...found, days: await codes.days(account, name, query.days) } }
    },
  })

  const renew = route({
    method: 'POST',
    path: '/channel-codes/:account/:code/renew',
    id: 'renewChannelCode',
    summary: 'Make a temporary code anew, under the same name and with the same counts',
    description: 'The picture is another one afterwards: replace what is printed.',
    tag: TAG,
    scope: 'content:write',
    params,
    body: z.strictObject({ lasts: short }),
    answer: code,
    errors: { 404: 'There is no such code.', 422: 'It is permanent, or the time is none.' },
    async handle({ params: { account, code: name }, body }) {
      await known(account, name)
      return { body: await codes.renew(account, name, body.lasts).catch(refuse) }
    },
  })

  const picture = route({
    method: 'GET',
    path: '/channel-codes/:account/:code/picture',
    id: 'drawChannelCode',
    summary: 'The code as SVG and as PNG (base64)',
    tag: TAG,
    scope: 'content:read',
    params,
    query: z.strictObject({
      caption: z.string().max(60).optional().meta({ description: 'below the code; PNG takes letters and digits only' }),
    }),
    answer: z.object({ svg: z.string(), png: z.string() }),
    errors: { 404: 'There is no such code.', 409: 'WeChat has not made it yet, or it has ended.' },
    async handle({ params: { account, code: name }, query }) {
      const { url, expiresAt } = await known(account, name)
      if (url === undefined)
        throw new ApiError(409, 'scene.unmade', 'WeChat has not made the code yet; create it again')
      if (expiresAt && expiresAt <= now()) throw new ApiError(409, 'scene.expired', 'the code has ended; renew it')
      const { svg, png } = codes.picture(url, query.caption ?? '')
      return { body: { svg, png: png.toString('base64') } }
    },
  })

  return [list, create, get, renew, picture]
}

/** What the part found wrong, field by field; a name that is taken is a conflict. */
function refuse(error: unknown): never {
  if (error instanceof ProblemsError) {
    const problems = error.problems.map(({ field, message }) => ({ field, message }))
    throw new ApiError(422, error.code, 'the code cannot be made', { problems })
  }
  if (error instanceof AppError && error.code === 'scene.exists') throw new ApiError(409, error.code, error.message)
  throw error
}
