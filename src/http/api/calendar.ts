import { z } from 'zod'
import { ApiError, isAllowed, type Route, route } from './route.js'

const words = z.object({ zh: z.string(), en: z.string() })
const day = z.iso.date()

const entry = z
  .object({
    kind: z.enum(['push', 'group-send', 'live']),
    id: z.string().describe('the push’s name, or the live room'),
    occurrence: z.string(),
    name: z.string(),
    at: z.date(),
    day,
    state: z.string(),
    planned: z.boolean().describe('it has not begun'),
    tentative: z.boolean().describe('it will not run as it stands: not approved, or not scheduled'),
    repeats: z.boolean(),
    movable: z.boolean().describe('it can be moved: POST /campaigns/:id/move, or /group-sends/:id/move'),
    version: z.int().optional().describe('name it when moving'),
    account: z.string().optional(),
    purpose: z.string().optional(),
    channels: z.array(z.string()),
    audience: z.string().optional().describe('the same text is the same people'),
    people: z.int().optional(),
    byChannel: z.record(z.string(), z.int()).optional(),
  })
  .meta({ id: 'CalendarEntry' })

const holiday = z
  .object({
    id: z.string(),
    ...words.shape,
    from: day,
    to: day,
    work: z.array(day).describe('weekend days that are worked for it'),
    source: z.string(),
    verified: z.boolean().describe('false: the State Council has not published that year’s arrangement'),
  })
  .meta({ id: 'Holiday' })

const collision = z
  .object({
    day,
    kind: z.enum(['same-audience', 'cap-day', 'cap-week', 'cap-month', 'mass-month', 'quota', 'quiet-hours']),
    level: z.enum(['error', 'warning']).describe('error: people will be left out; warning: perhaps some'),
    entries: z.array(z.string()).describe('<kind>:<id>:<occurrence>'),
    text: words,
    source: z.string().optional(),
  })
  .meta({ id: 'CalendarCollision' })

const quota = z
  .object({
    day,
    account: z.string(),
    mass: z.object({ used: z.int(), of: z.int() }).describe('mass sends of the month so far, of a follower’s most'),
    channels: z.array(z.object({ channel: z.string(), people: z.int(), perDay: z.number().optional() })),
  })
  .meta({ id: 'CalendarQuota' })

const view = z.object({
  from: day,
  to: day,
  timeZone: z.string(),
  entries: z.array(entry),
  holidays: z.array(holiday),
  collisions: z.array(collision),
  quota: z.array(quota),
})

const MOST_DAYS = 100
const DAY_MS = 86_400_000

/** The route of the calendar. `calendar` is `createCalendar`. */
export function calendarRoutes(ports: {
  calendar(
    from: string,
    to: string,
    more: { groups: boolean },
  ): Promise<Readonly<Omit<z.input<typeof view>, 'holidays'>> & { holidays: readonly Shown[] }>
}): Route[] {
  return [
    route({
      id: 'getCalendar',
      method: 'GET',
      path: '/calendar',
      tag: 'Calendar',
      summary: 'Pushes, group sends, live shows and holidays of a span of days; what collides, and the quotas.',
      description: `Days are of the shop's zone, both ends included, ${MOST_DAYS} at most. Group sends are only for callers with \`groups:read\`.`,
      scope: 'campaigns:read',
      query: z.strictObject({ from: day, to: day }),
      answer: view,
      errors: { 422: 'The span is backwards or too long.' },
      async handle({ query: { from, to }, caller }) {
        const days = (Date.parse(to) - Date.parse(from)) / DAY_MS
        if (days < 0 || days >= MOST_DAYS) {
          throw new ApiError(422, 'calendar.span', `a span has 1 to ${MOST_DAYS} days`, {
            problems: [{ field: 'to', message: `${from} to ${to}`, fix: 'ask for a month at a time' }],
          })
        }
        const found = await ports.calendar(from, to, { groups: isAllowed(caller.scopes, 'groups:read') })
        const holidays = found.holidays.map((one) => ({ ...one, work: [...one.work] }))
        return { body: { ...found, holidays } }
      },
    }),
  ]
}

type Shown = Omit<z.input<typeof holiday>, 'work'> & { readonly work: readonly string[] }
