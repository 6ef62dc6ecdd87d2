import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import { addCampaignCommands, type CampaignTools } from '../../src/commands/campaign.js'
import { progressBar } from '../../src/commands/campaign-words.js'
import { clean, id, people, promotion, type World, world } from '../campaigns/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

const root = path.join(import.meta.dirname, '../..')
let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

/** Runs `weloop campaign ...` as a person would type it. */
function terminal(made: World) {
  const said: string[] = []
  const warned: string[] = []
  const bars: string[] = []
  let closed = 0
  const tools: CampaignTools = {
    campaigns: made.campaigns,
    contentDir: path.join(root, 'content'),
    names: { hasArticle: () => true, hasCard: () => true, segment: () => ({}) },
    timeZone: 'Asia/Shanghai',
    async close() {
      closed += 1
    },
  }
  async function weloop(...words: string[]): Promise<number> {
    const program = new Command('weloop').exitOverride()
    addCampaignCommands(program, {
      root,
      env: {},
      open: async () => tools,
      say: (line) => said.push(line),
      warn: (line) => warned.push(line),
      progress: (line) => bars.push(line),
    })
    process.exitCode = 0
    await program.parseAsync(['campaign', ...words], { from: 'user' })
    const code = Number(process.exitCode ?? 0)
    process.exitCode = 0
    return code
  }
  return { weloop, said, warned, bars, closed: () => closed, last: () => said.at(-1) ?? '' }
}

describe('weloop campaign', () => {
  test('makes a sample, estimates, approves, runs, pauses, resumes and stops it', async () => {
    const made = await world(store, people(60))
    const { weloop, last, bars, closed } = terminal(made)
    const file = path.join(root, 'content/campaigns/autumn-promotion.yaml')
    await made.campaigns.create({ id: 'other', definition: promotion(), by: 'x' })
    made.audiences.rule = async () => ({ rule: {} })
    expect(await weloop('create', 'autumn', '-f', file, '--as', 'ming')).toBe(0)
    expect(last()).toContain('autumn  秋日上新  [草稿]  第 1 版，作者 ming')
    expect(await weloop('estimate', 'autumn', '--as', 'ming')).toBe(0)
    expect(last()).toMatch(/人群 60 人，可触达 \d+ 人，对照组 \d+ 人/)
    expect(last()).toContain('群发')
    expect(bars).toEqual(['正在查看 60 人', ''])
    expect(await weloop('approve', 'autumn', '--as', 'lan')).toBe(0)
    expect(await weloop('run', 'autumn')).toBe(0)
    expect(last()).toContain('[已排期]')
    expect(last()).toContain('2026-09-12 10:00 开始')
    expect(await weloop('run', 'autumn', '--now')).toBe(0)
    await made.campaigns.tick()
    await made.campaigns.idle()
    expect(await weloop('pause', 'autumn', '--note', '等一等')).toBe(0)
    expect(last()).toContain('[已暂停]')
    expect(last()).toContain('等一等')
    expect(await weloop('resume', 'autumn')).toBe(0)
    expect(await weloop('stop', 'autumn')).toBe(0)
    expect(last()).toContain('[已终止]')
    expect(await weloop('list')).toBe(0)
    expect(last()).toContain('秋日上新')
    expect(await weloop('list', '--state', 'stopped', '--json')).toBe(0)
    expect(JSON.parse(last())).toMatchObject([{ _id: 'autumn', state: 'stopped' }])
    expect(closed()).toBe(10)
  })

  test('shows what was foreseen beside what became of it', async () => {
    const made = await world(store, people(60))
    const { weloop, last } = terminal(made)
    await made.campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    await made.campaigns.estimate('autumn')
    await made.campaigns.approve('autumn', { by: 'lan' })
    await made.campaigns.run('autumn', { by: 'lan' })
    await made.campaigns.tick()
    await made.campaigns.idle()
    made.bulk.mark('autumn:2026-03-04T1000', id(1), 'skipped')
    made.bulk.settle('autumn:2026-03-04T1000')
    await weloop('show', 'autumn')
    expect(last()).toContain('名单 60 人，估算可触达 60')
    expect(last()).toContain('已发送 59，未发送 1')
  })

  test('follows a run with a bar until it has ended', async () => {
    const made = await world(store, people(60))
    const { weloop, bars } = terminal(made)
    await made.campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    await made.campaigns.estimate('autumn')
    await made.campaigns.approve('autumn', { by: 'lan' })
    const show = made.campaigns.show
    made.campaigns.show = async (name) => {
      await made.campaigns.tick()
      await made.campaigns.idle()
      const view = await show(name)
      made.bulk.settle('autumn:2026-03-04T1000')
      return view
    }
    expect(await weloop('run', 'autumn', '--now', '--follow')).toBe(0)
    expect(bars[0]).toBe(progressBar(0, 60))
    expect(bars.at(-2)).toBe(progressBar(60, 60))
    expect(progressBar(30, 60, 10)).toBe('[#####     ]  50%  30/60')
  })

  test('tells a refusal with its fields and ends with 1', async () => {
    const made = await world(store)
    const { weloop, warned } = terminal(made)
    const file = path.join(root, 'content/campaigns/recall.yaml')
    expect(await weloop('show', 'nobody')).toBe(1)
    expect(warned).toEqual(["there is no campaign 'nobody'", 'Fix: see `weloop campaign list`'])
    made.audiences.rule = async () => ({ faults: [{ field: '', message: '没有这个人群', fix: '检查名字' }] })
    expect(await weloop('create', 'recall', '-f', file)).toBe(1)
    expect(warned).toContain('  audience：没有这个人群。改法：检查名字')
    await expect(weloop('create', 'recall', '-f', 'nowhere.yaml')).rejects.toMatchObject({ code: 'campaign.file' })
    await expect(weloop('list', '--state', 'asleep')).rejects.toMatchObject({ code: 'campaign.state' })
  })

  test('refuses an edit on an old version with what differs', async () => {
    const made = await world(store)
    const { weloop, warned } = terminal(made)
    made.audiences.rule = async () => ({ rule: {} })
    const file = path.join(root, 'content/campaigns/recall.yaml')
    await weloop('create', 'recall', '-f', file)
    await made.campaigns.edit('recall', { version: 1, definition: promotion(), by: 'lan' })
    expect(await weloop('edit', 'recall', '-f', file, '--based-on', '1')).toBe(1)
    expect(warned).toContain('  name：现在是 "秋日上新"，你的是 "老客召回"')
    expect(await weloop('edit', 'recall', '-f', file, '--based-on', '2')).toBe(0)
  })

  test('sends a message on trial, and checks the samples', async () => {
    const made = await world(store)
    const { weloop, last } = terminal(made)
    await made.campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    expect(await weloop('test', 'autumn', '--openid', 'o3')).toBe(0)
    expect(last()).toContain('A → o3')
    expect(made.put).toHaveLength(1)
    await expect(weloop('test', 'autumn')).rejects.toMatchObject({ code: 'campaign.person' })
    expect(await weloop('check')).toBe(0)
    expect(last()).toBe('活动 2 个，问题 0 处')
  })
})
