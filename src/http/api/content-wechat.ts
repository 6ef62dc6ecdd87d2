import { z } from 'zod'
import { TAG } from './content-shapes.js'
import { ApiError, type Route, route } from './route.js'

interface Status {
  account: string
  title: string
  draft: 'none' | 'current' | 'outdated' | 'unknown'
  job?: { kind: 'publish' | 'mass'; state: string; at: Date; reason?: string; fix?: string }
  published?: { url?: string; at: Date; current: boolean }
  sent?: { url?: string; at: Date }
}

/** What these routes ask of publishing; `src/publishing/publishing.ts` is it. */
export interface WechatPorts {
  publishing: {
    push(account: string, slug: string, options?: { again?: boolean }): Promise<{ state: PushState; notes: string[] }>
    status(account: string, slug: string): Promise<Status | undefined>
  }
  /** Whether an article is served. */
  isLive(slug: string): boolean
  /** The Official Accounts. */
  accounts: readonly string[]
}

const pushState = z.enum(['created', 'updated', 'unchanged', 'released'])
type PushState = z.output<typeof pushState>

const standing = z.object({
  account: z.string(),
  draft: z
    .enum(['none', 'current', 'outdated', 'unknown'])
    .meta({ description: 'outdated: edited since; unknown: a push broke off' }),
  job: z
    .object({
      kind: z.enum(['publish', 'mass']),
      state: z.string(),
      at: z.date(),
      reason: z.string().optional(),
      fix: z.string().optional(),
    })
    .optional(),
  published: z.object({ url: z.string().optional(), at: z.date(), current: z.boolean() }).optional(),
  sent: z.object({ url: z.string().optional(), at: z.date() }).optional(),
})

const params = z.strictObject({ slug: z.string().max(80) })

/** An article's draft on the Official Accounts. */
export function wechatRoutes({ publishing, isLive, accounts }: WechatPorts): Route[] {
  const mustBeLive = (slug: string) => {
    if (isLive(slug)) return
    throw new ApiError(409, 'content.not-live', `there is no article '${slug}' that is live`, {
      problems: [{ field: 'slug', message: '文章还没有上线', fix: '先点“上线”，再存到公众号草稿箱' }],
    })
  }

  const status = route({
    method: 'GET',
    path: '/content-articles/:slug/wechat',
    id: 'getArticleOnWechat',
    summary: 'How an article stands on each Official Account',
    tag: TAG,
    scope: 'content:read',
    ownWords: true,
    params,
    answer: z.object({ accounts: z.array(standing) }),
    async handle({ params: { slug } }) {
      const all = await Promise.all(
        accounts.map(async (account) => {
          return (await publishing.status(account, slug)) ?? { account, title: '', draft: 'none' as const }
        }),
      )
      return { body: { accounts: all } }
    },
  })

  const push = route({
    method: 'POST',
    path: '/content-articles/:slug/wechat-draft',
    id: 'pushArticleDraft',
    summary: 'Make or update the article’s draft on an Official Account',
    description:
      'The version that is live is pushed, pictures included. There is one draft for an article: nothing changed, nothing is done. `released`: this content was published or sent already, so no draft was made; `again` makes one.',
    tag: TAG,
    scope: 'content:write',
    ownWords: true,
    params,
    body: z.strictObject({ account: z.string().max(64), again: z.boolean().default(false) }),
    answer: z.object({
      state: pushState,
      notes: z.array(z.string()).meta({ description: 'what readers will not get as written' }),
    }),
    errors: { 409: 'The article is not live.', 422: 'The platform or its limits refuse it.' },
    async handle({ params: { slug }, body: { account, again } }) {
      if (!accounts.includes(account)) throw new ApiError(422, 'account.unknown', `no Official Account '${account}'`)
      mustBeLive(slug)
      const { state, notes } = await publishing.push(account, slug, { again })
      return { body: { state, notes } }
    },
  })

  return [status, push]
}
