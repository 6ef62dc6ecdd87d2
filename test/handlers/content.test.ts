import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { systemClock } from '../../src/core/clock.js'
import { silentLogger } from '../../src/core/log.js'
import type { Message } from '../../src/core/message.js'
import { createLibrary, type Library } from '../../src/library/library.js'
import { createShop, type Follower } from '../helpers/follower.js'

/** The sample handlers over the sample content: what one names, the other has. */
const NOON = new Date('2026-03-04T12:00:00+08:00')

let library: Library
let ming: Follower

beforeAll(async () => {
  library = createLibrary({
    dir: path.resolve(import.meta.dirname, '../../content'),
    log: silentLogger,
    clock: systemClock,
    publicUrl: 'https://shop.example.com',
    watch: false,
  })
  expect(await library.load()).toEqual([])
  ming = createShop({ library, now: NOON }).follower('o1')
})
afterAll(() => library.close())

const there = (message: Message | undefined) => message !== undefined && !('missing' in library.resolve(message))

test('every article and card that the handlers answer with exists', async () => {
  const words = [
    '你好',
    '退货',
    '怎么退款',
    '新品',
    '我的订单',
    '查快递',
    'SF1234567890123',
    '人工',
    '退订',
    '恢复订阅',
    '哈哈哈',
  ]
  for (const word of words) expect([word, there(await ming.says(word))]).toEqual([word, true])
  expect(there(await ming.follows('store-7'))).toBe(true)
  expect(ming.outbox.length).toBeGreaterThan(2)
  for (const message of ming.outbox) expect([message, there(message)]).toEqual([message, true])
})

test('every button of the menus that comes back as a click has an answer', async () => {
  const buttons = library
    .menus()
    .flatMap((menu) => menu.buttons.flatMap((one) => ('buttons' in one ? one.buttons : [one])))
  const keys = buttons.flatMap(({ action }) => (action.kind === 'keyword' ? [action.key] : []))
  expect(keys.length).toBeGreaterThan(3)
  for (const key of keys) expect([key, there(await ming.clicks(key))]).toEqual([key, true])
})

test('a rule of content/replies is not hidden by a handler, but for words that both know', async () => {
  const words = library.replies().flatMap(({ exact }) => exact)
  const hidden = words.filter((word) => library.reply(word, NOON) !== undefined)
  const answers = await Promise.all(hidden.map(async (word) => [word, await ming.says(word)] as const))
  const differing = answers.filter(
    ([word, answer]) => JSON.stringify(answer) !== JSON.stringify(library.reply(word, NOON)),
  )
  expect(differing.map(([word]) => word)).toEqual([])
})

test('a voice message is answered by its transcript', async () => {
  expect(await ming.sendsVoice('运费')).toEqual(library.reply('运费', NOON))
})
