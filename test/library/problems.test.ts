import { describe, expect, test } from '@jest/globals'
import { parse, places } from './sample.js'

describe('a mistake is told with file, line and field', () => {
  test('files in order have no problem', () => {
    expect(parse().problems).toEqual([])
  })

  test('in an article: missing, misspelt and too long fields, all at once, with the line in the file', () => {
    const title = '很'.repeat(33)
    const { problems } = parse({
      'articles/welcome.md': `---\ntitle: ${title}\ndigset: 认识我们\ncover: ../secret.jpg\ndate: 2026-02-30\n---\n正文\n`,
    })
    expect(places(problems)).toEqual([
      'articles/welcome.md:2 title',
      'articles/welcome.md:2 digest',
      'articles/welcome.md:3 digset',
      'articles/welcome.md:4 cover',
      'articles/welcome.md:5 date',
    ])
    expect(problems.find((each) => each.field === 'digset')?.fix).toBe('是否想写 digest？')
    expect(problems.find((each) => each.field === 'title')?.message).toContain('33')
    for (const each of problems) expect(each.fix).not.toBe('')
  })

  test('in an article: no front matter, or one that never ends', () => {
    expect(places(parse({ 'articles/a.md': '# 标题\n' }).problems)).toEqual(['articles/a.md:1 ---'])
    expect(places(parse({ 'articles/a.md': '---\ntitle: 没有结尾\n' }).problems)).toEqual(['articles/a.md:1 ---'])
  })

  test('in an article: an empty body, and Windows line ends with a byte order mark are no obstacle', () => {
    const head = '\uFEFF---\r\ntitle: 标题\r\ndigest: 摘要\r\ncover: cover.jpg\r\n---\r\n'
    expect(places(parse({ 'articles/a.md': head }).problems)).toEqual(['articles/a.md:6 正文'])
    expect(parse({ 'articles/a.md': `${head}正文\r\n` }).problems).toEqual([])
  })

  test('in a card: no appid, no thumb, a path with a slash', () => {
    const { problems } = parse({ 'cards/gift.yaml': 'title: 礼\n\npath: /pages/a\n' })
    expect(places(problems).toSorted()).toEqual([
      'cards/gift.yaml:1 appid',
      'cards/gift.yaml:1 thumb',
      'cards/gift.yaml:3 path',
    ])
  })

  test('in replies: the rule, the field in it, and its line', () => {
    const { problems } = parse({
      'replies/faq.yaml': [
        '- match: { exact: 运费 }',
        '  answer: { text: 好, article: welcome }',
        '- match: {}',
        '  answer: 好',
        '- match:',
        '    contains: 发票',
        "    regex: '(a+)+$'",
        '  when:',
        '    hours: 9:00-18:00',
        '  answer: 好',
        '- match: { exact: 电话 }',
        '  priorty: 3',
        '  answer: { choices: { head: 选, items: [] } }',
      ].join('\n'),
    })
    expect(places(problems)).toEqual([
      'replies/faq.yaml:2 [0].answer',
      'replies/faq.yaml:3 [1].match',
      'replies/faq.yaml:7 [2].match.regex[0]',
      'replies/faq.yaml:9 [2].when.hours[0]',
      'replies/faq.yaml:12 [3].priorty',
      'replies/faq.yaml:13 [3].answer.choices.items',
    ])
  })

  test('in a menu: counts, bytes and actions', () => {
    const four = ['一', '二', '三', '四'].map((name) => `  - { name: ${name}, keyword: 运费 }`)
    expect(places(parse({ 'menus/main.yaml': `buttons:\n${four.join('\n')}\n` }).problems)).toEqual([
      'menus/main.yaml:1 buttons',
    ])
    const { problems } = parse({
      'menus/main.yaml': [
        'buttons:',
        '  - name: 一二三四五六',
        '    keyword: 运费',
        '  - name: 两种',
        '    card: gift',
        '    view: https://shop.example.com/',
        '  - name: 更多',
        '    buttons:',
        '      - { name: 坏网址, view: "javascript:alert(1)" }',
      ].join('\n'),
    })
    expect(places(problems)).toEqual([
      'menus/main.yaml:2 buttons[0].name',
      'menus/main.yaml:4 buttons[1]',
      'menus/main.yaml:9 buttons[2].buttons[0].view',
    ])
    expect(problems[0]?.message).toContain('18 字节')
  })

  test('YAML that cannot be read names its line', () => {
    expect(places(parse({ 'cards/gift.yaml': 'title: 礼\npath: "pages\n' }).problems)[0]).toMatch(
      /^cards\/gift\.yaml:\d+ yaml$/,
    )
    const twice = 'title: 礼\ntitle: 再来\nappid: wx00000000000demo2\npath: p\nthumb: thumb.jpg\n'
    expect(places(parse({ 'cards/gift.yaml': twice }).problems)).toEqual(['cards/gift.yaml:2 yaml'])
  })

  test('a file in the wrong place or with a wrong name is told, never guessed', () => {
    const { problems } = parse({ 'cards/Gift Box.yaml': 'a: 1', 'articles/note.txt': 'x', 'cards/..yaml': 'a: 1' })
    expect(problems.map((each) => `${each.file} ${each.field}`).toSorted()).toEqual([
      'articles/note.txt 文件名',
      'cards/..yaml 文件名',
      'cards/Gift Box.yaml 文件名',
    ])
  })
})

describe('YAML is data only', () => {
  test.each([
    ['__proto__', '__proto__:\n  polluted: true\n'],
    ['constructor', 'params: { constructor: { prototype: 1 } }\n'],
    ['prototype', 'prototype: 1\n'],
  ])('%s is refused as a key', (key, text) => {
    const { problems, content } = parse({ 'cards/gift.yaml': `title: 礼\n${text}` })
    expect(problems.map((each) => each.field)).toContain(key)
    expect(content.cards.has('gift')).toBe(false)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('an alias bomb is refused before it grows', () => {
    const rows = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`)
    const began = performance.now()
    const { problems } = parse({ 'cards/gift.yaml': `a0: &a0 [哈]\n${rows.join('\n')}\n` })
    expect(problems.some((each) => each.message.includes('别名'))).toBe(true)
    expect(performance.now() - began).toBeLessThan(2000)
  })

  test('tags and endless nesting are refused', () => {
    expect(places(parse({ 'cards/gift.yaml': 'title: !!js/function "function(){}"\n' }).problems)).toEqual([
      'cards/gift.yaml:1 yaml',
    ])
    expect(parse({ 'cards/gift.yaml': '['.repeat(20_000) }).content.cards.has('gift')).toBe(false)
  })
})
