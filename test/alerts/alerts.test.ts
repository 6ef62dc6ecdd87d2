import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { alertRows } from '../../src/alerts/model.js'
import { type Bench, HOUR, MINUTE, openBench } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.store.dispose())
beforeEach(async () => {
  await bench.reset()
  await bench.alerts.run()
})

const paid = (orderNo: string, paidFen = 100) => bench.happened('order.paid', { orderNo, paidFen })
const rows = () => alertRows(bench.store.connection)

describe('a fact', () => {
  test('is told once, also when two processes look at it together and again later', async () => {
    await bench.rule('paid')
    await paid('A1')
    const other = bench.another()
    await Promise.all([bench.alerts.run(), other.run(), bench.another().run()])
    await other.run()
    expect(bench.texts()).toEqual(['订单 A1'])
    const [delivery] = bench.put.values()
    expect(delivery).toMatchObject({ account: 'corp', to: 'lihua', purpose: 'service', source: 'alert:paid' })
    const [view] = (await bench.alerts.history({ rule: 'paid' })).alerts
    expect(view).toMatchObject({
      state: 'handed',
      ways: [{ to: { staff: 'lihua' }, key: delivery?.key, state: 'outbox' }],
    })
  })

  test('that a rule is not about, or one that happened before the first start, is not told', async () => {
    await bench.rule('big', { where: [{ field: 'paidFen', atLeast: 500 }] })
    await bench.rule('off', { enabled: false })
    await paid('small', 499)
    await paid('big', 500)
    await bench.alerts.run()
    expect(bench.texts()).toEqual(['订单 big'])
  })

  test('is listed once, page by page from either end, also when many came at one moment', async () => {
    await bench.rule('paid')
    for (const orderNo of ['A1', 'A2', 'A3', 'A4', 'A5']) await paid(orderNo)
    await bench.alerts.run()
    await rows().alerts.updateMany({}, { $set: { at: bench.clock.now() } })
    for (const order of ['newest', 'oldest'] as const) {
      const seen: string[] = []
      for (let after: string | undefined, page = 0; page < 5; page++) {
        const { alerts, next } = await bench.alerts.history({ rule: 'paid', order, limit: 2, after })
        seen.push(...alerts.map(({ id }) => id))
        after = next
        if (next === undefined) break
      }
      expect([seen.length, new Set(seen).size]).toEqual([5, 5])
    }
  })

  test('about a customer goes to the staff who look after them, and to others when nobody does', async () => {
    await bench.rule('own', { to: { customerStaff: true, otherwise: ['boss'] }, text: '{customer.name} {orderNo}' })
    for (const contact of ['c1', 'c2']) await bench.happened('order.paid', { orderNo: contact }, { contact })
    await bench.alerts.run()
    const sent = [...bench.put.values()].map(({ to, message }) => [to, message])
    expect(sent).toEqual([
      ['zhaolei', { kind: 'text', text: '林小雨 c1' }],
      ['boss', { kind: 'text', text: '林小雨 c2' }],
    ])
  })

  test('of a shop starts a group-send task once; nothing else is claimed', async () => {
    const { text: _, ...live } = { text: '', when: ['live.started'], to: { groupSend: 'live-start' } }
    const put = await bench.alerts.rules.put('live', { title: '开播', ...live }, { by: 'test' })
    expect(put.outcome).toBe('stored')
    await bench.happened('live.started', { room: 'r1' })
    await Promise.all([bench.alerts.run(), bench.another().run()])
    expect([...bench.groupSends.values()]).toEqual(['live-start'])
    expect(bench.put.size).toBe(0)
  })

  test('that waited too long while nobody ran is counted and not told', async () => {
    await bench.rule('paid')
    await paid('old')
    await paid('older')
    bench.clock.pass(HOUR + MINUTE)
    await paid('new')
    const turn = await bench.another().run()
    expect(turn).toMatchObject({ stale: 2, alerts: 1 })
    expect(bench.texts()).toEqual(['订单 new'])
    expect(await bench.alerts.status()).toMatchObject({ stale: 2 })
  })
})

describe('what is repeated', () => {
  test('is held back, counted, and told with the next one', async () => {
    await bench.rule('paid', { dedupe: { by: ['orderNo'], within: '30m' } })
    for (let n = 0; n < 4; n++) {
      await paid('A1')
      await bench.alerts.run()
      bench.clock.pass(MINUTE)
    }
    await paid('B1')
    bench.clock.pass(30 * MINUTE)
    await paid('A1')
    await bench.alerts.run()
    expect(bench.texts()).toEqual(['订单 A1', '订单 B1', '订单 A1\n另有 3 条'])
  })

  test('in quiet hours waits for their end as one', async () => {
    await bench.rule('paid', { dedupe: { by: ['orderNo'], within: '1h' } })
    await bench.rule('now', { quietHours: 'none', text: '马上 {orderNo}' })
    await bench.rule('never', { quietHours: { hours: '21:00-09:00', mode: 'drop' }, text: '不说 {orderNo}' })
    bench.clock.pass(13 * HOUR)
    await bench.alerts.run()
    for (let n = 0; n < 3; n++) await paid('A1')
    await bench.alerts.run()
    expect(bench.texts()).toEqual(['马上 A1', '马上 A1', '马上 A1'])
    bench.clock.pass(8 * HOUR)
    await bench.alerts.run()
    expect(bench.texts()).toHaveLength(3)
    bench.clock.pass(30 * MINUTE)
    await bench.alerts.run()
    expect(bench.texts().slice(3)).toEqual(['订单 A1\n另有 2 条'])
    expect((await bench.alerts.history({ rule: 'never' })).alerts).toMatchObject([
      { state: 'dropped' },
      { state: 'dropped' },
      { state: 'dropped' },
    ])
  })

  test('as a storm becomes one summary', async () => {
    await bench.rule('paid', { most: { count: 3, within: '10m' } })
    for (let n = 0; n < 50; n++) await paid(`A${n}`)
    await Promise.all([bench.alerts.run(), bench.another().run()])
    expect(bench.texts()).toHaveLength(3)
    bench.clock.pass(9 * MINUTE)
    await bench.alerts.run()
    expect(bench.texts()).toHaveLength(3)
    bench.clock.pass(MINUTE)
    await Promise.all([bench.alerts.run(), bench.another().run()])
    await bench.alerts.run()
    expect(bench.texts().slice(3)).toEqual(['【付款】短时间内触发很多，另有 47 条已合并，不再逐条提醒。'])
  })
})

