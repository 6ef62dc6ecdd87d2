import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { article, card, choices, handOver, image, text } from '../../src/core/message.js'
import type { Plugin } from '../../src/index.js'
import { createShop, follower } from '../helpers/follower.js'
import handlers, * as recipes from './recipes.js'

const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, file), 'utf8')
const shop = (...plugins: Plugin[]) => follower('o1', { plugins })

describe('docs/handlers.md', () => {
  const code = read('recipes.ts') + read('recipes.test.ts')
  const examples = [...read('../../docs/handlers.md').matchAll(/```ts\n(.*?)```/gs)].map((match) =>
    (match[1] ?? '').replace(/^import .*\n+/gm, ''),
  )

  test('shows every recipe', () => {
    const shown = Object.keys(recipes).filter((name) => name !== 'default')
    expect(shown.filter((name) => !examples.some((example) => example.includes(`function ${name}(`)))).toEqual([])
  })

  test.each(examples)('has an example that is compiled as it stands: %#', (example) => {
    expect(code).toContain(example)
  })
})

test('a follower who asks about returns gets the guide', async () => {
  const ming = follower('o1')
  expect(await ming.says('退货')).toEqual(article('returns-guide'))
  expect(ming.outbox).toEqual([])
})

describe('the recipes', () => {
  test('shop answers with article, card and text', async () => {
    const ming = shop(recipes.shop)
    expect(await ming.says('怎么退款')).toEqual(article('returns-guide'))
    expect(await ming.says('上新了吗')).toEqual(card('new-arrivals'))
    expect(await ming.says('查快递 SF1')).toEqual(text('单号 SF1 正在路上'))
  })

  test('kinds sends the picture back', async () => {
    const ming = shop(recipes.kinds)
    expect(await ming.sendsPicture()).toEqual(image({ mediaId: 'm1' }))
    expect(await ming.sendsVoice()).toEqual(text('收到啦'))
    expect(await ming.clicks('x')).toBeUndefined()
  })

  test('scenes tags by the number in the code', async () => {
    const ming = shop(recipes.scenes)
    expect(await ming.follows('store-7')).toEqual(text('欢迎来到 7 号店'))
    expect(ming.tags).toEqual(['store:7'])
    expect(await ming.scans('poster-7')).toBeUndefined()
  })

  test('outlet speaks for its own account only', async () => {
    const ming = shop(recipes.outlet)
    expect(await ming.says('地址')).toBeUndefined()
    expect(await ming.causes({ kind: 'message.text', text: '地址', account: 'outlet' })).toEqual(
      text('城西路 8 号，奥莱一层'),
    )
    expect(await ming.causes({ kind: 'message.text', text: '优惠', account: 'outlet' })).toBeUndefined()
  })

  test('sizes waits for the height', async () => {
    const ming = shop(recipes.sizes)
    await ming.says('选尺码')
    expect(await ming.says('不知道')).toMatchObject({ text: expect.stringContaining('没看懂') })
    expect(await ming.says('１６８')).toEqual(text('推荐 M 码'))
    expect(await ming.says('168')).toBeUndefined()
    await ming.says('选尺码')
    expect(await ming.says('取消')).toEqual(text('好的'))
  })

  test('gift is given once', async () => {
    const ming = shop(recipes.gift)
    await ming.says('领券')
    expect(await ming.says('领券')).toEqual(text('您已经领过啦'))
    expect(ming.outbox).toEqual([card('newcomer-gift', { from: 'chat' })])
    expect(ming.facts).toMatchObject([{ type: 'coupon.claimed', props: { stock: 'newcomer' } }])
  })

  test('hint is given once in ten minutes', async () => {
    const day = createShop({ plugins: [recipes.hint] })
    const ming = day.follower('o1')
    expect(await ming.sendsPicture()).toBeDefined()
    expect(await ming.sendsPicture()).toBeUndefined()
    day.pass(600_000)
    expect(await ming.sendsPicture()).toBeDefined()
  })

  test('staff and promotions', async () => {
    const ming = shop(recipes.staff, recipes.promotions, recipes.question)
    expect(await ming.says('客服')).toEqual(handOver())
    await ming.says('td')
    expect(ming.consents).toEqual({ marketing: false })
    await ming.says('恢复订阅')
    expect(ming.consents).toEqual({ marketing: true })
    expect(await ming.says('帮助')).toEqual(
      choices('想了解什么？', [
        { id: 'returns', text: '退货' },
        { id: 'staff', text: '人工' },
      ]),
    )
  })

  test('buttons are answered like words', async () => {
    expect(await shop(recipes.buttons).clicks('退货')).toEqual(article('returns-guide'))
  })

  test('rescue apologises, timing passes the reply on', async () => {
    const broken: Plugin = (bot) => {
      bot.hears('坏', () => {
        throw new Error('broken')
      })
    }
    const ming = shop(...handlers, broken)
    expect(await ming.says('坏')).toMatchObject({ text: expect.stringContaining('小问题') })
    expect(await ming.says('退货')).toEqual(article('returns-guide'))
  })
})
