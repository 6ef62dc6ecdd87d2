import { DateTime } from 'luxon'
import type { CampaignView, RunView } from '../campaigns/campaigns.js'
import type { Estimate } from '../campaigns/estimate.js'
import { reachable } from '../campaigns/estimate.js'
import type { CampaignState, RunState } from '../campaigns/life.js'
import type { CampaignRow } from '../campaigns/model.js'
import type { RecipientState } from '../outbox/bulk/chunk.js'
import type { Channel } from '../outbox/channel.js'
import { CHANNEL_NAMES, explain } from '../outbox/explain.js'

/** Campaigns in words for a marketer's terminal. */

const STATES: Record<CampaignState, string> = {
  draft: '草稿',
  estimated: '已估算',
  approved: '已批准',
  scheduled: '已排期',
  running: '进行中',
  paused: '已暂停',
  done: '已结束',
  stopped: '已终止',
}

const RUN_STATES: Record<RunState, string> = {
  scheduled: '等待开始',
  expanding: '正在生成名单',
  sending: '正在发送',
  resting: '首批已发，观察中',
  paused: '已暂停',
  done: '已结束',
  stopped: '已终止',
  skipped: '已跳过',
  cancelled: '已取消',
}

const RECIPIENT_STATES: Record<RecipientState, string> = {
  waiting: '待发送',
  sending: '发送中',
  sent: '已发送',
  skipped: '未发送',
  failed: '失败',
  retry: '待重试',
  uncertain: '不确定',
  cancelled: '已取消',
  expired: '已过期',
  'waiting-visit': '等下次来访',
}

/** One line of a list. */
export function listLine({ _id, state, definition, next, updatedAt }: CampaignRow, zone: string): string {
  const when = next ? `下次 ${time(next.at, zone)}` : `更新 ${time(updatedAt, zone)}`
  return `${_id.padEnd(28)}${STATES[state].padEnd(6, '　')} ${when}  ${definition.name}`
}

/** A campaign with its runs. */
export function describeCampaign({ campaign, runs }: CampaignView, zone: string): string {
  const { _id, definition, state, version, authors, approval, estimate, reason, next } = campaign
  return [
    `${_id}  ${definition.name}  [${STATES[state]}]  第 ${version} 版，作者 ${authors.join('、')}`,
    `  通道    ${definition.channels.map(channelName).join(' → ')}`,
    ...(approval ? [`  批准    ${approval.by}，${time(approval.at, zone)}，最多 ${approval.people} 人`] : []),
    ...(next ? [`  下次    ${time(next.at, zone)}`] : []),
    ...(reason ? [`  原因    ${reason.text}${reason.by === undefined ? '' : `（${reason.by}）`}`] : []),
    ...(estimate ? [describeEstimate(estimate, zone)] : ['  还没有估算：weloop campaign estimate']),
    ...runs.map((run) => describeRun(run, zone)),
  ].join('\n')
}

/** What an estimate found: the numbers a marketer decides on. */
export function describeEstimate(found: Estimate, zone: string): string {
  const { people, notDue, holdOut, channels, later, reasons, variants, forecast } = found
  const lines = [
    `  估算    ${time(found.asOf, zone)} 的名单，按 ${time(found.for, zone)} 发送计算`,
    `    人群 ${people} 人${notDue > 0 ? `（另有 ${notDue} 人还没轮到）` : ''}，可触达 ${reachable(found)} 人，对照组 ${holdOut} 人`,
    ...entries(channels).map(([channel, count]) => `      ${channelName(channel)}  ${count}`),
    ...entries(later).map(([why, count]) => `      稍后发送：${explain(why).zh}  ${count}`),
    ...entries(reasons).map(([why, count]) => `      发不到：${explain(why).zh}  ${count}`),
  ]
  if (variants.length > 1)
    lines.push(`    版本    ${variants.map(({ name, people: count }) => `${name} ${count}`).join('，')}`)
  for (const { channel, people: asked, fits, beyond, left, until } of forecast) {
    const rest = left === undefined ? '平台没有公布额度' : `今日额度还剩 ${left}`
    const short = beyond > 0 ? `，超出 ${beyond} 人${until ? `，${time(until, zone)} 恢复` : ''}` : ''
    lines.push(`    额度    ${channelName(channel)}：需要 ${asked}，今日够 ${fits}（${rest}）${short}`)
  }
  return lines.join('\n')
}

/** One run, with what was foreseen beside what became of it. */
export function describeRun(run: RunView, zone: string): string {
  const { occurrence, state, progress, estimate, counts, optOuts, reason, waves, wave } = run
  const which = waves && waves.length > 1 ? `，第 ${(wave ?? 0) + 1}/${waves.length} 批` : ''
  const lines = [`  ${occurrence}  [${RUN_STATES[state]}${which}]${reason ? `  ${reason.text}` : ''}`]
  if (progress) {
    const foreseen = estimate ? `，估算可触达 ${reachable(estimate)}` : ''
    lines.push(`    名单 ${counts?.people ?? progress.recipients} 人${foreseen}`)
    const states = entries(progress.states).map(([name, count]) => `${RECIPIENT_STATES[name]} ${count}`)
    lines.push(`    ${states.join('，') || '还没有人'}${optOuts ? `；退订或取关 ${optOuts}` : ''}`)
    for (const [why, count] of entries(progress.reasons)) lines.push(`      ${explain(why).zh}  ${count}`)
  }
  if (state === 'scheduled') lines.push(`    ${time(run.dueAt, zone)} 开始`)
  return lines.join('\n')
}

/** `[#####     ] 50%  500/1000`, for a line that is written over. */
export function progressBar(done: number, total: number, width = 30): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const full = Math.round(share * width)
  const percent = `${Math.floor(share * 100)}%`.padStart(4)
  return `[${'#'.repeat(full)}${' '.repeat(width - full)}] ${percent}  ${done}/${total}`
}

const channelName = (channel: Channel) => CHANNEL_NAMES[channel].zh

const time = (at: Date, zone: string) => DateTime.fromJSDate(at, { zone }).toFormat('yyyy-MM-dd HH:mm')

/** The counts that are not nothing, the largest first. */
function entries<K extends string>(counts: Partial<Record<K, number>>): [K, number][] {
  return (Object.entries(counts) as [K, number][]).filter(([, count]) => count > 0).toSorted((a, b) => b[1] - a[1])
}
