import type { Bot } from '../src/index.js'

/** Helps whoever was not understood, at most once an hour each: nobody likes the same sentence twice. */
export default function fallback(bot: Bot) {
  bot.on('message', async (ctx) => {
    if (!(await ctx.session.once('fallback', '1h'))) return
    return '抱歉，这个我还不会。您可以回复“新品”“查快递”“退货”，或回复“人工”由客服为您解答。'
  })
}
