import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { demoAccount, demoMiniProgram } from '../../simulator/options.js'
import { advance, type Order, type OrderAct } from '../../simulator/shop/order.js'
import { products } from '../../simulator/shop/products.js'
import { type Shop, type Simulator, startSimulator } from '../../simulator/start.js'
import { createEventRoutes } from '../../src/http/api/events.js'
import { createIdentifyRoutes } from '../../src/http/api/identify.js'
import { createOrderRoutes } from '../../src/http/api/orders.js'
import { schemas } from '../../src/shop/schemas.js'
import { serveApi, TEST_SECRET, testKey } from '../helpers/api.js'
import { type FakeProduct, startFakeProduct } from './fake-product.js'

let product: FakeProduct
let simulator: Simulator
let shop: Shop
let ming: string

beforeAll(async () => {
  product = await startFakeProduct()
  simulator = await startSimulator({
    port: 0,
    timing: { receiptMs: 0 },
    accounts: [{ ...demoAccount, callbackUrl: product.url, miniPrograms: [demoMiniProgram] }],
    shop: { product: product.api, retry: { firstMs: 1, mostMs: 4 } },
  })
  if (!simulator.shop) throw new Error('the simulator has no shop')
  shop = simulator.shop
})
beforeEach(() => {
  simulator.control.reset()
  product.requests.length = 0
  product.answerApi = () => undefined
  ming = simulator.control.addFollower({ following: true }).id
})
afterAll(async () => {
  await simulator.close()
  await product.close()
})

function placed(sku = 'WC4-TT-18'): Order {
  const order = shop.place(ming, [{ sku, count: 1 }])
  if ('refused' in order) throw new Error(order.refused)
  return order
}
function done(order: ReturnType<Shop['act']>): Order {
  if (!order || 'refused' in order) throw new Error(JSON.stringify(order))
  return order
}
const paths = () => product.requests.map((request) => request.path)
const rowsOf = (name: 'orders' | 'events' | 'people') =>
  product.requests.flatMap((request) => (request.body[name] as Record<string, unknown>[] | undefined) ?? [])

describe('what the shop tells the product', () => {
  test('is who she is, then her order whole after every change, in order', async () => {
    const { no } = placed()
    done(shop.act(no, { act: 'pay' }))
    done(shop.act(no, { act: 'ship', carrier: 'SF', tracking: 'SF1234567890' }))
    done(shop.act(no, { act: 'out' }))
    done(shop.act(no, { act: 'deliver' }))
    done(shop.act(no, { act: 'receive' }))
    done(shop.act(no, { act: 'refund', fen: 1000 }))
    await shop.outbox.settled()
    expect(paths()).toEqual(['/identify', ...Array.from({ length: 7 }, () => '/orders')])
    expect(rowsOf('orders').map((order) => order['rev'])).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(rowsOf('orders').at(-1)).toMatchObject({
      orderNo: no,
      paidFen: 29_500,
      shipments: [{ carrier: 'SF', trackingNo: 'SF1234567890', deliveredAt: expect.any(String) }],
      refunds: [{ refundNo: `${no}-R1`, amountFen: 1000 }],
      payment: { transactionId: expect.stringMatching(/^42000\d+$/) },
      page: `pages/orders/detail?no=${no}`,
    })
  })

  test("fits the product's own schemas", async () => {
    for (const { variants } of products) {
      const order = placed(variants[0]?.sku)
      done(shop.act(order.no, { act: 'pay' }))
      done(shop.act(order.no, { act: 'ship' }))
      done(shop.act(order.no, { act: 'refund' }))
    }
    shop.open(ming, 'pages/index')
    shop.subscribe(ming, { TPL_MINI_SHIP_demo: true })
    done(shop.act(placed().no, { act: 'cancel' }))
    await shop.outbox.settled()
    const wrong = [
      ...rowsOf('orders').map((row) => schemas.order.safeParse(row)),
      ...rowsOf('events').map((row) => schemas.event.safeParse(row)),
      ...rowsOf('people').map((row) => schemas.identity.safeParse(row)),
    ].flatMap((parsed) => (parsed.success ? [] : [parsed.error.message]))
    expect(wrong).toEqual([])
    expect(product.requests.length).toBeGreaterThan(products.length * 4)
  })
})

