import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { SortedPage } from '../../core/sort.js'
import { handOver, handOverHead, handOverItem, handOverItemQuery } from './customers-view.js'
import { ApiError, type Route, route } from './route.js'

/** What the routes ask of hand-overs; `src/customers/hand-over/hand-over.ts` is it. */
export interface HandOversPort {
  plan(ask: HandOverAsk): Promise<HandOver>
  start(id: string): Promise<HandOver | undefined>
  drop(id: string): Promise<'dropped' | 'unknown' | 'started'>
  find(id: string): Promise<HandOver | undefined>
  list(query: { account: string }): Promise<Head[]>
  items(id: string, query: z.output<typeof handOverItemQuery>): Promise<SortedPage<z.input<typeof handOverItem>>>
  unassigned(account: string, cursor?: string): Promise<{ items: readonly Unassigned[]; next?: string }>
}

interface HandOverAsk {
  account: string
  from: string
  to: readonly string[]
  customers?: 'all' | readonly string[]
  groups?: 'all' | readonly string[]
  resigned?: boolean
  message?: string
  by: string
  key?: string
}

type ItemState = z.output<typeof handOverItem>['state']
type Head = Omit<z.input<typeof handOverHead>, 'id'> & { _id: string }
type HandOver = Head & {
  items: Record<'customer' | 'group', Partial<Record<ItemState, number>>>
}
interface Unassigned {
  staff: string
  customer: string
  leftAt: Date
}

const TAG = 'hand-overs'
const id = z.string().min(1).max(200)
const some = z.union([z.literal('all'), z.array(z.string().min(1).max(128)).max(20_000)])
const UNKNOWN = { 404: 'There is no such hand-over.' }

