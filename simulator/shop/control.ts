import { z } from 'zod'
import { carriers } from '../../rules/mini-program/carriers.js'
import { ControlError } from '../control/person.js'
import type { ControlAnswer, ControlRequest } from '../control/routes.js'
import type { SubscriptionTemplate } from '../options.js'
import { products } from './products.js'
import type { Refused, Shop } from './shop.js'

const lines = z
  .array(z.strictObject({ sku: z.string().max(64), count: z.number().int().min(1).max(99).default(1) }))
  .min(1)
  .max(20)
const placing = z.strictObject({ follower: z.string().max(128), lines, pay: z.boolean().default(true) })
const opening = z.strictObject({ follower: z.string().max(128), page: z.string().max(512).default('pages/index') })
const answering = z.strictObject({
  follower: z.string().max(128),
  answers: z.record(z.string().max(128), z.boolean()),
})
const shipping = z.strictObject({
  carrier: z.string().max(32).optional(),
  tracking: z
    .string()
    .regex(/^[A-Za-z0-9-]{6,40}$/)
    .optional(),
})
const refunding = z.strictObject({
  fen: z.number().int().min(1).optional(),
  reason: z.string().max(100).optional(),
})
const nothing = z.strictObject({})

/** What the shop's pages ask of it, below `/control/shop`; undefined for an unknown route. */
export function shopRoute(
  opened: { shop: Shop; account: string } | undefined,
  templates: () => SubscriptionTemplate[],
  request: ControlRequest,
): ControlAnswer {
  const [, area, id, verb] = request.path
  const key = `${request.method} /${area ?? ''}${id === undefined ? '' : '/:id'}${verb === undefined ? '' : '/:verb'}`
  const { body = {} } = request
  const shop = opened?.shop
  if (!shop) {
    if (key === 'GET /') return { appid: null }
    throw new ControlError(404, 'the simulator has no shop: no account has a mini program with a secret')
  }
  switch (key) {
    case 'GET /':
      return {
        appid: shop.appid,
        account: opened.account,
        connected: shop.connected,
        waiting: shop.outbox.waiting(),
        products,
        carriers: carriers.map(({ code, name }) => ({ code, name })),
        templates: templates().map(({ id, title }) => ({ id, title })),
      }
    case 'GET /orders':
      return { orders: shop.orders(request.query.get('follower') ?? undefined) }
    case 'GET /orders/:id': {
      const order = shop.order(id ?? '')
      if (!order) throw new ControlError(404, `there is no order ${id}`)
      return order
    }
    case 'POST /open': {
      const { follower, page } = opening.parse(body)
      return shop.open(follower, page)
    }
    case 'POST /orders': {
      const given = placing.parse(body)
      const placed = done(shop.place(given.follower, given.lines))
      return given.pay ? done(shop.act(placed.no, { act: 'pay' })) : placed
    }
    case 'POST /orders/:id/:verb':
      return done(act(shop, id ?? '', verb ?? '', body))
    case 'POST /consent': {
      const { follower, answers } = answering.parse(body)
      shop.subscribe(follower, answers)
      return {}
    }
    case 'GET /outbox':
      return { waiting: shop.outbox.waiting(), messages: shop.outbox.list() }
    case 'POST /hurry':
      shop.outbox.hurry()
      return { waiting: shop.outbox.waiting() }
    default:
      return undefined
  }
}

function act(shop: Shop, no: string, verb: string, body: unknown): ReturnType<Shop['act']> {
  switch (verb) {
    case 'ship':
      return shop.act(no, { act: 'ship', ...shipping.parse(body) })
    case 'refund':
      return shop.act(no, { act: 'refund', ...refunding.parse(body) })
    case 'pay':
    case 'out':
    case 'deliver':
    case 'receive':
    case 'cancel':
      nothing.parse(body)
      return shop.act(no, { act: verb })
    default:
      throw new ControlError(404, `nobody can ${verb} an order`)
  }
}

function done<T extends object>(given: T | Refused | undefined): T {
  if (given === undefined) throw new ControlError(404, 'there is no such order')
  if ('refused' in given) throw new ControlError(409, given.refused)
  return given
}
