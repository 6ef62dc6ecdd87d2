import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Desk } from '../../../src/desk/desk.js'
import { relayModel, relayRows } from '../../../src/desk/relay/model.js'
import { createRelay, type Relay } from '../../../src/desk/relay/relay.js'
import { bot, type Bench as DeskBench, MINUTE, openBench as openDesk } from '../setup.js'
import { type Bench, openBench, words } from './setup.js'

/** The real desk, on its store, with the real relay; the ports of the relay's own bench around them. */
let bench: Bench
let own: DeskBench
let desk: Desk
let relay: Relay
beforeAll(async () => {
  bench = await openBench()
  own = await openDesk()
  const { connection } = own.store
  relayModel(connection)
  await own.store.ensureIndexes()
  relay = createRelay({ ...bench.ports, connection, clock: own.clock, desk: () => desk, nameOf: async () => '林小雨' })
  desk = own.another({ relay })
})
afterAll(async () => {
  await desk.idle()
  await relay.close()
  await own.store.dispose()
  await bench.dispose()
})
beforeEach(async () => {
  await desk.idle()
  await own.reset()
  await bench.reset()
  for (const collection of Object.values(relayRows(own.store.connection))) await collection.deleteMany({})
})

const settle = async () => {
  await desk.idle()
  for (let turn = 0; turn < 4; turn++) {
    await relay.run()
    own.clock.pass(1000)
  }
}
const says = async (text: string, from = 'ming') => {
  const update = own.update(text, from)
  await desk.handle(update, () => bot(update))
  await settle()
}
const writes = async (from: string, text: string, id?: string) => {
  const reply = words(await relay.handle(bench.message(from, text, id), () => undefined))
  await settle()
  return reply
}
const take = async (staff: string) => {
  const { message } = bench.card(staff) ?? {}
  const key = message?.kind === 'choices' ? (message.items[0]?.id ?? '') : ''
  await relay.handle(bench.press(staff, key), () => undefined)
  await settle()
}
/** What was put for the follower. */
const answers = () => own.texts().filter((text) => !/转接|为您服务|排/.test(text))

test('a follower asks for staff, the first press takes it, both talk, and the end is told', async () => {
  await says('我的面霜到哪了')
  await says('人工')
  expect(bench.chat('lihua')[0]).toContain('请求人工 [接入]')
  expect(bench.chat('wangfang')[0]).toContain('排队第 1 位')
  const [offered] = [...bench.put.values()]
  await take('wangfang')
  await bench.relay.run()
  if (offered?.message.kind !== 'choices') throw new Error('no card')
  await relay.handle(bench.press('lihua', offered.message.items[0]?.id ?? ''), () => undefined)
  expect(bench.updated.map(({ staff, label }) => `${staff} ${label}`)).toEqual([
    'wangfang 您已接入 #1',
    'lihua 王芳 已接入',
  ])
  expect(bench.chat('wangfang').join('\n')).toMatch(/#1 林小雨 · 公众号（您已接入）[\s\S]*林小雨：我的面霜到哪了/)
  await says('在吗')
  expect(bench.chat('wangfang').at(-1)).toBe('#1 林小雨：在吗')
  for (let n = 0; n < 2; n++) await writes('wangfang', '今天发出', 'w1')
  expect(answers()).toEqual(['今天发出'])
  await writes('wangfang', '/结束')
  expect(bench.chat('wangfang').at(-1)).toContain('会话已结束')
  expect(await desk.held('wangfang')).toEqual([])
})

test('what came while nobody had it is relayed after the history; a hand-over goes with all of it', async () => {
  await says('人工')
  await says('我要退货')
  await take('lihua')
  const chat = bench.chat('lihua').join('\n')
  expect(chat.split('我要退货').length - 1).toBe(1)
  expect(await writes('lihua', '/转给 王芳')).toBeUndefined()
  expect(bench.chat('lihua').at(-1)).toBe('#1 林小雨：已转给其他同事')
  expect(bench.chat('wangfang').at(-1)).toMatch(/#1 林小雨 · 公众号（转给您）[\s\S]*我要退货/)
})

test('a message that did not arrive is told once with its reason', async () => {
  await says('人工')
  await take('lihua')
  await writes('lihua', '您好', 'w1')
  const [key = '', row] = [...own.put].find(([one]) => one.startsWith('desk:say:')) ?? []
  const about = {
    key,
    account: 'shop',
    to: row?.to ?? '',
    contact: '',
    purpose: 'reply',
    kind: 'text',
    source: '',
  } as const
  for (let n = 0; n < 2; n++) {
    await desk.ended([{ ...about, state: 'skipped', reason: 'window-closed', attempts: 1, at: own.clock.now() }])
    await settle()
  }
  const told = bench.chat('lihua').filter((one) => one?.includes('没有收到'))
  expect(told).toEqual(['⚠️ #1 林小雨 没有收到“您好”：48 小时窗口已关闭。\n48 小时窗口已关闭'])
})

test('staff who leave or never answer lose it to others, who get it with all that was said', async () => {
  await says('人工')
  await take('lihua')
  await says('急')
  await desk.apply({ ...bench.message('lihua', ''), kind: 'staff.event', event: 'left', key: '' } as never)
  await settle()
  await own.passes(2 * MINUTE, desk)
  await settle()
  expect(bench.chat('wangfang').join('\n')).toContain('请求人工')
  await take('wangfang')
  expect(bench.chat('wangfang').join('\n')).toContain('急')
})
