import type { OfficialAccountConfig } from '../../config/accounts.js'
import type { Platform } from '../platform.js'
import { createReceiver, type Receiver, type ReceiverOptions } from './receive.js'

/** The half of a platform that calls its API. */
export type Sender = Pick<Platform, 'deliver' | 'warm' | 'close'>

/** One Official Account: the door (receive, decode, fit, answer) and the sending side as one platform. */
export function createOfficialAccount(
  account: OfficialAccountConfig & { id: string },
  sender: Sender,
  options?: ReceiverOptions,
): Receiver & Platform {
  return {
    platform: 'official-account',
    account: account.id,
    ...createReceiver(account, options),
    deliver: (message, target) => sender.deliver(message, target),
    warm: (log) => sender.warm(log),
    close: () => sender.close(),
  }
}
