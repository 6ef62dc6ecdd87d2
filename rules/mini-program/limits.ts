import { rule, unverified } from '../rule.js'

const DOC = 'developers.weixin.qq.com'

/** Sizes, lengths and counts of the mini program's server API. */
export const miniProgramLimits = {
  codeScene: rule(32, 'characters of a scene', `${DOC}: getUnlimitedQRCode`),
  codeWidth: rule(1280, 'pixels of a code', `${DOC}: getUnlimitedQRCode`),
  codeWidthLeast: rule(280, 'pixels of a code', `${DOC}: getUnlimitedQRCode`),
  codePagePath: unverified(1024, 'characters of a page', `${DOC}: getUnlimitedQRCode`),
  linkQuery: rule(1024, 'characters of a query', `${DOC}: URL Scheme / URL Link`),
  linkPath: unverified(1024, 'characters of a path', `${DOC}: URL Scheme / URL Link`),
  linkDays: rule(30, 'days of a scheme or link', `${DOC}: URL Scheme / URL Link`),
  shortLinkPage: rule(1024, 'characters of a page with its query', `${DOC}: Short Link`),
  textBytes: rule(2048, 'bytes of a text of customer service', `${DOC}: 小程序客服消息`),
  cardTitle: unverified(64, 'characters of a card title', `${DOC}: 小程序客服消息`),
  itemDescription: rule(120, 'characters of item_desc', `${DOC}: 发货信息录入`),
  parcels: rule(15, 'parcels of an order', `${DOC}: 发货信息录入`),
  trackingNumber: rule(128, 'bytes of a tracking number', `${DOC}: 发货信息录入`),
  orderPage: rule(100, 'orders a page', `${DOC}: 查询订单列表`),
  goodsName: rule(60, 'characters of a name of goods', `${DOC}: 物流消息`),
  liveWaybills: rule(100, 'waybills under way of a person', `${DOC}: 物流消息`),
  checkedText: rule(2500, 'characters of a checked text', `${DOC}: 文本内容安全识别`),
  checkedVisitMs: rule(7_200_000, 'ms since the person was in the mini program', `${DOC}: 文本内容安全识别`),
  loginCodeMs: rule(300_000, 'ms a login or phone code can be used, once', `${DOC}: 小程序登录`),
} as const

/** What a scene of a code may hold. */
export const scenePattern = /^[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]+$/

/** Which days one call of a visit statistics endpoint covers: one day, Monday to Sunday, or the first to the last of a month. */
export const visitSpans = {
  getweanalysisappiddailysummarytrend: 'day',
  getweanalysisappiddailyvisittrend: 'day',
  getweanalysisappidweeklyvisittrend: 'week',
  getweanalysisappidmonthlyvisittrend: 'month',
  getweanalysisappiddailyretaininfo: 'day',
  getweanalysisappidweeklyretaininfo: 'week',
  getweanalysisappidmonthlyretaininfo: 'month',
  getweanalysisappidvisitpage: 'day',
  getweanalysisappidvisitdistribution: 'day',
  getweanalysisappiduserportrait: 'last 1, 7 or 30 days',
} as const

/** A visit statistics endpoint. */
export type VisitName = keyof typeof visitSpans
