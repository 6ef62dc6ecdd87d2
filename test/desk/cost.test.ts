import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Connection } from '../../src/store/connect.js'
import { type Bench, bot, openBench } from './setup.js'

const CALLS: ReadonlySet<string | symbol> = new Set([
  ...['insertOne', 'insertMany', 'updateOne', 'updateMany', 'findOneAndUpdate', 'replaceOne', 'deleteOne', 'bulkWrite'],
  ...['find', 'findOne', 'countDocuments', 'aggregate', 'command'],
])

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.store.dispose())
beforeEach(() => bench.reset())

/** The connection, and how many times something was asked of the store over it. */
function counted(connection: Connection) {
  const calls: string[] = []
  const counting = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          if (name === 'collection') return counting(Reflect.apply(value, target, args) as object)
          if (CALLS.has(name)) calls.push(String(name))
          return Reflect.apply(value, target, args) as unknown
        }
      },
    })
  const db = counting(connection.db as object)
  return {
    calls,
    connection: new Proxy(connection, {
      get: (target, name) => (name === 'db' ? db : Reflect.get(target, name, target)),
    }),
  }
}

const handle = (desk: Bench['desk'], words: string, from = 'ming', first = true) => {
  const update = bench.update(words, from)
  return desk.handle(update, () => bot(update), { first })
}

test('a message to the bot and its answer cost two round trips, and nothing of them is lost', async () => {
  const { calls, connection } = counted(bench.store.connection)
  const desk = bench.another({ connection })
  await handle(desk, '你好')
  await desk.idle()
  calls.length = 0
  expect(await handle(desk, '有货吗')).toMatchObject({ text: 'bot: 有货吗' })
  await desk.idle()
  // One more tells open inboxes of everything that changed within 20 ms, behind the answer.
  expect(calls).toEqual(['findOneAndUpdate', 'command', 'insertOne'])
  const entries = await bench.desk.entries((await bench.open())._id)
  expect(entries.map(({ content }) => content.kind === 'text' && content.text)).toEqual([
    ...['你好', 'bot: 你好', '有货吗', 'bot: 有货吗'],
  ])
  expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
})

test('people of one turn share the write of entries', async () => {
  const people = Array.from({ length: 20 }, (_, at) => `person${at}`)
  for (const from of people) await bench.says('你好', from)
  const { calls, connection } = counted(bench.store.connection)
  const desk = bench.another({ connection })
  await Promise.all(people.map((from) => handle(desk, '有货吗', from)))
  await desk.idle()
  const writes = calls.filter((name) => name === 'command').length
  expect(calls.filter((name) => name === 'findOneAndUpdate')).toHaveLength(20)
  expect(writes).toBeLessThan(20)
  const told = calls.filter((name) => name === 'insertOne').length
  expect(told).toBeLessThan(20)
  // A process asks once for the newest number.
  const asked = calls.filter((name) => name === 'find').length
  expect(asked).toBeLessThanOrEqual(1)
  expect(calls).toHaveLength(20 + writes + told + asked)
  expect(await bench.rows.entries.countDocuments({})).toBe(80)
})

test('a handler that waits, throws or hands over leaves the question stored', async () => {
  const waiting = bench.update('等一下')
  let seen = 0
  await bench.desk.handle(
    waiting,
    async () => {
      while (seen === 0) {
        seen = await bench.rows.entries.countDocuments({ _id: `in:shop:${waiting.id}` })
        await new Promise(setImmediate)
      }
      return '好了'
    },
    { first: true },
  )
  expect(seen).toBe(1)
  const broken = bench.update('坏')
  const fails = () => {
    throw new Error('broken')
  }
  await expect(bench.desk.handle(broken, fails, { first: true })).rejects.toThrow('broken')
  const asks = bench.update('转人工')
  await bench.desk.handle(asks, () => ({ kind: 'hand-over' }), { first: true })
  for (const { id } of [broken, asks]) expect(await bench.rows.entries.countDocuments({ _id: `in:shop:${id}` })).toBe(1)
})

test('an update that is handled again after a crash changes nothing', async () => {
  const update = bench.update('你好')
  for (const first of [true, false, false]) await bench.desk.handle(update, () => bot(update), { first })
  const entries = await bench.rows.entries.find({}).sort({ seq: 1 }).toArray()
  expect(entries.map(({ _id }) => _id)).toEqual([`in:shop:${update.id}`, `out:shop:${update.id}:reply:0`])
})
