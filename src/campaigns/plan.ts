import { durationMs } from '../core/clock.js'
import type { Message } from '../core/message.js'
import type { Channel } from '../outbox/channel.js'
import { BUCKETS } from './bucket.js'
import { type Definition, messageOf, messagesOf } from './definition.js'
import { instantOf, readSchedule, type Schedule } from './schedule.js'

/** `config.campaigns`: what holds where a campaign says nothing. Durations in ms, shares in percent. */
export interface CampaignConfig {
  /** For more people than this the approver must be another person than the authors. */
  approvalAbove: number
  /** By how much the audience may have grown since its approval before a run waits for another one. */
  growth: number
  /** The first wave of campaigns to more than `above` people, and the time to look at it. */
  waves: { share: number; pause: number; above: number }
  /** When a run ends by itself; judged from `minimum` sent messages on. */
  stop: { failures: number; optOuts: number; minimum: number }
  /** A run this late is skipped. */
  skipAfter: number
  /** How long after a wave's start its messages may still leave. */
  lasts: number
}

/** One part of the audience, by hash bucket: those below `upTo` that no wave before took. */
export interface Wave {
  upTo: number
  /** The time between its last message and the next wave. */
  pauseMs: number
}

/** When a campaign ends by itself. Rates in percent. */
export interface StopRules {
  failures: number
  optOuts: number
  minimum: number
  action: 'stop' | 'pause'
}

/** A definition as the engine reckons with it. */
export interface Plan {
  account: string
  purpose: Definition['purpose']
  channels: readonly Channel[]
  /** What is sent: the variants by weight, or one for each stage. */
  variants: readonly { name: string; weight: number; message: Message }[]
  /** How long somebody has been silent at each stage, in ms, rising. */
  stages?: readonly number[]
  /** Buckets that get nothing, to compare with. */
  holdOut: number
  schedule: Schedule
  /** Skipped when this late, in ms; undefined runs however late. */
  skipAfterMs?: number
  waves: readonly Wave[]
  /** To fewer people than this everybody is one wave. */
  wavesAbove: number
  stop: StopRules
  lastsMs: number
  /** Nothing leaves after this moment: the offer is over. */
  endsAt?: Date
  ratePerSecond?: number
  repeatUncertain: boolean
}

/** What surrounds a definition. */
export interface PlanContext {
  config: CampaignConfig
  timeZone: string
  /** The account of definitions that name none. */
  account: string
}

/** The numbers of a definition. */
export function planOf(definition: Definition, { config, timeZone, account }: PlanContext): Plan {
  const schedule = readSchedule(definition.schedule, timeZone)
  const endsAt = definition.endsAt === undefined ? undefined : instantOf(definition.endsAt, schedule.timeZone)
  const stale = definition.stale ?? { skipAfter: config.skipAfter }
  const { failures, optOuts, minimum, action = 'stop' } = { ...config.stop, ...written(definition.stop) }
  return {
    account: definition.account ?? account,
    purpose: definition.purpose,
    channels: definition.channels,
    variants: variantsOf(definition),
    ...(definition.stages && { stages: definition.stages.map(({ silent }) => durationMs(silent)) }),
    holdOut: Math.round(((definition.holdOut ?? 0) * BUCKETS) / 100),
    schedule,
    ...(stale !== 'run' && { skipAfterMs: durationMs(stale.skipAfter) }),
    waves: wavesOf(definition, config),
    wavesAbove: definition.waves === undefined ? config.waves.above : 0,
    stop: { failures, optOuts, minimum, action },
    lastsMs: durationMs(definition.lasts ?? config.lasts),
    ...(endsAt && { endsAt }),
    ...(definition.ratePerSecond !== undefined && { ratePerSecond: definition.ratePerSecond }),
    repeatUncertain: definition.repeatUncertain ?? false,
  }
}

function variantsOf(definition: Definition): Plan['variants'] {
  if (definition.variants)
    return definition.variants.map((each) => ({ name: each.name, weight: each.weight ?? 1, message: messageOf(each) }))
  if (definition.stages)
    return definition.stages.map((each) => ({ name: each.silent, weight: 1, message: messageOf(each) }))
  return messagesOf(definition).map(({ message }) => ({ name: 'A', weight: 1, message }))
}

function wavesOf({ waves }: Definition, config: CampaignConfig): Wave[] {
  const given =
    waves === 'none'
      ? []
      : (waves?.map(({ share, pause }) => ({ share, pause: durationMs(pause) })) ??
        (config.waves.share > 0 ? [config.waves] : []))
  let sum = 0
  const first = given.map(({ share, pause }) => {
    sum += share
    return { upTo: Math.round((sum * BUCKETS) / 100), pauseMs: pause }
  })
  return [...first, { upTo: BUCKETS, pauseMs: 0 }]
}

/** Without the keys that nobody wrote. */
function written<T extends object>(value: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, part]) => part !== undefined)) as never
}