/** The routes of hand-overs (继承). */
export function handOverRoutes(ports: { handOvers: HandOversPort; known(account: string): string }): Route[] {
  const { handOvers, known } = ports
  const found = (row: HandOver | undefined, asked: string): HandOver => {
    if (row) return row
    throw new ApiError(404, 'hand-over.unknown', `there is no hand-over '${asked}'`)
  }

  const plan = route({
    method: 'POST',
    path: '/hand-overs',
    id: 'planHandOver',
    summary: 'Plan to hand a member’s customers and groups to others',
    description:
      'Nothing is sent before it is started. Several takers take in turn. Without `resigned` it is found out whether the member has left. The platform takes a customer twice within 90 days, completes after 24 hours unless the customer refuses, and moves at most 300 groups of an owner a day.',
    tag: TAG,
    scope: 'contacts:write',
    idempotent: true,
    body: z.strictObject({
      account: z.string().min(1).max(64),
      from: z.string().min(1).max(64),
      to: z.array(z.string().min(1).max(64)).min(1).max(100),
      customers: some.default('all'),
      groups: some.default('all'),
      resigned: z.boolean().optional(),
      message: z.string().min(1).max(200).optional(),
    }),
    answer: handOver,
    errors: { 404: 'There is no such account.', 422: 'It cannot be planned so.' },
    async handle({ body, caller, idempotencyKey }) {
      const { account, from, to, customers, groups, resigned, message } = body
      const ask = {
        account: known(account),
        from,
        to,
        customers,
        groups,
        by: caller.id,
        ...(resigned !== undefined && { resigned }),
        ...(message !== undefined && { message }),
        ...(idempotencyKey !== undefined && { key: `${caller.id}:${idempotencyKey}` }),
      }
      return { status: 201, body: viewOf(await handOvers.plan(ask).catch(refused)) }
    },
  })

  const list = route({
    method: 'GET',
    path: '/hand-overs',
    id: 'listHandOvers',
    summary: 'Hand-overs, newest first',
    tag: TAG,
    scope: 'contacts:read',
    query: z.strictObject({ account: z.string().min(1).max(64) }),
    answer: z.object({ handOvers: z.array(handOverHead) }),
    errors: { 404: 'There is no such account.' },
    handle: async ({ query }) => {
      const rows = await handOvers.list({ account: known(query.account) })
      return { body: { handOvers: rows.map(headOf) } }
    },
  })

  const show = route({
    method: 'GET',
    path: '/hand-overs/:id',
    id: 'getHandOver',
    summary: 'A hand-over with its counts',
    tag: TAG,
    scope: 'contacts:read',
    params: z.strictObject({ id }),
    answer: handOver,
    errors: UNKNOWN,
    handle: async ({ params }) => ({ body: viewOf(found(await handOvers.find(params.id), params.id)) }),
  })

  const items = route({
    method: 'GET',
    path: '/hand-overs/:id/items',
    id: 'listHandOverItems',
    summary: 'Customers and groups of a hand-over, where each stands and why',
    tag: TAG,
    scope: 'contacts:read',
    params: z.strictObject({ id }),
    query: handOverItemQuery,
    answer: z.object({ items: z.array(handOverItem), next: z.string().optional() }),
    errors: UNKNOWN,
    async handle({ params, query }) {
      found(await handOvers.find(params.id), params.id)
      const { rows, ...more } = await handOvers.items(params.id, query)
      return { body: { items: rows.map(itemOf), ...more } }
    },
  })

  const start = route({
    method: 'POST',
    path: '/hand-overs/:id/start',
    id: 'startHandOver',
    summary: 'Start a planned hand-over; again changes nothing',
    tag: TAG,
    scope: 'contacts:write',
    params: z.strictObject({ id }),
    answer: handOver,
    errors: UNKNOWN,
    handle: async ({ params }) => ({ body: viewOf(found(await handOvers.start(params.id), params.id)) }),
  })

  const drop = route({
    method: 'DELETE',
    path: '/hand-overs/:id',
    id: 'dropHandOver',
    summary: 'Drop a hand-over that was not started',
    tag: TAG,
    scope: 'contacts:write',
    params: z.strictObject({ id }),
    answer: z.object({ id: z.string() }),
    errors: { ...UNKNOWN, 409: 'It was started: the platform knows no way back.' },
    async handle({ params }) {
      const outcome = await handOvers.drop(params.id)
      if (outcome === 'unknown') found(undefined, params.id)
      if (outcome === 'started') throw new ApiError(409, 'hand-over.started', 'a started hand-over cannot be dropped')
      return { body: { id: params.id } }
    },
  })

  const unassigned = route({
    method: 'GET',
    path: '/customers/:account/unassigned',
    id: 'listUnassignedCustomers',
    summary: 'Customers of members who have left, as the platform lists them',
    tag: TAG,
    scope: 'contacts:read',
    params: z.strictObject({ account: z.string().max(64) }),
    query: z.strictObject({ cursor: z.string().max(400).optional() }),
    answer: z.object({
      customers: z.array(z.object({ staff: z.string(), customer: z.string(), leftAt: z.date() })),
      next: z.string().optional(),
    }),
    errors: { 404: 'There is no such account.' },
    async handle({ params, query }) {
      const { items: rows, next } = await handOvers.unassigned(known(params.account), query.cursor)
      return { body: { customers: [...rows], ...(next !== undefined && { next }) } }
    },
  })

  return [plan, list, show, items, start, drop, unassigned]
}

function headOf({
  _id,
  account,
  from,
  to,
  resigned,
  message,
  state,
  held,
  createdAt,
  startedAt,
  finishedAt,
  by,
}: Head) {
  return {
    ...{ id: _id, account, from, to, resigned, state, createdAt, by },
    ...(message !== undefined && { message }),
    ...(held !== undefined && { held }),
    ...(startedAt && { startedAt }),
    ...(finishedAt && { finishedAt }),
  }
}

const viewOf = (row: HandOver): z.input<typeof handOver> => {
  const { customer, group } = row.items
  return { ...headOf(row), items: { customer: { ...customer }, group: { ...group } } }
}

function itemOf({ kind, target, contact, to, state, reason, sentAt, endedAt }: z.input<typeof handOverItem>) {
  return {
    ...{ kind, target, to, state },
    ...(contact !== undefined && { contact }),
    ...(reason !== undefined && { reason }),
    ...(sentAt && { sentAt }),
    ...(endedAt && { endedAt }),
  }
}

/** What cannot be planned is told to the caller with the remedy. */
function refused(error: unknown): never {
  if (error instanceof AppError && error.code.startsWith('hand-over.')) {
    const problems = [{ field: error.code.slice('hand-over.'.length), message: error.message, fix: error.fix ?? '' }]
    throw new ApiError(422, error.code, error.message, { problems })
  }
  throw error
}
