import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { AppError } from '../../../src/core/errors.js'
import type { EntryContent } from '../../../src/desk/model.js'
import { type Bench, openBench } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.dispose())
beforeEach(() => bench.reset())

const incoming = async (id: string, content: EntryContent | string) => {
  const entry = bench.fake.entry(id, content)
  const row = bench.fake.rows.get(id)
  if (!row) throw new Error(`no conversation ${id}`)
  await bench.relay.incoming({ id: `in:${entry._id}`, conversation: row, entry })
}
const offer = async (id: string, staff: readonly string[]) => {
  const row = bench.fake.queue(id, {
    offer: { round: 1, staff: [...staff], at: bench.clock.now(), until: bench.clock.now() },
  })
  await bench.relay.offered({ id: `${id}:1:offered`, conversation: row, staff, place: 2 })
  await bench.settle()
  return row
}

describe('a conversation that waits', () => {
  test('is offered to the chosen staff as a card with who, what and the place in the queue', async () => {
    bench.fake.entry('a', '我的订单到哪了？')
    await offer('a', ['lihua', 'wangfang'])
    const card = '林小雨 · 公众号 请求人工 [接入] “我的订单到哪了？”\n排队第 2 位'
    expect([bench.chat('lihua'), bench.chat('wangfang')]).toEqual([[card], [card]])
    expect(bench.card('lihua')?.message).toMatchObject({ items: [{ id: 'desk:take:a:1' }] })
  })

  test('is taken by the first press; the cards of all say so and the taker gets what was said before', async () => {
    for (let n = 1; n <= 12; n++) bench.fake.entry('a', `第 ${n} 句`, n === 12 ? { by: 'bot', direction: 'out' } : {})
    await offer('a', ['lihua', 'wangfang', 'zhangwei'])
    for (const [key, { to }] of bench.put)
      if (to !== 'zhangwei') await bench.relay.cardSent({ key, to, responseCode: `code-${to}` })
    expect(await bench.presses('lihua', 'desk:take:a:1', 'p1')).toBeUndefined()
    expect(await bench.presses('wangfang', 'desk:take:a:1', 'p2')).toBeUndefined()
    expect(bench.updated).toEqual(
      expect.arrayContaining([
        { staff: 'lihua', code: 'press-p1', label: '您已接入 #1' },
        { staff: 'wangfang', code: 'code-wangfang', label: '李华 已接入' },
        { staff: 'wangfang', code: 'press-p2', label: '李华 已接入' },
      ]),
    )
    expect(bench.acts).toEqual([expect.stringContaining('cancel relay:a:1:offered:zhangwei')])
    await bench.settle()
    const [, told = ''] = bench.chat('lihua')
    expect(told).toContain('#1 林小雨 · 公众号（您已接入）\n48 小时窗口已关闭')
    expect(told).toContain('之前的 10 条')
    expect(told).not.toContain('第 2 句')
    expect(told).toMatch(/03-04 1\d:\d\d 林小雨：第 3 句[\s\S]*机器人：第 12 句/)
    expect(bench.chat('wangfang')).toHaveLength(1)
  })

  test('whose code comes after it was taken has its card changed then, and a card is changed once', async () => {
    await offer('a', ['lihua', 'wangfang'])
    const key = bench.card('wangfang')?.key ?? ''
    await bench.presses('lihua', 'desk:take:a:1')
    await bench.relay.cardSent({ key, to: 'wangfang', responseCode: 'late' })
    await bench.relay.cardSent({ key, to: 'wangfang', responseCode: 'later' })
    await bench.relay.run()
    expect(bench.updated.filter(({ staff }) => staff === 'wangfang')).toEqual([
      { staff: 'wangfang', code: 'late', label: '李华 已接入' },
    ])
  })

  test('can be taken beyond the limit only on purpose', async () => {
    await offer('a', ['lihua'])
    bench.fake.fill(true)
    expect(await bench.presses('lihua', 'desk:take:a:1')).toMatchObject({
      items: [{ id: 'desk:force:a', text: '仍要接入' }],
    })
    expect(bench.fake.rows.get('a')?.held).toBeUndefined()
    await bench.presses('lihua', 'desk:force:a')
    expect(bench.fake.rows.get('a')).toMatchObject({ held: true, staff: 'lihua' })
  })
})

