import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { NewsArticle } from '../../../../src/platforms/official-account/client/article.js'
import { rejectionOf } from '../client/fixture.js'
import { type ContractWorld, picture, startContractWorld } from './world.js'

let world: ContractWorld
let thumb: string
beforeEach(async () => {
  world = await startContractWorld()
  thumb = (await world.client.materials.add('image', picture)).mediaId
})
afterEach(() => world.close())

const article = (over: Partial<NewsArticle> = {}): NewsArticle => ({
  type: 'news',
  title: '三招选对四件套',
  content: '<p>先看支数</p>',
  thumbMediaId: thumb,
  ...over,
})

describe('permanent material', () => {
  test('is added, counted, listed, fetched and removed', async () => {
    const { materials } = world.client
    const added = await materials.add('image', picture)
    expect(added.url).toMatch(/^http/)
    expect(await materials.count()).toEqual({ images: 2, voices: 0, videos: 0, articles: 0 })
    expect((await materials.list('image', 0, 20)).materials.map((item) => item.mediaId)).toContain(added.mediaId)
    expect(await materials.get(added.mediaId)).toMatchObject({ bytes: picture.bytes })
    const mp4 = { bytes: Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), filename: 'a.mp4', contentType: 'video/mp4' }
    const video = await materials.add('video', mp4, { title: '铺床', introduction: '一分钟' })
    expect(await materials.get(video.mediaId)).toMatchObject({ title: '铺床', description: '一分钟' })
    await materials.remove(added.mediaId)
    expect(await rejectionOf(materials.get(added.mediaId))).toMatchObject({ class: 'media', errcode: 40007 })
    expect(await rejectionOf(materials.add('video', mp4))).toMatchObject({ class: 'request', errcode: undefined })
    expect(await rejectionOf(materials.list('image', 0, 21))).toMatchObject({ class: 'request', errcode: undefined })
  })
})

describe('drafts', () => {
  test('add, read, change, list, count, remove', async () => {
    const { drafts } = world.client
    const written = article({
      author: '小编',
      digest: '干货',
      sourceUrl: 'https://shop.example.cn/a',
      comments: 'followers',
    })
    const id = await drafts.add([written, article({ title: '第二篇' })])
    expect(await drafts.get(id)).toMatchObject([written, { title: '第二篇', comments: 'nobody' }])
    await drafts.update(id, 1, article({ title: '改过的第二篇' }))
    expect((await drafts.get(id))[1]).toMatchObject({ title: '改过的第二篇' })
    const pictures = await drafts.add([
      { type: 'pictures', title: '新品', content: '一图看懂', imageMediaIds: [thumb] },
    ])
    expect(await drafts.get(pictures)).toMatchObject([{ type: 'pictures', imageMediaIds: [thumb] }])
    expect(await drafts.count()).toBe(2)
    expect(await drafts.list(0, 20)).toMatchObject({ total: 2, drafts: [{ mediaId: pictures }, { mediaId: id }] })
    expect((await drafts.list(1, 1, { content: true })).drafts[0]?.articles[0]?.content).toBe('<p>先看支数</p>')
    await drafts.remove(id)
    expect(await rejectionOf(drafts.get(id))).toMatchObject({ class: 'media', errcode: 40007 })
  })

  test('scripts and foreign pictures are gone when it is read back', async () => {
    const { drafts, media } = world.client
    const own = await media.uploadArticleImage(picture)
    const content = `<script>x()</script><img src="https://elsewhere.example/1.png"><img src="${own}"><p>文</p>`
    const [read] = await drafts.get(await drafts.add([article({ content })]))
    expect(read?.content).toBe(`<img src="${own}"><p>文</p>`)
  })

  test.each([
    ['title', { title: '长'.repeat(33) }, /title: 33 given.*32 characters.*draft\/add/],
    ['author', { author: '长'.repeat(17) }, /author: 17 given.*16/],
    ['digest', { digest: '长'.repeat(129) }, /digest: 129 given.*128/],
    ['content', { content: '长'.repeat(20_001) }, /content: 20001 given.*20000/],
    ['sourceUrl', { sourceUrl: `https://a.example/${'x'.repeat(1024)}` }, /sourceUrl: \d+ given.*1024/],
    ['crop', { crop: { square: '0_0_2_1' } }, /crop\.square.*0 to 1/],
    ['thumb', { thumbMediaId: '' }, /thumbMediaId.*empty/],
  ] as const)('a %s beyond the limit does not leave', async (_, over, words) => {
    const refused = await rejectionOf(world.client.drafts.add([article(over)]))
    expect(refused).toMatchObject({ class: 'request', errcode: undefined, message: expect.stringMatching(words) })
    expect(await world.simulator.control.calls({ path: '/cgi-bin/draft/add' })).toEqual([])
  })

  test('a temporary picture is no cover (40007)', async () => {
    const temporary = await world.client.media.upload('image', picture)
    expect(await rejectionOf(world.client.drafts.add([article({ thumbMediaId: temporary })]))).toMatchObject({
      class: 'media',
      errcode: 40007,
    })
  })

  test('the 501st reading of a day is 45009', async () => {
    world.simulator.control.setQuota({ path: '/cgi-bin/draft/get', daily: 1 })
    const id = await world.client.drafts.add([article()])
    await world.client.drafts.get(id)
    expect(await rejectionOf(world.client.drafts.get(id))).toMatchObject({ class: 'quota-day', errcode: 45009 })
    world.pass(86_400_000)
    await world.client.drafts.get(id)
  })
})