describe("the shop's outbox", () => {
  test('tries until the product took it, each time the same and signed anew, and nothing overtakes it', async () => {
    let refusals = 0
    product.answerApi = ({ path }) => {
      if (path !== '/orders' || refusals >= 4) return undefined
      refusals += 1
      return [{ status: 503 }, { status: 429, headers: { 'retry-after': '0' } }, 'hang up' as const, { status: 409 }][
        refusals - 1
      ]
    }
    const { no } = placed()
    done(shop.act(no, { act: 'pay' }))
    await shop.outbox.settled()
    const orders = product.requests.filter((request) => request.path === '/orders')
    expect(orders.map(({ body }) => (body['orders'] as { rev: number }[])[0]?.rev)).toEqual([1, 1, 1, 1, 1, 2])
    expect(new Set(orders.slice(0, 5).map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(new Set(orders.map((request) => request.signed)).size).toBe(6)
    const [, first] = shop.outbox.list()
    expect(first?.state).toBe('taken')
    expect(first?.attempts.map((attempt) => attempt.status)).toEqual([503, 429, undefined, 409, 202])
  })

  test('a refusal for good stays in sight and does not block what follows', async () => {
    product.answerApi = ({ path }) => (path === '/identify' ? { status: 422, body: { title: 'no' } } : undefined)
    placed()
    await shop.outbox.settled()
    expect(shop.outbox.list().map((message) => message.state)).toEqual(['refused', 'taken'])
    product.answerApi = () => ({ status: 202, body: { results: [{ index: 0, result: 'rejected', problems: [] }] } })
    placed()
    await shop.outbox.settled()
    expect(shop.outbox.list().at(-1)?.state).toBe('refused')
  })

  test('without a product everything waits, and the phone sells all the same', async () => {
    const alone = await startSimulator({
      port: 0,
      accounts: [{ ...demoAccount, callbackUrl: product.url, miniPrograms: [demoMiniProgram] }],
    })
    const { id } = alone.control.addFollower({ following: true })
    const order = alone.shop?.place(id, [{ sku: 'LP-60', count: 2 }])
    expect(order).toMatchObject({ state: 'placed', amountFen: 7980 })
    expect(alone.shop?.connected).toBe(false)
    expect(alone.shop?.outbox.waiting()).toBe(2)
    await alone.close()
  })
})

describe("the product's own frame", () => {
  test('takes what the shop tells, signed with its key; with a wrong key the messages wait', async () => {
    const taken: unknown[] = []
    const take = async (_sender: object, items: readonly unknown[]) => {
      taken.push(...items)
      return items.map((_, index) => ({ index, id: '', result: 'accepted' as const }))
    }
    const unused = async () => Promise.reject(new Error('not asked for'))
    let looked = () => {}
    const keys = {
      find: async () => {
        looked()
        return testKey()
      },
    }
    const routes = [
      ...createIdentifyRoutes({ identify: { take }, schemas }),
      ...createOrderRoutes({ orders: { put: take, find: unused }, schemas }),
      ...createEventRoutes({
        ingest: { take },
        types: { list: unused, define: unused },
        quarantine: { types: unused, list: unused, release: unused },
        schemas,
      }),
    ]
    const api = await serveApi(routes, { keys })
    const start = (secret: string) =>
      startSimulator({
        port: 0,
        accounts: [{ ...demoAccount, callbackUrl: product.url, miniPrograms: [demoMiniProgram] }],
        shop: { product: { url: api.url, keyId: 'test-key-1', secret }, retry: { firstMs: 1, mostMs: 1 } },
      })
    const right = await start(TEST_SECRET)
    const { id } = right.control.addFollower({ following: true })
    right.shop?.open(id, 'pages/index')
    right.shop?.place(id, [{ sku: 'BP-1', count: 1 }])
    await right.shop?.outbox.settled()
    expect(right.shop?.outbox.list().map((message) => [message.kind, message.attempts.at(-1)?.status])).toEqual([
      ['identify', 202],
      ['events', 202],
      ['orders', 202],
    ])
    expect(taken).toHaveLength(3)
    await right.close()

    const wrong = await start('wrong')
    const thirdLook = new Promise<void>((resolve) => {
      let looks = 0
      looked = () => {
        looks += 1
        if (looks === 3) resolve()
      }
    })
    wrong.shop?.open(wrong.control.addFollower({ following: true }).id, 'pages/index')
    await thirdLook
    const [first] = wrong.shop?.outbox.list() ?? []
    expect(first?.state).toBe('waiting')
    expect(first?.attempts.map((attempt) => attempt.status)).toContain(401)
    expect(taken).toHaveLength(3)
    await wrong.close()
    await api.close()
  })
})

describe('an order', () => {
  const acts: fc.Arbitrary<OrderAct> = fc.oneof(
    fc.constantFrom<OrderAct>({ act: 'out' }, { act: 'deliver' }, { act: 'receive' }, { act: 'cancel' }),
    fc.constant<OrderAct>({ act: 'pay', transactionId: '42' }),
    fc.nat(2).map((n): OrderAct => ({ act: 'ship', carrier: 'SF', carrierName: '顺丰速运', tracking: `SF${n}` })),
    fc.integer({ min: -5, max: 40_000 }).map((fen): OrderAct => ({ act: 'refund', fen, reason: '' })),
  )

  test('whatever is tried: it is never paid twice, never given back more than was paid, and rev counts the changes', () => {
    const start = placed()
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 25 }), (tried) => {
        let order = start
        let changes = 0
        for (const act of tried) {
          const before = JSON.stringify(order)
          const next = advance(order, act, 1_000 + changes)
          expect(JSON.stringify(order)).toBe(before)
          if ('refused' in next) continue
          changes += 1
          if (order.paidAt !== undefined) expect(next.paidAt).toBe(order.paidAt)
          order = next
        }
        expect(order.rev).toBe(start.rev + changes)
        expect(order.refundedFen).toBeLessThanOrEqual(order.amountFen)
        expect(order.refundedFen).toBe(order.refunds.reduce((sum, refund) => sum + refund.fen, 0))
        expect(new Set(order.parcels.map((parcel) => parcel.tracking)).size).toBe(order.parcels.length)
        if (order.refundedFen > 0 || order.parcels.length > 0) expect(order.paidAt).toBeDefined()
      }),
    )
  })

  test('is served by the control API, which refuses what is not possible', async () => {
    const control = async (method: string, path: string, body?: unknown) => {
      const headers = { 'content-type': 'application/json' }
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
      const answer = await fetch(`${simulator.url}/control/shop${path}`, init)
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    }
    const made = await control('POST', '/orders', { follower: ming, lines: [{ sku: 'BP-1' }] })
    expect(made.body).toMatchObject({ state: 'paid', amountFen: 6900 })
    const no = String(made.body['no'])
    expect((await control('POST', `/orders/${no}/deliver`, {})).status).toBe(409)
    expect((await control('POST', `/orders/${no}/ship`, { carrier: 'nobody' })).status).toBe(409)
    expect((await control('POST', `/orders/${no}/ship`, { carrier: 'YD' })).body).toMatchObject({
      parcels: [{ carrierName: '韵达速递', tracking: expect.stringMatching(/^YD\d{12}$/) }],
    })
    expect((await control('POST', `/orders/${no}/eat`, {})).status).toBe(404)
    expect((await control('GET', '/orders/nothing')).status).toBe(404)
    expect((await control('POST', '/orders', { follower: ming, lines: [] })).status).toBe(400)
    expect((await control('POST', '/orders', { follower: 'nobody', lines: [{ sku: 'BP-1' }] })).status).toBe(404)
    expect((await control('GET', `/orders?follower=${ming}`)).body['orders']).toHaveLength(1)
    expect((await control('GET', '/')).body).toMatchObject({ connected: true, appid: demoMiniProgram.appid })
    const picture = await fetch(`${simulator.url}/shop/pictures/linen-mist.svg`)
    expect(picture.headers.get('content-type')).toBe('image/svg+xml')
    expect((await fetch(`${simulator.url}/shop/pictures/nothing.svg`)).status).toBe(404)
  })
})
