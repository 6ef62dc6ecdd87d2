import { article, type Bot, card } from '../src/index.js'

/** The questions a shop hears most, answered with an article or a mini-program card. */
export default function faq(bot: Bot) {
  bot.hears(['退货', '换货', '退换货', /(怎么|如何|怎样)(退|换)(货|款)|想?退货/], () => article('returns-guide'))
  bot.hears(/新品|上新|新款/, () => card('new-arrivals'))
  bot.hears(['我的订单', '订单', '查订单'], () => card('my-orders'))
}
