import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openPeople, type People, updateOf } from './people.js'

const START = new Date('2026-03-04T04:00:00Z')
const MINUTE = 60_000
const later = (ms: number) => new Date(START.getTime() + ms)

let people: People
beforeAll(async () => {
  people = await openPeople(() => START)
})
afterAll(() => people.close())

/** The session as the next update of that follower sees it. */
const next = (openid: string, when = START, id?: string) =>
  people.sessions.handle(updateOf(openid, when, { kind: 'message.text', ...(id !== undefined && { id }) }), when)

describe('a conversation', () => {
  test('waits for the next message with its data', async () => {
    await next('o1').wait('size', { shoe: 'A1' })
    const session = next('o1')
    expect(await session.waitingFor()).toBe('size')
    expect(await session.data()).toEqual({ shoe: 'A1' })
    expect(await next('o2').waitingFor()).toBeUndefined()
  })

  test('waits ten minutes unless told otherwise, by the time the message was accepted', async () => {
    await next('o3').wait('short')
    expect(await next('o3', later(10 * MINUTE - 1)).waitingFor()).toBe('short')
    expect(await next('o3', later(10 * MINUTE)).waitingFor()).toBeUndefined()
    expect(await next('o3', later(10 * MINUTE)).data()).toEqual({})
    await next('o3').wait('long', {}, { for: '7d' })
    expect(await next('o3', later(6 * 24 * 60 * MINUTE)).waitingFor()).toBe('long')
  })

  test('is not read when it is not used, and once when it is', async () => {
    const before = people.requests()
    const session = next('o1')
    expect(people.requests()).toBe(before)
    await Promise.all([session.waitingFor(), session.data(), session.waitingFor()])
    await session.waitingFor()
    expect(people.requests() - before).toBe(1)
  })

  test('of many followers at once is one query', async () => {
    const before = people.requests()
    const found = await Promise.all(Array.from({ length: 50 }, (_, index) => next(`m${index}`).waitingFor()))
    expect(found).toEqual(Array.from({ length: 50 }, () => undefined))
    expect(people.requests() - before).toBeLessThanOrEqual(2)
  })

  test('ends by clear, which writes nothing when nothing was awaited', async () => {
    await next('o4').wait('size')
    await next('o4').clear()
    const session = next('o4')
    expect(await session.waitingFor()).toBeUndefined()
    const before = people.requests()
    await session.clear()
    expect(people.requests()).toBe(before)
  })

  test('a message that is handled again after a crash sees what it saw the first time', async () => {
    await next('o5').wait('size', { shoe: 'A1' })
    const first = next('o5', START, 'same')
    expect(await first.waitingFor()).toBe('size')
    await first.wait('colour', { shoe: 'A1', size: 'M' })
    await first.clear()
    const again = next('o5', START, 'same')
    expect(await again.waitingFor()).toBe('size')
    expect(await again.data()).toEqual({ shoe: 'A1' })
    await again.wait('colour', { size: 'L' })
    expect(await next('o5').data()).toEqual({ size: 'L' })
  })

  test('takes no more than seven days and 8 KiB', async () => {
    await expect(next('o6').wait('x', {}, { for: '8d' })).rejects.toThrow('longer than a session lasts')
    await expect(next('o6').wait('x', {}, { for: 'soon' })).rejects.toThrow('is not a duration')
    await expect(next('o6').wait('x', { text: '字'.repeat(3000) })).rejects.toThrow('larger than 8192 bytes')
    expect(await next('o6').waitingFor()).toBeUndefined()
  })

  test('there is none on events about the account itself', async () => {
    const session = people.sessions.handle(updateOf('', START, { kind: 'event.mass.sent' }), START)
    await expect(session.waitingFor()).rejects.toThrow('belongs to no conversation')
    await expect(session.once('x', '1h')).rejects.toThrow('belongs to no conversation')
  })
})

describe('a hint', () => {
  test('is given once in its time, and leaves what is awaited alone', async () => {
    await next('h1').wait('size')
    expect(await next('h1').once('hint', '1h')).toBe(true)
    expect(await next('h1', later(59 * MINUTE)).once('hint', '1h')).toBe(false)
    expect(await next('h1', later(60 * MINUTE)).once('hint', '1h')).toBe(true)
    expect(await next('h1').once('another', '1h')).toBe(true)
    expect(await next('h2').once('hint', '1h')).toBe(true)
    expect(await next('h1').waitingFor()).toBe('size')
  })

  test('asked again by the same update gets the same answer', async () => {
    expect(await next('h3', START, 'same').once('hint', '1h')).toBe(true)
    expect(await next('h3', START, 'same').once('hint', '1h')).toBe(true)
    expect(await next('h3').once('hint', '1h')).toBe(false)
  })
})
