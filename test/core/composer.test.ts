import { describe, expect, test } from '@jest/globals'
import { HandlerError } from '../../src/core/call.js'
import { createBot } from '../../src/core/composer.js'
import type { Reply } from '../../src/core/message.js'
import { image, text } from '../../src/core/message.js'
import type { MenuScanEvent, MenuViewEvent, SubscribeEvent, Update } from '../../src/core/update.js'
import { base, contextOf, textUpdate } from '../helpers/updates.js'

const hello = () => contextOf(textUpdate('你好'))
const follows = (scene?: string): SubscribeEvent => ({
  kind: 'event.subscribe',
  ...base(),
  ...(scene !== undefined && { scene }),
})
const views = (): MenuViewEvent => ({ kind: 'event.menu.view', ...base(), url: 'https://example.com', menuId: '1' })

describe('the order of handlers', () => {
  test('the first handler that fits takes the update', async () => {
    const bot = createBot()
    bot.hears('你好', () => 'first')
    bot.hears('你好', () => 'second')
    expect(await bot.handle(hello())).toBe('first')
  })

  test('a handler without a reply still ends the way', async () => {
    const bot = createBot()
    bot.on('message', () => {})
    bot.on('message', () => 'never')
    expect(await bot.handle(hello())).toBeUndefined()
  })

  test('a bot without handlers answers nothing, at once', () => {
    expect(createBot().handle(hello())).toBeUndefined()
  })

  test('handlers that wait for nothing give their reply without a promise', () => {
    const bot = createBot()
    bot.on('event', () => 'no')
    bot.account('other', () => 'no')
    bot.hears(/你/, () => text('sync'))
    expect(bot.handle(hello())).toEqual(text('sync'))
  })

  test('several handlers of one registration are a chain', async () => {
    const bot = createBot()
    const seen: string[] = []
    const note = (name: string) => async (_: unknown, next: () => Promise<Reply>) => {
      seen.push(name)
      return next()
    }
    bot.hears('你好', note('a'), note('b'), () => 'end')
    expect(await bot.handle(hello())).toBe('end')
    expect(seen).toEqual(['a', 'b'])
  })

  test('a registration can be filled from inside, and what it passes on goes further down', async () => {
    const bot = createBot()
    const shop = bot.account('shop')
    shop.on('message.image', () => 'picture')
    shop.hears('你好', (_ctx, next) => next())
    bot.hears('你好', () => 'from further down')
    expect(await bot.handle(hello())).toBe('from further down')
  })
})

describe('middleware', () => {
  test('sees the reply of the rest and may change it', async () => {
    const bot = createBot()
    bot.use(async (_ctx, next) => {
      const reply = await next()
      return typeof reply === 'string' ? `${reply}!` : reply
    })
    bot.hears('你好', () => '您好')
    expect(await bot.handle(hello())).toBe('您好!')
  })

  test('that returns nothing passes on the reply of the rest, awaited or not', async () => {
    for (const forgetful of [
      async (_: unknown, next: () => Promise<Reply>) => {
        await next()
      },
      (_: unknown, next: () => Promise<Reply>) => {
        next()
      },
    ]) {
      const bot = createBot()
      bot.use(forgetful)
      bot.hears('你好', async () => '您好')
      expect(await bot.handle(hello())).toBe('您好')
    }
  })

  test('takes a reply back with an empty string', async () => {
    const bot = createBot()
    bot.use(async (_ctx, next) => {
      await next()
      return ''
    })
    bot.hears('你好', () => '您好')
    expect(await bot.handle(hello())).toBe('')
  })

  test('may mend an error of the rest', async () => {
    const bot = createBot()
    bot.use(async (_ctx, next) => {
      try {
        return await next()
      } catch {
        return '请稍后再试'
      }
    })
    bot.use(() => {
      throw new Error('broken')
    })
    expect(await bot.handle(hello())).toBe('请稍后再试')
  })

  test('may swallow an error and answer nothing', async () => {
    const bot = createBot()
    bot.use(async (_ctx, next) => {
      await next().catch(() => undefined)
    })
    bot.use(async () => {
      throw new Error('broken')
    })
    expect(await bot.handle(hello())).toBeUndefined()
  })

  test('that forgets to await the rest does not lose its error', async () => {
    const bot = createBot()
    bot.use((_ctx, next) => {
      next()
      return 'done'
    })
    bot.use(async function later() {
      await new Promise((resolve) => setImmediate(resolve))
      throw new Error('broken')
    })
    await expect(async () => bot.handle(hello())).rejects.toThrow('use later: broken')
  })
})

