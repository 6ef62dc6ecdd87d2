import type { Guard } from '../guard.js'
import type { GuardPorts } from './guards.js'

/**
 * Marketing and care messages keep to what the person said. Replies and service messages need no consent. Somebody who
 * was never asked may be written to unless `requireConsent` names the purpose; a marketing message to somebody nobody
 * knows is never sent, as no refusal could be known either.
 */
export function consentGuard(ports: GuardPorts): Guard {
  const required = new Set(ports.requireConsent ?? [])
  return async (delivery) => {
    const { purpose } = delivery
    if (purpose === 'reply' || purpose === 'service') return { verdict: 'pass' }
    const person = ports.personOf(delivery)
    const standing = person && (await ports.contacts.standing(person))
    if (!standing) return { verdict: 'skip', reason: 'identity-unknown', detail: 'no contact of ours' }
    const said = standing.consents[purpose]
    if (said?.allowed === false) {
      return { verdict: 'skip', reason: 'opted-out', detail: `${purpose} refused at ${said.at.toISOString()}` }
    }
    if (said === undefined && required.has(purpose)) {
      return { verdict: 'skip', reason: 'never-asked', detail: `${purpose} was never allowed` }
    }
    return { verdict: 'pass' }
  }
}
