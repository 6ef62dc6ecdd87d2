import type { Bot } from '../src/index.js'

/** The keyword rules of content/replies: their authors need no code. */
export default function keywords(bot: Bot) {
  bot.on('message.text', (ctx, next) => ctx.content.reply(ctx.update.text) ?? next())

  bot.on('message.voice', (ctx, next) => {
    const { transcript = '' } = ctx.update
    return ctx.content.reply(transcript) ?? next()
  })
}
