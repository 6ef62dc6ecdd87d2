import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ARTICLE, type Bench, CARD, openBench, RULE, until } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const saved = async (kind: 'articles' | 'cards' | 'replies', slug: string, content: object, live = true) => {
  const done = await bench.editor.save(kind, slug, { content: { ...content }, rev: 0, live }, '林')
  if (done.outcome !== 'done') throw new Error(JSON.stringify(done))
  return done.item
}

test('a draft may have problems and nobody sees it; live it may not', async () => {
  const { editor, library } = bench
  const draft = await editor.save('articles', 'draft', { content: { body: '先写着' }, rev: 0 }, '林')
  expect(draft).toMatchObject({ outcome: 'done', item: { state: 'draft', rev: 1, problems: 3 } })
  expect(library.hasArticle('draft')).toBe(false)
  expect(await editor.publish('articles', 'draft', 1, '林')).toMatchObject({
    outcome: 'invalid',
    problems: [{ field: 'title' }, { field: 'digest' }, { field: 'cover' }],
  })
  expect((await editor.find('articles', 'draft'))?.state).toBe('draft')
})

test('the limits are those of the check of files, at the field and the line where they are', async () => {
  const { editor } = bench
  const content = {
    ...ARTICLE,
    title: '长'.repeat(33),
    body: '好\n\n[看](article:nothing)\n\n![图](no.jpg)',
    odd: 1,
  }
  const { problems } = editor.preview('articles', 'limits', content)
  expect(problems.map(({ field, line }) => [field, line])).toEqual(
    expect.arrayContaining([
      ['title', undefined],
      ['odd', undefined],
      ['链接', 3],
      ['图片', 5],
    ]),
  )
  expect(editor.preview('cards', 'c', { ...CARD, path: '/pages' }).problems).toMatchObject([{ field: 'path' }])
  expect(editor.preview('replies', 'r', { match: {}, answer: { text: '好' } }).problems).toMatchObject([
    { field: 'match' },
  ])
})

test('what is live answers, links and opens beside the files', async () => {
  const { library } = bench
  await saved('articles', 'autumn', ARTICLE)
  await saved('cards', 'quilt', CARD)
  await saved('replies', 'autumn', RULE)
  expect(library.reply('秋被？')).toEqual({ kind: 'article', slug: 'autumn' })
  expect(library.reply('运费')).toEqual({ kind: 'text', text: '满 99 元包邮' })
  expect(library.resolve({ kind: 'article', slug: 'autumn' })).toMatchObject({
    kind: 'link',
    title: '秋被上新',
    url: 'https://wx.example.com/articles/autumn',
  })
  expect(library.resolve({ kind: 'card', slug: 'quilt' })).toMatchObject({ kind: 'mini-program', title: '秋被' })
  expect(library.page('autumn')).toContain('<strong')
  expect(library.problems().filter(({ severity }) => severity === 'error')).toEqual([])
})

test('a file’s item can be read and not be written, and its name is taken', async () => {
  const { editor } = bench
  expect(await editor.find('articles', 'welcome')).toMatchObject({ owner: 'file', file: 'content/articles/welcome.md' })
  expect(await editor.find('replies', 'faq.1')).toMatchObject({ owner: 'file', title: '运费' })
  const readOnly = { outcome: 'read-only', file: 'content/articles/welcome.md' }
  expect(await editor.save('articles', 'welcome', { content: ARTICLE, rev: 0 }, '林')).toEqual(readOnly)
  expect(await editor.remove('articles', 'welcome', 1, '林')).toEqual(readOnly)
  expect(await editor.publish('replies', 'faq.1', 1, '林')).toMatchObject({ outcome: 'read-only' })
  expect(await editor.save('cards', 'No Name', { content: CARD, rev: 0 }, '林')).toMatchObject({
    outcome: 'invalid',
    problems: [{ field: 'slug' }],
  })
})

