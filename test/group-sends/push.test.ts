import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Update } from '../../src/core/update.js'
import { GroupSendError } from '../../src/group-sends/group-send-error.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { clean, customer, deals, group, HOUR, MINUTE, START, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

const THREE = [group(1, 'lihua'), group(2, 'lihua'), group(3, 'wangfang')]
const faultsOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(() => undefined).catch((reason: unknown) => reason)
  if (!(error instanceof GroupSendError)) throw new Error(`not refused: ${String(error)}`)
  return [error.code, ...error.faults.map(({ field }) => field)]
}

describe('a push to groups', () => {
  test('asks each owner once, says nothing is sent before the platform proves it, and counts what became of each group', async () => {
    const made = await world(store, { groups: THREE })
    await made.begin('thursday', deals())
    expect(made.platform.tasks.map(({ staff, targets }) => [staff, targets])).toEqual([
      ['lihua', ['wr0001', 'wr0002']],
      ['wangfang', ['wr0003']],
    ])
    expect(await made.states('thursday')).toEqual({ wr0001: 'waiting', wr0002: 'waiting', wr0003: 'waiting' })
    const { occurrence } = await made.run('thursday')
    const table = await made.pushes.table('thursday', occurrence)
    expect(table.tasks.map(({ words }) => words)).toEqual(['待成员确认', '待成员确认'])
    expect(made.texts()).toEqual(['lihua: 待确认：周四拼团清单', 'wangfang: 待确认：周四拼团清单'])

    made.platform.confirm('lihua', { wr0002: 'over-cap' })
    await made.pass(5 * MINUTE)
    expect(await made.states('thursday')).toEqual({ wr0001: 'sent', wr0002: 'over-cap', wr0003: 'waiting' })
    made.platform.confirm('wangfang')
    await made.pass(30 * MINUTE)
    const ended = await made.pushes.table('thursday', occurrence)
    expect(ended.totals.targets).toEqual({ sent: 2, 'over-cap': 1 })
    expect(ended.totals.members).toEqual({ confirmed: 2 })
    expect(ended.run.state).toBe('done')
    expect((await made.pushes.show('thursday')).push.state).toBe('done')
    expect(await made.facts('task.created')).toHaveLength(2)
    expect(await made.facts('task.confirmed')).toHaveLength(2)
    expect(await made.facts('task.done')).toHaveLength(2)
    expect(made.texts()).toContain('lihua: 已完成：周四拼团清单。已送达 1 个群，1 个群已达接收上限')
  })

  test('leaves out groups whose owner is gone, that are dismissed or unknown, and says how many and why', async () => {
    const groups = [group(1, 'lihua'), group(2, 'gone'), group(3, 'lihua', { dismissed: true })]
    const made = await world(store, { groups, gone: ['gone'] })
    await made.begin('some', deals({ to: { groups: { chatIds: ['wr0001', 'wr0002', 'wr0003', 'wr9999'] } } }))
    const { push } = await made.pushes.show('some')
    expect(push.estimate).toMatchObject({
      targets: 4,
      planned: 1,
      owners: 1,
      tasks: 1,
      skipped: { 'staff-gone': 1, 'group-dismissed': 1, 'unknown-group': 1 },
    })
    expect(await made.states('some')).toEqual({
      wr0001: 'waiting',
      wr0002: 'skipped staff-gone',
      wr0003: 'skipped group-dismissed',
      wr9999: 'skipped unknown-group',
    })
  })

  test('never means a group twice a day: what waits elsewhere counts as well as what was sent', async () => {
    const made = await world(store, { groups: THREE })
    await made.begin('first', deals({ to: { groups: { chatIds: ['wr0001'] } } }))
    await made.begin('second', deals())
    expect(await made.states('second')).toEqual({ wr0001: 'skipped over-cap', wr0002: 'waiting', wr0003: 'waiting' })
    made.platform.confirm('lihua')
    await made.pass(6 * MINUTE)
    await made.begin('third', deals())
    expect((await made.states('third'))['wr0001']).toBe('skipped over-cap')
    made.clock.pass(24 * HOUR)
    await made.begin('fourth', deals({ to: { groups: { chatIds: ['wr0001'] } } }))
    expect(await made.states('fourth')).toEqual({ wr0001: 'waiting' })
  })

  test('who the platform refuses at once is refused, and the owner is not told of it as waiting', async () => {
    const made = await world(store, { groups: [group(1, 'lihua'), group(2, 'lihua', { chatId: 'wr2bad' })] })
    await made.begin('bad', deals())
    expect(await made.states('bad')).toEqual({ wr0001: 'waiting', wr2bad: 'refused' })
    made.platform.confirm('lihua')
    await made.pass(5 * MINUTE)
    expect((await made.run('bad')).state).toBe('done')
  })
})

