import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { demoAccount } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { loadConfig } from '../../src/config/load.js'
import { connectContentParts } from '../../src/content-parts.js'
import { silentLogger } from '../../src/core/log.js'
import { createEvents, type Events } from '../../src/events/events.js'
import { createLibrary, type Library } from '../../src/library/library.js'
import { templateOf } from '../../src/library/notice.js'
import { renderNotice } from '../../src/library/render-notice.js'
import { type Accounts, connectAccounts } from '../../src/platforms/accounts.js'
import type { Publishing } from '../../src/publishing/publishing.js'
import type { Statistics } from '../../src/statistics/statistics.js'
import { createMediaStore, mediaModel } from '../../src/store/media-store.js'
import { createTokenStore } from '../../src/store/token-store.js'
import { type FakeProduct, type Received, startFakeProduct } from '../simulator/fake-product.js'
import { openTestStore, type TestStore } from '../store/open.js'

const root = join(import.meta.dirname, '../..')
let product: FakeProduct
let simulator: Simulator
let store: TestStore
let library: Library
let accounts: Accounts
let events: Events
let publishing: Publishing
let statistics: Statistics
let aheadMs = 0
const clock = { now: () => new Date(Date.now() + aheadMs) }

beforeAll(async () => {
  product = await startFakeProduct()
  simulator = await startSimulator({
    port: 0,
    accounts: [{ ...demoAccount, callbackUrl: product.url }],
    timing: { receiptMs: 0 },
  })
  const config = loadConfig({ root, env: { SIMULATOR_PORT: new URL(simulator.url).port } })
  store = await openTestStore()
  const { connection } = store
  mediaModel(connection)
  const dir = join(root, 'content')
  library = createLibrary({ dir, log: silentLogger, clock, publicUrl: config.publicUrl, watch: false })
  const mediaStore = createMediaStore(connection)
  const tokenStore = createTokenStore(connection)
  accounts = connectAccounts(config, { clock, log: silentLogger, mediaDir: join(dir, 'media'), tokenStore, mediaStore })
  events = createEvents({ connection, clock })
  const parts = connectContentParts({ config, connection, library, accounts, events, clock, log: silentLogger })
  publishing = parts.publishing
  statistics = parts.statistics
  await store.ensureIndexes()
  await library.load()
})

afterAll(async () => {
  await accounts.close()
  await library.close()
  await simulator.close()
  await product.close()
  await store.dispose()
})

beforeEach(() => {
  product.pushes.length = 0
})

/** The next push of this event. */
const pushOf = (event: string) =>
  new Promise<Received>((resolve) => {
    product.answer = (push) => {
      if (push.field('Event') === event) resolve(push)
      return 'success'
    }
  })
const take = async (push: Received) => {
  const update = accounts.find('shop')?.decode(push.xml)
  if (update) await publishing.apply(update)
}
const client = () => {
  const found = accounts.client('shop')
  if (!found) throw new Error('no client')
  return found
}

