/** 来源 of a customer, by the platform's number. */
export function wayWord(way: number): string {
  return WAYS.get(way) ?? `来源 ${way}`
}

/** How somebody joined a group. */
export function joinWord(way: string): string {
  return JOINS.get(way) ?? '未知方式'
}

/** Why the desk refused something. */
export function refusalWord(reason: string): string {
  return REFUSALS.get(reason) ?? `没有做成（${reason}）`
}

/** What opened a window. */
export function triggerWord(trigger: string): string {
  return TRIGGERS.get(trigger) ?? trigger
}

const WAYS: ReadonlyMap<number, string> = new Map([
  [0, '未知来源'],
  [1, '扫描二维码'],
  [2, '搜索手机号'],
  [3, '名片分享'],
  [4, '群聊'],
  [5, '手机通讯录'],
  [6, '微信联系人'],
  [8, '安装第三方应用时自动添加'],
  [9, '搜索邮箱'],
  [10, '视频号添加'],
  [11, '日程参与人'],
  [12, '会议参与人'],
  [13, '添加微信好友对应的企业微信'],
  [14, '智慧硬件专属客服'],
  [15, '上门服务客服'],
  [16, '获客链接'],
  [17, '定制开发添加'],
  [18, '需求回复添加'],
  [21, '第三方售前客服添加'],
  [22, '可能的商务伙伴添加'],
  [24, '接受微信账号收到的好友申请'],
  [201, '内部成员共享'],
  [202, '管理员或负责人分配'],
])

const JOINS: ReadonlyMap<string, string> = new Map([
  ['invited', '群成员邀请'],
  ['link', '邀请链接'],
  ['code', '扫码入群'],
])

const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['unknown', '没有这个会话，或没有这一条'],
  ['not-uncertain', '这条已有结果，不用再处理'],
  ['settled', '同事先前已经选了另一种处理'],
  ['gone', '这条已查不到，没有补发'],
  ['closed', '会话已经结束'],
  ['taken', '已经由别的同事接待'],
  ['not-yours', '这个会话不在您手上'],
  ['not-queued', '这个会话没有在排队'],
  ['full', '接待人数已满，先结束一个会话'],
  ['already', '已经在排队'],
  ['yours', '已经在您手上'],
  ['offline', '这位同事不在线'],
  ['off', '没有开通客服工作台'],
  ['no-staff', '客服名单里没有这位成员，请管理员加到 content/desk.yaml'],
  ['same-staff', '已经在这位同事手上'],
])

const TRIGGERS: ReadonlyMap<string, string> = new Map([
  ['message', '客户发来消息'],
  ['menu', '点了菜单'],
  ['subscribe', '关注'],
  ['scan', '扫码'],
  ['enter', '进入会话'],
])