describe('errors', () => {
  test('name the file and the handler, at once and later, and keep the cause', async () => {
    const cause = new Error('no such order')
    const bot = createBot().install(
      function faq(inner) {
        inner.hears(['退货', /怎么退/], () => {
          throw cause
        })
      },
      function other(inner) {
        inner.account('shop').on('message', async function answer() {
          throw cause
        })
      },
    )
    const failed = (word: string) => Promise.resolve().then(() => bot.handle(contextOf(textUpdate(word))))
    await expect(failed('怎么退')).rejects.toMatchObject({ handler: 'faq > hears(退货|/怎么退/)', cause })
    await expect(failed('x')).rejects.toMatchObject({ handler: 'other > account(shop) > on(message) answer', cause })
    await expect(failed('x')).rejects.toBeInstanceOf(HandlerError)
  })

  test('of a test name the test', async () => {
    const bot = createBot()
    const vip = (): boolean => {
      throw new Error('no tags')
    }
    bot.filter(vip, () => 'x')
    expect(() => bot.handle(hello())).toThrow('handler filter(vip): no tags')
    const later = createBot()
    later.filter(async function slow() {
      throw new Error('no store')
    })
    await expect(async () => later.handle(hello())).rejects.toThrow('handler filter(slow): no store')
  })

  test('next() called twice says by whom', async () => {
    const bot = createBot().install(function twice(inner) {
      inner.use(async (_ctx, next) => {
        await next()
        return next()
      })
    })
    await expect(async () => bot.handle(hello())).rejects.toThrow('handler twice > use: called next() twice')
  })

  test('next() after the handler has returned runs nothing and is logged', async () => {
    const lines: string[] = []
    const log = {
      ...contextOf(textUpdate('')).log,
      error: (_fields: object, message: string) => lines.push(message),
    }
    const ran: string[] = []
    let late: () => Promise<Reply> = async () => undefined
    const bot = createBot()
    bot.use((_ctx, next) => {
      late = next
      return 'done'
    })
    bot.use(() => {
      ran.push('rest')
    })
    const ctx = contextOf(textUpdate('你好'), { log: { ...log, child: () => ({ ...log, child: () => log }) } })
    expect(await bot.handle(ctx)).toBe('done')
    expect(await late()).toBeUndefined()
    expect(ran).toEqual([])
    expect(lines).toEqual(['next() was called after the handler had returned'])
  })
})

