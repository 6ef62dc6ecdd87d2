import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import welcome from '../../handlers/welcome.js'
import { type Contacts, createContacts } from '../../src/contacts/contacts.js'
import { createSessions } from '../../src/contacts/session.js'
import { createSessionStore } from '../../src/contacts/session-store.js'
import { createBot, type Plugin } from '../../src/core/composer.js'
import { silentLogger } from '../../src/core/log.js'
import { article, toMessage } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import { createEvents, type Events } from '../../src/events/events.js'
import { codePng, codeSvg } from '../../src/growth/scenes/image.js'
import { sceneRows } from '../../src/growth/scenes/model.js'
import { scenesPlugin } from '../../src/growth/scenes/plugin.js'
import { type CodeSource, createScenes, type Scenes } from '../../src/growth/scenes/scenes.js'
import { createContextFactory } from '../../src/inbox/context.js'
import type { NewDelivery } from '../../src/outbox/delivery.js'
import { updateOf } from '../contacts/people.js'
import { openTestStore, type TestStore } from '../store/open.js'

const NOW = new Date('2026-03-04T04:00:00Z')
let store: TestStore
let now = NOW
let events: Events
let contacts: Contacts
let scenes: Scenes
let account = ''
let count = 0
const asked: string[] = []
let broken = false
const codes: CodeSource = {
  async temporary(scene, seconds) {
    asked.push(`${scene} ${seconds}`)
    if (broken) throw new Error('the connection broke')
    return { ticket: `t-${scene}-${asked.length}`, url: `http://weixin.qq.com/q/${scene}`, expiresIn: seconds }
  },
  async permanent(scene) {
    asked.push(scene)
    if (broken) throw new Error('the connection broke')
    return { ticket: `t-${scene}`, url: `http://weixin.qq.com/q/${scene}` }
  },
}

beforeAll(async () => {
  store = await openTestStore()
  const { connection } = store
  const clock = { now: () => now }
  events = createEvents({ connection, clock })
  contacts = createContacts({ connection, clock, log: silentLogger, events })
  scenes = createScenes({ connection, clock, events })
  createSessionStore(connection)
  await store.ensureIndexes()
})
afterAll(async () => {
  await contacts.close()
  await store.dispose()
})
beforeEach(() => {
  now = NOW
  account = `shop${++count}`
  asked.length = 0
  broken = false
})

const poster = (code: string, about: object = {}) => ({
  account,
  code,
  name: '春季海报',
  placement: 'poster' as const,
  ...about,
})
const counts = async (code: string) => (await scenes.find(account, code))?.counts

describe('making a code', () => {
  test('permanent and temporary, with everything that was asked for', async () => {
    const made = await scenes.create(
      poster('poster-1', { costCentre: '市场部', tags: ['春季'], reply: { text: '欢迎' } }),
      codes,
    )
    expect(made).toMatchObject({ permanent: true, url: 'http://weixin.qq.com/q/poster-1', ticket: 't-poster-1' })
    const week = await scenes.create(poster('week', { lasts: '7d' }), codes)
    expect(week.expiresAt).toEqual(new Date(NOW.getTime() + 7 * 86_400_000))
    expect(asked).toEqual(['poster-1', 'week 604800'])
    expect((await scenes.list({ account })).map(({ code }) => code).toSorted()).toEqual(['poster-1', 'week'])
  })

  test('one that was cut short is finished by asking again; another of the same name is refused', async () => {
    broken = true
    await expect(scenes.create(poster('p'), codes)).rejects.toThrow('the connection broke')
    broken = false
    expect(await scenes.create(poster('p'), codes)).toMatchObject({ url: 'http://weixin.qq.com/q/p' })
    await expect(scenes.create(poster('p'), codes)).rejects.toMatchObject({ code: 'scene.exists' })
    expect(asked).toHaveLength(2)
  })

  test('a temporary one can be made anew and keeps its counts; a permanent one need not be', async () => {
    await scenes.create(poster('week', { lasts: '7d' }), codes)
    await scenes.touch({ update: `${account}1`, account, scene: 'week', contact: `c${account}`, how: 'scan', at: NOW })
    now = new Date(NOW.getTime() + 8 * 86_400_000)
    const again = await scenes.renew(account, 'week', '30d', codes)
    expect(again).toMatchObject({ counts: { scans: 1 }, expiresAt: new Date(now.getTime() + 30 * 86_400_000) })
    await scenes.create(poster('ever'), codes)
    await expect(scenes.renew(account, 'ever', '30d', codes)).rejects.toMatchObject({ code: 'scene.permanent' })
    await expect(scenes.renew(account, 'none', '30d', codes)).rejects.toMatchObject({ code: 'scene.unknown' })
  })

  test.each([
    ['a code of 65 characters', { code: 'x'.repeat(65) }, 'code'],
    ['a code with a blank', { code: 'a b' }, 'code'],
    ['more than 30 days', { lasts: '31d' }, 'lasts'],
    ['no time at all', { lasts: '0s' }, 'lasts'],
    ['an unknown placement', { placement: 'moon' }, 'placement'],
    ['no name', { name: ' ' }, 'name'],
    ['two replies', { reply: { text: 'a', card: 'b' } }, 'reply'],
  ])('%s is refused before anything is asked of the platform', async (_, about, field) => {
    const bad = { ...poster('p'), ...about } as Parameters<Scenes['create']>[0]
    await expect(scenes.create(bad, codes)).rejects.toMatchObject({
      problems: [{ field: expect.stringContaining(field) }],
    })
    expect(asked).toEqual([])
    expect(await scenes.find(account, 'p')).toBeUndefined()
  })
})

