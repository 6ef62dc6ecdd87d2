import type { ContactRow } from '../../contacts/model.js'
import type { Purpose } from '../../core/outcome.js'
import type { Channel, Resolution } from '../channel.js'
import type { DeliveryRow } from '../delivery.js'
import { CHANNEL_NAMES, explain, PURPOSE_NAMES, type Words } from '../explain.js'
import { isCapped } from './caps.js'
import { quietUntil } from './quiet.js'
import type { QuotaState, ReachFacts, ReachPolicy, Touch } from './reach.js'
import { MASS_PER_MONTH } from './resolve.js'
import { type CampaignOf, campaignLines, deliveryLines, endLine } from './why-ends.js'
import { line, reasonLine, timeText, type WhyLine } from './why-line.js'

/** Everything that an explanation is made of. */
export interface WhyFacts {
  now: Date
  contact: ContactRow
  account: string
  facts: ReachFacts
  touches: readonly Touch[]
  quota: QuotaState
  policy: ReachPolicy
  purpose: Purpose
  channels: readonly Channel[]
  resolution: Resolution
  campaign?: CampaignOf
  deliveries: readonly DeliveryRow[]
}

/** All that bears on whether this person gets the message, one line each. */
export function linesOf(about: WhyFacts): WhyLine[] {
  const { timeZone } = about.policy.quiet
  return [
    ...(about.campaign ? campaignLines(about.campaign, timeZone) : []),
    followLine(about),
    ...consentLines(about),
    ...capLines(about),
    ...windowLines(about),
    ...massLines(about),
    ...quotaLines(about),
    ...quietLines(about),
    ...channelLines(about),
    ...deliveryLines(about.deliveries, timeZone),
  ]
}

function followLine({ contact, account, facts, policy }: WhyFacts): WhyLine {
  if (facts.erased) return reasonLine('follow', 'erased', contact.erasedAt ? { at: contact.erasedAt } : {})
  const identity = contact.identities.find((one) => one.account === account && one.externalId === facts.to)
  if (identity === undefined) return reasonLine('follow', 'no-identity', { evidence: { account } })
  const { following, at } = identity.follow
  const evidence = { account, to: identity.externalId }
  if (!following) return reasonLine('follow', 'not-following', { at, evidence })
  if (facts.blockedAt) return reasonLine('follow', 'blocked', { at: facts.blockedAt, evidence })
  const time = timeText(at, policy.quiet.timeZone)
  return line('follow', true, `${time} 起关注着公众号`, `follows the account since ${time}`, { at, evidence })
}

function consentLines({ facts, purpose, policy }: WhyFacts): WhyLine[] {
  const name = PURPOSE_NAMES[purpose]
  if (purpose === 'reply' || purpose === 'service') {
    return [line('consent', true, `${name.zh}不需要征得同意`, `a ${name.en} needs no consent`)]
  }
  const said = facts.consents[purpose]
  if (said === undefined) {
    if (policy.requireConsent.includes(purpose))
      return [reasonLine('consent', 'never-asked', { evidence: { purpose } })]
    return [line('consent', true, `TA 没有拒绝过${name.zh}消息`, `the person never refused ${name.en} messages`)]
  }
  const evidence = { purpose, ...said }
  if (!said.allowed) return [reasonLine('consent', 'opted-out', { at: said.at, evidence })]
  return [
    line('consent', true, `TA 同意接收${name.zh}消息`, `the person allowed ${name.en} messages`, {
      at: said.at,
      evidence,
    }),
  ]
}

function capLines({ facts, purpose, policy, touches }: WhyFacts): WhyLine[] {
  if (!isCapped(purpose)) return []
  const { caps } = policy
  const { day, week, month } = facts.touches
  const ok = (day < caps.day && week < caps.week && month < caps.month) || facts.reserved === true
  const counted = touches.filter((touch) => isCapped(touch.purpose)).slice(0, 10)
  const list = counted.map(({ at, channel, source, account }) => ({ at, channel, source, account }))
  const [newest] = counted
  return [
    line(
      'caps',
      ok,
      `营销/关怀消息：今天 ${day}/${caps.day}，7 天 ${week}/${caps.week}，30 天 ${month}/${caps.month}${ok ? '' : '，已达上限'}`,
      `marketing and care messages: today ${day} of ${caps.day}, 7 days ${week} of ${caps.week}, 30 days ${month} of ${caps.month}${ok ? '' : ': full'}`,
      { ...(newest && { at: newest.at }), evidence: { touches: list } },
    ),
  ]
}

