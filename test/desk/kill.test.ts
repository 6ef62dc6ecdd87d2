import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { TextMessage } from '../../src/core/update.js'
import type { createDesk, Desk } from '../../src/desk/desk.js'
import { Died, dyingConnection } from '../alerts/dying-connection.js'
import { type Bench, bot, MINUTE, openBench, SECOND } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.store.dispose())

type Act = (desk: Desk) => Promise<unknown>

/** One service from asking to voting. Every step is what the product does again when a process ended over it. */
function acts(): { name: string; run: Act }[] {
  const message = (words: string, about: Partial<TextMessage> = {}) => {
    const update = bench.update(words, 'ming', about)
    let runs = 0
    return { name: words, run: (desk: Desk) => desk.handle(update, () => bot(update), { first: runs++ === 0 }) }
  }
  const id = async () => (await bench.rows.conversations.find({ queuedAt: { $exists: true } }).toArray())[0]?._id ?? ''
  const say = (text: string, key: string) => ({
    name: `say ${text}`,
    run: async (desk: Desk) =>
      desk.say({ conversation: await id(), staff: 'lihua', content: { kind: 'text', text }, key }),
  })
  return [
    message('你好'),
    message('人工'),
    message('问题一'),
    { name: 'accept', run: async (desk) => desk.accept({ conversation: await id(), staff: 'lihua' }) },
    message('问题二'),
    say('回答', 'corp:m1:0'),
    {
      name: 'ended',
      run: (desk) => desk.ended([{ ...ENDED, key: 'desk:say:corp:m1:0', state: 'sent', at: bench.clock.now() }]),
    },
    message('谢谢'),
    say('不客气', 'corp:m2:0'),
    { name: 'close', run: async (desk) => desk.close({ conversation: await id(), staff: 'lihua' }) },
    message('满意'),
  ]
}

const ENDED = {
  account: 'shop',
  to: 'ming',
  contact: 'shop:ming',
  purpose: 'reply' as const,
  kind: 'text' as const,
  source: 'desk',
  attempts: 1,
}

async function killedAt(at: number, when: 'before' | 'after'): Promise<boolean> {
  await bench.reset()
  const { connection, died } = dyingConnection(bench.store.connection, at, when)
  const mortal = <T>(call: () => T): T => {
    if (died()) throw new Died()
    return call()
  }
  const first = bench.another({ connection, ...mortalPorts(mortal) })
  const next = bench.another()
  for (const { run } of acts()) {
    const desk = died() ? next : first
    const done = await run(desk).then(
      () => true,
      () => false,
    )
    if (desk === first) await first.idle()
    if (!done || (desk === first && died())) await run(next)
    await next.idle()
    bench.clock.pass(SECOND)
  }
  for (let turn = 0; turn < 3; turn++) await bench.passes(11 * SECOND, next)

  const where = [at, when]
  const once = <T>(list: readonly T[]) => [...new Set(list)]
  const incoming = new Map(
    bench.told.flatMap(({ what, id, text }) => (what === 'incoming' ? [[id, text] as const] : [])),
  )
  expect([...where, ...incoming.values()]).toEqual([...where, '问题一', '问题二', '谢谢'])
  const said = [...bench.put.values()].filter(({ key }) => key.startsWith('desk:say:')).map(({ message }) => message)
  expect([...where, said]).toEqual([
    ...where,
    [
      { kind: 'text', text: '回答' },
      { kind: 'text', text: '不客气' },
    ],
  ])
  const told = (name: string) => once(bench.told.filter(({ what }) => what === name).map(({ id }) => id)).length
  expect([...where, told('taken'), told('ended'), told('released')]).toEqual([...where, 1, 1, 1])
  const votes = [...bench.put.values()].filter(({ message }) => message.kind === 'choices')
  expect([...where, votes.length]).toEqual([...where, 1])
  const facts = (await bench.facts()).map(({ type }) => type).toSorted()
  const expected = ['answered', 'closed', 'first-reply', 'requested', 'taken', 'voted'].map((word) => `desk.${word}`)
  expect([...where, facts]).toEqual([...where, expected])
  const texts = (await bench.rows.entries.find({ direction: 'in' }).toArray()).map(
    ({ content }) => content.kind === 'text' && content.text,
  )
  expect([...where, texts.toSorted()]).toEqual([
    ...where,
    ['你好', '人工', '问题一', '问题二', '谢谢', '满意'].toSorted(),
  ])
  expect([...where, await bench.rows.conversations.countDocuments({ todo: { $exists: true } })]).toEqual([...where, 0])
  return died()
}