describe('filters', () => {
  const answers = async (update: Update, register: (bot: ReturnType<typeof createBot>) => unknown) => {
    const bot = createBot()
    register(bot)
    return (await bot.handle(contextOf(update))) === 'yes'
  }

  test('on takes a kind, its first words, or a list', async () => {
    expect(await answers(views(), (bot) => bot.on('event.menu.view', () => 'yes'))).toBe(true)
    expect(await answers(views(), (bot) => bot.on('event.menu', () => 'yes'))).toBe(true)
    expect(await answers(views(), (bot) => bot.on('event', () => 'yes'))).toBe(true)
    expect(await answers(views(), (bot) => bot.on(['message', 'event.menu.view'], () => 'yes'))).toBe(true)
    expect(await answers(views(), (bot) => bot.on('event.menu.click', () => 'yes'))).toBe(false)
    expect(await answers(views(), (bot) => bot.on('message', () => 'yes'))).toBe(false)
  })

  test('scene takes follows and scans of that code only', async () => {
    const scan: Update = { kind: 'event.scan', ...base(), scene: 'store-7', ticket: 't' }
    expect(await answers(scan, (bot) => bot.scene('store-7', () => 'yes'))).toBe(true)
    expect(
      await answers(follows('store-7'), (bot) =>
        bot.scene(/^store-(\d)$/, (ctx) => (ctx.match[1] === '7' ? 'yes' : 'no')),
      ),
    ).toBe(true)
    expect(await answers(follows('store-70'), (bot) => bot.scene('store-7', () => 'yes'))).toBe(false)
    expect(await answers(follows(), (bot) => bot.scene(/.*/, () => 'yes'))).toBe(false)
  })

  test('menu takes clicks of that key, letter by letter', async () => {
    const click = (key: string): Update => ({ kind: 'event.menu.click', ...base(), key })
    const scan: MenuScanEvent = {
      kind: 'event.menu.scan',
      ...base(),
      key: 'A',
      scanType: 'qr',
      result: '',
      waits: true,
    }
    expect(await answers(click('A'), (bot) => bot.menu('A', () => 'yes'))).toBe(true)
    expect(await answers(click('a'), (bot) => bot.menu('A', () => 'yes'))).toBe(false)
    expect(await answers(scan, (bot) => bot.menu('A', () => 'yes'))).toBe(false)
  })

  test('a type guard and an asynchronous test both work', async () => {
    expect(
      await answers(views(), (bot) =>
        bot.filter(
          async () => true,
          () => 'yes',
        ),
      ),
    ).toBe(true)
    expect(
      await answers(views(), (bot) =>
        bot.filter(
          async () => false,
          () => 'yes',
        ),
      ),
    ).toBe(false)
    expect(
      await answers(views(), (bot) =>
        bot.filter(
          () => true,
          () => 'yes',
        ),
      ),
    ).toBe(true)
  })

  test('waiting reads the session for messages only, and once for any number of questions', async () => {
    const bot = createBot()
    bot.hears('早', () => 'early')
    bot.waiting('size', () => 'size')
    bot.waiting('parcel', () => 'parcel')
    bot.on('event', () => 'event')
    const early = contextOf(textUpdate('早'), { waiting: 'parcel' })
    expect(await bot.handle(early)).toBe('early')
    expect(early.sessionReads()).toBe(0)
    const event = contextOf(follows(), { waiting: 'parcel' })
    expect(await bot.handle(event)).toBe('event')
    expect(event.sessionReads()).toBe(0)
    const asked = contextOf(textUpdate('SF1'), { waiting: 'parcel' })
    expect(await bot.handle(asked)).toBe('parcel')
    expect(asked.sessionReads()).toBe(1)
    expect(await bot.handle(contextOf(textUpdate('SF1')))).toBeUndefined()
  })

  test('the match belongs to its handler: an outer one keeps its own', async () => {
    const bot = createBot()
    bot.hears(/(\d+)/, async (ctx, next) => `${await next()} and ${ctx.match[1]}`)
    bot.hears(/([a-z]+)/, (ctx) => ctx.match[1])
    expect(await bot.handle(contextOf(textUpdate('ab12')))).toBe('ab and 12')
  })

  test('a matched context works as the one it was made from', async () => {
    const bot = createBot()
    bot.hears('图', async (ctx) => {
      expect(ctx.account).toEqual({ id: 'shop', platform: 'official-account' })
      expect(await ctx.session.waitingFor()).toBe('size')
      expect(ctx.handOver('li')).toEqual({ kind: 'hand-over', staff: 'li' })
      return image({ mediaId: ctx.update.text })
    })
    expect(await bot.handle(contextOf(textUpdate('图'), { waiting: 'size' }))).toEqual(image({ mediaId: '图' }))
  })
})
