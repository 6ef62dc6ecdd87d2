import { unreachable } from '../../core/errors.js'
import type { FilledNotice, ResolvedMessage, ShippingReport } from '../../core/message.js'
import type { Outcome } from '../../core/outcome.js'
import type { DeliveryTarget, Platform } from '../platform.js'

/** The ways out of an account. */
export interface AccountWays {
  /** Messages in a conversation: `createDeliver`. */
  customer: Platform['deliver']
  /** Template messages and subscription notices: `createNoticeDeliver`. */
  notice(message: FilledNotice, target: DeliveryTarget): Promise<Outcome>
  /** What the linked mini program sends: `createMiniProgramDeliver`; undefined when none is configured. */
  miniProgram?: ((message: FilledNotice | ShippingReport, target: DeliveryTarget) => Promise<Outcome>) | undefined
}

/** Sends each message by the way that carries its kind. */
export function createAccountDeliver({ customer, notice, miniProgram }: AccountWays): Platform['deliver'] {
  const byMiniProgram = async (message: FilledNotice | ShippingReport, target: DeliveryTarget): Promise<Outcome> =>
    miniProgram ? miniProgram(message, target) : { state: 'skipped', reason: 'no-permission', detail: NO_MINI_PROGRAM }

  return async (message: ResolvedMessage, target) => {
    switch (message.kind) {
      case 'filled-notice':
        return message.channel === 'mini-program' ? byMiniProgram(message, target) : notice(message, target)
      case 'shipping':
        return byMiniProgram(message, target)
      case 'mass-draft':
        return { state: 'failed', reason: 'a draft goes out by a mass send only, not to one person' }
      case 'text':
      case 'image':
      case 'voice':
      case 'video':
      case 'music':
      case 'link':
      case 'mini-program':
      case 'choices':
      case 'hand-over':
        return customer(message, target)
      default:
        return unreachable(message)
    }
  }
}

const NO_MINI_PROGRAM = 'no mini program is configured for the account (accounts.<name>.miniProgram)'
