import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createClock } from '../../simulator/clock.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { type App, createApp } from '../../src/app.js'
import { audiencesOf } from '../../src/campaigns/audiences.js'
import { createCampaigns } from '../../src/campaigns/campaigns.js'
import type { ExpansionPoint } from '../../src/campaigns/ports.js'
import { officialAccounts } from '../../src/config/accounts.js'
import { loadConfig } from '../../src/config/load.js'
import { contactRows, newContactId } from '../../src/contacts/model.js'
import { createEvents } from '../../src/events/events.js'
import type { BulkProgress } from '../../src/outbox/bulk/chunk.js'
import { findRoot } from '../../src/root.js'
import { recorder } from '../inbox/setup.js'
import { fakeReach } from './setup.js'

/** The whole product on the embedded store, the simulated platform beside it; both at 10 o'clock in Shanghai. */
let app: App
let simulator: Simulator
let dir: string
const time = createClock()
const clock = { now: () => new Date(time.now()) }
const root = findRoot()
const DAY = 86_400_000

beforeAll(async () => {
  time.set(Date.parse('2026-03-04T10:00:00+08:00'))
  dir = await mkdtemp(path.join(tmpdir(), 'weloop-campaigns-'))
  const [port, simulatorPort] = [await freePort(), await freePort()]
  const env = { PORT: String(port), SIMULATOR_PORT: String(simulatorPort), WELOOP_DATA_DIR: dir, SIMULATOR: '1' }
  const overrides = { content: { watch: false }, reach: { caps: { day: 9, week: 20, month: 30 } } }
  const config = loadConfig({ root, env, overrides })
  const account = officialAccounts(config).find(([id]) => id === 'shop')?.[1]
  if (!account) throw new Error('the demo account is missing')
  const { kind, verified, appid, originalId, token, aesKey, secret } = account
  const callbackUrl = `http://127.0.0.1:${port}/wechat/shop`
  const about = { id: 'shop', kind, verified, appid, originalId, token, secret, mode: 'safe' as const, callbackUrl }
  simulator = await startSimulator({
    port: simulatorPort,
    clock: time,
    accounts: [{ ...about, ...(aesKey && { aesKey }) }],
  })
  app = await createApp(config, { root, handlers: [], clock, store: { inProcess: true } })
  await app.start('web')
  app.push.bulk.start()
})
afterAll(async () => {
  await app.stop()
  await simulator.close()
  await rm(dir, { recursive: true, force: true })
})

const campaigns = () => app.push.campaigns
const rows = () => contactRows(app.store.connection)

/** Followers of the platform that we know, with a tag of their own. */
async function followers(count: number, tag: string): Promise<string[]> {
  const openids: string[] = []
  for (let n = 0; n < count; n++) openids.push(simulator.control.addFollower({ following: true }).id)
  const at = clock.now()
  await rows().insertMany(
    openids.map((externalId) => {
      const identity = { platform: 'official-account' as const, account: 'shop', externalId, boundAt: at }
      return {
        _id: newContactId(),
        status: 'active' as const,
        identities: [{ ...identity, key: `official-account:shop:${externalId}`, follow: { following: true, at } }],
        tags: [tag],
        profile: {},
        consents: {},
        firstSeenAt: at,
        lastSeenAt: at,
      }
    }),
  )
  return openids
}

/** How often each of them got a text, as their phones show it. */
async function got(openids: readonly string[], text: string): Promise<number[]> {
  const threads = await Promise.all(openids.map((openid) => simulator.control.thread(openid)))
  return threads.map((thread) => JSON.stringify(thread).split(text).length - 1)
}

async function ready(name: string, definition: Record<string, unknown>): Promise<void> {
  await campaigns().create({ id: name, definition: { name, purpose: 'marketing', ...definition }, by: 'ming' })
  await campaigns().estimate(name, { by: 'ming' })
  await campaigns().approve(name, { by: 'lan' })
}

async function tick(): Promise<void> {
  await campaigns().tick()
  await campaigns().idle()
}

