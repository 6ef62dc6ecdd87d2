import { randomInt } from 'node:crypto'
import { carriers, WAYBILL_STATES } from '../../rules/mini-program/carriers.js'
import type { ShopClient } from './client.js'
import { advance, type Buyer, type Order, type OrderAct, type OrderLine } from './order.js'
import { createShopOutbox, type ShopAttempt, type ShopMessage, type ShopOutbox, type ShopRetry } from './outbox.js'
import { findSku } from './products.js'
import { type Doing, eventBody, identityBody, orderBody } from './report.js'

/** What the shop needs of the world: its customers' phones, WeChat Pay, the courier. */
export interface ShopWorld {
  /** Opens the shop's mini program on this person's phone. Throws for an unknown person. */
  visit(follower: string, page: string): { openid: string; unionid: string; name: string }
  pay(follower: string, payment: { fen: number; orderNo: string; goods: string }): { transactionId: string }
  refund(orderNo: string): void
  /** She confirms the receipt at the platform; nothing when the platform knows nothing of shipping. */
  confirm(orderNo: string): void
  moveParcel(tracking: string, status: number): void
  /** Answers the popup of a subscription template. */
  consent(follower: string, template: string, accepted: boolean): void
  now(): number
}

/** Something cannot be done now, in words. */
export type Refused = { refused: string }

/** An order of the customer, as the control API and the pages see it. */
export type OrderView = Order

/** The sample shop. Every change is told to the product by the shop's outbox. */
export interface Shop {
  appid: string
  /** Whether it has the address and key of a product. */
  connected: boolean
  /** Opens it on a phone; the shop tells the product who that is. */
  open(follower: string, page: string): Buyer
  place(follower: string, lines: readonly { sku: string; count: number }[]): Order | Refused
  act(no: string, act: ShopAct): Order | Refused | undefined
  order(no: string): Order | undefined
  /** Newest first. */
  orders(follower?: string): Order[]
  /** Her answers to a popup, by template. */
  subscribe(follower: string, answers: Record<string, boolean>): void
  outbox: ShopOutbox
  reset(): void
  stop(): void
}

/** What the control API may ask; the rest of an act comes from the world. */
export type ShopAct =
  | { act: 'pay' | 'out' | 'deliver' | 'receive' | 'cancel' }
  | { act: 'ship'; carrier?: string | undefined; tracking?: string | undefined }
  | { act: 'refund'; fen?: number | undefined; reason?: string | undefined }

const MOST_ORDERS = 2000

