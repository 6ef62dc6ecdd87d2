import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { initials } from '../../../src/desk/canned/pinyin.js'
import { createOffice } from '../../../src/desk/office/office.js'
import { deskRoutes } from '../../../src/http/api/desk.js'
import { deskInboxRoutes, staffOfCallers } from '../../../src/http/api/desk-inbox.js'
import { inOwnName } from '../../../src/http/api/desk-own.js'
import { deskStaffRoutes } from '../../../src/http/api/desk-staff.js'
import { type Bench, openBench, settings } from '../../desk/setup.js'
import { type Browser, type OpenConsole, openConsole } from '../console/open-console.js'

let bench: Bench
let house: OpenConsole
/** Linked with 李华 of WeCom, a supervisor of the desk. */
let lihua: Browser
/** No WeCom, one of the desk's staff under the console's own name. */
let own: Browser
/** None of the staff. */
let guest: Browser
let ownId = ''
const resent: string[] = []
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]).toString('base64')

beforeAll(async () => {
  bench = await openBench()
  const { desk, clock, rows } = bench
  const office = createOffice({
    rows,
    desk,
    clock,
    settings: {
      settings: async () => bench.settings,
      isOpen: () => bench.settings !== undefined,
      view: async () => ({ origin: 'none', on: false, problems: [], revision: 0 }),
      put: async () => ({ outcome: 'read-only' }),
    },
    windows: {
      of: async () => ({
        open: [{ trigger: 'message', remaining: 4, until: new Date('2037-03-06T10:30:00+08:00') }],
        unexpired: true,
      }),
    },
    corp: 'corp',
    profileOf: async () => ({ name: '林小雨' }),
    valuesOf: async () => ({ name: '林小雨', order: 'A1' }),
    initials,
    putPicture: async (_, bytes) => `media-of-${bytes.length}`,
    content: {
      link: (account, { mediaId }) => `https://shop.example/desk/media/${account}-${mediaId}`,
      cards: () => [{ slug: 'gift', title: '新人礼券', app: '絮屋', thumb: 'gift.jpg', path: 'pages/gift' }],
      articles: () => [],
    },
  })
  const people = { find: (id: string) => house.access.people.find(id) }
  const outbox = {
    resend: async (key: string) => {
      resent.push(key)
      return { key: `${key}:again`, result: 'new' as const }
    },
    treatAsSent: async () => true,
  }
  const staffOf = staffOfCallers({ office, people })
  const ended = async (key: string) => {
    await bench.ends(key, 'sent')
  }
  house = await openConsole({
    beside: [
      ...inOwnName([...deskRoutes({ desk }), ...deskStaffRoutes({ desk })], staffOf),
      ...deskInboxRoutes({
        desk: { find: desk.find, entries: desk.entries, say: desk.say, ended },
        office,
        people,
        outbox,
      }),
    ],
  })
  lihua = await house.as('lihua-console', 'service')
  own = await house.as('own', 'service')
  guest = await house.as('guest', 'service')
  const by = { kind: 'command', id: 'test' } as const
  const linked = await house.access.people.findByLogin('lihua-console')
  await house.access.people.change(linked?._id ?? '', linked?.rev ?? 0, { wecom: { corp: 'corp', staff: 'lihua' } }, by)
  ownId = `console.${(await house.access.people.findByLogin('own'))?._id}`
})
afterAll(async () => {
  await house.close()
  await bench.store.dispose()
})
beforeEach(async () => {
  await bench.reset()
  const { staff } = settings()
  const [first] = staff
  bench.settings = settings({
    staff: [...staff, { ...(first as never as object), userid: ownId, name: '小欧', supervisor: false } as never],
  })
})

async function queued(): Promise<string> {
  await bench.says('人工')
  return (await bench.open())._id
}

const key = () => ({ 'idempotency-key': `key-${Math.random()}` })

describe('who somebody is at the desk', () => {
  test('a linked person is the member of WeCom, another acts under the console’s name, a third only looks on', async () => {
    expect((await lihua.ask('GET', '/desk/me')).body).toMatchObject({
      staff: 'lihua',
      via: 'wecom',
      name: '李华',
      member: true,
      rules: true,
    })
    expect((await own.ask('GET', '/desk/me')).body).toMatchObject({
      staff: ownId,
      via: 'console',
      name: '小欧',
      member: true,
      rules: false,
    })
    expect((await guest.ask('GET', '/desk/me')).body).toMatchObject({ via: 'console', member: false, on: true })
  })

  test('nobody acts in a colleague’s name; a supervisor may hand over and close, but not speak as another', async () => {
    const id = await queued()
    const path = `/desk/conversations/${id}`
    const refused = await own.ask('POST', `${path}/accept`, { staff: 'wangfang' })
    expect([refused.status, refused.code]).toEqual([403, 'desk.not-you'])
    expect((await own.ask('POST', `${path}/accept`, { staff: ownId })).status).toBe(200)
    expect((await own.ask('PATCH', '/desk/staff/lihua', { presence: 'offline' })).status).toBe(403)
    expect((await own.ask('PATCH', `/desk/staff/${ownId}`, { presence: 'online' })).status).toBe(200)
    expect((await guest.ask('POST', `${path}/close`, {})).code).toBe('desk.not-you')
    expect((await lihua.ask('POST', `${path}/messages`, { staff: ownId, text: '冒充' }, key())).code).toBe(
      'desk.not-you',
    )
    expect((await lihua.ask('POST', `${path}/notes`, { staff: ownId, text: '冒充' }, key())).code).toBe('desk.not-you')
    expect((await lihua.ask('POST', `${path}/transfer`, { staff: ownId, to: 'lihua', force: true })).status).toBe(200)
    expect((await lihua.ask('POST', `${path}/messages`, { staff: 'lihua', text: '您好' }, key())).status).toBe(200)
  })
})

