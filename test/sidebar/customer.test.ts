import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Material } from '../../src/sidebar/materials.js'
import type { TalkLine } from '../../src/sidebar/talks.js'
import { createVisit } from './visit.js'
import { openWorld, type World } from './world.js'

let world: World
let contact: string
let lihua: ReturnType<typeof createVisit>
let wangfang: ReturnType<typeof createVisit>
beforeAll(async () => {
  world = await openWorld()
  contact = await world.customer('wmRain', 'lihua', { openid: 'o-rain' })
  await world.customer('wmRain', 'wangfang')
  lihua = createVisit(world)
  await lihua.logIn('lihua')
  wangfang = createVisit(world)
  await wangfang.logIn('wangfang')
}, 60_000)
afterAll(() => world.close())

describe('a customer', () => {
  test('is shown with tags, way, colleagues and what they are elsewhere', async () => {
    const { body } = await lihua.get('/customers/wmRain')
    expect(body).toMatchObject({
      name: '小雨',
      standing: 'mine',
      way: '扫描二维码',
      state: 'store-01',
      others: ['wangfang'],
      corpTags: ['高意向'],
    })
    expect(body.identities.map(({ where, account }) => `${where} ${account}`)).toEqual(
      expect.arrayContaining(['wecom 絮屋', 'official-account 絮屋服务号']),
    )
  })

  test('tags are put and taken off here and brought into step there, with one fact for each change', async () => {
    const { body } = await lihua.post('/customers/wmRain/tags', { add: ['母婴', '<script>'], remove: [] })
    expect(body.tags).toEqual(['<script>', '母婴'])
    expect(world.settled).toEqual(['wmRain'])
    world.wait(1000)
    expect((await lihua.post('/customers/wmRain/tags', { remove: ['<script>'] })).body).toEqual({ tags: ['母婴'] })
    world.wait(1000)
    await lihua.post('/customers/wmRain/tags', { add: ['母婴'], remove: ['没有过'] })
    const facts = await world.events.read({ contact: (await world.contacts.get(contact))?.merge?.into ?? contact })
    const tagged = facts.filter(({ type }) => type === 'customer.tagged')
    expect(tagged.map(({ props }) => [props['added'], props['removed']])).toEqual([
      [[], ['<script>']],
      [['母婴', '<script>'], []],
    ])
  })

  test('what the platform does not take stays here and is said', async () => {
    world.refuse(new Error('busy'))
    const { body } = await lihua.post('/customers/wmRain/tags', { add: ['回访'] })
    world.refuse(undefined)
    expect(body).toEqual({ tags: ['回访', '母婴'], later: expect.stringContaining('稍后自动再同步') })
  })

  test('orders stand in words, with parcels', async () => {
    const { body } = await lihua.get('/customers/wmRain/orders')
    expect(body).toMatchObject([
      { orderNo: 'A10086', state: '已签收', paidFen: 19_900, parcels: [{ trackingNo: 'SF1400001', state: '已签收' }] },
      { orderNo: 'A10010', state: '待发货', parcels: [] },
    ])
  })

  test('the meter tells what is open and how many are left', async () => {
    const follows = async (following: boolean) => {
      world.wait(1000)
      const follower = { platform: 'official-account', account: 'shop', externalId: 'o-rain' } as const
      await world.contacts.correctFollow(follower, { following, at: world.clock.now() })
    }
    await follows(false)
    const { body } = await lihua.get('/customers/wmRain/meter')
    expect(body).toMatchObject([
      { channel: 'staff', open: true, words: '您在聊天里手动发送，不限条数' },
      { channel: 'official-account', account: '絮屋服务号', open: false, words: '没有关注，或已经取消关注' },
    ])
    await follows(true)
    const after = (await lihua.get('/customers/wmRain/meter')).rows[1]
    expect(after).toMatchObject({ open: true, left: 4, words: '客户发来消息，还能发 4 条' })
    expect(new Date(after?.until ?? '').getTime() - world.clock.now().getTime()).toBe(20 * 3_600_000)
  })

  test('the timeline is in words, newest first, and its pages lose nothing', async () => {
    const about = { source: 'shop-demo', contact, account: 'shop' }
    for (let n = 0; n < 90; n++) {
      world.wait(60_000)
      const at = { occurredAt: world.clock.now(), props: { orderNo: `B${n}`, paidFen: 100 * n } }
      await world.events.append([
        { ...about, id: `paid${n}`, type: 'order.paid', ...at },
        { ...about, id: `odd${n}`, type: 'machine.only', ...at },
      ])
    }
    const seen: string[] = []
    let before = ''
    do {
      const { body } = await lihua.get(`/customers/wmRain/timeline${before ? `?before=${before}` : ''}`)
      seen.push(...body.entries.map(({ words }) => words))
      before = body.before ?? ''
    } while (before !== '')
    expect(seen[0]).toBe('付款 89.00 元，订单 B89')
    expect(seen.filter((words) => words.startsWith('付款'))).toHaveLength(90)
    expect(seen).toEqual(expect.arrayContaining(['加上标签 母婴、<script>', '关注了公众号']))
    expect(seen.join()).not.toContain('machine')
  })
})

