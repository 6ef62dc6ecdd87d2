import type { WecomConfig } from '../../config/accounts.js'
import type { Platform } from '../platform.js'
import { createReceiver, type ReceiverOptions } from './receive.js'

/** The half of a platform that calls its API. */
export type Sender = Pick<Platform, 'deliver' | 'warm' | 'close'>

/** One self-built app or smart bot: the door (receive, decode, fit, answer) and the sending side as one platform. */
export function createWecom(
  account: WecomConfig & { id: string },
  sender: Sender,
  options?: ReceiverOptions,
): Platform {
  return {
    platform: 'wecom',
    account: account.id,
    ...createReceiver(account, options),
    deliver: (message, target) => sender.deliver(message, target),
    warm: (log) => sender.warm(log),
    close: () => sender.close(),
  }
}
