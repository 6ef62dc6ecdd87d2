import { limits } from '../../rules/official-account/limits.js'
import { unreachable } from '../core/errors.js'
import type { ResolvedMessage } from '../core/message.js'
import type { Channel } from './channel.js'

/**
 * The channel that carries a message to one person; undefined for what is no message of its own (a hand-over).
 * `conversation` carries what is said in a conversation, by the account.
 */
export function channelOf(
  message: ResolvedMessage,
  conversation: 'customer-message' | 'kf-message' = 'customer-message',
): Channel | undefined {
  switch (message.kind) {
    case 'text':
    case 'image':
    case 'voice':
    case 'video':
    case 'music':
    case 'link':
    case 'mini-program':
    case 'choices':
      return conversation
    case 'filled-notice':
      return message.channel
    case 'shipping':
      return 'shipping'
    case 'mass-draft':
      return 'mass'
    case 'hand-over':
      return undefined
    default:
      return unreachable(message)
  }
}

/** The subscription template of which a message uses up one acceptance. */
export function subscriptionOf(message: ResolvedMessage): string | undefined {
  return message.kind === 'filled-notice' && message.channel !== 'template' ? message.template : undefined
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * For how long after an unclear attempt the same message may be sent once more without a person getting it twice, in ms.
 * Template message: one minute less than the 10 in which the platform knows `client_msg_id`. Shipping report: the
 * platform answers an unchanged one with 10060023 and knows a waybill again. Desk: an id is good once in an account, ever.
 * 0: never (no key).
 */
export function repeatableMs(channel: Channel | undefined): number {
  if (channel === 'template') return limits.clientMsgIdMs.value - MINUTE_MS
  return channel === 'shipping' || channel === 'kf-message' ? DAY_MS : 0
}
