import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { silentLogger } from '../../../src/core/log.js'
import { createEvents, type Events } from '../../../src/events/events.js'
import { wayRows } from '../../../src/groups/ways/model.js'
import { checkWays, createWays, type Ways } from '../../../src/groups/ways/ways.js'
import { openTestStore, type TestStore } from '../../store/open.js'
import { type FakePlatform, type FakeRoster, fakePlatform, fakeRoster, refused } from './fake-platform.js'

let store: TestStore
let events: Events
let dir = ''
let corp = ''
let count = 0
let now = new Date('2026-03-04T04:00:00Z')
let platform: FakePlatform
let roster: FakeRoster
let ways: Ways

const open = () =>
  createWays({
    connection: store.connection,
    clock: { now: () => now },
    log: silentLogger,
    events,
    dir,
    corps: [corp],
    api: (account) => (account === corp ? platform : undefined),
    roster,
    fullAt: 200,
    reloadMs: 0,
  })

beforeAll(async () => {
  store = await openTestStore()
  events = createEvents({ connection: store.connection, clock: { now: () => now } })
  createWays({
    ...{ connection: store.connection, clock: { now: () => now } },
    log: silentLogger,
    events,
    dir,
    corps: [],
    api: () => undefined,
    roster: fakeRoster(),
    fullAt: 200,
  })
  await store.ensureIndexes()
})
afterAll(() => store.dispose())
beforeEach(async () => {
  corp = `corp${++count}`
  now = new Date('2026-03-04T04:00:00Z')
  dir = await mkdtemp(join(tmpdir(), 'weloop-ways-'))
  await mkdir(join(dir, 'join-ways'))
  platform = fakePlatform()
  roster = fakeRoster()
  ways = open()
  return () => rm(dir, { recursive: true })
})

const write = (slug: string, text: string) => writeFile(join(dir, 'join-ways', `${slug}.yaml`), text)
const row = async (slug: string) => (await wayRows(store.connection).findOne({ _id: `${corp}:${slug}` })) ?? undefined
const later = (ms: number) => {
  now = new Date(now.getTime() + ms)
}
const factsOf = async (type: string) => (await events.read({ type })).filter(({ account }) => account === corp)

describe('a join way of the content folder', () => {
  test('is made on the platform with everything it says, and its code is read', async () => {
    roster.put('wr1', 3)
    await write('gifts', 'title: 福利群\ngroups: [wr1]\nstate: gift_1\nremark: 海报\noverflow: { name: 福利 }\n')
    expect(await ways.sync()).toEqual([{ slug: 'gifts', outcome: 'made' }])
    expect([...platform.ways]).toEqual([
      [
        'cfg1',
        {
          place: 'qr',
          groups: ['wr1'],
          remark: '海报',
          state: 'gift_1',
          overflow: { name: '福利', firstNumber: 1 },
        },
      ],
    ])
    expect(await ways.find('gifts')).toMatchObject({
      account: corp,
      configId: 'cfg1',
      qrCode: 'https://qr.example/cfg1',
      room: true,
    })
    expect(await ways.sync()).toEqual([{ slug: 'gifts', outcome: 'same' }])
    expect(platform.calls).toEqual(['add', 'get'])
  })

  test('leads to the groups of a label, and to new ones as soon as they carry it', async () => {
    roster.put('wr2', 200, { name: '新人群2', labels: ['新人群'] })
    roster.put('wr10', 3, { name: '新人群10', labels: ['新人群'] })
    await write('newcomers', 'title: 新人群\nlabel: 新人群\n')
    await ways.sync()
    expect(platform.ways.get('cfg1')?.groups).toEqual(['wr10'])
    roster.put('wr3', 0, { name: '新人群3', labels: ['新人群'] })
    expect(await ways.sync()).toEqual([{ slug: 'newcomers', outcome: 'changed' }])
    expect(platform.ways.get('cfg1')?.groups).toEqual(['wr3', 'wr10'])
  })

  test('is not made while no group is there; what is missing stands in words', async () => {
    await write('newcomers', 'title: 新人群\nlabel: 新人群\n')
    const [done] = await ways.sync()
    expect(done?.outcome).toMatchObject({ problem: { code: 'no-groups', message: expect.stringContaining('标签') } })
    expect(platform.calls).toEqual([])
    expect(await ways.find('newcomers')).toMatchObject({ room: false, problem: { code: 'no-groups', tries: 1 } })
    roster.put('wr1', 1, { labels: ['新人群'] })
    expect(await ways.sync()).toEqual([{ slug: 'newcomers', outcome: 'made' }])
    expect((await ways.find('newcomers'))?.problem).toBeUndefined()
  })
})

