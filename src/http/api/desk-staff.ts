import { z } from 'zod'
import { moment, staffId } from './desk-views.js'
import { ApiError, type Route, route } from './route.js'

/** What the routes ask of the desk. */
export interface DeskStaffPort {
  members(): Promise<MemberView[]>
  setPresence(change: {
    staff: string
    state?: MemberView['presence']
    capacity?: number
  }): Promise<MemberView | undefined>
  tickets: {
    list(query: {
      state?: TicketView['state'] | undefined
      before?: Date | undefined
      limit?: number | undefined
    }): Promise<TicketView[]>
  }
  figures: { read(query: { from: string; to: string }): Promise<{ total: object; days: Record<string, object> }> }
}

const member = z
  .object({
    userid: z.string(),
    name: z.string(),
    skills: z.array(z.string()).readonly(),
    shifts: z.array(z.string()).readonly(),
    capacity: z.int(),
    load: z.int().meta({ description: 'conversations they hold now' }),
    online: z.boolean().meta({ description: 'on duty now' }),
    inShift: z.boolean(),
    presence: z.enum(['auto', 'online', 'offline']).meta({ description: 'auto: on duty in their shifts' }),
    supervisor: z.boolean(),
    lastTakenAt: z.date().optional(),
  })
  .meta({ id: 'DeskMember' })
type MemberView = z.input<typeof member>

const ticket = z
  .object({
    _id: z.string(),
    number: z.int(),
    conversation: z.string(),
    contact: z.string(),
    account: z.string(),
    channel: z.string(),
    state: z.enum(['open', 'queued', 'answered', 'done', 'dropped']),
    skill: z.string().optional(),
    question: z.string(),
    contactWay: z.string().optional(),
    createdAt: z.date(),
    opensAt: z.date().optional(),
    deadline: z.date(),
    queuedAt: z.date().optional(),
    answeredAt: z.date().optional(),
    staff: z.string().optional(),
  })
  .meta({ id: 'DeskTicket' })
type TicketView = z.input<typeof ticket>

const spread = z.object({ count: z.int(), sum: z.number(), most: z.number() }).meta({ description: 'seconds' })
const tally = z.object({
  taken: z.int(),
  firstReply: spread,
  answers: spread,
  resolution: spread,
  transferred: z.int(),
  reassigned: z.int(),
  votes: z.array(z.int()).length(3).meta({ description: '满意, 一般, 不满意' }),
})
const figures = tally
  .extend({
    requested: z.int(),
    missed: z.int(),
    tickets: z.int(),
    ticketsOverdue: z.int(),
    night: z.int().meta({ description: 'asked for between 22:00 and 8:00' }),
    hours: z.array(z.int()).length(24),
    takenByHour: z.array(z.int()).length(24),
    staff: z.record(z.string(), tally),
  })
  .meta({ id: 'DeskFigures' })

const TAG = 'desk'
const day = z.iso.date()
const MOST_DAYS = 366
const DAY_MS = 86_400_000

/** The routes of the desk's staff, tickets and figures. */
export function deskStaffRoutes({ desk }: { desk: DeskStaffPort }): Route[] {
  const list = route({
    method: 'GET',
    path: '/desk/staff',
    id: 'listDeskStaff',
    summary: 'Staff of the desk, as they stand now',
    tag: TAG,
    scope: 'desk:read',
    answer: z.object({ staff: z.array(member) }),
    handle: async () => ({ body: { staff: await desk.members() } }),
  })

  const patch = route({
    method: 'PATCH',
    path: '/desk/staff/:userid',
    id: 'setDeskPresence',
    summary: 'Set a staff member online or offline, or how many conversations they can hold',
    description: '`auto` follows the shifts of content/desk.yaml. Conversations they hold stay theirs.',
    tag: TAG,
    scope: 'desk:write',
    params: z.strictObject({ userid: staffId }),
    body: z
      .strictObject({
        presence: z.enum(['auto', 'online', 'offline']).optional(),
        capacity: z.int().min(1).max(50).optional(),
      })
      .refine(({ presence, capacity }) => presence !== undefined || capacity !== undefined, {
        error: 'give presence, capacity or both',
      }),
    answer: member,
    errors: { 404: 'There is no such staff member in content/desk.yaml.' },
    async handle({ params: { userid }, body: { presence, capacity } }) {
      const change = { ...(presence && { state: presence }), ...(capacity !== undefined && { capacity }) }
      const found = await desk.setPresence({ staff: userid, ...change })
      if (found) return { body: found }
      throw new ApiError(404, 'desk.no-staff', `'${userid}' is no staff member of content/desk.yaml`)
    },
  })

  const tickets = route({
    method: 'GET',
    path: '/desk/tickets',
    id: 'listTickets',
    summary: 'Questions that came while nobody was on duty, newest first',
    tag: TAG,
    scope: 'desk:read',
    query: z.strictObject({
      state: ticket.shape.state.optional(),
      before: moment.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answer: z.object({ tickets: z.array(ticket) }),
    handle: async ({ query }) => ({ body: { tickets: await desk.tickets.list(query) } }),
  })

  const read = route({
    method: 'GET',
    path: '/desk/figures',
    id: 'readDeskFigures',
    summary: 'First response, resolution, load, missed and votes: in all, by staff, by hour and by day',
    description: 'Counted from the facts `desk.*`. Days of the desk’s time zone, both included, at most 366.',
    tag: TAG,
    scope: 'desk:read',
    query: z.strictObject({ from: day, to: day }),
    answer: z.object({ total: figures, days: z.record(z.string(), figures) }),
    async handle({ query }) {
      const days = (Date.parse(query.to) - Date.parse(query.from)) / DAY_MS + 1
      if (days >= 1 && days <= MOST_DAYS) {
        const found = await desk.figures.read(query)
        return { body: found as { total: z.input<typeof figures>; days: Record<string, z.input<typeof figures>> } }
      }
      const problems = [{ field: 'to', message: `is ${days} days from 'from'`, fix: `give 1 to ${MOST_DAYS} days` }]
      throw new ApiError(400, 'desk.days', 'the days cannot be used', { problems })
    },
  })

  return [list, patch, tickets, read]
}
