import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { accountId, READS, WRITES, words } from './operations-shapes.js'
import { type ApiAnswer, ApiError, type Route, route } from './route.js'
import { wholeList } from './sorting.js'

const secret = z.enum(['set', 'demo', 'missing']).describe('demo: everybody knows it')
const which = z.enum(['main', 'mini-program'])
const account = z
  .strictObject({
    id: z.string(),
    platform: z.enum(['official-account', 'wecom']),
    kind: z.string().describe('service, subscription; app, bot, kf'),
    verified: z.boolean().optional(),
    appid: z.string().describe('appid, corpid, the bot’s or the desk’s id'),
    second: z.string().optional().describe('the original id, or the app’s AgentId'),
    miniProgram: z.string().optional().describe('the appid of the linked mini program'),
    apiBase: z.string().optional(),
    over: z.string().optional().describe('the account whose callback tells of it'),
    callback: z
      .strictObject({
        url: z.string().describe('to paste at the platform'),
        encryption: z.enum(['safe', 'plain']).describe('safe: only encrypted pushes are taken'),
        lastAt: z.date().optional(),
        lastKind: z.string().optional().describe('a kind of update'),
        checkedAt: z.date().optional().describe('when the address was last checked'),
        lastMode: z.string().optional().describe('how the last push really came'),
        refused: z.int(),
        refusedAt: z.date().optional(),
        refusedReason: z.string().optional(),
      })
      .optional(),
    secrets: z.strictObject({
      secret,
      token: secret,
      aesKey: secret,
      previousToken: secret,
      previousAesKey: secret,
    }),
    tokens: z.array(
      z.strictObject({
        of: which,
        state: z.enum(['good', 'over', 'none']),
        issuedAt: z.date().optional(),
        expiresAt: z.date().optional(),
        forcedAt: z.date().optional().describe('when the platform was last made to issue a new one'),
        problem: z.strictObject({ reason: z.string(), fix: z.string().optional() }).optional(),
      }),
    ),
    denied: z
      .array(z.strictObject({ endpoint: z.string(), at: z.date(), of: which }))
      .describe('refused by the platform (48001), and not called again before a re-check'),
  })
  .meta({ id: 'ConnectedAccount' })

const quotas = z
  .strictObject({
    at: z.date(),
    told: z.boolean().describe('false: the platform has no call that tells'),
    quotas: z.array(
      z.strictObject({
        endpoint: z.string(),
        limit: z.int().optional(),
        used: z.int().optional(),
        left: z.int().optional(),
        reason: z.string().optional().describe('why the platform tells nothing of it'),
      }),
    ),
  })
  .meta({ id: 'AccountQuotas' })

const examined = z
  .strictObject({
    at: z.date(),
    findings: z.array(
      z.strictObject({
        check: z.string(),
        state: z.enum(['ok', 'warn', 'fail']),
        found: words,
        fix: words.optional(),
      }),
    ),
  })
  .meta({ id: 'AccountExamined' })

/** What the routes need of the accounts. */
export interface AccountsPort {
  list(): Promise<z.input<typeof account>[]>
  find(id: string): Promise<z.input<typeof account>>
  quotas(id: string): Promise<z.input<typeof quotas>>
  doctor(id: string): Promise<z.input<typeof examined>>
  recheck(id: string): Promise<void>
}

const params = z.strictObject({ id: accountId })
const errors = { 404: 'no account of this name is configured' }

const LISTED = wholeList<z.input<typeof account>>()({
  values: {
    id: ({ id }) => id,
    callback: ({ callback }) => callback?.lastAt,
    denied: ({ denied }) => denied.length,
  },
  id: ({ id }) => id,
  otherwise: 'id',
})

/** `/accounts`: what is connected, whether it works, and what to do about it. */
export function accountRoutes(accounts: AccountsPort): Route[] {
  return [
    route({
      ...READS,
      method: 'GET',
      path: '/accounts',
      id: 'listAccounts',
      summary: 'The configured accounts: callback, secrets (only whether they are there), tokens, permissions',
      query: z.strictObject(LISTED.query),
      answer: z.strictObject({ accounts: z.array(account), ...LISTED.answer }),
      async handle({ query }) {
        const { rows, rest } = LISTED.page(await accounts.list(), query)
        return { body: { accounts: rows, ...rest } }
      },
    }),
    route({
      ...READS,
      method: 'GET',
      path: '/accounts/:id',
      id: 'showAccount',
      summary: 'One account',
      params,
      answer: account,
      errors,
      handle: ({ params: { id } }) => asked(async () => ({ body: await accounts.find(id) })),
    }),
    route({
      ...READS,
      method: 'GET',
      path: '/accounts/:id/quotas',
      id: 'readAccountQuotas',
      summary: 'Calls left today, as the platform says',
      description: 'Costs about ten calls of the platform’s API; remembered for 5 minutes.',
      params,
      answer: quotas,
      errors,
      handle: ({ params: { id } }) => asked(async () => ({ body: await accounts.quotas(id) })),
    }),
    route({
      ...WRITES,
      path: '/accounts/:id/doctor',
      id: 'examineAccount',
      summary: 'Look the account over from the outside in, as `weloop doctor` does',
      description: 'About ten API calls; nothing is sent to anybody. Takes up to half a minute.',
      params,
      answer: examined,
      errors: { ...errors, 409: 'nothing can be looked at: the app of its corporation is not configured' },
      handle: ({ params: { id } }) => asked(async () => ({ body: await accounts.doctor(id) })),
    }),
    route({
      ...WRITES,
      path: '/accounts/:id/recheck',
      id: 'recheckAccount',
      summary: 'Forget refused permissions and trouble with tokens: they are mended',
      params,
      answer: account,
      errors,
      handle: ({ params: { id } }) =>
        asked(async () => {
          await accounts.recheck(id)
          return { body: await accounts.find(id) }
        }),
    }),
  ]
}

async function asked<A>(work: () => Promise<ApiAnswer<A>>): Promise<ApiAnswer<A>> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('account.')) throw error
    throw new ApiError(error.code === 'account.unknown' ? 404 : 409, error.code, error.message)
  }
}
