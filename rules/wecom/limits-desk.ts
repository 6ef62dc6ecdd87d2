import { rule, unverified } from '../rule.js'

const DOC = 'developer.work.weixin.qq.com'
const ACCOUNT = `${DOC}: 微信客服 客服账号管理`
const SEND = `${DOC}: 微信客服 发送消息`
const SYNC = `${DOC}: 微信客服 读取消息`
const CODE = `${DOC}: 微信客服 发送欢迎语等事件响应消息`
const SERVICER = `${DOC}: 微信客服 接待人员管理`

/** The desk (微信客服). */
export const deskLimits = {
  deskName: rule(16, 'characters', ACCOUNT),
  deskAccounts: rule(5000, 'customer-service accounts', ACCOUNT),
  deskPage: rule(100, 'accounts of one page', ACCOUNT),
  deskSceneBytes: rule(32, 'letters, digits, _ and -', ACCOUNT),
  deskServicers: rule(100, 'members of one call', SERVICER),
  deskDepartmentsAdded: rule(20, 'departments of one call', SERVICER),
  deskDepartmentsRemoved: rule(100, 'departments of one call', SERVICER),
  deskMessagePage: rule(1000, 'messages of one page', SYNC),
  deskCursorBytes: rule(64, 'bytes of a cursor', SYNC),
  deskTokenMinutes: rule(10, 'minutes a callback’s token is good', SYNC),
  deskKeepDays: rule(3, 'days messages can be read back', SYNC),
  deskTextBytes: rule(2048, 'UTF-8 bytes', SEND),
  deskIdBytes: rule(32, 'letters, digits, _ and - of our message id', SEND),
  deskMessages: rule(5, 'messages after one of the customer', SEND),
  deskHours: rule(48, 'hours after the customer’s last message', SEND),
  deskCodeSeconds: rule(20, 'seconds a code of a welcome or of an end is good', CODE),
  deskPoolHours: rule(48, 'hours a code of the queue or of being taken is good', CODE),
  deskMenuItems: rule(10, 'items of a menu', SEND),
  deskMenuContentBytes: rule(128, 'UTF-8 bytes of an item', SEND),
  deskMenuIdBytes: unverified(128, 'bytes of an item’s id (64 in an older text)', SEND),
  deskMenuUrlBytes: rule(2048, 'UTF-8 bytes', SEND),
  deskMenuHeadBytes: rule(1024, 'UTF-8 bytes of the head and of the tail', SEND),
  deskLinkTitleBytes: rule(128, 'UTF-8 bytes', SEND),
  deskLinkDescriptionBytes: rule(512, 'UTF-8 bytes', SEND),
  deskLinkUrlBytes: rule(2048, 'UTF-8 bytes', SEND),
  deskCardTitleBytes: rule(64, 'UTF-8 bytes', SEND),
  deskCustomers: rule(100, 'customers of one read', `${DOC}: 微信客服 获取客户基础信息`),
} as const
