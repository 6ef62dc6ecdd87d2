import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { demoCorp } from '../../../simulator/options.js'
import type { CorpEntry } from '../../../simulator/wecom/content.js'
import { systemClock } from '../../../src/core/clock.js'
import { silentLogger } from '../../../src/core/log.js'
import type { Message, ResolvedMessage } from '../../../src/core/message.js'
import { relayModel } from '../../../src/desk/relay/model.js'
import { createRelay, type Relay } from '../../../src/desk/relay/relay.js'
import { outboxModel } from '../../../src/outbox/model.js'
import { createOutbox, type Outbox } from '../../../src/outbox/outbox.js'
import type { Platform } from '../../../src/platforms/platform.js'
import { createDownloads, type Downloads } from '../../../src/platforms/shared/download.js'
import { createHttpClient, type HttpClient } from '../../../src/platforms/shared/http-client.js'
import { createMemoryMediaStore } from '../../../src/platforms/shared/media-store.js'
import { createMemoryTokenStore } from '../../../src/platforms/shared/token-store.js'
import { createWecomClient } from '../../../src/platforms/wecom/client.js'
import { createWecom } from '../../../src/platforms/wecom/index.js'
import { createAppSender } from '../../../src/platforms/wecom/sender.js'
import { createStaffMedia } from '../../../src/platforms/wecom/staff-media.js'
import { type CorpWorld, startCorpWorld } from '../../simulator/wecom-setup.js'
import { type Bench, openBench } from './setup.js'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let world: CorpWorld
let bench: Bench
let http: HttpClient
let downloads: Downloads
let relay: Relay
let outbox: Outbox
let platform: Platform
/** What was carried to the follower's account. */
const carried: { type: string; bytes: number }[] = []

beforeAll(async () => {
  world = await startCorpWorld()
  bench = await openBench()
  http = createHttpClient()
  downloads = createDownloads()
  const { connection } = bench.store
  outboxModel(connection)
  relayModel(connection)
  await bench.store.ensureIndexes()
  const { corpid, agentId, secret, token, aesKey } = demoCorp
  const about = { clock: systemClock, log: silentLogger }
  const tokenStore = createMemoryTokenStore(systemClock)
  const client = createWecomClient({
    corpid,
    agentId,
    secret,
    apiBase: world.simulator.url,
    http,
    tokenStore,
    ...about,
  })
  const mediaStore = createMemoryMediaStore(systemClock)
  const media = { account: 'corp', client, mediaStore, mediaDir: bench.store.dir, downloads, ...about }
  const ids = createStaffMedia(media)
  const sender = createAppSender({ ...media, cardSent: (card) => relay.cardSent(card) })
  const app = {
    platform: 'wecom',
    kind: 'app',
    corpid,
    agentId,
    secret,
    token,
    aesKey,
    apiBase: world.simulator.url,
  } as const
  platform = createWecom({ ...app, id: 'corp', mode: 'safe' } as never, sender)
  outbox = createOutbox({
    connection,
    config: { concurrency: 4, expireAfter: 3_600_000 },
    leaseClock: systemClock,
    platform: (account) => (account === 'corp' ? platform : undefined),
    resolve: (message: Message) => message as ResolvedMessage,
    guards: [],
    record: async () => undefined,
    timing: { poll: 20 },
    ...about,
  })
  outbox.start()
  relay = createRelay({
    ...bench.ports,
    clock: systemClock,
    outbox,
    updateCard: async (staff, code, label) =>
      void (await client.messages.updateCard({ staff: [staff] }, code, { label })),
    media: {
      fetch: (account, { mediaId = '' }) =>
        account === 'corp'
          ? client.media.get(mediaId)
          : Promise.resolve({ bytes: mediaId === 'mp3' ? Buffer.from('ID3xxxxxxx') : PNG, contentType: 'image/png' }),
      put: async (account, type, bytes) => {
        if (account === 'corp') return ids.idOf({ bytes }, type)
        carried.push({ type, bytes: bytes.length })
        return `shop-${carried.length}`
      },
    },
  })
  bench.fake.tell(relay)
})
afterAll(async () => {
  await relay.close()
  await outbox.close(0)
  await downloads.close()
  await http.close()
  await bench.dispose()
  await world.close()
})

/** The member's app chat, once it has a line like this. */
async function line(staff: string, looks: (entry: CorpEntry) => boolean, after = 0): Promise<CorpEntry> {
  for (;;) {
    const entries = await world.corp.app(staff, { after, waitMs: 200 })
    const found = entries.find(looks)
    if (found) return found
    await relay.run()
  }
}
const says =
  (words: string) =>
  ({ content }: CorpEntry) =>
    content.kind === 'text' && content.text.includes(words)
