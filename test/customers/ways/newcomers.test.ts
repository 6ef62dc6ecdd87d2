import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { link, type Message, type ResolvedMessage } from '../../../src/core/message.js'
import { readWays } from '../../../src/customers/ways/content.js'
import { wayDayRows, wayRows, wayTaskRows } from '../../../src/customers/ways/model.js'
import { wayPersonalData } from '../../../src/customers/ways/personal-data.js'
import type { Ways } from '../../../src/customers/ways/ways.js'
import type { WelcomeWords } from '../../../src/customers/welcome/ports.js'
import { eventRows } from '../../../src/events/model.js'
import { came, left, NOW, openWayBench, type WayBench } from './bench.js'

let bench: WayBench
let ways: Ways
beforeEach(async () => {
  bench = await openWayBench()
  ways = bench.open()
})
afterEach(() => bench.close())

const put = (input: object, slug = 'parcel') =>
  ways.book.put('corp', slug, { name: '包裹卡', staff: ['lihua'], ...input }, 'test')
const counts = async (slug = 'parcel') => (await bench.row(slug)).counts
/** An update, and what it set going. */
const bring = async (update: Parameters<Ways['apply']>[0]) => {
  await ways.apply(update)
  await ways.close()
}

describe('the counts of a way', () => {
  test('count a customer once, however often the update comes, by member and business day', async () => {
    await put({})
    const [first, second] = [came(), came({ staff: 'wangfang', at: new Date(NOW.getTime() + 14 * 3_600_000) })]
    for (const update of [first, first, { ...first, id: 'half', half: true }, second, came({ state: 'nobody' })]) {
      await bring(update)
    }
    expect(await counts()).toEqual({ added: 2, lost: 0 })
    expect(await ways.days('corp', 'parcel')).toMatchObject([
      { day: '2026-03-05', staff: 'wangfang', added: 1, lost: 0 },
      { day: '2026-03-04', staff: 'lihua', added: 1, lost: 0 },
    ])
  })

  test('count as lost who came by the way and deleted the member, nobody else', async () => {
    await put({})
    const [first, second, stranger] = [came(), came(), came({ state: 'other' })]
    for (const update of [first, second, stranger]) await bring(update)
    ways = bench.open({ contact: async ({ externalId }) => `merged-${externalId}` })
    for (const update of [left(first), left(first), left(second, 'staff'), left(stranger)]) await bring(update)
    expect(await counts()).toEqual({ added: 2, lost: 1 })
  })

  test('come back from the facts when they are wrong', async () => {
    await put({})
    const first = came()
    await bring(first)
    await bring(came())
    await bring(left(first))
    const { connection } = bench.store
    await wayRows(connection).updateOne({ _id: 'corp:parcel' }, { $set: { counts: { added: 9, lost: 0 } } })
    await wayDayRows(connection).deleteMany({})
    expect(await ways.rebuild()).toBe(2)
    expect(await counts()).toEqual({ added: 2, lost: 1 })
    expect(await ways.days('corp', 'parcel')).toMatchObject([{ staff: 'lihua', added: 2, lost: 1 }])
    expect(await ways.rebuild()).toBe(0)
  })

  test('do not ask anything of updates that are not about them', () => {
    expect(ways.apply(came({ account: 'elsewhere' }))).toBeUndefined()
    const { state: _, ...plain } = came()
    expect(ways.apply(plain)).toBeUndefined()
  })
})

describe('tags and remark of a newcomer', () => {
  test('are written once, with her name and the member’s', async () => {
    await put({ tags: ['包裹卡', '新客'], remark: '{name}/{staff}', called: { lihua: '小李' } })
    const update = came()
    await bring(update)
    await bring(update)
    await ways.runTasks()
    expect(bench.written).toEqual([`lihua ${update.from} 包裹卡,新客`, `lihua ${update.from} = 小雨/小李`])
  })

  test('are tried again until the platform knows the pair, and given up after a week', async () => {
    let known = false
    const people = {
      nameOf: async () => (known ? '小雨' : undefined),
      tag: async () => undefined,
      remark: async (_: unknown, remark: string) => bench.written.push(remark),
    }
    ways = bench.open({ people })
    await put({ remark: '{name}' })
    await bring(came({ half: true }))
    expect(await ways.runTasks()).toEqual({ done: 0, left: 0 })
    bench.clock.pass(31_000)
    expect(await ways.runTasks()).toEqual({ done: 0, left: 1 })
    known = true
    bench.clock.pass(61_000)
    expect(await ways.runTasks()).toEqual({ done: 1, left: 0 })
    expect(bench.written).toEqual(['小雨'])
    known = false
    await bring(came())
    bench.clock.pass(8 * 86_400_000)
    await ways.runTasks()
    bench.clock.pass(86_400_000)
    expect(await ways.runTasks()).toEqual({ done: 0, left: 0 })
    expect(bench.log.lines).toContain('warn tags or remark of a new customer given up')
  })

  test('survive a process that dies before it does them, and are forgotten with the person', async () => {
    const people = {
      nameOf: async () => '小雨',
      tag: () => new Promise(() => undefined),
      remark: async () => undefined,
    }
    const dying = bench.open({ people })
    await put({ tags: ['包裹卡'] })
    const update = came()
    await dying.apply(update)
    expect(await ways.runTasks()).toEqual({ done: 0, left: 0 })
    bench.clock.pass(61_000)
    expect(await ways.runTasks()).toEqual({ done: 1, left: 0 })
    expect(bench.written).toEqual([`lihua ${update.from} 包裹卡`])
    const part = wayPersonalData(bench.store.connection)
    const follow = { following: true, at: NOW }
    const who = { key: '', platform: 'wecom' as const, account: 'corp', externalId: update.from, boundAt: NOW, follow }
    expect(await part.export('c', [who])).toMatchObject([{ way: 'parcel', tags: ['包裹卡'] }])
    await part.erase('c', [who], 'erased')
    expect(await wayTaskRows(bench.store.connection).countDocuments({})).toBe(0)
    bench.clock.pass(0)
    Object.assign(dying, { close: async () => undefined })
  })
})