describe('a push to customers', () => {
  test('goes by the newest relation, 10,000 to a task, past those the house does not write to, and books who got it', async () => {
    const customers = Array.from({ length: 10_003 }, (_, n) => customer(n, 'wangfang', 'lihua'))
    const first = customers[0]
    const made = await world(store, {
      customers: [...customers, customer(20_000)],
      barred: { [first?.contact ?? '']: 'opted-out' },
    })
    await made.begin('letter', deals({ to: { customers: { tags: ['老客'] } }, approvalAbove: 20_000 }))
    await made.tick()
    expect(made.platform.tasks.map(({ staff, targets }) => [staff, targets.length])).toEqual([
      ['lihua', 10_000],
      ['lihua', 2],
    ])
    expect((await made.pushes.show('letter')).push.estimate).toMatchObject({
      targets: 10_004,
      planned: 10_002,
      tasks: 2,
      skipped: { 'not-allowed': 1, 'no-staff': 1 },
      notAllowed: { 'opted-out': 1 },
    })
    made.platform.confirm('lihua', { wm00001: 'not-connected' })
    await made.pass(10 * MINUTE)
    const { run, totals } = await made.pushes.table('letter', (await made.run('letter')).occurrence)
    expect(run.state).toBe('done')
    expect(totals.targets).toEqual({ sent: 10_001, 'not-friend': 1, skipped: 2 })
    expect(made.touched.size).toBe(10_001)
  }, 90_000)
})

