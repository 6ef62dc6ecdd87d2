import type { Purpose, SkipReason } from '../core/outcome.js'
import type { Channel, Reason } from './channel.js'

/** A sentence in both languages of the product. */
export interface Words {
  zh: string
  en: string
}

/** Why somebody did not get a message, and what can be done about it. */
export interface Explanation extends Words {
  fix?: Words
}

const words = (zh: string, en: string, fixZh?: string, fixEn?: string): Explanation => ({
  zh,
  en,
  ...(fixZh !== undefined && { fix: { zh: fixZh, en: fixEn ?? fixZh } }),
})

/** Every reason in plain words: what happened, not how the program calls it. */
const REASONS: Readonly<Record<Reason | SkipReason, Explanation>> = {
  'no-identity': words(
    '我们不知道这个人在该渠道上的账号',
    'we do not know the person on that channel',
    '等 TA 关注公众号、进入小程序或添加店员企业微信',
    'wait until they follow the account, open the mini program or add a member of staff',
  ),
  'identity-unknown': words(
    '找不到这个人，或平台说该账号不存在',
    'nobody of that id is known, or the platform does not know it',
  ),
  'not-following': words(
    'TA 没有关注（或已取消关注）公众号',
    'the person does not follow the account (any more)',
    '只能等 TA 再次关注',
    'nothing to do before they follow again',
  ),
  blocked: words('TA 已拒收消息或在黑名单中', 'the person takes no messages or is on the blacklist'),
  'opted-out': words(
    'TA 明确拒绝了这类消息',
    'the person refused messages of this kind',
    '尊重选择，不要再发',
    'respect it',
  ),
  'never-asked': words(
    'TA 没有同意过这类消息，而配置要求先征得同意',
    'the person never agreed to messages of this kind, and the configuration requires it',
    '先征得同意，或修改 reach.requireConsent',
    'ask first, or change reach.requireConsent',
  ),
  purpose: words(
    '该渠道不允许这类内容（服务通知不能发营销）',
    'the channel does not carry this kind of message (service notices carry no marketing)',
  ),
  'no-template': words('这条消息没有绑定该渠道的模板', 'the message has no template for this channel'),
  'no-permission': words(
    '公众号没有使用该渠道的权限',
    'the account may not use this channel',
    '运行 weloop doctor 查看缺少什么',
    'run weloop doctor to see what is missing',
  ),
  'window-closed': words(
    'TA 48 小时内没有来过消息，客服窗口已关闭',
    'the person has not written for 48 hours: the window is closed',
  ),
  'window-used-up': words(
    '客服窗口内可发的条数已用完（每次来消息 5 条）',
    'the window is used up (5 messages after each of theirs)',
    '等 TA 再次来消息',
    'wait for their next message',
  ),
  'no-credit': words(
    'TA 没有可用的订阅次数（一次同意只能发一条）',
    'no acceptance of the template is left (each allows one message)',
    '请 TA 再次订阅',
    'ask them to subscribe again',
  ),
  refused: words('平台说 TA 拒绝了订阅或次数已用完', 'the platform says that the subscription was refused or used up'),
  'mass-used-up': words(
    'TA 本月已收到 4 次群发，这是平台上限',
    'the person got 4 mass messages this month, the platform’s limit',
  ),
  quota: words(
    '该接口今日额度已用完，零点（北京时间）恢复',
    'the day’s quota of this API is used up until 00:00 in Shanghai',
  ),
  'cap-day': words('TA 今天收到的营销/关怀消息已达上限', 'the person got as many messages today as the caps allow'),
  'cap-week': words(
    'TA 最近 7 天收到的营销/关怀消息已达上限',
    'the person got as many messages in 7 days as the caps allow',
  ),
  'cap-month': words(
    'TA 最近 30 天收到的营销/关怀消息已达上限',
    'the person got as many messages in 30 days as the caps allow',
  ),
  'cap-campaign': words('TA 已收到过这个活动的消息', 'the person got a message of this campaign before'),
  'quiet-hours': words('现在是免打扰时段', 'it is within quiet hours'),
  'hold-out': words(
    'TA 在对照组，不发送，用来比较效果',
    'the person is in the group that gets nothing, to compare with',
  ),
  'came-back': words('TA 已经回来（来过消息或下过单），无需召回', 'the person came back already: wrote or ordered'),
  erased: words('TA 的资料已按要求删除', 'the person’s data was erased on request'),
  expired: words('过了有效期仍未能发出', 'it could not be sent before it expired'),
  'with-staff': words(
    '会话正由人工接待（或已结束），接口不能发送',
    'staff have the conversation (or it has ended), nothing can be sent by API',
  ),
  covered: words('平台自己已就此事通知 TA', 'the platform itself tells the person about it'),
}

/** Channels by the names that people use. */
export const CHANNEL_NAMES: Readonly<Record<Channel, Words>> = {
  template: { zh: '模板消息', en: 'template message' },
  subscription: { zh: '服务号订阅通知', en: 'subscription notice' },
  'mini-program': { zh: '小程序订阅消息', en: 'mini-program message' },
  shipping: { zh: '发货信息', en: 'shipping report' },
  'customer-message': { zh: '客服消息', en: 'customer message' },
  'kf-message': { zh: '微信客服消息', en: 'desk message' },
  mass: { zh: '群发', en: 'mass send' },
  'group-send': { zh: '企业微信群发', en: 'WeCom group send' },
  'next-visit': { zh: '下次来访时发送', en: 'next visit' },
}

/** Purposes by the names that people use. */
export const PURPOSE_NAMES: Readonly<Record<Purpose, Words>> = {
  reply: { zh: '回复', en: 'reply' },
  service: { zh: '服务通知', en: 'service notice' },
  marketing: { zh: '营销', en: 'marketing' },
  care: { zh: '关怀', en: 'care' },
}

/** A reason in plain words. One that is not in the table (a platform's own text) stands for itself. */
export function explain(reason: string): Explanation {
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as Reason] : { zh: reason, en: reason }
}