describe('coming by a code', () => {
  const generic: Plugin = (bot) => {
    bot.on(['event.subscribe', 'event.scan'], () => '通用欢迎')
  }

  /** What the bot answers, with contacts kept as the product does. */
  async function does(openid: string, change: Parameters<typeof updateOf>[2], ...handlers: Plugin[]) {
    const update = { ...updateOf(openid, now, change), account } as Update
    return handle(update, handlers)
  }
  const put: NewDelivery[] = []
  const outbox = { put: async (delivery: NewDelivery) => void put.push(delivery) }
  async function handle(update: Update, handlers: Plugin[]) {
    const findContact = contacts.find
    const bot = createBot().install(
      scenesPlugin({ scenes, findContact }),
      ...(handlers.length > 0 ? handlers : [generic]),
    )
    const contextOf = createContextFactory({
      contacts,
      sessions: createSessions(createSessionStore(store.connection)),
      events,
      outbox,
      library: { reply: () => undefined, hasArticle: (slug) => slug === 'welcome', hasCard: () => false },
      log: silentLogger,
    })
    await contacts.apply(update)
    return toMessage(await bot.handle(contextOf(update, now)))
  }
  const person = (externalId: string) => ({ platform: 'official-account' as const, account, externalId })
  const tagsOf = async (openid: string) => (await contacts.get(await contacts.resolve(person(openid))))?.tags.toSorted()

  test('tags the follower and gives its own reply; the handlers still do the rest', async () => {
    await scenes.create(poster('poster-1', { tags: ['春季', '线下'], reply: { article: 'welcome' } }), codes)
    const before = put.length
    const reply = await does(`${account}-a`, { kind: 'event.subscribe', scene: 'poster-1' }, welcome)
    expect(reply).toEqual(article('welcome'))
    expect(await tagsOf(`${account}-a`)).toEqual(['scene:poster-1', '春季', '线下'].toSorted())
    expect(put.slice(before)).toMatchObject([{ message: { kind: 'card', slug: 'newcomer-gift' } }])
    expect(await does(`${account}-a`, { kind: 'event.scan', scene: 'poster-1', ticket: 't' })).toEqual(
      article('welcome'),
    )
  })

  test('without a reply, or one that left the content folder, the handlers answer', async () => {
    await scenes.create(poster('plain', { tags: ['x'] }), codes)
    await scenes.create(poster('lost', { reply: { card: 'gone' } }), codes)
    const generically = { kind: 'text', text: '通用欢迎' }
    expect(await does(`${account}-b`, { kind: 'event.subscribe', scene: 'plain' })).toEqual(generically)
    expect(await does(`${account}-b`, { kind: 'event.scan', scene: 'lost', ticket: 't' })).toEqual(generically)
    expect(await does(`${account}-b`, { kind: 'event.scan', scene: 'made-elsewhere', ticket: 't' })).toEqual(
      generically,
    )
    expect(await does(`${account}-c`, { kind: 'event.subscribe' })).toEqual(generically)
  })

  test('follows, scans, first meetings and leavings are counted, each update once', async () => {
    await scenes.create(poster('a'), codes)
    await scenes.create(poster('b'), codes)
    const ming = `${account}-ming`
    const follow = { ...updateOf(ming, now, { kind: 'event.subscribe', scene: 'a' }), account } as Update
    await handle(follow, [])
    await handle(follow, [])
    now = new Date(now.getTime() + 1000)
    await does(ming, { kind: 'event.scan', scene: 'b', ticket: 't' })
    await does(`${account}-li`, { kind: 'event.scan', scene: 'b', ticket: 't' })
    now = new Date(now.getTime() + 1000)
    await does(ming, { kind: 'event.unsubscribe' })
    expect(await counts('a')).toEqual({ scans: 0, follows: 1, unfollows: 1, first: 1 })
    expect(await counts('b')).toEqual({ scans: 2, follows: 0, unfollows: 0, first: 1 })
    const row = await contacts.get(await contacts.resolve(person(ming)))
    expect(row?.identities[0]).toMatchObject({ firstScene: { scene: 'a' }, lastScene: { scene: 'b' } })
  })

  test('leaving after a follow without a code is counted on none, and makes nobody up', async () => {
    await scenes.create(poster('a'), codes)
    const ming = `${account}-ming`
    await does(ming, { kind: 'event.subscribe', scene: 'a' })
    now = new Date(now.getTime() + 1000)
    await does(ming, { kind: 'event.unsubscribe' })
    now = new Date(now.getTime() + 1000)
    await does(ming, { kind: 'event.subscribe' })
    now = new Date(now.getTime() + 1000)
    await does(ming, { kind: 'event.unsubscribe' })
    expect(await counts('a')).toMatchObject({ follows: 1, unfollows: 1 })
    await does(`${account}-stranger`, { kind: 'event.unsubscribe' })
    expect(await contacts.find(person(`${account}-stranger`))).toBeUndefined()
  })

  test('counts that are off are made anew from the facts', async () => {
    await scenes.create(poster('a'), codes)
    await does(`${account}-x`, { kind: 'event.subscribe', scene: 'a' })
    await does(`${account}-y`, { kind: 'event.scan', scene: 'a', ticket: 't' })
    const right = await counts('a')
    await sceneRows(store.connection).updateOne(
      { _id: `${account}:a` },
      { $set: { counts: { scans: 9, follows: 0, unfollows: 3, first: 0 } } },
    )
    expect(await scenes.rebuild()).toContain(`${account}:a`)
    expect(await counts('a')).toEqual(right)
    expect(await scenes.rebuild()).not.toContain(`${account}:a`)
  })
})

