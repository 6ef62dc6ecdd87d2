import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { accountId, moment, READS, WRITES } from './operations-shapes.js'
import { type ApiAnswer, ApiError, type Caller, isAllowed, type Route, route, SCOPES } from './route.js'
import { wholeList } from './sorting.js'

const scope = z.enum(SCOPES)
const shown = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    shop: z.string(),
    account: z.string().optional(),
    scopes: z.array(z.string()),
    perMinute: z.int(),
    addresses: z.array(z.string()).describe('empty: from anywhere'),
    createdAt: z.date(),
    expiresAt: z.date().optional(),
    revokedAt: z.date().optional(),
    lastUsedAt: z.date().optional().describe('to the minute'),
    secrets: z.int().describe('how many are taken now'),
    rotatingUntil: z.date().optional().describe('until when the elder of two is taken'),
    demo: z.boolean().describe('the sample shop’s'),
    mayRotate: z.boolean().describe('whether who asks could give these scopes'),
  })
  .meta({ id: 'ApiKeyShown' })
const secret = z
  .strictObject({ id: z.string(), secret: z.string().describe('shown this once') })
  .meta({ id: 'ApiKeySecret' })

/** A key as the shop's side gives it. */
export interface KeyView {
  _id: string
  name: string
  shop: string
  account?: string
  scopes: readonly string[]
  perMinute: number
  addresses: readonly string[]
  createdAt: Date
  expiresAt?: Date
  revokedAt?: Date
  lastUsedAt?: Date
  activeSecrets: number
  rotatingUntil?: Date
  demo?: true
}

/** What the routes need of the keys. */
export interface KeysPort {
  list(): Promise<KeyView[]>
  create(key: {
    name: string
    shop: string
    scopes: readonly string[]
    account?: string
    perMinute?: number
    addresses?: readonly string[]
    expiresAt?: Date
  }): Promise<{ id: string; secret: string }>
  rotate(id: string, overlapMs: number): Promise<{ id: string; secret: string }>
  revoke(id: string): Promise<boolean>
}

/** Scopes with which nothing is read of people: whoever has them may pass them on. */
const HARMLESS: readonly string[] = ['events:write', 'orders:write']
const params = z.strictObject({ id: z.string().regex(/^wlk_[\w-]{1,64}$/, 'must be the id of a key') })
const HOUR_MS = 3_600_000

const LISTED = wholeList<z.input<typeof shown>>()({
  values: {
    name: ({ name }) => name,
    shop: ({ shop }) => shop,
    lastUsedAt: ({ lastUsedAt }) => lastUsedAt,
    createdAt: ({ createdAt }) => createdAt,
  },
  id: ({ id }) => id,
  search: ({ id, name, shop }) => `${id} ${name} ${shop}`,
  otherwise: '-createdAt',
})

