import { channelFor, channelRules } from '../channel-rules.js'
import type { Guard } from '../guard.js'
import type { GuardPorts } from './guards.js'

/**
 * Nobody is written to who stopped following (43004), by the channels that reach followers only. Somebody who did something after the news of leaving follows
 * again, whatever is noted; somebody nobody knows is left to the platform to judge. A mini program is not followed.
 */
export function followGuard(ports: GuardPorts): Guard {
  return async (delivery, now) => {
    const { message, channel = channelFor(message) } = delivery
    if (channel !== undefined && !channelRules[channel].follows) return { verdict: 'pass' }
    const person = ports.personOf(delivery)
    if (person?.platform === 'mini-program') return { verdict: 'pass' }
    const standing = person && (await ports.contacts.standing(person))
    if (!standing || standing.following) return { verdict: 'pass' }
    const { lastActAt } = await ports.windows.of(delivery.contact, now)
    if (lastActAt && lastActAt > standing.followAt) return { verdict: 'pass' }
    return { verdict: 'skip', reason: 'not-following' }
  }
}
