import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { currentOf, STALE_MS, TYPING_MS } from '../../../src/desk/relay/current.js'
import { pressKeys, pressOf } from '../../../src/desk/relay/keys.js'
import type { LineRow } from '../../../src/desk/relay/model.js'
import { cut, joined, LINE_BYTES, pieces, waitMs, withSent } from '../../../src/desk/relay/pace.js'
import { meterOf } from '../../../src/desk/relay/words.js'

const now = new Date('2026-03-04T02:30:00Z')
const ago = (ms: number) => new Date(now.getTime() - ms)

describe('a line without a number', () => {
  const held = ['a', 'b', 'c']
  test('goes to the only conversation, or to nobody', () => {
    expect(currentOf({ held: [], told: {}, now })).toBe('none')
    expect(currentOf({ held: ['a'], told: {}, now })).toEqual({ conversation: 'a' })
  })

  test('goes to the last one they wrote to, until another one writes', () => {
    const wrote = { conversation: 'a', at: ago(5000) }
    expect(currentOf({ held, wrote, told: { b: ago(9000) }, now })).toEqual({ conversation: 'a' })
    expect(currentOf({ held, wrote, told: { a: ago(1000), b: ago(9000) }, now })).toEqual({ conversation: 'a' })
  })

  test('is asked about when somebody else wrote while they may have been typing', () => {
    const wrote = { conversation: 'a', at: ago(TYPING_MS * 2) }
    expect(currentOf({ held, wrote, told: { b: ago(1000) }, now })).toEqual({ ask: ['b', 'a'] })
    expect(currentOf({ held, wrote, told: { b: ago(TYPING_MS) }, now })).toEqual({ conversation: 'b' })
    const long = { conversation: 'a', at: ago(STALE_MS) }
    expect(currentOf({ held, wrote: long, told: { b: ago(1000) }, now })).toEqual({ conversation: 'b' })
  })

  test('is asked about when several wait, or nothing points to one', () => {
    const wrote = { conversation: 'a', at: ago(TYPING_MS * 3) }
    expect(currentOf({ held, wrote, told: { b: ago(70_000), c: ago(80_000) }, now })).toEqual({ ask: ['b', 'c', 'a'] })
    expect(currentOf({ held, told: {}, now })).toEqual({ ask: held })
    expect(currentOf({ held, wrote: { conversation: 'gone', at: ago(1) }, told: { c: ago(1) }, now })).toEqual({
      conversation: 'c',
    })
  })

  test('never goes to a conversation they do not hold', () => {
    const ids = fc.constantFrom<string>('a', 'b', 'c', 'd')
    const at = fc.integer({ min: 0, max: 2 * STALE_MS }).map(ago)
    fc.assert(
      fc.property(
        fc.uniqueArray(ids),
        fc.option(fc.record({ conversation: ids, at }), { nil: undefined }),
        fc.dictionary(ids, at),
        (mine, wrote, told) => {
          const found = currentOf({ held: mine, wrote, told, now })
          if (found === 'none') expect(mine).toEqual([])
          else if ('conversation' in found) expect(mine).toContain(found.conversation)
          else expect(found.ask.length >= 2 && found.ask.every((id) => mine.includes(id))).toBe(true)
        },
      ),
    )
  })
})

describe('messages to a member', () => {
  test('are never more than 30 in any minute, and none waits for ever', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 40, maxLength: 150 }), (gaps) => {
        let sent: Date[] = []
        let time = now.getTime()
        const times: number[] = []
        for (const gap of gaps) {
          time += gap
          const wait = waitMs(sent, new Date(time))
          expect(wait).toBeLessThanOrEqual(60_000)
          time += wait
          expect(waitMs(sent, new Date(time))).toBe(0)
          sent = withSent(sent, new Date(time))
          times.push(time)
        }
        for (const from of times) expect(times.filter((at) => at >= from && at < from + 60_000).length).toBeLessThan(30)
      }),
      { numRuns: 40 },
    )
  })

  const line = (text: string, head?: string): LineRow => ({
    _id: text,
    staff: 'lihua',
    order: 0,
    ...(head !== undefined && { head }),
    item: { kind: 'text', text },
    state: 'new',
    at: now,
    expiresAt: now,
  })

  test('say everything, in order, and each fits WeCom', () => {
    const written = fc.array(
      fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 900 }), fc.constantFrom('#1 林', '#2 陈')),
    )
    fc.assert(
      fc.property(written, (said) => {
        const lines = said.flatMap(([text, head]) => pieces(text, head).map((piece) => line(piece, head)))
        let left = lines
        const out: LineRow[] = []
        while (left.length > 0) {
          const batch = cut(left)
          expect(batch.length).toBeGreaterThan(0)
          expect(Buffer.byteLength(joined(batch))).toBeLessThanOrEqual(LINE_BYTES)
          out.push(...batch)
          left = left.slice(batch.length)
        }
        expect(out).toEqual(lines)
        const texts = out.map(({ item }) => (item.kind === 'text' ? item.text : ''))
        expect(texts.join('')).toBe(said.map(([text]) => text).join(''))
      }),
      { numRuns: 60 },
    )
  })

  test('that are no text go for themselves', () => {
    const picture: LineRow = {
      ...line('p'),
      item: { kind: 'media', type: 'image', account: 'shop', media: {}, instead: '' },
    }
    expect(cut([line('a'), line('b'), picture, line('c')])).toHaveLength(2)
    expect(cut([picture, line('c')])).toEqual([picture])
    expect(joined([line('一', '#1 林'), line('二', '#1 林'), line('三', '#2 陈'), line('四', '#1 林')])).toBe(
      '#1 林：一\n二\n#2 陈：三\n#1 林：四',
    )
  })
})

test('keys of buttons are read as they were written', () => {
  expect(pressOf(pressKeys.take('c1', 2))).toEqual({ kind: 'take', conversation: 'c1' })
  expect(pressOf(pressKeys.to('c1'))).toEqual({ kind: 'to', conversation: 'c1' })
  expect(pressOf(pressKeys.force('c1'))).toEqual({ kind: 'force', conversation: 'c1' })
  const delivery = 'desk:say:corp:u1:0:again-2'
  expect(pressOf(pressKeys.again(delivery))).toEqual({ kind: 'again', delivery })
  expect(pressOf(pressKeys.sent(delivery))).toEqual({ kind: 'sent', delivery })
  for (const key of ['', 'desk:', 'desk:what:1', 'order:take:1']) expect(pressOf(key)).toBeUndefined()
})

test('the window meter tells what is left, that it is used up, or closed', () => {
  const until = new Date('2026-03-05T02:30:00Z')
  const meter = (state: Parameters<typeof meterOf>[0], channel: 'kf' | 'official-account' = 'official-account') =>
    meterOf(state, channel, 'Asia/Shanghai')
  const menu = { trigger: 'menu' as const, remaining: 2, until: now }
  expect(meter({ open: [menu, { trigger: 'message', remaining: 3, until }], unexpired: true })).toBe(
    '还可发 5 条，到 03-05 10:30 为止',
  )
  expect(meter({ open: [], unexpired: true }, 'kf')).toBe('48 小时窗口已用 5/5 条，等对方再发消息')
  expect(meter({ open: [], unexpired: false, lastActAt: now })).toBe(
    '48 小时窗口已关闭（对方最后一次互动 03-04 10:30）',
  )
})
