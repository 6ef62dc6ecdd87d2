import type { Guard } from '../guard.js'
import type { GuardPorts } from './guards.js'

/** A subscription notice needs one acceptance of its template that was not used yet (43101). */
export function creditGuard(ports: GuardPorts): Guard {
  return async (delivery) => {
    const template = ports.subscriptionOf?.(delivery.message)
    const person = template === undefined ? undefined : ports.personOf(delivery)
    if (template === undefined || person === undefined || !ports.credits) return { verdict: 'pass' }
    if ((await ports.credits.of(person, template)) > 0) return { verdict: 'pass' }
    return { verdict: 'skip', reason: 'refused', detail: `no acceptance of template ${template} is left` }
  }
}
