import type { Bot } from '../src/index.js'

/** Which wording the follower saw when agreeing; change it when the wording changes. */
const AGREED = 'resubscribe-1'

/** Nobody is written to against their will: 退订 ends promotions and care messages at once, 恢复订阅 allows them again. */
export default function optOut(bot: Bot) {
  bot.hears(['退订', 'TD', '不再接收', '取消订阅', '退订消息'], async (ctx) => {
    await ctx.contact.consent('marketing', false)
    await ctx.contact.consent('care', false)
    return '已为您退订，之后不会再给您发送活动和关怀消息；订单和物流通知不受影响。\n想恢复时，回复“恢复订阅”即可。'
  })

  bot.hears(['恢复订阅', '重新订阅'], async (ctx) => {
    await ctx.contact.consent('marketing', true, { textVersion: AGREED })
    await ctx.contact.consent('care', true, { textVersion: AGREED })
    return '已恢复订阅，有活动和上新会告诉您。\n不想接收时，回复“退订”即可。'
  })
}
