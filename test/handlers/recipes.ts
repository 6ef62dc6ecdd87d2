/** The examples of docs/handlers.md, type-checked here and run by recipes.test.ts. */
import {
  article,
  type Bot,
  card,
  choices,
  createBot,
  halfWidth,
  image,
  type Plugin,
  said,
  withinHours,
} from '../../src/index.js'

export function shop(bot: Bot) {
  bot.hears(['退货', /怎么退(货|款)/], () => article('returns-guide'))
  bot.hears(/新品|上新/, () => card('new-arrivals'))
  bot.hears(/^查快递\s*(\w+)$/, (ctx) => `单号 ${ctx.match[1]} 正在路上`)
}

export function kinds(bot: Bot) {
  bot.on('message.image', (ctx) => image({ mediaId: ctx.update.mediaId }))
  bot.on(['message.voice', 'message.video'], () => '收到啦')
  bot.on('event.menu', (ctx) => ctx.log.info({ button: ctx.update.kind }, 'menu used'))
}

export function scenes(bot: Bot) {
  bot.scene(/^store-(\d+)$/, async (ctx) => {
    await ctx.contact.tag(`store:${ctx.match[1]}`)
    return `欢迎来到 ${ctx.match[1]} 号店`
  })
}

export function timing(bot: Bot) {
  bot.use(async (ctx, next) => {
    const startedAt = performance.now()
    const reply = await next()
    ctx.log.info({ ms: Math.round(performance.now() - startedAt) }, 'update answered')
    return reply
  })
}

export function outlet(bot: Bot) {
  const shop = bot.account('outlet')
  shop.hears('地址', () => '城西路 8 号，奥莱一层')
  shop.filter((ctx) => ctx.contact.hasTag('vip')).hears('优惠', () => card('vip-coupon'))
}

export function sizes(bot: Bot) {
  bot.hears('选尺码', async (ctx) => {
    await ctx.session.wait('height', {}, { for: '30m' })
    return '请问身高多少厘米？'
  })

  const asked = bot.waiting('height')
  asked.hears('取消', async (ctx) => {
    await ctx.session.clear()
    return '好的'
  })
  asked.on('message.text', async (ctx) => {
    const height = Number.parseInt(halfWidth(ctx.update.text), 10)
    if (!(height > 100 && height < 230)) return '没看懂，请只回复数字，例如 168'
    await ctx.session.clear()
    await ctx.contact.setProfile({ height })
    return height < 165 ? '推荐 S 码' : '推荐 M 码'
  })
}

export function gift(bot: Bot) {
  bot.hears('领券', async (ctx) => {
    if (await ctx.contact.hasTag('coupon:newcomer')) return '您已经领过啦'
    await ctx.contact.tag('coupon:newcomer')
    await ctx.record('coupon.claimed', { stock: 'newcomer' })
    await ctx.send(card('newcomer-gift', { from: 'chat' }))
    return '券已放进您的小程序卡包'
  })
}

export function hint(bot: Bot) {
  bot.on('message.image', async (ctx) => {
    if (await ctx.session.once('picture-hint', '10m')) return '图片收到，需要客服看的话请回复“人工”'
  })
}

export function staff(bot: Bot) {
  bot.hears(['人工', '客服'], async (ctx) => {
    if (!withinHours(ctx.now, '09:00-21:00')) await ctx.send('客服 9 点上班，请先留言')
    return ctx.handOver()
  })
}

export function question(bot: Bot) {
  bot.hears('帮助', () =>
    choices('想了解什么？', [
      { id: 'returns', text: '退货' },
      { id: 'staff', text: '人工' },
    ]),
  )
}

export function promotions(bot: Bot) {
  bot.hears(['退订', 'TD'], async (ctx) => {
    await ctx.contact.consent('marketing', false)
    return '已退订'
  })
  bot.hears('恢复订阅', async (ctx) => {
    await ctx.contact.consent('marketing', true, { textVersion: '2026-03' })
    return '已恢复'
  })
}

export function buttons(bot: Bot) {
  const words = createBot().install(shop)
  bot.on('event.menu.click', (ctx) => words.handle(said(ctx, ctx.update.key)))
}

export function rescue(bot: Bot) {
  bot.use(async (ctx, next) => {
    try {
      return await next()
    } catch (error) {
      ctx.log.error({ err: error }, 'handler failed, apology sent')
      return '出了点小问题，请稍后再试，或回复“人工”'
    }
  })
}

const handlers: Plugin[] = [rescue, timing, promotions, staff, shop, sizes]
export default handlers
