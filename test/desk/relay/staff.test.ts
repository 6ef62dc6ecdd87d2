import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { AppError } from '../../../src/core/errors.js'
import { type Bench, openBench } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.dispose())
beforeEach(() => bench.reset())

const heard = async (id: string, text: string) => {
  const row = bench.fake.rows.get(id) ?? bench.fake.hold(id, 'lihua')
  const entry = bench.fake.entry(id, text)
  await bench.relay.incoming({ id: `in:${entry._id}`, conversation: row, entry })
  await bench.settle()
}

describe('what a staff member writes', () => {
  test('goes to their only conversation without a word, once however often it is read', async () => {
    bench.fake.hold('a', 'lihua')
    for (let n = 0; n < 3; n++) expect(await bench.writes('lihua', '您好', 'same')).toBeUndefined()
    expect([...bench.fake.said]).toEqual([
      ['corp:same:0', { conversation: 'a', content: { kind: 'text', text: '您好' } }],
    ])
  })

  test('goes to the number it names, and to that one from then on', async () => {
    bench.fake.hold('a', 'lihua')
    bench.fake.hold('b', 'lihua')
    expect(await bench.writes('lihua', '#2 您好')).toBeUndefined()
    expect(await bench.writes('lihua', '在的')).toBe('→ #2 陈晨')
    expect(await bench.writes('lihua', '#9 您好')).toContain('没有 #9')
    expect(await bench.writes('lihua', '#1')).toBe('当前会话 #1 林小雨 · 公众号\n48 小时窗口已关闭')
    expect(await bench.writes('lihua', '好的')).toBe('→ #1 林小雨')
    expect(bench.fake.sayings()).toEqual(['b: 您好', 'b: 在的', 'a: 好的'])
  })

  test('that may be meant for either of two is held back until they choose; each line leaves once', async () => {
    await heard('a', '多少钱')
    await bench.writes('lihua', '59 元')
    await heard('b', '发货了吗')
    expect(await bench.writes('lihua', '包邮', 'u1')).toBe(
      '发给谁？ [#2 陈晨 | #1 林小雨] “包邮”\n也可以回复号码，例如 #1',
    )
    expect(await bench.writes('lihua', '今天发', 'u2')).toContain('先留着')
    expect(await bench.writes('lihua', '包邮', 'u1')).toContain('发给谁')
    expect(bench.fake.sayings()).toEqual(['a: 59 元'])
    for (let n = 0; n < 2; n++) expect(await bench.presses('lihua', 'desk:to:a', 'p1')).toBeUndefined()
    expect(bench.fake.sayings()).toEqual(['a: 59 元', 'a: 包邮', 'a: 今天发'])
    expect(bench.updated.at(-1)).toMatchObject({ staff: 'lihua', label: '→ #1 林小雨' })
    await bench.presses('lihua', 'desk:to:b', 'p2')
    expect(bench.fake.sayings()).toHaveLength(3)
  })

  test('that waits for a choice follows a number too, but not after an hour, nor to who is gone', async () => {
    await heard('a', '在吗')
    await heard('b', '在吗')
    await bench.writes('lihua', '在的')
    expect(await bench.writes('lihua', '#2')).toContain('当前会话 #2')
    expect(bench.fake.sayings()).toEqual(['b: 在的'])
    await heard('a', '喂')
    await heard('b', '喂')
    await bench.writes('lihua', '请稍等')
    bench.clock.pass(3_700_000)
    expect(await bench.writes('lihua', '#1')).toContain('有 1 条等了太久，没有发出')
    bench.fake.rows.delete('b')
    expect(await bench.presses('lihua', 'desk:to:b')).toMatchObject({ text: expect.stringContaining('不在您手上') })
    expect(bench.fake.sayings()).toHaveLength(1)
  })

  test('read again after their conversation was closed does not reach another one', async () => {
    bench.fake.hold('a', 'lihua')
    expect(await bench.writes('lihua', '/结束', 'u1')).toBeUndefined()
    bench.fake.hold('b', 'lihua')
    expect(await bench.writes('lihua', '/结束', 'u1')).toBe('会话已结束')
    expect(bench.fake.rows.get('b')).toMatchObject({ held: true })
  })

  test('is left to the handlers when they are not of the desk, and first when they have nobody', async () => {
    const run = (from: string, said: string, reply?: string) =>
      bench.relay.handle(bench.message(from, said), () => reply)
    expect(await run('stranger', '/结束', '机器人')).toBe('机器人')
    expect(await run('lihua', '打卡', '已打卡')).toBe('已打卡')
    expect(await run('lihua', '打卡')).toMatchObject({ text: expect.stringContaining('没有会话') })
    expect(await run('lihua', '/打卡', '已打卡')).toBe('已打卡')
    expect(await run('lihua', '/打卡')).toMatchObject({ text: '没有指令 /打卡，发 /帮助 查看' })
    const { kind: _, ...update } = bench.message('lihua', 'x')
    const elsewhere = { ...update, kind: 'staff.event', event: 'entered', key: '' } as const
    expect(await bench.relay.handle(elsewhere, () => 'x')).toBe('x')
    expect(await bench.relay.handle({ ...elsewhere, event: 'menu', key: 'desk:/列表' }, () => 'x')).toMatchObject({
      text: expect.stringContaining('手上没有会话'),
    })
  })

  test('refused by the desk is said not to have left', async () => {
    const row = bench.fake.hold('a', 'lihua')
    bench.fake.hold('b', 'lihua')
    await bench.writes('lihua', '#1 您好', 'u1')
    bench.fake.rows.set('a', { ...row, state: 'closed' })
    expect(await bench.writes('lihua', '#1 您好', 'u1')).toBe('没有发出：会话已结束')
  })
})

