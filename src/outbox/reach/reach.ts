import type { Consent } from '../../contacts/model.js'
import type { PersonalData } from '../../contacts/privacy.js'
import type { Spend } from '../../contacts/windows.js'
import type { ConsentPurpose } from '../../core/context.js'
import type { Purpose } from '../../core/outcome.js'
import type { AudienceRow } from '../../segments/segment.js'
import type { Channel, Reason, Resolution } from '../channel.js'

export { createReach, type ReachPorts } from './create.js'
export { type Draft, draftOf, type Forecast, forecastOf } from './forecast.js'
export { mainReason, resolveChannel } from './resolve.js'

/** One message that went to a person, or may have. */
export interface Touch {
  at: Date
  /** The business day, as of `businessDay`. */
  day: number
  account: string
  channel: Channel
  purpose: Purpose
  source: string
  /** A delivery of the outbox. */
  single?: boolean
}

/** How many marketing and care messages a person got, over all accounts and channels, in business days. */
export interface TouchCounts {
  /** Today. */
  day: number
  /** Today and the 6 days before. */
  week: number
  /** Today and the 29 days before. */
  month: number
  /** The business days of those of the month, oldest first; tells when a cap ends. */
  days?: readonly number[]
  /** Of the campaign in question, within the month. */
  campaign?: number
}

/** What is known about one person when a message is to leave. */
export interface ReachFacts {
  /** Our id of the contact, as it was asked for. */
  contact: string
  /** The person's id on the account; undefined: not known there. */
  to: string | undefined
  /** The person's id in the account's mini program, where known. */
  miniProgram?: string
  /** Known to a member of staff in WeCom. */
  wecom?: boolean
  following: boolean
  /** What the person allowed or forbade; absent: never asked. */
  consents: Partial<Record<ConsentPurpose, Consent>>
  /** Customer messages that may be sent now. 0 also when nobody asked for that channel. */
  openWindow: number
  /** A window that has not ended: with nothing left it is used up. */
  windowUnexpired?: boolean
  /** When the last open window closes. */
  windowUntil?: Date
  /** Mass messages of the account that the person got this calendar month (Asia/Shanghai). */
  massThisMonth: number
  touches: TouchCounts
  /** Acceptances left by subscription template; empty when none was asked for. */
  credits: Readonly<Record<string, number>>
  /** The person was erased, or nobody of that id exists: never to be written to. */
  erased?: boolean
  /** The platform takes nothing for the person since then (blocked, switched off), and the person did nothing after. */
  blockedAt?: Date
  /** The message of this very source is in the books already (a process ended before it was sent). */
  reserved?: boolean
  /** The contact under whose id messages to the person are booked, where it was merged into another one. */
  mergedInto?: string
}

/** How many marketing and care messages a person gets at most. */
export interface Caps {
  day: number
  week: number
  month: number
  /** Of one campaign within the month; absent: as often as the campaign runs. */
  campaign?: number
}

/** What happens to marketing and care messages in quiet hours: wait for their end, be left out, or leave all the same. */
export type QuietMode = 'next' | 'abort' | 'ignore'

/** Hours of the day in which nobody is disturbed. */
export interface QuietHours {
  /** `22:00-08:00`; the end is outside. */
  hours: string
  mode: QuietMode
  timeZone: string
}

/** The house's own rules, beside the platform's. */
export interface ReachPolicy {
  caps: Caps
  quiet: QuietHours
  /** Purposes that need an explicit yes. */
  requireConsent: readonly ConsentPurpose[]
}

/** Whether a channel of an account can be used, and how far. */
export interface ChannelQuota {
  /** The account has what the channel needs (kind, permission, mini program). */
  permitted: boolean
  /** People who can be reached today; Infinity where the platform names no number. */
  left: number
  /** People who can be reached on a whole day; Infinity where the platform names no number. */
  perDay: number
  /** The platform said that the quota is used up: nothing leaves before. */
  parkedUntil?: Date
  /** When the quota begins anew: 00:00 Asia/Shanghai. */
  rollsAt: Date
}

/** The channels of one account at a moment. */
export type QuotaState = Readonly<Record<Channel, Readonly<ChannelQuota>>>

/** What the resolver decides on. Pure: the same question has the same answer. */
export interface ResolveInput {
  purpose: Purpose
  /** The preferred one first. */
  channels: readonly Channel[]
  facts: ReachFacts
  policy: ReachPolicy
  quota: QuotaState
  now: Date
  /** The platform's template by channel, for the channels that need one. */
  templates?: Partial<Record<Channel, string>>
}