test('the second of two editors is shown what the first one saved, and nothing is lost', async () => {
  const { editor } = bench
  const { rev = 0 } = await saved('articles', 'two', ARTICLE)
  const edits = ['甲', '乙', '丙', '丁', '戊'].map((who) =>
    editor.save('articles', 'two', { content: { ...ARTICLE, title: `${who}改的` }, rev }, who),
  )
  const ends = await Promise.all(edits)
  expect(ends.filter(({ outcome }) => outcome === 'done')).toHaveLength(1)
  const now = await editor.find('articles', 'two')
  for (const end of ends) if (end.outcome === 'stale') expect(end.current?.content).toEqual(now?.content)
  expect(now?.rev).toBe(rev + 1)
  expect((await editor.versions('articles', 'two', { limit: 10 })).map((each) => each.rev)).toEqual([2, 1])
  expect(bench.library.page('two')).toContain('秋被上新')
})

test('the same again by the same hand (an answer that was lost) is no conflict and no new version', async () => {
  const { editor } = bench
  const content = { ...ARTICLE, title: '再来一次' }
  await saved('articles', 'again', content, false)
  const twice = await editor.save('articles', 'again', { content, rev: 0 }, '林')
  expect(twice).toMatchObject({ outcome: 'done', item: { rev: 1 } })
  const other = await editor.save('articles', 'again', { content, rev: 0 }, '陈')
  expect(other.outcome).toBe('stale')
})

test('rolled back: the old content is a new version, live at once when asked', async () => {
  const { editor, library } = bench
  await saved('replies', 'hours', { match: { exact: '营业' }, answer: { text: '九点到六点' } })
  const second = { match: { exact: '营业' }, answer: { text: '十点到八点' } }
  await editor.save('replies', 'hours', { content: second, rev: 1, live: true }, '林')
  expect(library.reply('营业')).toEqual({ kind: 'text', text: '十点到八点' })
  const back = await editor.rollBack('replies', 'hours', { version: 1, rev: 2, live: true }, '陈')
  expect(back).toMatchObject({ outcome: 'done', item: { rev: 3, liveRev: 3, updatedBy: '陈' } })
  expect(library.reply('营业')).toEqual({ kind: 'text', text: '九点到六点' })
  const [newest] = await editor.versions('replies', 'hours', { limit: 1 })
  expect(newest).toMatchObject({ rev: 3, act: 'rolled-back', of: 1 })
  expect(await editor.rollBack('replies', 'hours', { version: 1, rev: 2 }, '林')).toMatchObject({ outcome: 'stale' })
})

test('editing what is live leaves the old version served until it is published', async () => {
  const { editor, library } = bench
  await saved('replies', 'size', { match: { exact: '尺寸' }, answer: { text: '旧' } })
  const content = { match: { exact: '尺寸' }, answer: { text: '新' } }
  await editor.save('replies', 'size', { content, rev: 1 }, '林')
  expect(library.reply('尺寸')).toEqual({ kind: 'text', text: '旧' })
  expect(await editor.find('replies', 'size')).toMatchObject({ rev: 2, liveRev: 1, state: 'live', content })
  await editor.publish('replies', 'size', 2, '林')
  expect(library.reply('尺寸')).toEqual({ kind: 'text', text: '新' })
  await editor.withdraw('replies', 'size', 3, '林')
  expect(library.reply('尺寸')).toBeUndefined()
})

test('what something names stays; what nothing names can go and come back', async () => {
  const { editor, library, used } = bench
  await saved('articles', 'named', ARTICLE)
  await saved('replies', 'naming', { match: { exact: '看看' }, answer: { article: 'named' } })
  expect(await editor.remove('articles', 'named', 1, '林')).toEqual({
    outcome: 'used',
    by: [{ what: 'replies', name: 'naming', owner: 'console' }],
  })
  await editor.remove('replies', 'naming', 1, '林')
  used.push({ what: 'campaigns', name: 'article:named', owner: 'store' })
  expect(await editor.withdraw('articles', 'named', 1, '林')).toMatchObject({ outcome: 'used' })
  used.length = 0
  expect(await editor.remove('articles', 'named', 1, '林')).toMatchObject({ outcome: 'done' })
  expect(library.hasArticle('named')).toBe(false)
  expect(await editor.find('articles', 'named')).toBeUndefined()
  const back = await editor.rollBack('articles', 'named', { version: 1, rev: 0, live: true }, '林')
  expect(back).toMatchObject({ outcome: 'done', item: { rev: 3, state: 'live' } })
  expect(library.hasArticle('named')).toBe(true)
})

