import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createEvents } from '../../../src/events/events.js'
import { daysOf } from '../../../src/growth/scenes/days.js'
import { codePng, codeSvg } from '../../../src/growth/scenes/image.js'
import { type CodeSource, createScenes, type Scenes } from '../../../src/growth/scenes/scenes.js'
import { type ChannelCodesPort, channelCodeRoutes } from '../../../src/http/api/channel-codes.js'
import type { Problem } from '../../../src/http/api/problem.js'
import { type ServedApi, serveApi } from '../../helpers/api.js'
import { openTestStore, type TestStore } from '../../store/open.js'

let now = new Date('2026-03-04T04:00:00Z')
let store: TestStore
let scenes: Scenes
let api: ServedApi
const source: CodeSource = {
  temporary: async (scene, seconds) => ({ ticket: scene, url: `http://weixin.qq.com/q/${scene}`, expiresIn: seconds }),
  permanent: async (scene) => ({ ticket: scene, url: `http://weixin.qq.com/q/${scene}` }),
}

beforeAll(async () => {
  store = await openTestStore()
  const { connection } = store
  const clock = { now: () => now }
  scenes = createScenes({ connection, clock, events: createEvents({ connection, clock }) })
  await store.ensureIndexes()
  const codes: ChannelCodesPort = {
    accounts: async () => [{ account: 'shop', may: true, permanent: 0 }],
    page: (query) => scenes.page(query),
    find: (account, code) => scenes.find(account, code),
    create: (input) => scenes.create(input as never, source),
    renew: (account, code, lasts) => scenes.renew(account, code, lasts, source),
    days: (account, code, days) => daysOf({ connection, timeZone: 'Asia/Shanghai', now }, { account, code, days }),
    picture: (url, caption) => ({ svg: codeSvg(url, caption), png: codePng(url, caption) }),
    rules: { placements: ['poster'], permanent: 100_000, days: 30, text: 64 },
  }
  api = await serveApi(channelCodeRoutes({ codes, now: () => now }), { scopes: ['content:read', 'content:write'] })
})
afterAll(async () => {
  await api.close()
  await store.dispose()
})

const codeOf = (body: unknown) => (body as Problem).type.split(':').at(-1)
const NEW = { account: 'shop', code: 'poster-1', name: '海报', placement: 'poster' }

describe('the routes of channel codes', () => {
  test('make a code; the same again is the same, another of that name a conflict, bad fields are named', async () => {
    const made = await api.ask('POST', '/channel-codes', NEW)
    expect([made.status, made.body]).toMatchObject([201, { permanent: true, counts: { follows: 0 } }])
    expect(made.body).not.toHaveProperty('ticket')
    const other = await api.ask('POST', '/channel-codes', { ...NEW, name: '另一张' })
    expect([other.status, codeOf(other.body)]).toEqual([409, 'scene.exists'])
    const bad = await api.ask<Problem>('POST', '/channel-codes', {
      ...NEW,
      code: '海报',
      placement: 'moon',
      lasts: '31d',
    })
    expect([bad.status, bad.body.errors?.map(({ field }) => field)]).toEqual([422, ['code', 'placement', 'lasts']])
  })

  test('tell what came of it day by day, in business days', async () => {
    const at = (iso: string) => new Date(iso)
    const touch = { account: 'shop', scene: 'poster-1' }
    await scenes.touch({ ...touch, update: 'u1', contact: 'c1', how: 'follow', at: at('2026-03-03T15:59:00Z') })
    await scenes.touch({ ...touch, update: 'u2', contact: 'c2', how: 'scan', at: at('2026-03-03T16:01:00Z') })
    await scenes.touch({ ...touch, update: 'u3', contact: 'c1', how: 'leave', at: at('2026-03-04T01:00:00Z') })
    await scenes.touch({
      ...touch,
      scene: 'other',
      update: 'u4',
      contact: 'c3',
      how: 'scan',
      at: at('2026-03-04T01:00:00Z'),
    })
    const { body } = await api.ask<{ days: object[]; counts: object }>('GET', '/channel-codes/shop/poster-1?days=3')
    expect(body.counts).toMatchObject({ follows: 1, scans: 1, unfollows: 1 })
    expect(body.days).toEqual([
      { day: '2026-03-02', follows: 0, scans: 0, unfollows: 0 },
      { day: '2026-03-03', follows: 1, scans: 0, unfollows: 0 },
      { day: '2026-03-04', follows: 0, scans: 1, unfollows: 1 },
    ])
  })

  test('draw it, until a temporary one has ended; renewed it is drawn again', async () => {
    await api.ask('POST', '/channel-codes', { ...NEW, code: 'flash', lasts: '2d' })
    const drawn = await api.ask<{ svg: string; png: string }>(
      'GET',
      '/channel-codes/shop/flash/picture?caption=%E9%97%AA',
    )
    expect(drawn.body.svg).toContain('>闪</text>')
    expect(Buffer.from(drawn.body.png, 'base64').subarray(1, 4).toString()).toBe('PNG')
    now = new Date(now.getTime() + 3 * 86_400_000)
    const ended = await api.ask('GET', '/channel-codes/shop/flash/picture')
    expect([ended.status, codeOf(ended.body)]).toEqual([409, 'scene.expired'])
    expect((await api.ask('POST', '/channel-codes/shop/flash/renew', { lasts: '7d' })).status).toBe(200)
    expect((await api.ask('GET', '/channel-codes/shop/flash/picture')).status).toBe(200)
    const permanent = await api.ask('POST', '/channel-codes/shop/poster-1/renew', { lasts: '7d' })
    expect([permanent.status, codeOf(permanent.body)]).toEqual([422, 'scene.permanent'])
    expect((await api.ask('GET', '/channel-codes/shop/nothing')).status).toBe(404)
  })
})
