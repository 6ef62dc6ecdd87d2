import { type ZodType, z } from 'zod'
import { type Sender, senderOf } from './batch.js'
import { mayName } from './contact-search.js'
import { ApiError, type Route, route } from './route.js'
import { wholeList } from './sorting.js'

const orderShown = z.object({
  shop: z.string(),
  orderNo: z.string(),
  rev: z.int(),
  updatedAt: z.date(),
  order: z.record(z.string(), z.unknown()),
})

/** Orders of one person that are looked at; hardly anybody has as many. */
const MOST_ORDERS = 1000
const ORDERS = wholeList<z.input<typeof orderShown>>()({
  values: {
    orderNo: ({ orderNo }) => orderNo,
    shop: ({ shop }) => shop,
    createdAt: ({ order: { createdAt } }) => (typeof createdAt === 'string' ? createdAt : undefined),
    updatedAt: ({ updatedAt }) => updatedAt,
  },
  id: ({ shop, orderNo }) => `${shop}:${orderNo}`,
  otherwise: '-updatedAt',
})

interface ApiIdentity {
  platform: string
  account: string
  externalId: string
  boundAt: Date
  follow: { following: boolean; at: Date }
}

/** A contact as the routes read it. */
export interface ApiContact {
  _id: string
  identities: readonly ApiIdentity[]
  unionid?: string
  tags: readonly string[]
  profile: Record<string, unknown>
  consents: Readonly<Record<string, { allowed: boolean; at: Date; source: string; textVersion?: string } | undefined>>
  firstSeenAt: Date
  lastSeenAt: Date
  mergedFrom?: readonly string[]
  shop?: {
    orderCount: number
    paidFen: number
    refundedFen: number
    firstOrderAt?: Date
    lastOrderAt?: Date
    runOut: readonly { product: string; at: Date }[]
  }
}

/** What the contact routes are made of; `P` is a person in a shop's words. */
export interface ContactRoutePorts<P> {
  lookup: {
    find(sender: Sender, person: P): Promise<string | undefined>
    read(contact: string): Promise<ApiContact | undefined>
  }
  windows: {
    /** `<account>:<openid>`. */
    of(
      key: string,
      now: Date,
    ): Promise<{ open: readonly { trigger: string; remaining: number; until: Date }[]; lastActAt?: Date }>
  }
  /** How many messages of each subscription template somebody may still be sent. */
  credits(
    contact: ApiContact,
  ): Promise<readonly { template: string; credits: number; platform: string; account: string }[]>
  privacy: {
    export(contact: string): Promise<object | undefined>
    erase(contact: string, at: Date): Promise<boolean>
  }
  orders: {
    of(
      contacts: readonly string[],
      limit: number,
    ): Promise<readonly { shop: string; orderNo: string; rev: number; updatedAt: Date; order: object }[]>
  }
  now(): Date
  schemas: { person: ZodType<P> }
}

/** The id of a contact, in paths. */
export const contactId = z.object({ id: z.string().regex(/^[0-9a-f]{24}$/, 'is no contact’s id') })
const missing = { 404: 'There is no such contact.' }
const tag = 'People'

/** A contact in an answer. */
export const contactAnswer = z
  .object({
    id: z.string(),
    identities: z.array(
      z.object({
        platform: z.string(),
        account: z.string(),
        externalId: z.string().optional().describe('absent for telephones, which are kept as hashes only'),
        following: z.boolean(),
        followAt: z.date().optional(),
        boundAt: z.date(),
      }),
    ),
    unionid: z.string().optional(),
    tags: z.array(z.string()),
    profile: z.record(z.string(), z.unknown()),
    consents: z.record(
      z.string(),
      z.object({ allowed: z.boolean(), at: z.date(), source: z.string(), textVersion: z.string().optional() }),
    ),
    firstSeenAt: z.date(),
    lastSeenAt: z.date(),
    bought: z
      .object({
        orderCount: z.int(),
        paidFen: z.int(),
        refundedFen: z.int(),
        firstOrderAt: z.date().optional(),
        lastOrderAt: z.date().optional(),
        runOut: z.array(z.object({ product: z.string(), at: z.date() })),
      })
      .optional()
      .describe('reckoned from the order facts of all shops'),
  })
  .meta({ id: 'Contact', description: 'A person, as we know her.' })