test('a menu of a file keeps the card it names', async () => {
  await bench.content.write('menus/main.yaml', 'buttons:\n  - { name: 被子, card: in-menu }\n')
  await saved('cards', 'in-menu', { ...CARD, url: 'https://shop.example.com/' })
  expect(await bench.editor.remove('cards', 'in-menu', 1, '林')).toMatchObject({
    outcome: 'used',
    by: [{ what: 'menus', name: 'main', owner: 'file' }],
  })
})

test('other processes learn of it by themselves', async () => {
  const other = await bench.open({ follow: true })
  await saved('replies', 'far', { match: { exact: '远方' }, answer: { text: '到了' } })
  await until(() => other.library.reply('远方') !== undefined)
  await bench.editor.withdraw('replies', 'far', 1, '林')
  await until(() => other.library.reply('远方') === undefined)
})

test('a store that cannot be read takes nothing away, and a file of the same name wins', async () => {
  const { library, state, content, log } = bench
  await saved('articles', 'kept', ARTICLE)
  state.broken = true
  await content.write('replies/more.yaml', '- match: { exact: 再见 }\n  answer: 慢走\n')
  await library.load()
  state.broken = false
  expect(library.hasArticle('kept')).toBe(true)
  expect(library.reply('再见')).toEqual({ kind: 'text', text: '慢走' })
  expect(log.lines.some(({ message }) => message === 'console content could not be read')).toBe(true)
  await content.write('articles/kept.md', '---\ntitle: 文件的\ndigest: 摘要\ncover: cover.jpg\n---\n\n正文\n')
  const problems = await library.load()
  expect(library.page('kept')).toContain('文件的')
  expect(problems.some(({ message }) => message.includes('以文件为准'))).toBe(true)
  expect(await bench.editor.find('articles', 'kept')).toMatchObject({ owner: 'file' })
})

test('which rule answers: of a file, of the console, of a draft, at that time, and none', async () => {
  const { editor } = bench
  expect(editor.reply('请问运费', undefined)).toEqual({})
  expect(editor.reply('运费！', undefined)).toMatchObject({
    rule: { slug: 'faq.1', owner: 'file', by: 'exact' },
    resolved: { kind: 'text' },
  })
  const content = {
    match: { contains: '运费', regex: '^几点' },
    priority: 5,
    when: { hours: '09:00-18:00' },
    answer: { card: 'quilt' },
  }
  const draft = { slug: 'faq', content }
  const day = new Date('2026-03-04T04:00:00Z')
  expect(editor.reply('请问运费', day, draft)).toMatchObject({
    rule: { slug: 'faq', owner: 'console', by: 'contains' },
    message: { kind: 'card' },
    resolved: { kind: 'mini-program', title: '秋被' },
  })
  expect(editor.reply('几点', day, draft)).toMatchObject({ rule: { by: 'regex' } })
  expect(editor.reply('运费', day, draft)).toMatchObject({ rule: { slug: 'faq' } })
  expect(editor.reply('运费', new Date('2026-03-04T15:00:00Z'), draft)).toMatchObject({ rule: { slug: 'faq.1' } })
})

test('lists go page by page through both, narrowed by owner, state and words', async () => {
  const { editor } = bench
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await editor.list('articles', { limit: 2, after })
    seen.push(...page.items.map(({ slug }) => slug))
    after = page.next
  } while (after !== undefined)
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen).toEqual(expect.arrayContaining(['autumn', 'welcome', 'draft']))
  expect(seen.indexOf('autumn')).toBeLessThan(seen.indexOf('welcome'))
  const slugs = async (query: object) =>
    (await editor.list('articles', { limit: 50, ...query })).items.map(({ slug }) => slug)
  expect(await slugs({ owner: 'file' })).toEqual(['kept', 'welcome'])
  expect(await slugs({ state: 'draft' })).toEqual(expect.arrayContaining(['draft', 'again']))
  expect(await slugs({ text: '三分钟' })).toEqual(['welcome'])
  expect(await slugs({ text: '再来' })).toEqual(['again'])
})
