import type { WayDayRow } from '../customers/ways/model.js'
import type { OnDuty } from '../customers/ways/slots.js'
import type { WayStatus, WayView } from '../customers/ways/view.js'

const STATUS: Record<WayStatus, string> = {
  live: '使用中',
  pending: '待生成',
  unclear: '核实中',
  gone: '平台上已删除',
  'not-yet': '未到开始时间',
  over: '已过有效期',
  removed: '已删除',
}

const BY: Record<OnDuty['by'], string> = { slot: '当班', holiday: '节假日班次', spare: '备用' }

/** A contact way in one line. */
export function wayLine({ slug, name, status, counts, staff, problem, origin }: WayView): string {
  const where = origin === 'store' ? '（在线建立）' : ''
  const trouble = problem ? `  ⚠ ${problem.message}` : ''
  return `${slug.padEnd(24)} ${STATUS[status]}  新增 ${counts.added}  流失 ${counts.lost}  接待 ${staff.length} 人  ${name}${where}${trouble}`
}

/** A contact way for a terminal. */
export function describeWay(way: WayView, onDuty?: OnDuty, days: readonly WayDayRow[] = []): string[] {
  const { slug, name, status, state, origin, qrCode, platformId, staff, counts, problem, orphan } = way
  return [
    `${slug}  ${name}`,
    `  状态    ${STATUS[status]}${orphan ? '（文件已不在，二维码仍可用；删除用 weloop way remove）' : ''}`,
    ...(problem ? [`  问题    ${problem.message}`] : []),
    `  来源    ${origin === 'file' ? `content/contact-ways/${slug}.yaml` : '在线建立'}`,
    `  渠道    ${state}`,
    ...(qrCode === undefined ? [] : [`  二维码  ${qrCode}`]),
    ...(platformId === undefined || qrCode !== undefined ? [] : [`  按钮    ${platformId}`]),
    `  接待    ${staff.join('、') || '-'}`,
    ...(onDuty ? [`  此刻    ${onDuty.staff.join('、') || '-'}（${BY[onDuty.by]}）`] : []),
    `  累计    新增 ${counts.added}，流失 ${counts.lost}`,
    ...days.map(({ day, staff: member, added, lost }) => `    ${day}  ${member}  新增 ${added}  流失 ${lost}`),
  ]
}
