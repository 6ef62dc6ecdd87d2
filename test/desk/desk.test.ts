import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Bench, HOUR, MINUTE, openBench, SECOND, settings } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.store.dispose())
beforeEach(() => bench.reset())

const what = () =>
  bench.told.map(({ what: name, staff, text, more }) => [name, staff, text, more].filter(Boolean).join(' '))

async function served(words = '人工', staff = 'lihua') {
  await bench.says(words)
  const { _id } = await bench.open()
  expect(await bench.desk.accept({ conversation: _id, staff })).toMatchObject({ outcome: 'done' })
  await bench.desk.idle()
  return _id
}

describe('a conversation', () => {
  test('the bot answers first, and everything said is kept in order', async () => {
    expect(await bench.says('你好')).toBe('bot: 你好')
    expect(await bench.says('在吗')).toBe('bot: 在吗')
    const { _id, state } = await bench.open()
    expect(state).toBe('bot')
    const entries = await bench.desk.entries(_id)
    expect(entries.map(({ by, content }) => `${by}: ${content.kind === 'text' && content.text}`)).toEqual([
      'customer: 你好',
      'bot: bot: 你好',
      'customer: 在吗',
      'bot: bot: 在吗',
    ])
    expect(entries.map(({ delivery }) => delivery?.state)).toEqual([undefined, 'answered', undefined, 'answered'])
  })

  test('人工 puts the follower into the queue with a place, and staff are offered it', async () => {
    expect(await bench.says('人工')).toContain('第 1 位')
    expect(what()).toEqual(['offered lihua,wangfang'])
    bench.clock.pass(SECOND)
    expect(await bench.says('转人工', 'hong')).toContain('第 2 位')
    expect(await bench.says('快点', 'hong')).toBeUndefined()
    expect(await bench.desk.place((await bench.open('hong'))._id)).toBe(2)
  })

  test('a hand-over of the bot queues too; the bot is silent until the follower goes back to it', async () => {
    expect(await bench.says('转接一下')).toContain('第 1 位')
    expect(await bench.says('我要投诉')).toBeUndefined()
    expect(await bench.says('转机器人')).toContain('已转回机器人')
    expect(await bench.says('你好')).toBe('bot: 你好')
    expect((await bench.facts('desk.missed'))[0]?.props).toMatchObject({ why: 'withdrawn' })
  })

  test('the first who presses has it; what came in the queue is told to them, in order', async () => {
    await bench.says('人工')
    await bench.says('第一句')
    await bench.says('第二句')
    const { _id } = await bench.open()
    const [first, second] = await Promise.all([
      bench.desk.accept({ conversation: _id, staff: 'lihua' }),
      bench.another().accept({ conversation: _id, staff: 'wangfang' }),
    ])
    const outcomes = [first, second].map((done) => (done.outcome === 'done' ? 'done' : done.reason))
    expect(outcomes.toSorted()).toEqual(['done', 'taken'])
    await bench.desk.idle()
    await bench.passes(6 * SECOND)
    const winner = (await bench.open()).staff
    expect(bench.told.filter(({ what: name }) => name === 'taken').map(({ staff }) => staff)).toEqual([winner])
    const incoming = bench.told.filter(({ what: name }) => name === 'incoming')
    expect([...new Map(incoming.map(({ id, text }) => [id, text])).values()]).toEqual(['第一句', '第二句'])
    expect(bench.texts()).toContain(`您好，客服 ${winner === 'lihua' ? '李华' : '王芳'} 为您服务。`)
    expect(await bench.desk.accept({ conversation: _id, staff: winner ?? '' })).toMatchObject({ outcome: 'done' })
  })

  test('staff answer through the outbox, once for a key, and are told how it ended', async () => {
    const conversation = await served()
    const say = { conversation, staff: 'lihua', content: { kind: 'text', text: '您好' } as const, key: 'corp:m1:0' }
    await bench.desk.say(say)
    await bench.desk.say(say)
    expect(bench.put.get('desk:say:corp:m1:0')).toMatchObject({
      to: 'ming',
      purpose: 'reply',
      message: { text: '您好' },
    })
    expect(bench.texts().filter((text) => text === '您好')).toHaveLength(1)
    expect((await bench.open()).state).toBe('waiting')
    await bench.ends('desk:say:corp:m1:0', 'skipped', 'window-closed')
    await bench.ends('desk:say:corp:m1:0', 'skipped', 'window-closed')
    expect(what().filter((one) => one.startsWith('ended'))).toEqual(['ended 您好 skipped'])
    const entries = await bench.desk.entries(conversation)
    expect(entries.at(-1)?.delivery).toMatchObject({ state: 'skipped', reason: 'window-closed' })
    expect(await bench.desk.say({ ...say, staff: 'wangfang', key: 'x' })).toMatchObject({ reason: 'not-yours' })
    await bench.says('好的')
    expect((await bench.open()).state).toBe('staff')
    expect(what().at(-1)).toBe('incoming 好的')
  })

  test('closing asks for a vote; a tap is recorded once and no handler sees it', async () => {
    const conversation = await served('人工')
    await bench.desk.say({ conversation, staff: 'lihua', content: { kind: 'text', text: '好' }, key: 'k1' })
    await bench.desk.close({ conversation, staff: 'lihua' })
    await bench.desk.idle()
    expect(bench.texts().at(-1)).toBe('choices')
    expect(await bench.says('满意', 'ming', { choice: `vote:${conversation}:1` })).toBe('感谢您的评价！')
    expect(await bench.says('不满意', 'ming', { choice: `vote:${conversation}:3` })).toBe('感谢您的评价！')
    expect(await bench.says('不满意', 'hong', { choice: `vote:${conversation}:3` })).toContain('已截止')
    expect((await bench.desk.find(conversation))?.vote?.choice).toBe(1)
    expect((await bench.facts('desk.voted')).map(({ props }) => [props['choice'], props['staff']])).toEqual([
      [1, 'lihua'],
    ])
    expect(await bench.says('1')).toBe('bot: 1')
    expect((await bench.desk.find(conversation))?.state).toBe('closed')
  })

  test('a vote may be typed while it waits, and expires', async () => {
    const conversation = await served()
    await bench.desk.say({ conversation, staff: 'lihua', content: { kind: 'text', text: '好' }, key: 'k1' })
    await bench.says('结束')
    expect((await bench.desk.find(conversation))?.closedBy).toBe('follower')
    bench.clock.pass(25 * HOUR)
    expect(await bench.says('2')).toBe('bot: 2')
    expect(await bench.facts('desk.voted')).toEqual([])
  })

  test('a message handled again is one entry, told once, and answered alike', async () => {
    await served()
    const update = bench.update('到货了吗')
    const run = () => {
      throw new Error('the bot must be silent')
    }
    await bench.desk.handle(update, run)
    await bench.another().handle(update, run)
    await bench.desk.idle()
    const ids = bench.told.filter(({ what: name }) => name === 'incoming').map(({ id }) => id)
    expect(new Set(ids).size).toBe(1)
    expect((await bench.rows.entries.find({ _id: `in:shop:${update.id}` }).toArray()).length).toBe(1)
  })

  test('a relay that is away is told later, in order, and nothing is lost', async () => {
    await served()
    bench.told.length = 0
    bench.failing = 3
    await bench.says('一')
    await bench.says('二')
    await bench.says('三')
    expect(bench.told).toEqual([])
    await bench.passes(11 * SECOND)
    await bench.passes(11 * SECOND)
    expect(what()).toEqual(['incoming 一', 'incoming 二', 'incoming 三'])
  })
})

