import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Names, parseTemplate, readTemplates } from '../../src/campaigns/content.js'
import { planOf } from '../../src/campaigns/plan.js'
import { silentLogger } from '../../src/core/log.js'
import { createLibrary, type Library } from '../../src/library/library.js'
import { CONFIG } from './setup.js'

const dir = path.join(import.meta.dirname, '../../content')
let library: Library
beforeAll(async () => {
  const clock = { now: () => new Date('2026-03-04T10:00:00+08:00') }
  library = createLibrary({ dir, log: silentLogger, clock, publicUrl: 'https://a.example', watch: false })
  await library.load()
})
afterAll(() => library.close())

const NOTHING: Names = { hasArticle: () => false, hasCard: () => false, segment: () => undefined }
const head = 'name: 秋\npurpose: marketing\naudience: vip\nchannels: [mass]\n'
const problemsOf = (text: string) =>
  parseTemplate(text, 'content/campaigns/a.yaml').problems.map(
    ({ line, field, message, fix }) => `${line} ${field}：${message}（${fix}）`,
  )

describe('the sample campaigns', () => {
  test('hold together, and name only what is there', async () => {
    const { templates, problems } = await readTemplates(dir, library)
    expect(problems).toEqual([])
    expect(templates.map(({ slug }) => slug)).toEqual(['autumn-promotion', 'recall'])
  })

  test('recall writes at 30, 45 and 60 days, by channels that reach the silent', async () => {
    const { templates } = await readTemplates(dir, library)
    const recall = templates.find(({ slug }) => slug === 'recall')
    if (!recall) throw new Error('the sample is missing')
    const plan = planOf(recall.definition, { config: CONFIG, timeZone: 'Asia/Shanghai', account: 'shop' })
    expect(plan.stages).toEqual([30, 45, 60].map((days) => days * 86_400_000))
    expect(plan).toMatchObject({
      channels: ['mass'],
      holdOut: 1000,
      schedule: { kind: 'recurring' },
      skipAfterMs: 14_400_000,
    })
    expect(plan.variants).toHaveLength(3)
  })
})

describe('a campaign file with mistakes', () => {
  test('is told each with line, field and the way to mend it', () => {
    const text = `${head}holdOut: 60\nschedule: { cron: 每天 }\nwave: none\ntext: 你好\n`
    expect(problemsOf(text)).toEqual([
      '5 holdOut：大于 50（写成 holdOut: 5）',
      "6 schedule.cron：不是 cron 时间表（写五段：分 时 日 月 周，例如 '30 10 * * *' 是每天 10:30）",
      '7 wave：不认识的字段（是否想写 name？）'.replace('name', 'waves'),
    ])
  })

  test.each([
    ['text: 你好\narticle: a\n', '要且只要一种内容'],
    ['', '要且只要一种内容'],
    ['text: 你好\nparams: { a: b }\n', 'params 只用于 card'],
    ['variants:\n  - { name: A, text: 一 }\n', '只有一个版本'],
    ['variants:\n  - { name: A, text: 一 }\n  - { name: A, text: 二 }\n', '有两个版本叫“A”'],
    [
      'stages:\n  - { silent: 30d, text: 一 }\n  - { silent: 30d, text: 二 }\nschedule: { cron: 0 9 * * * }\n',
      '没有比上一步更久',
    ],
    ['stages:\n  - { silent: 30d, text: 一 }\n', '分步召回要定期执行'],
    ['text: 一\nwaves:\n  - { share: 60, pause: 30m }\n  - { share: 40, pause: 30m }\n', '各批合计达到 100%'],
    ['card: gift\n', '群发不能发小程序卡片'],
    ['text: 一\nendsAt: 中秋节\n', '不是时间'],
    ['text: 一\nlasts: 很久\n', '不是时长'],
    [`text: ${'长'.repeat(700)}\n`, '一条消息放不下'],
    ['text: 一\nstop: { failures: 10%, then: stop }\n', '应为数字'],
  ])('%j is refused: %s', (text, message) => {
    expect(problemsOf(head + text).join('\n')).toContain(message)
  })

  test('an inline rule is checked like a segment’s', () => {
    const text = head.replace('audience: vip', 'audience:\n  all:\n    - tagg: { in: [vip] }')
    expect(problemsOf(`${text}text: 一\n`)).toEqual(['5 audience.all[0].tagg：不认识的条件（是否想写 tag？）'])
  })

  test('what is hardly meant is a warning', () => {
    const text = `${head.replace('mass', 'customer-message')}text: 一\nschedule: { cron: 0 9 * * * }\nstale: run\n`
    const { value, problems } = parseTemplate(text, 'a.yaml')
    expect(value).toBeDefined()
    expect(problems.map(({ severity, field }) => `${severity} ${field}`)).toEqual(['warning channels', 'warning stale'])
  })

  test('names that lead nowhere, bad file names and unreadable files are told', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'weloop-campaigns-'))
    try {
      await mkdir(path.join(root, 'campaigns'))
      const write = (name: string, text: string | Buffer) => writeFile(path.join(root, 'campaigns', name), text)
      await write('a.yaml', `${head}article: lost\n`)
      await write('b.yaml', `${head.replace('vip', '{ all: [ { segment: { id: lost } } ] }')}text: 一\n`)
      await write('Nope.yml', 'x')
      await write('d.yaml', Buffer.from([0xff, 0xfe, 0x00]))
      await write('.hidden.yaml', '{')
      const { templates, problems } = await readTemplates(root, NOTHING)
      expect(problems.map(({ file, field, message }) => `${file} ${field} ${message}`.replace(/（.*/, ''))).toEqual([
        'content/campaigns/Nope.yml 文件名 文件名不合法',
        'content/campaigns/a.yaml article 没有文章 lost',
        'content/campaigns/a.yaml audience 没有名为 vip 的人群',
        'content/campaigns/b.yaml audience.all[0].segment.id 没有名为 lost 的人群',
        'content/campaigns/d.yaml 文件 无法读取',
      ])
      expect(templates.map(({ slug }) => slug)).toEqual(['a', 'b'])
      expect((await readTemplates(path.join(root, 'nowhere'), NOTHING)).templates).toEqual([])
    } finally {
      await rm(root, { recursive: true })
    }
  })
})