describe('what is sent', () => {
  test('canned replies are found by initials and filled with what is known', async () => {
    const { rows } = await lihua.get('/canned?q=cwl&customer=wmRain')
    expect(rows).toHaveLength(1)
    expect(rows[0]?.message).toEqual({ kind: 'text', text: '您的订单 A10086 已发出，运单号 SF1400001。' })
    const hello = (await lihua.get('/canned?q=开场&customer=wmRain')).rows[0]?.message.text
    expect(hello).toBe('小雨您好，我是李华，请问有什么可以帮您？')
    const unknown = (await lihua.get('/canned?q=cwl')).rows[0]
    expect([unknown?.message.text, unknown?.missing]).toEqual([
      '您的订单 {order} 已发出，运单号 {tracking}。',
      ['订单号', '运单号'],
    ])
  })

  test('a canned reply that is a card is sent as one; one whose content is gone is left out', async () => {
    const { rows } = await lihua.get('/canned?customer=wmRain')
    expect(rows.map(({ name }) => name)).toEqual(['hello', 'parcel', 'gift'])
    expect(rows[2]).toMatchObject({
      kind: 'canned',
      title: '领券',
      message: { kind: 'card', appid: 'wx00000000000demo2' },
    })
  })

  test('articles and cards are found by words; a card for a group says which', async () => {
    const all = (await lihua.get('/materials')).rows
    expect(all.map(({ name }) => name)).toEqual(['coupons', 'orders', 'wash'])
    expect((await lihua.get('/materials?q=保养')).body).toMatchObject([
      {
        kind: 'article',
        message: { url: `${world.web.url}/articles/wash`, picture: `${world.web.url}/media/wash.jpg` },
      },
    ])
    const card = (await lihua.get('/materials?q=领券&group=wrGroup1')).rows[0]
    expect(card?.message.path).toBe('pages/coupons/index?id=9&from=group&group=wrGroup1')
  })

  test('what was sent is a fact, once for a key', async () => {
    const note = { to: { customer: 'wmRain' }, kind: 'card', name: 'coupons', title: '领券中心', key: 'abcdefgh1' }
    expect((await lihua.post('/sent', note)).status).toBe(200)
    expect((await lihua.post('/sent', note)).status).toBe(200)
    const { body } = await lihua.get('/customers/wmRain/timeline')
    const sent = body.entries.filter(({ words }) => words.includes('发送了'))
    expect(sent.map(({ words }) => words)).toEqual(['lihua 发送了小程序卡片《领券中心》'])
    expect((await lihua.post('/sent', { ...note, to: { customer: 'wmNobody' } })).status).toBe(404)
  })
})

describe('canned replies of staff', () => {
  const given = { group: '售后', title: '自提点', text: '{name}您好，自提点在南门', key: 'canned-key-1' }
  const find = async (visit: typeof lihua) => (await visit.get('/canned?q=自提点')).body as unknown as Material[]

  test('one is made once, is everybody’s to send, and its author’s and supervisors’ to change', async () => {
    const made = await lihua.post('/canned', given)
    expect((await lihua.post('/canned', given)).body).toEqual(made.body)
    const [own] = await find(lihua)
    expect(own).toMatchObject({
      own: { version: 1, text: given.text },
      message: { text: expect.stringContaining('南门') },
    })
    expect((await find(wangfang))[0]).not.toHaveProperty('own')
    const { slug = '' } = own?.own ?? {}
    const change = { ...given, slug, version: 1, text: '自提点在北门', key: 'canned-key-2' }
    const other = await wangfang.post('/canned', change)
    expect([other.status, other.body.error.code]).toEqual([403, 'forbidden.canned'])
    expect((await lihua.post('/canned', change)).status).toBe(200)
    const stale = await lihua.post('/canned', { ...change, key: 'canned-key-3' })
    expect([stale.status, stale.body.error.code]).toEqual([409, 'conflict.canned'])
    const chief = createVisit(world)
    await chief.logIn('chief')
    expect((await chief.post('/canned', { ...change, version: 2, text: '东门', key: 'canned-key-4' })).status).toBe(200)
    expect((await find(lihua))[0]?.message).toMatchObject({ text: '东门' })
  })

  test('those of files are nobody’s here', async () => {
    const answer = await lihua.post('/canned', { ...given, slug: 'hello', version: 0, key: 'canned-key-5' })
    expect(answer.body.error.message).toContain('content/canned')
    expect((await lihua.post('/canned', { ...given, text: '', key: 'canned-key-6' })).status).toBe(400)
  })
})

