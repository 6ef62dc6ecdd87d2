import { z } from 'zod'
import { accountId, cursor, moment, order, READS, words } from './operations-shapes.js'
import { ApiError, type Route, route } from './route.js'
import { wholeList } from './sorting.js'

const fact = z
  .strictObject({
    id: z.string(),
    source: z.string(),
    type: z.string(),
    contact: z.string().optional(),
    account: z.string().optional(),
    occurredAt: z.date(),
    receivedAt: z.date(),
    props: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'LoggedFact' })

const figure = z
  .strictObject({
    account: z.string().describe('`<account>:mini-program` for the linked mini program'),
    endpoint: z.string(),
    code: z.string().describe('the errcode, 0 for success, or not-sent, uncertain, http-502'),
    count: z.int(),
    averageMs: z.int(),
    slowestMs: z.int(),
    lastAt: z.date(),
    rid: z.string().optional().describe('the platform’s id of the last one, for its support'),
    reason: words.optional(),
    fix: words.optional(),
    source: z.string().optional().describe('where the words were read'),
  })
  .meta({ id: 'PlatformCallFigure' })

interface CallFigures {
  calls: Omit<z.input<typeof figure>, 'reason' | 'fix' | 'source'>[]
  hours: { hour: Date; codes: Record<string, number> }[]
}

/** What the routes of traces stand on. */
export interface TracePorts {
  facts: {
    list(query: {
      type?: string | undefined
      contact?: string | undefined
      source?: string | undefined
      account?: string | undefined
      from?: Date | undefined
      to?: Date | undefined
      after?: string | undefined
      order?: 'newest' | 'oldest' | undefined
      limit: number
    }): Promise<{ rows: z.input<typeof fact>[]; next?: string }>
  }
  calls: {
    read(query: {
      account?: string | undefined
      endpoint?: string | undefined
      from: Date
      to: Date
    }): Promise<CallFigures>
    words(
      account: string,
      code: string,
    ): { reason: z.input<typeof words>; fix: z.input<typeof words>; source?: string } | undefined
  }
  now(): Date
}

const HOUR_MS = 3_600_000
const MOST_HOURS = 30 * 24

const CALLS = wholeList<z.input<typeof figure>>()({
  values: {
    endpoint: ({ endpoint }) => endpoint,
    account: ({ account }) => account,
    code: ({ code }) => code,
    count: ({ count }) => count,
    averageMs: ({ averageMs }) => averageMs,
    slowestMs: ({ slowestMs }) => slowestMs,
    lastAt: ({ lastAt }) => lastAt,
  },
  id: ({ account, endpoint, code }) => `${account} ${endpoint} ${code}`,
  otherwise: '-count',
})

/** `/event-log` and `/platform-calls`: what happened, and what platforms were asked. */
export function traceRoutes({ facts, calls, now }: TracePorts): Route[] {
  return [
    route({
      ...READS,
      method: 'GET',
      path: '/event-log',
      id: 'listFacts',
      summary: 'Facts, by when they happened',
      description:
        'On the index of the contact, else of the type, else of the time; what is left is looked at while walking, so that a page may be short: go on while there is a `next`.',
      query: z.strictObject({
        type: z
          .string()
          .regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/, 'is a whole type such as follow.started')
          .max(64)
          .optional(),
        contact: z.string().max(100).optional().describe('our id of the contact'),
        source: z.string().max(32).optional().describe('bot, contacts, outbox, shop-<shop>'),
        account: accountId.optional(),
        from: moment.optional(),
        to: moment.optional(),
        after: cursor,
        order,
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: z.strictObject({ facts: z.array(fact), next: z.string().optional() }),
      async handle({ query }) {
        const { rows, next } = await facts.list(query)
        return { body: { facts: rows, ...(next !== undefined && { next }) } }
      },
    }),
    route({
      ...READS,
      method: 'GET',
      path: '/platform-calls',
      id: 'readPlatformCalls',
      summary: 'Calls of the platforms by endpoint and errcode, and by hour',
      description:
        'Counted in memory and written once a minute by each process; kept 30 days. The last day unless told.',
      query: z.strictObject({
        account: z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,31}(:mini-program)?$/, 'must be the name of an account')
          .optional(),
        endpoint: z.string().startsWith('/').max(120).optional(),
        from: moment.optional(),
        to: moment.optional(),
        failed: z.stringbool().optional().describe('only those that the platform refused'),
        ...CALLS.query,
      }),
      answer: z.strictObject({
        from: z.date(),
        to: z.date(),
        calls: z.array(figure),
        ...CALLS.answer,
        hours: z.array(z.strictObject({ hour: z.date(), codes: z.record(z.string(), z.int()) })),
      }),
      async handle({ query }) {
        const { to = new Date(now().getTime() + 1), from, account, endpoint, failed = false } = query
        const begin = from ?? new Date(to.getTime() - 23 * HOUR_MS)
        if (begin >= to || to.getTime() - begin.getTime() > MOST_HOURS * HOUR_MS) {
          throw new ApiError(400, 'request.invalid', '`from` must be before `to`, by 30 days at most')
        }
        const found = await calls.read({ account, endpoint, from: begin, to })
        const wanted = found.calls.filter(({ code }) => !failed || code !== '0')
        const { rows, rest } = CALLS.page(
          wanted.map((one) => ({ ...one, ...calls.words(one.account, one.code) })),
          query,
        )
        return {
          body: {
            from: begin,
            to,
            hours: found.hours,
            calls: rows,
            ...rest,
          },
        }
      },
    }),
  ]
}
