import { channelFor } from '../channel-rules.js'
import type { Guard } from '../guard.js'
import { isCapped } from '../reach/caps.js'
import type { Reach } from '../reach/reach.js'
import type { GuardPorts } from './guards.js'

/**
 * Nobody gets more marketing and care messages than the caps allow, over all accounts, channels and campaigns. Asks
 * only: the booking itself, which also keeps to what others do at the same moment, comes right before the call.
 */
export function capsGuard(ports: GuardPorts, reach: Pick<Reach, 'check'>): Guard {
  return async (delivery, now) => {
    const { account, purpose, message, channel = channelFor(message), _id: source } = delivery
    const person = isCapped(purpose) ? ports.personOf(delivery) : undefined
    const standing = person && (await ports.contacts.standing(person))
    if (standing === undefined || channel === undefined) return { verdict: 'pass' }
    const [reason] = await reach.check([standing], { account, purpose, channel, source, now, single: true })
    return reason === undefined ? { verdict: 'pass' } : { verdict: 'skip', reason }
  }
}