describe('publishing', () => {
  test('a draft becomes an article: told by event and by asking; it leaves the box', async () => {
    const { drafts, publish } = world.client
    const id = await drafts.add([article(), article({ title: '第二篇' })])
    const { publishId, msgDataId } = await publish.submit(id)
    expect(msgDataId).toMatch(/^\d+$/)
    expect(await world.pushed('PUBLISHJOBFINISH')).toContain(`<publish_id><![CDATA[${publishId}]]></publish_id>`)
    const state = await publish.state(publishId)
    expect(state).toMatchObject({ status: 'published', articles: [{ index: 1 }, { index: 2 }], failed: [] })
    expect(await drafts.count()).toBe(0)
    const page = await fetch(state.articles[0]?.url ?? '')
    expect(await page.text()).toContain('先看支数')
    const articleId = state.articleId ?? ''
    expect(await publish.article(articleId)).toMatchObject([{ title: '三招选对四件套', removed: false }, {}])
    expect(await publish.list(0, 20)).toMatchObject({ total: 1, published: [{ articleId }] })
    const follower = world.simulator.control.addFollower({ following: true }).id
    world.simulator.control.say(follower, '你好')
    await world.client.messages.send(follower, { type: 'mpnewsarticle', articleId })
    await publish.remove(articleId, 1)
    expect(await publish.article(articleId)).toMatchObject([{ removed: true }, { removed: false }])
    await publish.remove(articleId)
    expect((await publish.state(publishId)).status).toBe('deleted')
    expect((await publish.list(0, 20)).total).toBe(0)
  })

  test('a refused one stays in the box and says which article', async () => {
    world.simulator.control.decide({ publish: 4 })
    const { drafts, publish } = world.client
    const { publishId } = await publish.submit(await drafts.add([article()]))
    expect(await world.pushed('PUBLISHJOBFINISH')).toContain('<publish_status>4</publish_status>')
    expect(await publish.state(publishId)).toMatchObject({ status: 'refused', failed: [1] })
    expect(await drafts.count()).toBe(1)
    expect(await rejectionOf(publish.submit('gone'))).toMatchObject({ class: 'media' })
  })
})

describe('comments', () => {
  test('are read, elected, answered and removed', async () => {
    const { drafts, publish, comments } = world.client
    const follower = world.simulator.control.addFollower({ following: true }).id
    const { publishId, msgDataId = '' } = await publish.submit(await drafts.add([article({ comments: 'followers' })]))
    await world.simulator.control.settled()
    const articleId = (await publish.state(publishId)).articleId ?? ''
    const { id } = world.simulator.control.comment(follower, { articleId, content: '好用吗' })
    const on = { msgDataId }
    await comments.elect(on, String(id))
    await comments.reply(on, String(id), '好用')
    expect(await comments.list(on, { begin: 0, count: 49, which: 'elected' })).toMatchObject({
      total: 1,
      comments: [{ id: String(id), openid: follower, content: '好用吗', elected: true, reply: { content: '好用' } }],
    })
    expect(await rejectionOf(comments.reply(on, String(id), '再答'))).toMatchObject({ errcode: 88005 })
    await comments.removeReply(on, String(id))
    await comments.unelect(on, String(id))
    await comments.remove(on, String(id))
    expect((await comments.list(on, { begin: 0, count: 10 })).comments).toEqual([])
    await comments.close(on)
    expect(() => world.simulator.control.comment(follower, { articleId, content: '还能评吗' })).toThrow(/closed/)
    await comments.open(on)
    expect(await rejectionOf(comments.list({ msgDataId: '1' }, { begin: 0, count: 1 }))).toMatchObject({
      errcode: 88001,
    })
    expect(await rejectionOf(comments.list(on, { begin: 0, count: 50 }))).toMatchObject({ errcode: undefined })
  })
})
