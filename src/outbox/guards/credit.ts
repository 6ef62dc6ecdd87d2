import type { Person } from '../../contacts/identity.js'
import type { DeliveryRow } from '../delivery.js'
import type { Guard } from '../guard.js'
import type { GuardPorts } from './guards.js'

/** A subscription notice needs one acceptance of its template that was not used yet (43101). */
export function creditGuard(ports: GuardPorts): Guard {
  return async (delivery) => {
    const template = ports.subscriptionOf?.(delivery.message)
    const person = template === undefined ? undefined : personOf(delivery, ports)
    if (template === undefined || person === undefined || !ports.credits) return { verdict: 'pass' }
    if ((await ports.credits.of(person, template)) > 0) return { verdict: 'pass' }
    return { verdict: 'skip', reason: 'no-credit', detail: `no acceptance of template ${template} is left` }
  }
}

/** What was accepted in the mini program belongs to the person's id there. */
function personOf(delivery: DeliveryRow, ports: GuardPorts): Person | undefined {
  const { account, message, to } = delivery
  if (message.kind !== 'filled-notice' || message.channel !== 'mini-program') return ports.personOf(delivery)
  return { platform: 'mini-program', account, externalId: message.visitor ?? to }
}