test('the queues with their counts, names and last words', async () => {
  const id = await queued()
  const waiting = (await own.ask('GET', '/desk/inbox?queue=unassigned')).body
  expect(waiting).toMatchObject({
    counts: { mine: 0, unassigned: 1, all: 1 },
    rows: [{ name: '林小雨', conversation: { _id: id } }],
  })
  await own.ask('POST', `/desk/conversations/${id}/accept`, { staff: ownId })
  expect((await own.ask('GET', '/desk/inbox?queue=mine')).body).toMatchObject({
    counts: { mine: 1, unassigned: 0, all: 1 },
    rows: [{}],
  })
  expect((await lihua.ask('GET', '/desk/inbox?queue=mine')).body).toMatchObject({
    counts: { mine: 0, all: 1 },
    rows: [],
  })
})

test('the thread as it looks, the window, and replies that are filled in and found by pinyin', async () => {
  const id = await queued()
  await own.ask('POST', `/desk/conversations/${id}/accept`, { staff: ownId })
  await own.ask('POST', `/desk/conversations/${id}/messages`, { staff: ownId, card: 'gift' }, key())
  const sent = await own.ask('POST', `/desk/conversations/${id}/pictures`, { staff: ownId, picture: PNG }, key())
  expect(sent.body).toMatchObject({ by: ownId, content: { kind: 'image', media: { mediaId: 'media-of-11' } } })
  const wrong = Buffer.from('<svg onload=alert(1)>').toString('base64')
  expect(
    (await own.ask('POST', `/desk/conversations/${id}/pictures`, { staff: ownId, picture: wrong }, key())).code,
  ).toBe('media.format')
  expect(
    (await guest.ask('POST', `/desk/conversations/${id}/pictures`, { staff: ownId, picture: PNG }, key())).code,
  ).toBe('desk.not-you')
  const { entries } = (await own.ask('GET', `/desk/conversations/${id}/thread`)).body as {
    entries: { shown: object }[]
  }
  expect(entries.map(({ shown }) => shown)).toEqual(
    expect.arrayContaining([
      { title: '新人礼券', about: '絮屋', picture: '/media/gift.jpg' },
      { file: '/desk/media/shop-media-of-11' },
    ]),
  )
  expect((await own.ask('GET', `/desk/conversations/${id}/window`)).body).toMatchObject({ left: 4, unexpired: true })
  await bench.desk.canned.put(
    'hello',
    { group: '问候', title: '开场白', text: '{name}您好，我是{staff}，单号 {order} {tracking}' },
    { by: 'test' },
  )
  const { ready } = (await own.ask('GET', `/desk/conversations/${id}/ready?q=开场`)).body as { ready: object[] }
  expect(ready).toEqual([
    {
      kind: 'canned',
      slug: 'hello',
      title: '开场白',
      about: '问候',
      text: '林小雨您好，我是小欧，单号 A1 {tracking}',
      missing: ['tracking'],
    },
  ])
})

test('a message that failed is sent again by whom the conversation belongs to, one of unclear end is not', async () => {
  const id = await queued()
  await own.ask('POST', `/desk/conversations/${id}/accept`, { staff: ownId })
  const said = await own.ask('POST', `/desk/conversations/${id}/messages`, { staff: ownId, text: '您好' }, key())
  const { _id: entry, delivery } = said.body as { _id: string; delivery: { key: string } }
  const path = (name: string) => `/desk/conversations/${id}/entries/${encodeURIComponent(name)}/resend`
  await bench.ends(delivery.key, 'uncertain')
  expect((await own.ask('POST', path(entry))).code).toBe('desk.uncertain')
  await bench.ends(delivery.key, 'failed')
  expect((await guest.ask('POST', path(entry))).code).toBe('desk.not-you')
  expect((await own.ask('POST', path('out:another'))).status).toBe(404)
  expect((await own.ask('POST', path(entry))).body).toEqual({ done: true })
  expect(resent).toEqual([delivery.key])
})

test('who may not see the inbox is refused everywhere', async () => {
  const analyst = await house.as('analyst', 'analyst')
  for (const path of ['/desk/me', '/desk/inbox', '/desk/conversations/aaaaaaaaaaaaaaaa/thread'])
    expect((await analyst.ask('GET', path)).status).toBe(403)
})