function windowLines({ facts, channels, contact, policy }: WhyFacts): WhyLine[] {
  if (!channels.includes('customer-message')) return []
  const { openWindow, windowUnexpired, windowUntil } = facts
  const evidence = { lastSeenAt: contact.lastSeenAt, left: openWindow }
  if (openWindow === 0) {
    return [
      reasonLine('window', windowUnexpired ? 'window-used-up' : 'window-closed', { at: contact.lastSeenAt, evidence }),
    ]
  }
  const until = windowUntil ? timeText(windowUntil, policy.quiet.timeZone) : ''
  return [
    line(
      'window',
      true,
      `客服窗口开着，还可发 ${openWindow} 条，到 ${until}`,
      `the window is open for ${openWindow} more until ${until}`,
      { ...(windowUntil && { at: windowUntil }), evidence },
    ),
  ]
}

function massLines({ facts, channels }: WhyFacts): WhyLine[] {
  if (!channels.includes('mass')) return []
  const { massThisMonth } = facts
  const ok = massThisMonth < MASS_PER_MONTH
  const evidence = { massThisMonth }
  return [
    line(
      'mass',
      ok,
      `本月群发 ${massThisMonth}/${MASS_PER_MONTH} 次`,
      `${massThisMonth} of ${MASS_PER_MONTH} mass messages this month`,
      { evidence },
    ),
  ]
}

function quotaLines({ channels, quota, now, policy }: WhyFacts): WhyLine[] {
  return channels.flatMap((channel): WhyLine[] => {
    const { parkedUntil, left, rollsAt, permitted } = quota[channel]
    if (!permitted || (left > 0 && !(parkedUntil && parkedUntil > now))) return []
    const until = parkedUntil ?? rollsAt
    const [zh, en] = [CHANNEL_NAMES[channel].zh, CHANNEL_NAMES[channel].en]
    const time = timeText(until, policy.quiet.timeZone)
    const evidence = { channel, left }
    return [
      line('quota', false, `${zh}的额度已用完，${time} 恢复`, `the quota of ${en} is used up until ${time}`, {
        at: until,
        evidence,
      }),
    ]
  })
}

function quietLines({ purpose, policy, now }: WhyFacts): WhyLine[] {
  const until = isCapped(purpose) && policy.quiet.mode !== 'ignore' ? quietUntil(now, policy.quiet) : undefined
  return until ? [reasonLine('quiet', 'quiet-hours', { at: until, evidence: { ...policy.quiet } })] : []
}

/** What the resolver says now. */
function channelLines({ resolution, policy }: WhyFacts): WhyLine[] {
  if ('channel' in resolution) {
    const name = CHANNEL_NAMES[resolution.channel]
    const evidence = { channel: resolution.channel }
    return [line('channel', true, `现在可以通过${name.zh}送达`, `can be reached now by ${name.en}`, { evidence })]
  }
  if ('until' in resolution) {
    const why = explain(resolution.reason)
    const time = timeText(resolution.until, policy.quiet.timeZone)
    const evidence = { reason: resolution.reason }
    return [
      line('channel', false, `${time} 之后可以送达：${why.zh}`, `can be reached after ${time}: ${why.en}`, {
        at: resolution.until,
        evidence,
      }),
    ]
  }
  return resolution.refusals.map(({ channel, reason, until }) => {
    const why = explain(reason)
    const name = CHANNEL_NAMES[channel]
    const about = { ...(until && { at: until }), evidence: { channel, reason } }
    return {
      ...line('channel', false, `${name.zh}：${why.zh}`, `${name.en}: ${why.en}`, about),
      ...(why.fix && { fix: why.fix }),
    }
  })
}

/** The one sentence in front: what became of it, else what would happen now. */
export function verdictOf(
  { campaign, resolution, policy }: WhyFacts,
  lines: readonly WhyLine[],
): Words & { ok: boolean } {
  const told = (found: WhyLine | undefined) => found && { zh: found.zh, en: found.en, ok: found.ok }
  if (campaign?.end) return told(endLine(campaign.end, {}, policy.quiet.timeZone)) ?? NOTHING
  if (campaign && !campaign.inAudience) return told(lines.find(({ topic }) => topic === 'campaign')) ?? NOTHING
  if (campaign?.heldOut) return { ...explain('hold-out'), ok: false }
  const against = lines.find(({ topic, ok }) => !ok && (topic === 'follow' || topic === 'consent' || topic === 'caps'))
  const channel = lines.find(({ topic }) => topic === 'channel')
  return told('channel' in resolution ? channel : (against ?? channel)) ?? NOTHING
}

const NOTHING = { zh: '没有可用的渠道', en: 'no channel was asked for', ok: false }
