import { z } from 'zod'
import { personSchema } from '../person.js'
import { extra, fen, moment, page, word } from '../types/fields.js'
import { carrier, itemSchema, orderNo, partSchema, paymentSchema, trackingNo } from '../types/order.js'

const shipmentSchema = z
  .strictObject({
    carrier,
    trackingNo: trackingNo.default(''),
    shippedAt: moment,
    outForDeliveryAt: moment.optional(),
    deliveredAt: moment.optional(),
    items: z.array(partSchema).max(100).optional(),
    goods: word(120).optional().describe('what is in it, in words'),
  })
  .meta({ id: 'Shipment', description: 'One parcel of an order.' })

const refundSchema = z
  .strictObject({
    refundNo: orderNo.describe('the number of the refund'),
    amountFen: fen,
    at: moment,
    items: z.array(partSchema).max(100).optional(),
  })
  .meta({ id: 'Refund', description: 'Money that went back.' })

const unique = <T>(list: readonly T[], key: (one: T) => string) => new Set(list.map(key)).size === list.length

/** An order as the shop sends it: always the whole of it. */
export const orderSchema = z
  .strictObject({
    orderNo,
    rev: z.int().min(0).describe('grows with every change at the shop, e.g. its version or time of update in ms'),
    person: personSchema.optional().describe('who bought it'),
    createdAt: moment,
    paidAt: moment.optional(),
    completedAt: moment.optional(),
    cancelledAt: moment.optional(),
    cancelReason: word(120).optional(),
    totalFen: fen.optional().describe('what was to be paid'),
    paidFen: fen.optional().describe('what was paid; needed with paidAt'),
    items: z.array(itemSchema).min(1).max(100),
    shipments: z
      .array(shipmentSchema)
      .max(50)
      .default([])
      .refine((list) => unique(list, ({ trackingNo: number }) => number), 'names a parcel twice'),
    refunds: z
      .array(refundSchema)
      .max(50)
      .default([])
      .refine((list) => unique(list, ({ refundNo }) => refundNo), 'names a refund twice'),
    payment: paymentSchema.optional(),
    receiver: z
      .strictObject({ name: word(40).optional(), phone: word(24).optional(), city: word(40).optional() })
      .optional()
      .describe('kept with the order only, for the platform’s parcel messages; never part of facts'),
    page: page.optional(),
    picture: z
      .url({ protocol: /^https$/ })
      .max(1024)
      .optional()
      .describe('a picture of the goods'),
    extra: extra.optional(),
  })
  .superRefine((order, context) => {
    const add = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (order.paidAt && order.paidFen === undefined) add('paidFen', 'is missing although paidAt is there')
    if (!order.paidAt && order.paidFen !== undefined) add('paidAt', 'is missing although paidFen is there')
    if (!order.paidAt && order.refunds.length > 0) add('refunds', 'cannot be before anything was paid')
    const refunded = order.refunds.reduce((sum, { amountFen }) => sum + amountFen, 0)
    if (refunded > (order.paidFen ?? 0)) add('refunds', 'give back more than was paid')
  })
  .meta({ id: 'Order', description: 'An order as the shop tells it: always the whole of it.' })

export type Order = z.output<typeof orderSchema>
