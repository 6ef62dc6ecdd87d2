import { rule, unverified } from '../rule.js'

const DOC = 'developer.work.weixin.qq.com'
const READ = `${DOC}: 客户管理 获取客户详情`
const WAY = `${DOC}: 客户联系 配置「联系我」方式`
const WELCOME = `${DOC}: 发送新客户欢迎语`
const TAG = `${DOC}: 管理企业标签`
const TRANSFER = `${DOC}: 在职继承 / 离职继承`
const MOMENT = `${DOC}: 客户朋友圈`

/** Customers, contact ways, welcomes, tags, hand-over and moments. */
export const customerLimits = {
  batchStaff: rule(100, 'members of one batch read', READ),
  batchPage: rule(100, 'customers of one page', READ),
  remark: rule(20, 'characters', `${DOC}: 修改客户备注信息`),
  remarkDescription: rule(150, 'characters', `${DOC}: 修改客户备注信息`),
  remarkMobiles: rule(5, 'phone numbers', `${DOC}: 修改客户备注信息`),
  wayMembers: rule(100, 'members of one contact way, departments expanded', WAY),
  wayRemark: rule(30, 'characters', WAY),
  wayState: rule(30, 'characters', WAY),
  wayPage: rule(1000, 'contact ways of one page', WAY),
  ways: rule(500_000, 'contact ways and join ways of a corporation', WAY),
  welcomeSeconds: rule(20, 'seconds a welcome code is good, once', WELCOME),
  messageTextBytes: rule(4000, 'UTF-8 bytes', WELCOME),
  attachments: rule(9, 'attachments', WELCOME),
  linkTitleBytes: rule(128, 'UTF-8 bytes', WELCOME),
  linkDescriptionBytes: rule(512, 'UTF-8 bytes', WELCOME),
  linkUrlBytes: rule(2048, 'UTF-8 bytes', WELCOME),
  cardTitleBytes: rule(64, 'UTF-8 bytes of a mini-program card’s title', WELCOME),
  tagName: rule(30, 'characters', TAG),
  /** Said to be 10,000 lately; 3000 is what the documentation we read names. */
  tags: unverified(3000, 'tags of a corporation', TAG),
  transferCustomers: rule(100, 'customers of one hand-over', TRANSFER),
  transferMessage: rule(200, 'characters', TRANSFER),
  transferPer90Days: rule(2, 'hand-overs of one customer in `transferDays`', TRANSFER),
  transferDays: rule(90, 'days', TRANSFER),
  unassignedPage: rule(1000, 'rows of one page', TRANSFER),
  momentImages: rule(9, 'pictures', MOMENT),
  momentImagePixels: rule(1_555_200, 'pixels of a picture', MOMENT),
  momentVideoSeconds: rule(30, 'seconds of a video', MOMENT),
  momentLinkTitleBytes: rule(64, 'UTF-8 bytes', MOMENT),
  momentPage: rule(20, 'moments of one page', MOMENT),
  momentWindowDays: rule(30, 'days of one list', MOMENT),
  momentsPerMinute: rule(10, 'moments tasks in a minute', MOMENT),
  momentJobBytes: rule(64, 'bytes of a job’s id', MOMENT),
} as const
