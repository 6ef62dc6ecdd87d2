import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createJournal, KEPT_CHANGES } from '../../src/desk/live/journal.js'
import type { Live, News } from '../../src/desk/live/live.js'
import { type Bench, openBench } from './setup.js'

let bench: Bench

beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.store.dispose())
beforeEach(async () => {
  await bench.reset()
  await bench.desk.idle()
})

/** Somebody who follows a desk, with everything they were told. */
function follower(live: Live, since?: number) {
  const told: News[] = []
  let over = false
  const stop = live.follow(since, { news: (news) => void told.push(news), ended: () => (over = true) })
  return {
    told,
    stop,
    over: () => over,
    last: () => told.at(-1)?.id,
    words: () =>
      told.flatMap(({ entries }) => entries.flatMap(({ content }) => (content.kind === 'text' ? [content.text] : []))),
    states: () => told.flatMap(({ conversations }) => conversations.map(({ state }) => state)),
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('the live changes of the desk', () => {
  test('somebody who looks on is told what is said in another process, and how it stands', async () => {
    const elsewhere = bench.another()
    const one = follower(elsewhere.live)
    await until(() => one.told.length > 0)
    await bench.says('在吗')
    await until(() => one.words().includes('在吗'))
    await bench.says('人工')
    await until(() => one.states().includes('queued'))
    const id = (await bench.open())._id
    await bench.desk.accept({ conversation: id, staff: 'lihua' })
    await bench.desk.note({ conversation: id, staff: 'lihua', text: '老客户', key: 'n1' })
    await until(() => one.states().includes('staff') && one.words().includes('老客户'))
    one.stop()
  })

  test('whoever comes back names the last number and has missed nothing, in whatever process they land', async () => {
    const first = follower(bench.desk.live)
    await until(() => first.told.length > 0)
    await bench.says('一')
    await until(() => first.words().includes('一'))
    const since = first.last()
    first.stop()
    for (const words of ['二', '三', '四']) await bench.says(words)
    await bench.desk.idle()
    const second = follower(bench.another().live, since)
    await until(() => second.words().includes('四'))
    expect(second.words().filter((words) => /[二三四]/.test(words) && !words.startsWith('bot'))).toEqual([
      '二',
      '三',
      '四',
    ])
    expect(second.words()).not.toContain('一')
    second.stop()
  })

  test('a number that is kept no more, or of another store, is answered by a reset', async () => {
    const { connection } = bench.store
    const journal = createJournal({ connection, now: () => bench.clock.now() })
    await journal.append({ conversations: [], entries: [] })
    const late = follower(bench.another().live, (await journal.last()) + 1000)
    await until(() => late.told.some(({ reset }) => reset))
    expect(late.last()).toBe(await journal.last())
    late.stop()
  })

  test('two processes number their changes without a gap', async () => {
    const { connection } = bench.store
    const [one, two] = [0, 1].map(() => createJournal({ connection, now: () => bench.clock.now() }))
    const from = (await one?.last()) ?? 0
    const append = (journal: typeof one, id: string) => journal?.append({ conversations: [id], entries: [] })
    await Promise.all(Array.from({ length: 20 }, (_, index) => append(index % 2 === 0 ? one : two, `c${index}`)))
    const found = (await one?.after(from, 100)) ?? []
    expect(found.map(({ _id }) => _id)).toEqual(Array.from({ length: 20 }, (_, index) => from + index + 1))
  })

  test('a change of what only the desk looks at is told to nobody; a delivery that ended is', async () => {
    const one = follower(bench.desk.live)
    await bench.says('人工')
    const { _id: id } = await bench.open()
    await bench.desk.accept({ conversation: id, staff: 'lihua' })
    const said = await bench.desk.say({
      conversation: id,
      staff: 'lihua',
      content: { kind: 'text', text: '您好' },
      key: 'k1',
    })
    await bench.desk.idle()
    await until(() => one.words().includes('您好'))
    if (said.outcome !== 'done') throw new Error('not said')
    await bench.ends(said.entry.delivery?.key ?? '', 'uncertain')
    await until(() => one.told.some(({ entries }) => entries.some(({ delivery }) => delivery?.state === 'uncertain')))
    await bench.desk.idle()
    const before = await createJournal({ connection: bench.store.connection, now: () => new Date() }).last()
    await bench.rows.conversations.updateOne({ _id: id }, { $set: { todo: bench.clock.now() } })
    await bench.desk.idle()
    expect(await createJournal({ connection: bench.store.connection, now: () => new Date() }).last()).toBe(before)
    one.stop()
  })

  test('at a shutdown everybody is let go', async () => {
    const { live } = bench.another()
    const one = follower(live)
    live.close()
    expect(one.over()).toBe(true)
  })

  test('the oldest changes go, the newest stay in their order', async () => {
    const { connection } = bench.store
    const journal = createJournal({ connection, now: () => bench.clock.now() })
    const far = (await journal.last()) + KEPT_CHANGES
    await connection.db?.collection<{ _id: number }>('deskChanges').insertOne({ _id: far })
    expect(await journal.after(1, 10)).toBeDefined()
    await journal.tidy()
    expect(await journal.after(1, 10)).toBeUndefined()
    expect(await journal.last()).toBe(far)
    expect(await journal.after(far, 10)).toEqual([])
  })
})
