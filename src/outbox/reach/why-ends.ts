import type { Purpose } from '../../core/outcome.js'
import type { RecipientEnd } from '../bulk/chunk.js'
import type { Channel } from '../channel.js'
import type { DeliveryRow } from '../delivery.js'
import { CHANNEL_NAMES, explain, PURPOSE_NAMES } from '../explain.js'
import type { ReachPolicy } from './reach.js'
import { line, pick, reasonLine, timeText, type WhyLine } from './why-line.js'

/** How a campaign stands to one person, as the campaigns tell it. */
export interface CampaignOf {
  id: string
  name: string
  state: string
  account: string
  purpose: Purpose
  channels: readonly Channel[]
  templates?: Partial<Record<Channel, string>>
  policy?: ReachPolicy
  inAudience: boolean
  heldOut: boolean
  variant?: string
  /** The newest run that has the person, and what became of it. */
  run?: string
  end?: RecipientEnd
}

/** What a campaign has to do with the person, and what became of it. */
export function campaignLines(campaign: CampaignOf, timeZone: string): WhyLine[] {
  const { name, inAudience, heldOut, run, end, state, variant } = campaign
  const about = {
    campaign: campaign.id,
    state,
    ...(run !== undefined && { run }),
    ...(variant !== undefined && { variant }),
  }
  const audience: WhyLine = inAudience
    ? line('campaign', true, `TA 在「${name}」的人群里`, `the person is in the audience of “${name}”`, {
        evidence: about,
      })
    : line('campaign', false, `TA 不在「${name}」的人群里`, `the person is not in the audience of “${name}”`, {
        evidence: about,
      })
  const held = heldOut ? [reasonLine('campaign', 'hold-out', { evidence: about })] : []
  if (end === undefined) {
    const none = line('campaign', !heldOut, '最近的批次里还没有 TA 的记录', 'no recent run has the person yet', {
      evidence: about,
    })
    return [audience, ...held, none]
  }
  return [audience, ...held, endLine(end, { ...about }, timeZone)]
}

/** What became of the person in a run. */
export function endLine(end: RecipientEnd, about: Record<string, unknown>, timeZone: string): WhyLine {
  const { state, channel, reason, code, at } = end
  const when = at ? { at } : {}
  const evidence = { ...about, state, ...pick({ channel, reason, code }) }
  const by = channel
    ? { zh: `通过${CHANNEL_NAMES[channel].zh}`, en: ` by ${CHANNEL_NAMES[channel].en}` }
    : { zh: '', en: '' }
  const time = at ? timeText(at, timeZone) : ''
  const why = reason === undefined ? undefined : explain(reason)
  const [zh, en] = END_WORDS[state]
  return {
    topic: 'campaign',
    ok: state === 'sent' || state === 'waiting' || state === 'sending',
    zh: `${time ? `${time} ` : ''}${by.zh}${zh}${why ? `：${why.zh}` : ''}`,
    en: `${en}${by.en}${time ? ` at ${time}` : ''}${why ? `: ${why.en}` : ''}`,
    ...(why?.fix && { fix: why.fix }),
    ...when,
    evidence,
  }
}

const END_WORDS: Record<RecipientEnd['state'], [zh: string, en: string]> = {
  waiting: ['排队等待发送', 'waits to be sent'],
  sending: ['正在发送', 'is being sent'],
  sent: ['已发送', 'was sent'],
  skipped: ['没有发送', 'was not sent'],
  failed: ['发送失败', 'failed'],
  retry: ['暂时失败，稍后重试', 'failed for now and is tried again'],
  uncertain: [
    '结果不明：可能已送达，不会自动重发',
    'has an unclear end: it may have arrived and is not repeated by itself',
  ],
  cancelled: ['已取消', 'was cancelled'],
  expired: ['已过期，未发送', 'expired unsent'],
  'waiting-visit': ['等 TA 下次来访时发送', 'waits for the next visit'],
}

/** The latest single deliveries. */
export function deliveryLines(deliveries: readonly DeliveryRow[], timeZone: string): WhyLine[] {
  return deliveries.map(({ _id: key, state, reason, code, source, createdAt, endedAt, purpose }) => {
    const why = reason === undefined ? undefined : explain(reason)
    const at = endedAt ?? createdAt
    const time = timeText(at, timeZone)
    const evidence = { key, source, purpose, state, ...pick({ reason, code }) }
    const about = { at, evidence }
    const name = PURPOSE_NAMES[purpose]
    const ok = state !== 'failed' && state !== 'uncertain' && state !== 'skipped' && state !== 'expired'
    return line(
      'delivery',
      ok,
      `${time} 单条${name.zh}：${DELIVERY_WORDS[state]}${why ? `（${why.zh}）` : ''}`,
      `${name.en} at ${time}: ${state}${why ? ` (${why.en})` : ''}`,
      about,
    )
  })
}

const DELIVERY_WORDS: Record<DeliveryRow['state'], string> = {
  queued: '排队中',
  claimed: '准备发送',
  sending: '正在发送',
  sent: '已发送',
  skipped: '未发送',
  retry: '稍后重试',
  failed: '失败',
  uncertain: '结果不明',
  cancelled: '已取消',
  expired: '已过期',
}
