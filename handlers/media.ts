import type { Bot } from '../src/index.js'

const QUIET = '10m'

/** Acknowledges what the bot cannot read; several pictures in a row get one answer. */
export default function media(bot: Bot) {
  bot.on(['message.image', 'message.video'], async (ctx) => {
    if (await ctx.session.once('picture', QUIET))
      return '图片/视频收到啦。如果是商品或售后问题，请回复“人工”，客服会查看并处理。'
  })

  bot.on('message.voice', async (ctx) => {
    if (await ctx.session.once('voice', QUIET))
      return '语音收到啦，不过我还听不太懂，麻烦打字告诉我，或回复“人工”找客服。'
  })

  bot.on('message.location', async (ctx) => {
    if (await ctx.session.once('location', QUIET))
      return '位置收到啦。想找附近门店或确认收货地址，请回复“人工”，客服帮您查。'
  })
}
