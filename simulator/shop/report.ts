import type { ShopBodies } from './client.js'
import { type Buyer, goodsOf, type Order } from './order.js'

/** The pages of the shop's mini program that others lead to. */
export const pageOf = (orderNo: string): string => `pages/orders/detail?no=${orderNo}`

const iso = (at: number) => new Date(at).toISOString()
const PICTURES = 'https://shop.example.cn/shop/pictures'

/** The buyer under every id the shop knows; the telephone number only where she has given it for a parcel. */
function personOf(buyer: Buyer): ShopBodies['identify']['people'][number]['person'] {
  return { user: buyer.userId, miniOpenid: buyer.openid, unionid: buyer.unionid, phone: buyer.phone }
}

/** Who somebody is, told once after her login. */
export function identityBody(buyer: Buyer): ShopBodies['identify'] {
  return { people: [{ person: personOf(buyer), profile: { city: '广州' } }] }
}

/** The order as it stands, always the whole of it; `rev` grows with every change. */
export function orderBody(order: Order): ShopBodies['orders'] {
  const { buyer } = order
  const [first] = order.lines
  return {
    orders: [
      {
        orderNo: order.no,
        rev: order.rev,
        person: personOf(buyer),
        createdAt: iso(order.placedAt),
        totalFen: order.amountFen,
        ...(order.paidAt !== undefined && { paidAt: iso(order.paidAt), paidFen: order.amountFen }),
        ...(order.receivedAt !== undefined && { completedAt: iso(order.receivedAt) }),
        ...(order.cancelledAt !== undefined && { cancelledAt: iso(order.cancelledAt) }),
        items: order.lines.map((line) => ({
          sku: line.sku,
          name: `${line.name} ${line.spec}`,
          category: line.category,
          line: line.product,
          qty: line.count,
          amountFen: line.fen * line.count,
          ...(line.lastsDays !== undefined && { consumeDays: line.lastsDays }),
        })),
        shipments: order.parcels.map(({ carrier, tracking, shippedAt }) => ({
          carrier,
          trackingNo: tracking,
          shippedAt: iso(shippedAt),
          ...(order.outAt !== undefined && { outForDeliveryAt: iso(order.outAt) }),
          ...(order.deliveredAt !== undefined && { deliveredAt: iso(order.deliveredAt) }),
          goods: goodsOf(order),
        })),
        refunds: order.refunds.map(({ id, fen, at }) => ({ refundNo: id, amountFen: fen, at: iso(at) })),
        ...(order.transactionId !== undefined && {
          payment: { transactionId: order.transactionId, tradeNo: order.no, payerOpenid: buyer.openid },
        }),
        receiver: { name: buyer.name, phone: buyer.phone, city: '广州' },
        page: pageOf(order.no),
        ...(first && { picture: `${PICTURES}/${first.product}.svg` }),
      },
    ],
  }
}

/** Something a person did in the mini program. `id` is the shop's own and the same whenever it is told again. */
export interface Doing {
  id: string
  at: number
  type: 'mp.launch' | 'mp.page-view' | 'mp.subscribed'
  props: Record<string, unknown>
}

/** What she did, as the events API takes it. */
export function eventBody(buyer: Buyer, { id, at, type, props }: Doing): ShopBodies['events'] {
  const { userId: user, openid: miniOpenid } = buyer
  return { events: [{ id, type, at: iso(at), person: { user, miniOpenid }, props }] }
}