describe('the words for a newcomer', () => {
  const said = async (newcomer = { account: 'corp', staff: 'lihua', customer: 'wm1', state: 'parcel' }) => {
    const found: WelcomeWords[] = []
    for await (const words of ways.words(newcomer)) found.push(words)
    return found.map(({ source, messages }) => [
      source,
      ...messages.map((one) => (one.kind === 'text' ? one.text : one.kind)),
    ])
  }
  const fallback = 'called: { lihua: 小李 }\nwelcome:\n  - 您好 {name}，我是{staff}\n'

  test('are the way’s own, then the account’s, with the names filled in', async () => {
    await bench.file('default.yaml', fallback)
    await put({ welcome: [{ text: '{name}，{staff}在' }, { card: 'newcomer-gift' }, { invite: 'newcomers' }] })
    expect(await said()).toEqual([
      ['way', '小雨，小李在', 'card', 'invitation'],
      ['default', '您好 小雨，我是小李'],
    ])
    expect(await said({ account: 'corp', staff: 'wangfang', customer: 'wm1', state: 'none' })).toEqual([
      ['default', '您好 小雨，我是客服'],
    ])
  })

  test('do without a name the platform does not tell, and without what cannot be had', async () => {
    ways = bench.open({
      people: { nameOf: async () => Promise.reject(new Error('84061')), tag: async () => 0, remark: async () => 0 },
      resolve: async (message: Message) => {
        if (message.kind === 'article') throw new Error('there is no article')
        return [message as ResolvedMessage]
      },
    })
    await put({ welcome: ['您好 {name}', { article: 'gone' }, { link: { title: '指南', url: 'https://a.example/' } }] })
    expect(await said()).toEqual([['way', '您好 朋友', 'link']])
    expect(bench.log.lines).toContain('error part of a welcome left out')
    expect(link({ title: '', description: '', url: '', picture: '' }).kind).toBe('link')
  })

  test('are the account’s when the way is over or removed, and stay when the file breaks', async () => {
    await bench.file('default.yaml', fallback)
    await put({ welcome: ['春节快乐'], until: '2026-03-03' })
    expect((await said()).map(([source]) => source)).toEqual(['default'])
    await put({ welcome: ['在'] }, 'other')
    const other = { account: 'corp', staff: 'lihua', customer: 'wm1', state: 'other' }
    expect((await said(other)).map(([source]) => source)).toEqual(['way', 'default'])
    await ways.book.remove('corp', 'other', 'test')
    expect((await said(other)).map(([source]) => source)).toEqual(['default'])
    await bench.file('default.yaml', 'welcome: []\n')
    await ways.load()
    expect((await said()).map(([source]) => source)).toEqual(['default'])
  })
})

describe('the samples of content/contact-ways', () => {
  test('are right, and name only what is there', async () => {
    const names = { hasArticle: (slug: string) => slug === 'care-guide', hasCard: (slug: string) => slug !== 'gone' }
    const found = await readWays(join(import.meta.dirname, '../../../content'), names)
    expect(found.problems).toEqual([])
    expect(found.ways.map(({ slug }) => slug)).toEqual(['livestream-poster', 'parcel-card'])
    expect([...found.defaults.keys()]).toEqual([''])
  })

  test('a file that names what is not there says where', async () => {
    await bench.file('one.yaml', 'name: 码\nstaff: [lihua]\nwelcome:\n  - card: gone\n  - image: gone.png\n')
    await bench.file('two.yaml', 'name: 码\nstaff: [lihua]\nstate: one\n')
    const names = { hasArticle: () => false, hasCard: () => false }
    const { problems } = await readWays(join(bench.store.dir, 'content'), names)
    expect(problems.map(({ file, line, field }) => [file, line, field])).toEqual([
      ['content/contact-ways/one.yaml', 4, 'welcome[0].card'],
      ['content/contact-ways/one.yaml', 5, 'welcome[1].image'],
      ['content/contact-ways/two.yaml', undefined, 'state'],
    ])
  })
})

test('a fact of a way names way, member and day, so that counts can be made of it', async () => {
  await put({})
  await bring(came())
  const facts = await eventRows(bench.store.connection).find({ type: 'way.added' }).toArray()
  expect(facts[0]?._id).not.toContain('wm')
  expect(facts).toMatchObject([
    { source: 'ways', props: { corp: 'corp', way: 'parcel', staff: 'lihua', day: '2026-03-04' } },
  ])
})
