import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Reply } from '../../src/core/message.js'
import { choices, text } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import type { Kf } from '../../src/kf/kf.js'
import { kfCodes } from '../../src/kf/model.js'
import { kfPersonalData } from '../../src/kf/personal-data.js'
import { forever } from '../inbox/setup.js'
import { ACCOUNT, type FakeDesk, fakeDesk } from './platform.js'
import { type DeskBench, openDeskBench } from './setup.js'

let bench: DeskBench
beforeAll(async () => {
  bench = await openDeskBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

let serial = 0
const base = () => ({
  id: `m${++serial}`,
  platform: 'wecom' as const,
  account: ACCOUNT,
  from: 'wm1',
  at: bench.clock.now(),
})
const enters = (welcomeCode?: string, source = ''): Update => ({
  kind: 'event.session.entered',
  ...base(),
  source,
  ...(welcomeCode !== undefined && { welcomeCode }),
})
const handOver = (change: 'taken' | 'ended', code: string): Update => ({
  kind: 'event.kf.session',
  ...base(),
  change,
  [change === 'ended' ? 'before' : 'after']: 'lihua',
  code,
})
const row = (code: string) => kfCodes(bench.store.connection).findOne({ code })
const said = (desk: FakeDesk) =>
  desk.calls.filter(({ what }) => what === 'say').map(({ code, said: words }) => [code, words])

/** As the application does it. */
async function comes(kf: Kf, update: Update, handler: () => Reply | Promise<Reply> = () => undefined): Promise<Reply> {
  await kf.apply(update)
  return kf.answered(update, handler)
}
async function ended(code: string, status: string): Promise<void> {
  while ((await row(code))?.status !== status) await new Promise(setImmediate)
}

const WELCOME = {
  text: '您好，这里是微环客服',
  choices: [{ id: 'logi', text: '查物流' }],
  scenes: { menu: { text: '从菜单来的您好' } },
}

describe('welcomes', () => {
  test('the account’s own words by scene go within the code’s life, once, and are on record', async () => {
    const desk = fakeDesk({ welcome: WELCOME })
    const kf = bench.open(desk)
    const first = enters('W1', 'menu')
    await comes(kf, first)
    await comes(kf, enters('W2'))
    await ended('W1', 'sent')
    await ended('W2', 'sent')
    await comes(kf, first)
    await kf.close()
    expect(said(desk)).toEqual([
      ['W1', '从菜单来的您好'],
      ['W2', WELCOME.text],
    ])
    const facts = await bench.facts('welcome.sent')
    expect(facts.map(({ props }) => props['scene'])).toEqual(expect.arrayContaining(['menu', undefined]))
  })

  test('a handler’s reply comes before, goes nowhere else, and without a code nothing is due', async () => {
    const desk = fakeDesk({ welcome: WELCOME })
    const kf = bench.open(desk)
    expect(await comes(kf, enters('W3'), async () => '处理器说的')).toBeUndefined()
    await ended('W3', 'sent')
    expect(await comes(kf, enters(), () => '没有 code')).toBeUndefined()
    expect(said(desk)).toEqual([['W3', '处理器说的']])
    const message: Update = { kind: 'message.text', ...base(), text: '在吗' }
    expect(await comes(kf, message, () => '在')).toBe('在')
  })

  test('a handler that throws or takes too long does not cost the welcome', async () => {
    const desk = fakeDesk({ welcome: WELCOME })
    const kf = bench.open(desk, { handlerMs: 5 })
    await expect(comes(kf, enters('W4'), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    await ended('W4', 'sent')
    void comes(kf, enters('W5'), () => forever)
    await ended('W5', 'sent')
    expect(said(desk)).toEqual([
      ['W4', WELCOME.text],
      ['W5', WELCOME.text],
    ])
  })

  test('what surely was not sent is tried again, what may have been is not; a late code is counted', async () => {
    const desk = fakeDesk({ welcome: WELCOME })
    const kf = bench.open(desk, { wait: async () => undefined })
    desk.answers.say = [
      { end: 'not-sent', reason: 'busy' },
      { end: 'sent' },
      { end: 'unclear', reason: 'cut' },
    ] as unknown as NonNullable<FakeDesk['answers']['say']>
    await comes(kf, enters('W6'))
    await ended('W6', 'sent')
    await comes(kf, enters('W7'))
    await ended('W7', 'failed')
    const late = { ...enters('W8'), at: new Date(bench.clock.now().getTime() - 20_000) } as Update
    await comes(kf, late)
    await ended('W8', 'too-late')
    expect(said(desk).map(([code]) => code)).toEqual(['W6', 'W6', 'W7'])
    await kf.close()
    const missed = (await bench.facts('welcome.missed')).map(({ props }) => props['reason'])
    expect(missed.toSorted()).toEqual(['failed', 'too-late'])
    const from = new Date(bench.clock.now().getTime() - 60_000)
    expect(await kf.counts({ from })).toEqual(expect.arrayContaining([{ kind: 'welcome', status: 'sent', count: 1 }]))
  })

  test('another process says what a dead one left, with its handler’s words; two never both', async () => {
    const desk = fakeDesk({ welcome: WELCOME })
    const dead = bench.open(desk, { handlerMs: 60_000 })
    await dead.apply(enters('W9'))
    await kfCodes(bench.store.connection).updateOne({ code: 'W9' }, { $set: { said: text('留下的话') } })
    const others = [bench.open(desk), bench.open(desk)]
    bench.clock.pass(6_000)
    await Promise.all(others.map((kf) => kf.tick('kf-codes')))
    await ended('W9', 'sent')
    expect(said(desk)).toEqual([['W9', '留下的话']])
  })
})

describe('queue, taking and the end', () => {
  test('the native end is answered with a vote where there is one, else the account’s words', async () => {
    const desk = fakeDesk({ ended: { text: '再见' }, taken: { text: '李华为您服务' } })
    const vote = choices('满意吗', [{ id: 'vote:1', text: '满意' }])
    const kf = bench.open(desk, {
      words: async ({ kind, staff }) => (kind === 'ended' && staff === 'lihua' ? vote : undefined),
    })
    await comes(kf, handOver('taken', 'T1'))
    await comes(kf, handOver('ended', 'E1'))
    await ended('T1', 'sent')
    await ended('E1', 'sent')
    expect(said(desk)).toEqual([
      ['T1', '李华为您服务'],
      ['E1', '满意吗'],
    ])
    expect((await row('E1'))?.deadline.getTime()).toBe(bench.clock.now().getTime() + 20_000)
    expect((await row('T1'))?.deadline.getTime()).toBe(bench.clock.now().getTime() + 48 * 3_600_000)
  })

  test('a vote uses the code of an end that nobody used, and is a delivery else', async () => {
    const desk = fakeDesk()
    const kf = bench.open(desk)
    const person = { platform: 'wecom' as const, account: ACCOUNT, externalId: 'wm1' }
    await comes(kf, handOver('ended', 'E2'))
    await ended('E2', 'none')
    const vote = choices('满意吗', [{ id: 'v', text: '满意' }])
    expect(await kf.desk.vote(person, vote, 'vote:1')).toBe('code')
    expect(await kf.desk.vote(person, vote, 'vote:1')).toBe('outbox')
    expect(bench.put).toEqual([expect.objectContaining({ key: 'vote:1', account: ACCOUNT, to: 'wm1', message: vote })])
  })

  test('an erased person leaves neither id nor code', async () => {
    const desk = fakeDesk({ welcome: WELCOME })
    const kf = bench.open(desk)
    await comes(kf, enters('W10'))
    await ended('W10', 'sent')
    const data = kfPersonalData(bench.store.connection)
    const identity = {
      key: '',
      platform: 'wecom' as const,
      account: ACCOUNT,
      externalId: 'wm1',
      boundAt: bench.clock.now(),
      follow: { following: true, at: bench.clock.now() },
    }
    expect(await data.export('c', [identity])).toHaveLength(1)
    await data.erase('c', [identity], 'erased')
    expect(await kfCodes(bench.store.connection).countDocuments({ customer: 'wm1' })).toBe(0)
    expect(await kfCodes(bench.store.connection).countDocuments({ code: 'W10' })).toBe(0)
  })
})
