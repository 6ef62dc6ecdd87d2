import { article, type Bot, card } from '../src/index.js'

/** Greets new followers and remembers which channel code brought them; scans by those who follow already are noted too. */
export default function welcome(bot: Bot) {
  bot.on('event.subscribe', async (ctx) => {
    const { scene } = ctx.update
    if (scene !== undefined) await ctx.contact.tag(`scene:${scene}`)
    await ctx.send(card('newcomer-gift', { from: scene ?? 'search' }))
    return article('welcome')
  })

  bot.scene(/^store-/, async (ctx) => {
    await ctx.contact.tag(`scene:${ctx.update.scene}`)
    return '欢迎到店！回复“新品”看看刚上架的，需要店员帮忙请回复“人工”。'
  })

  bot.on('event.scan', async (ctx) => {
    await ctx.contact.tag(`scene:${ctx.update.scene}`)
    return '欢迎回来！回复“新品”看上新，回复“查快递”查物流，回复“人工”找客服。'
  })
}
