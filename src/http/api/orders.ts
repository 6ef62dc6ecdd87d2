import { type ZodType, z } from 'zod'
import { answerBatch, batchAnswer, type ItemResult, itemsOf, type Sender, senderOf } from './batch.js'
import { ApiError, type Route, route } from './route.js'

/** What the order routes are made of. */
export interface OrderRoutePorts {
  orders: {
    put(sender: Sender, orders: readonly unknown[]): Promise<ItemResult[]>
    find(
      shop: string,
      orderNo: string,
    ): Promise<{ orderNo: string; rev: number; contact?: string; updatedAt: Date; order: object } | undefined>
  }
  schemas: { order: ZodType }
}

/** Orders in. */
export function createOrderRoutes({ orders, schemas }: OrderRoutePorts): Route[] {
  return [
    route({
      id: 'putOrders',
      method: 'POST',
      path: '/orders',
      tag: 'Orders',
      summary: 'Tell the present state of orders, up to 500 at once, each whole.',
      description: `An order is known by the key’s shop and \`orderNo\`. A higher \`rev\` replaces a lower one, never the other way round: a
lower one is \`stale\`, the same one again is a \`duplicate\`, the same one with another content is rejected. From the moments that an order
tells, each \`order.*\` fact is made once, also when revisions were skipped. What has been paid stays: corrections are refunds.`,
      scope: 'orders:write',
      body: z.strictObject({ orders: itemsOf(schemas.order) }),
      answer: batchAnswer,
      handle: async ({ body, caller }) => answerBatch(await orders.put(senderOf(caller), body.orders)),
    }),
    route({
      id: 'getOrder',
      method: 'GET',
      path: '/orders/:orderNo',
      tag: 'Orders',
      summary: 'An order of the key’s shop as it was last told.',
      scope: 'orders:write',
      params: z.object({ orderNo: z.string().max(64) }),
      answer: z.object({
        orderNo: z.string(),
        rev: z.int(),
        contact: z.string().optional(),
        updatedAt: z.date(),
        order: z.record(z.string(), z.unknown()),
      }),
      errors: { 404: 'There is no such order.' },
      async handle({ params, caller }) {
        const row = await orders.find(caller.shop, params.orderNo)
        if (!row) throw new ApiError(404, 'order.unknown', 'there is no such order')
        const { orderNo, rev, contact, updatedAt, order } = row
        return { body: { orderNo, rev, ...(contact !== undefined && { contact }), updatedAt, order: { ...order } } }
      },
    }),
  ]
}
