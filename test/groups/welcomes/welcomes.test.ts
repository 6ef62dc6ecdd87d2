import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { AppError } from '../../../src/core/errors.js'
import type { ResolvedMessage } from '../../../src/core/message.js'
import { checkWelcomes } from '../../../src/groups/welcomes/definition.js'
import { createWelcomes, type Welcomes } from '../../../src/groups/welcomes/welcomes.js'
import { openTestStore, type TestStore } from '../../store/open.js'
import { refused } from '../ways/fake-platform.js'

let store: TestStore
let welcomes: Welcomes
let dir = ''
let corp = ''
let count = 0
let library: Map<string, { text?: string; messages: readonly ResolvedMessage[]; told?: boolean }>
let fault: { error: Error; when: 'before' | 'after' } | undefined
let added = 0

const api = {
  prepare: async (messages: readonly ResolvedMessage[]) => {
    const [first] = messages
    return { messages, ...(first?.kind === 'text' && { text: first.text }) }
  },
  async add(welcome: { messages: readonly ResolvedMessage[]; text?: string }, { tell }: { tell: boolean }) {
    const now = fault
    fault = undefined
    if (now?.when === 'before') throw now.error
    library.set(`T${++added}`, { ...welcome, told: tell })
    if (now) throw now.error
    return `T${added}`
  },
  async get(id: string) {
    const found = library.get(id)
    if (!found) throw refused('gone', 41058)
    return found.text === undefined ? {} : { text: found.text }
  },
  async update(id: string, welcome: { messages: readonly ResolvedMessage[]; text?: string }) {
    if (!library.has(id)) throw refused('gone', 41058)
    library.set(id, welcome)
  },
  async remove(id: string) {
    library.delete(id)
  },
}

const open = () =>
  createWelcomes({
    connection: store.connection,
    clock: { now: () => new Date('2026-03-04T04:00:00Z') },
    dir,
    corps: [corp],
    api: (account) => (account === corp ? api : undefined),
    resolve(message) {
      if (message.kind === 'card' && message.slug === 'gift') {
        return { kind: 'mini-program', title: '礼', appid: 'wx0', path: 'p', thumb: { file: 'x.jpg' } }
      }
      if (message.kind === 'text' || message.kind === 'link') return message
      throw new AppError('content.missing', 'there is no such card')
    },
  })

beforeAll(async () => {
  store = await openTestStore()
  open()
  await store.ensureIndexes()
})
afterAll(() => store.dispose())
beforeEach(async () => {
  corp = `corp${++count}`
  added = 0
  fault = undefined
  library = new Map()
  dir = await mkdtemp(join(tmpdir(), 'weloop-welcomes-'))
  await mkdir(join(dir, 'group-welcomes'))
  await store.connection.db?.collection('group_welcomes').deleteMany({})
  welcomes = open()
  return () => rm(dir, { recursive: true })
})
const write = (slug: string, text: string) => writeFile(join(dir, 'group-welcomes', `${slug}.yaml`), text)
const states = async () => (await welcomes.diff()).map(({ slug, state }) => `${slug} ${state}`)
const done = async (options?: Parameters<Welcomes['push']>[0]) =>
  (await welcomes.push(options)).map((each) => `${each.slug} ${each.done}`)

describe('the library of group welcomes', () => {
  test('gets what is new, then what has changed, and nothing twice', async () => {
    await write('newcomers', 'title: 新人\ntext: 欢迎 %NICKNAME%\ncard: gift\n')
    await write('quiet', 'title: 安静\ntext: 欢迎\ntell: false\n')
    expect(await states()).toEqual(['newcomers new', 'quiet new'])
    expect(await done()).toEqual(['newcomers added', 'quiet added'])
    expect([...library].map(([id, { text, told }]) => [id, text, told])).toEqual([
      ['T1', '欢迎 %NICKNAME%', true],
      ['T2', '欢迎', false],
    ])
    expect(library.get('T1')?.messages[1]).toMatchObject({ kind: 'mini-program' })
    expect(await states()).toEqual(['newcomers same', 'quiet same'])
    expect(await done()).toEqual(['newcomers left', 'quiet left'])
    await write('quiet', 'title: 安静\ntext: 欢迎回来\n')
    expect(await states()).toEqual(['newcomers same', 'quiet changed'])
    expect(await done({ slug: 'quiet' })).toEqual(['quiet written'])
    expect(library.get('T2')?.text).toBe('欢迎回来')
  })

  test('what somebody edited or removed there is put back; what has no file any more goes only when asked', async () => {
    await write('a', 'title: 一\ntext: 甲\n')
    await write('b', 'title: 二\ntext: 乙\n')
    await done()
    library.set('T1', { text: '改过', messages: [] })
    library.delete('T2')
    expect(await states()).toEqual(['a changed', 'b changed'])
    expect(await done()).toEqual(['a written', 'b added'])
    await rm(join(dir, 'group-welcomes', 'b.yaml'))
    expect(await states()).toEqual(['a same', 'b extra'])
    expect(await done()).toEqual(['a left', 'b left'])
    expect(await done({ prune: true })).toEqual(['a left', 'b removed'])
    expect([...library.keys()]).toEqual(['T1'])
  })

  test('one that cannot be pushed does not keep the others; a full library is told', async () => {
    await write('bad', 'title: 坏\ntext: x\ncard: nowhere\n')
    await write('good', 'title: 好\ntext: 好\n')
    expect(await done()).toEqual(['bad failed', 'good added'])
    await write('more', 'title: 多\ntext: 多\n')
    fault = { error: refused('capacity', 41055), when: 'before' }
    const [, , more] = await welcomes.push()
    expect(more).toMatchObject({ slug: 'more', done: 'failed', reason: 'refused capacity' })
    expect(await done()).toEqual(['bad failed', 'good left', 'more added'])
  })

  test('an addition whose end nobody knows is tried three times at most, until somebody has looked', async () => {
    await write('a', 'title: 一\ntext: 甲\n')
    for (let attempt = 0; attempt < 4; attempt++) {
      fault = { error: refused('uncertain'), when: 'after' }
      expect(await done()).toEqual(['a failed'])
    }
    expect(library.size).toBe(3)
    fault = undefined
    expect((await welcomes.push())[0]?.reason).toContain('without an answer')
    expect(await welcomes.forget('a')).toBe(true)
    expect(await done()).toEqual(['a added'])
    expect(await welcomes.forget('a')).toBe(false)
  })

  test('every mistake of a file is named; the samples are right', async () => {
    await write('a', 'title: 一\n')
    await write('b', 'title: 二\ntext: 好\nimage: x.jpg\ncard: gift\n')
    await write('c', `title: 三\ntext: ${'长'.repeat(1001)}\n`)
    const names = { hasCard: () => true, hasArticle: () => true }
    const { problems } = await checkWelcomes(dir, names, 'content')
    expect(problems.map(({ file, field, message }) => `${file.slice(-6)} ${field} ${message}`)).toEqual([
      'a.yaml (全文) 没有内容',
      'b.yaml (全文) 文字之外只能带一样',
      'c.yaml text 有 3003 字节，最多 3000 字节',
    ])
    expect((await checkWelcomes('content', names, 'content')).problems).toEqual([])
  })
})
