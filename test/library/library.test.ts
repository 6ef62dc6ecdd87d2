import { symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Logger } from '../../src/core/log.js'
import { article, card, image, text } from '../../src/core/message.js'
import { createLibrary, type Library } from '../../src/library/library.js'
import { folder, GOOD, jpeg } from './sample.js'

const clock = { now: () => new Date('2026-03-04T12:00:00+08:00') }
const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

function recorder() {
  const lines: string[] = []
  const log: Logger = {
    debug: (_, line) => void lines.push(line),
    info: (_, line) => void lines.push(line),
    warn: (_, line) => void lines.push(line),
    error: (_, line) => void lines.push(line),
    child: () => log,
  }
  return { log, lines }
}

async function open(changes: Record<string, string | Buffer> = {}, watch = false) {
  const place = await folder(changes)
  cleanUp.push(place.remove)
  const { log, lines } = recorder()
  const library = createLibrary({ dir: place.dir, log, clock, publicUrl: 'https://wx.example.com/', watch })
  cleanUp.push(() => library.close())
  const problems = await library.load()
  return { ...place, library, problems, lines }
}

const nextChange = (library: Library) =>
  new Promise<string>((done) => {
    const stop = library.onChange(({ version }) => {
      stop()
      done(version)
    })
  })

describe('messages are filled in', () => {
  test('an article becomes a link, a card a mini-program card with its parameters encoded', async () => {
    const { library } = await open()
    expect(library.resolve(article('welcome'))).toEqual({
      kind: 'link',
      title: '欢迎',
      description: '三分钟认识我们',
      url: 'https://wx.example.com/articles/welcome',
      picture: 'https://wx.example.com/media/cover.jpg',
    })
    expect(library.resolve(card('gift', { from: '扫码 1' }))).toEqual({
      kind: 'mini-program',
      title: '见面礼',
      appid: 'wx00000000000demo2',
      path: 'pages/gift?from=%E6%89%AB%E7%A0%81%201',
      thumb: { file: 'thumb.jpg' },
    })
    expect(library.resolve(text('好'))).toEqual(text('好'))
  })

  test('a name that leads nowhere is told, also one of Object', async () => {
    const { library } = await open()
    expect(library.resolve(article('nope'))).toEqual({ missing: { kind: 'article', name: 'nope' } })
    expect(library.resolve(card('__proto__'))).toEqual({ missing: { kind: 'card', name: '__proto__' } })
    expect(library.resolve(image({ file: '../package.json' }))).toEqual({
      missing: { kind: 'media', name: '../package.json' },
    })
    expect(library.hasArticle('constructor')).toBe(false)
  })

  test('menus come with nothing left to look up', async () => {
    const { library } = await open({
      'menus/main.yaml':
        'buttons:\n  - { name: 礼, card: gift }\n  - name: 更多\n    buttons:\n      - { name: 读, article: welcome }\n      - { name: 问, keyword: 运费 }\n',
    })
    expect(library.menus()).toEqual([
      {
        slug: 'main',
        buttons: [
          {
            name: '礼',
            action: {
              kind: 'mini-program',
              appid: 'wx00000000000demo2',
              path: 'pages/gift',
              url: 'https://wx.example.com/',
            },
          },
          {
            name: '更多',
            buttons: [
              { name: '读', action: { kind: 'view', url: 'https://wx.example.com/articles/welcome' } },
              { name: '问', action: { kind: 'keyword', key: '运费' } },
            ],
          },
        ],
      },
    ])
  })

  test('pages, drafts, media and lists come from the same reading', async () => {
    const { library } = await open()
    expect(library.page('welcome')).toContain('<h1>欢迎</h1>')
    expect(library.html('welcome')).toMatch(/^<section style="/)
    expect(library.page('nope')).toBeUndefined()
    expect(library.media('cover.jpg')).toMatchObject({ type: 'image/jpeg', bytes: 200, width: 900, height: 383 })
    expect(library.articles()).toEqual([
      {
        slug: 'welcome',
        title: '欢迎',
        digest: '三分钟认识我们',
        cover: 'cover.jpg',
        tags: [],
        url: 'https://wx.example.com/articles/welcome',
      },
    ])
  })
})

describe('the folder is the limit', () => {
  test('no path and no link leads out of it', async () => {
    const { library, dir, root } = await open()
    await writeFile(join(root, 'secret.jpg'), jpeg())
    await symlink(join(root, 'secret.jpg'), join(dir, 'media', 'linked.jpg'))
    await symlink(join(dir, 'media', 'cover.jpg'), join(dir, 'media', 'inside.jpg'))
    const problems = await library.load()
    expect(problems.map((each) => each.file)).toEqual(['content/media/linked.jpg'])
    expect(library.media('linked.jpg')).toBeUndefined()
    expect(library.media('inside.jpg')?.bytes).toBe(200)
    for (const name of ['../secret.jpg', '..%2fsecret.jpg', '/etc/passwd', 'media/cover.jpg', ''])
      expect(library.media(name)).toBeUndefined()
  })

  test("oversized, binary and oddly named files are refused and told; editors' leftovers are skipped", async () => {
    const { library, problems } = await open({
      'articles/huge.md': 'x'.repeat(300_000),
      'cards/binary.yaml': Buffer.from([0xff, 0xfe, 0x00, 0xd8]),
      'media/with blank.jpg': jpeg(),
      'cards/.gift.yaml.swp': 'x',
      'replies/faq.yaml~': 'x',
    })
    expect(problems.map((each) => each.file).toSorted()).toEqual([
      'content/articles/huge.md',
      'content/cards/binary.yaml',
      'content/media/with blank.jpg',
    ])
    expect(library.hasArticle('welcome')).toBe(true)
  })

  test('no folder at all is a problem, not a crash', async () => {
    const { log } = recorder()
    const library = createLibrary({
      dir: '/nonexistent/content',
      log,
      clock,
      publicUrl: 'https://a.example',
      watch: true,
    })
    expect((await library.load()).map((each) => each.file)).toEqual(['content'])
    await library.close()
  })
})

describe('a broken edit keeps the last good version', () => {
  test('of that file, while other edits are taken, and the recovery is logged', async () => {
    const { library, write, lines } = await open()
    await write('cards/gift.yaml', 'title: 坏了\n')
    await write('replies/faq.yaml', '- match: { exact: 运费 }\n  answer: 新的回答\n')
    const problems = await library.load()
    expect(problems.map((each) => `${each.file} ${each.field}`)).toContain('content/cards/gift.yaml appid')
    expect(library.resolve(card('gift'))).toMatchObject({ title: '见面礼' })
    expect(library.reply('运费')).toEqual(text('新的回答'))
    expect(lines).toContain('content files kept at their last good version')

    await write('cards/gift.yaml', String(GOOD['cards/gift.yaml']).replace('见面礼', '大礼'))
    expect(await library.load()).toEqual([])
    expect(library.resolve(card('gift'))).toMatchObject({ title: '大礼' })
    expect(lines).toContain('content file recovered')
  })

  test('also when it only breaks a rule of the platform, or names what is not there', async () => {
    const { library, write } = await open()
    await write('articles/welcome.md', String(GOOD['articles/welcome.md']).replace('欢迎', '很'.repeat(40)))
    await write('replies/faq.yaml', '- match: { exact: 运费 }\n  answer: { article: lost }\n')
    expect((await library.load()).length).toBe(2)
    expect(library.resolve(article('welcome'))).toMatchObject({ title: '欢迎' })
    expect(library.reply('运费')).toEqual(text('满 99 元包邮'))
  })

  test('a card that is deleted while a menu names it stays until nothing names it', async () => {
    const { library, dir, write } = await open()
    await unlink(join(dir, 'cards/gift.yaml'))
    expect((await library.load()).map((each) => each.file)).toEqual(['content/menus/main.yaml'])
    expect(library.hasCard('gift')).toBe(true)
    await write('menus/main.yaml', 'buttons:\n  - { name: 读, article: welcome }\n')
    expect(await library.load()).toEqual([])
    expect(library.hasCard('gift')).toBe(false)
  })

  test('at start there is nothing to keep: the broken file is left out, the rest is served', async () => {
    const { library, problems } = await open({ 'cards/gift.yaml': 'title: 坏了\n' })
    expect(problems.every((each) => each.file === 'content/cards/gift.yaml')).toBe(true)
    expect(library.hasCard('gift')).toBe(false)
    expect(library.hasArticle('welcome')).toBe(true)
    expect(library.menus()).toEqual([])
  })
})

describe('edits are picked up while running', () => {
  test('a changed, a new and a deleted file, and the version with them', async () => {
    const { library, dir, write } = await open({}, true)
    const first = library.version()
    let change = nextChange(library)
    await write('replies/faq.yaml', '- match: { exact: 运费 }\n  answer: 八块\n')
    expect(await change).not.toBe(first)
    expect(library.reply('运费')).toEqual(text('八块'))

    change = nextChange(library)
    await write('articles/new.md', String(GOOD['articles/welcome.md']))
    await change
    expect(library.page('new')).toContain('欢迎')

    change = nextChange(library)
    await unlink(join(dir, 'articles/new.md'))
    await write('replies/faq.yaml', String(GOOD['replies/faq.yaml']))
    await change
    if (library.hasArticle('new') || library.version() !== first) await nextChange(library)
    expect(library.hasArticle('new')).toBe(false)
    expect(library.version()).toBe(first)
  })

  test('a broken edit tells its problems and serves on, a folder made later is watched too', async () => {
    const { library, write, dir } = await open({}, true)
    let change = nextChange(library)
    await write('cards/gift.yaml', 'title: [\n')
    await change
    expect(library.problems().length).toBeGreaterThan(0)
    expect(library.hasCard('gift')).toBe(true)

    const bare = createLibrary({
      dir: join(dir, '..', 'other'),
      log: recorder().log,
      clock,
      publicUrl: 'https://a.example',
      watch: true,
    })
    cleanUp.push(() => bare.close())
    await write('../other/media/cover.jpg', jpeg())
    await bare.load()
    change = nextChange(bare)
    await write('../other/articles/welcome.md', String(GOOD['articles/welcome.md']))
    await change
    if (!bare.hasArticle('welcome')) await nextChange(bare)
    expect(bare.hasArticle('welcome')).toBe(true)
  })
})
