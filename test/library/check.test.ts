import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { silentLogger } from '../../src/core/log.js'
import { article, card } from '../../src/core/message.js'
import { contentCheck, formatReport } from '../../src/library/check.js'
import { createLibrary } from '../../src/library/library.js'
import { folder } from './sample.js'

const dir = join(import.meta.dirname, '../../content')
const clock = { now: () => new Date('2026-03-04T10:00:00+08:00') }

describe('the content check', () => {
  test('lists every problem by file and line with its fix, and counts what there is', async () => {
    const place = await folder({ 'cards/gift.yaml': 'title: 礼\npath: /a\n', 'articles/bad.md': '没有信息' })
    try {
      const report = await contentCheck(place.dir)
      expect(report.counts).toEqual({ articles: 1, cards: 0, replies: 1, menus: 1, notices: 0, segments: 0, media: 2 })
      const text = formatReport(report)
      expect(text).toContain('✗ content/articles/bad.md:1  ---：')
      expect(text).toContain('✗ content/cards/gift.yaml:2  path：')
      expect(text.match(/改法：/g)?.length).toBe(report.problems.length)
      expect(text.split('\n').at(-1)).toMatch(/^✗ 有 4 处问题（文章 1，/)
    } finally {
      await place.remove()
    }
  })

  test('warnings do not fail it', async () => {
    const place = await folder({ 'replies/more.yaml': '- match: { exact: 运费 }\n  answer: 好\n' })
    try {
      const report = await contentCheck(place.dir)
      expect(report.problems).toEqual([])
      expect(report.warnings).toHaveLength(1)
      expect(formatReport(report)).toContain('✓ 检查通过，有 1 处提醒')
    } finally {
      await place.remove()
    }
  })
})

describe('the sample shop', () => {
  test('passes, with at least 6 articles, 5 cards, 20 replies and one menu', async () => {
    const report = await contentCheck(dir)
    expect(formatReport(report)).toMatch(/^✓ 检查通过（/)
    expect(report.counts.articles).toBeGreaterThanOrEqual(6)
    expect(report.counts.cards).toBeGreaterThanOrEqual(5)
    expect(report.counts.replies).toBeGreaterThanOrEqual(20)
    expect(report.counts.menus).toBe(1)
    expect(report.counts.notices).toBeGreaterThanOrEqual(4)
    expect(report.counts.segments).toBeGreaterThanOrEqual(5)
  })

  test('has what the sample handlers name, and leaves their words to them', async () => {
    const library = createLibrary({ dir, log: silentLogger, clock, publicUrl: 'https://a.example', watch: false })
    expect(await library.load()).toEqual([])
    for (const slug of ['welcome', 'returns-guide'])
      expect(library.resolve(article(slug))).toHaveProperty('kind', 'link')
    for (const slug of ['new-arrivals', 'newcomer-gift', 'my-orders'])
      expect(library.resolve(card(slug))).toMatchObject({ kind: 'mini-program', appid: 'wx00000000000demo2' })
    for (const word of ['你好', '退货', '新品', '人工', '查快递', '退订', 'TD', '订单'])
      expect(library.reply(word)).toBeUndefined()
    for (const word of [
      '运费',
      '营业时间',
      '发票',
      '尺码',
      '会员',
      '优惠券',
      '请问包邮吗',
      '开电子发票',
      '我家床1.8米',
    ])
      expect(library.reply(word)).toBeDefined()
    expect(library.menus()).toHaveLength(1)
  })
})