describe('members who do not confirm', () => {
  test('are reminded at the set times and by hand, at most 3 times in 24 h, and never at night', async () => {
    const quiet = (at: Date) => {
      const hour = (at.getUTCHours() + 8) % 24
      if (hour >= 8 && hour < 22) return undefined
      const until = new Date(at)
      until.setUTCHours(0, 0, 0, 0)
      return until > at ? until : new Date(until.getTime() + 24 * HOUR)
    }
    const made = await world(store, { groups: THREE, quiet })
    await made.begin('slow', deals({ remindAfter: ['2h', '13h'], expireAfter: '2d' }))
    await made.pass(2 * HOUR)
    expect(made.platform.calls['remind']).toBe(2)
    await made.pushes.remind('slow', { by: 'lan' })
    await made.tick()
    expect(made.platform.calls['remind']).toBe(4)
    await made.pass(11 * HOUR)
    expect(made.platform.calls['remind']).toBe(4)
    await made.pass(9 * HOUR + 10 * MINUTE)
    expect(made.platform.calls['remind']).toBe(6)
    await made.pushes.remind('slow', { by: 'lan' })
    await made.tick()
    expect(made.platform.calls['remind']).toBe(6)
    const [line] = (await made.pushes.table('slow', (await made.run('slow')).occurrence)).tasks
    expect(line?.reminders.map(({ by, end }) => [by, end])).toEqual([
      ['schedule', 'done'],
      ['lan', 'done'],
      ['schedule', 'done'],
    ])
    await made.pass(4 * HOUR + 30 * MINUTE)
    expect(made.platform.calls['remind']).toBe(8)
  })

  test('when the platform says that it was too often, it is asked again a day later', async () => {
    const made = await world(store, { groups: [group(1, 'lihua')] })
    await made.begin('often', deals({ remindAfter: ['1h'], expireAfter: '3d' }))
    made.platform.next.remind = { state: 'later', reason: 'reminded too often', afterMs: 24 * HOUR }
    await made.pass(1 * HOUR)
    await made.pass(20 * HOUR, 30 * MINUTE)
    expect(made.platform.calls['remind']).toBe(1)
    await made.pass(6 * HOUR, 30 * MINUTE)
    expect(made.platform.calls['remind']).toBe(2)
  })

  test('after the set time the other person is told that a task cannot be moved', async () => {
    const made = await world(store, { groups: THREE })
    await made.begin('alarm', deals({ escalate: { afterMinutes: 240, to: 'wangfang' } }))
    made.platform.confirm('wangfang')
    await made.pass(4 * HOUR + 5 * MINUTE)
    const alarms = made.texts().filter((line) => line.includes('群发未确认'))
    expect(alarms).toEqual([
      'wangfang: 群发未确认：周四拼团清单\n李华还没有确认，2 个客户群。\n企业微信不能把群发任务转给别人：请联系本人确认，或由您在客户端手动发送。',
    ])
    expect(await made.facts('task.overdue')).toHaveLength(1)
    expect(made.platform.of('lihua')).toHaveLength(1)
  })

  test('who presses 我不在岗 is taken at the word; who presses 稍后提醒 gets the card again', async () => {
    const made = await world(store, { groups: THREE })
    await made.begin('press', deals({ escalate: { afterMinutes: 600, to: 'boss' } }))
    const pressed = (staff: string, word: string, id: string) =>
      made.pushes.apply({
        kind: 'staff.card',
        id: `${staff} ${word}`,
        platform: 'wecom',
        account: 'corp',
        from: staff,
        at: made.clock.now(),
        key: `group-send:${word}:${id}`,
        task: 'd-1',
        card: 'buttons',
        responseCode: 'RC',
        selected: {},
        menu: false,
      } as Update)
    await pressed('lihua', 'away', (await made.task(/:lihua:/))._id)
    await pressed('wangfang', 'later', (await made.task(/:wangfang:/))._id)
    await pressed('wangfang', 'away', (await made.task(/:lihua:/))._id)
    expect(made.cards).toEqual(['lihua RC 已记下，谢谢', 'wangfang RC 稍后会再提醒'])
    await made.pass(35 * MINUTE)
    expect(made.texts().filter((line) => line.startsWith('boss'))).toEqual([
      expect.stringContaining('李华表示无法发送（我不在岗）'),
    ])
    expect(made.texts()).toContain('wangfang: 还没有确认：周四拼团清单')
    expect((await made.task(/:wangfang:/)).members[0]?.state).toBe('waiting')
  })

  test('groups change owner only where the push says so: the old task is called back before there is a new one', async () => {
    const transferred: string[][] = []
    const made = await world(store, {
      groups: THREE,
      transfer: async (_account, groups) => {
        transferred.push([...groups])
        const done = groups.filter((one) => one !== 'wr0002')
        return { state: 'ok', value: { done, refused: [{ group: 'wr0002', reason: 'twice in 90 days' }] } }
      },
    })
    const escalate = { afterMinutes: 60, to: 'wangfang', transferGroups: true }
    await made.begin('move', deals({ to: { groups: { chatIds: ['wr0001', 'wr0002'] } }, escalate }))
    await made.pass(1 * HOUR + 10 * MINUTE)
    expect(transferred).toEqual([['wr0001', 'wr0002']])
    expect(made.platform.tasks.map(({ staff, targets, cancelled }) => [staff, targets, cancelled ?? false])).toEqual([
      ['lihua', ['wr0001', 'wr0002'], true],
      ['wangfang', ['wr0001'], false],
    ])
    made.platform.confirm('wangfang')
    await made.pass(30 * MINUTE)
    expect(await made.states('move')).toEqual({ wr0001: 'sent', wr0002: 'cancelled' })
    expect((await made.run('move')).state).toBe('done')
  })
})

describe('the end of a task', () => {
  test('what nobody confirmed in time is called back, so that a late tap sends nothing', async () => {
    const made = await world(store, { groups: THREE })
    await made.begin('late', deals({ expireAfter: '3h' }))
    made.platform.confirm('wangfang')
    await made.pass(3 * HOUR + 10 * MINUTE)
    expect(await made.states('late')).toEqual({ wr0001: 'expired', wr0002: 'expired', wr0003: 'sent' })
    expect(made.platform.of('lihua')).toEqual([])
    expect((await made.run('late')).state).toBe('done')
    expect(await made.facts('task.overdue')).toHaveLength(1)
  })

  test('cancelling keeps what is sent, even when it was not read before', async () => {
    const made = await world(store, { groups: THREE })
    await made.begin('stop', deals())
    made.clock.pass(MINUTE)
    made.platform.confirm('lihua')
    await made.pushes.cancel('stop', { by: 'lan', note: '价格写错了' })
    await made.pass(2 * MINUTE, MINUTE)
    expect(await made.states('stop')).toEqual({ wr0001: 'sent', wr0002: 'sent', wr0003: 'cancelled' })
    expect(await made.run('stop')).toMatchObject({ state: 'cancelled', reason: { text: '价格写错了' } })
  })

  test('a task that somebody cancels in the admin console ends as cancelled', async () => {
    const made = await world(store, { groups: [group(1, 'lihua')] })
    await made.begin('console', deals())
    await made.platform.sender.cancel('msg1')
    await made.pass(15 * MINUTE)
    expect(await made.states('console')).toEqual({ wr0001: 'cancelled' })
    expect((await made.run('console')).state).toBe('done')
  })
})