/** Lets the bulk sender work until its progress is as wished. */
async function until(source: string, wished: (progress: BulkProgress) => boolean): Promise<BulkProgress> {
  for (;;) {
    const progress = await app.push.bulk.progress(source)
    if (wished(progress)) return progress
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const tagged = (tag: string) => ({ tag: { in: [tag] } })
const sent = ({ states }: BulkProgress) => states.sent ?? 0

describe('on the embedded store and the simulated platform', () => {
  test('a campaign goes out once at its time, to everybody once', async () => {
    const openids = await followers(12, 'once')
    await ready('once', {
      audience: tagged('once'),
      channels: ['mass'],
      text: '秋日上新，首发八折',
      schedule: { at: '2026-03-04T11:00' },
    })
    const { estimate } = await campaigns().find('once')
    expect(estimate).toMatchObject({ people: 12, channels: { mass: 12 } })
    await campaigns().schedule('once', { by: 'lan' })
    await tick()
    expect(await got(openids, '秋日上新')).toEqual(openids.map(() => 0))
    time.advance(3_600_000)
    await tick()
    const source = 'once:2026-03-04T1100'
    await until(source, (progress) => sent(progress) === 12)
    await tick()
    await tick()
    expect(await got(openids, '秋日上新，首发八折')).toEqual(openids.map(() => 1))
    expect((await campaigns().find('once')).state).toBe('done')
    expect((await campaigns().show('once')).runs[0]).toMatchObject({ outcome: { states: { sent: 12 } } })
  })

  test('a recurring one goes out each day by its zone, and only the held-out get nothing', async () => {
    const openids = await followers(12, 'daily')
    await ready('daily', {
      audience: tagged('daily'),
      channels: ['mass'],
      text: '每日一句问候',
      holdOut: 25,
      schedule: { cron: '30 11 * * *' },
    })
    await campaigns().schedule('daily', { by: 'lan' })
    const counts: number[][] = []
    for (let day = 0; day < 2; day++) {
      time.advance(day === 0 ? 1_800_000 : DAY)
      await tick()
      const { runs } = await campaigns().show('daily')
      const run = runs.find(({ state }) => state === 'sending')
      await until(run?._id ?? '', ({ done }) => done)
      await tick()
      counts.push(await got(openids, '每日一句问候'))
    }
    const [first = [], second = []] = counts
    expect(first.every((count) => count <= 1)).toBe(true)
    expect(second).toEqual(first.map((count) => count * 2))
    expect((await campaigns().show('daily')).runs.map(({ state }) => state)).toEqual(['scheduled', 'done', 'done'])
    await campaigns().stop('daily', { by: 'lan' })
  })

  test('a pause holds what has not left, resuming sends the rest, a stop calls it back', async () => {
    const openids = await followers(10, 'talked')
    for (const openid of openids) await simulator.control.say(openid, '你好').done
    const about = { audience: tagged('talked'), channels: ['customer-message'], ratePerSecond: 4, waves: 'none' }
    await ready('slow', { ...about, text: '慢慢地发' })
    await campaigns().run('slow', { by: 'lan' })
    await tick()
    const source = (await campaigns().show('slow')).runs[0]?._id ?? ''
    await until(source, (progress) => sent(progress) >= 2)
    await campaigns().pause('slow', { by: 'lan' })
    const paused = await until(source, ({ states }) => (states.sending ?? 0) === 0)
    expect(sent(paused)).toBeLessThan(10)
    expect((await campaigns().show('slow')).runs[0]?.state).toBe('paused')
    await campaigns().resume('slow', { by: 'lan' })
    await until(source, (progress) => sent(progress) === 10)
    expect(await got(openids, '慢慢地发')).toEqual(openids.map(() => 1))

    await ready('stopped', { ...about, text: '发到一半' })
    await campaigns().run('stopped', { by: 'lan' })
    await tick()
    const other = (await campaigns().show('stopped')).runs[0]?._id ?? ''
    await until(other, (progress) => sent(progress) >= 2)
    await campaigns().stop('stopped', { by: 'lan' })
    const { states } = await until(other, ({ done }) => done)
    expect(states.cancelled).toBeGreaterThan(0)
    expect((states.sent ?? 0) + (states.cancelled ?? 0)).toBe(10)
    const counts = await got(openids, '发到一半')
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(states.sent)
  })

  test('a worker that dies in the middle of the expansion leaves nobody out and sends nobody twice', async () => {
    const openids = await followers(30, 'crash')
    const { connection } = app.store
    await ready('crash', {
      audience: tagged('crash'),
      channels: ['mass'],
      text: '只收到一次',
      waves: [{ share: 40, pause: '1m' }],
    })
    await campaigns().run('crash', { by: 'lan' })
    const config = loadConfig({ root, env: { WELOOP_DATA_DIR: dir }, overrides: {} })
    let crashes = 0
    const dying = (wanted: ExpansionPoint) =>
      createCampaigns({
        connection,
        clock,
        log: recorder(),
        events: createEvents({ connection, clock }),
        config: config.campaigns,
        timeZone: 'Asia/Shanghai',
        accounts: ['shop'],
        audiences: audiencesOf(app.push.segments),
        reach: fakeReach(),
        bulk: app.push.bulk,
        put: async () => undefined,
        missing: () => undefined,
        personOn: async () => undefined,
        at: (point) => (point === wanted ? Promise.reject(new Error(`killed ${++crashes}`)) : undefined),
      })
    const source = (await campaigns().show('crash')).runs[0]?._id ?? ''
    for (let wave = 0; wave < 2; wave++) {
      for (const point of ['intended', 'stored', 'recalled', 'expanded'] as const) {
        const worker = dying(point)
        await worker.tick()
        await worker.idle()
      }
      await tick()
      await until(source, ({ done }) => done)
      await tick()
      time.advance(61_000)
    }
    expect(crashes).toBeGreaterThanOrEqual(4)
    const progress = await until(source, ({ recipients, done }) => done && recipients === 30)
    expect(progress.states).toEqual({ sent: 30 })
    expect(await got(openids, '只收到一次')).toEqual(openids.map(() => 1))
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