describe('what a person sends', () => {
  test('comes to the staff member with the number and name, in order, a burst as one message', async () => {
    bench.fake.hold('a', 'lihua')
    bench.fake.hold('b', 'lihua')
    await incoming('a', '在吗')
    await bench.settle()
    for (const text of ['第一', '第二', '第三']) await incoming('a', text)
    await incoming('b', '你好')
    await bench.settle()
    expect(bench.chat('lihua')).toEqual(['#1 林小雨：在吗', '#1 林小雨：第一\n第二\n第三\n#2 陈晨：你好'])
  })

  test('is told once however often the desk tells it', async () => {
    const row = bench.fake.hold('a', 'lihua')
    const entry = bench.fake.entry('a', '在吗')
    const other = bench.another()
    const telling = { id: 'in:1', conversation: row, entry }
    await Promise.all([bench.relay.incoming(telling), other.incoming(telling)])
    await bench.settle()
    await bench.relay.incoming(telling)
    await Promise.all([bench.settle(), bench.settle(other)])
    expect(bench.chat('lihua')).toEqual(['#1 林小雨：在吗'])
  })

  test('as a picture, voice or video is fetched and uploaded to the corporation', async () => {
    bench.fake.hold('a', 'lihua')
    await incoming('a', { kind: 'image', media: { mediaId: 'm1' } })
    await incoming('a', { kind: 'voice', media: { mediaId: 'm2' }, transcript: '要两瓶' })
    await incoming('a', { kind: 'video', media: { mediaId: 'm3' } })
    await bench.settle()
    expect(bench.chat('lihua')).toEqual([
      '#1 林小雨：[图片]',
      '<image up-corp-shop/m1>',
      '#1 林小雨：[语音，转写：要两瓶]',
      '<voice up-corp-shop/m2>',
      '#1 林小雨：[视频]',
      '<video up-corp-shop/m3>',
    ])
    expect(bench.uploads).toEqual(['corp image shop/m1', 'corp voice shop/m2', 'corp video shop/m3'])
  })

  test('that WeCom does not take becomes words with an address, at once; what cannot be fetched after three tries', async () => {
    bench.fake.hold('a', 'lihua')
    bench.faults.push(new AppError('media.format', 'MP3'))
    await incoming('a', { kind: 'voice', media: { mediaId: 'm1' } })
    await bench.settle()
    expect(bench.chat('lihua')[1]).toBe('[语音未能转来] https://bot.example/m/shop/m1（格式不受平台支持）')
    for (let n = 0; n < 3; n++) bench.faults.push(new Error('the line is down'))
    await incoming('a', { kind: 'image', media: { mediaId: 'm2' } })
    await incoming('a', '看到了吗')
    await bench.settle()
    expect(bench.chat('lihua').slice(2)).toEqual([
      '#1 林小雨：[图片]',
      '[图片未能转来] https://bot.example/m/shop/m2（文件取不到）',
      '#1 林小雨：看到了吗',
    ])
  })

  test('as a place, link, card or long text is readable', async () => {
    bench.fake.hold('a', 'lihua')
    await incoming('a', { kind: 'location', latitude: 31.2, longitude: 121.4, label: '人民广场' })
    await incoming('a', { kind: 'link', title: '评测', url: 'https://a.example/1' })
    await incoming('a', { kind: 'card', title: '商品', appid: 'wx1', path: 'pages/a', thumb: {} })
    await incoming('a', '长'.repeat(1500))
    await bench.settle()
    const [place, isLink, link, isCard, card, ...long] = bench.chat('lihua')
    expect(place).toContain(
      '#1 林小雨：[位置] 人民广场\nhttps://apis.map.qq.com/uri/v1/marker?marker=coord%3A31.2%2C121.4',
    )
    expect([isLink, isCard]).toEqual(['#1 林小雨：[链接]', '#1 林小雨：[小程序卡片]'])
    expect([link, card]).toEqual(['<link 评测>', '<mini-program 商品>'])
    expect([...bench.put.values()].find(({ message }) => message.kind === 'mini-program')?.alternatives).toMatchObject([
      { kind: 'text', text: '[小程序] 商品\n页面 pages/a' },
    ])
    const texts = long.map((one) => one ?? '')
    expect(texts.every((one) => one.startsWith('#1 林小雨：') && Buffer.byteLength(one) <= 2024)).toBe(true)
    expect(texts.map((one) => one.replace('#1 林小雨：', '')).join('')).toBe('长'.repeat(1500))
  })
})

