import { type Bot, type Context, withinHours } from '../src/index.js'

const HOURS = '09:00-21:00'

/** Hands over to a person, and says when somebody is there. */
export default function service(bot: Bot) {
  bot.hears(['人工', '人工客服', '转人工', '客服', '找客服', /投诉|真人|转接?人工/], toStaff)
}

/** Hands the conversation to staff; also used by handlers that give up. */
export async function toStaff(ctx: Context) {
  await ctx.session.clear()
  await ctx.send(
    withinHours(ctx.now, HOURS)
      ? '正在为您转接人工客服，请稍候，可以先把问题和订单号发过来。'
      : `现在是客服休息时间（在线时间 ${HOURS.replace('-', '–')}）。请直接留言，上班后第一时间回复您。`,
  )
  return ctx.handOver()
}
