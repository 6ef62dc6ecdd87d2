import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { ProblemsError } from '../../src/core/errors.js'
import type { Publishing } from '../../src/publishing/publishing.js'
import { jpeg } from '../library/sample.js'
import { type Desk, openDesk } from './desk.js'
import type { fakePlatform } from './fake-platform.js'

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

const only = () => {
  expect(platform.drafts.size).toBe(1)
  return [...platform.drafts.values()].map((each) => each.article)[0]
}

describe('pushing an article', () => {
  test('makes a draft with every picture on the platform and the card in the body', async () => {
    expect(await publishing.push(account, 'tea')).toMatchObject({ state: 'created', notes: [] })
    const draft = only()
    expect(draft).toMatchObject({ title: '文章 tea', digest: '摘要', author: '小絮', thumbMediaId: 'cover3' })
    expect(draft?.content).not.toContain('wx.example.com')
    expect(draft?.content).toMatch(/<img src="https:\/\/mmbiz\.qpic\.cn\/[^"]+\?wx_fmt=jpeg&amp;n=1"/)
    expect(draft?.content).toMatch(/data-miniprogram-path="pages\/a\?b=1".*imageurl="https:\/\/mmbiz\.qpic\.cn\//)
    expect(platform.times('uploadForArticle')).toBe(2)
    expect(platform.times('uploadForever')).toBe(1)
  })

  test('again changes nothing; an edit updates the same draft and uploads only what is new', async () => {
    const first = await publishing.push(account, 'tea')
    expect(await publishing.push(account, 'tea')).toEqual({ ...first, state: 'unchanged' })
    expect(platform.times('update')).toBe(0)
    desk.write('tea', { title: '新标题' })
    expect(await publishing.status(account, 'tea')).toMatchObject({ draft: 'outdated' })
    expect(await desk.open().push(account, 'tea')).toEqual({ ...first, state: 'updated' })
    expect(only()?.title).toBe('新标题')
    expect(platform.times('uploadForArticle') + platform.times('uploadForever')).toBe(3)
    expect(await publishing.status(account, 'tea')).toMatchObject({ draft: 'current', title: '新标题' })
  })

  test('a new picture under the old name is a change', async () => {
    await desk.addPicture('other.jpg', jpeg(400))
    const html = '<img src="https://wx.example.com/media/other.jpg" alt="">'
    desk.write('pot', { html })
    await publishing.push(account, 'pot')
    await desk.addPicture('other.jpg', jpeg(500))
    expect(await publishing.push(account, 'pot')).toMatchObject({ state: 'updated' })
    expect(platform.times('uploadForArticle')).toBe(2)
  })

  test('a draft or a cover deleted in the console is made again', async () => {
    await publishing.push(account, 'tea')
    platform.drafts.clear()
    expect(await publishing.push(account, 'tea')).toMatchObject({ state: 'created' })
    platform.covers.clear()
    desk.write('tea', { title: '换一个' })
    expect(await publishing.push(account, 'tea')).toMatchObject({ state: 'updated' })
    expect(platform.times('uploadForever')).toBe(2)
    only()
  })

  test('two processes at once make one draft', async () => {
    const ends = await Promise.allSettled([publishing.push(account, 'tea'), desk.open().push(account, 'tea')])
    only()
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
    for (const reason of refused) expect(reason).toMatchObject({ code: 'publishing.busy' })
  })

  test('an answer that was lost leaves one draft, found by looking into the box', async () => {
    platform.fail('add', 'wechat.uncertain', true)
    await expect(publishing.push(account, 'tea')).rejects.toMatchObject({ code: 'wechat.uncertain' })
    expect(await publishing.status(account, 'tea')).toMatchObject({ draft: 'unknown' })
    for (let other = 0; other < 45; other++)
      platform.drafts.set(`x${other}`, {
        article: { type: 'news', title: `别的 ${other}`, content: '', thumbMediaId: 'x' },
        updatedAt: desk.clock.now(),
      })
    desk.write('tea', { title: '文章 tea', digest: '改过' })
    expect(await desk.open().push(account, 'tea')).toMatchObject({ state: 'updated' })
    const ours = [...platform.drafts.values()].filter(({ article }) => article.title === '文章 tea')
    expect(ours).toHaveLength(1)
    expect(ours[0]?.article.digest).toBe('改过')
  })

  test('an answer that was lost without a draft waits until it is sure, then makes one', async () => {
    platform.fail('add', 'wechat.uncertain')
    await expect(publishing.push(account, 'tea')).rejects.toMatchObject({ code: 'wechat.uncertain' })
    await expect(publishing.push(account, 'tea')).rejects.toMatchObject({ code: 'publishing.unsettled' })
    desk.pass(100_000)
    expect(await publishing.push(account, 'tea')).toMatchObject({ state: 'created' })
    only()
  })

  test('the draft of another article with the same title is not taken for ours', async () => {
    desk.write('pot', { title: '文章 tea' })
    await publishing.push(account, 'pot')
    platform.fail('add', 'wechat.uncertain')
    await expect(publishing.push(account, 'tea')).rejects.toMatchObject({ code: 'wechat.uncertain' })
    desk.pass(100_000)
    expect(await publishing.push(account, 'tea')).toMatchObject({ state: 'created' })
    expect(platform.drafts.size).toBe(2)
  })

  test('a clear refusal leaves nothing to clear up', async () => {
    platform.fail('add', 'wechat.request')
    await expect(publishing.push(account, 'tea')).rejects.toMatchObject({ code: 'wechat.request' })
    expect(await publishing.push(account, 'tea')).toMatchObject({ state: 'created' })
  })

  test('links to articles lead to their published address, and a note tells of those that lead nowhere', async () => {
    const html = '<p><a style="x" href="https://wx.example.com/articles/tea">茶</a></p>'
    desk.write('pot', { html })
    expect(await publishing.push(account, 'pot')).toMatchObject({
      notes: ['正文里到文章 tea 的链接点不开：那篇还没有发布'],
    })
    await publishing.publish(account, 'tea')
    await publishing.apply(desk.publishVerdict(account, [...platform.publications.keys()][0] ?? ''))
    expect(await publishing.push(account, 'pot')).toMatchObject({ state: 'updated', notes: [] })
    expect(only()?.content).toContain('href="https://mp.weixin.qq.com/s/article-publish')
  })

  test('shows the draft to one WeChat id', async () => {
    expect(await publishing.preview(account, 'tea', 'wx-ming')).toMatchObject({ state: 'created' })
    expect(platform.calls.at(-1)).toBe('preview')
  })
})

describe('an article that breaks a limit', () => {
  const refusal = async (change: Parameters<Desk['write']>[1]) => {
    desk.write('bad', change)
    const error: unknown = await publishing.push(account, 'bad').catch((reason: unknown) => reason)
    expect(platform.calls).toEqual([])
    return (error as ProblemsError).problems.map((each) => `${each.field}: ${each.message}`)
  }

  test('is refused before any call with field, limit and source', async () => {
    expect(
      await refusal({
        title: '题'.repeat(33),
        author: '作'.repeat(17),
        digest: '摘'.repeat(129),
        source: `https://a/${'x'.repeat(1024)}`,
      }),
    ).toEqual([
      expect.stringMatching(/^title: 33 characters, the limit is 32 \(.*draft\/add/),
      expect.stringMatching(/^author: 17 .* 16 /),
      expect.stringMatching(/^digest: 129 .* 128 /),
      expect.stringMatching(/^source: 1034 bytes.* 1024 /),
    ])
    expect(await refusal({ html: '字'.repeat(20_001) })).toEqual([expect.stringMatching(/^body: 20001 .* 20000 /)])
  })

  test('is refused for a picture that is missing, elsewhere, too large or of another kind', async () => {
    desk.pictures.set('big.jpg', { name: 'big.jpg', path: '/x', bytes: 1_048_577, hash: 'b', type: 'image/jpeg' })
    desk.pictures.set('a.gif', { name: 'a.gif', path: '/x', bytes: 10, hash: 'g', type: 'image/gif' })
    const html = ['big.jpg', 'a.gif', 'gone.jpg']
      .map((name) => `<img src="https://wx.example.com/media/${name}" alt="">`)
      .join('')
    expect(await refusal({ html: `${html}<img src="https://elsewhere.example/x.jpg">`, cover: 'gone.jpg' })).toEqual([
      expect.stringContaining('cover: content/media/gone.jpg is missing'),
      expect.stringMatching(/^body big.jpg: 1048577 bytes/),
      expect.stringContaining('body: content/media/a.gif is image/gif'),
      expect.stringContaining('media/gone.jpg is not in content/media'),
      expect.stringContaining('https://elsewhere.example/x.jpg is not in content/media'),
    ])
  })

  test('an account without the permission is told so before any call', async () => {
    const personal = desk.open('personal')
    await expect(personal.publish(account, 'tea')).rejects.toMatchObject({ code: 'publishing.permission' })
    await expect(personal.send(account, 'tea', { to: 'all' })).rejects.toMatchObject({ code: 'publishing.permission' })
    await expect(publishing.push(account, 'nothing')).rejects.toMatchObject({ code: 'article.missing' })
    await expect(publishing.push('nobody', 'tea')).rejects.toMatchObject({ code: 'account.unknown' })
    expect(platform.calls).toEqual([])
  })
})