describe('conversations', () => {
  test('the first takes it, the second is told who has it, a note’s key counts once', async () => {
    world.desk.queue('t1', contact, '在吗')
    expect((await lihua.get('/customers/wmRain/talks')).body).toMatchObject([
      { id: 't1', state: 'queued', place: 1, where: '絮屋服务号', can: ['take', 'note'] },
    ])
    const taken = await lihua.post('/customers/wmRain/talks/t1', { act: 'take' })
    expect(taken.body).toMatchObject({ state: 'staff', mine: true, number: 3, can: ['close', 'transfer', 'note'] })
    const second = await wangfang.post('/customers/wmRain/talks/t1', { act: 'take' })
    expect([second.status, second.body.error.message]).toEqual([409, '已经由别的同事接待（lihua）'])
    expect((await wangfang.post('/customers/wmRain/talks/t1', { act: 'close' })).body.error.code).toBe('forbidden.act')
    const note = { act: 'note', text: '<i>要发票</i>', key: 'note-key-1' }
    await lihua.post('/customers/wmRain/talks/t1', note)
    await lihua.post('/customers/wmRain/talks/t1', note)
    const { rows: lines } = await lihua.get('/customers/wmRain/talks/t1')
    expect(lines.map(({ words }) => words)).toEqual(['在吗', '<i>要发票</i>'])
  })

  test('a note is written anew by its author; a line of unclear end is settled by one choice', async () => {
    const path = '/customers/wmRain/talks/t1'
    const entry = 'note:sidebar:lihua:note-key-1'
    const lines = async () => (await lihua.get(path)).body as unknown as TalkLine[]
    expect((await lines()).map(({ amend }) => amend)).toEqual([undefined, entry])
    expect((await lihua.post(path, { act: 'amend', entry, text: '要专票' })).status).toBe(200)
    expect((await lines()).map(({ words }) => words)).toEqual(['在吗', '要专票'])
    expect((await wangfang.post(path, { act: 'amend', entry, text: 'x' })).status).toBe(403)
    world.desk.uncertain('t1', 'out:1', 'lihua', '今天发出')
    expect((await lines()).at(-1)).toMatchObject({ trouble: '不确定是否送达', settle: 'out:1' })
    expect((await wangfang.post(path, { act: 'settle', entry: 'out:1', choice: 'again' })).status).toBe(403)
    expect((await lihua.post(path, { act: 'settle', entry: 'out:1', choice: 'again' })).status).toBe(200)
    expect((await lines()).at(-1)).toMatchObject({ trouble: '已补发，等待结果' })
    expect((await lines()).at(-1)).not.toHaveProperty('settle')
    const other = await lihua.post(path, { act: 'settle', entry: 'out:1', choice: 'sent' })
    expect([other.status, other.body.error.message]).toEqual([409, '同事先前已经选了另一种处理'])
  })

  test('a supervisor takes it over; transfer and close follow', async () => {
    const chief = createVisit(world)
    await chief.logIn('chief')
    expect((await chief.get('/customers/wmRain/talks')).rows[0]).toMatchObject({
      mine: false,
      can: ['take', 'close', 'transfer', 'note'],
    })
    expect((await chief.post('/customers/wmRain/talks/t1', { act: 'take' })).body).toMatchObject({ mine: true })
    const given = await chief.post('/customers/wmRain/talks/t1', { act: 'transfer', to: 'wangfang' })
    expect(given.body).toMatchObject({ staff: 'wangfang', mine: false })
    expect((await lihua.post('/customers/wmRain/talks/t1', { act: 'close' })).status).toBe(403)
    const closed = await wangfang.post('/customers/wmRain/talks/t1', { act: 'close' })
    expect(closed.body).toMatchObject({ state: 'closed', can: ['note'] })
  })
})