describe('files of a staff member', () => {
  test('are carried to the account of the person', async () => {
    bench.fake.hold('a', 'lihua')
    expect(await bench.writes('lihua', { kind: 'image', mediaId: 'w1', url: '' })).toBeUndefined()
    expect(bench.uploads).toEqual(['shop image corp/w1'])
    expect([...bench.fake.said.values()]).toMatchObject([
      { content: { kind: 'image', media: { mediaId: 'up-shop-corp/w1' } } },
    ])
  })

  test('that the service does not take go as an address, and the staff member is told', async () => {
    bench.fake.hold('a', 'lihua')
    expect(await bench.writes('lihua', { kind: 'file', mediaId: 'w1', name: '报价.pdf' })).toBe(
      '这个渠道不能直接发文件，已改发链接',
    )
    bench.faults.push(new AppError('media.size', 'too large'))
    expect(await bench.writes('lihua', { kind: 'video', mediaId: 'w2', thumbMediaId: '' })).toContain(
      '大小限制，已改发链接',
    )
    bench.fake.queue('m', { channel: 'mini-program', account: 'mini' })
    bench.fake.hold('m', 'lihua')
    await bench.writes('lihua', '#2')
    expect(await bench.writes('lihua', { kind: 'voice', mediaId: 'w3', format: 'amr' })).toContain('不能发语音')
    expect(bench.fake.sayings()).toEqual([
      'a: 文件「报价.pdf」：https://bot.example/m/corp/w1（3 天内有效）',
      'a: 视频：https://bot.example/m/corp/w2（3 天内有效）',
      'm: 语音：https://bot.example/m/corp/w3（3 天内有效）',
    ])
  })

  test('that cannot be had are said not to have left', async () => {
    bench.fake.hold('a', 'lihua')
    bench.faults.push(new Error('down'), new Error('down'))
    expect(await bench.writes('lihua', { kind: 'image', mediaId: 'w1', url: '' })).toBe(
      '图片没有发出：文件暂时取不到，请重发',
    )
    expect(bench.fake.said.size).toBe(0)
  })

  test('places become an address of a map, links stay links', async () => {
    bench.fake.hold('a', 'lihua')
    await bench.writes('lihua', { kind: 'location', latitude: 31.2, longitude: 121.4, scale: 15, label: '门店' })
    await bench.writes('lihua', { kind: 'link', title: '说明', description: '', url: 'https://a.example', picture: '' })
    expect(bench.fake.sayings()).toEqual([
      expect.stringContaining('a: 位置：门店\nhttps://apis.map.qq.com/'),
      'a: link',
    ])
  })
})

