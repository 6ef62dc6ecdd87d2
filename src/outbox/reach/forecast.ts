import { CHANNELS, type Channel } from '../channel.js'
import { channelRules } from '../channel-rules.js'
import type { ChannelQuota, QuotaState } from './reach.js'

/** What a channel's quota means for so many people. */
export interface Forecast {
  channel: Channel
  people: number
  /** Calls it takes. */
  calls: number
  /** People who can be reached today. */
  fits: number
  /** People whom today's quota leaves out. */
  beyond: number
  /** People the quota still reaches today, and people it reaches on a whole day; absent: no number is known. */
  left?: number
  perDay?: number
  /** Days until everybody is reached; absent when that never comes (no permission). */
  days?: number
  /** When the rest can go on. */
  until?: Date
}

/** What a campaign that asks these channels for so many people will meet; channels nobody asks for are left out. */
export function forecastOf(quota: QuotaState, asked: Partial<Record<Channel, number>>): Forecast[] {
  return CHANNELS.flatMap((channel) => {
    const people = asked[channel] ?? 0
    return people > 0 ? [forecast(channel, people, quota[channel])] : []
  })
}

function forecast(channel: Channel, people: number, quota: ChannelQuota): Forecast {
  const { permitted, parkedUntil, rollsAt, perDay } = quota
  const left = !permitted || parkedUntil ? 0 : Math.max(0, quota.left)
  const fits = Math.min(people, left)
  const beyond = people - fits
  const further = beyond === 0 ? 0 : Math.ceil(beyond / perDay)
  return {
    channel,
    people,
    calls: Math.ceil(people / channelRules[channel].people),
    fits,
    beyond,
    ...(Number.isFinite(left) && { left }),
    ...(Number.isFinite(perDay) && { perDay }),
    ...(permitted && perDay > 0 && { days: 1 + (Number.isFinite(perDay) ? further : Math.sign(beyond)) }),
    ...(beyond > 0 && permitted && { until: parkedUntil ?? rollsAt }),
  }
}

/** A quota that is used up while a plan is made; nothing is booked anywhere. */
export interface Draft {
  /** The state as it would be; changes with `take`. */
  readonly quota: QuotaState
  take(channel: Channel): void
}

/** Lets an estimate see that the ninety-thousandth person finds a quota used up that the first one did not. */
export function draftOf(quota: QuotaState): Draft {
  const drawn = Object.fromEntries(CHANNELS.map((channel) => [channel, { ...quota[channel] }])) as Record<
    Channel,
    ChannelQuota
  >
  return {
    quota: drawn,
    take(channel) {
      drawn[channel].left -= 1
    },
  }
}
