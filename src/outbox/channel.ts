import type { Purpose } from '../core/outcome.js'

/**
 * The ways a message can reach a person. `shipping` is the order report after which WeChat itself writes to the buyer,
 * `kf-message` is one of the desk (微信客服), `next-visit` waits until the person writes or comes by again.
 */
export const CHANNELS = [
  'template',
  'subscription',
  'mini-program',
  'shipping',
  'customer-message',
  'kf-message',
  'mass',
  'group-send',
  'next-visit',
] as const
export type Channel = (typeof CHANNELS)[number]

/** What a channel promises when the end of a call is unclear (DESIGN: delivery classes). */
export type DeliveryClass = 'keyed' | 'unkeyed'

/** The law of a channel. */
export interface ChannelRule {
  channel: Channel
  /** Which purposes may use it: service notices never carry marketing. */
  purposes: readonly Purpose[]
  class: DeliveryClass
  /** What one message takes: from a window, a credit, the four mass sends of a month, or nothing. */
  consumes: 'window' | 'credit' | 'mass' | 'group-send' | 'nothing'
  /** Where the platform says so. */
  source: string
}

/** Why a channel, or a person as a whole, cannot be used now. Every word is explained in `explain.ts`. */
export type Reason =
  | 'no-identity'
  | 'not-following'
  | 'blocked'
  | 'opted-out'
  | 'never-asked'
  | 'purpose'
  | 'no-template'
  | 'no-permission'
  | 'window-closed'
  | 'window-used-up'
  | 'no-credit'
  | 'mass-used-up'
  | 'quota'
  | 'cap-day'
  | 'cap-week'
  | 'cap-month'
  | 'cap-campaign'
  | 'quiet-hours'
  | 'hold-out'
  /** A recall: the person wrote or ordered since. */
  | 'came-back'
  | 'erased'
  | 'expired'

/** What was found about one way of reaching a person. */
export interface ChannelRefusal {
  channel: Channel
  reason: Reason
  /** When it may be asked again, where that is known (quiet hours, a quota that rolls). */
  until?: Date
}

/** What the resolver says: the first channel that may carry the message now, or everything that stands against it. */
export type Resolution =
  | { channel: Channel }
  /** All that stands against it ends by itself. */
  | { until: Date; reason: Reason }
  | { refusals: readonly ChannelRefusal[] }
