import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { AppError } from '../../src/core/errors.js'
import { type Bench, openBench } from './setup.js'

let bench: Bench
let conversation: string
const key = 'desk:say:k1'
const entry = `out:${key}`
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.store.dispose())
beforeEach(async () => {
  await bench.reset()
  await bench.says('转人工')
  conversation = (await bench.open())._id
  await bench.desk.accept({ conversation, staff: 'lihua', force: true })
  await bench.desk.say({ conversation, staff: 'lihua', content: { kind: 'text', text: '今天发出' }, key: 'k1' })
  await bench.desk.idle()
})

const settle = (choice: 'again' | 'sent', staff = 'lihua') => bench.desk.settle({ entry, conversation, staff, choice })
const stored = async () => (await bench.desk.entries(conversation)).find(({ _id }) => _id === entry)

describe('a message of staff whose end nobody knows', () => {
  test('is not settled while its end is known or open, nor in another conversation', async () => {
    expect(await settle('again')).toEqual({ outcome: 'refused', reason: 'not-uncertain' })
    await bench.ends(key, 'sent')
    expect(await settle('sent')).toEqual({ outcome: 'refused', reason: 'not-uncertain' })
    const elsewhere = { entry, conversation: 'abcdefghijklmnop', staff: 'lihua', choice: 'again' as const }
    expect(await bench.desk.settle(elsewhere)).toEqual({ outcome: 'refused', reason: 'unknown' })
    expect(bench.settled).toEqual([])
  })

  test('counts as sent once somebody says so, and staff are told that it is over', async () => {
    await bench.ends(key, 'uncertain')
    bench.told.length = 0
    expect(await settle('sent')).toMatchObject({ outcome: 'done', choice: 'sent' })
    await bench.desk.idle()
    expect(await stored()).toMatchObject({ delivery: { state: 'sent' }, settled: { choice: 'sent', by: 'lihua' } })
    expect(bench.told).toMatchObject([{ what: 'ended', more: 'sent' }])
    expect(await settle('again', 'wangfang')).toMatchObject({ reason: 'settled', choice: 'sent', by: 'lihua' })
    expect(new Set(bench.settled)).toEqual(new Set([`sent ${key} lihua`]))
  })

  test('is sent again once, however often two members press', async () => {
    await bench.ends(key, 'uncertain')
    const all = await Promise.all([
      settle('again'),
      settle('again', 'wangfang'),
      settle('sent', 'wangfang'),
      settle('again'),
    ])
    expect(all.filter(({ outcome }) => outcome === 'done').length).toBeGreaterThan(0)
    const choices = new Set(bench.settled.map((one) => one.split(' ')[0]))
    expect(choices.size).toBe(1)
    if (choices.has('sent')) return
    expect([...bench.put.keys()].filter((one) => one.startsWith(key))).toEqual([key, `${key}:again`])
    await bench.ends(`${key}:again`, 'sent')
    expect(await stored()).toMatchObject({ delivery: { state: 'sent', key } })
  })

  test('a repetition of unclear end can be settled again, by its own delivery', async () => {
    await bench.ends(key, 'uncertain')
    await settle('again')
    await bench.ends(`${key}:again`, 'uncertain')
    expect(await stored()).not.toHaveProperty('settled')
    expect(await settle('sent')).toMatchObject({ outcome: 'done' })
    expect(bench.settled.at(-1)).toBe(`sent ${key}:again lihua`)
  })

  test('a choice that a process did not live to carry out is carried out when it is made again', async () => {
    await bench.ends(key, 'uncertain')
    let failing = true
    const { outbox } = bench.ports
    const desk = bench.another({
      outbox: {
        ...outbox,
        async resend(one, by) {
          if (failing) throw new Error('the process ended here')
          return outbox.resend(one, by)
        },
      },
    })
    await expect(desk.settle({ entry, staff: 'lihua', choice: 'again' })).rejects.toThrow('ended here')
    expect(await settle('sent')).toMatchObject({ reason: 'settled', choice: 'again' })
    failing = false
    expect(await settle('again')).toMatchObject({ outcome: 'done' })
    expect(bench.put.has(`${key}:again`)).toBe(true)
  })

  test('one whose delivery is kept no more is told so, and nothing is sent', async () => {
    await bench.ends(key, 'uncertain')
    const desk = bench.another({
      outbox: {
        ...bench.ports.outbox,
        resend: () => Promise.reject(new AppError('delivery.unknown', 'there is no delivery')),
      },
    })
    expect(await desk.settle({ entry, staff: 'lihua', choice: 'again' })).toEqual({
      outcome: 'refused',
      reason: 'gone',
    })
  })
})

describe('notes', () => {
  test('are written anew by their author, or by whoever may', async () => {
    await bench.desk.note({ conversation, staff: 'lihua', text: '老客户', key: 'n1' })
    const about = { conversation, entry: 'note:n1', text: '老客户，爱催单' }
    expect(await bench.desk.amendNote({ ...about, staff: 'wangfang' })).toMatchObject({ reason: 'not-yours' })
    expect(await bench.desk.amendNote({ ...about, staff: 'lihua' })).toMatchObject({ outcome: 'done' })
    expect(await bench.desk.amendNote({ ...about, entry, staff: 'lihua' })).toMatchObject({ reason: 'unknown' })
    const note = (await bench.desk.entries(conversation)).find(({ direction }) => direction === 'note')
    expect(note).toMatchObject({ by: 'lihua', content: { text: '老客户，爱催单' }, amended: { by: 'lihua' } })
  })
})

test('skill and reason of a hand-over route it and stand on the conversation', async () => {
  const update = bench.update('我要退', 'hong')
  await bench.desk.handle(update, () => ({ kind: 'hand-over', skill: '售后', reason: '退货超过 7 天' }))
  await bench.desk.idle()
  expect(await bench.open('hong')).toMatchObject({ state: 'queued', skill: '售后', reason: '退货超过 7 天' })
  expect(bench.told.filter(({ what }) => what === 'offered').at(-1)?.staff).toEqual(['lihua'])
})
