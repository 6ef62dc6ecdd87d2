/** What an account is; decides which server APIs it may call. */
export type AccountKind = 'personal' | 'verified-subscription' | 'verified-service'

/** What the product may want to do with an account. */
export type Capability =
  | 'receive'
  | 'customer-messages'
  | 'mass-by-tag'
  | 'mass-by-openid'
  | 'template-messages'
  | 'subscription-notices'
  | 'one-time-subscription'
  | 'users'
  | 'scene-codes'
  | 'web-login'
  | 'menu'
  | 'drafts'
  | 'publish'
  | 'statistics'

const SOURCE = 'developers.weixin.qq.com: 接口权限说明'

/** Capability by account kind. `personal` stands for personal and unverified accounts. */
export const capabilities: Record<
  Capability,
  Record<AccountKind, boolean> & { zh: string; source: string; verified: boolean }
> = {
  receive: row('接收消息与被动回复', true, true, true),
  'customer-messages': row('客服消息', false, true, true),
  'mass-by-tag': row('按标签群发', false, true, true),
  'mass-by-openid': row('按 openid 列表群发', false, false, true),
  'template-messages': row('模板消息', false, false, true),
  'subscription-notices': row('订阅通知', false, false, true),
  'one-time-subscription': row('一次性订阅', false, true, true),
  users: row('用户与标签管理', false, true, true),
  'scene-codes': row('带参数二维码', false, false, true, false),
  'web-login': row('网页授权', false, false, true, false),
  menu: row('自定义菜单', false, true, true, false),
  drafts: row('草稿箱', true, true, true, false),
  publish: row('发布', false, true, true),
  statistics: row('数据统计', false, true, true, false),
}

function row(zh: string, personal: boolean, subscription: boolean, service: boolean, verified = true) {
  return {
    personal,
    'verified-subscription': subscription,
    'verified-service': service,
    zh,
    source: SOURCE,
    verified,
  }
}

/** The kind of an account from its configuration. */
export function accountKind(account: { kind: 'service' | 'subscription'; verified: boolean }): AccountKind {
  if (!account.verified) return 'personal'
  return account.kind === 'service' ? 'verified-service' : 'verified-subscription'
}
