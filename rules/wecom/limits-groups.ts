import { rule, unverified } from '../rule.js'

const DOC = 'developer.work.weixin.qq.com'
const LIST = `${DOC}: 获取客户群列表`
const JOIN = `${DOC}: 客户群「加入群聊」管理`
const SEND = `${DOC}: 创建企业群发`
const RESULT = `${DOC}: 获取企业的全部群发记录`
const STATISTIC = `${DOC}: 获取「群聊数据统计」数据`

/** Customer groups, join ways, group-send tasks and the library of group welcomes. */
export const groupLimits = {
  groupPage: rule(1000, 'groups of one page', LIST),
  groupOwners: rule(100, 'owners of one filter', LIST),
  groupMembers: rule(500, 'members of a customer group', `${DOC}: 获取客户群详情`),
  joinGroups: rule(5, 'groups of one join way', JOIN),
  joinRemark: rule(30, 'characters', JOIN),
  joinState: rule(30, 'characters', JOIN),
  joinRoomName: rule(40, 'characters', JOIN),
  joinFull: unverified(200, 'people in a group from which on a join code passes it over', '企业微信帮助中心（旧页面）'),
  statisticDays: unverified(30, 'days of one call', STATISTIC),
  statisticBackDays: rule(180, 'days back', STATISTIC),
  statisticPage: rule(1000, 'rows of one page', STATISTIC),
  sendCustomers: rule(10_000, 'customers of one task', SEND),
  sendGroups: rule(2000, 'groups of one task', SEND),
  sendTags: rule(100, 'tags of one alternative', SEND),
  sendTextBytes: rule(4000, 'UTF-8 bytes', SEND),
  sendAttachments: rule(9, 'attachments', SEND),
  sendListPage: rule(100, 'tasks of one page', RESULT),
  sendListDays: rule(31, 'days of one list', RESULT),
  sendResultPage: rule(1000, 'rows of one page', RESULT),
  sendReminders: rule(3, 'reminders of one task in 24 h', `${DOC}: 提醒成员群发`),
  sendDispatchMs: rule(30_000, 'ms until a new task can be read', RESULT),
  groupWelcomes: rule(100, 'group welcomes in the library', `${DOC}: 入群欢迎语素材管理`),
  groupWelcomeTextBytes: unverified(3000, 'UTF-8 bytes', `${DOC}: 入群欢迎语素材管理`),
  transferGroups: rule(100, 'groups of one hand-over', `${DOC}: 分配离职成员的客户群`),
  transferGroupsPerDay: rule(300, 'groups of one owner handed over in a day', `${DOC}: 分配离职成员的客户群`),
} as const
