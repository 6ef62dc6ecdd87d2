import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { Command } from 'commander'
import { addGroupSendCommands } from '../../src/commands/group-send.js'
import { clean, group, MINUTE, type World, world } from '../group-sends/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

const root = path.join(import.meta.dirname, '../..')
const FILE = path.join(root, 'content/group-sends/thursday-deals.yaml')
let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

/** Runs `weloop group-send ...` as a person would type it. */
function terminal(made: World) {
  const said: string[] = []
  const warned: string[] = []
  let closed = 0
  const tools = {
    groupSends: made.pushes,
    timeZone: 'Asia/Shanghai',
    close: async () => {
      closed += 1
    },
  }
  const weloop = async (...words: string[]) => {
    const program = new Command('weloop').exitOverride()
    addGroupSendCommands(program, {
      root,
      env: {},
      open: async () => tools,
      say: (line) => said.push(line),
      warn: (line) => warned.push(line),
    })
    process.exitCode = 0
    await program.parseAsync(['group-send', ...words], { from: 'user' })
    const code = Number(process.exitCode ?? 0)
    process.exitCode = 0
    return code
  }
  return { weloop, said, warned, closed: () => closed, last: () => said.at(-1) ?? '' }
}

test('a push is planned from a file, approved, started, reminded of and shown, and each line says what is proven', async () => {
  const made = await world(store, {
    groups: [group(1, 'lihua'), group(2, 'wangfang'), group(3, 'gone')],
    gone: ['gone'],
  })
  const { weloop, said, last, closed } = terminal(made)
  expect(await weloop('list')).toBe(0)
  expect(last()).toContain('还没有群发')
  expect(await weloop('plan', 'deals', '-f', FILE, '--as', 'ming')).toBe(0)
  expect(said.at(-2)).toContain('对象 3，列入 2，由 2 位成员确认，任务 2 个')
  expect(said.at(-2)).toContain('未列入  成员不可用 1')
  expect(last()).toContain('服务器不能往客户群或客户发消息')
  expect(await weloop('approve', 'deals', '--as', 'lan')).toBe(0)
  expect(await weloop('start', 'deals', '--now', '--as', 'lan')).toBe(0)
  await made.tick()
  made.clock.pass(MINUTE)
  made.platform.confirm('lihua')
  await made.pass(5 * MINUTE)
  expect(await weloop('remind', 'deals')).toBe(0)
  expect(last()).toContain('将提醒 1 个任务')
  await made.tick()
  expect(await weloop('show', 'deals')).toBe(0)
  expect(last()).toMatch(/wangfang:1 {2}待成员确认，已提醒 1 次/)
  expect(last()).toContain('李华（lihua）  已确认')
  expect(last()).toContain('合计    成员：已确认 1、待确认 1；对象：')
  expect(last()).toMatch(/已送达 1/)
  expect(await weloop('cancel', 'deals', '--note', '改期')).toBe(0)
  expect(last()).toBe('已经发出的不能撤回；还没确认的会撤回。')
  await made.tick()
  expect(await weloop('show', 'deals', '--follow', '--json')).toBe(0)
  expect(JSON.parse(last())).toMatchObject({ table: { totals: { targets: { sent: 1, cancelled: 1, skipped: 1 } } } })
  expect(closed()).toBe(8)
})

test('an uncertain task shows its evidence and how to decide, and is decided', async () => {
  const made = await world(store, { groups: [group(1, 'lihua')] })
  const { weloop, last, warned } = terminal(made)
  await made.platform.sender.create({ to: 'groups', staff: 'lihua', targets: ['wr0001'], message: { text: '别的' } })
  made.platform.next.lose = 'before'
  await weloop('plan', 'deals', '-f', FILE, '--as', 'ming')
  await weloop('approve', 'deals', '--as', 'lan')
  await weloop('start', 'deals', '--now')
  await made.pass(5 * MINUTE, 30_000)
  await weloop('show', 'deals')
  expect(last()).toContain('不确定是否已创建，请核实')
  expect(last()).toContain('在同一时间有另一个群发任务 msg1')
  const { _id } = await made.task(/lihua/)
  expect(last()).toContain(`weloop group-send decide '${_id}' --made again`)
  expect(await weloop('decide', _id, '--made', 'again')).toBe(0)
  expect(last()).toBe(`${_id}：planned`)
  expect(await weloop('decide', 'nothing', '--made', 'made')).toBe(1)
  expect(warned.join('\n')).toContain("there is no task 'nothing'")
})
