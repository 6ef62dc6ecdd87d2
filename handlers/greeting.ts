import type { Bot } from '../src/index.js'

const HELLO = `您好，这里是微环小店！您可以直接回复：
・新品：看看最近上新
・查快递：查询包裹到哪了
・退货：了解退换货流程
・人工：联系客服
不想再收到活动消息，回复“退订”。`

/** Says hello, and what one can ask. */
export default function greeting(bot: Bot) {
  bot.hears(
    ['你好', '您好', '你好呀', '哈喽', '嗨', 'hi', 'hello', '在吗', '在不在', '有人吗', '帮助', '菜单'],
    () => HELLO,
  )
}