describe('rolling over', () => {
  test('of eight groups the next take their turn as others fill up, and every field is written anew', async () => {
    const all = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `wr${n}`)
    for (const id of all) roster.put(id, 10)
    await write('big', `title: 大群\ngroups: [${all.join(', ')}]\nremark: 门店\n`)
    await ways.sync()
    roster.put('wr1', 200)
    roster.put('wr3', 230)
    roster.put('wr2', 10, { status: 'dismissed' })
    expect(await ways.sync()).toEqual([{ slug: 'big', outcome: 'changed' }])
    expect(platform.ways.get('cfg1')).toEqual({
      place: 'qr',
      groups: ['wr4', 'wr5', 'wr6', 'wr7', 'wr8'],
      remark: '门店',
      state: 'big',
    })
  })

  test('the last place gone is told once a business day, and not while the platform makes new groups', async () => {
    roster.put('wr1', 199)
    await write('small', 'title: 小群\ngroups: [wr1]\n')
    await write('auto', 'title: 自动\ngroups: [wr1]\noverflow: { name: 自动 }\n')
    await ways.sync()
    expect(await factsOf('chat.all-full')).toEqual([])
    for (const members of [200, 199, 200]) {
      roster.put('wr1', members)
      await ways.sync()
    }
    const told = await factsOf('chat.all-full')
    expect(told.map(({ props }) => props)).toEqual([{ corp, way: 'small', title: '小群' }])
    expect((await ways.find('small'))?.room).toBe(false)
    expect((await ways.find('auto'))?.room).toBe(true)
  })

  test('a group the platform made is found by its name and takes over; the next number is never used twice', async () => {
    roster.put('wr1', 200)
    await write('auto', 'title: 自动\ngroups: [wr1]\noverflow: { name: 福利 }\n')
    await ways.sync()
    roster.put('wrNEW', 12, { name: '福利1' })
    await ways.sync()
    expect(platform.ways.get('cfg1')).toMatchObject({
      groups: ['wrNEW'],
      overflow: { name: '福利', firstNumber: 2 },
    })
  })

  test('a group that only the platform names is found by the nightly reading, and kept when it is renamed', async () => {
    roster.put('wr1', 200)
    await write('auto', 'title: 自动\ngroups: [wr1]\noverflow: { name: 福利 }\n')
    await ways.sync()
    platform.ways.get('cfg1')?.groups.push('wrNEW')
    roster.put('wrNEW', 12, { name: '改过的名字' })
    await ways.reread()
    expect((await ways.find('auto'))?.found).toEqual(['wrNEW'])
    await ways.sync()
    expect(platform.ways.get('cfg1')?.groups).toEqual(['wrNEW'])
  })

  test('a group that was taken out of the definition does not come back by the nightly reading', async () => {
    roster.put('wr1', 1)
    roster.put('wr2', 1)
    await write('two', 'title: 两个\ngroups: [wr1, wr2]\n')
    await ways.sync()
    await write('two', 'title: 两个\ngroups: [wr2]\n')
    await ways.reread()
    await ways.sync()
    expect(platform.ways.get('cfg1')?.groups).toEqual(['wr2'])
  })
})