describe('a moments push', () => {
  test('is one task of several members, who publish one by one', async () => {
    const made = await world(store, { gone: ['old'] })
    await made.begin(
      'moments',
      deals({ to: { moments: { staff: ['lihua', 'wangfang', 'old'] } }, remindAfter: ['1h'] }),
    )
    await made.pass(2 * MINUTE, MINUTE)
    expect(made.platform.moments.map(({ staff }) => staff)).toEqual([['lihua', 'wangfang']])
    made.platform.moments[0]?.published.add('lihua')
    await made.pass(1 * HOUR + 10 * MINUTE)
    const line = () => made.run('moments').then((run) => made.pushes.table('moments', run.occurrence))
    expect((await line()).totals.members).toEqual({ confirmed: 1, waiting: 1 })
    expect(made.texts().filter((text) => text === 'wangfang: 还没有确认：周四拼团清单')).toHaveLength(1)
    expect(made.platform.calls['remind']).toBeUndefined()
    made.platform.moments[0]?.published.add('wangfang')
    await made.pass(2 * HOUR)
    expect((await line()).run.state).toBe('done')
  })
})

describe('what people do with a push', () => {
  test('a push to many is approved by somebody else than its author', async () => {
    const made = await world(store, { groups: THREE })
    await made.pushes.create({ id: 'big', definition: deals({ approvalAbove: 2 }), by: 'ming' })
    expect(await faultsOf(made.pushes.approve('big', { by: 'lan' }))).toEqual(['group-send.state'])
    await made.pushes.estimate('big', { by: 'ming' })
    expect(await faultsOf(made.pushes.approve('big', { by: 'ming' }))).toEqual(['group-send.four-eyes'])
    expect((await made.pushes.approve('big', { by: 'lan' })).state).toBe('approved')
    const edited = await made.pushes.edit('big', { version: 1, definition: deals({ name: '别的' }), by: 'ming' })
    expect(edited).toMatchObject({ state: 'draft', version: 2 })
    expect(await faultsOf(made.pushes.edit('big', { version: 1, definition: deals(), by: 'lan' }))).toEqual([
      'group-send.version',
    ])
  })

  test('a definition with mistakes names each field', async () => {
    const made = await world(store)
    const wrong = {
      name: '',
      to: { groups: { labels: ['a'] }, moments: {} },
      messages: [{ text: 'a', article: 'b' }],
      remindAfter: ['1h', '2h', '3h', '4h'],
      escalate: { afterMinutes: 1, to: 'x y' },
      purpos: 'care',
    }
    const faults = await faultsOf(made.pushes.create({ id: 'wrong', definition: wrong, by: 'ming' }))
    for (const field of ['name', 'purpose', 'remindAfter', 'escalate.afterMinutes', 'escalate.to'])
      expect(faults).toContain(field)
    const twice = deals({ to: { groups: { all: true }, customers: { tags: ['a'] } } })
    expect(await faultsOf(made.pushes.create({ id: 'wrong', definition: twice, by: 'ming' }))).toContain('to')
    const lost = deals({ messages: [{ article: 'gone' }] })
    expect(await faultsOf(made.pushes.create({ id: 'wrong', definition: lost, by: 'ming' }))).toEqual([
      'group-send.invalid',
      'messages[0].article',
    ])
  })

  test('a weekly push runs every week under the key of its day', async () => {
    const made = await world(store, { groups: [group(1, 'lihua')] })
    const schedule = { every: 'week', on: [4], time: '20:00' }
    await made.begin('weekly', deals({ schedule, expireAfter: '1h' }))
    expect(made.platform.tasks).toHaveLength(0)
    await made.pass(8 * 24 * HOUR, 30 * MINUTE)
    const runs = await made.rows.runs.find({ push: 'weekly' }).sort({ dueAt: 1 }).toArray()
    expect(runs.map(({ _id, state }) => [_id, state])).toEqual([['weekly:2026-03-05T2000', 'done']])
    await made.pass(2 * 24 * HOUR, 30 * MINUTE)
    expect(await made.rows.runs.countDocuments({ push: 'weekly' })).toBe(2)
    expect((await made.pushes.show('weekly')).push.next?.at).toEqual(new Date('2026-03-19T12:00:00Z'))
    expect(START < made.clock.now()).toBe(true)
  })
})
