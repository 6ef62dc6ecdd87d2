import { z } from 'zod'
import { recipient } from './alerts.js'
import { cursor, order } from './operations-shapes.js'
import { ApiError, type Route, route } from './route.js'
import { wholeList } from './sorting.js'

/** What the routes ask of the alerts; `src/alerts/alerts.ts` is it. */
export interface AlertHistoryPort {
  history(query: {
    rule?: string | undefined
    state?: State | undefined
    after?: string | undefined
    order?: 'newest' | 'oldest' | undefined
    limit?: number | undefined
  }): Promise<{ alerts: z.input<typeof alert>[]; next?: string }>
  status(): Promise<z.input<typeof status>>
  resume(place: { kind: 'robot' | 'chat'; name: string }): Promise<boolean>
}

/** An event that rules can be about. */
export interface AlertTrigger {
  name: string
  title: string
  sample: Readonly<Record<string, unknown>>
  optional?: readonly string[]
}

const STATES = ['new', 'waiting', 'held', 'capped', 'dropped', 'written', 'handed', 'failed'] as const
type State = (typeof STATES)[number]

const alert = z.object({
  id: z.string(),
  rule: z.string(),
  title: z.string(),
  type: z.string().meta({ description: 'the type of the fact; storm: a summary' }),
  state: z.enum(STATES).meta({
    description:
      'held: repeated; capped: part of a storm; dropped: quiet hours or erased; handed: given to the ways out',
  }),
  at: z.date(),
  dueAt: z.date(),
  contact: z.string().optional(),
  others: z.int().optional().meta({ description: 'how many held-back ones it told of' }),
  reason: z.string().optional(),
  toldBy: z.string().optional(),
  content: z.unknown().optional(),
  gaps: z.array(z.string()).optional(),
  ways: z.array(
    z.object({
      to: recipient,
      key: z.string().meta({ description: 'of the delivery, where the state is outbox' }),
      state: z.enum(['outbox', 'queued', 'calling', 'sent', 'failed', 'uncertain', 'expired']),
      reason: z.string().optional(),
    }),
  ),
})

const place = z.object({
  name: z.string(),
  stopped: z.object({ at: z.date(), reason: z.string(), code: z.int().optional() }).optional(),
  restUntil: z.date().optional(),
})
const status = z.object({
  followedTo: z.date().optional(),
  stale: z.int().meta({ description: 'facts that were never looked at, as nobody ran for too long' }),
  alerts: z.partialRecord(z.enum(STATES), z.int()),
  posts: z.object({ queued: z.int(), uncertain: z.int(), failed: z.int() }),
  robots: z.array(place),
  chats: z.array(place),
})

const kindOfPlace = place.extend({ kind: z.enum(['robot', 'chat']) })
const PLACES = wholeList<z.input<typeof kindOfPlace>>()({
  values: { name: ({ name }) => name, kind: ({ kind }) => kind, stopped: ({ stopped }) => stopped?.at },
  id: ({ kind, name }) => `${kind}:${name}`,
  otherwise: 'name',
})

const TAG = 'alerts'

/** The routes of what alerts did, and of the places they go to. */
export function alertHistoryRoutes(ports: { alerts: AlertHistoryPort; triggers: readonly AlertTrigger[] }): Route[] {
  const { alerts, triggers } = ports

  const events = route({
    method: 'GET',
    path: '/alerts/events',
    id: 'listAlertEvents',
    summary: 'What a rule can be about, with the variables of each event',
    tag: TAG,
    scope: 'operations:read',
    answer: z.object({
      events: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          sample: z.record(z.string(), z.unknown()),
          optional: z.array(z.string()),
        }),
      ),
    }),
    handle: async () => ({
      body: {
        events: triggers.map(({ name, title, sample, optional = [] }) => ({
          name,
          title,
          sample: { ...sample },
          optional: [...optional],
        })),
      },
    }),
  })

  const history = route({
    method: 'GET',
    path: '/alerts/history',
    id: 'listAlerts',
    summary: 'Alerts with what became of them, by when they came',
    description: 'The state is looked at while walking, so that a page may be short: go on while there is a `next`.',
    tag: TAG,
    scope: 'operations:read',
    query: z.strictObject({
      rule: z.string().max(64).optional(),
      state: z.enum(STATES).optional(),
      after: cursor,
      order,
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answer: z.object({ alerts: z.array(alert), next: z.string().optional() }),
    handle: async ({ query }) => ({ body: await alerts.history(query) }),
  })

  const state = route({
    method: 'GET',
    path: '/alerts/status',
    id: 'alertStatus',
    summary: 'How alerts are doing: what waits, and robots and groups that take nothing',
    tag: TAG,
    scope: 'operations:read',
    answer: status,
    handle: async () => ({ body: await alerts.status() }),
  })

  const places = route({
    method: 'GET',
    path: '/alerts/places',
    id: 'listAlertPlaces',
    summary: 'Robots and internal groups that alerts go to, and whether they still take them',
    tag: TAG,
    scope: 'operations:read',
    query: z.strictObject(PLACES.query),
    answer: z.object({ places: z.array(kindOfPlace), ...PLACES.answer }),
    async handle({ query }) {
      const { robots, chats } = await alerts.status()
      const all = [
        ...robots.map((one) => ({ ...one, kind: 'robot' as const })),
        ...chats.map((one) => ({ ...one, kind: 'chat' as const })),
      ]
      const { rows, rest } = PLACES.page(all, query)
      return { body: { places: rows, ...rest } }
    },
  })

  const resume = route({
    method: 'POST',
    path: '/alerts/places/:kind/:name/resume',
    id: 'resumeAlertPlace',
    summary: 'Use a stopped robot or internal group again',
    tag: TAG,
    scope: 'operations:write',
    params: z.strictObject({ kind: z.enum(['robot', 'chat']), name: z.string().max(32) }),
    answer: z.object({ resumed: z.boolean() }),
    errors: { 404: 'Nothing is known about it: it was never stopped.' },
    async handle({ params }) {
      if (await alerts.resume(params)) return { body: { resumed: true } }
      throw new ApiError(404, 'alert.place', `the ${params.kind} '${params.name}' was never stopped`)
    },
  })

  return [events, history, state, places, resume]
}
