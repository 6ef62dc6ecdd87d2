import { windows } from '../../../rules/official-account/windows.js'
import { limits } from '../../../rules/wecom/limits.js'
import type { WindowState } from '../../contacts/windows.js'
import type { ConversationRow, DeskChannel, EntryDelivery, ReleasedWhy } from '../model.js'

const CHANNELS: Record<DeskChannel, string> = {
  'official-account': '公众号',
  kf: '微信客服',
  'mini-program': '小程序',
}

/** The service as people call it. */
export const channelName = (channel: DeskChannel): string => CHANNELS[channel]

/** `#3 林小雨`: what every line about a conversation starts with. */
export const markOf = ({ number }: Pick<ConversationRow, 'number'>, name: string): string =>
  number === undefined ? name : `#${number} ${name}`

/** What to call a person of whom no name is known. */
export const nameless = (externalId: string): string => `访客${externalId.slice(-4)}`

/** `11-24 10:20` in a time zone. */
export function clockTime(at: Date, timeZone: string): string {
  const format = {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  } as const
  const parts = new Intl.DateTimeFormat('zh-CN', { ...format, hourCycle: 'h23' }).formatToParts(at)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`
}

/** The window meter: what may still be sent to the person, until when. */
export function meterOf(state: WindowState, channel: DeskChannel, timeZone: string): string {
  const { most, hours } = lawOf(channel)
  const last = state.open.at(-1)
  if (last) {
    const left = state.open.reduce((sum, { remaining }) => sum + remaining, 0)
    return `还可发 ${left} 条，到 ${clockTime(last.until, timeZone)} 为止`
  }
  if (state.unexpired) return `${hours} 小时窗口已用 ${most}/${most} 条，等对方再发消息`
  const since = state.lastActAt ? `（对方最后一次互动 ${clockTime(state.lastActAt, timeZone)}）` : ''
  return `${hours} 小时窗口已关闭${since}`
}

function lawOf(channel: DeskChannel): { most: number; hours: number } {
  const rule = windows.find(({ trigger }) => trigger === 'message')
  if (channel === 'kf' || !rule) return { most: limits.deskMessages.value, hours: limits.deskHours.value }
  return { most: rule.messages, hours: rule.ms / 3_600_000 }
}

const REASONS: Readonly<Record<string, string>> = {
  'window-closed': '48 小时窗口已关闭',
  'window-used-up': '窗口内的条数已用完',
  'not-following': '对方已取消关注',
  blocked: '对方已拒收',
  'opted-out': '对方已退订',
  refused: '平台拒绝发送',
  'identity-unknown': '平台不认识这位用户',
  'no-permission': '账号没有这个接口的权限',
  expired: '超过时限仍未发出',
  quota: '今日接口次数已用完',
  erased: '对方的资料已按要求删除',
}

/** Why a message did not arrive, in words. */
export function reasonOf({ state, reason = '', detail, code }: EntryDelivery): string {
  if (state === 'expired') return REASONS['expired'] ?? ''
  if (state === 'cancelled') return '已撤回'
  const known = REASONS[reason]
  if (known !== undefined) return known
  const more = [reason, detail].filter((one) => one !== undefined && one !== '').join('，')
  const said = more === '' ? '平台没有说明原因' : more
  return code === undefined ? said : `${said}（错误码 ${code}）`
}

const RELEASED: Record<ReleasedWhy, string> = {
  closed: '会话已结束',
  transferred: '已转给其他同事',
  reassigned: '久未回复，已交给其他同事',
  bot: '已转回机器人',
  left: '已交给其他同事',
}

/** Why a member has a conversation no more, in words. */
export function releasedText(why: ReleasedWhy, { closedBy }: Pick<ConversationRow, 'closedBy'>): string {
  if (why !== 'closed') return RELEASED[why]
  if (closedBy === 'follower') return '对方结束了会话'
  if (closedBy === 'silence') return '久无消息，会话已自动结束'
  return closedBy === 'left' ? '对方已离开，会话已结束' : RELEASED.closed
}

const REFUSED: Readonly<Record<string, string>> = {
  unknown: '没有这个会话',
  closed: '会话已结束',
  taken: '已有同事接入',
  'not-yours': '这个会话不在您手上',
  'not-queued': '会话已不在排队',
  full: '接待数已满',
  'no-staff': '没有这位同事，或不在接待名单里',
  'same-staff': '会话就在您手上',
  yours: '会话就在对方手上',
  offline: '这位同事不在线',
  unsendable: '这种内容不能发给对方',
  off: '客服台没有开启',
}

/** Why the desk did not do what was asked, in words. */
export const refusedText = (reason: string): string => REFUSED[reason] ?? reason

/** What a member can write; the answer of `/帮助`. */
export const HELP = [
  '直接写：回复当前会话',
  '#3 您好：回复 3 号会话；只写 #3：切换到 3 号',
  '/结束 /转给 姓名或技能 /转机器人',
  '/备注 内容 /卡片 名称 /文章 名称',
  '/订单 [订单号] /客户 /列表',
  '/上线 /下线 /帮助',
  '指令前加号码指定会话：#3 /结束。以 // 开头发送斜杠本身。图片、语音、视频、文件、位置、链接直接发。',
].join('\n')

/** The first words of something longer, at most so many characters. */
export function excerpt(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const signs = [...line]
  return signs.length <= most ? line : `${signs.slice(0, most - 1).join('')}…`
}
