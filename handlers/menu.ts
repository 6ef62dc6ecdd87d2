import { article, type Bot, card, createBot, said } from '../src/index.js'
import faq from './faq.js'
import greeting from './greeting.js'
import keywords from './keywords.js'
import { askForNumber } from './parcel.js'

/** The `keyword` buttons of content/menus. One without a handler here is answered like the word it carries. */
export default function menu(bot: Bot) {
  bot.menu('returns-guide', () => article('returns-guide'))
  bot.menu('newcomer-gift', () => card('newcomer-gift', { from: 'menu' }))
  bot.menu(['track-parcel', '查快递', '查物流'], askForNumber)

  // WeChat hands over messages only, never a click: the follower's next message does it.
  bot.menu(['contact-service', '人工', '客服'], () => '请回复“人工”，马上为您转接客服（在线时间 09:00–21:00）。')

  const words = createBot().install(greeting, faq, keywords)
  bot.on('event.menu.click', (ctx) => words.handle(said(ctx, ctx.update.key)))
}
