import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Publishing } from '../../src/publishing/publishing.js'
import { describeStatus } from '../../src/publishing/status.js'
import { type Desk, openDesk } from './desk.js'
import type { fakePlatform } from './fake-platform.js'

const MINUTE = 60_000
let desk: Desk
let platform: ReturnType<typeof fakePlatform>
let publishing: Publishing
let account: string
let count = 0

beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())
beforeEach(() => {
  account = `shop${++count}`
  platform = desk.account(account)
  publishing = desk.open()
  desk.write('tea')
})

const publishId = () => [...platform.publications.keys()].at(-1) ?? ''
const finish = (status: 'published' | 'refused') => {
  const found = platform.publications.get(publishId())
  if (found) found.status = status
}
const facts = async (type: string) =>
  (await desk.events.read({ type })).filter((fact) => fact.account === account).map((fact) => fact.props)

describe('publishing', () => {
  test('pushes, submits, and ends with the event: id and address are kept, the draft has left the box', async () => {
    expect(await publishing.publish(account, 'tea')).toMatchObject({ job: { kind: 'publish', state: 'running' } })
    await publishing.apply(desk.publishVerdict(account, publishId()))
    const status = await publishing.status(account, 'tea')
    expect(status).toMatchObject({
      draft: 'none',
      job: { state: 'done' },
      published: {
        articleId: `article-${publishId()}`,
        url: `https://mp.weixin.qq.com/s/article-${publishId()}`,
        current: true,
      },
    })
    expect(await facts('article.published')).toEqual([
      {
        slug: 'tea',
        title: '文章 tea',
        dataId: `data-${publishId()}`,
        articleId: `article-${publishId()}`,
        url: expect.any(String),
      },
    ])
    expect(status && describeStatus(status, 'Asia/Shanghai')).toContain('https://mp.weixin.qq.com/s/article-')
    desk.pass(2 * MINUTE)
    await publishing.poll()
    expect(platform.times('state')).toBe(0)
  })

  test('the same content is not published twice, and pushing it makes no new draft; an edit is published anew', async () => {
    await publishing.publish(account, 'tea')
    await publishing.apply(desk.publishVerdict(account, publishId()))
    await publishing.publish(account, 'tea')
    expect(platform.times('submit')).toBe(1)
    expect(await publishing.push(account, 'tea')).toEqual({ state: 'released', notes: [] })
    expect(platform.drafts.size).toBe(0)
    desk.write('tea', { title: '第二版' })
    await publishing.publish(account, 'tea')
    expect(platform.times('submit')).toBe(2)
    expect(await publishing.status(account, 'tea')).toMatchObject({ published: { current: false } })
  })

  test('while it is under way nothing else is started', async () => {
    await publishing.publish(account, 'tea')
    for (const attempt of [
      publishing.publish(account, 'tea', { again: true }),
      publishing.push(account, 'tea'),
      publishing.send(account, 'tea', { to: 'all' }),
    ].map((promise) => promise.catch((error: unknown) => error)))
      expect(await attempt).toHaveProperty('code', expect.stringMatching(/^publishing\.(underway|busy)$/))
    expect(platform.times('submit')).toBe(1)
  })

  test('without an event the poll finds the end, ever more slowly', async () => {
    await publishing.publish(account, 'tea')
    const asked: number[] = []
    for (let minute = 0; minute < 9; minute++) {
      await publishing.poll()
      asked.push(platform.times('state'))
      desk.pass(MINUTE)
    }
    expect(asked).toEqual([0, 1, 2, 2, 3, 3, 3, 3, 4])
    finish('published')
    desk.pass(8 * MINUTE)
    await publishing.poll()
    expect(await publishing.status(account, 'tea')).toMatchObject({
      job: { state: 'done' },
      published: { current: true },
    })
    expect(platform.times('state')).toBe(5)
  })

  test('asks at most 60 times a day, and goes on the next day', async () => {
    await publishing.publish(account, 'tea')
    for (let asked = 0; asked < 60; asked++) await desk.rows.mayPoll(account, '2026-03-04', 60)
    expect(await desk.rows.mayPoll(account, '2026-03-04', 60)).toBe(false)
    const before = desk.clock.now()
    desk.pass(MINUTE)
    const day = desk.clock.now().toISOString().slice(0, 10)
    for (let asked = 0; asked < 61; asked++) await desk.rows.mayPoll(account, day, 60)
    await publishing.poll()
    expect(platform.times('state')).toBe(0)
    const row = await desk.rows.find(account, 'tea')
    expect(row?.job?.pollAt?.getTime()).toBeGreaterThan(before.getTime() + 3_600_000)
    finish('published')
    desk.pass(24 * 60 * MINUTE)
    await publishing.poll()
    expect(await publishing.status(account, 'tea')).toMatchObject({ job: { state: 'done' } })
  })

  test.each([
    [2, '原创'],
    [4, '审核'],
    [6, '封禁'],
  ])('the verdict %i is told in plain words and the draft may be published again', async (status, word) => {
    await publishing.publish(account, 'tea')
    await publishing.apply(desk.publishVerdict(account, publishId(), status))
    const found = await publishing.status(account, 'tea')
    expect(found?.job).toMatchObject({ state: 'failed', reason: expect.stringContaining(word) })
    expect(found?.published).toBeUndefined()
    expect(await facts('article.failed')).toHaveLength(1)
    await publishing.publish(account, 'tea')
    expect(platform.times('submit')).toBe(2)
  })

  test('a lost answer is settled by looking, never by submitting again', async () => {
    platform.fail('submit', 'wechat.uncertain', true)
    expect(await publishing.publish(account, 'tea')).toMatchObject({ job: { state: 'submitting' } })
    desk.pass(MINUTE)
    await desk.open().poll()
    expect(await publishing.status(account, 'tea')).toMatchObject({
      draft: 'none',
      job: { state: 'done' },
      published: { current: true },
    })
    expect(platform.times('submit')).toBe(1)
  })

  test('an order that never arrived is told after ten minutes', async () => {
    platform.fail('submit', 'wechat.uncertain')
    await publishing.publish(account, 'tea')
    for (let minutes = 0; minutes < 17; minutes++) {
      desk.pass(MINUTE)
      await publishing.poll()
    }
    const status = await publishing.status(account, 'tea')
    expect(status).toMatchObject({
      draft: 'current',
      job: { state: 'failed', reason: expect.stringContaining('没有收到') },
    })
  })

  test('a refusal says why at once', async () => {
    platform.fail('submit', 'wechat.quota-day')
    expect(await publishing.publish(account, 'tea')).toMatchObject({
      job: { state: 'failed', reason: 'wechat.quota-day happened', fix: 'mend it' },
    })
  })

  test('a verdict that comes as a mass send makes the poll ask at once', async () => {
    await publishing.publish(account, 'tea')
    finish('published')
    await publishing.apply(desk.massVerdict(account, 'unknown'))
    await publishing.poll()
    expect(await publishing.status(account, 'tea')).toMatchObject({ job: { state: 'done' } })
  })

  test('other updates are none of its business', () => {
    const about = { id: 'u', platform: 'official-account' as const, account, from: 'o1', at: new Date() }
    expect(publishing.apply({ kind: 'event.unsubscribe', ...about })).toBeUndefined()
  })
})