/** Somebody to be looked at: a row of an audience, or ids alone (then their contact is read). */
export type Reachable = AudienceRow | { contact: string; to?: string }

/** What is asked about people besides who they are. */
export interface LoadOptions {
  /** Reads only what these channels need; all of them unless given. */
  channels?: readonly Channel[]
  /** Subscription templates whose acceptances are looked up. */
  templates?: Partial<Record<Channel, string>>
  /** The message's own source: what it booked itself today does not count against it. */
  source?: string
}

/** A message to several people, as `judge` is asked. */
export interface Question extends LoadOptions {
  account: string
  purpose: Purpose
  channels: readonly Channel[]
  now: Date
  /** The configured one unless given (a campaign may have quiet hours of its own). */
  policy?: ReachPolicy
}

/** One person and how the message can reach them. */
export interface Judged {
  facts: ReachFacts
  resolution: Resolution
}

/** Somebody for whom a message is booked: what `load` gave, or an id. */
export interface Bookable {
  contact: string
  to?: string | undefined
  mergedInto?: string
}

/** What is booked for people before a call. */
export interface Booking {
  account: string
  purpose: Purpose
  channel: Channel
  /** `<campaign>:<occurrence>`, or the delivery's key: the same source is booked once a day. */
  source: string
  now: Date
  /** The configured one unless given. */
  policy?: ReachPolicy
  /** A delivery of the outbox, which the windows count by its own row. */
  single?: boolean
}

/** Who can be reached how, and the books that keep it true over processes and campaigns. */
export interface Reach {
  readonly policy: ReachPolicy
  /**
   * What is known about these people, in their order. Few reads for up to 1,000: acts and windows only for those seen
   * within 48 h, credits only for subscription channels.
   */
  load(people: readonly Reachable[], account: string, now: Date, options?: LoadOptions): Promise<ReachFacts[]>
  /** Whether and how far the account's channels can be used; at most a few seconds old. */
  quota(account: string, now: Date): Promise<QuotaState>
  /** `load`, `quota` and `resolveChannel` in one. */
  judge(people: readonly Reachable[], question: Question): Promise<Judged[]>
  /**
   * Books a message for these people, durably, before the call: undefined where it is booked, else the cap that bars it,
   * also by what other processes book at the same time. One write for up to 1,000 people. Booking the same source
   * again on the same day changes nothing and bars nobody. Where nothing counts (a service notice by template) nothing
   * is written.
   */
  book(people: readonly Bookable[], booking: Booking): Promise<(Reason | undefined)[]>
  /** The same answer, and nothing is written. */
  check(people: readonly Bookable[], booking: Booking): Promise<(Reason | undefined)[]>
  /** `book`, as yes or no. */
  reserve(people: readonly Bookable[], booking: Booking): Promise<boolean[]>
  /**
   * Takes back all that a source booked for these people: the message surely did not reach them. An unclear end stays
   * booked. Again: no effect.
   */
  release(contacts: readonly string[], source: string): Promise<void>
  /** The platform refused these people for good (blocked, switched off); forgotten once they do something again. */
  block(people: readonly { contact: string }[], account: string, at: Date): Promise<void>
  /** Two contacts turned out to be the same person: the books of the one go to the other. */
  join(gone: string, into: string): Promise<void>
  /** Customer messages of campaigns to one person on one account: what takes from the windows. */
  spends(contact: string, account: string, since: Date): Promise<Spend[]>
  /** What one person got lately, the newest first, as evidence. */
  touchesOf(contact: string): Promise<readonly Touch[]>
  /** For exports and erasures. */
  readonly personalData: PersonalData
  /** Counts calls of a channel (one call of a mass send reaches many). In memory, written within a second or so. */
  count(account: string, channel: Channel, calls: number, now: Date): void
  /**
   * The platform takes no more of a channel: nothing leaves before `until`, in any process within seconds. 00:00
   * Asia/Shanghai unless given, as for a quota that is used up (45009).
   */
  park(account: string, channel: Channel, now: Date, until?: Date): Promise<Date>
  /** A person reset the quota at the platform: the channel is open again. */
  unpark(account: string, channel: Channel, now: Date): Promise<void>
  /** Writes what is counted in memory. */
  flush(): Promise<void>
  close(): Promise<void>
}
