import { channelFor } from '../channel-rules.js'
import type { Guard } from '../guard.js'
import type { Reach } from '../reach/reach.js'

/**
 * Waits while a channel rests because the platform said that its quota is used up (45009), whichever process heard it.
 * Our own count of calls holds back campaigns only: the quotas of large accounts are larger than a new account's.
 */
export function quotaGuard(reach: Pick<Reach, 'quota'>): Guard {
  return async ({ account, message, channel = channelFor(message) }, now) => {
    if (channel === undefined) return { verdict: 'pass' }
    const { permitted, parkedUntil } = (await reach.quota(account, now))[channel]
    if (!permitted) return { verdict: 'skip', reason: 'no-permission', detail: `the account cannot use ${channel}` }
    return parkedUntil ? { verdict: 'postpone', until: parkedUntil, reason: 'quota' } : { verdict: 'pass' }
  }
}
