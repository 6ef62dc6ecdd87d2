import type { PlatformName, Update } from '../core/update.js'

/** Who somebody is on one account of a platform. */
export interface Person {
  platform: PlatformName
  account: string
  /** The person's id there (an openid). */
  externalId: string
}

/** The unique key of an identity. */
export function identityKey(person: Person): string {
  return `${person.platform}:${person.account}:${person.externalId}`
}

/** The person an update is from, or about where the platform itself speaks; undefined when there is none. */
export function personOf(update: Update): Person | undefined {
  const externalId = 'subject' in update ? update.subject : update.from
  return externalId === '' ? undefined : { platform: update.platform, account: update.account, externalId }
}

/** True when the person did something just now; false for reports of the platform about the person. */
export function isPresence(update: Update): boolean {
  const { kind } = update
  if (kind.startsWith('message.') || kind.startsWith('event.menu.')) return true
  switch (kind) {
    case 'event.subscribe':
    case 'event.scan':
    case 'event.location':
    case 'event.subscription.answered':
    case 'event.subscription.changed':
    case 'event.session.entered':
      return true
    default:
      return false
  }
}

/** The person whose contact handlers may use: nobody once the platform has closed the person's account. */
export function contactOf(update: Update): Person | undefined {
  return update.kind === 'event.contact.cancelled' ? undefined : personOf(update)
}
