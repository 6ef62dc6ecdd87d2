import { type Rule, rule, unverified } from '../rule.js'

const DOC = 'developer.work.weixin.qq.com: 访问频率限制'

/** How often an endpoint may be called, for a whole corporation. */
export const frequency = {
  perMinute: rule(10_000, 'calls of one endpoint in a minute', DOC),
  perHour: rule(150_000, 'calls of one endpoint in an hour', DOC),
  corpTicketsPerHour: rule(400, 'jsapi tickets of a corporation in an hour', DOC),
  agentTicketsPerHour: rule(100, 'jsapi tickets of an app in an hour', DOC),
} as const

/** Calls at once to an endpoint that reads much; the platform names no number and answers 45033 above its own. */
export const bigReadsAtOnce: Rule<number> = unverified(5, 'calls at once', '全局错误码 45033')

/** The endpoints that read much. */
export const bigReads: ReadonlySet<string> = new Set([
  '/cgi-bin/externalcontact/list',
  '/cgi-bin/externalcontact/get',
  '/cgi-bin/externalcontact/batch/get_by_user',
  '/cgi-bin/externalcontact/groupchat/list',
  '/cgi-bin/externalcontact/groupchat/get',
  '/cgi-bin/externalcontact/groupchat/statistic',
  '/cgi-bin/externalcontact/groupchat/statistic_group_by_day',
  '/cgi-bin/externalcontact/get_groupmsg_list_v2',
  '/cgi-bin/externalcontact/get_groupmsg_task',
  '/cgi-bin/externalcontact/get_groupmsg_send_result',
  '/cgi-bin/externalcontact/get_moment_list',
  '/cgi-bin/externalcontact/get_moment_task',
  '/cgi-bin/externalcontact/get_moment_customer_list',
  '/cgi-bin/externalcontact/get_moment_send_result',
  '/cgi-bin/externalcontact/transfer_result',
  '/cgi-bin/externalcontact/get_unassigned_list',
  '/cgi-bin/externalcontact/list_contact_way',
  '/cgi-bin/kf/sync_msg',
])