function mortalPorts(mortal: <T>(call: () => T) => T): Partial<Parameters<typeof createDesk>[0]> {
  const { outbox, relay, events } = bench.ports
  const wrapped = Object.fromEntries(
    Object.entries(relay).map(([name, tell]) => [name, async (about: never) => mortal(() => tell(about))]),
  )
  return {
    outbox: { ...outbox, put: async (given) => mortal(() => outbox.put(given)) },
    relay: wrapped as unknown as typeof relay,
    events: { append: async (facts) => mortal(() => events.append(facts)), read: events.read },
  }
}

test('a process that ends at any of its writes loses no message, sends no answer twice and counts nothing twice', async () => {
  let kills = 0
  const long = process.env['FAULTS'] === 'long'
  for (let at = 1; at < 400; at += long ? 1 : 7) {
    if (!(await killedAt(at, at % 2 === 0 ? 'before' : 'after'))) break
    kills += 1
  }
  expect(kills).toBeGreaterThan(long ? 40 : 5)
}, 300_000)

test('two processes share everything: the same updates in both are said, told and decided once', async () => {
  await bench.reset()
  const two = [bench.desk, bench.another()]
  for (const { run } of acts()) {
    await Promise.all(two.map((desk) => run(desk)))
    await Promise.all(two.map((desk) => desk.idle()))
    bench.clock.pass(SECOND)
  }
  await bench.passes(11 * SECOND)
  const said = [...bench.put.keys()].filter((key) => key.startsWith('desk:say:'))
  expect(said).toEqual(['desk:say:corp:m1:0', 'desk:say:corp:m2:0'])
  expect((await bench.facts()).map(({ type }) => type).toSorted()).toEqual(
    ['answered', 'closed', 'first-reply', 'requested', 'taken', 'voted'].map((word) => `desk.${word}`),
  )
  const incoming = bench.told.filter(({ what }) => what === 'incoming')
  expect([...new Map(incoming.map(({ id, text }) => [id, text])).values()]).toEqual(['问题一', '问题二', '谢谢'])
})

test('two processes that hand out a full queue give nobody more than they can hold, and nobody two', async () => {
  await bench.reset()
  bench.settings = bench.settings && { ...bench.settings, routing: { ...bench.settings.routing, mode: 'assign' } }
  const two = [bench.desk, bench.another()]
  const people = Array.from({ length: 8 }, (_, index) => `p${index}`)
  await Promise.all(
    people.map((from, index) => {
      const update = bench.update('人工', from)
      return two[index % 2]?.handle(update, () => undefined)
    }),
  )
  await Promise.all(two.map((desk) => desk.idle()))
  await Promise.all(two.map((desk) => bench.passes(MINUTE, desk)))
  const held = await bench.rows.conversations.find({ held: true }).toArray()
  expect(held.length).toBe(4)
  for (const staff of ['lihua', 'wangfang']) {
    const own = held.filter((row) => row.staff === staff)
    expect(own.length).toBe(2)
    expect(new Set(own.map(({ number }) => number)).size).toBe(2)
  }
  const taken = await bench.facts('desk.taken')
  expect(new Set(taken.map(({ props }) => props['conversation'])).size).toBe(taken.length)
})
