import { limits } from '../../../rules/official-account/limits.js'
import { unreachable } from '../../core/errors.js'
import type { Channel, ChannelRefusal, Reason, Resolution } from '../channel.js'
import { type ChannelTerms, channelRules } from '../channel-rules.js'
import { capReached, isCapped } from './caps.js'
import { platformNextMonth } from './days.js'
import { quietUntil } from './quiet.js'
import type { ReachFacts, ResolveInput } from './reach.js'

/** Mass messages of an account that one follower gets in a calendar month; the platform drops further ones. */
export const MASS_PER_MONTH = limits.massPerFollowerMonth.value

/**
 * The first of the asked channels that may carry the message to this person now, or what stands against it. What a
 * person said comes first, then the caps, then the channels in their order, then quiet hours. `next-visit` is taken
 * last, wherever it stands, and only when nothing frees itself within the day; caps and quiet hours do not bar it, as
 * nothing leaves until the person comes by (and is judged again).
 */
export function resolveChannel(input: ResolveInput): Resolution {
  const { purpose, channels, facts, policy, now } = input
  const said = whatTheySaid(input)
  if (said !== undefined) return { refusals: channels.map((channel) => ({ channel, reason: said })) }

  const later = channels.includes('next-visit') && standsAgainst('next-visit', input) === undefined
  const capped = isCapped(purpose) && facts.reserved !== true
  const cap = capped ? capReached(facts.touches, policy.caps, now, policy.quiet.timeZone) : undefined
  if (cap) return later ? NEXT_VISIT : { refusals: channels.map((channel) => ({ channel, ...cap })) }

  const refusals: ChannelRefusal[] = []
  for (const channel of channels) {
    if (channel === 'next-visit') continue
    const refusal = standsAgainst(channel, input)
    if (refusal === undefined) return atThisHour(channel, input)
    refusals.push({ channel, ...refusal })
  }
  const freed = refusals.reduce<Date | undefined>(soonest, undefined)
  if (freed) return { until: freed, reason: 'quota' }
  if (later) return NEXT_VISIT
  const last = channels.includes('next-visit') ? standsAgainst('next-visit', input) : undefined
  return { refusals: last ? [...refusals, { channel: 'next-visit', ...last }] : refusals }
}

/** The one reason to count when nothing can carry a message: the person's own word, else the nearest miss. */
export function mainReason(resolution: Resolution): Reason | undefined {
  if ('channel' in resolution) return undefined
  if ('until' in resolution) return resolution.reason
  const found = new Set(resolution.refusals.map(({ reason }) => reason))
  return TELLING.find((reason) => found.has(reason))
}

/** The most telling first: what holds for the person as a whole, then what was nearest to work. */
const TELLING: readonly Reason[] = [
  'erased',
  'opted-out',
  'never-asked',
  'hold-out',
  'came-back',
  'cap-campaign',
  'cap-month',
  'cap-week',
  'cap-day',
  'quiet-hours',
  'expired',
  'quota',
  'mass-used-up',
  'window-used-up',
  'no-credit',
  'window-closed',
  'blocked',
  'not-following',
  'no-template',
  'no-permission',
  'no-identity',
  'purpose',
]

const NEXT_VISIT: Resolution = { channel: 'next-visit' }

function whatTheySaid({ purpose, facts, policy }: ResolveInput): Reason | undefined {
  if (facts.erased) return 'erased'
  if (purpose === 'reply' || purpose === 'service') return undefined
  const said = facts.consents[purpose]
  if (said?.allowed === false) return 'opted-out'
  return said === undefined && policy.requireConsent.includes(purpose) ? 'never-asked' : undefined
}

function atThisHour(channel: Channel, { purpose, channels, policy, now }: ResolveInput): Resolution {
  if (!isCapped(purpose) || policy.quiet.mode === 'ignore') return { channel }
  const until = quietUntil(now, policy.quiet)
  if (until === undefined) return { channel }
  if (policy.quiet.mode === 'next') return { until, reason: 'quiet-hours' }
  return { refusals: channels.map((one) => ({ channel: one, reason: 'quiet-hours' })) }
}

type Obstacle = Omit<ChannelRefusal, 'channel'>

function standsAgainst(channel: Channel, input: ResolveInput): Obstacle | undefined {
  const { purpose, facts, quota, now, templates = {} } = input
  const rule = channelRules[channel]
  const { permitted, left, parkedUntil, rollsAt } = quota[channel]
  if (!rule.purposes.includes(purpose)) return { reason: 'purpose' }
  if (!permitted) return { reason: 'no-permission' }
  if (!isKnown(rule, facts)) return { reason: 'no-identity' }
  if (rule.follows && !facts.following) return { reason: 'not-following' }
  if (facts.blockedAt && rule.identity === 'account' && channel !== 'next-visit') return { reason: 'blocked' }
  if (rule.template && templates[channel] === undefined) return { reason: 'no-template' }
  const lacks = whatLacks(rule, input)
  if (lacks) return lacks
  if (parkedUntil && parkedUntil > now) return { reason: 'quota', until: parkedUntil }
  return left > 0 ? undefined : { reason: 'quota', until: rollsAt }
}

function isKnown({ identity }: ChannelTerms, { to, miniProgram, wecom }: ReachFacts): boolean {
  switch (identity) {
    case 'account':
      return to !== undefined
    case 'mini-program':
      return miniProgram !== undefined
    case 'wecom':
      return wecom === true
    default:
      return unreachable(identity)
  }
}

function whatLacks({ channel, consumes }: ChannelTerms, { facts, now, templates }: ResolveInput): Obstacle | undefined {
  switch (consumes) {
    case 'window':
      if (facts.openWindow > 0) return undefined
      return { reason: facts.windowUnexpired ? 'window-used-up' : 'window-closed' }
    case 'credit':
      return (facts.credits[templates?.[channel] ?? ''] ?? 0) > 0 ? undefined : { reason: 'no-credit' }
    case 'mass':
      if (facts.massThisMonth < MASS_PER_MONTH) return undefined
      return { reason: 'mass-used-up', until: platformNextMonth(now) }
    case 'group-send':
    case 'nothing':
      return undefined
    default:
      return unreachable(consumes)
  }
}

/** When a quota frees a channel that has nothing else against it. */
function soonest(found: Date | undefined, { reason, until }: ChannelRefusal): Date | undefined {
  if (reason !== 'quota' || until === undefined) return found
  return found && found < until ? found : until
}