describe('commands', () => {
  beforeEach(() => {
    bench.fake.hold('a', 'lihua')
    bench.fake.hold('b', 'lihua')
  })

  test('end, hand over and give back', async () => {
    for (const conversation of await bench.fake.desk.held('lihua'))
      await bench.relay.taken({ id: `t:${conversation._id}`, conversation, staff: 'lihua', how: 'assigned' })
    await bench.settle()
    const before = bench.chat('lihua').length
    await bench.writes('lihua', '#1 /结束')
    await bench.writes('lihua', '#2 /转给 王芳')
    await bench.settle()
    expect(bench.fake.rows.get('a')).toMatchObject({ state: 'closed' })
    expect(bench.fake.rows.get('b')).toMatchObject({ staff: 'wangfang' })
    expect(bench.chat('lihua').slice(before).join('\n')).toBe('#1 林小雨：会话已结束\n#2 陈晨：已转给其他同事')
    bench.fake.hold('c', 'lihua')
    await bench.writes('lihua', '/bot')
    expect(bench.fake.rows.get('c')).toMatchObject({ state: 'bot' })
  })

  test('hand over to a skill, and say whom there is when the name is unknown', async () => {
    expect(await bench.writes('lihua', '#1 /转给')).toContain('王芳、售前、售后')
    expect(await bench.writes('lihua', '#1 /transfer 王五')).toContain('没有叫“王五”的同事或技能')
    await bench.writes('lihua', '/transfer #1 售后')
    expect(bench.fake.rows.get('a')).toMatchObject({ skill: '售后', state: 'queued' })
  })

  test('need a number when it is not clear which conversation is meant', async () => {
    expect(await bench.writes('lihua', '/结束')).toBe('哪个会话？请在前面加号码，例如 #1 /结束\n#1 林小雨\n#2 陈晨')
    expect(bench.fake.rows.get('a')).toMatchObject({ held: true })
  })

  test('send cards and articles by name, and help with a wrong one', async () => {
    expect(await bench.writes('lihua', '#1 /卡片 coupon')).toBeUndefined()
    expect(await bench.writes('lihua', '#1 /article returns-guide')).toBeUndefined()
    expect(await bench.writes('lihua', '#1 /card coupom')).toBe('没有卡片“coupom”。可以用：coupon')
    expect([...bench.fake.said.values()].map(({ content }) => content)).toMatchObject([
      { kind: 'card', slug: 'coupon' },
      { kind: 'article', slug: 'returns-guide' },
    ])
  })

  test('note, show orders, the person, the list and the help', async () => {
    expect(await bench.writes('lihua', '#1 /备注 要发票')).toBe('已备注')
    expect([...bench.fake.notes.values()]).toEqual(['要发票'])
    expect(await bench.writes('lihua', '#1 /订单')).toBe('#1 林小雨\nA10086 已付款 ￥59')
    expect(await bench.writes('lihua', '#1 /order A9')).toContain('没有找到订单 A9')
    expect(await bench.writes('lihua', '#2 /who')).toBe('#2 陈晨 · 公众号\n标签：VIP、母婴\n48 小时窗口已关闭')
    const list = await bench.writes('lihua', '/list')
    expect(list).toContain('李华 · 在线 · 2/5')
    expect(list).toContain('#2 陈晨 · 公众号 · 等对方 · 48 小时窗口已关闭')
    expect(await bench.writes('lihua', '/help')).toContain('#3 您好')
    await bench.writes('lihua', '/off')
    await bench.writes('lihua', '/上线')
    expect(bench.fake.presence).toEqual(['lihua offline', 'lihua online'])
  })
})
