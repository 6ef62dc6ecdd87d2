import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { READS, WRITES } from './operations-shapes.js'
import { ApiError, type Route, route } from './route.js'
import { wholeList } from './sorting.js'

const job = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['tick', 'once']).describe('again and again, or one occurrence'),
    key: z.string().optional().describe('of the occurrence'),
    every: z.string().optional(),
    timeZone: z.string().optional(),
    nextAt: z.date().optional(),
    lastRunAt: z.date().optional(),
    lastFinishedAt: z.date().optional(),
    tookMs: z.int().optional(),
    running: z.boolean(),
    lockedAt: z.date().optional(),
    by: z.string().optional().describe('the process that has or had it last'),
    failures: z.int(),
    failedAt: z.date().optional(),
    reason: z.string().optional().describe('why it failed last'),
    byHand: z.boolean().describe('whether it may be run now'),
  })
  .meta({ id: 'ClockJob' })

const health = z
  .strictObject({
    ok: z.boolean().describe('a push would be answered now'),
    problems: z.array(z.string()),
    at: z.date(),
    store: z.strictObject({
      kind: z.enum(['server', 'embedded']),
      answers: z.boolean(),
      pingMs: z.number().optional(),
      documents: z.int().optional(),
      bytes: z.int().optional(),
    }),
    disk: z.strictObject({ freeBytes: z.int(), totalBytes: z.int() }).optional(),
    clock: z.strictObject({ offsetMs: z.number().describe('how far the store is ahead of this machine') }),
    spool: z.strictObject({ bytes: z.int(), mostBytes: z.int() }),
    backlog: z
      .strictObject({
        updates: z.strictObject({ open: z.int(), oldestAt: z.date().optional(), failures: z.int() }),
        deliveries: z.record(z.string(), z.int()),
      })
      .optional(),
    content: z.strictObject({ version: z.string(), errors: z.int(), warnings: z.int() }),
    processes: z.array(
      z.strictObject({
        id: z.string(),
        host: z.string(),
        pid: z.int(),
        role: z.string(),
        version: z.string(),
        node: z.string(),
        startedAt: z.date(),
        seenAt: z.date(),
        silent: z.boolean().describe('not heard of for 45 s'),
        rssBytes: z.int(),
        heapBytes: z.int(),
        busy: z.number().describe('of its event loop, 0 to 1'),
        clockOffsetMs: z.number(),
        underWay: z.int(),
        spoolBytes: z.int(),
      }),
    ),
  })
  .meta({ id: 'Health' })

const contentProblem = z
  .strictObject({
    file: z.string(),
    line: z.int().optional(),
    field: z.string(),
    message: z.string(),
    fix: z.string(),
    severity: z.enum(['error', 'warning']).describe('error: the last good version of the file is served'),
  })
  .meta({ id: 'LibraryProblem' })

/** What the routes of the running product stand on. */
export interface RuntimePorts {
  jobs: {
    list(): Promise<z.input<typeof job>[]>
    runNow(name: string, now: Date): Promise<boolean>
  }
  health(): Promise<z.input<typeof health>>
  content(): { version: string; problems: readonly z.input<typeof contentProblem>[] }
  now(): Date
}

const JOBS = wholeList<z.input<typeof job>>()({
  values: {
    name: ({ name, key = '' }) => `${name} ${key}`,
    lastRunAt: ({ lastRunAt }) => lastRunAt,
    tookMs: ({ tookMs }) => tookMs,
    nextAt: ({ nextAt }) => nextAt,
    failures: ({ failures }) => failures,
  },
  id: ({ name, key = '' }) => `${name} ${key}`,
  otherwise: 'name',
})
const PROBLEMS = wholeList<z.input<typeof contentProblem>>()({
  values: { file: ({ file, line = 0 }) => `${file}:${line}`, severity: ({ severity }) => severity },
  id: ({ file, line, field, message }) => `${file} ${line} ${field} ${message}`,
  otherwise: 'file',
})

/** `/jobs`, `/health`, `/content-problems`: the product at work. */
export function runtimeRoutes({ jobs, health: look, content, now }: RuntimePorts): Route[] {
  return [
    route({
      ...READS,
      method: 'GET',
      path: '/jobs',
      id: 'listJobs',
      summary: 'The clock: ticks and occurrences with their last run and their next',
      query: z.strictObject(JOBS.query),
      answer: z.strictObject({ jobs: z.array(job), ...JOBS.answer }),
      async handle({ query }) {
        const { rows, rest } = JOBS.page(await jobs.list(), query)
        return { body: { jobs: rows, ...rest } }
      },
    }),
    route({
      ...WRITES,
      path: '/jobs/:name/run',
      id: 'runJob',
      summary: 'Make a tick due now',
      description: 'A worker takes it within 2 s. Every tick is idempotent; occurrences come at their own time.',
      params: z.strictObject({ name: z.string().min(1).max(100) }),
      answer: z.strictObject({ started: z.boolean().describe('false: it runs already') }),
      errors: { 404: 'no tick has this name', 409: 'it belongs to occurrences' },
      async handle({ params: { name } }) {
        try {
          return { body: { started: await jobs.runNow(name, now()) } }
        } catch (error) {
          if (!(error instanceof AppError) || !error.code.startsWith('job.')) throw error
          throw new ApiError(error.code === 'job.unknown' ? 404 : 409, error.code, error.message)
        }
      },
    }),
    route({
      ...READS,
      method: 'GET',
      path: '/health',
      id: 'readHealth',
      summary: 'Readiness, processes, store, spool, clock, backlog',
      answer: health,
      handle: async () => ({ body: await look() }),
    }),
    route({
      ...READS,
      method: 'GET',
      path: '/content-problems',
      id: 'listContentProblems',
      summary: 'What is wrong with the files of content/ as they are on the disk now',
      query: z.strictObject(PROBLEMS.query),
      answer: z.strictObject({ version: z.string(), problems: z.array(contentProblem), ...PROBLEMS.answer }),
      async handle({ query }) {
        const { version, problems } = content()
        const { rows, rest } = PROBLEMS.page(problems, query)
        return { body: { version, problems: rows, ...rest } }
      },
    }),
  ]
}
