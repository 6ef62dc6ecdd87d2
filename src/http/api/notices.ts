import { z } from 'zod'
import { type Route, route } from './route.js'

const words = z.object({ zh: z.string(), en: z.string() })
const channel = z.enum(['template', 'subscription', 'mini-program'])
const problem = z.object({
  field: z.string(),
  message: z.string(),
  fix: z.string(),
  severity: z.enum(['error', 'warning']),
  line: z.int().optional(),
})

const notice = z
  .object({
    slug: z.string(),
    name: z.string().meta({ description: 'the business name that news and shops call it by' }),
    file: z.string().meta({ description: 'where it is written; notices are changed there only' }),
    channel,
    title: z.string().optional(),
    templates: z.record(z.string(), z.string()).meta({ description: 'by account; `*`: on all' }),
    fields: z.array(
      z.object({
        key: z.string(),
        value: z.string().meta({ description: 'as it is written: `{order.amount|money}`' }),
        shorten: z.boolean(),
        kind: z.string().optional().meta({ description: 'absent: no field of a template is called so' }),
        max: z.int().optional(),
        rule: words.optional(),
        verified: z.boolean().optional(),
      }),
    ),
    text: z.string().optional().meta({ description: 'the same in words, for people with an open window' }),
    url: z.string().optional(),
    page: z.string().optional(),
    accounts: z.array(z.string()).meta({ description: 'accounts that have its template' }),
    unchecked: z.boolean().meta({ description: 'no account could be asked for its templates' }),
    problems: z.array(problem),
  })
  .meta({ id: 'Notice' })

const board = z.object({
  events: z.array(
    z.object({
      event: z.string(),
      title: words,
      freshHours: z.number().meta({ description: 'after that it is told to nobody' }),
      names: z.array(z.string()).meta({ description: 'the first that is there and reaches the person is taken' }),
    }),
  ),
  notices: z.array(notice),
  broken: z.array(problem.extend({ file: z.string() })).meta({ description: 'files that cannot be used at all' }),
  refused: z
    .array(z.object({ account: z.string(), channel: z.string(), reason: z.string() }))
    .meta({ description: 'accounts whose templates WeChat did not tell' }),
  accounts: z.array(
    z.object({ account: z.string(), templates: z.boolean(), subscriptions: z.boolean(), miniProgram: z.boolean() }),
  ),
})

const preview = z.object({
  name: z.string(),
  data: z.record(z.string(), z.unknown()),
  title: z.string().optional(),
  fields: z.array(z.object({ key: z.string(), label: z.string().optional(), value: z.string().optional() })),
  url: z.string().optional(),
  page: z.string().optional(),
  text: z.string().optional(),
  problems: z.array(
    z.object({
      field: z.string(),
      message: z.string(),
      length: z.int().optional(),
      limit: z.int().optional(),
      source: z.string().optional(),
    }),
  ),
})

/** What the routes ask of the notices; `src/notice-board.ts` is it. */
export interface NoticesPort {
  list(): Promise<z.input<typeof board>>
  preview(name: string, data?: Record<string, unknown>): Promise<z.input<typeof preview>>
  test(
    name: string,
    trial: { account: string; contact: string; nonce: string; as?: 'text' | undefined },
  ): Promise<{ key: string; to: string }>
}

const TAG = 'notices'
const params = z.strictObject({ name: z.string().max(64) })

/** The routes of notices: what news is answered with, whether it would arrive, how it reads, one on trial. */
export function noticeRoutes({ notices, newNonce }: { notices: NoticesPort; newNonce: () => string }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/notices',
      id: 'listNotices',
      summary: 'What news of orders is answered with, and what is wrong with it',
      description: 'Files, field rules and the templates that the accounts really have (read anew every 30 s at most).',
      tag: TAG,
      scope: 'content:read',
      answer: board,
      handle: async () => ({ body: await notices.list() }),
    }),
    route({
      method: 'POST',
      path: '/notices/:name/preview',
      id: 'previewNotice',
      looks: true,
      summary: 'How a notice reads with a sample order, or with other data',
      tag: TAG,
      scope: 'content:read',
      params,
      body: z.strictObject({ data: z.record(z.string(), z.unknown()).optional() }),
      answer: preview,
      errors: { 404: 'There is no such notice.' },
      handle: async ({ params: { name }, body }) => ({ body: await notices.preview(name, body.data) }),
    }),
    route({
      method: 'POST',
      path: '/notices/:name/test',
      id: 'testNotice',
      idempotent: true,
      summary: 'Send a notice with a sample order to one person',
      description: 'Its outcome is that of the delivery `key`.',
      tag: TAG,
      scope: 'messages:send',
      params,
      body: z.strictObject({
        account: z.string().max(32),
        contact: z.string().min(1).max(64),
        as: z.literal('text').optional().meta({ description: 'its words, as a customer-service message' }),
      }),
      answer: z.object({ key: z.string(), to: z.string() }),
      errors: { 404: 'There is no such notice.', 422: 'The person cannot be reached there, or the data does not fit.' },
      async handle({ params: { name }, body, idempotencyKey }) {
        return { body: await notices.test(name, { ...body, nonce: idempotencyKey ?? newNonce() }) }
      },
    }),
  ]
}
