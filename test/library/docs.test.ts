import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { limits } from '../../rules/official-account/limits.js'
import { fieldKinds } from '../../rules/official-account/template-fields.js'
import { splitFrontMatter } from '../../src/library/front-matter.js'
import { MATCH_CHARACTERS } from '../../src/library/pattern.js'
import { MAX_FILES, MAX_TEXT_BYTES } from '../../src/library/read.js'
import { parse, picture } from './sample.js'

const doc = readFileSync(join(import.meta.dirname, '../../docs/content.md'), 'utf8')
const row = (start: string) => doc.split('\n').find((line) => line.startsWith(`| ${start} |`)) ?? ''
const block = (start: string) => doc.slice(doc.indexOf(start)).split('```')[0] ?? ''

describe('docs/content.md', () => {
  test.each([
    ['文章标题', `${limits.articleTitle.value} 个字`],
    ['文章摘要', `${limits.articleDigest.value} 个字`],
    ['文章作者', `${limits.articleAuthor.value} 个字`],
    [
      '文章正文（含排版样式）',
      `${limits.articleContentCharacters.value} 个字符，${limits.articleContentBytes.value / 2 ** 20} MB`,
    ],
    ['正文里的图片', `${limits.articleImageBytes.value / 2 ** 20} MB`],
    ['卡片标题', `${limits.cardTitle.value} 个字`],
    ['卡片图', `${limits.thumbBytes.value / 1024} KB`],
    ['图片消息、封面', `${limits.imageBytes.value / 2 ** 20} MB`],
    ['语音', `${limits.voiceBytes.value / 2 ** 20} MB`],
    ['视频', `${limits.videoBytes.value / 2 ** 20} MB`],
    ['一条文字消息', `${limits.textBytes.value} 字节`],
    ['点选项', `${limits.choiceItems.value} 个`],
    ['一级菜单', `${limits.menuButtons.value} 个，名字 ${limits.menuNameBytes.value} 字节`],
    ['子菜单', `${limits.menuSubButtons.value} 个，名字 ${limits.menuSubNameBytes.value} 字节`],
    ['菜单关键词', `${limits.menuKeyBytes.value} 字节`],
    ['菜单网址', `${limits.menuUrlBytes.value} 字节`],
  ])('states the limit of %s as the rules have it', (start, value) => {
    expect(row(start)).toContain(value)
  })

  test.each(
    Object.entries(fieldKinds).filter(([name]) => !['name', 'time', 'date', 'amount', 'enum', 'const'].includes(name)),
  )('states how long a %s field may be', (name, kind) => {
    expect(row(`\`${name}\``)).toContain(String(kind.max))
  })

  test('states our own limits as the code has them', () => {
    expect(doc).toContain(`一个文本文件最多 ${MAX_TEXT_BYTES / 1024} KB，一个文件夹最多 ${MAX_FILES} 个文件`)
    expect(doc).toContain(`超过 ${MATCH_CHARACTERS} 个字的消息不按正则匹配`)
  })

  test('shows examples that pass the check', () => {
    const article = block('---\ntitle: 欢迎')
    expect(splitFrontMatter(article)?.head).toContain('source:')
    const { problems } = parse(
      {
        'articles/welcome.md': article,
        'articles/shipping-guide.md': article,
        'articles/autumn-bedding.md': article,
        'cards/newcomer-gift.yaml': block('title: 新人见面礼'),
        'cards/new-arrivals.yaml': block('title: 新人见面礼'),
        'cards/my-orders.yaml': block('title: 新人见面礼'),
        'cards/gift.yaml': undefined,
        'replies/faq.yaml': block('- match:\n    exact'),
        'menus/main.yaml': block('buttons:\n  - name: 逛一逛'),
        'notices/order-delivered.yaml': block('name: order.delivered'),
      },
      ['cover-welcome.jpg', 'bedroom-morning.jpg', 'card-newcomer-gift.jpg'].map((name) => picture(name)),
    )
    expect(problems).toEqual([])
  })
})
