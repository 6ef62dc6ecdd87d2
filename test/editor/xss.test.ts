import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ARTICLE, type Bench, CARD, openBench } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const ATTEMPTS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:x)',
  '![x](javascript:alert(1))',
  '![x" onerror="alert(1)](cover.jpg)',
  '![x](cover.jpg "t\\" onload=\\"alert(1)")',
  '[x](https://a.example/"onmouseover="alert(1))',
  '`<script>alert(1)</script>`',
  '```html\n<script>alert(1)</script>\n```',
  '<style>*{background:url(https://evil.example)}</style>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '| <b onclick=alert(1)>a</b> |\n| --- |\n| <script>x</script> |',
  '::card{gift?x="><script>alert(1)</script>}',
  '[x]: javascript:alert(1)\n\n[x]',
]

const HARMLESS =
  /^(section|p|span|strong|em|s|a|img|br|hr|pre|code|blockquote|h[234]|ul|ol|li|table|thead|tbody|tr|th|td|mp-miniprogram)$/

/** What of a page's markup would run, or load something from anywhere but us and https. */
function active(html = ''): string[] {
  return [...html.matchAll(/<\/?([a-z][\w-]*)((?:"[^"]*"|[^>"])*)>/gi)].flatMap(([tag, name = '', inside = '']) => {
    const attributes = [...inside.matchAll(/([^\s=/"]+)(?:="([^"]*)")?/g)]
    const bad = attributes.filter(
      ([, key = '', value = '']) =>
        /^on/i.test(key) ||
        (/^(href|src)$/i.test(key) && !/^(https?:|tel:|mailto:|\/)/.test(value)) ||
        (/^style$/i.test(key) && /url\(|expression|import/i.test(value)),
    )
    return bad.length > 0 || !HARMLESS.test(name) ? [tag] : []
  })
}

test('the check of these tests sees what is active', () => {
  expect(active('<p>x</p><script>')).toEqual(['<script>'])
  expect(active('<img src="x" onerror="y">')).toHaveLength(1)
  expect(active('<a href="javascript:x">')).toHaveLength(1)
  expect(active('<p title="a > b" onclick="x">')).toHaveLength(1)
})

test.each(ATTEMPTS)('%s stays text', (body) => {
  const { article } = bench.editor.preview('articles', 'xss', { ...ARTICLE, body })
  expect(article?.html).toBeDefined()
  expect(active(article?.html)).toEqual([])
})

test('fields are text too, in the page and in what WeChat gets', async () => {
  const { editor, library } = bench
  const evil = '"><img src=x onerror=alert(1)>'
  const content = { ...ARTICLE, title: evil, author: '<b>x</b>', digest: evil, body: ATTEMPTS.slice(0, 3).join('\n\n') }
  await editor.save('articles', 'evil', { content, rev: 0, live: true }, '林')
  expect(library.page('evil')).not.toMatch(/<img src=x|<b>|<script/)
  expect(active(library.html('evil'))).toEqual([])
  const address = editor.preview('articles', 'x', { ...ARTICLE, source: 'javascript:alert(1)' })
  expect(address.problems.map(({ field }) => field)).toContain('source')
  const card = editor.preview('cards', 'x', { ...CARD, url: 'javascript:alert(1)' })
  expect(card.problems.map(({ field }) => field)).toContain('url')
})

test('a card’s words stay words inside of an article', async () => {
  const { editor } = bench
  await editor.save(
    'cards',
    'evil',
    { content: { ...CARD, title: '"><script>alert(1)</script>', app: '<b>' }, rev: 0, live: true },
    '林',
  )
  const { article } = editor.preview('articles', 'x', { ...ARTICLE, body: '::card{evil}' })
  expect(article?.html).toContain('&lt;script&gt;')
  expect(active(article?.html)).toEqual([])
})
