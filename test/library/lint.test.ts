import { describe, expect, test } from '@jest/globals'
import { limits } from '../../rules/official-account/limits.js'
import { createParser } from '../../src/library/parse.js'
import { GOOD, parse, picture, places } from './sample.js'

const article = (body: string) => `---\ntitle: 标题\ndigest: 摘要\ncover: cover.jpg\n---\n${body}\n`

describe('names between files are checked when everything is read', () => {
  test('an article names its pictures, cards and articles; each dead name has its line', () => {
    const body = '第一行\n![图](lost.jpg)\n\n::card{lost-card}\n\n[看](article:lost-article) [点](card:gone?from=a)'
    expect(places(parse({ 'articles/a.md': article(body) }).problems)).toEqual([
      'articles/a.md:7 图片',
      'articles/a.md:9 ::card',
      'articles/a.md:11 链接',
      'articles/a.md:11 链接',
    ])
  })

  test('cards, replies and menus name things that exist', () => {
    const { problems } = parse({
      'cards/gift.yaml': String(GOOD['cards/gift.yaml']).replace('thumb.jpg', 'lost.jpg'),
      'replies/faq.yaml':
        '- match: { exact: 甲 }\n  answer: { article: lost }\n- match: { exact: 乙 }\n  answer: { card: { slug: lost } }\n- match: { exact: 丙 }\n  answer: { image: lost.jpg }\n',
      'menus/main.yaml':
        'buttons:\n  - name: 更多\n    buttons:\n      - { name: 甲, article: lost }\n      - { name: 乙, card: gfit }\n',
    })
    expect(places(problems)).toEqual([
      'cards/gift.yaml:4 thumb',
      'menus/main.yaml:4 buttons[0].buttons[0].article',
      'menus/main.yaml:5 buttons[0].buttons[1].card',
      'replies/faq.yaml:2 [0].answer.article',
      'replies/faq.yaml:4 [1].answer.card',
      'replies/faq.yaml:6 [2].answer.image',
    ])
  })

  test('naming a file that is broken itself is not a second mistake', () => {
    expect(
      places(parse({ 'cards/gift.yaml': 'title: 礼\n' }).problems).every((place) => place.startsWith('cards/')),
    ).toBe(true)
  })
})

describe('platform limits', () => {
  const media = (thumb: object) => [picture('cover.jpg'), picture('thumb.jpg', thumb)]

  test('a card picture is a JPG within the limit of a thumb', () => {
    expect(places(parse({}, media({ bytes: limits.thumbBytes.value })).problems)).toEqual([])
    expect(places(parse({}, media({ bytes: limits.thumbBytes.value + 1 })).problems)).toEqual([
      'cards/gift.yaml:4 thumb',
    ])
    const png = [picture('cover.jpg'), picture('thumb.png', { type: 'image/png' })]
    expect(
      places(parse({ 'cards/gift.yaml': String(GOOD['cards/gift.yaml']).replace('.jpg', '.png') }, png).problems),
    ).toEqual(['cards/gift.yaml:4 thumb'])
  })

  test('a picture in the body is at most as large as article pictures may be', () => {
    const big = [
      picture('cover.jpg'),
      picture('thumb.jpg'),
      picture('big.jpg', { bytes: limits.articleImageBytes.value + 1 }),
    ]
    expect(places(parse({ 'articles/a.md': article('![图](big.jpg)') }, big).problems)).toEqual([
      'articles/a.md:6 图片',
    ])
  })

  test('a media file must be what its name says, and something the platform takes', () => {
    const odd = [
      picture('cover.jpg'),
      picture('thumb.jpg'),
      picture('a.png'),
      picture('b.jpg', { type: 'application/octet-stream' }),
      picture('c.mp3', { type: 'audio/mpeg', bytes: limits.voiceBytes.value + 1 }),
    ]
    expect(parse({}, odd).problems.map((each) => each.file)).toEqual(['media/a.png', 'media/b.jpg', 'media/c.mp3'])
  })

  test('title, digest and author are counted in characters, an emoji as one', () => {
    const text = (field: string, value: string) =>
      `---\n${Object.entries({ title: '标题', digest: '摘要', cover: 'cover.jpg', [field]: value })
        .map(([key, each]) => `${key}: ${each}`)
        .join('\n')}\n---\n正文\n`
    for (const [field, most] of [
      ['title', limits.articleTitle],
      ['digest', limits.articleDigest],
      ['author', limits.articleAuthor],
    ] as const) {
      expect(parse({ 'articles/a.md': text(field, '🍵'.repeat(most.value)) }).problems).toEqual([])
      expect(
        parse({ 'articles/a.md': text(field, '🍵'.repeat(most.value + 1)) }).problems.map((each) => each.field),
      ).toEqual([field])
    }
  })

  test('a body above what a draft takes is a problem', () => {
    const long = Array.from({ length: 700 }, () => '很长的一段文字，很长的一段文字。').join('\n\n')
    expect(places(parse({ 'articles/a.md': article(long) }).problems)).toEqual(['articles/a.md:undefined 正文'])
  })

  test('a text longer than one message is a warning: it continues, nothing is cut', () => {
    const text = '很'.repeat(Math.ceil(limits.textBytes.value / 3) + 1)
    const { problems, content } = parse({ 'replies/faq.yaml': `- match: { exact: 甲 }\n  answer: ${text}\n` })
    expect(problems.map((each) => each.severity)).toEqual(['warning'])
    expect(content.rules[0]?.answer).toEqual({ kind: 'text', text })
  })

  test('a keyword answered twice is a warning, but not when time or priority tell the rules apart', () => {
    const rule = (more: string) => `- match: { exact: 运费 }\n  answer: 好\n${more}`
    expect(parse({ 'replies/more.yaml': rule('') }).problems.map((each) => each.severity)).toEqual(['warning'])
    expect(parse({ 'replies/more.yaml': rule('  priority: 1\n') }).problems).toEqual([])
    expect(parse({ 'replies/more.yaml': rule('  when: { days: 周一 }\n') }).problems).toEqual([])
  })
})

test('an edit of one file reads that file again and gives what a fresh reading gives', () => {
  const read = createParser('https://wx.example.com')
  const media = [picture('cover.jpg'), picture('thumb.jpg')]
  const source = (files: Record<string, string>) => ({
    files: Object.entries(files).map(([path, text]) => ({ path, text })),
    media,
  })
  const before = read(source(GOOD)).content
  const changed = { ...GOOD, 'cards/gift.yaml': String(GOOD['cards/gift.yaml']).replace('见面礼', '新礼') }
  const after = read(source(changed)).content
  expect(after.articles.get('welcome')).toBe(before.articles.get('welcome'))
  expect(after.cards.get('gift')?.title).toBe('新礼')
  expect(after).toEqual(parse(changed).content)
})