/** People: found, read, exported, erased. */
export function createContactRoutes<P>(ports: ContactRoutePorts<P>): Route[] {
  const { lookup, windows, credits, privacy, orders, now, schemas } = ports

  async function read(id: string): Promise<ApiContact> {
    const found = await lookup.read(id)
    if (!found) throw new ApiError(404, 'contact.unknown', 'there is no such contact')
    return found
  }

  return [
    route({
      id: 'findContact',
      method: 'GET',
      path: '/contacts',
      tag,
      summary: 'The contact of a person by what the shop calls them.',
      description:
        'With several identities the first one that is known decides: user, miniOpenid, openid, phone, unionid.',
      scope: 'contacts:read',
      query: schemas.person,
      answer: contactAnswer,
      errors: { ...missing, 403: 'Somebody who sees no names cannot ask whose a number or id is.' },
      async handle({ query, caller }) {
        mayName(caller)
        const id = await lookup.find(senderOf(caller), query)
        if (id === undefined) throw new ApiError(404, 'contact.unknown', 'nobody is known by that')
        return { body: shown(await read(id)) }
      },
    }),
    route({
      id: 'getContact',
      method: 'GET',
      path: '/contacts/:id',
      tag,
      summary: 'A contact; the id of one that was merged gives the one it belongs to now.',
      scope: 'contacts:read',
      params: contactId,
      answer: contactAnswer,
      errors: missing,
      handle: async ({ params }) => ({ body: shown(await read(params.id)) }),
    }),
    route({
      id: 'getWindows',
      method: 'GET',
      path: '/contacts/:id/windows',
      tag,
      summary: 'By which ways the person can be written to now: open windows and accepted templates.',
      scope: 'contacts:read',
      params: contactId,
      answer: z.object({
        windows: z.array(
          z.object({
            account: z.string(),
            trigger: z.string().describe('what the person did: message, menu, subscribe, scan'),
            remaining: z.int().describe('messages left in it'),
            until: z.date(),
          }),
        ),
        credits: z.array(
          z.object({ platform: z.string(), account: z.string(), template: z.string(), credits: z.int() }),
        ),
      }),
      errors: missing,
      async handle({ params }) {
        const contact = await read(params.id)
        const at = now()
        const open = contact.identities
          .filter(({ platform }) => platform === 'official-account')
          .map(async ({ account, externalId }) => {
            const state = await windows.of(`${account}:${externalId}`, at)
            return state.open.map(({ trigger, remaining, until }) => ({ account, trigger, remaining, until }))
          })
        const accepted = await credits(contact)
        return { body: { windows: (await Promise.all(open)).flat(), credits: [...accepted] } }
      },
    }),
    route({
      id: 'listContactOrders',
      method: 'GET',
      path: '/contacts/:id/orders',
      tag,
      summary: 'The person’s orders, newest first.',
      scope: 'contacts:read',
      params: contactId,
      query: z.strictObject({ ...ORDERS.query, limit: z.coerce.number().int().min(1).max(200).default(50) }),
      answer: z.object({ orders: z.array(orderShown), ...ORDERS.answer }),
      errors: missing,
      async handle({ params, query }) {
        const { _id, mergedFrom = [] } = await read(params.id)
        const found = await orders.of([_id, ...mergedFrom], MOST_ORDERS)
        const all = found.map((one) => ({ ...one, order: { ...one.order } as Record<string, unknown> }))
        const { rows, rest } = ORDERS.page(all, query)
        return { body: { orders: rows, ...rest } }
      },
    }),
    route({
      id: 'exportContact',
      method: 'GET',
      path: '/contacts/:id/export',
      tag,
      summary: 'Everything that is kept about the person (个人信息保护法, article 45).',
      scope: 'admin',
      unmasked: true,
      params: contactId,
      answer: z.record(z.string(), z.unknown()),
      errors: missing,
      async handle({ params }) {
        const found = await privacy.export(params.id)
        if (!found) throw new ApiError(404, 'contact.unknown', 'there is no such contact')
        return { body: { ...found } }
      },
    }),
    route({
      id: 'eraseContact',
      method: 'DELETE',
      path: '/contacts/:id',
      tag,
      summary: 'Erase the person (个人信息保护法, article 47): what stays says only that there was somebody.',
      scope: 'admin',
      params: contactId,
      answer: z.object({ erased: z.literal(true) }),
      errors: missing,
      async handle({ params }) {
        const done = await privacy.erase(params.id, now())
        if (!done) throw new ApiError(404, 'contact.unknown', 'there is no such contact')
        return { body: { erased: true as const } }
      },
    }),
  ]
}

/** A contact as it is shown. */
export function shown(contact: ApiContact) {
  const { _id, identities, unionid, tags, profile, consents, firstSeenAt, lastSeenAt, shop } = contact
  const given = Object.entries(consents).flatMap(([purpose, consent]) => (consent ? [[purpose, consent] as const] : []))
  return {
    id: _id,
    identities: identities.map(({ platform, account, externalId, boundAt, follow }) => ({
      platform,
      account,
      ...(platform !== 'phone' && { externalId }),
      following: follow.following,
      ...(follow.at.getTime() > 0 && { followAt: follow.at }),
      boundAt,
    })),
    ...(unionid !== undefined && { unionid }),
    tags: [...tags],
    profile,
    consents: Object.fromEntries(given),
    firstSeenAt,
    lastSeenAt,
    ...(shop && { bought: { ...shop, runOut: [...shop.runOut] } }),
  }
}
