import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { MOST_VERSIONS } from '../../src/editor/items.js'
import { KIND_ROWS } from '../../src/editor/kinds.js'
import { splitFrontMatter } from '../../src/library/front-matter.js'
import { ARTICLE, type Bench, openBench, RULE } from './setup.js'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.close())

const change = (text: string, serve: 'this' | 'as-before' = 'as-before') => ({
  act: 'saved' as const,
  content: { text },
  serve,
  about: { title: text, search: text, names: [], problems: 0 },
  by: '林',
})

test('a process that died between version and item loses nothing: the next one finishes its change', async () => {
  const { items, rows } = bench
  await items.write('cards', 'gift', 0, change('一', 'this'))
  await items.write('cards', 'gift', 1, change('二', 'this'))
  const first = await items.version('cards', 'gift', 1)
  await rows.items().replaceOne({ _id: 'cards:gift' }, { ...(first?.after ?? never()) })
  expect((await items.find('cards', 'gift'))?.rev).toBe(1)
  expect(await items.write('cards', 'gift', 1, change('三'))).toBe('stale')
  expect(await items.find('cards', 'gift')).toMatchObject({ rev: 2, title: '二', liveRev: 2 })
  expect(await items.write('cards', 'gift', 2, change('三'))).toMatchObject({ item: { rev: 3, liveRev: 2 } })
  expect((await items.served()).map(({ content }) => content)).toEqual([{ text: '二' }])
})

test('a new item whose row was never made is made by the next one', async () => {
  const { items, rows } = bench
  await items.write('cards', 'gift', 0, change('一'))
  await rows.items().deleteOne({ _id: 'cards:gift' })
  expect(await items.write('cards', 'gift', 0, change('二'))).toBe('stale')
  expect(await items.find('cards', 'gift')).toMatchObject({ rev: 1, title: '一' })
})

test('of many who write at once exactly one is first, each time', async () => {
  const { items } = bench
  for (let rev = 0; rev < 5; rev++) {
    const ends = await Promise.all(
      Array.from({ length: 8 }, (_, who) => items.write('cards', 'gift', rev, change(`${who}`))),
    )
    expect(ends.filter((end) => end !== 'stale')).toHaveLength(1)
  }
  expect((await items.versions('cards', 'gift', { limit: 50 })).map(({ rev }) => rev)).toEqual([5, 4, 3, 2, 1])
})

test('the newest versions are kept, and the one that is served whatever its age', async () => {
  const { items, rows } = bench
  await items.write('cards', 'gift', 0, change('0', 'this'))
  const total = MOST_VERSIONS + 5
  for (let rev = 1; rev < total; rev++) await items.write('cards', 'gift', rev, change(String(rev)))
  expect(await rows.versions().countDocuments({ item: 'cards:gift' })).toBe(MOST_VERSIONS + 1)
  expect(await items.version('cards', 'gift', 1)).toBeDefined()
  expect(await items.version('cards', 'gift', 5)).toBeUndefined()
  expect((await items.served()).map(({ rev }) => rev)).toEqual([1])
})

test('a change that was not counted is found all the same', async () => {
  const other = await bench.open({ follow: true })
  await bench.editor.save('articles', 'autumn', { content: ARTICLE, rev: 0, live: true }, '林')
  await bench.editor.save('replies', 'autumn', { content: RULE, rev: 0, live: true }, '林')
  await bench.rows.changes().deleteMany({})
  while (other.library.reply('秋被') === undefined) await new Promise((resolve) => setTimeout(resolve, 10))
})

test('fields come out of the text as they went in, and none of them can end the front matter', () => {
  const content = {
    title: '标题: "引号" # 井号\n---\nx: y',
    digest: '*别名 &锚 !!tag',
    tags: ['a, b', '- c'],
    date: '2026-03-04',
    body: '---\n正文\n---\n',
  }
  const { text, bodyLine = 0 } = KIND_ROWS.articles.write(content)
  expect(splitFrontMatter(text)?.bodyLine).toBeLessThanOrEqual(bodyLine)
  expect(text.split('\n')[bodyLine - 1]).toBe('---')
  expect(KIND_ROWS.articles.read('x', text)).toEqual([{ slug: 'x', content }])
  const rule = { match: { regex: ['^\\d+$'] }, when: { hours: ['09:00-12:00'] }, answer: { text: '一\n二: 三' } }
  expect(KIND_ROWS.replies.read('x', KIND_ROWS.replies.write(rule).text)).toEqual([{ slug: 'x.1', content: rule }])
  expect(KIND_ROWS.cards.write({ title: '', app: null, path: 'a' }).text).toBe('path: "a"\n')
})

function never(): never {
  throw new Error('there is no such version')
}