describe('making a way, which the platform cannot be asked to do once only', () => {
  beforeEach(async () => {
    roster.put('wr1', 3)
    await write('gifts', 'title: 福利群\ngroups: [wr1]\n')
  })

  test('a crash between making and recording leads to one way in use, with the same state, and is owned up to', async () => {
    const crash = new Error('the process died')
    platform.during('add', async () => {
      expect((await row('gifts'))?.intent).toEqual({ at: now })
    })
    platform.break('add', crash, 'after')
    const unrecorded = await ways.sync()
    expect(unrecorded[0]?.outcome).toMatchObject({ problem: { message: 'the process died' } })
    expect((await row('gifts'))?.intent).toEqual({ at: now })
    later(3_600_000)
    expect(await open().sync()).toEqual([{ slug: 'gifts', outcome: 'made' }])
    expect([...platform.ways.values()].map(({ state }) => state)).toEqual(['gifts', 'gifts'])
    expect(await ways.find('gifts')).toMatchObject({ configId: 'cfg2', lost: 1 })
    expect((await row('gifts'))?.intent).toBeUndefined()
  })

  test('an answer that never came keeps the intent; after three of them nothing more is tried without a person', async () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (attempt < 3) platform.break('add', refused('uncertain'), 'after')
      await ways.sync()
      later(7_200_000)
    }
    expect(platform.ways.size).toBe(3)
    expect(await ways.find('gifts')).toMatchObject({ lost: 2, problem: { code: 'lost' } })
    expect(await ways.sync('gifts', { anyway: true })).toEqual([{ slug: 'gifts', outcome: 'made' }])
  })

  test('a definite refusal is told in words, waits longer each time, and leaves nothing behind', async () => {
    platform.break('add', refused('capacity', 41045))
    const [first] = await ways.sync()
    expect(first?.outcome).toMatchObject({ problem: { code: '41045', message: expect.stringContaining('50 万') } })
    expect((await row('gifts'))?.intent).toBeUndefined()
    later(29_000)
    expect(await ways.sync()).toEqual([{ slug: 'gifts', outcome: 'waits' }])
    later(2000)
    platform.break('add', refused('capacity', 41045))
    await ways.sync()
    expect((await row('gifts'))?.problem).toMatchObject({ tries: 2, retryAt: new Date(now.getTime() + 60_000) })
    later(61_000)
    expect(await ways.sync()).toEqual([{ slug: 'gifts', outcome: 'made' }])
    expect((await row('gifts'))?.problem).toBeUndefined()
    expect(platform.ways.size).toBe(1)
  })

  test('two processes at once end with one way on the platform', async () => {
    const other = open()
    const both = await Promise.all([ways.sync(), other.sync()])
    const outcomes = both.map(([done]) => done?.outcome)
    expect(outcomes).toContain('made')
    expect(platform.ways.size).toBe(1)
  })

  test('a process that was slower than its right removes the way it made', async () => {
    platform.during('add', async () => {
      platform.ways.set('theirs', { place: 'qr', groups: ['wr1'], remark: '福利群', state: 'gifts' })
      await wayRows(store.connection).updateOne({ _id: `${corp}:gifts` }, { $set: { configId: 'theirs' } })
    })
    await ways.sync()
    expect([...platform.ways.keys()]).toEqual(['theirs'])
    expect((await ways.find('gifts'))?.configId).toBe('theirs')
  })

  test('a code that was made but not read is read the next time', async () => {
    platform.break('get', refused('busy', -1))
    await ways.sync()
    expect(await ways.find('gifts')).toMatchObject({ configId: 'cfg1', room: false })
    later(60_000)
    await ways.sync()
    expect(await ways.find('gifts')).toMatchObject({ qrCode: 'https://qr.example/cfg1', room: true })
  })

  test('a way that somebody deleted on the platform is made anew, loudly', async () => {
    await ways.sync()
    platform.ways.clear()
    await ways.reread()
    expect((await row('gifts'))?.problem).toMatchObject({ code: '41044', message: expect.stringContaining('失效') })
    later(60_000)
    expect(await ways.sync()).toEqual([{ slug: 'gifts', outcome: 'made' }])
    expect(await ways.find('gifts')).toMatchObject({ configId: 'cfg2' })
  })
})

