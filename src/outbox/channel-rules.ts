import { miniProgramDailyQuotas } from '../../rules/mini-program/quotas.js'
import { type ChannelLaw, channelLaws } from '../../rules/official-account/channels.js'
import type { Capability } from '../../rules/official-account/kinds.js'
import { dailyQuotas } from '../../rules/official-account/quotas.js'
import { AppError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { CHANNELS, type Channel, type ChannelRule } from './channel.js'
import { channelOf } from './via.js'

/** A channel's law as the resolver and the quota books read it. */
export interface ChannelTerms extends ChannelRule, Pick<ChannelLaw, 'identity' | 'follows' | 'template' | 'people'> {
  capability?: Capability
  /** The call that is counted; absent for channels of our own. */
  path?: string
  /** Calls a day that the platform grants a new account; absent where it names no number. */
  callsPerDay?: number
}

/** The law of every channel: purposes, delivery class, what it takes, each with its source. */
export const channelRules: Readonly<Record<Channel, ChannelTerms>> = table()

/** How an account is set up, as far as channels depend on it. */
export interface AccountSetup {
  platform: string
  /** A mini program is linked with the account. */
  miniProgram: boolean
  /** Whether the account's kind and permissions allow it. */
  may(capability: Capability): boolean
}

/**
 * Whether an account can use a channel at all. Group-send tasks and the desk need WeCom, which an Official Account is not;
 * app messages to staff leave by the channel of customer messages, and so does what a mini program says.
 */
export function mayUse(account: AccountSetup, channel: Channel): boolean {
  const { identity, capability } = channelRules[channel]
  if (identity === 'wecom') return account.platform === 'wecom'
  if (account.platform !== 'official-account') return channel === 'customer-message'
  if (identity === 'mini-program') return account.miniProgram
  return capability === undefined || account.may(capability)
}

/** The channel by which a message leaves; undefined for a notice that is not filled yet, and for a hand-over. */
export function channelFor(message: Message): Channel | undefined {
  switch (message.kind) {
    case 'article':
    case 'card':
    case 'invitation':
      return 'customer-message'
    case 'notice':
      return message.as === 'text' ? 'customer-message' : undefined
    default:
      return channelOf(message)
  }
}

function table(): Record<Channel, ChannelTerms> {
  const rows = CHANNELS.map((channel): [Channel, ChannelTerms] => {
    const law = channelLaws.find((one) => one.channel === channel)
    if (law === undefined) throw new AppError('bug.rules', `the channel ${channel} has no rule`)
    const perDay = law.path === undefined ? undefined : quotaOf(law.path, law.identity)
    return [channel, { ...law, channel, ...(perDay !== undefined && { callsPerDay: perDay }) }]
  })
  return Object.fromEntries(rows) as Record<Channel, ChannelTerms>
}

function quotaOf(path: string, identity: ChannelLaw['identity']): number | undefined {
  return (identity === 'mini-program' ? miniProgramDailyQuotas : dailyQuotas)[path]
}