describe('time', () => {
  test('staff who do not answer are reminded, then it goes to somebody else at the front of the queue', async () => {
    const conversation = await served()
    await bench.passes(2 * MINUTE)
    expect(what().at(-1)).toBe('alert lihua unanswered')
    await bench.passes(3 * MINUTE)
    expect((await bench.open()).state).toBe('queued')
    expect(what().filter((one) => one.startsWith('released'))).toEqual(['released lihua reassigned'])
    expect(what().at(-1)).toBe('offered wangfang')
    expect((await bench.facts('desk.reassigned'))[0]?.props).toMatchObject({ staff: 'lihua', conversation })
  })

  test('with nobody else on duty it stays with them while supervisors are told, and leaves as soon as somebody comes', async () => {
    await bench.desk.setPresence({ staff: 'wangfang', state: 'offline' })
    await served()
    await bench.passes(2 * MINUTE)
    await bench.passes(6 * MINUTE)
    expect((await bench.open()).state).toBe('staff')
    expect(what().filter((one) => one.startsWith('alert'))).toHaveLength(2)
    await bench.desk.setPresence({ staff: 'wangfang', state: 'online' })
    await bench.passes(20 * SECOND)
    expect((await bench.open()).state).toBe('queued')
  })

  test('a follower who stays silent is let go, unless they wrote at that moment', async () => {
    const conversation = await served()
    await bench.desk.say({ conversation, staff: 'lihua', content: { kind: 'text', text: '好' }, key: 'k1' })
    await bench.passes(29 * MINUTE)
    await bench.says('还在')
    await bench.desk.say({ conversation, staff: 'lihua', content: { kind: 'text', text: '好的' }, key: 'k2' })
    await bench.passes(29 * MINUTE)
    expect((await bench.open()).state).toBe('waiting')
    await bench.passes(2 * MINUTE)
    expect(await bench.desk.find(conversation)).toMatchObject({ state: 'closed', closedBy: 'silence' })
  })

  test('assignment gives it to the least busy, up to their capacity, and the rest waits', async () => {
    bench.settings = settings({ routing: { ...settings().routing, mode: 'assign' } })
    for (const name of ['a', 'b', 'c', 'd', 'e']) await bench.says('人工', name)
    const states = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (name) => (await bench.open(name)).staff))
    expect(states.filter((staff) => staff === 'lihua')).toHaveLength(2)
    expect(states.filter((staff) => staff === 'wangfang')).toHaveLength(2)
    expect(states[4]).toBeUndefined()
    await bench.desk.close({ conversation: (await bench.open('a'))._id })
    await bench.desk.idle()
    expect((await bench.open('e')).state).toBe('staff')
    const held = await bench.desk.held((await bench.open('e')).staff ?? '')
    expect(new Set(held.map(({ number }) => number)).size).toBe(2)
    expect((await bench.open('e')).number).not.toBe(1)
  })

  test('a staff member who leaves the corporation keeps nothing', async () => {
    await served()
    const left = {
      ...bench.update(''),
      kind: 'event.corp.directory',
      platform: 'wecom',
      account: 'corp',
      change: 'delete_user',
      user: 'lihua',
      fields: {},
    }
    await bench.desk.apply(left as never)
    await bench.desk.idle()
    expect(await bench.open()).toMatchObject({ state: 'queued', priority: 1 })
    expect(what().slice(-2)).toEqual(['released lihua left', 'offered wangfang'])
  })
})