describe('a mass send', () => {
  test('goes to a tag under one key, and its counts and address are kept', async () => {
    const audience = { to: 'tag' as const, tagId: '101' }
    expect(await publishing.send(account, 'tea', audience)).toMatchObject({
      job: { kind: 'mass', state: 'running', audience },
    })
    const [[key = '', { msgId }] = ['', { msgId: '' }]] = [...platform.masses]
    expect(key).toMatch(/^wl[0-9a-f]{40}$/)
    await publishing.apply(desk.massVerdict(account, msgId))
    expect(await publishing.status(account, 'tea')).toMatchObject({
      draft: 'none',
      sent: { audience, total: 100, delivered: 88, failed: 2, url: 'https://mp.weixin.qq.com/s/mass' },
    })
    expect(await facts('article.sent')).toHaveLength(1)
    await expect(publishing.send(account, 'tea', audience)).rejects.toMatchObject({ code: 'publishing.sent' })
    await publishing.send(account, 'tea', audience, { again: true })
    expect(platform.masses.size).toBe(2)
  })

  test('a lost answer is asked again under the same key: nobody gets it twice', async () => {
    platform.fail('toAll', 'wechat.uncertain', true)
    expect(await publishing.send(account, 'tea', { to: 'all' })).toMatchObject({ job: { state: 'submitting' } })
    desk.pass(MINUTE)
    await desk.open().poll()
    expect(platform.times('toAll')).toBe(2)
    expect(platform.masses.size).toBe(1)
    expect(await publishing.status(account, 'tea')).toMatchObject({ job: { state: 'running' } })
    desk.pass(10 * MINUTE)
    await publishing.poll()
    expect(await publishing.status(account, 'tea')).toMatchObject({
      job: { state: 'done' },
      sent: { audience: { to: 'all' } },
    })
  })

  test('after a day without an answer a person must look; only then it may be sent again', async () => {
    platform.fail('toAll', 'wechat.uncertain')
    await publishing.send(account, 'tea', { to: 'all' })
    desk.pass(24 * 60 * MINUTE)
    await publishing.poll()
    expect(await publishing.status(account, 'tea')).toMatchObject({ job: { state: 'uncertain' } })
    expect(platform.masses.size).toBe(0)
    await expect(publishing.send(account, 'tea', { to: 'all' })).rejects.toMatchObject({ code: 'publishing.uncertain' })
    await publishing.send(account, 'tea', { to: 'all' }, { again: true })
    expect(platform.masses.size).toBe(1)
  })

  test.each([
    ['err(20001)', '涉嫌政治'],
    ['err(40002)', '管理员 30 分钟内没有确认'],
    ['err(30002)', '原创'],
    ['something new', 'something new'],
  ])('the verdict %s is told in plain words', async (status, word) => {
    await publishing.send(account, 'tea', { to: 'all' })
    const [msgId = ''] = [...platform.masses.values()].map((each) => each.msgId)
    await publishing.apply(desk.massVerdict(account, msgId, status))
    expect((await publishing.status(account, 'tea'))?.job).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining(word),
    })
  })
})