describe('definitions', () => {
  test('put by API stand beside the files, with versions, and a file cannot be overwritten', async () => {
    roster.put('wr1', 1)
    await write('mine', 'title: 文件\ngroups: [wr1]\n')
    const { definitions } = ways
    const slug = `stored-${count}`
    expect(await definitions.put('mine', { title: 'x', groups: ['wr1'] }, 'key')).toEqual({ outcome: 'read-only' })
    const put = await definitions.put(slug, { title: '接口', groups: ['wr1'] }, 'key', 0)
    expect(put).toMatchObject({ outcome: 'stored', item: { slug, state: slug, origin: 'store', version: 1 } })
    expect(await definitions.put(slug, { title: '又', groups: ['wr1'] }, 'key', 0)).toEqual({
      outcome: 'stale',
      version: 1,
    })
    const bad = await definitions.put(slug, { title: '坏', groups: [], state: '有空格 x' }, 'key')
    expect(bad).toMatchObject({ outcome: 'invalid' })
    expect(bad.outcome === 'invalid' && bad.problems.map(({ field }) => field)).toEqual(['groups', 'state'])
    const same = await definitions.put('another', { title: '同', groups: ['wr1'], state: slug }, 'key')
    expect(same).toMatchObject({ outcome: 'invalid', problems: [{ field: 'state' }] })
    expect(await ways.remove('mine')).toBe('read-only')
    await ways.sync(slug)
    expect(platform.ways.size).toBe(1)
    expect(await ways.remove(slug)).toBe('removed')
    expect(platform.ways.size).toBe(0)
  })

  test('a way whose file is gone keeps its code until somebody removes it', async () => {
    roster.put('wr1', 1)
    await write('gone', 'title: 旧\ngroups: [wr1]\n')
    await ways.sync()
    await rm(join(dir, 'join-ways', 'gone.yaml'))
    const strays = (await ways.strays()).filter(({ account }) => account === corp)
    expect(strays.map(({ slug }) => slug)).toEqual(['gone'])
    expect(platform.ways.size).toBe(1)
    expect(await ways.remove('gone')).toBe('removed')
    expect(platform.ways.size).toBe(0)
  })

  test('a file that an edit broke stays as it was', async () => {
    roster.put('wr1', 1)
    await write('gifts', 'title: 好\ngroups: [wr1]\n')
    await ways.sync()
    await write('gifts', 'title: [\n')
    expect((await ways.find('gifts'))?.definition.title).toBe('好')
  })

  test('every mistake is named with its file, line and field', async () => {
    await write('a', 'title: 一\ngroups: [wr1]\nstate: same\n')
    await write('b', 'title: 二\ngroups: [wr1]\nstate: same\n')
    await write('c', 'title: 三\ngroups: [wr1]\nlabel: 群\n')
    await write('d', 'title: 四\nlabel: 群\nplace: mini-program\n')
    await write('e', 'title: 五\nlabel: 群\nshow: { as: card, card: no-such-card }\n')
    await write(`f${'-long'.repeat(8)}`, 'title: 六\nlabel: 群\nfulAt: 3\n')
    const { problems } = await checkWays(dir, { hasCard: () => false }, 'content')
    const told = problems.map(({ file, line, field }) => `${file.slice('content/join-ways/'.length)}:${line} ${field}`)
    expect(told.toSorted()).toEqual([
      'b.yaml:3 state',
      'c.yaml:1 (全文)',
      'd.yaml:1 show',
      'e.yaml:3 show.card',
      `f${'-long'.repeat(8)}.yaml:3 fulAt`,
    ])
  })

  test('the samples of the content folder are right', async () => {
    const { problems, ways: names } = await checkWays('content', { hasCard: () => true }, 'content')
    expect(problems).toEqual([])
    expect(names).toContain('newcomers')
  })
})
