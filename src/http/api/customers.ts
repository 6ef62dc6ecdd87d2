import { z } from 'zod'
import { customer, relation, syncState } from './customers-view.js'
import { type HandOversPort, handOverRoutes } from './hand-overs.js'
import { order } from './operations-shapes.js'
import { ApiError, type Route, route } from './route.js'
import { cursor, sortBy } from './sorting.js'

/** What the routes ask of the customers; `src/customers/customers.ts` is it. */
export interface CustomersPort {
  readonly accounts: readonly string[]
  readonly search: {
    list(query: ListQuery): Promise<{ customers: z.input<typeof relation>[]; next?: string }>
    lost(query: {
      account: string
      staff?: string
      from?: Date
      after?: string
      limit?: number
    }): Promise<{ customers: z.input<typeof relation>[]; next?: string }>
    show(account: string, externalId: string): Promise<z.input<typeof customer> | undefined>
  }
  readonly relations: { counts(account: string): Promise<{ staff: string; customers: number }[]> }
  readonly handOvers: HandOversPort
  syncState(account: string): Promise<SyncState | undefined>
}

interface SyncState extends Omit<z.input<typeof syncState>, 'counts' | 'conflicts'> {
  counts: object
  conflicts: readonly z.input<typeof syncState>['conflicts'][number][]
}

interface ListQuery {
  account: string
  staff?: string
  tag?: string
  state?: string
  standing?: 'live' | 'lost' | 'ended' | 'waiting' | 'all'
  after?: string
  limit?: number
}

const TAG = 'customers'
const id = z.string().min(1).max(128)
const byAccount = z.strictObject({ account: id })

/** The routes of customers and hand-overs. */
export function customerRoutes(ports: { customers: CustomersPort; now?(): Date }): Route[] {
  const { customers, now = () => new Date() } = ports
  const known = (account: string) => {
    if (customers.accounts.includes(account)) return account
    throw new ApiError(404, 'account.unknown', `the account '${account}' is no app of a corporation`)
  }

  const list = route({
    method: 'GET',
    path: '/customers',
    id: 'listCustomers',
    summary: 'Pairs of member and customer, page by page',
    description:
      '`tag` is a name: one of the corporation’s tags, or of ours that the corporation does not have. Ask for the next page with `next` as `after` and the same conditions; a page may be shorter than `limit`.',
    tag: TAG,
    scope: 'contacts:read',
    query: z.strictObject({
      account: id,
      staff: id.optional(),
      tag: z.string().min(1).max(80).optional(),
      state: z.string().min(1).max(64).optional(),
      standing: z.enum(['live', 'lost', 'ended', 'waiting', 'all']).default('live'),
      sort: sortBy(['staff', 'addedAt']),
      after: cursor,
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    answer: z.object({ customers: z.array(relation), next: z.string().optional() }),
    errors: { 404: 'There is no such account.' },
    async handle({ query }) {
      const { account, staff, tag, state, sort, after, standing, limit } = query
      const asked = {
        account: known(account),
        standing,
        limit,
        ...(staff !== undefined && { staff }),
        ...(tag !== undefined && { tag }),
        ...(state !== undefined && { state }),
        ...(sort !== undefined && { sort }),
        ...(after !== undefined && { after }),
      }
      return { body: await customers.search.list(asked) }
    },
  })

  const lost = route({
    method: 'GET',
    path: '/customers/:account/lost',
    id: 'listLostCustomers',
    summary: 'Customers who removed a member, by when they did',
    description: 'The platform tells it at once; staff are told by an alert where one is set for it.',
    tag: TAG,
    scope: 'contacts:read',
    params: byAccount,
    query: z.strictObject({
      staff: id.optional(),
      days: z.coerce.number().int().min(1).max(3650).optional().meta({ description: 'lost within so many days' }),
      order,
      after: z.string().max(400).optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    answer: z.object({ customers: z.array(relation), next: z.string().optional() }),
    errors: { 404: 'There is no such account.' },
    async handle({ params, query: { staff, days, order, after, limit } }) {
      const asked = {
        account: known(params.account),
        limit,
        order,
        ...(staff !== undefined && { staff }),
        ...(days !== undefined && { from: new Date(now().getTime() - days * 86_400_000) }),
        ...(after !== undefined && { after }),
      }
      return { body: await customers.search.lost(asked) }
    },
  })

  const show = route({
    method: 'GET',
    path: '/customers/:account/:customer',
    id: 'getCustomer',
    summary: 'One customer with all pairs and what happened lately',
    tag: TAG,
    scope: 'contacts:read',
    params: byAccount.extend({ customer: id }),
    answer: customer,
    errors: { 404: 'There is no such customer.' },
    async handle({ params }) {
      const found = await customers.search.show(known(params.account), params.customer)
      if (!found) throw new ApiError(404, 'customer.unknown', `there is no customer '${params.customer}'`)
      return { body: found }
    },
  })

  const staff = route({
    method: 'GET',
    path: '/customers/:account/staff',
    id: 'listCustomerStaff',
    summary: 'How many customers each member has',
    tag: TAG,
    scope: 'contacts:read',
    params: byAccount,
    answer: z.object({ staff: z.array(z.object({ staff: z.string(), customers: z.int() })) }),
    errors: { 404: 'There is no such account.' },
    handle: async ({ params }) => ({ body: { staff: await customers.relations.counts(known(params.account)) } }),
  })

  const sync = route({
    method: 'GET',
    path: '/customers/:account/sync',
    id: 'getCustomerSync',
    summary: 'How the last sync of customers stands, with what was different',
    description: 'It runs every night; `weloop customers sync` runs it at once.',
    tag: TAG,
    scope: 'operations:read',
    params: byAccount,
    answer: syncState,
    errors: { 404: 'There is no such account, or it was never synced.' },
    async handle({ params }) {
      const found = await customers.syncState(known(params.account))
      if (!found) throw new ApiError(404, 'sync.none', `'${params.account}' was never synced`)
      return { body: { ...found, counts: { ...found.counts }, conflicts: [...found.conflicts] } }
    },
  })

  return [list, staff, sync, lost, ...handOverRoutes({ handOvers: customers.handOvers, known }), show]
}
