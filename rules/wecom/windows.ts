import type { Window } from '../official-account/windows.js'

const SOURCE = 'developer.work.weixin.qq.com: 微信客服 发送消息'

/**
 * The windows of the desk (微信客服): 5 messages within 48 h of the customer's last message, and nothing else opens one. The
 * numbers are those of a follower's message to an Official Account, so that one ledger reckons both; messages for the code
 * of an event (welcome, end) take nothing from it.
 */
export const kfWindows: readonly Window[] = [
  { trigger: 'message', messages: 5, ms: 172_800_000, source: SOURCE, verified: true },
]