/** A shop without orders. */
export function createShop(ports: {
  appid: string
  client: ShopClient | undefined
  world: ShopWorld
  retry?: Partial<ShopRetry>
  changed: (order: Order) => void
  told: (message: ShopMessage, attempt: ShopAttempt | undefined) => void
}): Shop {
  const { appid, world } = ports
  const orders = new Map<string, Order>()
  const buyers = new Map<string, Buyer>()
  let serial = randomInt(1000, 9000)
  const outbox = createShopOutbox({
    client: ports.client,
    now: Date.now,
    retry: { firstMs: 500, mostMs: 30_000, ...ports.retry },
    changed: (message) => ports.told(message, undefined),
    attempted: (message, attempt) => ports.told(message, attempt),
  })

  function keep(order: Order): void {
    orders.set(order.no, order)
    const [oldest] = orders.keys()
    if (orders.size > MOST_ORDERS && oldest !== undefined) orders.delete(oldest)
    ports.changed(order)
  }
  /** An order is told whole after every change; what happened to it follows from that. */
  function tell(order: Order): void {
    const about = { lane: order.buyer.follower, order: order.no }
    outbox.add({ ...about, kind: 'orders', key: `${order.no}-${order.rev}`, body: orderBody(order) })
  }
  function tellDoing(buyer: Buyer, type: Doing['type'], props: Doing['props']): void {
    serial += 1
    const at = world.now()
    const id = `${buyer.userId}-${at}-${serial}`
    outbox.add({ kind: 'events', lane: buyer.follower, key: id, body: eventBody(buyer, { id, at, type, props }) })
  }
  function visit(follower: string, page: string): Buyer {
    const { openid, unionid, name } = world.visit(follower, page)
    const known = buyers.get(follower)
    if (known) return known
    const digits = String(randomInt(10_000_000, 99_999_999))
    const buyer: Buyer = {
      follower,
      openid,
      unionid,
      userId: `U${digits}${serial++}`,
      name,
      phone: `138${digits}`,
      address: `广东省广州市海珠区示例路 ${randomInt(1, 200)} 号`,
    }
    buyers.set(follower, buyer)
    outbox.add({ kind: 'identify', lane: follower, key: `identify-${buyer.userId}`, body: identityBody(buyer) })
    return buyer
  }
  function newNumber(): string {
    const day = new Date(world.now() + 8 * 3_600_000).toISOString().slice(2, 10).replaceAll('-', '')
    serial += 1
    return `WH${day}${String(serial).padStart(4, '0')}${randomInt(100, 999)}`
  }
  function complete(order: Order, asked: ShopAct): OrderAct | Refused {
    switch (asked.act) {
      case 'pay': {
        if (order.state !== 'placed') return { refused: `order ${order.no} is ${order.state}` }
        const goods = order.lines.map((line) => line.name).join('、')
        const { follower } = order.buyer
        return { act: 'pay', ...world.pay(follower, { fen: order.amountFen, orderNo: order.no, goods }) }
      }
      case 'ship': {
        const carrier = carriers.find((item) => item.code === (asked.carrier ?? 'SF'))
        if (!carrier) return { refused: `there is no carrier ${asked.carrier}` }
        const tracking = asked.tracking ?? `${carrier.code}${randomInt(10 ** 11, 10 ** 12)}`
        return { act: 'ship', carrier: carrier.code, carrierName: carrier.name, tracking }
      }
      case 'refund': {
        const left = order.amountFen - order.refundedFen
        return { act: 'refund', fen: asked.fen ?? left, reason: asked.reason ?? '七天无理由退货' }
      }
      default:
        return { act: asked.act }
    }
  }
  /** What happens outside the shop when an order changed. */
  function afterwards({ act }: OrderAct, order: Order): void {
    const courier: Partial<Record<OrderAct['act'], number>> = {
      ship: WAYBILL_STATES.pickedUp,
      out: WAYBILL_STATES.delivering,
      deliver: WAYBILL_STATES.signed,
    }
    const status = courier[act]
    const parcels = act === 'ship' ? order.parcels.slice(-1) : order.parcels
    if (status !== undefined) for (const { tracking } of parcels) world.moveParcel(tracking, status)
    if (order.state === 'refunded') world.refund(order.no)
    if (act === 'receive') world.confirm(order.no)
  }

  return {
    appid,
    connected: ports.client !== undefined,
    open: (follower, page) => {
      const buyer = visit(follower, page)
      tellDoing(buyer, 'mp.launch', { page: page || 'pages/index' })
      return buyer
    },
    place: (follower, asked) => {
      const lines: OrderLine[] = []
      for (const { sku, count } of asked) {
        const found = findSku(sku)
        if (!found) return { refused: `there is no ${sku}` }
        const { product, variant } = found
        const { id, name, category, lastsDays } = product
        const lasts = lastsDays === undefined ? {} : { lastsDays }
        lines.push({ sku, product: id, name, spec: variant.spec, category, fen: variant.fen, count, ...lasts })
      }
      const buyer = visit(follower, 'pages/orders/confirm')
      const now = world.now()
      const order: Order = {
        no: newNumber(),
        rev: 1,
        state: 'placed',
        buyer,
        lines,
        amountFen: lines.reduce((sum, line) => sum + line.fen * line.count, 0),
        placedAt: now,
        changedAt: now,
        parcels: [],
        refundedFen: 0,
        refunds: [],
      }
      keep(order)
      tell(order)
      return order
    },
    act: (no, asked) => {
      const order = orders.get(no)
      if (!order) return undefined
      const act = complete(order, asked)
      if ('refused' in act) return act
      const next = advance(order, act, world.now())
      if ('refused' in next) return next
      keep(next)
      tell(next)
      afterwards(act, next)
      return next
    },
    order: (no) => orders.get(no),
    orders: (follower) =>
      [...orders.values()].reverse().filter((order) => follower === undefined || order.buyer.follower === follower),
    subscribe: (follower, answers) => {
      const buyer = visit(follower, 'pages/orders/detail')
      for (const [template, accepted] of Object.entries(answers)) world.consent(follower, template, accepted)
      const list = Object.entries(answers).map(([template, accepted]) => ({ template, accepted }))
      tellDoing(buyer, 'mp.subscribed', { page: 'pages/orders/detail', answers: list })
    },
    outbox,
    reset: () => {
      outbox.clear()
      orders.clear()
      buyers.clear()
    },
    stop: () => outbox.stop(),
  }
}
