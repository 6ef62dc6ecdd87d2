import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { renderPage } from '../../src/library/page.js'
import { renderArticle, type Target } from '../../src/library/render.js'
import { parse } from './sample.js'

const head = (title = '标题') =>
  `---\ntitle: ${JSON.stringify(title)}\ndigest: 摘要\ncover: cover.jpg\nauthor: 小编\ndate: 2026-03-04\n---\n`

function article(body: string, title?: string) {
  const { content } = parse({ 'articles/a.md': head(title) + body })
  const found = content.articles.get('a')
  if (!found) throw new Error('the article was not read')
  return { found, names: { publicUrl: 'https://wx.example.com', cards: content.cards } }
}

function render(body: string, target: Target = 'wechat'): string {
  const { found, names } = article(body)
  return renderArticle(found, target, names)
}

/** Every tag of a piece of HTML with its attributes, as a browser would start them. */
function tags(html: string) {
  return [...html.matchAll(/<([a-z][a-z0-9-]*)((?:[^>"]|"[^"]*")*)>/gi)].map((found) => ({
    name: String(found[1]).toLowerCase(),
    attributes: [...String(found[2]).matchAll(/([^\s="/]+)(?:="([^"]*)")?/g)].map((each) => [
      String(each[1]).toLowerCase(),
      each[2] ?? '',
    ]),
  }))
}

function expectSafe(html: string) {
  for (const { name, attributes } of tags(html)) {
    expect([
      'script',
      'style',
      'iframe',
      'object',
      'embed',
      'form',
      'input',
      'svg',
      'link',
      'meta',
      'base',
    ]).not.toContain(name)
    for (const [attribute, value] of attributes) {
      expect(attribute).not.toMatch(/^on|^class$|^id$|^srcdoc$/)
      if (attribute === 'href' || attribute === 'src')
        expect(value).not.toMatch(/^\s*(?:javascript|vbscript|data|file):/i)
      if (attribute === 'style') expect(value).not.toMatch(/var\(|expression|url\(/i)
    }
  }
}

describe('an article for WeChat', () => {
  test('headings, quotes, lists, tables, code and links carry their styles inline', () => {
    const html = render(
      '# 一\n\n### 三\n\n> 引\n\n- 甲\n\n1. 乙\n\n| 左 | 右 |\n| --- | ---: |\n| a | b |\n\n`x<y`\n\n```js\na < b\n```\n\n[站](https://shop.example.com/?a=1&b=2) ~~旧~~\n',
    )
    for (const name of ['h2', 'h3', 'blockquote', 'ul', 'ol', 'li', 'table', 'th', 'td', 'code', 'pre', 'a', 's'])
      expect(html).toMatch(new RegExp(`<${name} [^>]*style="[^"]+"`))
    expect(html).not.toContain('<h1')
    expect(html).toMatch(/<td style="[^"]*text-align:\s*right"/)
    expect(html).toContain('x&lt;y')
    expect(html).toContain('href="https://shop.example.com/?a=1&amp;b=2"')
    expectSafe(html)
  })

  test('a picture alone in its paragraph has a caption, one among words has none', () => {
    expect(render('![清晨](cover.jpg)')).toMatch(
      /<img src="https:\/\/wx\.example\.com\/media\/cover\.jpg" alt="清晨"[^>]*><p style="[^"]*">清晨<\/p>|<img src="https:\/\/wx\.example\.com\/media\/cover\.jpg" alt="清晨"[^>]* \/><p style="[^"]*">清晨<\/p>/,
    )
    expect(render('![清晨](cover.jpg "另一句")')).toContain('>另一句</p>')
    expect(render('看 ![清晨](cover.jpg) 图')).not.toContain('清晨</p>')
  })

  test('a card in the body is a mini-program tag for WeChat and a drawn card on our page, parameters encoded', () => {
    const body = '前\n::card{gift?from=文 章&to=a%26b}\n后'
    const path = 'pages/gift?from=%E6%96%87%20%E7%AB%A0&amp;to=a%26b'
    expect(render(body)).toContain(
      `<mp-miniprogram data-miniprogram-appid="wx00000000000demo2" data-miniprogram-path="${path}" data-miniprogram-title="见面礼" data-miniprogram-imageurl="https://wx.example.com/media/thumb.jpg"></mp-miniprogram>`,
    )
    const page = render(body, 'page')
    expect(page).not.toContain('mp-miniprogram')
    expect(page).toContain(`data-miniprogram-path="${path}"`)
    expect(page).toContain('见面礼')
    expect(render('[点这里](card:gift)')).toContain(
      '<a data-miniprogram-appid="wx00000000000demo2" data-miniprogram-path="pages/gift"',
    )
    expect(render('[再看](article:welcome)')).toContain('href="https://wx.example.com/articles/welcome"')
  })
})

describe('nothing an author writes becomes active', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[点](javascript:alert(1))',
    '[点](JaVaScRiPt:alert(1))',
    '[点](&#106;avascript:alert(1))',
    '[点](java\nscript:alert(1))',
    '[点](data:text/html;base64,PHNjcmlwdD4=)',
    '[点](vbscript:x)',
    '![x](javascript:alert(1))',
    '![x](data:image/svg+xml;base64,PHN2Zz4=)',
    '![x" onerror="alert(1)](cover.jpg)',
    '![x](cover.jpg "a\\" onload=\\"alert(1)")',
    '[点](https://a.example/" onclick="alert(1))',
    '[点](//evil.example/x)',
    '<a href="https://a.example" onclick=x>x</a>',
    '| <svg onload=x> |\n| --- |\n| <iframe src=x> |',
    '```"><script>alert(1)</script>\nx\n```',
    '`<script>`',
    '::card{gift?a="><script>alert(1)</script>}',
    '::card{__proto__}',
    '[a](card:gift?x="onclick=alert(1))',
    '<javascript:alert(1)>',
  ])('%j', (body) => {
    for (const target of ['wechat', 'page'] as const) expectSafe(render(body, target))
  })

  test('a title with markup is text on the page, and the page has no script', () => {
    const { found, names } = article('正文', '"><script>alert(1)</script>')
    const page = renderPage(found, names)
    expect(page).not.toContain('<script')
    expect(page).toContain('<title>&#34;&#62;&#60;script&#62;')
  })

  test('any text at all', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '`',
      '[',
      ']',
      '(',
      ')',
      '![',
      '::card{',
      '}',
      'javascript:',
      'onerror=',
      '<script>',
      '</p>',
      '\n',
      '\n\n',
      '|',
      '---',
      '&lt;',
      '&#60;',
      'gift',
      'x',
      ' ',
      'https://a.example',
      'style=',
      '\\',
      '*',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const body = `文${pieces.join('')}`
        for (const target of ['wechat', 'page'] as const) expectSafe(render(body, target))
      }),
      { numRuns: 200 },
    )
  })
})

describe('what would not show is told', () => {
  test.each([
    ['<b>粗</b>', 'warning'],
    ['[点](javascript:alert(1))', 'error'],
    ['[点](./other.md)', 'error'],
    ['![图](https://img.example.com/a.jpg)', 'warning'],
    ['![图](../../etc/passwd)', 'error'],
    ['::card{Bad Name}', 'error'],
    ['::video{x}', 'error'],
    ['::card gift', 'error'],
  ])('%s', (body, severity) => {
    const found = parse({ 'articles/a.md': `${head()}第一段\n\n${body}\n` }).problems
    expect(found.map((each) => [each.file, each.line, each.severity])).toEqual([['articles/a.md', 10, severity]])
  })
})

test('the page shows title, author, date, cover and digest', () => {
  const { found, names } = article('正文')
  const page = renderPage(found, names)
  for (const part of [
    '<h1>标题</h1>',
    '小编',
    '2026年3月4日',
    'https://wx.example.com/media/cover.jpg',
    '摘要',
    'lang="zh-CN"',
    'width=device-width',
  ])
    expect(page).toContain(part)
  expect(page).toContain('<img class="cover" src="../media/cover.jpg"')
})