describe('out of hours', () => {
  const night = () => bench.clock.pass(12.5 * HOUR)

  test('the bot takes a ticket with question, telephone and deadline, and the morning shift gets it first', async () => {
    night()
    expect(await bench.says('人工')).toBe(
      '现在是休息时间，客服 明天 09:00 上班。请直接发送您的问题（可附上手机号），我们会在 明天 11:00 前回复您。',
    )
    expect(await bench.says('衣服破了，电话 13812345678')).toContain('已为您登记')
    expect(await bench.says('你好')).toBe('bot: 你好')
    const [ticket] = await bench.desk.tickets.list()
    expect(ticket).toMatchObject({
      state: 'open',
      contactWay: '13812345678',
      deadline: new Date('2037-03-05T11:00:00+08:00'),
    })
    expect(ticket?.question).toContain('衣服破了')
    bench.clock.pass(9.9 * HOUR)
    await bench.passes(0)
    expect((await bench.open()).state).toBe('bot')
    await bench.passes(10 * MINUTE)
    expect(await bench.open()).toMatchObject({ state: 'queued', priority: 1 })
    const { _id } = await bench.open()
    await bench.desk.accept({ conversation: _id, staff: 'lihua' })
    await bench.desk.say({ conversation: _id, staff: 'lihua', content: { kind: 'text', text: '给您补发' }, key: 'k' })
    await bench.desk.close({ conversation: _id, staff: 'lihua' })
    await bench.desk.idle()
    expect(await bench.desk.tickets.list()).toMatchObject([{ state: 'done', staff: 'lihua' }])
  })

  test('who still waits when the shift ends gets a ticket, and one that is late is told to supervisors once', async () => {
    bench.clock.pass(7.4 * HOUR)
    await bench.says('人工')
    await bench.says('请问怎么退货')
    await bench.passes(10 * MINUTE)
    expect((await bench.open()).state).toBe('bot')
    expect((await bench.desk.tickets.list())[0]).toMatchObject({ state: 'open', question: '人工\n请问怎么退货' })
    bench.settings = settings({ staff: settings().staff.map((one) => ({ ...one, shifts: [] })) })
    await bench.passes(20 * HOUR)
    await bench.passes(MINUTE)
    expect(what().filter((one) => one.includes('ticket-overdue'))).toEqual(['alert lihua ticket-overdue'])
    expect(await bench.facts('desk.ticket-overdue')).toHaveLength(1)
  })
})