describe('what becomes of a conversation', () => {
  const failed = (state: 'skipped' | 'failed' | 'expired' | 'uncertain' | 'sent', reason: string) => {
    const row = bench.fake.hold('a', 'lihua')
    const delivery = { key: 'desk:say:corp:u1:0', state, reason }
    const entry = bench.fake.entry('a', '您好，已为您安排', { direction: 'out', by: 'lihua', delivery })
    return bench.relay.ended({ id: `end:${state}`, conversation: row, entry })
  }

  test('a message that did not arrive is told with the reason and the window meter', async () => {
    bench.windows.state = { open: [], unexpired: true }
    await failed('skipped', 'window-used-up')
    await bench.settle()
    expect(bench.chat('lihua')).toEqual([
      '⚠️ #1 林小雨 没有收到“您好，已为您安排”：窗口内的条数已用完。\n48 小时窗口已用 5/5 条，等对方再发消息',
    ])
    const until = new Date('2026-03-06T02:00:00Z')
    bench.windows.state = { open: [{ trigger: 'message', remaining: 3, until }], unexpired: true }
    await failed('failed', 'invalid content')
    await bench.settle()
    expect(bench.chat('lihua')[1]).toBe(
      '⚠️ #1 林小雨 没有收到“您好，已为您安排”：invalid content。\n还可发 3 条，到 03-06 10:00 为止',
    )
    bench.windows.state = { open: [], unexpired: false, lastActAt: new Date('2026-03-01T02:00:00Z') }
    await failed('expired', '')
    await bench.settle()
    expect(bench.chat('lihua')[2]).toContain('48 小时窗口已关闭（对方最后一次互动 03-01 10:00）')
  })

  test.each([
    ['again', 'again out:desk:say:corp:u1:0 lihua', '已补发'],
    ['sent', 'sent out:desk:say:corp:u1:0 lihua', '视为已发'],
  ])('an unclear end is put right by whom it belongs to: %s', async (word, act, label) => {
    await failed('uncertain', 'timeout')
    await bench.settle()
    expect(bench.chat('lihua')[0]).toContain('不确定是否送达 [补发 | 视为已发] “您好，已为您安排”')
    const key = `desk:${word}:desk:say:corp:u1:0`
    expect(await bench.presses('wangfang', key)).toMatchObject({ text: expect.stringContaining('不是给您的') })
    expect(bench.fake.settlings).toEqual([])
    expect(await bench.presses('lihua', key, 'p1')).toBeUndefined()
    expect(bench.fake.settlings).toEqual([act])
    expect(bench.updated.at(-1)).toEqual({ staff: 'lihua', code: 'press-p1', label })
    const other = word === 'again' ? 'sent' : 'again'
    expect(await bench.presses('lihua', `desk:${other}:desk:say:corp:u1:0`)).toMatchObject({ kind: 'text' })
    expect(new Set(bench.fake.settlings)).toEqual(new Set([act]))
  })

  test('an unclear end that clears up by itself takes its card along', async () => {
    await failed('uncertain', 'timeout')
    await bench.settle()
    const { key = '' } = bench.card('lihua') ?? {}
    await bench.relay.cardSent({ key, to: 'lihua', responseCode: 'c1' })
    await failed('sent', '')
    expect(bench.updated).toEqual([{ staff: 'lihua', code: 'c1', label: '已确认送达' }])
  })

  test('who loses a conversation is told why; who left is told nothing, and what waited for them stays unsaid', async () => {
    const row = bench.fake.hold('a', 'lihua')
    await bench.relay.released({ id: 'r1', conversation: row, staff: 'lihua', why: 'reassigned' })
    await bench.settle()
    expect(bench.chat('lihua')).toEqual(['#1 林小雨：久未回复，已交给其他同事'])
    await incoming('a', '还在吗')
    await incoming('a', '喂')
    await bench.relay.released({ id: 'r2', conversation: row, staff: 'lihua', why: 'left' })
    await bench.settle()
    expect(bench.chat('lihua').filter((one) => one?.includes('喂'))).toEqual([])
  })

  test('alerts name who waits how long', async () => {
    const row = bench.fake.hold('a', 'lihua')
    await incoming('a', '有人吗')
    await bench.relay.alert({ id: 'x', conversation: row, what: 'unanswered', staff: ['wangfang'], minutes: 5 })
    await bench.settle()
    expect(bench.chat('wangfang')).toEqual(['⏰ #1 林小雨 · 公众号（李华）已等 5 分钟未回复：“有人吗”'])
  })
})
