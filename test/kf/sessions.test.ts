import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { handOver, text } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import { ACCOUNT, CORP, type FakeDesk, fakeDesk, OPEN_KFID } from './platform.js'
import { type DeskBench, openDeskBench } from './setup.js'

let bench: DeskBench
beforeAll(async () => {
  bench = await openDeskBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

const PERSON = { platform: 'wecom' as const, account: ACCOUNT, externalId: 'wm1' }
let serial = 0
const base = () => ({
  id: `s${++serial}`,
  platform: 'wecom' as const,
  account: ACCOUNT,
  from: 'wm1',
  at: bench.clock.now(),
})
const says = (): Update => ({ kind: 'message.text', ...base(), text: '在吗' })
const session = (change: 'taken' | 'passed' | 'ended' | 'reopened', after?: string): Update => ({
  kind: 'event.kf.session',
  ...base(),
  change,
  ...(after !== undefined && { after }),
})
const answers = (desk: FakeDesk, what: 'move' | 'state' | 'upgrade', ...list: object[]) => {
  desk.answers[what] = list as never
}

describe('while staff have the conversation the bot is silent', () => {
  test('from the taking to the end; the next message begins anew', async () => {
    const kf = bench.open(fakeDesk())
    expect(await kf.silent(says())).toBe(false)
    for (const [update, silent] of [
      [session('taken', 'lihua'), true],
      [session('passed', 'wangfang'), true],
      [session('ended'), false],
      [session('reopened', 'lihua'), true],
    ] as const) {
      await kf.apply(update)
      await kf.apply(says())
      expect(await kf.silent(says())).toBe(silent)
    }
    expect(kf.silent(session('taken', 'x'))).toBeUndefined()
    expect((await bench.facts('kf.passed'))[0]?.props).toEqual({ staff: 'wangfang' })
  })

  test('what a servicer writes tells it too; older news changes nothing', async () => {
    const kf = bench.open(fakeDesk())
    const before = { ...session('ended'), at: new Date(bench.clock.now().getTime() - 1000) } as Update
    await kf.apply({ kind: 'event.kf.said', ...base(), staff: 'lihua', content: { kind: 'text', text: '您好' } })
    await kf.apply(before)
    expect(await kf.silent(says())).toBe(true)
  })

  test('a refusal to send tells it; a long silence is looked after', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    answers(desk, 'state', { end: 'done', state: 'staff', staff: 'lihua' }, { end: 'later', detail: 'busy' })
    await kf.ended([{ account: ACCOUNT, to: 'wm1', code: 95_018 }])
    expect(await kf.silent(says())).toBe(true)
    bench.clock.pass(31 * 60_000)
    expect(await kf.silent(says())).toBe(true)
    expect(await kf.silent(says())).toBe(false)
    expect(desk.calls.filter(({ what }) => what === 'state')).toHaveLength(3)
    await kf.ended([
      { account: ACCOUNT, to: 'wm1', code: 95_001 },
      { account: 'other', to: 'wm1', code: 95_018 },
    ])
    expect(await kf.silent(says())).toBe(false)
  })
})

describe('the desk’s moves', () => {
  test('to the queue, to a servicer and to the end, with words for the code of each', async () => {
    const desk = fakeDesk({ queued: { text: '正在排队' } })
    const kf = bench.open(desk)
    expect(await kf.desk.toQueue(PERSON)).toEqual({ outcome: 'done', said: 'sent' })
    expect(await kf.silent(says())).toBe(true)
    expect(await kf.desk.toStaff(PERSON, 'lihua')).toEqual({ outcome: 'done', said: 'not-due' })
    expect(await kf.desk.end(PERSON, text('感谢咨询'))).toEqual({ outcome: 'done', said: 'sent' })
    expect(await kf.silent(says())).toBe(false)
    const words = desk.calls.filter(({ what }) => what === 'say').map(({ said }) => said)
    expect(words).toEqual(['正在排队', '感谢咨询'])
  })

  test('a refusal is a value; a move that was made before is done', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    const refused = (reason: string) => ({ end: 'refused', reason, detail: 'x' })
    answers(desk, 'move', refused('off-duty'), { end: 'later', detail: 'busy' }, refused('state'))
    answers(desk, 'state', { end: 'done', state: 'new' }, { end: 'done', state: 'staff', staff: 'lihua' })
    expect(await kf.desk.toStaff(PERSON, 'lihua')).toMatchObject({ outcome: 'refused', reason: 'off-duty' })
    expect(await kf.desk.toQueue(PERSON)).toEqual({ outcome: 'later', detail: 'busy' })
    expect(await kf.desk.toStaff(PERSON, 'lihua')).toEqual({ outcome: 'done', said: 'not-due' })
    expect(await kf.desk.toQueue({ ...PERSON, account: 'shop' })).toMatchObject({ reason: 'unknown' })
  })

  test('a handler’s hand-over moves the conversation; one that fails is an error, others’ replies pass', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    expect(await kf.answered(says(), () => handOver())).toBeUndefined()
    expect(await kf.answered(says(), async () => handOver('lihua'))).toBeUndefined()
    expect(desk.calls.filter(({ what }) => what === 'move')).toMatchObject([
      { to: 'waiting' },
      { to: 'staff', staff: 'lihua' },
    ])
    answers(desk, 'move', { end: 'later', detail: 'busy' })
    await expect(kf.answered(says(), () => handOver())).rejects.toThrow('busy')
    expect(await kf.answered({ ...says(), account: 'shop' }, () => handOver())).toEqual(handOver())
    expect(kf.answered(says(), () => '好的')).toBe('好的')
  })

  test('a card of a member or a group is offered and on record', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    expect(await kf.desk.upgrade(PERSON, { group: 'wr1', wording: '进群领券' })).toMatchObject({ outcome: 'done' })
    expect((await bench.facts('kf.upgrade-offered'))[0]?.props).toEqual({ group: 'wr1' })
    answers(desk, 'upgrade', { end: 'refused', reason: 'range', detail: 'x' })
    expect(await kf.desk.upgrade(PERSON, { member: 'boss' })).toMatchObject({ outcome: 'refused', reason: 'range' })
  })
})

describe('the account itself', () => {
  test('given to the app or taken from it is on record', async () => {
    const kf = bench.open(fakeDesk())
    const news = { kind: 'event.kf.accounts' as const, ...base(), account: CORP, from: '' }
    await kf.apply({ ...news, id: 'n1', added: [], removed: [OPEN_KFID, 'wkOTHER'] })
    await kf.apply({ ...news, id: 'n2', added: [OPEN_KFID], removed: [] })
    await kf.apply({ ...news, id: 'n3', account: 'other', added: [OPEN_KFID], removed: [] })
    expect(await bench.facts('kf.account-taken')).toHaveLength(1)
    expect(await bench.facts('kf.account-given')).toHaveLength(1)
  })
})

describe('who writes', () => {
  test('is asked for once, many in one call, and joined by the unionid', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    desk.found = [
      { id: 'wm1', nickname: '小雨', unionid: 'oU1' },
      { id: 'wm2', nickname: '' },
    ]
    await Promise.all([
      kf.apply(says()),
      kf.apply({ ...says(), from: 'wm2' } as Update),
      kf.apply({ ...says(), from: 'wm9' } as Update),
    ])
    await kf.apply(says())
    await kf.close()
    expect(bench.met).toEqual([
      { account: ACCOUNT, externalId: 'wm1', at: bench.clock.now(), name: '小雨', unionid: 'oU1' },
      { account: ACCOUNT, externalId: 'wm2', at: bench.clock.now() },
    ])
  })
})
