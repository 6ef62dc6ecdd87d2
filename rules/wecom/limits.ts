import { rule, unverified } from '../rule.js'
import { customerLimits } from './limits-customers.js'
import { deskLimits } from './limits-desk.js'
import { groupLimits } from './limits-groups.js'
import { messageLimits } from './limits-messages.js'

const DOC = 'developer.work.weixin.qq.com'

/** Sizes, lengths and counts of WeCom. */
export const limits = {
  /** The platform cuts the connection then and sends the same push again. */
  replyMs: rule(5000, 'ms', `${DOC}: 接收消息与事件 概述`),
  resends: rule(3, 'times', `${DOC}: 接收消息与事件 概述`),
  textBytes: rule(2048, 'UTF-8 bytes of a text message, longer is cut by the platform', `${DOC}: 发送应用消息`),
  /** A group's change may name everybody who came at once. */
  pushElements: unverified(1200, 'elements of one push', `${DOC}: 客户群变更事件`),
  ...messageLimits,
  ...customerLimits,
  ...groupLimits,
  ...deskLimits,
} as const