const isCard = ({ content }: CorpEntry) => content.kind === 'card'
/** Pushes that came since the last look go to the relay, its answers to the member. */
let seen = 0
async function deliverPushes(): Promise<void> {
  await world.simulator.control.settled()
  for (; seen < world.pushes.length; seen++) {
    const update = platform.decode(world.pushes[seen]?.xml ?? '')
    const reply = await relay.handle(update, () => undefined)
    if (reply !== undefined && typeof reply === 'object')
      await outbox.put({
        key: `reply:${update.id}`,
        account: 'corp',
        to: update.from,
        purpose: 'reply',
        message: reply,
        source: 'x',
      })
  }
}
const acts = async (act: { done: Promise<unknown> }) => {
  await act.done
  await deliverPushes()
}

test('staff take a person from the card, talk to them in the app chat, and the others see it taken', async () => {
  const { fake } = bench
  fake.entry('a', '面霜到哪了')
  const row = fake.queue('a')
  await relay.offered({ id: 'o1', conversation: row, staff: ['lihua', 'wangfang'], place: 1 })
  const [mine, theirs] = [await line('lihua', isCard), await line('wangfang', isCard)]
  expect(mine.content).toMatchObject({ kind: 'card', state: 'open' })
  expect(JSON.stringify(mine.content)).toContain('面霜到哪了')

  await acts(world.corp.staffAct('lihua', 'press', { n: mine.n }))
  const shown = async (staff: string, n: number) => (await world.corp.app(staff, { after: n - 1 }))[0]?.content
  expect(await shown('lihua', mine.n)).toMatchObject({ label: '您已接入 #1' })
  expect(await shown('wangfang', theirs.n)).toMatchObject({ label: '李华 已接入' })
  await line('lihua', says('#1 林小雨 · 公众号（您已接入）'))

  const held = fake.rows.get('a') ?? row
  const come = (content: Parameters<typeof fake.entry>[1]) => {
    const entry = fake.entry('a', content)
    return relay.incoming({ id: entry._id, conversation: held, entry })
  }
  await come('在吗')
  await come({ kind: 'image', media: { mediaId: 'png' } })
  await line('lihua', says('在吗'))
  expect((await line('lihua', ({ content }) => content.kind === 'image')).content).toMatchObject({ kind: 'image' })
  await come({ kind: 'voice', media: { mediaId: 'mp3' } })
  await line('lihua', says('格式不受平台支持'))

  await acts(world.corp.staffAct('lihua', 'write', { text: '今天发出' }))
  await acts(world.corp.staffAct('lihua', 'write', { kind: 'image' }))
  await acts(world.corp.staffAct('lihua', 'write', { text: '/列表' }))
  expect(fake.sayings()).toEqual(['a: 今天发出', 'a: image'])
  expect(carried).toMatchObject([{ type: 'image' }])
  await line('lihua', says('▶ #1 林小雨 · 公众号'))
}, 60_000)

test('an unclear end is put right with one press', async () => {
  const { fake } = bench
  const row = fake.hold('u', 'wangfang')
  const delivery = { key: 'desk:say:corp:x1:0', state: 'uncertain' } as const
  await outbox.put({
    key: delivery.key,
    account: 'corp',
    to: 'zhangwei',
    purpose: 'reply',
    message: { kind: 'text', text: '您好' },
    source: 'x',
  })
  await line('zhangwei', says('您好'))
  while ((await outbox.find(delivery.key))?.state !== 'sent') await new Promise(setImmediate)
  await bench.store.connection
    .collection<{ _id: string }>('outbox')
    .updateOne({ _id: delivery.key }, { $set: { state: 'uncertain' } })
  fake.hooks.settle = ({ key, choice, staff }) =>
    choice === 'sent' ? outbox.treatAsSent(key, staff) : outbox.resend(key, staff)
  const entry = fake.entry('u', '您好', { direction: 'out', by: 'wangfang', delivery })
  await relay.ended({ id: 'end1', conversation: row, entry })
  const card = await line('wangfang', ({ content }) => JSON.stringify(content).includes('视为已发'))
  await acts(world.corp.staffAct('wangfang', 'press', { n: card.n, key: `desk:sent:${delivery.key}` }))
  expect(await outbox.find(delivery.key)).toMatchObject({ state: 'sent', settled: { by: 'operator', who: 'wangfang' } })
  expect((await world.corp.app('wangfang', { after: card.n - 1 }))[0]?.content).toMatchObject({ label: '视为已发' })
}, 30_000)