describe('pictures of a code', () => {
  const URL_ = 'http://weixin.qq.com/q/02abcdefghijklmnopqrstuv'

  test('an SVG has every black module, a quiet zone of four and the caption, escaped', () => {
    const svg = codeSvg(URL_, '春季<海报>')
    const [, size = ''] = /viewBox="0 0 (\d+) /.exec(svg) ?? []
    expect(Number(size)).toBeGreaterThanOrEqual(29)
    expect(svg).toContain('春季&#60;海报&#62;')
    expect(svg).toContain('M4 4h7v1h-7z')
    expect(svg).not.toMatch(/M[0-3] |<script/)
  })

  test('a PNG is a grey picture whose finder patterns stand where readers look for them', () => {
    const { width, height, black } = decodePng(codePng(URL_, '', 10))
    expect(width).toBe(height)
    const module = (x: number, y: number) => black(x * 10 + 5, y * 10 + 5)
    const finder = ['#######', '#     #', '# ### #', '# ### #', '# ### #', '#     #', '#######']
    for (const [y, line] of finder.entries())
      expect([...line].map((_, x) => (module(x + 4, y + 4) ? '#' : ' ')).join('')).toBe(line)
    expect(module(2, 2)).toBe(false)
  })

  test('letters are drawn below it, other scripts are left to SVG', () => {
    const plain = decodePng(codePng(URL_, '', 8))
    const lettered = decodePng(codePng(URL_, 'poster-1', 8))
    const chinese = decodePng(codePng(URL_, '海报', 8))
    expect(lettered.height).toBeGreaterThan(plain.height)
    expect(chinese.height).toBe(plain.height)
    let ink = 0
    for (let y = plain.height; y < lettered.height; y++)
      for (let x = 0; x < lettered.width; x++) if (lettered.black(x, y)) ink += 1
    expect(ink).toBeGreaterThan(300)
  })
})

/** Reads what `codePng` writes: 8-bit grey, one IDAT, no filter. */
function decodePng(bytes: Buffer) {
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
  const width = bytes.readUInt32BE(16)
  const height = bytes.readUInt32BE(20)
  const length = bytes.readUInt32BE(33)
  expect(bytes.subarray(37, 41).toString('latin1')).toBe('IDAT')
  const raw = inflateSync(bytes.subarray(41, 41 + length))
  expect(raw.length).toBe((width + 1) * height)
  return { width, height, black: (x: number, y: number) => raw[y * (width + 1) + 1 + x] === 0 }
}