describe('the sample shop on the simulated platform', () => {
  test('every article becomes a draft with its pictures on the platform, and only one', async () => {
    const slugs = library.articles().map((each) => each.slug)
    for (const slug of slugs) expect(await publishing.push('shop', slug)).toMatchObject({ state: 'created' })
    for (const slug of slugs) expect(await publishing.push('shop', slug)).toMatchObject({ state: 'unchanged' })
    expect(await client().drafts.count()).toBe(slugs.length)
    const { drafts } = await client().drafts.list(0, 20, { content: true })
    for (const { articles } of drafts) {
      expect(articles[0]?.content).not.toContain('/media/cover')
      expect(articles[0]?.content).not.toMatch(/src="http:\/\/127\.0\.0\.1:\d+\/media\//)
    }
    const welcome = drafts.find(({ articles }) => articles[0]?.title === '欢迎来到微环小店')
    expect(welcome?.articles[0]?.content).toMatch(/<mp-miniprogram [^>]*data-miniprogram-appid="wx00000000000demo2"/)
  })

  test('an article is published; the event ends it with id and address', async () => {
    const arrived = pushOf('PUBLISHJOBFINISH')
    expect(await publishing.publish('shop', 'shipping-guide')).toMatchObject({ job: { state: 'running' } })
    await take(await arrived)
    const status = await publishing.status('shop', 'shipping-guide')
    expect(status).toMatchObject({ draft: 'none', job: { state: 'done' }, published: { current: true } })
    const { articleId = '', url } = status?.published ?? {}
    expect(url).toMatch(/^http/)
    expect((await client().publish.article(articleId))[0]?.title).toBe(status?.title)
    expect(await publishing.push('shop', 'welcome')).toMatchObject({ state: 'updated', notes: [] })
  })

  test('without the event the poll ends it', async () => {
    const arrived = pushOf('PUBLISHJOBFINISH')
    await publishing.publish('shop', 'size-guide')
    await arrived
    aheadMs += 61_000
    await publishing.poll()
    expect(await publishing.status('shop', 'size-guide')).toMatchObject({ job: { state: 'done' } })
  })

  test('a mass send reaches the followers and ends with their number', async () => {
    const ming = simulator.control.addFollower({ following: true }).id
    const arrived = pushOf('MASSSENDJOBFINISH')
    expect(await publishing.send('shop', 'autumn-bedding', { to: 'all' })).toMatchObject({ job: { state: 'running' } })
    await take(await arrived)
    const status = await publishing.status('shop', 'autumn-bedding')
    expect(status).toMatchObject({ draft: 'none', job: { kind: 'mass', state: 'done' }, sent: { failed: 0 } })
    expect(status?.sent?.delivered).toBeGreaterThanOrEqual(1)
    expect(JSON.stringify(await simulator.control.thread(ming))).toContain(status?.title)
  })

  test('a preview is shown to one WeChat id only', async () => {
    const hua = simulator.control.addFollower({ name: 'hua-wx', following: true }).id
    const other = simulator.control.addFollower({ following: true }).id
    await publishing.preview('shop', 'care-guide', 'hua-wx')
    const title = (await publishing.status('shop', 'care-guide'))?.title
    expect(JSON.stringify(await simulator.control.thread(hua))).toContain(title)
    expect(await simulator.control.thread(other)).toEqual([])
  })

  test('a notice of the sample shop is filled, sent, and arrives as it was written', async () => {
    const fan = simulator.control.addFollower({ following: true }).id
    const notice = library.notice('order.shipped')
    if (notice === undefined) throw new Error('no notice')
    const order = { number: 'XH20260302001', goods: '水洗棉四件套' }
    const rendered = renderNotice(notice, {
      order,
      parcel: { carrier: '顺丰', shippedAt: '2026-03-02T09:30:00+08:00' },
    })
    if ('problems' in rendered) throw new Error(JSON.stringify(rendered.problems))
    const { fields, miniProgram } = rendered
    await client().templates.send({
      to: fan,
      templateId: templateOf(notice, 'shop') ?? '',
      data: fields,
      ...(miniProgram && { miniProgram: { appid: miniProgram.appid, pagePath: miniProgram.path } }),
    })
    const [shown] = await simulator.control.thread(fan)
    expect(shown?.content).toMatchObject({
      kind: 'notice',
      title: '订单发货通知',
      fields: [{ value: 'XH20260302001' }, { value: '顺丰' }, { value: '2026年3月2日 09:30' }],
      miniProgram: { path: 'pages/orders/list?id=XH20260302001&from=notice' },
    })
  })

  test('statistics come as facts and are not fetched twice', async () => {
    const first = await statistics.import('shop')
    expect(first.metrics.map((each) => `${each.metric} ${each.state} ${each.reason ?? ''}`.trim())).not.toContainEqual(
      expect.stringContaining('failed'),
    )
    const added = first.metrics.reduce((sum, each) => sum + each.added, 0)
    expect(added).toBeGreaterThan(0)
    expect((await events.read({ type: 'statistics.follower-counts' }))[0]).toMatchObject({ account: 'shop' })
    const again = await statistics.import('shop')
    expect(again.metrics.reduce((sum, each) => sum + each.added, 0)).toBe(0)
  })
})