test('without settings, or on an account the desk does not serve, everything is the bot’s', async () => {
  bench.settings = undefined
  expect(await bench.says('你好')).toBe('bot: 你好')
  expect(await bench.rows.conversations.countDocuments({})).toBe(0)
})

test('figures are counted from the facts, by staff, and kept days agree with a new count', async () => {
  const conversation = await served()
  bench.clock.pass(30 * SECOND)
  await bench.desk.say({ conversation, staff: 'lihua', content: { kind: 'text', text: '好' }, key: 'k1' })
  bench.clock.pass(60 * SECOND)
  await bench.desk.close({ conversation, staff: 'lihua' })
  await bench.desk.idle()
  await bench.says('1')
  const { total } = await bench.desk.figures.read({ from: '2037-03-04', to: '2037-03-04' })
  expect(total).toMatchObject({ requested: 1, taken: 1, missed: 0, night: 0, votes: [1, 0, 0] })
  expect(total.firstReply).toEqual({ count: 1, sum: 30, most: 30 })
  expect(total.resolution.sum).toBe(90)
  expect(total.staff['lihua']?.votes).toEqual([1, 0, 0])
  expect(total.hours[10]).toBe(1)
  bench.clock.pass(24 * HOUR)
  expect(await bench.desk.figures.check()).toBe(0)
  bench.clock.pass(96 * HOUR)
  const later = await bench.desk.figures.read({ from: '2037-03-04', to: '2037-03-05' })
  expect(later.total).toEqual(total)
})

test('erasing a person takes what was said, tickets and conversations', async () => {
  const conversation = await served()
  const { contact, key } = await bench.open()
  const identity = { key } as never
  const exported = (await bench.desk.personalData.export(contact, [identity])) as { entries: unknown[] }
  expect(exported.entries.length).toBeGreaterThan(0)
  await bench.desk.personalData.erase(contact, [identity], 'erased')
  expect(await bench.rows.entries.countDocuments({})).toBe(0)
  expect(await bench.desk.find(conversation)).toBeUndefined()
})