describe('a robot', () => {
  const robot = { to: { robot: 'ops' }, markdown: '**{orderNo}**' }
  beforeEach(() => bench.rule('ops', { ...robot, ...{ text: undefined } } as object))

  test('posts once; an unclear end is never repeated', async () => {
    bench.faults.push(undefined, new Error('the connection broke'))
    await paid('A1')
    await paid('A2')
    await bench.alerts.run()
    bench.clock.pass(MINUTE)
    await bench.alerts.run()
    expect(bench.robot.map(({ message }) => message)).toEqual([
      { type: 'markdown', text: '**A1**' },
      { type: 'markdown', text: '**A2**' },
    ])
    expect(await bench.alerts.status()).toMatchObject({ posts: { uncertain: 1, queued: 0 } })
  })

  test('whose process ended during the call is not asked again', async () => {
    await paid('A1')
    await bench.another({ client: () => undefined, corps: ['corp'], outcomeOf: () => ({ state: 'sent' }) }).run()
    await rows().sends.updateMany(
      {},
      {
        $set: { state: 'calling', open: true, leaseUntil: new Date(bench.clock.now().getTime() + MINUTE) },
        $unset: { endedAt: '' },
      },
    )
    await bench.alerts.run()
    bench.clock.pass(2 * MINUTE)
    await bench.alerts.run()
    await bench.alerts.run()
    expect(bench.robot).toEqual([])
    expect((await bench.alerts.history({})).alerts).toMatchObject([{ ways: [{ state: 'uncertain' }] }])
  })
})

describe('what customers say', () => {
  const said = (id: string, text: string) =>
    ({
      kind: 'message.text',
      id,
      platform: 'official-account',
      account: 'shop',
      from: 'o1',
      at: bench.clock.now(),
      text,
    }) as const

  test('is a fact when a rule waits for its words, and only then', async () => {
    const before = bench.another()
    await before.apply(said('m0', '我要投诉'))
    await bench.rule('words', { when: ['message.keyword'], keywords: ['退款'], text: '{text}' })
    await bench.rule('angry', { when: ['message.complaint'], text: '投诉：{text}' })
    const alerts = bench.another()
    for (let n = 0; n < 2; n++) await alerts.apply(said('m1', '不退款我就投诉'))
    await alerts.apply(said('m2', '你好'))
    await alerts.run()
    expect(bench.texts().toSorted()).toEqual(['不退款我就投诉', '投诉：不退款我就投诉'])
  })

  test('is emptied when the person is erased, and does not leave any more', async () => {
    await bench.rule('angry', {
      when: ['message.complaint'],
      text: '投诉：{text}',
      quietHours: { hours: '9:00-20:00', mode: 'hold' },
    })
    const alerts = bench.another()
    await alerts.apply(said('m1', '我要投诉'))
    await alerts.run()
    expect(await alerts.personalData.export('c-o1', [])).toMatchObject([{ rule: 'angry', state: 'waiting' }])
    await alerts.personalData.erase('c-o1', [], 'erased')
    bench.clock.pass(12 * HOUR)
    await alerts.run()
    expect(bench.texts()).toEqual([])
    expect(JSON.stringify(await rows().alerts.find({}).toArray())).not.toContain('投诉：')
    expect(JSON.stringify(await rows().alerts.find({}).toArray())).not.toContain('我要投诉')
  })
})

describe('trying a rule', () => {
  test('shows the text, the people and what is missing, and sends nothing', async () => {
    await bench.rule('paid', { to: { staff: ['lihua'], customerStaff: true }, text: '{orderNo} {customer.name?某人}' })
    const trial = await bench.alerts.try('paid', { contact: 'c1' })
    expect(trial).toMatchObject({ matches: true, text: 'A10086 林小雨', missing: [], gaps: [] })
    expect(trial.recipients).toEqual([
      { kind: 'staff', account: 'corp', staff: 'lihua' },
      { kind: 'staff', account: 'corp', staff: 'zhaolei' },
    ])
    const other = await bench.alerts.try('paid', { type: 'order.shipped' })
    expect(other).toMatchObject({ matches: false, misses: '不是这条规则的事件' })
    await expect(bench.alerts.try('none')).rejects.toThrow("there is no alert 'none'")
    await expect(bench.alerts.try({ definition: { title: 'x' } })).rejects.toThrow('when')
    expect(bench.put.size).toBe(0)
    expect((await bench.alerts.history({})).alerts).toEqual([])
  })
})