/** `/api-keys`: the keys with which shops call the API. */
export function apiKeyRoutes(ports: { keys: KeysPort; accounts: readonly string[] }): Route[] {
  const { keys, accounts } = ports

  async function known(id: string): Promise<KeyView> {
    const found = (await keys.list()).find((key) => key._id === id)
    if (found) return found
    throw new ApiError(404, 'key.unknown', `there is no key '${id}'`)
  }

  return [
    route({
      ...READS,
      method: 'GET',
      path: '/api-keys',
      id: 'listApiKeys',
      summary: 'The API keys, without their secrets',
      query: z.strictObject(LISTED.query),
      answer: z.strictObject({
        keys: z.array(shown),
        ...LISTED.answer,
        scopes: z.array(z.string()).describe('who asks may give these'),
      }),
      async handle({ caller, query }) {
        const found = (await keys.list()).map((key) => shownOf(key, caller)).reverse()
        const { rows, rest } = LISTED.page(found, query)
        const scopes = SCOPES.filter((one) => mayGive(caller, one))
        return { body: { keys: rows, ...rest, scopes } }
      },
    }),
    route({
      ...WRITES,
      path: '/api-keys',
      id: 'createApiKey',
      summary: 'Make a key; its secret is in the answer, this once',
      description:
        'Keys see what they read unmasked. So nobody gives a key what they may not do themselves, and scopes that read or change data of people are given by owners and administrators only.',
      body: z.strictObject({
        name: z.string().trim().min(1).max(80),
        shop: z.string().regex(/^[a-z][a-z0-9-]{0,25}$/, 'lower-case letters, digits and -, at most 26'),
        scopes: z.array(scope).min(1).max(SCOPES.length),
        account: accountId.optional().describe('the account whose openids the shop means'),
        perMinute: z.int().min(1).max(60_000).optional(),
        addresses: z.array(z.string().max(64)).max(50).optional(),
        expiresAt: moment.optional(),
      }),
      answer: secret,
      errors: { 409: 'the key cannot be made so' },
      handle: ({ body, caller }) =>
        asked(async () => {
          refuseGift(caller, body.scopes)
          const { account, perMinute, addresses, expiresAt, ...rest } = body
          if (account !== undefined && !accounts.includes(account)) {
            throw new ApiError(400, 'request.invalid', `there is no account '${account}'`)
          }
          const made = await keys.create({
            ...rest,
            scopes: [...new Set(rest.scopes)],
            ...(account !== undefined && { account }),
            ...(perMinute !== undefined && { perMinute }),
            ...(addresses && { addresses }),
            ...(expiresAt && { expiresAt }),
          })
          return { status: 201, body: made }
        }),
    }),
    route({
      ...WRITES,
      path: '/api-keys/:id/rotate',
      id: 'rotateApiKey',
      summary: 'A second secret, in the answer this once; the present one ends after the overlap',
      params,
      body: z.strictObject({
        overlapHours: z
          .int()
          .min(0)
          .max(24 * 30)
          .default(24)
          .describe('0 ends it at once'),
      }),
      answer: secret,
      errors: { 404: 'no active key has this id', 409: 'two secrets are active already' },
      handle: ({ params: { id }, body, caller }) =>
        asked(async () => {
          refuseGift(caller, (await known(id)).scopes)
          return { body: await keys.rotate(id, body.overlapHours * HOUR_MS) }
        }),
    }),
    route({
      ...WRITES,
      path: '/api-keys/:id/revoke',
      id: 'revokeApiKey',
      summary: 'End a key; running processes know within 5 s',
      params,
      answer: shown,
      errors: { 404: 'no key has this id' },
      async handle({ params: { id }, caller }) {
        await known(id)
        await keys.revoke(id)
        return { body: shownOf(await known(id), caller) }
      },
    }),
  ]
}

/** Keys are not masked: what shows people is given by those only who may have everything. */
function mayGive({ scopes }: Caller, scope: (typeof SCOPES)[number]): boolean {
  return scopes.includes('admin') || (HARMLESS.includes(scope) && isAllowed(scopes, scope))
}

function refuseGift(caller: Caller, wanted: readonly string[]): void {
  const odd = wanted.find((word) => !SCOPES.some((scope) => scope === word && mayGive(caller, scope)))
  if (odd === undefined) return
  const message = `a key with ${odd} is made by owners and administrators`
  throw new ApiError(403, 'key.scope', message, {
    problems: [{ field: 'scopes', message, fix: 'leave the scope out, or ask one of them' }],
  })
}

function shownOf(key: KeyView, caller: Caller): z.input<typeof shown> {
  const { _id, activeSecrets, demo, scopes, addresses, ...rest } = key
  const active = SCOPES.filter((scope) => scopes.includes(scope))
  return {
    id: _id,
    name: rest.name,
    shop: rest.shop,
    perMinute: rest.perMinute,
    createdAt: rest.createdAt,
    scopes: [...scopes],
    addresses: [...addresses],
    secrets: activeSecrets,
    demo: demo === true,
    mayRotate: rest.revokedAt === undefined && active.every((scope) => mayGive(caller, scope)),
    ...(rest.account !== undefined && { account: rest.account }),
    ...(rest.expiresAt && { expiresAt: rest.expiresAt }),
    ...(rest.revokedAt && { revokedAt: rest.revokedAt }),
    ...(rest.lastUsedAt && { lastUsedAt: rest.lastUsedAt }),
    ...(rest.rotatingUntil && { rotatingUntil: rest.rotatingUntil }),
  }
}

async function asked<A>(work: () => Promise<ApiAnswer<A>>): Promise<ApiAnswer<A>> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('key.')) throw error
    throw new ApiError(error.code === 'key.unknown' ? 404 : 409, error.code, error.message)
  }
}
